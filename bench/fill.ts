import type { Database } from '../src/kernel/database/index.ts';
import type { KeyRing } from '../src/kernel/crypto.ts';
import { openMint, type RunningEngine, type NewCard } from '../src/instruments/index.ts';
import { seededRandom } from '../src/kernel/seeded-random.ts';
import type { Catalogue } from '../src/programmes/index.ts';

/** The parties of the bench: one issuer, one prepaid product with both limits on redemption, one hot merchant. */
export async function fillCatalogue(database: Database): Promise<void> {
  await database.script(`
    insert into programmes.issuer (key, name_ja, name_en) values ('bench', 'ベンチ', 'Bench');
    insert into programmes.programme (issuer_id, key, name_ja, name_en, unit)
    values (1, 'bench', 'ベンチ', 'Bench', 'JPY');
    insert into programmes.product (
      programme_id, key, kind, name_ja, name_en, face_min_minor, face_max_minor,
      number_prefix, number_digits, redeems_by, redeem_day_max_minor, redeem_month_max_minor
    ) values (1, 'card', 'prepaid', 'カード', 'Card', 1, 1000000000, '60', 16, '{number}',
      1000000000, 10000000000);
    insert into programmes.seller (issuer_id, key, name_ja, name_en) values (1, 'shop', '店', 'Shop');
    insert into programmes.merchant (issuer_id, key, name_ja, name_en) values (1, 'hot', '店', 'Hot');
    insert into clients.client (issuer_id, key, name, seller_id, merchant_id)
    values (1, 'till', 'Till', 1, 1);
    update programmes.version set version = version + 1;
  `);
}

const BALANCE_MINOR = 1_000_000n;

/** Makes active cards with value in them, through the engine, and gives their numbers. */
export async function fillCards(
  engine: RunningEngine,
  keys: KeyRing,
  catalogue: Catalogue,
  count: number,
  seed = 1,
): Promise<string[]> {
  const mint = openMint(keys, seededRandom(seed), engine.laneCount);
  const product = catalogue.products.get(1)!;
  const byLane = new Map<number, NewCard[]>();
  const numbers: string[] = [];
  let made = 0;
  let work: Promise<unknown>[] = [];
  const flush = async (lane: number): Promise<void> => {
    const cards = byLane.get(lane) ?? [];
    byLane.delete(lane);
    if (cards.length === 0) return;
    work.push(
      engine.submit({
        kind: 'stock',
        productId: 1,
        lane,
        cards,
        clientId: 1,
        issuerId: 1,
        requestId: `fill:${seed}:${(made += 1)}`,
        arrivedAt: Date.now(),
      }),
    );
    if (work.length >= 16) {
      await Promise.all(work);
      work = [];
    }
  };
  for (let index = 0; index < count; index += 1) {
    const { lane, number } = mint.mintAnywhere(product);
    numbers.push(number!);
    const opening = { balanceMinor: BALANCE_MINOR, expiresAt: null, lotClass: 'paid' } as const;
    const cards = byLane.get(lane) ?? [];
    byLane.set(lane, cards);
    cards.push({ number, code: null, faceMinor: null, opening });
    if (cards.length >= 500) await flush(lane);
  }
  for (const lane of [...byLane.keys()]) await flush(lane);
  await Promise.all(work);
  return numbers;
}
