import { present } from '../kernel/assert.ts';
import type { Transaction } from '../kernel/database/index.ts';
import {
  insertAccounts,
  insertBatches,
  insertTransfers,
  packJournal,
  updateAccounts,
  updateLanes,
} from '../ledger/index.ts';
import { chainLanes } from './chain-batch.ts';
import type { Draft } from './draft.ts';
import type { CounterRow, HoldRow, LotRow, RequestRow } from './rows.ts';
import * as sql from './write-batch.sql.ts';

/**
 * Writes what a batch has decided: each kind of row by one statement, then the lanes' journals with
 * their hashes. Everything is issued at once and travels in order; the commit follows in the same flush.
 */
export function writeBatch(transaction: Transaction, draft: Draft): Promise<unknown>[] {
  const writes = [
    ...writeRequests(transaction, draft),
    ...writeCards(transaction, draft),
    ...writeLots(transaction, draft),
    ...writeHolds(transaction, draft),
    ...writeRest(transaction, draft),
    ...writeLedger(transaction, draft),
  ];
  const lanes = chainLanes(draft);
  if (lanes.length === 0) return writes;
  writes.push(
    insertBatches(transaction, {
      lanes: lanes.map(({ lane }) => lane.lane),
      batchIds: lanes.map(({ lane }) => lane.lastBatchId),
      ats: lanes.map(({ lane }) => lane.lastAt),
      operationCounts: lanes.map(({ operationCount }) => operationCount),
      lastIds: lanes.map(({ lane }) => lane.lastId),
      previousHashes: lanes.map(({ previousHash }) => previousHash),
      hashes: lanes.map(({ lane }) => lane.lastHash),
      contents: lanes.map(({ text }) => packJournal(text)),
    }),
    updateLanes(transaction, {
      lanes: lanes.map(({ lane }) => lane.lane),
      lastIds: lanes.map(({ lane }) => lane.lastId),
      lastBatchIds: lanes.map(({ lane }) => lane.lastBatchId),
      lastHashes: lanes.map(({ lane }) => lane.lastHash),
      lastAts: lanes.map(({ lane }) => lane.lastAt),
    }),
  );
  return writes;
}

/** One array a column: what `unnest` takes. */
function column<Row, Key extends keyof Row>(rows: readonly Row[], key: Key): Row[Key][] {
  return rows.map((row) => row[key]);
}

/**
 * Where the rows were read in this transaction. Whoever has the turn of a lane has its rows to himself, so
 * they are still there, and the update needs no second look-up of the key (a twelfth of the database's time).
 */
function placesOf(rows: readonly { readonly place?: string }[]): string[] {
  return rows.map((row) => present(row.place, 'a changed row was read in its batch'));
}

function writeRequests(on: Transaction, draft: Draft): Promise<unknown>[] {
  const added = [...draft.requests.added];
  const changed = [...draft.requests.changed];
  const writes: Promise<unknown>[] = [];
  if (added.length > 0) writes.push(sql.insertRequests(on, requestColumns(added)));
  if (changed.length > 0) {
    writes.push(
      sql.updateRequests(on, {
        lanes: column(changed, 'lane'),
        clientIds: column(changed, 'clientId'),
        requestIds: column(changed, 'requestId'),
        homeKeys: column(changed, 'homeKey'),
        undoneMinors: column(changed, 'undoneMinor'),
        areReversed: column(changed, 'isReversed'),
        facts: column(changed, 'facts'),
      }),
    );
  }
  return writes;
}

function requestColumns(rows: readonly RequestRow[]) {
  return {
    lanes: column(rows, 'lane'),
    clientIds: column(rows, 'clientId'),
    requestIds: column(rows, 'requestId'),
    homeKeys: column(rows, 'homeKey'),
    sequences: column(rows, 'sequence'),
    kinds: column(rows, 'kind'),
    contents: column(rows, 'content'),
    arrivedAts: column(rows, 'arrivedAt'),
    decidedAts: column(rows, 'decidedAt'),
    outcomes: column(rows, 'outcome'),
    instrumentIds: column(rows, 'instrumentId'),
    productIds: column(rows, 'productId'),
    sellerIds: column(rows, 'sellerId'),
    merchantIds: column(rows, 'merchantId'),
    holdIds: column(rows, 'holdId'),
    amountMinors: column(rows, 'amountMinor'),
    balanceMinors: column(rows, 'balanceMinor'),
    states: column(rows, 'state'),
    firstTransferIds: column(rows, 'firstTransferId'),
    transferCounts: column(rows, 'transferCount'),
    undoneMinors: column(rows, 'undoneMinor'),
    areReversed: column(rows, 'isReversed'),
    facts: column(rows, 'facts'),
  };
}

