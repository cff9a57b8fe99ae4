import { present } from '../kernel/assert.ts';
import type { TransferRow } from '../ledger/index.ts';
import { cardNameKey, counterKey, requestKey } from './draft-keys.ts';
import type { Draft, IdRange } from './draft.ts';
import type { ReadInstrumentsRow } from './read-batch.sql.ts';
import type { ReadNamedCardsRow } from './read-named.sql.ts';
import type { CardMeasure, CounterRow, InstrumentRow, LotRow, RequestRow } from './rows.ts';

/** A row as it was read goes into the draft; what two waves have read, once. */
export function loadRequest(draft: Draft, row: RequestRow): RequestRow {
  const key = requestKey(row.lane, row.clientId, row.requestId, row.homeKey);
  const known = draft.requests.find(key);
  if (known !== undefined) return known;
  draft.requests.load(key, row);
  return row;
}

/** A card by its name, with a lot and a counter of it. Counters that began before `since` were not read. */
export function loadNamed(draft: Draft, row: ReadNamedCardsRow, since: string): void {
  draft.cardNames.load(cardNameKey(row.nameLane, row.name), {
    lane: row.nameLane,
    name: row.name,
    instrumentLane: row.instrumentLane,
    instrumentId: row.instrumentId,
  });
  if (!draft.books.hasTurn(row.instrumentLane)) return; // it waits for that turn
  const isKnown = draft.instruments.find(row.instrumentId) !== undefined;
  if (!isKnown) loadCard(draft, { ...row, lane: row.instrumentLane });
  loadLotOfCard(draft, row);
  loadCounterOfCard(draft, row, since);
}

function loadLotOfCard(draft: Draft, row: ReadNamedCardsRow): void {
  const { instrumentId, lotId } = row;
  if (row.isWhole !== null) draft.noteLotsRead(instrumentId, row.isWhole);
  if (lotId === null) return;
  draft.loadLot({
    lane: row.instrumentLane,
    instrumentId,
    lotId,
    class: row.class as LotRow['class'],
    loadedMinor: row.loadedMinor!,
    remainingMinor: row.remainingMinor!,
    heldMinor: row.lotHeldMinor!,
    expiresAt: row.expiresAt,
    isFrozen: row.isFrozen!,
    sourceAccountId: row.sourceAccountId!,
    place: row.lotPlace!,
  });
}

function loadCounterOfCard(draft: Draft, row: ReadNamedCardsRow, since: string): void {
  const measure = row.measure as CardMeasure | null;
  if (measure === null) return;
  draft.noteCountersRead(row.instrumentId, measure, since);
  if (row.startsOn === null) return;
  loadCounterOnce(draft, {
    lane: row.instrumentLane,
    subject: row.instrumentId,
    measure,
    startsOn: row.startsOn,
    usedMinor: row.usedMinor!,
    day: row.day!,
    dayUsedMinor: row.dayUsedMinor!,
    place: row.counterPlace!,
  });
}

export function loadCard(draft: Draft, row: ReadInstrumentsRow): void {
  const card: InstrumentRow = {
    lane: row.lane,
    instrumentId: row.instrumentId,
    productId: row.productId,
    state: row.state as InstrumentRow['state'],
    cause: row.cause,
    number: row.number,
    codeLast4: row.codeLast4,
    codeSealed: null, // never needed to decide, never changed
    faceMinor: row.faceMinor,
    sellerId: row.sellerId,
    openFreezes: row.openFreezes,
    activatedAt: row.activatedAt,
  };
  draft.loadInstrument(card, {
    lane: row.lane,
    accountId: row.instrumentId,
    unit: row.unit,
    postedMinor: row.postedMinor,
    heldMinor: row.heldMinor,
    floorMinor: 0n,
    place: row.place,
  });
}

export function loadCounterOnce(draft: Draft, row: CounterRow): void {
  const key = counterKey(row.subject, row.measure, row.startsOn);
  if (draft.counters.find(key) === undefined) draft.counters.load(key, row);
}

export function loadAccountOnce(
  draft: Draft,
  row: Parameters<Draft['books']['loadAccount']>[0],
): void {
  if (!draft.books.hasAccount(row.lane, row.accountId)) draft.books.loadAccount(row);
}

/** To each request its own, whose ids are consecutive in their lane: a return may read a thousand of them. */
export function loadTransfers(
  draft: Draft,
  ranges: readonly IdRange[],
  transfers: readonly TransferRow[],
): void {
  const byId = new Map(transfers.map((row) => [row.transferId, row]));
  for (const { firstId, lastId } of ranges) {
    const own: TransferRow[] = [];
    for (let id = firstId; id <= lastId; id += 256n) {
      own.push(present(byId.get(id), 'a request has made all the transfers that it counts'));
    }
    draft.loadTransfersOf(firstId, own);
  }
}
