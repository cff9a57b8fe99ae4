import type { Instant } from '../kernel/clock.ts';
import type { Unit } from '../kernel/money.ts';
import type { MethodKind } from './payment-method.ts';
import type { DeclineReason, PaymentStep } from './payment.ts';

/** One call to a provider. It is written down before it is made, and the same id is the same call for ever. */
export interface ProviderCall {
  readonly attemptId: string;
  readonly step: PaymentStep;
  /** The provider's name for the payer's card or contract. Null: forgotten; only what names a reference comes so. */
  readonly token: string | null;
  readonly amountMinor: bigint;
  readonly unit: Unit;
  readonly reference: string | null; // of the authorisation or charge that is captured, let go, given back
}

export type ProviderAnswer =
  | { readonly outcome: 'done'; readonly reference: string; readonly liveUntil?: Instant }
  | { readonly outcome: 'declined'; readonly reason: DeclineReason }
  | { readonly outcome: 'unknown' };

/** `not_done` is a promise: the provider will not do that attempt any more, should the call still come in. */
export type InquiryAnswer = ProviderAnswer | { readonly outcome: 'not_done' };

/** A way to somebody who takes money. Idempotent by our attempt id. It may throw: that is an unknown outcome. */
export interface PaymentProvider {
  readonly key: string;
  /** Names that may be chosen where the provider has no form of its own. */
  readonly tokens: readonly KnownToken[];
  /** What a token stands for; null: it is none of this provider's. */
  readToken(token: string): Omit<KnownToken, 'token'> | null;
  call(call: ProviderCall): Promise<ProviderAnswer>;
  inquire(attemptId: string): Promise<InquiryAnswer>;
  /** Its own books, for the comparison with ours: pages of what it took, after a reference. */
  statement(after: string | null): Promise<readonly StatementLine[]>;
}

export interface KnownToken {
  readonly token: string;
  readonly kind: MethodKind;
  readonly lastDigits: string;
}

export interface StatementLine {
  readonly reference: string;
  readonly unit: Unit;
  readonly takenMinor: bigint;
  readonly givenBackMinor: bigint;
}
