/**
 * A small issuer to test with: real tables, the real engine, a clock moved by hand.
 *
 *   const house = await openHouse(database);
 *   const card = await house.activated('fixed', 3_000n);
 *   await house.redeem(card, 1_000n);
 *   await house.close();                      // proves the books with `kinken verify`
 */
import assert from 'node:assert/strict';
import { MovedClock, type Instant } from '../../src/kernel/clock.ts';
import { openKeyRing, type KeyRing } from '../../src/kernel/crypto.ts';
import type { Database } from '../../src/kernel/database/index.ts';
import { seededRandom } from '../../src/kernel/seeded-random.ts';
import { openMint, type Mint } from '../../src/instruments/mint.ts';
import {
  openEngine,
  type EngineOptions,
  type RunningEngine,
} from '../../src/instruments/open-engine.ts';
import type { Act, CardReference, Envelope, Operation } from '../../src/instruments/operation.ts';
import type { Done, Outcome } from '../../src/instruments/outcome.ts';
import type { Refusal } from '../../src/instruments/refusal.ts';
import { REFUSALS_OF, REFUSALS_OF_ANY } from '../../src/instruments/refusals-of.ts';
import { verifyBooks } from '../../src/instruments/verify.ts';
import { holdCatalogue, type CatalogueHolder } from '../../src/programmes/index.ts';
import { holdSwitchboard, type SwitchboardHolder } from '../../src/suspensions/index.ts';

/** 2026-03-02T03:00:00Z is noon of a Monday in Japan. */
export const START: Instant = Date.parse('2026-03-02T03:00:00Z');
export const DAY_MS = 24 * 60 * 60 * 1000;

export const PRODUCTS = {
  code: 1,
  fixed: 2,
  variable: 3,
  prepaid: 4,
  limited: 5,
  foreign: 6,
  wide: 7,
} as const;
export type ProductName = keyof typeof PRODUCTS;

export interface House {
  readonly database: Database;
  readonly engine: RunningEngine;
  readonly clock: MovedClock;
  readonly keys: KeyRing;
  readonly mint: Mint;
  readonly catalogue: CatalogueHolder;
  readonly switches: SwitchboardHolder;
  /** Submits with a fresh request id unless one is given. */
  submit(act: Act, envelope?: Partial<Envelope>): Promise<Outcome>;
  /** Submits and expects it to be accepted. */
  done(act: Act, envelope?: Partial<Envelope>): Promise<Done>;
  /** Submits and expects a refusal. */
  refusal(act: Act, envelope?: Partial<Envelope>): Promise<Refusal>;
  /** A blank card of a product, known by its number. */
  blank(product: ProductName, faceMinor?: bigint | null): Promise<CardReference>;
  activated(product: ProductName, amountMinor: bigint): Promise<CardReference>;
  issued(amountMinor: bigint): Promise<CardReference & { readonly by: 'code' }>;
  /** A card brought in from elsewhere whose code and number are at home in two lanes. */
  signposted(amountMinor: bigint): Promise<{ byNumber: CardReference; byCode: CardReference }>;
  redeem(card: CardReference, amountMinor: bigint, envelope?: Partial<Envelope>): Promise<Outcome>;
  spendable(card: CardReference): Promise<bigint>;
  reverse(originalRequestId: string, card: CardReference | null): Promise<Done>;
  /** Everything that has value or stands in its way, as text: two alike say that nothing has changed. */
  snapshot(): Promise<string>;
  /** Causes of the items that nobody has closed, the oldest first. */
  openItems(): Promise<string[]>;
  /** The engine again on the same database, as after a restart. */
  restart(): Promise<void>;
  verify(): Promise<void>;
  close(): Promise<void>;
}

export const SELLER = { from: 'seller', sellerId: 1 } as const;
export const FUNDS = { from: 'funds', clientId: 1 } as const;
export const CLIENT = { clientId: 1, issuerId: 1 } as const;

