import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SentGift } from '../gifts/index.ts';
import { caseGiftOf, sumsOf, type CaseGift, type SeenGift } from './case-gift.ts';
import { DECIDED_WITHIN_MS, LOOK_WITHIN_MS, whatComesNext, type Facts } from './what-comes-next.ts';

const NOW = Date.UTC(2016, 4, 10);
const DAY_MS = 24 * 60 * 60_000;

const RECORD: Facts['record'] = {
  openedAt: NOW,
  stoppedAt: NOW,
  lookAt: NOW + LOOK_WITHIN_MS,
  liftedAt: null,
  closedAt: null,
};

let gifts = 0n;

function giftOf(gift: Partial<SentGift>, seen: Partial<SeenGift> = {}): CaseGift {
  gifts += 1n;
  const whole = {
    giftId: gifts,
    amountMinor: 3_000n,
    unit: 'JPY',
    madeAt: NOW - 30 * DAY_MS,
    chargedAt: null,
    state: 'cancelled',
    payment: 'cancelled',
    ...gift,
  } as SentGift;
  return caseGiftOf(whole, {
    stateBefore: 'sent',
    stateAfter: 'cancelled',
    isRefundWanted: false,
    refund: null,
    ...seen,
  });
}

test('each gift is counted in one place, by what its payment says', () => {
  const table: readonly [CaseGift, CaseGift['outcome']][] = [
    [giftOf({}), 'stopped'],
    [giftOf({ payment: null }), 'stopped'],
    [giftOf({ payment: 'authorised' }), 'stopped'],
    [giftOf({ payment: 'authorised' }, { isRefundWanted: true }), 'charge_under_way'],
    [giftOf({ payment: 'declined' }, { isRefundWanted: true }), 'stopped'],
    [giftOf({ payment: 'taken' }, { isRefundWanted: true }), 'refund_under_way'],
    [giftOf({ payment: 'refunded' }, { isRefundWanted: true }), 'refunded'],
    [giftOf({ payment: 'not_refunded' }, { isRefundWanted: true }), 'not_refunded'],
    [giftOf({ state: 'charged', payment: 'taken' }, { stateBefore: 'charged' }), 'charged'],
    [
      giftOf({ state: 'charged', payment: 'taken' }, { stateBefore: 'charged', refund: 'asked' }),
      'refund_under_way',
    ],
    [
      giftOf(
        { state: 'charged', payment: 'refunded' },
        { stateBefore: 'charged', refund: 'spent' },
      ),
      'refunded',
    ],
    [giftOf({ state: 'expired' }, { stateBefore: 'expired' }), 'over_before'],
    [giftOf({ payment: 'refunded' }, { stateBefore: 'cancelled' }), 'over_before'],
  ];
  for (const [gift, outcome] of table) assert.equal(gift.outcome, outcome);
  const sums = sumsOf(table.map(([gift]) => gift));
  assert.equal(
    sums.reduce((all, { count }) => all + count, 0),
    table.length,
  );
  assert.equal(
    sums.reduce((all, { amountMinor }) => all + amountMinor, 0n),
    3_000n * BigInt(table.length),
  );
});

test('what comes next says whose it is and by when', () => {
  const nothing = whatComesNext({ record: RECORD, gifts: [], stepsDue: new Set() });
  assert.deepEqual(
    nothing.map(({ kind, responsible, by }) => [kind, responsible, by]),
    [
      ['desk_looks', 'desk', NOW + LOOK_WITHIN_MS],
      ['unfreeze', 'member', null],
    ],
  );
  const charged = giftOf(
    { state: 'charged', payment: 'taken', chargedAt: NOW - 10 * DAY_MS },
    { stateBefore: 'charged' },
  );
  const kinds = whatComesNext({ record: RECORD, gifts: [charged], stepsDue: new Set(['freeze']) });
  assert.deepEqual(
    kinds.map(({ kind }) => kind),
    ['freezing', 'refund_decision', 'desk_looks', 'unfreeze'],
  );
  assert.equal(kinds[1]?.by, NOW + DECIDED_WITHIN_MS);
  const lifted = { ...RECORD, liftedAt: NOW };
  const after = whatComesNext({ record: lifted, gifts: [], stepsDue: new Set(['unfreeze']) });
  assert.deepEqual(
    after.map(({ kind }) => kind),
    ['releasing', 'desk_looks'],
  );
  const closed = { ...lifted, closedAt: NOW };
  const over = whatComesNext({ record: closed, gifts: [charged], stepsDue: new Set() });
  assert.deepEqual(
    over.map(({ kind }) => kind),
    ['nothing'],
  );
});

test('the clock of compensation begins with the charge that its owner could know of', () => {
  const decisionOn = (chargedAt: number) => {
    const gift = giftOf(
      { state: 'charged', payment: 'taken', chargedAt, madeAt: NOW - 200 * DAY_MS },
      { stateBefore: 'charged' },
    );
    const next = whatComesNext({ record: RECORD, gifts: [gift], stepsDue: new Set() });
    return next.find(({ kind }) => kind === 'refund_decision')?.isInTime;
  };
  assert.equal(decisionOn(NOW - 60 * DAY_MS), true, 'sent long before, charged 60 days ago');
  assert.equal(decisionOn(NOW - 61 * DAY_MS), false);
});