function writeCards(on: Transaction, draft: Draft): Promise<unknown>[] {
  const added = [...draft.instruments.added];
  const changed = [...draft.instruments.changed];
  const names = [...draft.cardNames.added];
  const writes: Promise<unknown>[] = [];
  if (added.length > 0) {
    writes.push(
      sql.insertInstruments(on, {
        lanes: column(added, 'lane'),
        instrumentIds: column(added, 'instrumentId'),
        productIds: column(added, 'productId'),
        states: column(added, 'state'),
        causes: column(added, 'cause'),
        numbers: column(added, 'number'),
        codeLast4s: column(added, 'codeLast4'),
        codesSealed: column(added, 'codeSealed'),
        faceMinors: column(added, 'faceMinor'),
        sellerIds: column(added, 'sellerId'),
        openFreezes: column(added, 'openFreezes'),
        activatedAts: column(added, 'activatedAt'),
      }),
    );
  }
  if (names.length > 0) {
    writes.push(
      sql.insertCardNames(on, {
        lanes: column(names, 'lane'),
        names: column(names, 'name'),
        instrumentLanes: column(names, 'instrumentLane'),
        instrumentIds: column(names, 'instrumentId'),
      }),
    );
  }
  if (changed.length > 0) {
    writes.push(
      sql.updateInstruments(on, {
        lanes: column(changed, 'lane'),
        instrumentIds: column(changed, 'instrumentId'),
        states: column(changed, 'state'),
        causes: column(changed, 'cause'),
        faceMinors: column(changed, 'faceMinor'),
        sellerIds: column(changed, 'sellerId'),
        openFreezes: column(changed, 'openFreezes'),
        activatedAts: column(changed, 'activatedAt'),
      }),
    );
  }
  return writes;
}

function writeLots(on: Transaction, draft: Draft): Promise<unknown>[] {
  const added = [...draft.lots.added];
  const changed = [...draft.lots.changed];
  const writes: Promise<unknown>[] = [];
  const mutable = (rows: readonly LotRow[]) => ({
    lanes: column(rows, 'lane'),
    instrumentIds: column(rows, 'instrumentId'),
    lotIds: column(rows, 'lotId'),
    loadedMinors: column(rows, 'loadedMinor'),
    remainingMinors: column(rows, 'remainingMinor'),
    heldMinors: column(rows, 'heldMinor'),
    expiresAts: column(rows, 'expiresAt'),
    areFrozen: column(rows, 'isFrozen'),
  });
  if (added.length > 0) {
    writes.push(
      sql.insertLots(on, {
        ...mutable(added),
        classes: column(added, 'class'),
        sourceAccountIds: column(added, 'sourceAccountId'),
      }),
    );
  }
  if (changed.length > 0)
    writes.push(sql.updateLots(on, { ...mutable(changed), places: placesOf(changed) }));
  return writes;
}

function writeHolds(on: Transaction, draft: Draft): Promise<unknown>[] {
  const added = [...draft.holds.added];
  const changed = [...draft.holds.changed];
  const writes: Promise<unknown>[] = [];
  const mutable = (rows: readonly HoldRow[]) => ({
    lanes: column(rows, 'lane'),
    holdIds: column(rows, 'holdId'),
    states: column(rows, 'state'),
    capturedMinors: column(rows, 'capturedMinor'),
    lotIds: rows.map((row) => `{${row.lotIds.join(',')}}`),
    lotMinors: rows.map((row) => `{${row.lotMinors.join(',')}}`),
  });
  if (added.length > 0) {
    writes.push(
      sql.insertHolds(on, {
        ...mutable(added),
        instrumentIds: column(added, 'instrumentId'),
        clientIds: column(added, 'clientId'),
        merchantIds: column(added, 'merchantId'),
        amountMinors: column(added, 'amountMinor'),
        openedAts: column(added, 'openedAt'),
        expiresAts: column(added, 'expiresAt'),
      }),
    );
  }
  if (changed.length > 0) writes.push(sql.updateHolds(on, { ...mutable(changed) }));
  return writes;
}

