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

/** The database's time, and between which two readings of the monotonic counter it was read. */
export interface TimeReading {
  readonly databaseNow: Instant;
  readonly askedAtMs: number;
  readonly answeredAtMs: number;
}

export interface DatabaseClock extends Clock {
  /** Keeps to the database's time: a clock that is behind goes forward, one that is ahead stands still. */
  steer(reading: TimeReading): void;
}

/**
 * The database's time carried on by this machine's monotonic counter (R24): every process on one
 * database shares its time, and a step of the machine's wall clock moves nothing. The counter stands still
 * while a machine is suspended, and the database's own clock may be stepped, so the clock is steered. It
 * never goes back: it waits for the database's time.
 */
export function databaseClock(
  databaseNow: Instant,
  readAtMonotonicMs: number,
  counter: () => number = monotonicMs,
): DatabaseClock {
  let offset = databaseNow - readAtMonotonicMs;
  let latest = -Infinity;
  const now = (): Instant => (latest = Math.max(latest, Math.floor(offset + counter())));
  return {
    now,
    steer(reading) {
      now(); // told or not, what was reached is not taken back
      // The database's time was read somewhere in between: what agrees with that is not touched.
      const least = reading.databaseNow - reading.answeredAtMs;
      const most = reading.databaseNow + 1 - reading.askedAtMs; // its milliseconds are rounded down
      offset = Math.min(Math.max(offset, least), most);
    },
  };
}

export function isoInstant(instant: Instant): string {
  return new Date(instant).toISOString();
}
