import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { Unit } from '../kernel/money.ts';
import type { PaymentPlan } from './plan-payment.ts';

/**
 * What is known of the money, and nothing that is hoped for:
 * - prepared: nothing is promised and nothing taken
 * - authorised: promised until `authorisedUntil`
 * - taken: charged; the payer has paid
 * - declined: the provider said no, and nothing is taken
 * - cancelled: let go before anything was taken
 * - refunded: it was taken, and given back in full
 * - not_refunded: it was taken, and the provider refuses to give it back: for a person
 */
export type PaymentState =
  | 'prepared'
  | 'authorised'
  | 'taken'
  | 'declined'
  | 'cancelled'
  | 'refunded'
  | 'not_refunded';

/** A call to the provider that is due or under way. */
export type PaymentStep = 'authorise' | 'capture' | 'charge' | 'void' | 'refund';

/** How far its owner wants it to come. It goes on from left to right only. */
export type PaymentGoal = 'none' | 'begun' | 'taken' | 'cancelled';

/**
 * What an owner asks for:
 * - begin (at sending): authorise or charge, as the plan says; nothing for a plan that authorises at the claim
 * - take (at the claim): the money itself; an authorisation that has died is asked for anew
 * - cancel: nothing may stay taken. What is not taken is let go; what is taken, or is being taken while this is
 *   asked, is given back in full at once (R23)
 */
export type WantedStep = 'begin' | 'take' | 'cancel';

export interface Payment {
  readonly paymentId: bigint;
  readonly memberId: string;
  readonly methodId: bigint;
  readonly amountMinor: bigint;
  readonly unit: Unit;
  readonly plan: PaymentPlan;
  readonly purpose: string; // whose it is: `gift:12`
  readonly state: PaymentState;
  readonly goal: PaymentGoal;
  readonly doing: PaymentStep | null; // null: nothing is due or under way
  readonly isUnderWay: boolean; // a call of this step may have reached the provider
  readonly authorisedUntil: Instant | null;
  readonly declined: DeclineReason | null; // why the provider last said no
  readonly wantedAt: Instant; // of the last thing wanted
  readonly changedAt: Instant;
}

/** Closed: a provider's own words are mapped to these. */
export type DeclineReason =
  | 'limit' // more than this payer may spend in the period
  | 'funds'
  | 'stolen' // the provider forbids this method for good
  | 'expired' // the authorisation has died
  | 'not_possible' // this provider does not do such a thing
  | 'unreachable' // asked several times, and surely not done
  | 'refused'; // without a reason

/** What became known of a payment: told to its owner in the transaction that writes it. */
export interface Settled {
  readonly payment: Payment; // as it is now
  readonly was: PaymentState;
  readonly at: Instant;
}

/** Who a payment is for. Locks are taken owner first, payment second. */
export interface PaymentOwner<Ready = unknown> {
  readonly kind: string; // the purpose before the colon: `gift`
  /**
   * The provider has the money, and no row says so yet: what the owner wants done before one does, outside of any
   * transaction. It is done anew after a crash, and when the owner has moved on before the outcome was written; when
   * it throws, nothing is written and the outcome is inquired about again.
   */
  taken(payment: OwnedPayment): Promise<Ready>;
  /** Before the outcomes of some payments are written. */
  lock(on: Queryable, outcomes: readonly OwnedOutcome<Ready>[]): Promise<LockedOwner>;
}

export interface OwnedPayment {
  readonly paymentId: bigint;
  readonly purpose: string;
}

export interface OwnedOutcome<Ready = unknown> extends OwnedPayment {
  readonly ready: Ready | null; // what `taken` has answered; null: no money was taken
}

/** An owner that does not move until the end of the transaction. */
export interface LockedOwner {
  /** Payments whose owner is not any more as `taken` has found it: they are not written before it was asked anew. */
  readonly moved: readonly bigint[];
  settled(settled: readonly Settled[]): Promise<void>;
}
