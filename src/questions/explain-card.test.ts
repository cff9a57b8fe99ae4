import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CAUSE_OF_REFUSAL, CAUSE_RULES, CAUSES } from './causes.ts';
import { explainCard } from './explain-card.ts';
import { proofOf } from './judge-proof.ts';
import {
  cardOf,
  factsOf,
  HOUR,
  NOW,
  OUTAGE,
  questionOf,
  requestOf,
  SALE,
} from './testing/facts.ts';

const tried = questionOf().tried;
const STOP = { ...OUTAGE, cause: 'suspended' } as const;

void test('each cause is told from the card, with what became of the value', () => {
  const told = (card: Parameters<typeof cardOf>[0], question = questionOf(), more = {}) => {
    const { cause, safety } = explainCard(question, factsOf({ card: cardOf(card), ...more }));
    return [cause, safety];
  };
  const frozen = [{ owner: 'fraud', openedAt: NOW }] as const;
  const past = { remainingMinor: 10n, heldMinor: 0n, expiresAt: NOW - 1, isFrozen: false };
  const spent = { lots: [{ ...past, remainingMinor: 0n, expiresAt: null }] };
  assert.deepEqual(told({}), ['usable', 'safe']);
  assert.deepEqual(told({ state: 'blank', lots: [] }), ['never_activated', 'not_loaded']);
  assert.deepEqual(told({ state: 'blank', cause: 'deactivated' }), ['deactivated', 'not_loaded']);
  assert.deepEqual(told({ state: 'voided' }), ['deactivated', 'not_loaded']);
  assert.deepEqual(told({ state: 'expired' }), ['expired', 'ended']);
  assert.deepEqual(told({ lots: [past] }), ['expired', 'ended'], 'before the sweep has come by');
  assert.deepEqual(told({ state: 'used', ...spent }), ['already_used', 'spent']);
  assert.deepEqual(told(spent), ['already_used', 'spent'], 'a reloadable card is never "used"');
  assert.deepEqual(told({ freezes: frozen }), ['frozen', 'safe']);
  assert.deepEqual(told({ productId: 2 }), ['wrong_site', 'safe'], 'taken for another product');
  const elsewhere = questionOf({ tried: { ...tried, isElsewhere: true } });
  assert.deepEqual(told({}, elsewhere), ['wrong_site', 'safe']);
  const abroad = questionOf({ tried: { ...tried, country: 'US' } });
  assert.deepEqual(told({}, abroad, { usable: { countries: ['JP'] } }), ['other_country', 'safe']);
  assert.deepEqual(told({}, abroad, { usable: { countries: [] } }), ['usable', 'safe']);
  const load = questionOf({ tried: { ...tried, doing: 'load', amountMinor: 47_001n } });
  assert.deepEqual(told({}, load), ['balance_limit_reached', 'safe']);
  const fits = questionOf({ tried: { ...tried, doing: 'load', amountMinor: 47_000n } });
  assert.deepEqual(told({}, fits), ['usable', 'safe']);
  assert.deepEqual(told({}, questionOf(), { environment: ['old_browser'] }), [
    'environment',
    'safe',
  ]);
  const back = questionOf({ tried: { ...tried, saw: 'error_page' } });
  assert.deepEqual(told({}, back), ['environment', 'safe']);
});

void test('what stands in the way of everybody is not blamed on the holder', () => {
  const during = { inTheWayOfUse: OUTAGE };
  const holder = explainCard(questionOf(), factsOf(during));
  assert.deepEqual([holder.cause, holder.safety, holder.since], ['outage', 'safe', NOW - HOUR]);
  assert.equal(holder.lookAgainAt, NOW + HOUR);
  const stranger = explainCard(questionOf(), factsOf({ ...during, card: null }));
  assert.deepEqual(stranger, { ...holder, sellerId: stranger.sellerId }, 'no code is wrong now');
  const stopped = explainCard(questionOf(), factsOf({ inTheWayOfUse: STOP }));
  assert.deepEqual([stopped.cause, stopped.publicText?.ja], ['suspended', '調査中です']);
  const over = explainCard(questionOf(), factsOf({ inTheWayOfUse: { ...OUTAGE, isOver: true } }));
  assert.deepEqual([over.cause, over.isOver, over.spendableMinor], ['outage', true, 3_000n]);
});

void test('what is certain of the card comes before an outage', () => {
  const used = cardOf({ state: 'used', lots: [], requests: [SALE, requestOf()] });
  const answer = explainCard(questionOf(), factsOf({ card: used, inTheWayOfUse: OUTAGE }));
  assert.equal(answer.cause, 'already_used');
});

void test('a card that a till could not activate in an outage is a matter of the sale', () => {
  const blank = cardOf({ state: 'blank', lots: [] });
  const answer = explainCard(questionOf(), factsOf({ card: blank, inTheWayOfActivation: OUTAGE }));
  assert.deepEqual(
    [answer.cause, answer.safety, answer.responsible],
    ['outage', 'not_loaded', 'sale'],
  );
});

