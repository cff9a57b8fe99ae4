import type { Instant } from '../kernel/clock.ts';
import type { JournalTable } from '../ledger/index.ts';
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

export const INSTRUMENT_JOURNAL: JournalTable<InstrumentRow> = {
  name: 'instrument',
  key: 2,
  columns: [
    'lane',
    'instrumentId',
    'productId',
    'state',
    'cause',
    'number',
    'faceMinor',
    'sellerId',
    'openFreezes',
    'activatedAt',
  ],
};
export const CARD_NAME_JOURNAL: JournalTable<CardNameRow> = {
  name: 'card_name',
  key: 2,
  columns: ['lane', 'name', 'instrumentLane', 'instrumentId'],
};
export const LOT_JOURNAL: JournalTable<LotRow> = {
  name: 'lot',
  key: 3,
  columns: [
    'lane',
    'instrumentId',
    'lotId',
    'class',
    'loadedMinor',
    'remainingMinor',
    'heldMinor',
    'expiresAt',
    'isFrozen',
    'sourceAccountId',
  ],
};
export const HOLD_JOURNAL: JournalTable<HoldRow> = {
  name: 'hold',
  key: 2,
  columns: [
    'lane',
    'holdId',
    'instrumentId',
    'clientId',
    'merchantId',
    'state',
    'amountMinor',
    'capturedMinor',
    'lotIds',
    'lotMinors',
    'openedAt',
    'expiresAt',
  ],
};
export const FREEZE_JOURNAL: JournalTable<FreezeRow> = {
  name: 'freeze',
  key: 3,
  columns: ['lane', 'instrumentId', 'freezeId', 'owner', 'reason', 'openedAt', 'liftedAt'],
};
export const COUNTER_JOURNAL: JournalTable<CounterRow> = {
  name: 'counter',
  key: 4,
  columns: ['lane', 'subject', 'measure', 'startsOn', 'usedMinor', 'day', 'dayUsedMinor'],
};
export const REQUEST_JOURNAL: JournalTable<RequestRow> = {
  name: 'request',
  key: 4,
  columns: [
    'lane',
    'clientId',
    'requestId',
    'homeKey',
    'sequence',
    'kind',
    'content',
    'arrivedAt',
    'decidedAt',
    'outcome',
    'instrumentId',
    'productId',
    'sellerId',
    'merchantId',
    'holdId',
    'amountMinor',
    'balanceMinor',
    'state',
    'firstTransferId',
    'transferCount',
    'undoneMinor',
    'isReversed',
    'facts',
  ],
};
export const EXCLUSIVE_ID_JOURNAL: JournalTable<ExclusiveIdRow> = {
  name: 'exclusive_id',
  key: 3,
  columns: ['lane', 'clientId', 'requestId', 'homeKey'],
};
export const ITEM_JOURNAL: JournalTable<ItemRow> = {
  name: 'item',
  key: 2,
  columns: [
    'lane',
    'itemId',
    'cause',
    'issuerId',
    'clientId',
    'requestId',
    'instrumentId',
    'amountMinor',
    'openedAt',
    'closedAt',
    'closingNote',
  ],
};
