import type { Instant } from '../kernel/clock.ts';
import type { Place } from './place.ts';

export type Oddity = 'new_device' | 'new_network' | 'impossible_travel';

export interface Arrival extends Place {
  readonly at: Instant;
  readonly isNewDevice: boolean;
  readonly isNewNetwork: boolean; // not seen of this member for a while
}

export interface Earlier {
  readonly at: Instant;
  readonly country: string | null;
}

/** The data knows countries and no more: who was in another one less than two hours ago has not flown here. */
const FASTEST_ABROAD_MS = 2 * 60 * 60_000;

/** What is odd about a sign-in, seen from the one before it. The first of all is not odd: nothing was usual yet. */
export function judgeOddness(arrival: Arrival, earlier: Earlier | undefined): Oddity[] {
  if (earlier === undefined) return [];
  const isAbroad =
    arrival.country !== null && earlier.country !== null && arrival.country !== earlier.country;
  const oddities: Oddity[] = [];
  if (arrival.isNewDevice) oddities.push('new_device');
  if (arrival.isNewNetwork) oddities.push('new_network');
  if (isAbroad && arrival.at - earlier.at < FASTEST_ABROAD_MS) oddities.push('impossible_travel');
  return oddities;
}
