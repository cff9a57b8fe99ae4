import type { Clock } from '../kernel/clock.ts';
import type { Connection } from '../kernel/database/index.ts';
import type { Logger } from '../kernel/log.ts';
import type { GuessThrottle } from './guess-throttle.ts';
import {
  addGuesses,
  deleteOldGuesses,
  fadeGuesses,
  readRecentGuesses,
} from './keep-guesses.sql.ts';

const FLUSH_EVERY_MS = 1_000;
const KEPT_MS = 24 * 60 * 60 * 1_000;
const ROWS_MAX = 100_000;
const LOADED_MAX = 50_000;
const SWEEP_EVERY_FLUSHES = 600;

export interface GuessKeeper {
  /** Writes what has not been written yet, then stops. */
  close(): Promise<void>;
}

export interface GuessKeeperParts {
  readonly throttle: GuessThrottle;
  readonly database: Connection;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Keeps guesses over restarts and shares them between processes: a second after a miss every process
 * knows of it. A database that fails stops nothing: the throttle goes on from memory.
 */
export async function keepGuesses(parts: GuessKeeperParts): Promise<GuessKeeper> {
  const { throttle, database, clock, log } = parts;
  const now = clock.now();
  const recent = await readRecentGuesses(database, { since: now - KEPT_MS, now, size: LOADED_MAX });
  for (const row of recent.reverse()) throttle.merge(askerName(row.asker), row);

  let flushes = 0;
  let flushing: Promise<void> = Promise.resolve();
  async function flush(): Promise<void> {
    await flushMisses(throttle, database);
    flushes += 1;
    if (flushes % SWEEP_EVERY_FLUSHES !== 0) return;
    await deleteOldGuesses(database, { before: clock.now() - KEPT_MS, rowsMax: ROWS_MAX });
  }
  function flushSafely(): Promise<void> {
    flushing = flushing
      .then(flush)
      .catch((error: unknown) => log.warn({ error }, 'guesses were not written'));
    return flushing;
  }
  const timer = setInterval(() => void flushSafely(), FLUSH_EVERY_MS);
  timer.unref();
  return {
    async close() {
      clearInterval(timer);
      await flushSafely();
    },
  };
}

async function flushMisses(throttle: GuessThrottle, database: Connection): Promise<void> {
  // In one order everywhere, so that two processes do not wait for each other's rows.
  const taken = throttle.takeMisses().sort((one, other) => (one.asker < other.asker ? -1 : 1));
  if (taken.length === 0) return;
  const askers = taken.map(({ asker }) => Buffer.from(asker, 'base64url'));
  const lastMissAts = taken.map(({ lastMissAt }) => lastMissAt);
  const together = await database.transaction(async (transaction) => {
    const forgottenEveryMs = taken.map((each) => each.forgottenEveryMs);
    await fadeGuesses(transaction, { askers, forgottenEveryMs, lastMissAts });
    return addGuesses(transaction, {
      askers,
      missesAdded: taken.map(({ missesAdded }) => missesAdded),
      lastMissAts,
      stoppedUntils: taken.map(({ stoppedUntil }) => stoppedUntil),
    });
  });
  for (const row of together) throttle.merge(askerName(row.asker), row);
}

/** As the throttle names an asker: its keyed hash as text. */
export function askerName(hash: Uint8Array): string {
  return Buffer.from(hash).toString('base64url');
}
