import type { Instant } from '../kernel/clock.ts';
import type { OfferConditions } from '../programmes/index.ts';
import type { StoppedOperation } from './movement.ts';

/** What a suspension may name, in the order of the masks. 0: not named. The issuer is always named. */
export const DIMENSIONS = [
  'programmeId',
  'productId',
  'sellerId',
  'chainId',
  'aggregatorId',
  'tenderId',
  'merchantId',
  'soldBySellerId',
] as const;

export type Dimension = (typeof DIMENSIONS)[number];

/** The part of everything that is stopped: what is not named is meant whatever it is. */
export type Scope = Readonly<Record<Dimension, number>> & {
  readonly issuerId: number;
  readonly operations: readonly StoppedOperation[]; // empty: every one
};

/** `ended`: for good. `lifted`: the suspension is over and refuses nothing. */
export type Effect = 'stopped' | 'conditions' | 'ended' | 'lifted';

/** How exactly an instant was announced (R25). */
export type Precision = 'day' | 'minute' | 'second';

/** One line of a suspension's history: what it does from an instant on, and what is said of it. */
export interface Phase {
  readonly phaseNo: number;
  readonly effect: Effect;
  readonly conditions: OfferConditions | null;
  readonly startsAt: Instant;
  readonly expectedEnd: Instant | null;
  readonly textJa: string;
  readonly textEn: string;
  readonly criteria: string; // for resuming
  readonly reason: string;
  readonly actor: string;
  readonly approvedBy: string | null;
  readonly recordedAt: Instant;
}

export interface Suspension {
  readonly suspensionId: number;
  readonly scope: Scope;
  readonly announcedText: string | null; // when, as it was announced (R25)
  readonly announcedAt: Instant | null; // as that was read
  readonly precision: Precision; // of what was announced
  readonly internalReason: string;
  readonly thrownBy: string;
  readonly thrownAt: Instant;
  readonly phases: readonly Phase[]; // as recorded, the newest last
}

/** A stretch of time in which one phase of a suspension is in force. */
export interface Stretch {
  readonly from: Instant;
  readonly until: Instant | null;
  readonly phase: Phase;
}

/**
 * Its history as stretches of time: at each instant the phase recorded last of those that have begun. No
 * phase begins before it was recorded, so a later one never changes what an earlier instant was judged by.
 */
export function stretchesOf({ phases }: Pick<Suspension, 'phases'>): readonly Stretch[] {
  const bounds = [...new Set(phases.map(({ startsAt }) => startsAt))].toSorted((a, b) => a - b);
  const stretches: { from: Instant; until: Instant | null; phase: Phase }[] = [];
  for (const from of bounds) {
    const phase = phases.findLast(({ startsAt }) => startsAt <= from)!;
    const before = stretches.at(-1);
    if (before?.phase === phase) continue;
    if (before !== undefined) before.until = from;
    stretches.push({ from, until: null, phase });
  }
  return stretches;
}

/** The phase in force at an instant; undefined before the first begins. */
export function phaseAt(suspension: Pick<Suspension, 'phases'>, at: Instant): Phase | undefined {
  return suspension.phases.findLast(({ startsAt }) => startsAt <= at);
}

/** How many things it names: the more, the more exactly it says what is meant. */
export function specificityOf(scope: Scope): number {
  const named = DIMENSIONS.filter((dimension) => scope[dimension] !== 0).length;
  return named * 2 + (scope.operations.length > 0 ? 1 : 0);
}
