import { assert } from '../kernel/assert.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Unit } from '../kernel/money.ts';
import { journalLine, type JournalValue } from './journal.ts';

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
  values(row: Row): JournalValue[];
}

/**
 * The columns are those that `values` reads, in their order. It names them one by one: reading a row by names out of
 * a list takes twice as long, and each changed row of every operation is read so.
 */
export function journalTable<Row>(
  name: string,
  key: number,
  values: (row: Row) => JournalValue[],
): JournalTable<Row> {
  const columns: (keyof Row & string)[] = [];
  const reader = new Proxy({}, { get: (_row, column) => void columns.push(column as never) });
  const count = values(reader as Row).length;
  assert(new Set(columns).size === count, 'a journal has each of its columns once');
  return { name, key, columns, values };
}

export const ACCOUNT_JOURNAL = journalTable('account', 2, (row: AccountRow) => [
  row.lane,
  row.accountId,
  row.unit,
  row.postedMinor,
  row.heldMinor,
  row.floorMinor,
]);

export const TRANSFER_JOURNAL = journalTable('transfer', 2, (row: TransferRow) => [
  row.lane,
  row.transferId,
  row.debitAccountId,
  row.creditAccountId,
  row.amountMinor,
  row.lotId,
  row.batchId,
]);

/** The line of a row. */
export function journalRow<Row>(table: JournalTable<Row>, row: Row): string {
  return journalLine(table.name, table.values(row));
}
