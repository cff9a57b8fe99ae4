import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { openSwitchHouse, OPENED_AT, type SwitchHouse } from '../../test/support/switch-house.ts';
import { newTender } from '../programmes/contract.ts';
import { createTender } from '../programmes/index.ts';
import { present } from '../kernel/assert.ts';
import { throwSuspension, type Scope } from '../suspensions/index.ts';
import { findDisplacement, previewStop, type Watching } from './watch-suspension.ts';

const HOUR_MS = 3_600_000;
const NAMES = { nameJa: 'ワイモバイル', nameEn: 'ymobile' };
const NO_ORDERS = async (): Promise<number> => 0;

function watching({ database: on, clock, now, desk }: SwitchHouse): Watching {
  return { on, catalogue: now(), switchboard: desk.switches.current(), at: clock.now() };
}

let sequence = 0;

/** A purchase as the read model of sales keeps it. */
async function bought(
  house: SwitchHouse,
  contract: number,
  route: { readonly product: string; readonly seller: string; readonly tender: string },
  at: number,
): Promise<void> {
  const { issuerId, productId, sellerId, tenderId } = house.scope(route);
  sequence += 1;
  await house.database.query(
    `insert into sales.purchase
       (sequence, issuer_id, contract, at, product_id, seller_id, tender_id, amount_minor)
     values ($1, $2, $3, $4, $5, $6, $7, 1000)`,
    [sequence, issuerId, contract, new Date(at).toISOString(), productId, sellerId, tenderId],
  );
}

async function sold(house: SwitchHouse, product: string, at: number, count: number): Promise<void> {
  const { issuerId, productId, sellerId, tenderId } = house.scope({
    product,
    seller: 'docomo',
    tender: 'docomo-bill',
  });
  await house.database.query(
    `insert into sales.hour
       (at, issuer_id, product_id, seller_id, tender_id, merchant_id, kind, outcome, count, amount_minor)
     values ($1, $2, $3, $4, $5, 0, 'issue', 'accepted', $6, $7)`,
    [new Date(at).toISOString(), issuerId, productId, sellerId, tenderId, count, count * 1_000],
  );
}

forBothDatabases(
  'a preview shows the sales of the last hours, also those without any',
  async (db) => {
    const house = await openSwitchHouse(db);
    await sold(house, 'apple', OPENED_AT, 7);
    await sold(house, 'apple', OPENED_AT - 2 * HOUR_MS, 5);
    await sold(house, 'play', OPENED_AT, 100);
    await sold(house, 'apple', OPENED_AT - 20 * HOUR_MS, 100);
    const scope = house.scope({ product: 'apple', seller: 'docomo' });
    const preview = await previewStop(watching(house), scope, async () => 3);
    assert.deepEqual(
      preview.hours.map(({ count }) => count),
      [0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 7],
    );
    assert.deepEqual(preview.hours.at(-1), {
      at: '2018-02-03T06:00:00.000Z',
      count: 7,
      amountMinor: 7_000,
      unit: 'JPY',
    });
    assert.deepEqual(preview.openOrders, { count: 3 });
    assert.deepEqual([preview.offers.count, preview.staysOpen.count], [1, 4]);
    const [first] = preview.offers.first;
    assert.deepEqual([first?.seller.nameEn, first?.tender?.nameEn], ['docomo', 'docomo-bill']);
    const uses = await previewStop(
      watching(house),
      { ...scope, operations: ['redeem'] },
      NO_ORDERS,
    );
    assert.ok(
      uses.hours.every(({ count }) => count === 0),
      'sales are not what it stops',
    );
    assert.deepEqual(uses.uses, null, 'a place of use that a seller is has no merchant');
    assert.deepEqual(uses.operationsLeft, ['sell', 'activate', 'load', 'earn', 'use']);
  },
);

