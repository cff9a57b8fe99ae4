import type { Instant } from '../clock.ts';

/** How much guessing one asker is allowed: data, so that it can be read at a glance. */
export interface Limits {
  readonly freeMisses: number; // people mistype
  readonly delayMaxMs: number;
  readonly forgottenEveryMs: number; // one miss fades in this time
}

const DELAY_FIRST_MS = 1_000;

export interface Guesser {
  readonly misses: number;
  readonly lastMissAt: Instant;
}

/** After how long this asker may try again; 0: now. The delay doubles with every miss above the free ones. */
export function waitOf({ misses, lastMissAt }: Guesser, limits: Limits, now: Instant): number {
  const excess = fadedMisses({ misses, lastMissAt }, limits, now) - limits.freeMisses;
  if (excess < 0) return 0;
  const delayMs = Math.min(DELAY_FIRST_MS * 2 ** excess, limits.delayMaxMs);
  return Math.max(0, lastMissAt + delayMs - now);
}

export function fadedMisses({ misses, lastMissAt }: Guesser, limits: Limits, now: Instant): number {
  const faded = Math.floor(Math.max(0, now - lastMissAt) / limits.forgottenEveryMs);
  return Math.max(0, misses - faded);
}
