import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REQUEST_JOURNAL } from '../instruments/index.ts';
import { journalRow } from '../ledger/index.ts';
import { countJournal, Tally } from './count-journal.ts';

const ARRIVED = Date.parse('2026-03-02T05:59:59.999Z');
const DECIDED = Date.parse('2026-03-02T06:00:00.010Z');
const PLACE = { at: DECIDED, previousLastId: 10n };

function line(over: Readonly<Record<string, unknown>>): string {
  const row = {
    lane: 3,
    clientId: 1,
    requestId: 'one',
    homeKey: 'r:one',
    sequence: (11n << 8n) + 3n,
    kind: 'issue',
    content: new Uint8Array(16),
    arrivedAt: ARRIVED,
    decidedAt: DECIDED,
    outcome: 'accepted',
    instrumentId: 2_563n,
    productId: 7,
    sellerId: 2,
    merchantId: null,
    holdId: null,
    amountMinor: 3_000n,
    balanceMinor: 3_000n,
    state: 'active',
    firstTransferId: null,
    transferCount: 1,
    undoneMinor: 0n,
    isReversed: false,
    facts: { tenderId: 5, contract: '-42' },
    ...over,
  };
  return journalRow(REQUEST_JOURNAL, row as never);
}

function count(...lines: string[]): Tally {
  const tally = new Tally();
  countJournal(['head', ...lines].join('\n'), PLACE, tally);
  return tally;
}

void test('an operation is counted in the hour and minute in which it arrived, not in those of its batch', () => {
  const { hours, minutes, purchases } = count(line({}));
  assert.deepEqual(
    [...hours.values()],
    [
      {
        at: Date.parse('2026-03-02T05:00:00Z'),
        clientId: 1,
        productId: 7,
        sellerId: 2,
        tenderId: 5,
        merchantId: 0,
        kind: 'issue',
        outcome: 'accepted',
        count: 1n,
        amountMinor: 3_000n,
      },
    ],
  );
  assert.equal([...minutes.values()][0]?.at, Date.parse('2026-03-02T05:59:00Z'));
  assert.equal(purchases[0]?.contract, -42n);
});

void test('a request that is told again because it changed is not counted again', () => {
  const changed = { sequence: (10n << 8n) + 3n };
  assert.equal(count(line(changed)).hours.size, 0);
  const reversed = [
    ...count(line({ ...changed, isReversed: true, undoneMinor: 3_000n })).hours.values(),
  ];
  assert.deepEqual(
    reversed.map(({ at, outcome, amountMinor }) => ({ at, outcome, amountMinor })),
    [{ at: Date.parse('2026-03-02T06:00:00Z'), outcome: 'reversed', amountMinor: 3_000n }],
    'but that it was taken back is, when that was decided',
  );
});

void test('one that was made and taken back in one batch is both', () => {
  const { hours } = count(line({ isReversed: true, undoneMinor: 3_000n }));
  assert.deepEqual(
    [...hours.values()].map(({ outcome }) => outcome),
    ['accepted', 'reversed'],
  );
});

void test('a refusal is counted by its cause, and is nobody’s purchase', () => {
  const { hours, purchases } = count(line({ outcome: 'suspended', amountMinor: null }));
  assert.deepEqual(
    [...hours.values()].map(({ outcome, count: times }) => [outcome, times]),
    [['suspended', 1n]],
  );
  assert.equal(purchases.length, 0);
});

void test('stock, expiry and steps inside another request are not counted', () => {
  const inner = ['stock', 'expire', 'counterpart', 'rebalance', 'fund', 'reverse', 'close_item'];
  assert.equal(count(...inner.map((kind) => line({ kind }))).hours.size, 0);
});
