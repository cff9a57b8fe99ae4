/** R21: what a contract may spend in a period is exact, and freed in the period that counted it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitOfContract, periodStart } from '../../src/instruments/contract-limits.ts';
import { countedContract, normaliseContract } from '../../src/instruments/names.ts';
import type { Act } from '../../src/instruments/operation.ts';
import { openEngine } from '../../src/instruments/open-engine.ts';
import { verifyBooks } from '../../src/instruments/verify.ts';
import { seededRandom } from '../../src/kernel/seeded-random.ts';
import { holdCatalogue, type MonthLimit, type Tender } from '../../src/programmes/index.ts';
import { hasPostgresBinaries } from '../support/postgres-server.ts';
import { forBothDatabases, openPostgres } from '../support/database.ts';
import { CLIENT, DAY_MS, SELLER, type House } from '../support/house.ts';
import { issueOf, openSellingHouse, saleBy } from '../support/selling-house.ts';

const PHONE = '090-1111-2222';
const unit = 'JPY';

async function counters(house: House): Promise<unknown[]> {
  const rows = await house.database.query(
    `select concat_ws(' ', starts_on, used_minor) as used from instruments.counter
    where measure = 'spend' order by starts_on, used_minor`,
  );
  return rows.map((row) => row['used']);
}

forBothDatabases(
  'R21 two purchases at the same moment cannot both fit the last 5,000 yen of a contract',
  async (database) => {
    const house = await openSellingHouse(database);
    const sale = saleBy('bill', { contract: PHONE });
    await house.done(issueOf(5_000n), { sale });
    const both = await Promise.all([
      house.submit(issueOf(5_000n), { sale }),
      house.submit(issueOf(5_000n), {
        sale: saleBy('bill', { contract: ' ０９０１１１１２２２２ ' }),
      }),
      house.submit(issueOf(5_000n), { sale: saleBy('through', { contract: PHONE }) }),
    ]);
    const accepted = both.filter(({ outcome }) => outcome === 'accepted');
    assert.equal(accepted.length, 1, 'one of the three');
    for (const one of both) {
      if (one.outcome === 'refused') assert.equal(one.refusal, 'tender_limit_exceeded');
    }
    await house.done(issueOf(5_000n), { sale: saleBy('bill', { contract: '080-3333-4444' }) });
    await house.done(issueOf(5_000n), { sale: saleBy('cash', { contract: PHONE }) });
    assert.deepEqual(await counters(house), ['2026-02-05 5000', '2026-02-05 10000']);
    await house.close();
  },
);

void test(
  'R21 nor can they in two processes at once (PostgreSQL)',
  { skip: !hasPostgresBinaries() },
  async () => {
    const database = await openPostgres();
    const house = await openSellingHouse(database);
    const { keys, clock } = house;
    const catalogue = await holdCatalogue(database);
    const random = seededRandom(2);
    const other = await openEngine({ database, keys, clock, random, catalogue });
    for (let round = 0; round < 20; round += 1) {
      const sale = saleBy('bill', { contract: `090-0000-${round}` });
      const outcomes = await Promise.all(
        [house.engine, other, house.engine, other].map((engine, at) =>
          engine.submit({
            ...CLIENT,
            requestId: `round-${round}-${at}`,
            arrivedAt: clock.now(),
            sale,
            ...issueOf(4_000n),
          }),
        ),
      );
      const accepted = outcomes.filter(({ outcome }) => outcome === 'accepted');
      assert.equal(accepted.length, 2, `8,000 of 10,000 yen in round ${round}`);
    }
    await other.close();
    await house.close();
    assert.deepEqual((await verifyBooks(database)).findings, []);
    await database.close();
  },
);

forBothDatabases(
  'R21 a reversal in March of a sale in February frees February',
  async (database) => {
    const house = await openSellingHouse(database);
    const sale = saleBy('bill', { contract: PHONE });
    const card = await house.blank('variable');
    const wallet = await house.activated('prepaid', 1_000n);
    const activate: Act = { kind: 'activate', card, amountMinor: 4_000n, unit, funding: SELLER };
    const load: Act = {
      ...activate,
      kind: 'load',
      card: wallet,
      amountMinor: 2_000n,
      lotClass: 'paid',
    } as Act;
    await house.done(issueOf(3_000n), { sale, requestId: 'issued' });
    await house.done(activate, { sale, requestId: 'activated' });
    await house.done(load, { sale, requestId: 'loaded' });
    assert.equal(await house.refusal(issueOf(1_001n), { sale }), 'tender_limit_exceeded');
    assert.deepEqual(await counters(house), ['2026-02-05 9000']);
    house.clock.advance(3 * DAY_MS); // 5 March: the next period
    await house.done(issueOf(10_000n), { sale });
    await house.restart();
    await house.reverse('issued', null);
    assert.deepEqual(await counters(house), ['2026-02-05 6000', '2026-03-05 10000']);
    await house.done({ kind: 'deactivate', card }, { requestId: 'taken back' });
    assert.deepEqual(await counters(house), ['2026-02-05 2000', '2026-03-05 10000']);
    await house.reverse('taken back', card);
    assert.deepEqual(await counters(house), ['2026-02-05 6000', '2026-03-05 10000']);
    await house.reverse('loaded', wallet);
    await house.reverse('activated', card);
    assert.deepEqual(await counters(house), ['2026-02-05 0', '2026-03-05 10000']);
    assert.equal(await house.refusal(issueOf(500n), { sale }), 'tender_limit_exceeded', 'of March');
    await house.done(issueOf(10_000n), { sale: saleBy('bill', { contract: '070-1' }) });
    await house.close();
  },
);

forBothDatabases(
  'R21 a contract is named where its tender counts; it is kept only as a keyed hash',
  async (database) => {
    const house = await openSellingHouse(database);
    assert.equal(await house.refusal(issueOf(500n), { sale: saleBy('bill') }), 'contract_missing');
    const young = { contract: PHONE, age: 15 };
    assert.equal(
      await house.refusal(issueOf(5_001n), { sale: saleBy('bill', young) }),
      'tender_limit_exceeded',
    );
    const unknown = { contract: PHONE, age: null };
    assert.equal(
      await house.refusal(issueOf(5_001n), { sale: saleBy('bill', unknown) }),
      'tender_limit_exceeded',
    );
    await house.done(issueOf(5_000n), { sale: saleBy('bill', young), requestId: 'r' });
    const other = { sale: saleBy('bill', { contract: '090-9' }), requestId: 'r' };
    assert.equal(await house.refusal(issueOf(5_000n), other), 'request_id_reused');
    const text = JSON.stringify(await database.query('select facts from instruments.request'));
    const journals = await database.query('select content from ledger.batch');
    assert.ok(!/1111|09011/.test(text) && text.includes('contract'));
    assert.ok(journals.length > 0);
    await house.close();
  },
);

forBothDatabases(
  'a contract is one however it is written, and signs alone name none',
  async (database) => {
    const house = await openSellingHouse(database);
    const bought = (contract: string) =>
      house.submit(issueOf(10_000n), { sale: saleBy('bill', { contract }) });
    assert.equal((await bought('090-1111-2222')).outcome, 'accepted');
    for (const written of [
      '090.1111.2222',
      '(090)1111-2222',
      '+819011112222',
      '+81 (0)90-1111-2222',
      '0081 90 1111 2222',
      '０９０／１１１１／２２２２',
      '090_1111*2222\u200b',
    ]) {
      const again = await bought(written);
      assert.equal(again.outcome === 'refused' && again.refusal, 'tender_limit_exceeded', written);
    }
    for (const nobody of ['-', ' ()', '＋']) {
      const silent = await bought(nobody);
      assert.equal(silent.outcome === 'refused' && silent.refusal, 'contract_missing', nobody);
    }
    await house.close();
  },
);

void test('only of a phone bill a number is read as it is dialled at home', () => {
  assert.equal(countedContract('819011112222', 'carrier'), '09011112222');
  assert.equal(countedContract('81312345678', 'carrier'), '0312345678');
  assert.equal(countedContract('819011112222', 'card'), '819011112222');
  assert.equal(countedContract('8190111122223', 'carrier'), '8190111122223');
  assert.equal(normaliseContract('Ａb-ｃ1'), 'abc1');
});

void test('of limits the first that fits holds; of those that may be meant the smallest', () => {
  const limit = (
    ageFrom: number,
    ageTo: number | null,
    contract: string | null,
    limitMinor: bigint,
  ): MonthLimit => ({ ageFrom, ageTo, contract, limitMinor });
  const limits = [
    limit(0, 19, null, 10n),
    limit(20, null, 'new', 30n),
    limit(20, null, null, 100n),
  ];
  const of = (age: number | null, contractKind: string | null) =>
    limitOfContract(limits, { age, contractKind });
  assert.equal(of(19, 'new'), 10n);
  assert.equal(of(20, 'new'), 30n);
  assert.equal(of(20, 'old'), 100n);
  assert.equal(of(20, null), 30n);
  assert.equal(of(null, 'old'), 10n);
  assert.equal(of(null, null), 10n);
  assert.equal(limitOfContract([limit(0, 19, null, 10n)], { age: 20, contractKind: null }), null);
  assert.equal(limitOfContract([], { age: null, contractKind: null }), null);
});

void test('a period begins on its day of the month, at midnight of the zone', () => {
  const start = (resetDay: number, at: string) =>
    periodStart({ resetDay, zone: 'Asia/Tokyo' } as Tender, Date.parse(at));
  assert.equal(start(1, '2026-03-01T00:00:00+09:00'), '2026-03-01');
  assert.equal(start(1, '2026-02-28T23:59:59+09:00'), '2026-02-01');
  assert.equal(start(5, '2026-01-04T23:59:59+09:00'), '2025-12-05');
  assert.equal(start(5, '2026-01-05T00:00:00+09:00'), '2026-01-05');
  assert.equal(start(28, '2026-03-27T12:00:00+09:00'), '2026-02-28');
});
