import type { Queryable } from '../kernel/database/index.ts';
import {
  ACCOUNT_JOURNAL,
  type AccountRow,
  type LaneRow,
  TRANSFER_JOURNAL,
  type TransferRow,
} from './rows.ts';
import {
  CHAIN_START,
  type ChainPosition,
  checkLaneHead,
  eachRowLine,
  followChain,
  readableJournal,
  type StoredBatch,
} from './verify-chain.ts';
import type { Finding, Findings } from './verify-finding.ts';
import {
  type AnyVerifiedTable,
  compareTable,
  LastVersions,
  type VerifiedTable,
} from './verify-rows.ts';
import {
  findAccountBelowFloor,
  findHouseAccountOfOtherUnit,
  findTransferOfUnits,
  findUnbalancedInterlane,
  findUnbalancedUnit,
  findWrongBalance,
  readVerifyAccounts,
  readVerifyBatches,
  readVerifyLanes,
  readVerifyTransfers,
} from './verify.sql.ts';

/** Every id is above it. */
export const BEFORE_ALL = -(2n ** 63n);

/**
 * What the ledger proves of itself: the chain is whole, the tables hold exactly what the journals say,
 * units sum to zero, and every balance is the sum of its transfers.
 */
export const ACCOUNTS: VerifiedTable<AccountRow> = {
  journal: ACCOUNT_JOURNAL,
  readPage: (db, lane, after, size) =>
    readVerifyAccounts(db, { lane, afterId: after?.accountId ?? BEFORE_ALL, size }),
};

export const TRANSFERS: VerifiedTable<TransferRow> = {
  journal: TRANSFER_JOURNAL,
  readPage: (db, lane, after, size) =>
    readVerifyTransfers(db, { lane, afterId: after?.transferId ?? BEFORE_ALL, size }),
};

const BATCHES_PER_PAGE = 64;

export interface LaneCounts {
  readonly batches: number;
  readonly rows: number;
}

/** All lanes, in their order. */
export function readLanes(db: Queryable): Promise<LaneRow[]> {
  return readVerifyLanes(db);
}

/** Follows one lane's chain, and holds every row of `tables` in it against its last version there. */
export async function verifyLane(
  db: Queryable,
  row: LaneRow,
  tables: readonly AnyVerifiedTable[],
  findings: Findings,
): Promise<LaneCounts> {
  const versions = new LastVersions(tables);
  let position: ChainPosition = CHAIN_START;
  let batches = 0;
  await eachBatch(db, row.lane, (batch) => {
    batches += 1;
    const text = followChain(position, batch, findings);
    position = batch;
    if (text !== null) eachRowLine(text, (line) => takeLine(line, batch, versions, findings));
  });
  checkLaneHead(row, position, findings);

  let rows = 0;
  const passes = versions.isOverfull ? versions.passesNeeded : 1;
  for (let pass = 0; pass < passes; pass++) {
    if (passes > 1) await readPass(db, row.lane, versions, { pass, passes });
    for (const table of tables)
      rows += await compareTable(db, { lane: row.lane, table }, versions, findings);
  }
  return { batches, rows };
}

async function eachBatch(
  db: Queryable,
  lane: number,
  take: (batch: StoredBatch) => void,
): Promise<void> {
  let afterId = 0n;
  for (;;) {
    const batches = await readVerifyBatches(db, { lane, afterId, size: BATCHES_PER_PAGE });
    for (const batch of batches) take(batch);
    if (batches.length < BATCHES_PER_PAGE) return;
    afterId = batches[BATCHES_PER_PAGE - 1]?.batchId ?? afterId;
  }
}

/** One share of a lane's rows that are too many to be kept at once; the chain was followed before. */
async function readPass(
  db: Queryable,
  lane: number,
  versions: LastVersions,
  share: { readonly pass: number; readonly passes: number },
): Promise<void> {
  versions.startPass(share.pass, share.passes);
  await eachBatch(db, lane, (batch) => {
    const text = readableJournal(batch);
    if (text !== null) eachRowLine(text, (line) => versions.take(line));
  });
}

function takeLine(
  line: string,
  batch: StoredBatch,
  versions: LastVersions,
  findings: Findings,
): void {
  const { lane } = batch;
  const key = String(batch.batchId);
  if (!versions.take(line)) {
    const stands = line.slice(0, 100);
    findings.add({
      kind: 'batch_content',
      lane,
      table: 'batch',
      key,
      column: 'content',
      stands,
      expected: 'rows of known tables',
    });
  }
  if (line.startsWith('transfer\t') && !line.endsWith(`\t${key}`)) {
    const [, , transferId = null] = line.split('\t');
    findings.add({
      kind: 'transfer_batch',
      lane,
      table: 'transfer',
      key: transferId ?? '',
      column: 'batchId',
      stands: line.slice(line.lastIndexOf('\t') + 1),
      expected: key,
    });
  }
}

/** What the balances of one lane say of its transfers; each of these names the first row that is wrong. */
export async function verifyLaneBooks(
  db: Queryable,
  lane: number,
  findings: Findings,
): Promise<void> {
  const add = (
    found: Pick<Finding, 'kind' | 'key' | 'column' | 'stands' | 'expected'>,
    table = 'account',
  ): void => findings.add({ lane, table, ...found });

  for (const wrong of await findUnbalancedUnit(db, { lane })) {
    add({
      kind: 'unit_not_zero',
      key: wrong.unit,
      column: 'postedMinor',
      stands: String(wrong.postedMinor),
      expected: '0',
    });
  }
  for (const wrong of await findWrongBalance(db, { lane })) {
    const stands = wrong.postedMinor === null ? null : String(wrong.postedMinor);
    const expected = String(wrong.movedMinor ?? 0n);
    add({
      kind: 'account_balance',
      key: String(wrong.accountId),
      column: 'postedMinor',
      stands,
      expected,
    });
  }
  for (const wrong of await findAccountBelowFloor(db, { lane })) {
    const stands = `${wrong.postedMinor} less ${wrong.heldMinor} held`;
    const expected = `${wrong.floorMinor ?? 'no floor'} or more, nothing negative held`;
    add({
      kind: 'account_floor',
      key: String(wrong.accountId),
      column: 'postedMinor',
      stands,
      expected,
    });
  }
  for (const wrong of await findTransferOfUnits(db, { lane })) {
    const found = {
      key: String(wrong.transferId),
      column: 'creditAccountId',
      stands: wrong.creditUnit,
    };
    add({ kind: 'transfer_unit', ...found, expected: wrong.debitUnit ?? 'an account' }, 'transfer');
  }
  for (const wrong of await findHouseAccountOfOtherUnit(db, { lane })) {
    const found = { key: String(wrong.accountId), column: 'unit', stands: wrong.unit };
    add({
      kind: 'house_account',
      ...found,
      expected: `${wrong.houseUnit} and the floor of the house account`,
    });
  }
}

/** What no lane can say of itself (R26). */
export async function verifyInterlane(db: Queryable, findings: Findings): Promise<void> {
  for (const wrong of await findUnbalancedInterlane(db)) {
    findings.add({
      kind: 'interlane_not_zero',
      lane: null,
      table: 'account',
      key: `interlane ${wrong.unit}`,
      column: 'postedMinor',
      stands: String(wrong.postedMinor),
      expected: '0',
    });
  }
}
