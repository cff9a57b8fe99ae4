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
        lanes: changed.map((row) => row.lane),
        clientIds: changed.map((row) => row.clientId),
        requestIds: changed.map((row) => row.requestId),
        homeKeys: changed.map((row) => row.homeKey),
        undoneMinors: changed.map((row) => row.undoneMinor),
        areReversed: changed.map((row) => row.isReversed),
        facts: changed.map((row) => row.facts),
      }),
    );
  }
  return writes;
}

function requestColumns(rows: readonly RequestRow[]) {
  return {
    lanes: rows.map((row) => row.lane),
    clientIds: rows.map((row) => row.clientId),
    requestIds: rows.map((row) => row.requestId),
    homeKeys: rows.map((row) => row.homeKey),
    sequences: rows.map((row) => row.sequence),
    kinds: rows.map((row) => row.kind),
    contents: rows.map((row) => row.content),
    arrivedAts: rows.map((row) => row.arrivedAt),
    decidedAts: rows.map((row) => row.decidedAt),
    outcomes: rows.map((row) => row.outcome),
    instrumentIds: rows.map((row) => row.instrumentId),
    productIds: rows.map((row) => row.productId),
    sellerIds: rows.map((row) => row.sellerId),
    merchantIds: rows.map((row) => row.merchantId),
    holdIds: rows.map((row) => row.holdId),
    amountMinors: rows.map((row) => row.amountMinor),
    balanceMinors: rows.map((row) => row.balanceMinor),
    states: rows.map((row) => row.state),
    firstTransferIds: rows.map((row) => row.firstTransferId),
    transferCounts: rows.map((row) => row.transferCount),
    undoneMinors: rows.map((row) => row.undoneMinor),
    areReversed: rows.map((row) => row.isReversed),
    facts: rows.map((row) => row.facts),
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
        lanes: added.map((row) => row.lane),
        instrumentIds: added.map((row) => row.instrumentId),
        productIds: added.map((row) => row.productId),
        states: added.map((row) => row.state),
        causes: added.map((row) => row.cause),
        numbers: added.map((row) => row.number),
        codeLast4s: added.map((row) => row.codeLast4),
        codesSealed: added.map((row) => row.codeSealed),
        faceMinors: added.map((row) => row.faceMinor),
        sellerIds: added.map((row) => row.sellerId),
        openFreezes: added.map((row) => row.openFreezes),
        activatedAts: added.map((row) => row.activatedAt),
      }),
    );
  }
  if (names.length > 0) {
    writes.push(
      sql.insertCardNames(on, {
        lanes: names.map((row) => row.lane),
        names: names.map((row) => row.name),
        instrumentLanes: names.map((row) => row.instrumentLane),
        instrumentIds: names.map((row) => row.instrumentId),
      }),
    );
  }
  if (changed.length > 0) {
    writes.push(
      sql.updateInstruments(on, {
        lanes: changed.map((row) => row.lane),
        instrumentIds: changed.map((row) => row.instrumentId),
        states: changed.map((row) => row.state),
        causes: changed.map((row) => row.cause),
        faceMinors: changed.map((row) => row.faceMinor),
        sellerIds: changed.map((row) => row.sellerId),
        openFreezes: changed.map((row) => row.openFreezes),
        activatedAts: changed.map((row) => row.activatedAt),
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
    lanes: rows.map((row) => row.lane),
    instrumentIds: rows.map((row) => row.instrumentId),
    lotIds: rows.map((row) => row.lotId),
    loadedMinors: rows.map((row) => row.loadedMinor),
    remainingMinors: rows.map((row) => row.remainingMinor),
    heldMinors: rows.map((row) => row.heldMinor),
    expiresAts: rows.map((row) => row.expiresAt),
    areFrozen: rows.map((row) => row.isFrozen),
  });
  if (added.length > 0) {
    writes.push(
      sql.insertLots(on, {
        ...mutable(added),
        classes: added.map((row) => row.class),
        sourceAccountIds: added.map((row) => row.sourceAccountId),
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
    lanes: rows.map((row) => row.lane),
    holdIds: rows.map((row) => row.holdId),
    states: rows.map((row) => row.state),
    capturedMinors: rows.map((row) => row.capturedMinor),
    lotIds: rows.map((row) => `{${row.lotIds.join(',')}}`),
    lotMinors: rows.map((row) => `{${row.lotMinors.join(',')}}`),
  });
  if (added.length > 0) {
    writes.push(
      sql.insertHolds(on, {
        ...mutable(added),
        instrumentIds: added.map((row) => row.instrumentId),
        clientIds: added.map((row) => row.clientId),
        merchantIds: added.map((row) => row.merchantId),
        amountMinors: added.map((row) => row.amountMinor),
        openedAts: added.map((row) => row.openedAt),
        expiresAts: added.map((row) => row.expiresAt),
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
        lanes: freezes.map((row) => row.lane),
        instrumentIds: freezes.map((row) => row.instrumentId),
        freezeIds: freezes.map((row) => row.freezeId),
        owners: freezes.map((row) => row.owner),
        reasons: freezes.map((row) => row.reason),
        openedAts: freezes.map((row) => row.openedAt),
        liftedAts: freezes.map((row) => row.liftedAt),
      }),
    );
  }
  if (lifted.length > 0) {
    writes.push(
      sql.updateFreezes(on, {
        lanes: lifted.map((row) => row.lane),
        instrumentIds: lifted.map((row) => row.instrumentId),
        freezeIds: lifted.map((row) => row.freezeId),
        liftedAts: lifted.map((row) => row.liftedAt),
      }),
    );
  }
  const counts = (rows: readonly CounterRow[]) => ({
    usedMinors: rows.map((row) => row.usedMinor),
    days: rows.map((row) => row.day),
    dayUsedMinors: rows.map((row) => row.dayUsedMinor),
  });
  if (counters.length > 0) {
    writes.push(
      sql.insertCounters(on, {
        lanes: counters.map((row) => row.lane),
        subjects: counters.map((row) => row.subject),
        measures: counters.map((row) => row.measure),
        startsOns: counters.map((row) => row.startsOn),
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
        lanes: ids.map((row) => row.lane),
        clientIds: ids.map((row) => row.clientId),
        requestIds: ids.map((row) => row.requestId),
        homeKeys: ids.map((row) => row.homeKey),
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
        lanes: added.map((row) => row.lane),
        itemIds: added.map((row) => row.itemId),
        causes: added.map((row) => row.cause),
        issuerIds: added.map((row) => row.issuerId),
        clientIds: added.map((row) => row.clientId),
        requestIds: added.map((row) => row.requestId),
        instrumentIds: added.map((row) => row.instrumentId),
        amountMinors: added.map((row) => row.amountMinor),
        openedAts: added.map((row) => row.openedAt),
        closedAts: added.map((row) => row.closedAt),
        closingNotes: added.map((row) => row.closingNote),
      }),
    );
  }
  if (changed.length > 0) {
    writes.push(
      sql.updateItems(on, {
        lanes: changed.map((row) => row.lane),
        itemIds: changed.map((row) => row.itemId),
        closedAts: changed.map((row) => row.closedAt),
        closingNotes: changed.map((row) => row.closingNote),
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
        lanes: opened.map((row) => row.lane),
        accountIds: opened.map((row) => row.accountId),
        units: opened.map((row) => row.unit),
        postedMinors: opened.map((row) => row.postedMinor),
        heldMinors: opened.map((row) => row.heldMinor),
        floorMinors: opened.map((row) => row.floorMinor),
      }),
    );
  }
  if (changed.length > 0) {
    writes.push(
      updateAccounts(on, {
        places: placesOf(changed),
        postedMinors: changed.map((row) => row.postedMinor),
        heldMinors: changed.map((row) => row.heldMinor),
      }),
    );
  }
  if (transfers.length > 0) {
    writes.push(
      insertTransfers(on, {
        lanes: transfers.map((row) => row.lane),
        transferIds: transfers.map((row) => row.transferId),
        debitAccountIds: transfers.map((row) => row.debitAccountId),
        creditAccountIds: transfers.map((row) => row.creditAccountId),
        amountMinors: transfers.map((row) => row.amountMinor),
        lotIds: transfers.map((row) => row.lotId),
        batchIds: transfers.map((row) => row.batchId),
      }),
    );
  }
  return writes;
}