export async function openHouse(
  database: Database,
  options: Partial<EngineOptions> & { seed?: number } = {},
): Promise<House> {
  await fillCatalogue(database);
  const keys = options.keys ?? openKeyRing(new Uint8Array(32).fill(7));
  const clock = new MovedClock(START);
  const catalogue = options.catalogue ?? (await holdCatalogue(database));
  const switches = options.switchboard ?? (await holdSwitchboard(database));
  const random = seededRandom(options.seed ?? 1);
  const open = (): Promise<RunningEngine> =>
    openEngine({ random, clock, switchboard: switches, ...options, database, keys, catalogue });
  let engine = await open();
  const mint = openMint(keys, random, engine.laneCount);
  let requests = 0;

  async function submit(act: Act, envelope: Partial<Envelope> = {}): Promise<Outcome> {
    requests += 1;
    const full = {
      ...CLIENT,
      requestId: `request-${requests}`,
      arrivedAt: clock.now(),
      ...envelope,
    };
    const outcome = await engine.submit({ ...full, ...act } as Operation);
    if (outcome.outcome === 'refused') {
      const known = [...REFUSALS_OF_ANY, ...REFUSALS_OF[act.kind]];
      assert.ok(known.includes(outcome.refusal), `${act.kind} may be ${outcome.refusal}`);
    }
    return outcome;
  }

  async function done(act: Act, envelope?: Partial<Envelope>): Promise<Done> {
    const outcome = await submit(act, envelope);
    assert.equal(
      outcome.outcome,
      'accepted',
      `${act.kind}: ${JSON.stringify(outcome, jsonBigint)}`,
    );
    return (outcome as Extract<Outcome, { outcome: 'accepted' }>).done;
  }

  async function refusal(act: Act, envelope?: Partial<Envelope>): Promise<Refusal> {
    const outcome = await submit(act, envelope);
    assert.equal(outcome.outcome, 'refused', `${act.kind}: ${JSON.stringify(outcome, jsonBigint)}`);
    return (outcome as Extract<Outcome, { outcome: 'refused' }>).refusal;
  }

  async function blank(
    product: ProductName,
    faceMinor: bigint | null = null,
  ): Promise<CardReference> {
    const productId = PRODUCTS[product];
    const minted = mint.mintAnywhere(catalogue.current().products.get(productId)!);
    const card = { number: minted.number, code: minted.hidden, faceMinor, opening: null };
    await done({ kind: 'stock', productId, lane: minted.lane, cards: [card] });
    return { by: 'number', number: minted.number! };
  }

  const verify = async (): Promise<void> => {
    const report = await verifyBooks(database);
    assert.deepEqual(report.findings, [], 'the books balance');
    assert.equal(report.ok, true);
  };

  return {
    database,
    get engine() {
      return engine;
    },
    clock,
    keys,
    mint,
    catalogue,
    switches,
    submit,
    done,
    refusal,
    blank,
    async activated(product, amountMinor) {
      const card = await blank(product, product === 'fixed' ? amountMinor : null);
      await done({ kind: 'activate', card, amountMinor, unit: 'JPY', funding: SELLER });
      return card;
    },
    async issued(amountMinor) {
      const productId = PRODUCTS.code;
      const issue = await done({
        kind: 'issue',
        productId,
        amountMinor,
        unit: 'JPY',
        funding: SELLER,
      });
      return { by: 'code', code: issue.code! };
    },
    async signposted(amountMinor) {
      const product = catalogue.current().products.get(PRODUCTS.variable)!;
      const one = mint.mintAnywhere(product);
      let other = mint.mintAnywhere(product);
      while (other.lane === one.lane) other = mint.mintAnywhere(product);
      const opening = { balanceMinor: amountMinor, expiresAt: null, lotClass: 'paid' } as const;
      const card = { number: one.number, code: other.hidden, faceMinor: null, opening };
      await done({ kind: 'stock', productId: PRODUCTS.variable, lane: one.lane, cards: [card] });
      return {
        byNumber: { by: 'number', number: one.number! },
        byCode: { by: 'code', code: other.code! },
      };
    },
    redeem: (card, amountMinor, envelope) =>
      submit(
        { kind: 'redeem', card, amountMinor, unit: 'JPY', merchantId: 1, isPartialAllowed: false },
        envelope,
      ),
    async spendable(card) {
      const balance = await engine.inquireBalance(CLIENT, card);
      assert.ok(balance.ok);
      return balance.value.spendableMinor;
    },
    reverse: (originalRequestId, card) =>
      done({ kind: 'reverse', originalRequestId, card, holdId: null }),
    async snapshot() {
      const tables = await Promise.all(
        SNAPSHOT.map((table) => database.query(`select * from ${table} order by 1, 2, 3, 4`)),
      );
      return JSON.stringify(tables, jsonBigint);
    },
    async openItems() {
      const rows = await database.query(
        'select cause from instruments.item where closed_at is null order by opened_at, item_id',
      );
      return rows.map((row) => String(row['cause']));
    },
    async restart() {
      await engine.close();
      engine = await open();
    },
    verify,
    async close() {
      await engine.close();
      await verify();
    },
  };
}

