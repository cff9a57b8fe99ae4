import type { Instant } from '../kernel/clock.ts';
import { STATES_OVER } from './incident.ts';
import type { PublicFacts } from './status-view.ts';

/** The next instant at which time alone changes what the public is told; null: nothing is planned. */
export function nextChangeAfter(
  { incidents }: Pick<PublicFacts, 'incidents'>,
  nextOfSwitch: Instant | null,
  at: Instant,
): Instant | null {
  const planned = incidents
    .filter(({ kind, state }) => kind === 'maintenance' && !STATES_OVER.has(state))
    .flatMap(({ startedAt, plannedUntil }) => [startedAt, plannedUntil ?? startedAt]);
  if (nextOfSwitch !== null) planned.push(nextOfSwitch);
  const next = planned.filter((instant) => instant > at);
  return next.length === 0 ? null : Math.min(...next);
}
