import type { Instant } from '../kernel/clock.ts';
import { journalTable } from '../ledger/index.ts';
import type { FreezeOwner, LotClass, OperationKind } from './operation.ts';
import type { InstrumentState } from './outcome.ts';
import type { Refusal } from './refusal.ts';

/** Rows as they stand in memory while a batch is decided; names and units are those of the tables. */
export interface InstrumentRow {
  readonly lane: number;
  readonly instrumentId: bigint;
  readonly productId: number;
  state: InstrumentState;
  cause: string | null;
  readonly number: string | null;
  readonly codeLast4: string | null;
  readonly codeSealed: Uint8Array | null;
  faceMinor: bigint | null;
  sellerId: number | null;
  openFreezes: number;
  activatedAt: Instant | null;
}

export interface CardNameRow {
  readonly lane: number;
  readonly name: string;
  readonly instrumentLane: number;
  readonly instrumentId: bigint;
}

export interface LotRow {
  readonly lane: number;
  readonly instrumentId: bigint;
  readonly lotId: bigint;
  readonly class: LotClass;
  loadedMinor: bigint;
  remainingMinor: bigint;
  heldMinor: bigint;
  expiresAt: Instant | null;
  isFrozen: boolean;
  readonly sourceAccountId: bigint;
  readonly place?: string; // where it was read; a new row has none
}

export interface HoldRow {
  readonly lane: number;
  readonly holdId: bigint;
  readonly instrumentId: bigint;
  readonly clientId: number;
  readonly merchantId: number;
  state: 'open' | 'captured' | 'released' | 'expired';
  readonly amountMinor: bigint;
  capturedMinor: bigint;
  lotIds: readonly bigint[];
  lotMinors: readonly bigint[];
  readonly openedAt: Instant;
  readonly expiresAt: Instant;
}

export interface FreezeRow {
  readonly lane: number;
  readonly instrumentId: bigint;
  readonly freezeId: bigint;
  readonly owner: FreezeOwner;
  readonly reason: string;
  readonly openedAt: Instant;
  liftedAt: Instant | null;
}

/** What a limit of a card counts: what is put on it, or what is taken from it. */
export type CardMeasure = 'load' | 'redeem';

/** And of a contract that pays: what is spent by it (R21). */
export type Measure = CardMeasure | 'spend';

export interface CounterRow {
  readonly lane: number;
  readonly subject: bigint;
  readonly measure: Measure;
  readonly startsOn: string; // first day of the month or of the tender's period, YYYY-MM-DD in its zone
  usedMinor: bigint; // in that time
  day: string; // the newest day on which something was counted
  dayUsedMinor: bigint; // on that day
  readonly place?: string; // where it was read; a new row has none
}

/** What a remembered request came to. `reversed_unseen`: a reversal came before it (R9). */
export type RequestRowOutcome = 'accepted' | 'reversed_unseen' | Refusal;

/**
 * `counterpart` is the other card's side of a move, `rebalance` the share of a lane when paid-in funds
 * were moved between lanes (R22): rows beside the request, so that every transfer belongs to one.
 */
export type RequestKind = OperationKind | 'counterpart' | 'rebalance';

/**
 * What only some answers, reversals and readers of journals need. Of a sale: `tenderId`, `shopId`, `contract`
 * (a keyed hash) and, where it was counted, `spentFrom`. Of what the switch refused: `suspensionId`.
 */
export type RequestFacts = Readonly<Record<string, string | number | boolean | null>>;