const SNAPSHOT = [
  'instruments.instrument',
  'instruments.card_name',
  'instruments.lot',
  'instruments.hold',
  'instruments.freeze',
  'instruments.counter',
  'instruments.item',
  'ledger.transfer',
  'ledger.account',
];

/** BigInts as text, so that a failed expectation can be read. */
export function jsonBigint(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}

/** Ids are as inserted: a fresh database counts from one. Filling twice changes nothing. */
async function fillCatalogue(database: Database): Promise<void> {
  const [known] = await database.query('select 1 from programmes.issuer limit 1');
  if (known !== undefined) return;
  await database.script(`
    insert into programmes.issuer (key, name_ja, name_en)
    values ('hoshi', '星金券', 'Hoshi'), ('other', '別', 'Other');
    insert into programmes.programme (issuer_id, key, name_ja, name_en, unit)
    values (1, 'gift', '星ギフト', 'Hoshi Gift', 'JPY'), (2, 'gift', '別ギフト', 'Other Gift', 'JPY');
    insert into programmes.product (
      programme_id, key, kind, name_ja, name_en, faces_minor, face_min_minor, face_max_minor,
      code_alphabet, code_length, code_prefix, code_groups, number_prefix, number_digits,
      validity_days, redeems_by, is_reactivatable,
      balance_max_minor, load_min_minor, load_max_minor, load_day_max_minor, load_month_max_minor,
      redeem_day_max_minor, redeem_month_max_minor
    ) values
      (1, 'code', 'code', 'コード', 'Code', '{}', 500, 50000,
        '23456789ABCDEFGHJKMNPQRSTUVWXYZ', 16, '', 4, null, null,
        365, '{code}', false, null, null, null, null, null, null, null),
      (1, 'fixed', 'posa', 'カード', 'Card', '{1500,3000,5000,10000}', 1500, 10000,
        '23456789ABCDEFGHJKMNPQRSTUVWXYZ', 16, '', 4, '6001', 16,
        null, '{code,number}', false, null, null, null, null, null, null, null),
      (1, 'variable', 'posa', 'カード', 'Card', '{}', 1000, 50000,
        '23456789ABCDEFGHJKMNPQRSTUVWXYZ', 16, '', 4, '6002', 16,
        90, '{code,number}', true, null, null, null, null, null, null, null),
      (1, 'prepaid', 'prepaid', 'プリペイド', 'Prepaid', '{}', 500, 50000,
        null, null, null, null, '6003', 16,
        null, '{number}', true, 100000, 500, 50000, null, null, null, null),
      (1, 'limited', 'prepaid', '上限付き', 'Limited', '{}', 500, 50000,
        null, null, null, null, '6004', 16,
        null, '{number}', true, 100000, 500, 50000, 60000, 90000, 20000, 50000),
      (2, 'foreign', 'posa', '別', 'Other', '{}', 500, 50000,
        null, null, null, null, '6005', 16,
        null, '{number}', true, null, null, null, null, null, null, null),
      (1, 'wide', 'prepaid', '無制限', 'Wide', '{}', 1, 9007199254740991,
        null, null, null, null, '6007', 16,
        null, '{number,member}', true, null, null, null, null, null, null, null);
    insert into programmes.seller (issuer_id, key, name_ja, name_en)
    values (1, 'shop', '店', 'Shop'), (2, 'shop', '店', 'Shop');
    insert into programmes.merchant (issuer_id, key, name_ja, name_en)
    values (1, 'books', '本屋', 'Books'), (1, 'tea', '茶屋', 'Tea'), (2, 'books', '本屋', 'Books');
    insert into clients.client (issuer_id, key, name, seller_id, merchant_id)
    values (1, 'till', 'Till', 1, 1), (1, 'web', 'Web', 1, 1), (2, 'other', 'Other', 2, 3);
    update programmes.version set version = version + 1;
  `);
}
