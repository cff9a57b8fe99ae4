import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { nextPayment, TRIES_MAX, type PaymentCourse, type PaymentEvent } from './next-payment.ts';
import type { PaymentPlan } from './plan-payment.ts';
import { outlivesPromise, planPayment } from './plan-payment.ts';

const AT = 1_000_000;
const PLANS: readonly PaymentPlan[] = [
  'authorise_then_capture',
  'authorise_at_claim',
  'charge_at_sending',
];

function fresh(plan: PaymentPlan): PaymentCourse {
  return {
    plan,
    state: 'prepared',
    goal: 'none',
    doing: null,
    isUnderWay: false,
    authorisedUntil: null,
    declined: null,
    tries: 0,
  };
}

const DONE: PaymentEvent = { event: 'done', liveUntil: AT + 1_000 };
const begun = { event: 'wanted', step: 'begin' } as const;
const claimed = { event: 'wanted', step: 'take' } as const;
const cancelled = { event: 'wanted', step: 'cancel' } as const;

/** Each event in its turn; a call that is due is under way before its outcome comes. */
function course(plan: PaymentPlan, events: readonly PaymentEvent[], at = AT): PaymentCourse {
  return events.reduce((now, event) => {
    const isCall = event.event !== 'wanted';
    return nextPayment(isCall ? { ...now, isUnderWay: true } : now, event, at);
  }, fresh(plan));
}

