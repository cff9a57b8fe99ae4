/**
 * Double entry: accounts, transfers, lanes, batches and the chain of their hashes, daily signed roots. It
 * knows no product, no card and no protocol; it imports nothing but the kernel.
 *
 * **Invariant.** Value moves through `Books.post` and nowhere else: a positive amount between two accounts
 * of one lane and unit. So the sum over a lane and unit is zero, always.
 * **Invariant.** Lanes are touched only in their turn (`takeTurns`); a lane never goes back in time (R24).
 * **Invariant.** Every changed row is in the journal of its batch, and the chain's hash covers the journal (R28).
 * Deliberately absent: balances kept anywhere but in their account's row, an update of a transfer, and any
 * transaction of its own on the write path: the statements here run inside the batch of who moves value.
 */
export { checkMasterKey } from './key-check.ts';
export { accountKey, Books } from './books.ts';
export { RowSet } from './row-set.ts';
export { HouseDirectory, type HouseKey } from './house-accounts.ts';
export { countLanes, makeLanes } from './house-accounts.sql.ts';
export {
  insertAccounts,
  insertBatches,
  insertTransfers,
  pinPlans,
  readAccounts,
  readAccountsOfTransfers,
  readTransfersByRange,
  takeTurns,
  updateAccounts,
  updateLanes,
} from './books.sql.ts';
export {
  ACCOUNT_JOURNAL,
  journalRow,
  journalTable,
  TRANSFER_JOURNAL,
  type AccountRow,
  type HouseAccount,
  type HouseAccountKind,
  type JournalTable,
  type LaneRow,
  type TransferRow,
} from './rows.ts';
export {
  journalHash,
  journalHead,
  packJournal,
  splitJournalLine,
  unpackJournal,
  type JournalHead,
  type JournalValue,
} from './journal.ts';
export {
  BEFORE_ALL_ROOTS,
  deliverRootFile,
  deliverRoots,
  findNewestRoot,
  makeDueRoots,
  parseRoot,
  readRootsAfter,
  rootContent,
  type Root,
  type RootKeys,
} from './root.ts';
export { findHeadsBefore, type LaneHead } from './root-heads.ts';
export {
  ACCOUNTS,
  BEFORE_ALL,
  readLanes,
  TRANSFERS,
  verifyInterlane,
  verifyLane,
  verifyLaneBooks,
} from './verify.ts';
export { CHAIN_START, checkLaneHead } from './verify-chain.ts';
export type { AnyVerifiedTable, VerifiedTable } from './verify-rows.ts';
export type { ChainBeside, ChainHead } from './chain-beside.ts';
export { verifyRoots, type RootProof } from './verify-roots.ts';
export { describeFinding, Findings, type Finding, type FindingKind } from './verify-finding.ts';
