import type { Instant } from '../kernel/clock.ts';
import type { Unit } from '../kernel/money.ts';

/** Which way it came to us. */
export type CaseWay = 'account' | 'notice' | 'support' | 'password_change';

export const CASE_WAYS: readonly CaseWay[] = ['account', 'notice', 'support', 'password_change'];

/** A member has said: that was not me. */
export interface CaseRecord {
  readonly caseId: bigint;
  readonly number: string; // KC-XXXX-XXXX
  readonly memberId: string;
  readonly issuerIds: readonly number[];
  readonly openedBy: CaseWay;
  readonly actor: string;
  readonly noticeNumber: string | null;
  readonly words: string | null;
  readonly openedAt: Instant;
  /** All of the member's value is frozen; null: it is still being done. */
  readonly stoppedAt: Instant | null;
  readonly lookAt: Instant;
  readonly liftedAt: Instant | null;
  readonly liftedBy: string | null;
  readonly closedAt: Instant | null;
  readonly closedBy: string | null;
  readonly closingNote: string | null;
}

export type EventKind =
  | 'opened'
  | 'said_again'
  | 'stopped'
  | 'part_lifted' // by one desk, of several whose value it touches
  | 'lifted'
  | 'released'
  | 'refund_asked'
  | 'taken_back'
  | 'note'
  | 'closed';

/** One thing that happened in a case. */
export interface CaseEvent {
  readonly eventNo: number;
  readonly at: Instant;
  readonly kind: EventKind;
  readonly actor: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What a case does where the value is, behind its own transaction. */
export type StepKind = 'freeze' | 'collect' | 'unfreeze' | 'take_back';

export type EvidenceKind = 'sign_in' | 'device' | 'notice' | 'request';

/** What was seen when the case was opened, copied. */
export interface Evidence {
  readonly kind: EvidenceKind;
  readonly at: Instant;
  readonly content: Readonly<Record<string, unknown>> | null; // null: erased
}

/** What was on an instrument when it was stopped. */
export interface CaseHolding {
  readonly instrumentId: bigint;
  readonly issuerId: number;
  readonly productId: number;
  readonly maskedNumber: string | null;
  readonly unit: Unit;
  readonly spendableMinor: bigint;
  readonly heldMinor: bigint;
  readonly isFrozen: boolean;
  readonly stoppedAt: Instant;
  readonly releasedAt: Instant | null;
}