void describe('a payment', () => {
  void test('is promised at sending and taken at the claim', () => {
    const promised = course('authorise_then_capture', [begun, DONE]);
    assert.deepEqual([promised.state, promised.doing], ['authorised', null]);
    const asked = nextPayment(promised, claimed, AT);
    assert.equal(asked.doing, 'capture');
    assert.equal(course('authorise_then_capture', [begun, DONE, claimed, DONE]).state, 'taken');
  });

  void test('is asked for anew at the claim when its promise has died', () => {
    const promised = course('authorise_then_capture', [begun, DONE]);
    assert.equal(nextPayment(promised, claimed, AT + 1_000).doing, 'authorise');
    const late = course('authorise_then_capture', [
      begun,
      DONE,
      claimed,
      { event: 'declined', reason: 'expired' },
    ]);
    assert.deepEqual([late.state, late.doing], ['prepared', 'authorise']);
  });

  void test('is charged at sending when the plan says so, and nothing more is asked at the claim', () => {
    assert.equal(course('charge_at_sending', [begun]).doing, 'charge');
    const claimedThen = course('charge_at_sending', [begun, DONE, claimed]);
    assert.deepEqual([claimedThen.state, claimedThen.doing], ['taken', null]);
    assert.equal(course('charge_at_sending', [begun, DONE, cancelled]).doing, 'refund');
  });

  void test('that asks nothing at sending is cancelled without a call', () => {
    assert.equal(course('authorise_at_claim', [begun]).doing, null);
    const over = course('authorise_at_claim', [begun, cancelled]);
    assert.deepEqual([over.state, over.doing], ['cancelled', null]);
  });

  void test('cancelled while it is captured waits for the outcome, and is given back when it succeeded (R23)', () => {
    const capturing = {
      ...course('authorise_then_capture', [begun, DONE, claimed]),
      isUnderWay: true,
    };
    const waits = nextPayment(capturing, cancelled, AT);
    assert.deepEqual([waits.doing, waits.isUnderWay, waits.state], ['capture', true, 'authorised']);
    const taken = nextPayment(waits, DONE, AT);
    assert.deepEqual([taken.state, taken.doing], ['taken', 'refund']);
    assert.equal(nextPayment({ ...taken, isUnderWay: true }, DONE, AT).state, 'refunded');
    const declined = nextPayment(waits, { event: 'declined', reason: 'funds' }, AT);
    assert.deepEqual([declined.state, declined.doing], ['authorised', 'void']);
    assert.equal(nextPayment(waits, { event: 'not_done' }, AT).doing, 'void');
  });

  void test('cancelled while its capture only waits for its turn is let go', () => {
    const due = course('authorise_then_capture', [begun, DONE, claimed]);
    assert.equal(nextPayment(due, cancelled, AT).doing, 'void');
  });

  void test('that was declined at the capture lets go what still binds the payer, and can be wanted again', () => {
    const declined = course('authorise_then_capture', [
      begun,
      DONE,
      claimed,
      { event: 'declined', reason: 'funds' },
    ]);
    assert.deepEqual([declined.state, declined.doing], ['declined', 'void']);
    const letGo = nextPayment({ ...declined, isUnderWay: true }, DONE, AT);
    assert.deepEqual([letGo.state, letGo.doing], ['declined', null]);
    assert.equal(nextPayment(letGo, claimed, AT).doing, 'authorise');
  });

  void test('that was surely not done is tried again some times, a refund for ever', () => {
    let now = course('charge_at_sending', [begun]);
    for (let tries = 1; tries < TRIES_MAX; tries += 1) {
      now = nextPayment({ ...now, isUnderWay: true }, { event: 'not_done' }, AT);
      assert.equal(now.doing, 'charge');
    }
    now = nextPayment({ ...now, isUnderWay: true }, { event: 'not_done' }, AT);
    assert.deepEqual([now.state, now.declined], ['declined', 'unreachable']);
    let back = course('charge_at_sending', [begun, DONE, cancelled]);
    for (let tries = 0; tries < 50; tries += 1) {
      back = nextPayment({ ...back, isUnderWay: true }, { event: 'not_done' }, AT);
    }
    assert.deepEqual([back.state, back.doing], ['taken', 'refund']);
  });

  void test('whatever happens in whatever order, is taken once at most, and cancelled keeps nothing', () => {
    const move = fc.constantFrom<PaymentEvent['event'] | 'begin' | 'take' | 'cancel' | 'start'>(
      ...([
        'start',
        'start',
        'done',
        'done',
        'declined',
        'not_done',
        'begin',
        'take',
        'cancel',
      ] as const),
    );
    const story = fc.record({
      plan: fc.constantFrom(...PLANS),
      moves: fc.array(fc.tuple(move, fc.integer({ min: 0, max: 800 })), { maxLength: 40 }),
    });
    fc.assert(
      fc.property(story, ({ plan, moves }) => {
        let now = fresh(plan);
        let at = AT;
        let taken = 0;
        let wanted: 'open' | 'cancelled' = 'open';
        const step = (event: PaymentEvent): void => {
          if (event.event === 'done' && (now.doing === 'capture' || now.doing === 'charge'))
            taken += 1;
          if (event.event === 'done' && now.doing === 'refund') taken -= 1;
          now = nextPayment(now, event, at);
          assert.ok(taken === 0 || taken === 1, 'taken once at most');
        };
        for (const [kind, ms] of moves) {
          at += ms;
          if (kind === 'begin' || kind === 'take' || kind === 'cancel') {
            if (kind === 'cancel') wanted = 'cancelled';
            step({ event: 'wanted', step: kind });
          } else if (kind === 'start') {
            if (now.doing !== null) now = { ...now, isUnderWay: true };
          } else if (now.isUnderWay) {
            if (kind === 'done') step({ event: 'done', liveUntil: at + 500 });
            else if (kind === 'declined') step({ event: 'declined', reason: 'funds' });
            else step({ event: 'not_done' });
          }
        }
        // Everything that is due is done in the end, and the provider says yes.
        for (let left = 0; left < 20 && now.doing !== null; left += 1) {
          now = { ...now, isUnderWay: true };
          step({ event: 'done', liveUntil: at + 500 });
        }
        assert.equal(now.doing, null);
        if (now.state === 'not_refunded') return;
        assert.equal(taken, now.state === 'taken' ? 1 : 0, `${now.state} agrees with the money`);
        if (wanted === 'cancelled') assert.equal(taken, 0, 'what was cancelled keeps nothing');
      }),
      { numRuns: 2_000 },
    );
  });
});

void describe('the plan of a payment', () => {
  const DAY = 86_400_000;

  void test('follows from what the tender can do', () => {
    const card = { authorisationMs: 7 * DAY, refundWindowMs: 180 * DAY };
    const carrier = { authorisationMs: 14 * 60_000, refundWindowMs: 90 * DAY };
    const bill = { authorisationMs: 14 * 60_000, refundWindowMs: null };
    const cash = { authorisationMs: null, refundWindowMs: null };
    assert.equal(planPayment(card, 90 * DAY), 'authorise_then_capture');
    assert.equal(planPayment(carrier, 90 * DAY), 'charge_at_sending');
    assert.equal(planPayment(bill, 90 * DAY), 'authorise_at_claim');
    assert.equal(planPayment(cash, 90 * DAY), null);
    assert.equal(outlivesPromise(card, 90 * DAY), true);
    assert.equal(outlivesPromise(card, 3 * DAY), false);
  });
});
