import type { Instant } from '../kernel/clock.ts';
import type {
  DeclineReason,
  PaymentGoal,
  PaymentState,
  PaymentStep,
  WantedStep,
} from './payment.ts';
import type { PaymentPlan } from './plan-payment.ts';

/** All that the next state depends on. */
export interface PaymentCourse {
  readonly plan: PaymentPlan;
  readonly state: PaymentState;
  readonly goal: PaymentGoal;
  readonly doing: PaymentStep | null;
  readonly isUnderWay: boolean;
  readonly authorisedUntil: Instant | null;
  readonly declined: DeclineReason | null;
  readonly tries: number;
}

export type PaymentEvent =
  | { readonly event: 'wanted'; readonly step: WantedStep }
  | { readonly event: 'done'; readonly liveUntil: Instant | null }
  | { readonly event: 'declined'; readonly reason: DeclineReason }
  | { readonly event: 'not_done' };

/** So often is tried what surely was not done, before the owner is told that it cannot be. */
export const TRIES_MAX = 5;

/**
 * The whole table of a payment: what is known, what is wanted, what happened -> what is known, and what is to be
 * done. While a call is under way only the goal changes: its outcome is awaited, and then dealt with.
 */
export function nextPayment(was: PaymentCourse, event: PaymentEvent, at: Instant): PaymentCourse {
  const now = event.event === 'wanted' ? wanted(was, event.step) : afterCall(was, event);
  return now.isUnderWay ? now : goOn(now, at);
}

const GOALS: Readonly<Record<WantedStep, PaymentGoal>> = {
  begin: 'begun',
  take: 'taken',
  cancel: 'cancelled',
};
const ORDER: readonly PaymentGoal[] = ['none', 'begun', 'taken', 'cancelled'];

function wanted(was: PaymentCourse, step: WantedStep): PaymentCourse {
  const asked = GOALS[step];
  if (was.goal === 'cancelled') return was;
  // What was declined may be wanted again: funds change.
  const again = was.state === 'declined' && step !== 'cancel';
  const goal = ORDER.indexOf(asked) > ORDER.indexOf(was.goal) ? asked : was.goal;
  return { ...was, goal, state: again ? 'prepared' : was.state, tries: 0 };
}

function afterCall(
  was: PaymentCourse,
  event: Exclude<PaymentEvent, { event: 'wanted' }>,
): PaymentCourse {
  const ended = { ...was, isUnderWay: false, doing: null };
  if (event.event === 'done') return { ...ended, ...done(was, event.liveUntil), tries: 0 };
  const tries = was.tries + 1;
  const isGivenUp = tries >= TRIES_MAX && was.doing !== 'void' && was.doing !== 'refund';
  if (event.event === 'not_done') {
    return isGivenUp ? refusedBy(was, 'unreachable') : { ...ended, tries };
  }
  const hasDied = was.doing === 'capture' && event.reason === 'expired';
  if (hasDied && !isGivenUp) return { ...ended, state: 'prepared', authorisedUntil: null, tries };
  return refusedBy(was, event.reason);
}

function done(was: PaymentCourse, liveUntil: Instant | null): Partial<PaymentCourse> {
  switch (was.doing) {
    case 'authorise':
      return { state: 'authorised', authorisedUntil: liveUntil };
    case 'capture':
    case 'charge':
      return { state: 'taken', authorisedUntil: null };
    case 'refund':
      return { state: 'refunded' };
    default:
      return letGo(was);
  }
}

function refusedBy(was: PaymentCourse, declined: DeclineReason): PaymentCourse {
  const ended = { ...was, isUnderWay: false, doing: null, declined, tries: 0 };
  switch (was.doing) {
    case 'refund':
      return { ...ended, state: 'not_refunded' };
    case 'void':
      return { ...ended, ...letGo(was) }; // the promise dies by itself
    case 'capture': // it still binds the payer's money: it is let go
      return was.goal === 'cancelled' ? ended : { ...ended, state: 'declined', doing: 'void' };
    default:
      return {
        ...ended,
        state: was.goal === 'cancelled' ? 'cancelled' : 'declined',
        authorisedUntil: null,
      };
  }
}

function letGo(was: PaymentCourse): Partial<PaymentCourse> {
  return { state: was.state === 'authorised' ? 'cancelled' : was.state, authorisedUntil: null };
}

/** What is to be done next; what needs no call is done here. */
function goOn(now: PaymentCourse, at: Instant): PaymentCourse {
  if (now.goal === 'cancelled') {
    const isDead = now.authorisedUntil !== null && now.authorisedUntil <= at;
    if (now.state === 'prepared' || (now.state === 'authorised' && isDead)) {
      return { ...now, state: 'cancelled', doing: null, authorisedUntil: null };
    }
  }
  if (now.state === 'declined') return now; // what it still binds is being let go
  return { ...now, doing: stepOf(now, at) };
}

function stepOf({ plan, state, goal, authorisedUntil }: PaymentCourse, at: Instant) {
  if (goal === 'cancelled') {
    if (state === 'authorised') return 'void';
    return state === 'taken' ? 'refund' : null;
  }
  if (goal === 'none' || (goal === 'begun' && plan === 'authorise_at_claim')) return null;
  if (state === 'prepared') return plan === 'charge_at_sending' ? 'charge' : 'authorise';
  if (state !== 'authorised' || goal === 'begun') return null;
  return authorisedUntil !== null && authorisedUntil <= at ? 'authorise' : 'capture';
}
