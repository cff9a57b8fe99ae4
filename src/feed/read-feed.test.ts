import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { forBothDatabases } from '../../test/support/database.ts';
import { makeHandmadeIssuer, writeHandmadeLane } from '../../test/support/handmade-books.ts';
import { MovedClock } from '../kernel/clock.ts';
import { openKeyRing } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import { makeDueRoots } from '../ledger/index.ts';
import { type Catalogue, loadCatalogue } from '../programmes/index.ts';
import { parseCursor, writeCursor } from './cursor.ts';
import type { FeedEvent } from './event.ts';
import { type FeedPage, latestCursor, readFeed } from './read-feed.ts';

const AT = Date.parse('2026-11-20T03:00:00Z');
const LANES = 4;
const PLAIN = { noNullPrototype: true } as const;

async function makeBooks(db: Database): Promise<Catalogue> {
  await makeHandmadeIssuer(db, LANES);
  for (let lane = 0; lane < LANES; lane++) await writeHandmadeLane(db, lane, AT + lane * 100);
  return loadCatalogue(db);
}

async function page(db: Database, catalogue: Catalogue, over: object): Promise<FeedPage> {
  const result = await readFeed(db, catalogue, { issuerId: 1, cursor: null, limit: 100, ...over });
  assert.ok(result.ok);
  return result.value;
}

const types = (events: readonly FeedEvent[]): string[] => events.map((event) => event.type);

forBothDatabases(
  'the feed tells what requests did, oldest first, without a code or a whole number',
  async (db) => {
    const catalogue = await makeBooks(db);
    const { events, hasMore } = await page(db, catalogue, {});
    assert.equal(events.length, 6 * LANES);
    assert.equal(hasMore, false);
    const times = events.map((event) => event.at);
    assert.deepEqual(times, times.toSorted());
    assert.equal(new Set(events.map((event) => event.id)).size, events.length);
    assert.deepEqual(types(events.filter((event) => event.id.startsWith('evt_2_'))), [
      'instruments.stocked',
      'instrument.activated',
      'instrument.redeemed',
      'hold.opened',
      'instrument.frozen',
      'item.opened',
    ]);
    const redeemed = events.find((event) => event.requestId === 'redeem-1');
    assert.deepEqual(redeemed, {
      id: 'evt_1_2_2',
      type: 'instrument.redeemed',
      at: '2026-11-20T03:00:01.100Z',
      client: 'pos',
      requestId: 'redeem-1',
      instrumentId: 'ins_2817',
      maskedNumber: '************1001',
      product: 'posa',
      seller: null,
      merchant: 'cafe',
      holdId: null,
      itemId: null,
      amountMinor: 1500,
      unit: 'JPY',
      balanceMinor: 3500,
      state: 'active',
      cause: null,
      root: null,
    });
    const text = JSON.stringify(events);
    assert.equal(/490000000000/.test(text), false, 'numbers are masked');
    assert.equal(/c1:hash|WXYZ/.test(text), false, 'nothing of a code');
  },
);

forBothDatabases(
  'pages of any size give every event once, and a cursor gives the same page again',
  async (db) => {
    const catalogue = await makeBooks(db);
    const whole = (await page(db, catalogue, {})).events;
    for (const limit of [1, 2, 5, 7, 23]) {
      const seen: FeedEvent[] = [];
      let cursor: string | null = null;
      for (;;) {
        const got: FeedPage = await page(db, catalogue, { cursor, limit });
        assert.deepEqual(await page(db, catalogue, { cursor, limit }), got, 'the same again');
        seen.push(...got.events);
        cursor = got.cursor;
        if (!got.hasMore) break;
      }
      assert.deepEqual(seen, whole, `pages of ${limit}`);
      assert.deepEqual((await page(db, catalogue, { cursor })).events, []);
    }
  },
);

forBothDatabases(
  'the latest cursor gives only what comes after it, signed roots too',
  async (db) => {
    const catalogue = await makeBooks(db);
    const cursor = await latestCursor(db);
    assert.deepEqual((await page(db, catalogue, { cursor })).events, []);
    const keys = openKeyRing(new Uint8Array(32).fill(7));
    await makeDueRoots(db, new MovedClock(Date.parse('2026-11-21T00:02:00Z')), keys);
    const { events } = await page(db, catalogue, { cursor });
    assert.deepEqual(types(events), ['root.signed']);
    assert.match(events[0]?.root?.content ?? '', /^kinken-root-1\t2026-11-20\t/);
  },
);

forBothDatabases('another issuer, and another client, sees nothing of it', async (db) => {
  const catalogue = await makeBooks(db);
  assert.deepEqual((await page(db, catalogue, { issuerId: 2 })).events, []);
  assert.deepEqual((await page(db, catalogue, { clientId: 2 })).events, []);
  assert.equal((await page(db, catalogue, { clientId: 1 })).events.length, 6 * LANES);
});

forBothDatabases('a cursor that is not ours is refused', async (db) => {
  const catalogue = await makeBooks(db);
  const future = writeCursor({
    rootDay: -1,
    lanes: Array.from({ length: LANES }, () => ({ batchId: 9n, lines: 0 })),
  });
  const otherLanes = writeCursor({ rootDay: -1, lanes: [{ batchId: 0n, lines: 0 }] });
  for (const cursor of ['', 'x', '!!!', 'AQ', future, otherLanes, 'A'.repeat(9_000)]) {
    const result = await readFeed(db, catalogue, { issuerId: 1, cursor, limit: 10 });
    assert.deepEqual(result, { ok: false, refusal: 'cursor_invalid' });
  }
});

void test('a cursor says where it stands, and nothing but a cursor is read as one', () => {
  const lane = fc.record(
    { batchId: fc.bigInt({ min: 0n, max: 2n ** 62n - 1n }), lines: fc.nat() },
    PLAIN,
  );
  const position = fc.record(
    {
      rootDay: fc.integer({ min: -1, max: 100_000 }),
      lanes: fc.array(lane, { minLength: 1, maxLength: 64 }),
    },
    PLAIN,
  );
  fc.assert(fc.property(position, (at) => assert.deepEqual(parseCursor(writeCursor(at)), at)));
  fc.assert(
    fc.property(fc.base64String(), (text) => {
      const at = parseCursor(text);
      assert.ok(at === null || writeCursor(at) === text);
    }),
  );
});
