import { type DatabaseClock, monotonicMs } from '../kernel/clock.ts';
import type { Database } from '../kernel/database/index.ts';
import type { Logger } from '../kernel/log.ts';
import { every, type Rounds } from './every.ts';

const STEER_EVERY_MS = 5_000;

interface TimeParts {
  readonly database: Pick<Database, 'readNow'>;
  readonly clock: DatabaseClock;
  readonly log: Logger;
}

/** Keeps the process's clock to the database's for as long as it runs (R24). */
export function keepTime({ database, clock, log }: TimeParts): Rounds {
  return every(STEER_EVERY_MS, log, 'clock', () => steerClock(database, clock));
}

export async function steerClock(
  database: Pick<Database, 'readNow'>,
  clock: DatabaseClock,
): Promise<void> {
  const askedAtMs = monotonicMs();
  const databaseNow = await database.readNow();
  clock.steer({ databaseNow, askedAtMs, answeredAtMs: monotonicMs() });
}
