import type { Clock } from '../kernel/clock.ts';
import type { Database, Transaction } from '../kernel/database/index.ts';
import { unpackJournal } from '../ledger/index.ts';
import {
  countJournal,
  type HourCount,
  type MinuteCount,
  type Purchase,
  Tally,
} from './count-journal.ts';
import {
  addHours,
  type AddHoursParams,
  addMinutes,
  type AddMinutesParams,
  addPositions,
  addPurchases,
  type AddPurchasesParams,
  forgetHours,
  forgetMinutes,
  forgetPurchases,
  lockPositions,
  movePositions,
  readUncounted,
  readUncountedJournals,
  type ReadUncountedJournalsRow,
  type ReadUncountedRow,
} from './follow-sales.sql.ts';

export interface SalesParts {
  readonly database: Database;
  readonly clock: Clock;
}

const BATCHES_PER_LANE = 16;
/** One statement's worth: about a tenth of a second of the embedded database's only session. */
const BATCHES_PER_PAGE = 128;
/** A server that was behind catches up over several rounds, and others have their turn in between. */
const PAGES_PER_ROUND = 20;
const DAY_MS = 86_400_000;
/** For how long who bought what is kept by contract: displacement is seen within hours, an attack's wave in days. */
export const PURCHASES_KEPT_MS = 14 * DAY_MS;
export const MINUTES_KEPT_MS = 2 * DAY_MS;
export const HOURS_KEPT_MS = 800 * DAY_MS; // two years and the month behind them

/**
 * Counts what the journals have since the last round; returns how many batches that were. Reads outside of any
 * transaction, for journals never change; counts and moves the positions in one. Several processes may do it:
 * whoever comes late leaves it be.
 */
export async function countSales({ database }: SalesParts): Promise<number> {
  let counted = 0;
  for (let page = 0; page < PAGES_PER_ROUND; page += 1) {
    const behind = await readUncounted(database);
    if (behind.length === 0) break;
    const journals = await readUncountedJournals(database, {
      lanes: behind.map(({ lane }) => lane),
      afterIds: behind.map(({ countedBatchId }) => countedBatchId),
      perLane: BATCHES_PER_LANE,
      size: BATCHES_PER_PAGE,
    });
    const step = readStep(behind, journals);
    const isOurs = await database.transaction((on) => writeStep(on, step));
    if (!isOurs) break;
    counted += journals.length;
  }
  return counted;
}

/** Throws away what is older than it is kept. */
export async function forgetSales({ database, clock }: SalesParts): Promise<void> {
  const now = clock.now();
  await forgetMinutes(database, { before: now - MINUTES_KEPT_MS });
  await forgetPurchases(database, { before: now - PURCHASES_KEPT_MS });
  await forgetHours(database, { before: now - HOURS_KEPT_MS });
}

/** What some journals came to, and how far that moves each of their lanes. */
interface Step {
  readonly tally: Tally;
  readonly lanes: readonly {
    readonly lane: number;
    readonly from: bigint;
    readonly until: bigint;
  }[];
}

function readStep(
  behind: readonly ReadUncountedRow[],
  journals: readonly ReadUncountedJournalsRow[],
): Step {
  const reached = new Map<number, bigint>();
  const tally = new Tally();
  for (const { lane, batchId, at, content, previousLastId } of journals) {
    reached.set(lane, batchId);
    countJournal(unpackJournal(content), { at, previousLastId: previousLastId ?? 0n }, tally);
  }
  const lanes = behind.flatMap(({ lane, countedBatchId: from }) => {
    const until = reached.get(lane);
    return until === undefined ? [] : [{ lane, from, until }];
  });
  return { tally, lanes };
}

/** False, and nothing counted: another process has counted one of these lanes meanwhile. */
async function writeStep(on: Transaction, { tally, lanes: moved }: Step): Promise<boolean> {
  const lanes = moved.map(({ lane }) => lane);
  await addPositions(on, { lanes });
  const standing = await lockPositions(on, { lanes });
  const began = new Map(moved.map(({ lane, from }) => [lane, from]));
  if (standing.some(({ lane, batchId }) => batchId !== began.get(lane))) return false;
  await movePositions(on, { lanes, untilIds: moved.map(({ until }) => until) });
  const hours = [...tally.hours.values()];
  if (hours.length > 0) await addHours(on, hourColumns(hours));
  const minutes = [...tally.minutes.values()];
  if (minutes.length > 0) await addMinutes(on, minuteColumns(minutes));
  if (tally.purchases.length > 0) await addPurchases(on, purchaseColumns(tally.purchases));
  return true;
}

function hourColumns(hours: readonly HourCount[]): AddHoursParams {
  return {
    ...minuteColumns(hours),
    ...placeColumns(hours),
    merchantIds: hours.map(({ merchantId }) => merchantId),
  };
}

function minuteColumns(minutes: readonly MinuteCount[]): AddMinutesParams {
  return {
    ats: minutes.map(({ at }) => at),
    clientIds: minutes.map(({ clientId }) => clientId),
    productIds: minutes.map(({ productId }) => productId),
    kinds: minutes.map(({ kind }) => kind),
    outcomes: minutes.map(({ outcome }) => outcome),
    counts: minutes.map(({ count }) => count),
    amountMinors: minutes.map(({ amountMinor }) => amountMinor),
  };
}

function purchaseColumns(purchases: readonly Purchase[]): AddPurchasesParams {
  return {
    ...placeColumns(purchases),
    sequences: purchases.map(({ sequence }) => sequence),
    clientIds: purchases.map(({ clientId }) => clientId),
    contracts: purchases.map(({ contract }) => contract),
    ats: purchases.map(({ at }) => at),
    amountMinors: purchases.map(({ amountMinor }) => amountMinor),
  };
}

function placeColumns(
  counted: readonly Pick<Purchase, 'productId' | 'sellerId' | 'tenderId'>[],
): Pick<AddPurchasesParams, 'productIds' | 'sellerIds' | 'tenderIds'> {
  return {
    productIds: counted.map(({ productId }) => productId),
    sellerIds: counted.map(({ sellerId }) => sellerId),
    tenderIds: counted.map(({ tenderId }) => tenderId),
  };
}
