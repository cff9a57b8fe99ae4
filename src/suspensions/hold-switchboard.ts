import { present } from '../kernel/assert.ts';
import type { Clock, Instant } from '../kernel/clock.ts';
import type { Connection, Queryable } from '../kernel/database/index.ts';
import { readChangedSuspensions, readEpoch } from './read-suspensions.sql.ts';
import { withPhases } from './past-suspensions.ts';
import { type Board, makeSwitchboard, type Switchboard } from './switchboard.ts';

/** The switch as this process knows it. A batch that reads a newer epoch refreshes it (R19). */
export interface SwitchboardHolder {
  current(): Switchboard;
  /** Reads what has changed unless `leastEpoch` is known already; of many callers at once one reads for all. */
  refresh(on: Connection, leastEpoch?: number): Promise<Switchboard>;
  /** The same after a look at the epoch: what an idle process does often. */
  refreshIfMoved(on: Connection): Promise<Switchboard>;
  /** Called after each change that this process has come to know. It must not throw. */
  onChange(listener: (switchboard: Switchboard) => void): void;
}

/**
 * How long what is over stays in memory: nothing arrives so late that it is still judged by it (what is charged
 * later was judged when it was asked for), and the public record tells no older one.
 */
export const OVER_KEPT_MS = 100 * 24 * 60 * 60 * 1000;
const PRUNED_EVERY_MS = 60 * 60 * 1000;

/** Without a clock everything that ever was is kept: for tests and commands. */
export async function holdSwitchboard(
  connection: Connection,
  clock?: Pick<Clock, 'now'>,
): Promise<SwitchboardHolder> {
  const first = await readChanges(connection, makeSwitchboard([], 0), keptSinceOf(clock));
  return switchboardHolderOf(first, clock);
}

function keptSinceOf(clock: Pick<Clock, 'now'> | undefined): Instant {
  return clock === undefined ? 0 : clock.now() - OVER_KEPT_MS;
}

function switchboardHolderOf(
  first: Board,
  clock: Pick<Clock, 'now'> | undefined,
): SwitchboardHolder {
  let known = first;
  let prunedAt = clock?.now() ?? 0;
  let reading: Promise<Board> | undefined;
  const listeners: ((switchboard: Switchboard) => void)[] = [];

  /** A reading that began before a change may end after it: a known epoch never goes back. */
  async function read(connection: Connection): Promise<Board> {
    const before = known.epoch;
    const changed = await readChanges(connection, known, keptSinceOf(clock));
    if (changed.epoch > known.epoch) known = pruned(changed);
    if (known.epoch !== before) for (const tell of listeners) tell(known);
    return known;
  }

  function pruned(board: Board): Board {
    const now = clock?.now() ?? 0;
    if (now - prunedAt < PRUNED_EVERY_MS) return board;
    prunedAt = now;
    return board.without(keptSinceOf(clock));
  }

  async function refresh(
    connection: Connection,
    leastEpoch = Number.POSITIVE_INFINITY,
  ): Promise<Switchboard> {
    if (known.epoch >= leastEpoch) return known;
    const underWay = reading;
    if (underWay !== undefined) {
      const found = await underWay;
      if (found.epoch >= leastEpoch) return found;
    }
    reading ??= read(connection).finally(() => {
      reading = undefined;
    });
    return reading;
  }

  return {
    current: () => known,
    refresh,
    refreshIfMoved: async (connection) => refresh(connection, await epochNow(connection)),
    onChange: (listener) => void listeners.push(listener),
  };
}

/** One consistent reading: nothing that an epoch stands for is missing from it. */
function readChanges(connection: Connection, known: Board, keptSince: Instant): Promise<Board> {
  return connection.transaction((on) => changesOf(on, known, keptSince), 'snapshot');
}

async function epochNow(on: Queryable): Promise<number> {
  const [row] = await readEpoch(on);
  return Number(present(row, 'the switch has one epoch').epoch);
}

async function changesOf(on: Queryable, known: Board, keptSince: Instant): Promise<Board> {
  const knownEpoch = BigInt(known.epoch);
  const [epoch, rows] = await Promise.all([
    epochNow(on),
    readChangedSuspensions(on, { knownEpoch, keptSince }),
  ]);
  return known.withChanged(await withPhases(on, rows), epoch);
}
