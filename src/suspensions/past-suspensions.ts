import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { OfferConditions } from '../programmes/index.ts';
import type { StoppedOperation } from './movement.ts';
import {
  countOver,
  listOver,
  readPhasesOf,
  readSuspension,
  type ReadPhasesOfRow,
  type ReadSuspensionRow,
} from './read-suspensions.sql.ts';
import type { Effect, Phase, Precision, Suspension } from './suspension.ts';

/** What is over, a page of it: the switch in memory forgets it some day, the tables never do. */
export async function listPastSuspensions(
  on: Queryable,
  asked: {
    readonly issuerId: number;
    readonly at: Instant;
    readonly skip: number;
    readonly size: number;
  },
): Promise<{ readonly suspensions: readonly Suspension[]; readonly total: number }> {
  const [rows, [count]] = await Promise.all([listOver(on, asked), countOver(on, asked)]);
  const suspensions = await withPhases(on, rows);
  return { suspensions, total: Number(count?.suspensions ?? 0n) };
}

/** Also one that was over long ago. Another issuer's does not exist. */
export async function findPastSuspension(
  on: Queryable,
  asked: { readonly issuerId: number; readonly suspensionId: number },
): Promise<Suspension | undefined> {
  const [found] = await withPhases(on, await readSuspension(on, asked));
  return found;
}

/** Rows of suspensions with their history. */
export async function withPhases(
  on: Queryable,
  rows: readonly ReadSuspensionRow[],
): Promise<Suspension[]> {
  if (rows.length === 0) return [];
  const suspensionIds = rows.map(({ suspensionId }) => suspensionId);
  const phases = await readPhasesOf(on, { suspensionIds });
  const phasesOf = Map.groupBy(phases, ({ suspensionId }) => suspensionId);
  return rows.map((row) => suspensionOf(row, phasesOf.get(row.suspensionId) ?? []));
}

function suspensionOf(row: ReadSuspensionRow, phases: readonly ReadPhasesOfRow[]): Suspension {
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

function phaseOf({ suspensionId: _, ...row }: ReadPhasesOfRow): Phase {
  return {
    ...row,
    effect: row.effect as Effect, // phase_effect_known
    conditions: row.conditions as OfferConditions | null,
  };
}
