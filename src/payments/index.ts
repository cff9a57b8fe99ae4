/**
 * Payments: money that a member owes for something, taken by a provider outside of here.
 *
 * **Invariant.** No provider is called inside a transaction or a lane's turn: each call is an attempt, written
 * before it is made and closed behind it (R23).
 * **Invariant.** What may have happened is inquired about until it is known; a step is not tried anew before the one
 * before it is known not to have been done. So nothing is taken twice, whenever a process dies.
 * **Invariant.** What is cancelled ends with nothing taken: let go, or given back in full, also when the taking was
 * under way.
 * **Invariant.** A payment's owner hears of an outcome in the transaction that writes it, and of money that was taken
 * before that too: what it does then is done again until the outcome is written.
 * Deliberately absent: parts of an amount, money paid out, and any value of ours: that is issued by whoever owns the
 * payment.
 */
export { openPayments, METHODS_MAX, type PaymentParts } from './open-payments.ts';
export type { Payments, WantedPayment, WorkRound } from './payments.ts';
export type {
  DeclineReason,
  LockedOwner,
  OwnedOutcome,
  OwnedPayment,
  Payment,
  PaymentGoal,
  PaymentOwner,
  PaymentState,
  PaymentStep,
  Settled,
  WantedStep,
} from './payment.ts';
export type { MethodKind, MethodRefusal, PaymentMethod, WantedMethod } from './payment-method.ts';
export {
  outlivesPromise,
  planPayment,
  type PaymentPlan,
  type TenderFacts,
} from './plan-payment.ts';
export type {
  InquiryAnswer,
  KnownToken,
  PaymentProvider,
  ProviderAnswer,
  ProviderCall,
  StatementLine,
} from './provider.ts';
export { sandboxProvider } from './sandbox-provider.ts';
export {
  verifyPayments,
  type PaymentDifference,
  type PaymentTotals,
  type VerifiedPayments,
} from './verify-payments.ts';
export type { WorkPolicy } from './work-payments.ts';
