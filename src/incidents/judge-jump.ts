/** What was seen of one place in a stretch of minutes, or is usual in as many. */
export interface Counts {
  readonly approved: number;
  readonly failed: number; // refused and timed out
  readonly signedOff: number;
}

/** `null` where this hour of the week was not seen before. */
export type Usual = Counts | null;

/** What looks wrong. `silence`: what usually arrives does not arrive, as from shops that are cut off. */
export type Sign = 'failures' | 'sign_offs' | 'silence';

/** Chance must not have done it: among a thousand places looked at each minute, once in years. */
const CHANCE_MAX = 1e-6;
const FAILED_MIN = 8;
const FAILED_SHARE_MIN = 0.3;
const FAILED_TIMES_USUAL = 3;
/** What is taken as usual where nothing is known, and at least: people mistype. */
const FAILED_SHARE_USUAL = 0.05;
const SIGNED_OFF_MIN = 4;
const SIGNED_OFF_USUAL_MIN = 0.5;
/** Days differ by more than chance: half of the usual is still a day like others. */
const QUIET_SHARE = 0.5;

/**
 * Whether a place is out of the ordinary, against the same hour of the same day in the weeks before. A quiet
 * night is usual at night: where little arrives, silence says nothing.
 */
export function judgeJump(seen: Counts, usual: Usual): Sign | null {
  if (isFailing(seen, usual)) return 'failures';
  const usualSignOffs = Math.max(usual?.signedOff ?? 0, SIGNED_OFF_USUAL_MIN);
  const isSigningOff =
    seen.signedOff >= SIGNED_OFF_MIN &&
    chanceOfAtLeast(seen.signedOff, usualSignOffs) < CHANCE_MAX * 10_000;
  if (isSigningOff) return 'sign_offs';
  if (usual === null) return null;
  const arrived = seen.approved + seen.failed;
  const expected = (usual.approved + usual.failed) * QUIET_SHARE;
  return chanceOfAtMost(arrived, expected) < CHANCE_MAX ? 'silence' : null;
}

function isFailing(seen: Counts, usual: Usual): boolean {
  const { approved, failed } = seen;
  const all = approved + failed;
  if (failed < FAILED_MIN || failed / all < FAILED_SHARE_MIN) return false;
  const usualAll = usual === null ? 0 : usual.approved + usual.failed;
  const known = usual === null || usualAll === 0 ? 0 : usual.failed / usualAll;
  const share = Math.max(known, FAILED_SHARE_USUAL);
  if (failed / all < share * FAILED_TIMES_USUAL) return false;
  return chanceOfAtLeast(failed, share * all) < CHANCE_MAX;
}

/** Poisson: that something expected `mean` times is seen `count` times or more. */
export function chanceOfAtLeast(count: number, mean: number): number {
  return count <= 0 ? 1 : Math.max(0, 1 - chanceOfAtMost(count - 1, mean));
}

/** Poisson: that something expected `mean` times is seen `count` times or less. */
export function chanceOfAtMost(count: number, mean: number): number {
  if (mean <= 0) return 1;
  let logTerm = -mean; // of seeing it never
  let sum = Math.exp(logTerm);
  for (let seen = 1; seen <= count; seen += 1) {
    logTerm += Math.log(mean / seen);
    sum += Math.exp(logTerm);
  }
  return Math.min(1, sum);
}
