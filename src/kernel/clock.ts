/** Milliseconds since 1970-01-01T00:00:00Z. Rules speak in a zone; instants do not. */
export type Instant = number;

/** The only reader of time. Everything else is given a clock or an instant (held by test/tidy.test.ts). */
export interface Clock {
  now(): Instant;
}

/** The machine's wall clock: used until the database's time is known, and by the command line. */
export const wallClock: Clock = { now: () => Date.now() };

/** Monotonic milliseconds, for measuring how long something took; unrelated to any instant. */
export function monotonicMs(): number {
  return performance.now();
}

/** A clock that tests and replays move by hand. It refuses to go back, as time does. */
export class MovedClock implements Clock {
  #now: Instant;

  constructor(start: Instant) {
    this.#now = start;
  }

  now(): Instant {
    return this.#now;
  }

  advance(ms: number): void {
    if (ms < 0) throw new RangeError('a clock does not go back');
    this.#now += ms;
  }
}

/**
 * The database's time carried on by this machine's monotonic counter (R24): every process on one
 * database shares its time, and a step of the machine's wall clock moves nothing.
 */
export function databaseClock(databaseNow: Instant, readAtMonotonicMs: number): Clock {
  return { now: () => Math.floor(databaseNow + (performance.now() - readAtMonotonicMs)) };
}

export function isoInstant(instant: Instant): string {
  return new Date(instant).toISOString();
}
