import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { Bilingual } from '../kernel/locale.ts';
import type { Result } from '../kernel/result.ts';
import type { Permission } from './contract.ts';

export type ApprovalState = 'open' | 'approved' | 'refused' | 'withdrawn' | 'broken_glass';

/** An approval as people see it: everything anew from its row, the hash beside it. */
export interface Approval {
  readonly approvalId: bigint;
  readonly issuerId: number | null;
  readonly kind: string;
  readonly change: unknown;
  readonly hash: string; // hex: whoever approves sends back the one that was shown
  readonly summary: Bilingual;
  readonly reason: string;
  readonly askedBy: Person;
  readonly askedAt: Instant;
  readonly expiresAt: Instant;
  readonly state: ApprovalState | 'expired';
  readonly decidedBy: Person | null;
  readonly decidedAt: Instant | null;
  readonly decidedNote: string | null;
  readonly result: unknown;
  readonly reviewedBy: Person | null;
  readonly reviewedAt: Instant | null;
  readonly reviewNote: string | null;
}

export interface Person {
  readonly operatorId: string;
  readonly name: string;
}

/** Why an approval was not asked for, or not decided; in the order in which they are checked. */
export type ApprovalRefusal =
  | 'approval_not_found'
  | 'not_permitted'
  | 'kind_not_known'
  | 'change_not_understood'
  | 'too_many_open'
  | 'already_decided'
  | 'approval_expired'
  | 'same_person'
  | 'never_alone'
  | 'made_by_asker'
  | 'change_differs'
  | 'reason_needed'
  | 'change_not_possible'
  | 'not_to_review';

/** Who did it, for the rows that a change leaves. */
export interface ApprovedBy {
  readonly approvalId: bigint;
  readonly issuerId: number | null;
  readonly askedBy: string; // actors: `operator:<id>`
  readonly askedAt: Instant;
  readonly decidedBy: string;
  readonly isGlassBroken: boolean;
  readonly now: Instant;
  /** For whoever decides, in that one answer; never stored (an invitation). */
  showOnce(secret: string): void;
}

/** What a decision came to. */
export interface Decided extends Approval {
  readonly shownOnce: string | null;
}

export type ApprovalResult<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly refusal: ApprovalRefusal; readonly reason?: string };

/**
 * One kind of change that needs two people. Its owner registers it when the server is put together, so this
 * module knows none of them.
 */
export interface ApprovalHandler<Change = unknown> {
  readonly kind: string; // `suspension.end`
  readonly asks: Permission; // may ask for it
  readonly approves: Permission; // may be the second person
  /** Also in an emergency not by one person: who makes a second person alone has two hands in everything. */
  readonly isNeverAlone?: boolean;
  readonly schema: z.ZodType<Change>;
  /** What will be done, in a sentence that a person can judge. */
  summarise(change: Change): Bilingual | Promise<Bilingual>;
  /** Whether it may be asked for at all; what speaks against it otherwise. */
  judge?(change: Change, issuerId: number | null): Promise<Result<unknown, string>>;
  /** Does it, in the transaction in which the approval is decided; the value is kept. A refusal leaves it open. */
  apply(on: Queryable, change: Change, by: ApprovedBy): Promise<Result<unknown, string>>;
  /** After the commit: what is held in memory is read again. */
  applied?(change: Change): Promise<void>;
}

/** For a list of handlers of different changes: each is checked against its own schema before it is called. */
export function approvalHandler<Change>(handler: ApprovalHandler<Change>): ApprovalHandler {
  return handler as unknown as ApprovalHandler;
}

/** What an approval is bound to: not a row's id but everything that will be done, for whom, and who asked. */
export function hashOfChange(bound: {
  readonly kind: string;
  readonly issuerId: number | null;
  readonly change: string; // canonical
  readonly askedBy: string;
  readonly askedAt: Instant;
}): Uint8Array {
  const { kind, issuerId, change, askedBy, askedAt } = bound;
  const text = JSON.stringify([kind, issuerId, change, askedBy, askedAt]);
  return createHash('sha256').update(text, 'utf8').digest();
}
