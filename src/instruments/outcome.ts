import type { Instant } from '../kernel/clock.ts';
import type { Unit } from '../kernel/money.ts';
import type { OperationKind } from './operation.ts';
import type { Refusal } from './refusal.ts';

export type InstrumentState = 'blank' | 'active' | 'used' | 'expired' | 'voided';

/** What was done, from stored facts: the same again for the same request, for ten years (R5). */
export interface Done {
  readonly kind: OperationKind;
  readonly requestId: string;
  readonly decidedAt: Instant;
  readonly instrumentId: bigint | null;
  readonly productId: number | null;
  readonly unit: Unit | null;
  /** What moved: less than asked for when a partial redemption took what was there. */
  readonly amountMinor: bigint | null;
  /** What could be spent of the card right after; null where no card was concerned. */
  readonly balanceMinor: bigint | null;
  readonly state: InstrumentState | null; // right after
  readonly expiresAt: Instant | null; // of the lot that was made; null: never, or no lot
  readonly holdId: bigint | null;
  readonly heldMinor: bigint | null; // what the hold still holds
  /** Only for a move: the card that has the value now. */
  readonly toInstrumentId: bigint | null;
  /** Only for a reversal: whether the original had been seen (till: 00 or 21). */
  readonly isOriginalKnown: boolean | null;
  /** Only for stock: indexes of cards whose number or code is taken; they were left out. */
  readonly skippedCards: readonly number[] | null;
  /** Only for an issue: the code in clear, for the client that issued it. Never stored, never logged. */
  readonly code: string | null;
  readonly number: string | null; // of an issued card that has one; in full, for the issuing client
}

/** R7: what is unknown is never told as a decline. */
export type Outcome =
  | { readonly outcome: 'accepted'; readonly done: Done; readonly isRepeated: boolean }
  | {
      readonly outcome: 'refused';
      readonly refusal: Refusal;
      readonly isRepeated: boolean;
      readonly balanceMinor: bigint | null; // for insufficient_value, to those who named the card rightly
      readonly suspensionId?: number; // which one refused, where the switch did
    }
  /** Proved: it will never happen under this attempt. The same id may be sent again. */
  | {
      readonly outcome: 'not_done';
      readonly cause: 'busy' | 'draining' | 'database_unavailable';
      readonly retryAfterMs: number;
    }
  /** The commit was sent and the connection died: repeat or reverse this id. */
  | { readonly outcome: 'outcome_unknown' };

export interface LotBalance {
  readonly lotId: bigint;
  readonly lotClass: 'paid' | 'free' | 'limited';
  readonly spendableMinor: bigint;
  readonly heldMinor: bigint;
  readonly expiresAt: Instant | null;
}

/** Balance by lot of one card, soonest expiry first. */
export interface Balance {
  readonly instrumentId: bigint;
  readonly productId: number;
  readonly unit: Unit;
  readonly state: InstrumentState;
  readonly isFrozen: boolean;
  readonly spendableMinor: bigint;
  readonly heldMinor: bigint;
  readonly faceMinor: bigint | null;
  readonly maskedNumber: string | null;
  readonly lots: readonly LotBalance[];
}

/** R6: `not_seen` is not "will not happen"; only a reversal closes a request. */
export type RequestOutcome =
  | { readonly outcome: 'not_seen' }
  | {
      readonly outcome: 'refused';
      readonly kind: OperationKind;
      readonly refusal: Refusal;
      readonly decidedAt: Instant;
      readonly suspensionId?: number;
    }
  | { readonly outcome: 'accepted' | 'reversed'; readonly done: Done };
