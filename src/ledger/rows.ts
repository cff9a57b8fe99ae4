import type { Instant } from '../kernel/clock.ts';
import type { Unit } from '../kernel/money.ts';
import { journalField, type JournalValue } from './journal.ts';

/** Rows as they stand in memory while a batch is decided; names and units are those of the tables. */
export interface LaneRow {
  readonly lane: number;
  lastId: bigint;
  lastBatchId: bigint;
  lastHash: Uint8Array;
  lastAt: Instant;
}

export interface AccountRow {
  readonly lane: number;
  readonly accountId: bigint;
  readonly unit: Unit;
  postedMinor: bigint;
  heldMinor: bigint;
  readonly floorMinor: bigint | null;
  readonly place?: string; // where it was read; a new row has none
}

export interface TransferRow {
  readonly lane: number;
  readonly transferId: bigint;
  readonly debitAccountId: bigint;
  readonly creditAccountId: bigint;
  readonly amountMinor: bigint;
  readonly lotId: bigint | null;
  readonly batchId: bigint;
}

export type HouseAccountKind =
  | 'seller_receivable'
  | 'merchant_payable'
  | 'partner_funds'
  | 'funds_source'
  | 'breakage'
  | 'goodwill'
  | 'suspense'
  | 'interlane'
  | 'opening';

/** An account of the issuer itself; `partyId` is a seller, merchant or client, or 0. */
export interface HouseAccount {
  readonly accountId: bigint;
  readonly issuerId: number;
  readonly kind: HouseAccountKind;
  readonly partyId: number;
  readonly unit: Unit;
  readonly floorMinor: bigint | null;
}

/** What the journal says of a row, in this order; the first columns up to `key` are its primary key. */
export interface JournalTable<Row> {
  readonly name: string;
  readonly key: number;
  readonly columns: readonly (keyof Row & string)[];
}

export const ACCOUNT_JOURNAL: JournalTable<AccountRow> = {
  name: 'account',
  key: 2,
  columns: ['lane', 'accountId', 'unit', 'postedMinor', 'heldMinor', 'floorMinor'],
};

export const TRANSFER_JOURNAL: JournalTable<TransferRow> = {
  name: 'transfer',
  key: 2,
  columns: [
    'lane',
    'transferId',
    'debitAccountId',
    'creditAccountId',
    'amountMinor',
    'lotId',
    'batchId',
  ],
};

export function journalValues<Row>(table: JournalTable<Row>, row: Row): JournalValue[] {
  return table.columns.map((column) => row[column] as JournalValue);
}

/** The line of a row, without a list of its values in between: it is made five times an operation. */
export function journalRow<Row>(table: JournalTable<Row>, row: Row): string {
  let line = table.name;
  for (const column of table.columns) line += '\t' + journalField(row[column] as JournalValue);
  return line;
}
