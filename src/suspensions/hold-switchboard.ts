import { present } from '../kernel/assert.ts';
import type { Connection, Queryable } from '../kernel/database/index.ts';
import type { OfferConditions } from '../programmes/index.ts';
import type { StoppedOperation } from './movement.ts';
import {
  readChangedPhases,
  readChangedSuspensions,
  readEpoch,
  type ReadChangedPhasesRow,
  type ReadChangedSuspensionsRow,
} from './read-suspensions.sql.ts';
import type { Effect, Phase, Precision, Suspension } from './suspension.ts';
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

export async function holdSwitchboard(connection: Connection): Promise<SwitchboardHolder> {
  return switchboardHolderOf(await readChanges(connection, makeSwitchboard([], 0)));
}

function switchboardHolderOf(first: Board): SwitchboardHolder {
  let known = first;
  let reading: Promise<Board> | undefined;
  const listeners: ((switchboard: Switchboard) => void)[] = [];

  /** A reading that began before a change may end after it: a known epoch never goes back. */
  async function read(connection: Connection): Promise<Board> {
    const before = known.epoch;
    const changed = await readChanges(connection, known);
    if (changed.epoch > known.epoch) known = changed;
    if (known.epoch !== before) for (const tell of listeners) tell(known);
    return known;
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
function readChanges(connection: Connection, known: Board): Promise<Board> {
  return connection.transaction((on) => changesOf(on, known), 'snapshot');
}

async function epochNow(on: Queryable): Promise<number> {
  const [row] = await readEpoch(on);
  return Number(present(row, 'the switch has one epoch').epoch);
}

async function changesOf(on: Queryable, known: Board): Promise<Board> {
  const knownEpoch = BigInt(known.epoch);
  const [epoch, suspensions, phases] = await Promise.all([
    epochNow(on),
    readChangedSuspensions(on, { knownEpoch }),
    readChangedPhases(on, { knownEpoch }),
  ]);
  const phasesOf = Map.groupBy(phases, ({ suspensionId }) => suspensionId);
  return known.withChanged(
    suspensions.map((row) => suspensionOf(row, phasesOf.get(row.suspensionId) ?? [])),
    epoch,
  );
}

function suspensionOf(
  row: ReadChangedSuspensionsRow,
  phases: readonly ReadChangedPhasesRow[],
): Suspension {
  return {
    suspensionId: row.suspensionId,
    scope: {
      issuerId: row.issuerId,
      programmeId: row.programmeId ?? 0,
      productId: row.productId ?? 0,
      sellerId: row.sellerId ?? 0,
      chainId: row.chainId ?? 0,
      aggregatorId: row.aggregatorId ?? 0,
      tenderId: row.tenderId ?? 0,
      merchantId: row.merchantId ?? 0,
      soldBySellerId: row.soldBySellerId ?? 0,
      operations: row.operations as StoppedOperation[], // suspension_operations_known
    },
    announcedText: row.announcedText,
    announcedAt: row.announcedAt,
    precision: row.precision as Precision, // suspension_precision_known
    internalReason: row.internalReason,
    thrownBy: row.thrownBy,
    thrownAt: row.thrownAt,
    phases: phases.map(phaseOf),
  };
}

function phaseOf({ suspensionId: _, ...row }: ReadChangedPhasesRow): Phase {
  return {
    ...row,
    effect: row.effect as Effect, // phase_effect_known
    conditions: row.conditions as OfferConditions | null,
  };
}
