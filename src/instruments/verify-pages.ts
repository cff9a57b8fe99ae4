import type { Queryable } from '../kernel/database/index.ts';
import {
  ACCOUNTS,
  BEFORE_ALL,
  TRANSFERS,
  type AnyVerifiedTable,
  type VerifiedTable,
} from '../ledger/index.ts';
import {
  CARD_NAME_JOURNAL,
  type CardNameRow,
  COUNTER_JOURNAL,
  type CounterRow,
  EXCLUSIVE_ID_JOURNAL,
  type ExclusiveIdRow,
  FREEZE_JOURNAL,
  type FreezeRow,
  HOLD_JOURNAL,
  type HoldRow,
  INSTRUMENT_JOURNAL,
  type InstrumentRow,
  ITEM_JOURNAL,
  type ItemRow,
  LOT_JOURNAL,
  type LotRow,
  REQUEST_JOURNAL,
  type RequestRow,
} from './rows.ts';
import {
  readVerifyCardNames,
  readVerifyCounters,
  readVerifyExclusiveIds,
  readVerifyFreezes,
  readVerifyHolds,
  readVerifyInstruments,
  readVerifyItems,
  readVerifyLots,
  readVerifyRequests,
} from './verify-pages.sql.ts';

/** Only what the journal covers: a sealed code is not in it, so that it can be erased. */
type JournalledInstrument = Omit<InstrumentRow, 'codeLast4' | 'codeSealed'>;

/** Rows come from the tables as they are; whether their words are ours is what is being checked. */
type Read<Row> = (
  db: Queryable,
  lane: number,
  after: Row | null,
  size: number,
) => Promise<unknown[]>;

function table<Row>(journal: VerifiedTable<Row>['journal'], read: Read<Row>): VerifiedTable<Row> {
  return { journal, readPage: read as VerifiedTable<Row>['readPage'] };
}

/** Every table that the journal covers, in its order; ledger/journal.ts says what a line is. */
export const VERIFIED_TABLES: readonly AnyVerifiedTable[] = [
  table<RequestRow>(REQUEST_JOURNAL, (db, lane, after, size) =>
    readVerifyRequests(db, {
      lane,
      afterClientId: after?.clientId ?? -1,
      afterRequestId: after?.requestId ?? '',
      afterHomeKey: after?.homeKey ?? '',
      size,
    }),
  ),
  table<JournalledInstrument>(
    INSTRUMENT_JOURNAL as VerifiedTable<JournalledInstrument>['journal'],
    (db, lane, after, size) =>
      readVerifyInstruments(db, { lane, afterId: after?.instrumentId ?? BEFORE_ALL, size }),
  ),
  table<CardNameRow>(CARD_NAME_JOURNAL, (db, lane, after, size) =>
    readVerifyCardNames(db, { lane, afterName: after?.name ?? '', size }),
  ),
  table<LotRow>(LOT_JOURNAL, (db, lane, after, size) =>
    readVerifyLots(db, {
      lane,
      afterInstrumentId: after?.instrumentId ?? BEFORE_ALL,
      afterLotId: after?.lotId ?? BEFORE_ALL,
      size,
    }),
  ),
  table<HoldRow>(HOLD_JOURNAL, (db, lane, after, size) =>
    readVerifyHolds(db, { lane, afterId: after?.holdId ?? BEFORE_ALL, size }),
  ),
  table<FreezeRow>(FREEZE_JOURNAL, (db, lane, after, size) =>
    readVerifyFreezes(db, {
      lane,
      afterInstrumentId: after?.instrumentId ?? BEFORE_ALL,
      afterFreezeId: after?.freezeId ?? BEFORE_ALL,
      size,
    }),
  ),
  table<CounterRow>(COUNTER_JOURNAL, (db, lane, after, size) =>
    readVerifyCounters(db, {
      lane,
      afterSubject: after?.subject ?? BEFORE_ALL,
      afterMeasure: after?.measure ?? '',
      afterStartsOn: after?.startsOn ?? '0001-01-01',
      size,
    }),
  ),
  table<ExclusiveIdRow>(EXCLUSIVE_ID_JOURNAL, (db, lane, after, size) =>
    readVerifyExclusiveIds(db, {
      lane,
      afterClientId: after?.clientId ?? -1,
      afterRequestId: after?.requestId ?? '',
      size,
    }),
  ),
  table<ItemRow>(ITEM_JOURNAL, (db, lane, after, size) =>
    readVerifyItems(db, { lane, afterId: after?.itemId ?? BEFORE_ALL, size }),
  ),
  TRANSFERS,
  ACCOUNTS,
];
