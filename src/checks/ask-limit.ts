import type { Clock } from '../kernel/clock.ts';
import { limitAsking as limitEach, type AskLimit } from '../kernel/limit-asking.ts';

/** How often one asker may ask: within a minute for a person in doubt, within an hour for a whole folder. */
export const ASK_LIMITS: Readonly<Record<'person' | 'client', AskLimit>> = {
  person: { aMinute: 20, anHour: 200 },
  client: { aMinute: 600, anHour: 20_000 },
};

/** Reading a mail takes time that everybody shares. */
export function limitAsking(
  clock: Clock,
): (asker: string, kind: keyof typeof ASK_LIMITS) => number {
  const limit = limitEach(clock);
  return (asker, kind) => limit(asker, ASK_LIMITS[kind]);
}