forBothDatabases(
  'buyers of a stopped route are seen where they buy next, each once',
  async (db) => {
    const house = await openSwitchHouse(db);
    const stopped = { product: 'apple', seller: 'docomo', tender: 'docomo-bill' };
    const next = { product: 'apple', seller: 'pincom', tender: 'docomo-bill' };
    const other = { product: 'play', seller: 'pincom', tender: 'cash' };
    for (const contract of [11, 12, 13, 14])
      await bought(house, contract, stopped, OPENED_AT - HOUR_MS);
    await bought(house, 15, stopped, OPENED_AT - 30 * HOUR_MS);
    await throwSuspension(house.desk, house.stop({ product: 'apple', seller: 'docomo' }));
    house.clock.advance(3 * HOUR_MS);
    const after = OPENED_AT + HOUR_MS;
    await bought(house, 11, next, after);
    await bought(house, 11, other, after + 1);
    await bought(house, 12, next, after + 2);
    await bought(house, 15, next, after); // bought there too long before the stop
    await bought(house, 99, next, after); // has never bought there
    const suspension = present(house.desk.switches.current().find(1), 'it was thrown');
    const seen = await findDisplacement(watching(house), suspension);
    assert.deepEqual([seen.buyers, seen.moved, seen.since], [4, 2, '2018-02-03T06:00:01.000Z']);
    assert.deepEqual(
      seen.routes.map((each) => [each.seller?.nameEn, each.product.nameEn, each.buyers]),
      [
        ['pincom', 'apple', 2],
        ['pincom', 'play', 1],
      ],
    );
  },
);

forBothDatabases('a stop that has not begun has moved nobody', async (db) => {
  const house = await openSwitchHouse(db);
  const startsAt = OPENED_AT + HOUR_MS;
  await throwSuspension(house.desk, house.stop({ product: 'apple' }, { startsAt }));
  const suspension = present(house.desk.switches.current().find(1), 'it was thrown');
  const seen = await findDisplacement(watching(house), suspension);
  assert.deepEqual([seen.moved, seen.routes], [0, []]);
});

forBothDatabases(
  'a preview places uses by merchant, and says what a stop leaves open',
  async (db) => {
    const house = await openSwitchHouse(db);
    const { issuerId, productId } = house.scope({ product: 'apple' });
    const used = (merchantId: number, kind: string, count: number, outcome = 'accepted') =>
      db.query(
        `insert into sales.hour
         (at, issuer_id, product_id, seller_id, tender_id, merchant_id, kind, outcome, count, amount_minor)
       values ($1, $2, $3, 0, 0, $4, $5, $6, $7, 100)`,
        [new Date(OPENED_AT).toISOString(), issuerId, productId, merchantId, kind, outcome, count],
      );
    const [merchant] = [...house.now().merchants.values()].filter((m) => m.issuerId === issuerId);
    assert.ok(merchant);
    await used(merchant.merchantId, 'redeem', 4);
    await used(merchant.merchantId, 'hold', 2);
    await used(merchant.merchantId, 'redeem', 9, 'instrument_used');
    await sold(house, 'apple', OPENED_AT, 7);
    const preview = (scope: Scope) => previewStop(watching(house), scope, NO_ORDERS);

    const everything = await preview(house.scope({ product: 'apple' }));
    assert.deepEqual(
      everything.uses?.map((place) => [place.merchant.id, place.count]),
      [[merchant.merchantId, 6]],
    );
    assert.deepEqual(everything.operationsLeft, []);
    const selling = await preview(house.scope({ product: 'apple', operations: ['sell'] }));
    assert.equal(selling.uses, null);
    assert.deepEqual(selling.operationsLeft, ['redeem', 'earn', 'use']);
    const place = await preview(house.scope({ merchant: merchant.key }));
    assert.deepEqual(place.operationsLeft, ['sell', 'activate', 'load']);
    assert.ok(
      place.hours.every(({ count }) => count === 0),
      'no sale has a place of use',
    );

    const bill = house.scope({ tender: 'docomo-bill' });
    assert.deepEqual((await preview(bill)).chargedThrough, []);
    const { clock } = house;
    const desk = { connection: db, clock, actor: 'test', record: async () => undefined };
    const tender = { key: 'ymobile', kind: 'carrier', carrier: 'ymobile', ...NAMES };
    const wanted = newTender.parse({ ...tender, chargedThrough: 'docomo-bill' });
    assert.ok((await createTender(desk, 'kado', wanted)).ok);
    await house.catalogue.refresh(db);
    const named = (await preview(bill)).chargedThrough.map(({ nameEn }) => nameEn);
    assert.deepEqual(named, ['ymobile'], 'it is charged through the stopped one, and goes on');
  },
);