void test('uses are told without what was given back or reversed, and can be disowned', () => {
  const requests = [
    SALE,
    requestOf({ arrivedAt: 1, amountMinor: 100n }),
    requestOf({ arrivedAt: 2, amountMinor: 200n, undoneMinor: 50n }),
    requestOf({ arrivedAt: 3, isReversed: true }),
    requestOf({ arrivedAt: 4, amountMinor: 300n, undoneMinor: 300n }),
    requestOf({ arrivedAt: 5, outcome: 'insufficient_value' }),
    requestOf({ arrivedAt: 6, kind: 'freeze' }),
  ];
  const card = cardOf({ state: 'used', lots: [], requests });
  const { uses, since, canReport } = explainCard(questionOf(), factsOf({ card }));
  assert.deepEqual(
    uses.map(({ at, amountMinor }) => [at, amountMinor]),
    [
      [2, 150n],
      [1, 100n],
    ],
  );
  assert.deepEqual([since, canReport], [2, true]);
  assert.equal(explainCard(questionOf(), factsOf()).canReport, false, 'nothing was used');
});

void test('without card the answer follows from what was typed alone', () => {
  const unseen = { card: null };
  assert.equal(explainCard(questionOf(), factsOf(unseen)).cause, 'mistyped');
  const byNumber = factsOf({ ...unseen, isByNumber: true });
  const answer = explainCard(questionOf(), byNumber);
  assert.deepEqual([answer.cause, answer.safety], ['cannot_tell', 'unknown']);
  assert.deepEqual([answer.uses, answer.spendableMinor, answer.canReport], [[], null, false]);
  const typed = { kind: 'of_other_product', places: [], length: null, otherProductId: 2 } as const;
  assert.equal(explainCard(questionOf(), factsOf({ ...unseen, typed })).cause, 'wrong_site');
});

void test('a number counts only with its purchase', () => {
  const card = cardOf();
  const bought = { ...questionOf().bought, amountMinor: 3_000n };
  const withReceipt = { ...bought, receipt: '123456' };
  const withTime = { ...bought, sellerId: 21, at: SALE.arrivedAt + HOUR };
  assert.equal(proofOf(card, withReceipt, 1), 'receipt');
  assert.equal(proofOf(card, withTime, 1), 'purchase');
  assert.equal(proofOf(card, { ...bought, receipt: SALE.requestId }, 1), 'receipt');
  for (const wrong of [
    bought,
    { ...withReceipt, amountMinor: null },
    { ...withReceipt, amountMinor: 1_500n },
    { ...bought, receipt: '123457' },
    { ...bought, receipt: '' },
    { ...bought, receipt: '|' },
    { ...bought, receipt: 'MERCHANT0000001' },
    { ...bought, receipt: 'TERM0001' },
    { ...bought, receipt: '20260401100000' }, // seen by whoever stood behind
    { ...withTime, at: SALE.arrivedAt + HOUR + 1 },
    { ...withTime, sellerId: 22 },
    { ...withTime, sellerId: null },
  ]) {
    assert.equal(proofOf(card, wrong, 1), null, JSON.stringify(wrong.receipt));
  }
  const reversed = cardOf({ state: 'blank', requests: [{ ...SALE, isReversed: true }] });
  assert.equal(
    proofOf(reversed, withReceipt, 1),
    'receipt',
    'a purchase that was taken back is one too',
  );
  assert.equal(proofOf(cardOf({ state: 'blank', requests: [] }), withReceipt, 1), null);
});

void test('after five tries a day only the receipt proves the purchase, and in the end nothing does', () => {
  const bought = { ...questionOf().bought, amountMinor: 3_000n };
  const withTime = { ...bought, sellerId: 21, at: SALE.arrivedAt };
  const withReceipt = { ...bought, receipt: '123456' };
  const told = (of: typeof bought) => [5, 6, 50, 51].map((tries) => proofOf(cardOf(), of, tries));
  assert.deepEqual(told(withTime), ['purchase', null, null, null]);
  assert.deepEqual(told(withReceipt), ['receipt', 'receipt', 'receipt', null]);
});

void test('"that was not me" is for whoever holds the code or the receipt', () => {
  const used = factsOf({ card: cardOf({ requests: [SALE, requestOf()] }) });
  assert.equal(explainCard(questionOf(), used).canReport, true);
  const byHour = { ...used, isByNumber: true, mayReport: false };
  assert.equal(explainCard(questionOf(), byHour).canReport, false);
});

void test('every cause has its rule, and every cause of a refusal is one', () => {
  assert.deepEqual(Object.keys(CAUSE_RULES), [...CAUSES]);
  const told = new Set(Object.values(CAUSE_OF_REFUSAL).filter((cause) => cause !== null));
  for (const cause of told) assert.ok(CAUSES.includes(cause));
});