function writeRest(on: Transaction, draft: Draft): Promise<unknown>[] {
  const writes: Promise<unknown>[] = [];
  const freezes = [...draft.freezes.added];
  const lifted = [...draft.freezes.changed];
  const counters = [...draft.counters.added];
  const counted = [...draft.counters.changed];
  const ids = [...draft.exclusiveIds.added];
  if (freezes.length > 0) {
    writes.push(
      sql.insertFreezes(on, {
        lanes: column(freezes, 'lane'),
        instrumentIds: column(freezes, 'instrumentId'),
        freezeIds: column(freezes, 'freezeId'),
        owners: column(freezes, 'owner'),
        reasons: column(freezes, 'reason'),
        openedAts: column(freezes, 'openedAt'),
        liftedAts: column(freezes, 'liftedAt'),
      }),
    );
  }
  if (lifted.length > 0) {
    writes.push(
      sql.updateFreezes(on, {
        lanes: column(lifted, 'lane'),
        instrumentIds: column(lifted, 'instrumentId'),
        freezeIds: column(lifted, 'freezeId'),
        liftedAts: column(lifted, 'liftedAt'),
      }),
    );
  }
  const counts = (rows: readonly CounterRow[]) => ({
    usedMinors: column(rows, 'usedMinor'),
    days: column(rows, 'day'),
    dayUsedMinors: column(rows, 'dayUsedMinor'),
  });
  if (counters.length > 0) {
    writes.push(
      sql.insertCounters(on, {
        lanes: column(counters, 'lane'),
        subjects: column(counters, 'subject'),
        measures: column(counters, 'measure'),
        startsOns: column(counters, 'startsOn'),
        ...counts(counters),
      }),
    );
  }
  if (counted.length > 0) {
    writes.push(sql.updateCounters(on, { places: placesOf(counted), ...counts(counted) }));
  }
  if (ids.length > 0) {
    writes.push(
      sql.insertExclusiveIds(on, {
        lanes: column(ids, 'lane'),
        clientIds: column(ids, 'clientId'),
        requestIds: column(ids, 'requestId'),
        homeKeys: column(ids, 'homeKey'),
      }),
    );
  }
  return [...writes, ...writeItems(on, draft)];
}

function writeItems(on: Transaction, draft: Draft): Promise<unknown>[] {
  const added = [...draft.items.added];
  const changed = [...draft.items.changed];
  const writes: Promise<unknown>[] = [];
  if (added.length > 0) {
    writes.push(
      sql.insertItems(on, {
        lanes: column(added, 'lane'),
        itemIds: column(added, 'itemId'),
        causes: column(added, 'cause'),
        issuerIds: column(added, 'issuerId'),
        clientIds: column(added, 'clientId'),
        requestIds: column(added, 'requestId'),
        instrumentIds: column(added, 'instrumentId'),
        amountMinors: column(added, 'amountMinor'),
        openedAts: column(added, 'openedAt'),
        closedAts: column(added, 'closedAt'),
        closingNotes: column(added, 'closingNote'),
      }),
    );
  }
  if (changed.length > 0) {
    writes.push(
      sql.updateItems(on, {
        lanes: column(changed, 'lane'),
        itemIds: column(changed, 'itemId'),
        closedAts: column(changed, 'closedAt'),
        closingNotes: column(changed, 'closingNote'),
      }),
    );
  }
  return writes;
}

function writeLedger(on: Transaction, draft: Draft): Promise<unknown>[] {
  const { accounts, transfers } = draft.books;
  const opened = [...accounts.added];
  const changed = [...accounts.changed];
  const writes: Promise<unknown>[] = [];
  if (opened.length > 0) {
    writes.push(
      insertAccounts(on, {
        lanes: column(opened, 'lane'),
        accountIds: column(opened, 'accountId'),
        units: column(opened, 'unit'),
        postedMinors: column(opened, 'postedMinor'),
        heldMinors: column(opened, 'heldMinor'),
        floorMinors: column(opened, 'floorMinor'),
      }),
    );
  }
  if (changed.length > 0) {
    writes.push(
      updateAccounts(on, {
        places: placesOf(changed),
        postedMinors: column(changed, 'postedMinor'),
        heldMinors: column(changed, 'heldMinor'),
      }),
    );
  }
  if (transfers.length > 0) {
    writes.push(
      insertTransfers(on, {
        lanes: column(transfers, 'lane'),
        transferIds: column(transfers, 'transferId'),
        debitAccountIds: column(transfers, 'debitAccountId'),
        creditAccountIds: column(transfers, 'creditAccountId'),
        amountMinors: column(transfers, 'amountMinor'),
        lotIds: column(transfers, 'lotId'),
        batchIds: column(transfers, 'batchId'),
      }),
    );
  }
  return writes;
}
