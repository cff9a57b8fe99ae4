import type { Instant } from '../kernel/clock.ts';
import type { AtHand, Cause, Responsible, ValueSafety } from './causes.ts';
import type { EnvironmentFinding } from './environment.ts';
import type { TypedFinding } from './read-typed.ts';

/** One answer, before it is put into words. */
export interface Answer {
  readonly cause: Cause;
  readonly safety: ValueSafety;
  /** Since when it is so, or when it happened. */
  readonly since: Instant | null;
  /** It is over: what was in the way when it was tried is so no more. */
  readonly isOver: boolean;
  readonly lookAgainAt: Instant | null;
  readonly responsible: Responsible;
  readonly haveAtHand: readonly AtHand[];
  /** The card's, or as the asker named it. */
  readonly productId: number | null;
  readonly sellerId: number | null;
  readonly spendableMinor: bigint | null; // where the asker may know it
  readonly uses: readonly CardUse[]; // newest first
  readonly typed: TypedFinding | null;
  readonly publicText: PublicText | null; // of a suspension or an incident, as the public reads it
  readonly environment: readonly EnvironmentFinding[];
  /** Something of it was used, and the asker holds the code or the receipt: he can say that it was not him. */
  readonly canReport: boolean;
}

export interface CardUse {
  readonly at: Instant;
  readonly amountMinor: bigint;
  readonly merchantId: number | null;
}

/** What the public is told of a stop or an outage, with the page where it stands. */
export interface PublicText {
  readonly ja: string;
  readonly en: string;
  readonly incidentId: number | null;
  readonly suspensionId: number | null;
}
