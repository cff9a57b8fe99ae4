import type { Queryable } from '../kernel/database/index.ts';
import type { Result } from '../kernel/result.ts';
import type { MethodRefusal, PaymentMethod, WantedMethod } from './payment-method.ts';
import type { Payment, PaymentOwner, WantedStep } from './payment.ts';
import type { PaymentPlan } from './plan-payment.ts';
import type { KnownToken } from './provider.ts';
import type { Unit } from '../kernel/money.ts';

export interface WantedPayment {
  readonly memberId: string;
  readonly methodId: bigint;
  readonly amountMinor: bigint;
  readonly unit: Unit;
  readonly plan: PaymentPlan;
  readonly purpose: string; // `gift:12`
}

export interface WorkRound {
  readonly calls: number; // that were made
  readonly settled: number; // payments whose state changed
}

/** Payments of members, and the way to the providers that carry them out. */
export interface Payments {
  /** The newest first, without the removed. */
  methods(memberId: string): Promise<readonly PaymentMethod[]>;
  /** What can be added by name: the sandbox's. */
  tokens(): readonly KnownToken[];
  addMethod(wanted: WantedMethod): Promise<Result<PaymentMethod, MethodRefusal>>;
  /** False: there is none of this member's. Payments that were begun by it go on. */
  removeMethod(memberId: string, methodId: bigint): Promise<boolean>;
  /** All of a member whose account ends, in the caller's transaction. Payments that were begun by them go on. */
  forgetMethods(on: Queryable, memberId: string): Promise<void>;
  /** What is kept of removed methods goes as soon as no call needs it; how many were forgotten. */
  forgetRemoved(): Promise<number>;
  /** A payment in the caller's transaction; nothing is asked of a provider before something is wanted. */
  prepare(on: Queryable, wanted: WantedPayment): Promise<Result<Payment, 'method_not_found'>>;
  /**
   * Wants something of many payments, in the caller's transaction, which has locked their owners' rows before.
   * Answers each as it is now: what needs no call (a cancel of what was never asked for) is done in that instant,
   * and is not told to the owner's `settled` again.
   */
  want(on: Queryable, step: WantedStep, paymentIds: readonly bigint[]): Promise<readonly Payment[]>;
  find(on: Queryable, paymentIds: readonly bigint[]): Promise<readonly Payment[]>;
  /** Once for each kind of purpose, before the first work. */
  own<Ready>(owner: PaymentOwner<Ready>): void;
  /** Something was wanted and committed: the work begins now, not at the next look. */
  nudge(): void;
  /** What is due now: called, answered, written. Several processes may do so side by side. */
  work(): Promise<WorkRound>;
  /** Works by itself until stopped; stopping waits for the calls under way. */
  start(): { stop(): Promise<void> };
}
