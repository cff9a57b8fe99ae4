import type { Instant } from '../kernel/clock.ts';

/** How much guessing one asker is allowed. Data, so that it can be read at a glance. */
export interface GuessLimits {
  readonly label: 'visitor' | 'address' | 'unnamed';
  readonly freeMisses: number; // no delay up to here: people mistype
  readonly stopMisses: number; // from here on nothing is looked at for a while
  readonly forgottenEveryMs: number; // one miss fades in this time
  readonly stopMs: number;
  /** Look-ups under way count as misses. Not where all customers of a shop ask as one, until they have missed often. */
  readonly isPendingCounted: boolean;
}

/** One person's device, or the address when no device is named: the narrowest, so the first to be stopped. */
export const VISITOR: GuessLimits = {
  label: 'visitor',
  freeMisses: 5,
  stopMisses: 20,
  forgottenEveryMs: 60_000,
  stopMs: 3_600_000,
  isPendingCounted: true,
};
/** An address behind which many devices may stand (a carrier's, a company's). */
export const ADDRESS: GuessLimits = {
  label: 'address',
  freeMisses: 30,
  stopMisses: 120,
  forgottenEveryMs: 15_000,
  stopMs: 900_000,
  isPendingCounted: true,
};
/** A client that does not say who asks: its own address stands for all its customers. */
export const UNNAMED: GuessLimits = {
  label: 'unnamed',
  freeMisses: 50,
  stopMisses: 300,
  forgottenEveryMs: 5_000,
  stopMs: 300_000,
  isPendingCounted: false,
};

const DELAY_FIRST_MS = 1_000;
const DELAY_MAX_MS = 60_000;

/** What is remembered of an asker who missed. */
export interface Guesser {
  readonly misses: number;
  readonly lastMissAt: Instant;
  readonly stoppedUntil: Instant | null;
}

export interface GuessVerdict {
  readonly retryAfterMs: number; // 0: may ask
  readonly isStopped: boolean;
}

/** May this asker ask now? The delay doubles with every miss above the free ones; then comes the stop. */
export function judgeGuess(guesser: Guesser, limits: GuessLimits, now: Instant): GuessVerdict {
  if (guesser.stoppedUntil !== null && now < guesser.stoppedUntil) {
    return { retryAfterMs: guesser.stoppedUntil - now, isStopped: true };
  }
  const excess = missesLeft(guesser, limits, now) - limits.freeMisses;
  if (excess <= 0) return { retryAfterMs: 0, isStopped: false };
  const delayMs = Math.min(DELAY_FIRST_MS * 2 ** (excess - 1), DELAY_MAX_MS);
  return { retryAfterMs: Math.max(0, guesser.lastMissAt + delayMs - now), isStopped: false };
}

/**
 * May this asker ask while others of its look-ups are under way? As if each of them had just missed; what is
 * right is taken back when it is known. The milliseconds after which to ask again.
 */
export function judgePending(
  guesser: Guesser | undefined,
  pending: number,
  limits: GuessLimits,
  now: Instant,
): number {
  const misses = guesser === undefined ? 0 : missesLeft(guesser, limits, now);
  if (!limits.isPendingCounted && misses <= limits.freeMisses) return 0;
  const ifMissed = { misses: misses + pending, lastMissAt: now, stoppedUntil: null };
  return judgeGuess(ifMissed, limits, now).retryAfterMs;
}

/**
 * The asker after one more miss. Asking again inside the delay counts as one too: who does not wait when
 * told to is no person with a card in the hand.
 */
export function decideMiss(
  guesser: Guesser | undefined,
  limits: GuessLimits,
  now: Instant,
): Guesser {
  const misses = (guesser ? missesLeft(guesser, limits, now) : 0) + 1;
  const stoppedUntil = misses >= limits.stopMisses ? now + limits.stopMs : null;
  return { misses, lastMissAt: now, stoppedUntil };
}

/** Misses fade one by one; what is left of them after a stop is half of what leads to the next. */
export function missesLeft(guesser: Guesser, limits: GuessLimits, now: Instant): number {
  if (guesser.stoppedUntil !== null && now >= guesser.stoppedUntil) {
    return Math.min(guesser.misses, Math.floor(limits.stopMisses / 2));
  }
  const faded = Math.floor(Math.max(0, now - guesser.lastMissAt) / limits.forgottenEveryMs);
  return Math.max(0, guesser.misses - faded);
}