export interface RequestRow {
  readonly lane: number;
  readonly clientId: number;
  readonly requestId: string;
  readonly homeKey: string;
  readonly sequence: bigint;
  readonly kind: RequestKind;
  readonly content: Uint8Array;
  readonly arrivedAt: Instant;
  readonly decidedAt: Instant;
  readonly outcome: RequestRowOutcome;
  readonly instrumentId: bigint | null;
  readonly productId: number | null;
  readonly sellerId: number | null;
  readonly merchantId: number | null;
  readonly holdId: bigint | null;
  readonly amountMinor: bigint | null;
  readonly balanceMinor: bigint | null;
  readonly state: InstrumentState | null;
  readonly firstTransferId: bigint | null;
  readonly transferCount: number;
  undoneMinor: bigint;
  isReversed: boolean;
  facts: RequestFacts | null;
}

export interface ExclusiveIdRow {
  readonly lane: number;
  readonly clientId: number;
  readonly requestId: string;
  readonly homeKey: string;
}

export interface ItemRow {
  readonly lane: number;
  readonly itemId: bigint;
  readonly cause: string;
  readonly issuerId: number;
  readonly clientId: number;
  readonly requestId: string;
  readonly instrumentId: bigint | null;
  readonly amountMinor: bigint | null;
  readonly openedAt: Instant;
  closedAt: Instant | null;
  closingNote: string | null;
}

export const INSTRUMENT_JOURNAL = journalTable('instrument', 2, (row: InstrumentRow) => [
  row.lane,
  row.instrumentId,
  row.productId,
  row.state,
  row.cause,
  row.number,
  row.faceMinor,
  row.sellerId,
  row.openFreezes,
  row.activatedAt,
]);
export const CARD_NAME_JOURNAL = journalTable('card_name', 2, (row: CardNameRow) => [
  row.lane,
  row.name,
  row.instrumentLane,
  row.instrumentId,
]);
export const LOT_JOURNAL = journalTable('lot', 3, (row: LotRow) => [
  row.lane,
  row.instrumentId,
  row.lotId,
  row.class,
  row.loadedMinor,
  row.remainingMinor,
  row.heldMinor,
  row.expiresAt,
  row.isFrozen,
  row.sourceAccountId,
]);
export const HOLD_JOURNAL = journalTable('hold', 2, (row: HoldRow) => [
  row.lane,
  row.holdId,
  row.instrumentId,
  row.clientId,
  row.merchantId,
  row.state,
  row.amountMinor,
  row.capturedMinor,
  row.lotIds,
  row.lotMinors,
  row.openedAt,
  row.expiresAt,
]);
export const FREEZE_JOURNAL = journalTable('freeze', 3, (row: FreezeRow) => [
  row.lane,
  row.instrumentId,
  row.freezeId,
  row.owner,
  row.reason,
  row.openedAt,
  row.liftedAt,
]);
export const COUNTER_JOURNAL = journalTable('counter', 4, (row: CounterRow) => [
  row.lane,
  row.subject,
  row.measure,
  row.startsOn,
  row.usedMinor,
  row.day,
  row.dayUsedMinor,
]);
export const REQUEST_JOURNAL = journalTable('request', 4, (row: RequestRow) => [
  row.lane,
  row.clientId,
  row.requestId,
  row.homeKey,
  row.sequence,
  row.kind,
  row.content,
  row.arrivedAt,
  row.decidedAt,
  row.outcome,
  row.instrumentId,
  row.productId,
  row.sellerId,
  row.merchantId,
  row.holdId,
  row.amountMinor,
  row.balanceMinor,
  row.state,
  row.firstTransferId,
  row.transferCount,
  row.undoneMinor,
  row.isReversed,
  row.facts,
]);
export const EXCLUSIVE_ID_JOURNAL = journalTable('exclusive_id', 3, (row: ExclusiveIdRow) => [
  row.lane,
  row.clientId,
  row.requestId,
  row.homeKey,
]);
export const ITEM_JOURNAL = journalTable('item', 2, (row: ItemRow) => [
  row.lane,
  row.itemId,
  row.cause,
  row.issuerId,
  row.clientId,
  row.requestId,
  row.instrumentId,
  row.amountMinor,
  row.openedAt,
  row.closedAt,
  row.closingNote,
]);
