/**
 * The value engine: issue, activate, load, redeem, return, hold, capture, release, freeze, void, move, reverse,
 * expire. It knows no protocol and no door.
 *
 * **Invariant.** Every movement of value, from every door, goes through `Engine.submit`: a batch is read,
 * decided in memory by pure functions (`decide-*.ts`), written and committed, and only then answered.
 * **Invariant.** A refusal is one of `REFUSALS`, in the order it is checked; a known request comes first of
 * all: its stored answer, whatever has happened since (R4, R5).
 * **Invariant.** What may have happened is never told as a refusal (R7); one bad operation does not stop the
 * others of its batch (R8).
 * Deliberately absent: locks on single rows (a lane's turn is the only one), a cache of balances, and any way
 * to change value past the engine; stock runs, imports and the expiry sweep submit operations like a door.
 */
export { openEngine, type EngineOptions, type RunningEngine } from './open-engine.ts';
export type { Asker, CardTransfer, Engine } from './engine.ts';
export {
  openActivity,
  type Activation,
  type Activity,
  type ActivityEntry,
  type ActivityPage,
} from './activity.ts';
export type {
  Act,
  CardReference,
  Envelope,
  FreezeOwner,
  Funding,
  LotClass,
  NewCard,
  Operation,
  OperationKind,
  Place,
  Sale,
} from './operation.ts';
export type { Balance, Done, InstrumentState, Outcome, RequestOutcome } from './outcome.ts';
export { REFUSALS, type Refusal } from './refusal.ts';
export type { BatchNote } from './writer.ts';
export {
  chargedThrough,
  isCountedByContract,
  limitOfContract,
  periodStart,
  type Spend,
} from './contract-limits.ts';
export {
  judgeOfferedAmount,
  judgePartiesAsked,
  judgeSaleAsked,
  sellsAs,
  type SaleAsked,
  type Stopped,
} from './gate.ts';
export type { GateState } from './draft.ts';
export { judgeOrder, type OrderAsked } from './judge-order.ts';
export { HOLD_JOURNAL, ITEM_JOURNAL, REQUEST_JOURNAL } from './rows.ts';
export { newCard, openMint, type Mint, type MintedCard } from './mint.ts';
export {
  isLuhnNumber,
  luhnDigit,
  normaliseCode,
  normaliseNumber,
  numberLane,
} from './code-shape.ts';
export {
  openCardStories,
  type CardStories,
  type CardStory,
  type StoryRequest,
} from './card-story.ts';
export {
  readCardHistory,
  searchCards,
  type CardDeskParts,
  type CardHistory,
  type CardSearch,
  type FoundCard,
} from './card-history.ts';
export { closeItem } from './close-item.ts';
export { PieceRefused, submitSurely } from './stock-run-submit.ts';
export {
  continueRun,
  findRunById,
  listRuns,
  RUN_CARDS_MAX,
  shownRun,
  startRun,
  type NewRun,
  type Run,
  type RunRefusal,
} from './stock-run.ts';
export { acknowledgeExport, exportRun, type RunExport } from './printer-export.ts';
export {
  beginImport,
  endImport,
  findImportById,
  importCards,
  importingHere,
  importPart,
  type ImportResult,
  type ImportUnderWay,
  type PartDone,
  type PartRefusal,
  type RefusedLine,
} from './import-cards.ts';
export { ColumnsRefused, type ImportPart, LINE_MAX, PART_LINES_MAX } from './import-cards-file.ts';
export { sweepExpired } from './sweep.ts';
export { readCards, readItems } from './list-cards.sql.ts';
export { verifyBooks, type VerifyReport } from './verify.ts';
