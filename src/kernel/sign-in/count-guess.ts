import type { Instant } from '../clock.ts';
import type { Connection, Queryable } from '../database/index.ts';
import { fadedMisses, waitOf, type Guesser, type Limits } from './slow-down.ts';

/** Somebody who may guess, by the keyed hash of a name, and how much is allowed. */
export interface Asker {
  readonly asker: Uint8Array;
  readonly limits: Limits;
}

export interface GuessRow extends Guesser {
  readonly asker: Uint8Array;
}

type Named = { readonly askers: readonly Uint8Array[] };

/** The statements of whoever keeps the rows: each module has a table of its own. */
export interface GuessStatements {
  /** Without a lock. */
  read(on: Queryable, named: Named): Promise<readonly GuessRow[]>;
  /** Rows for those who have none. */
  add(on: Queryable, named: Named & { readonly at: Instant }): Promise<unknown>;
  /** The rows, locked in the order of their names. */
  lock(on: Queryable, named: Named): Promise<readonly GuessRow[]>;
  keep(
    on: Queryable,
    kept: Named & { readonly misses: readonly number[]; readonly lastMissAt: Instant },
  ): Promise<unknown>;
}

/**
 * Counts an attempt as a miss for each of its askers, until it is said that it was none. Answers how long each
 * has to wait, in milliseconds; all 0: it may be tried, and was counted. Whoever waits leaves no row.
 */
export async function countGuess(
  connection: Connection,
  statements: GuessStatements,
  askers: readonly Asker[],
  now: Instant,
): Promise<readonly number[]> {
  const named = { askers: askers.map(({ asker }) => asker) };
  const { waitsMs } = judge(askers, await statements.read(connection, named), now);
  if (hasToWait(waitsMs)) return waitsMs;
  try {
    await connection.transaction(async (on) => {
      await statements.add(on, { ...named, at: now });
      // Judged again behind the lock: attempts at one moment are not all the first.
      const behind = judge(askers, await statements.lock(on, named), now);
      if (hasToWait(behind.waitsMs)) throw new Waits(behind.waitsMs);
      await statements.keep(on, { ...named, misses: behind.misses, lastMissAt: now });
    });
    return waitsMs;
  } catch (error) {
    if (error instanceof Waits) return error.waitsMs;
    throw error;
  }
}

function judge(askers: readonly Asker[], rows: readonly GuessRow[], now: Instant) {
  const known = askers.map(({ asker, limits }) => {
    const row = rows.find((each) => Buffer.compare(each.asker, asker) === 0);
    return { limits, guesser: row ?? { misses: 0, lastMissAt: now } };
  });
  return {
    waitsMs: known.map(({ limits, guesser }) => waitOf(guesser, limits, now)),
    misses: known.map(({ limits, guesser }) => fadedMisses(guesser, limits, now) + 1),
  };
}

function hasToWait(waitsMs: readonly number[]): boolean {
  return waitsMs.some((waitMs) => waitMs > 0);
}

/** Thrown to undo the transaction in which somebody turned out to have to wait. */
class Waits extends Error {
  readonly waitsMs: readonly number[];

  constructor(waitsMs: readonly number[]) {
    super('too many misses');
    this.waitsMs = waitsMs;
  }
}
