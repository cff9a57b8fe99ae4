import type { Clock } from './clock.ts';

/** How often one asker may ask. */
export interface AskLimit {
  readonly aMinute: number;
  readonly anHour: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Beyond it those who asked longest ago are forgotten. */
const ASKERS_MAX = 50_000;

/**
 * Counts in memory, for each process its own: what takes time that everybody shares is not for one alone. Answers how
 * long an asker has to wait; 0: asked, and counted.
 */
export function limitAsking(clock: Clock): (asker: string, limit: AskLimit) => number {
  const asked = new Map<
    string,
    { minute: number; inMinute: number; hour: number; inHour: number }
  >();
  return (asker, { aMinute, anHour }) => {
    const now = clock.now();
    const before = asked.get(asker);
    const [minute, hour] = [Math.floor(now / MINUTE_MS), Math.floor(now / HOUR_MS)];
    const inMinute = before?.minute === minute ? before.inMinute : 0;
    const inHour = before?.hour === hour ? before.inHour : 0;
    if (inHour >= anHour) return (hour + 1) * HOUR_MS - now;
    if (inMinute >= aMinute) return (minute + 1) * MINUTE_MS - now;
    asked.delete(asker); // the newest stand last
    asked.set(asker, { minute, inMinute: inMinute + 1, hour, inHour: inHour + 1 });
    if (asked.size > ASKERS_MAX) asked.delete(asked.keys().next().value ?? asker);
    return 0;
  };
}
