import { present } from '../kernel/assert.ts';
import { laneOfId } from '../kernel/ids.ts';
import type { Unit } from '../kernel/money.ts';
import {
  Books,
  type HouseDirectory,
  RowSet,
  type AccountRow,
  type HouseAccountKind,
  type TransferRow,
} from '../ledger/index.ts';
import type { Catalogue, Product } from '../programmes/index.ts';
import type { Switchboard } from '../suspensions/index.ts';
import { spendOfRequest, type Spend } from './contract-limits.ts';
import { cardNameKey, counterKey, redemptionsKey, requestKey } from './draft-keys.ts';
import type {
  CardMeasure,
  CardNameRow,
  CounterRow,
  ExclusiveIdRow,
  FreezeRow,
  HoldRow,
  InstrumentRow,
  ItemRow,
  LotRow,
  Measure,
  RequestRow,
} from './rows.ts';

/** What operations are judged by, as one batch has read it (R18). */
export interface GateState {
  readonly catalogue: Catalogue;
  readonly switchboard: Switchboard;
}

/** A counter by its key. */
export interface CounterName {
  readonly subject: bigint;
  readonly measure: Measure;
  readonly startsOn: string;
}

/** What is seen of a request under any card (R9). */
export type RequestSeen = Pick<RequestRow, 'clientId' | 'requestId' | 'kind' | 'outcome'>;

/**
 * Everything a batch has read, and what its decisions make of it. It lives for one batch; nothing of it
 * is kept, so a batch that fails leaves nothing behind.
 */
export class Draft {
  readonly books = new Books();
  readonly requests = new RowSet<RequestRow>();
  readonly instruments = new RowSet<InstrumentRow>();
  readonly cardNames = new RowSet<CardNameRow>();
  readonly lots = new RowSet<LotRow>();
  readonly holds = new RowSet<HoldRow>();
  readonly freezes = new RowSet<FreezeRow>();
  readonly counters = new RowSet<CounterRow>();
  readonly exclusiveIds = new RowSet<ExclusiveIdRow>();
  readonly items = new RowSet<ItemRow>();
  readonly #lotsOf = new Map<bigint, LotRow[]>();
  readonly #lotsToSort = new Set<bigint>();
  readonly #lotsRead = new Map<bigint, boolean>(); // whether also those with nothing in them
  readonly #countersRead = { load: new Set<bigint>(), redeem: new Set<bigint>() };
  #countersSince = '';
  readonly #holdsOf = new Map<bigint, HoldRow[]>();
  readonly #freezesOf = new Map<bigint, FreezeRow[]>();
  readonly #transfersOf = new Map<bigint, readonly TransferRow[]>();
  readonly #redemptionsOf = new Map<string, RequestRow[]>();
  readonly #spends = new Map<string, Spend>();
  readonly #companions = new Set<TransferRow>();
  readonly #elsewhere: RequestSeen[] = [];
  readonly catalogue: Catalogue;
  readonly switchboard: Switchboard;
  readonly houses: HouseDirectory;

  readonly laneCount: number;

  constructor(gate: GateState, houses: HouseDirectory, laneCount: number) {
    this.catalogue = gate.catalogue;
    this.switchboard = gate.switchboard;
    this.houses = houses;
    this.laneCount = laneCount;
  }

  findCardName(lane: number, name: string): CardNameRow | undefined {
    return this.cardNames.find(cardNameKey(lane, name));
  }

  loadInstrument(row: InstrumentRow, account: AccountRow): void {
    if (this.instruments.find(row.instrumentId) !== undefined) return; // two names of one card
    this.instruments.load(row.instrumentId, row);
    this.books.loadAccount(account);
  }

  accountOf(instrument: InstrumentRow): AccountRow {
    return this.books.account(instrument.lane, instrument.instrumentId);
  }

  product(instrument: InstrumentRow): Product {
    return present(
      this.catalogue.products.get(instrument.productId),
      'a product of an instrument is never removed',
    );
  }

  /** The lane's copy of a house account of the issuer. */
  house(
    lane: number,
    issuerId: number,
    kind: HouseAccountKind,
    partyId: number,
    unit: Unit,
  ): AccountRow {
    return this.books.houseAccount(lane, this.houses.get({ issuerId, kind, partyId, unit }));
  }

  /** The lane's copy of a house account that a lot or a transfer names by its id. */
  houseById(lane: number, accountId: bigint): AccountRow {
    const house = present(this.houses.findById(accountId), 'a lot is paid from a house account');
    return this.books.houseAccount(lane, house);
  }

  /** In the order of their ids, whichever statements have read them; twice is once. */
  loadLot(row: LotRow): void {
    if (this.lots.find(row.lotId) !== undefined) return;
    this.lots.load(row.lotId, row);
    const lots = append(this.#lotsOf, row.instrumentId, row);
    const before = lots.at(-2);
    if (before !== undefined && before.lotId > row.lotId) this.#lotsToSort.add(row.instrumentId);
  }

  /** The lots of a card were read: all, or those with something in them. */
  noteLotsRead(instrumentId: bigint, isWhole: boolean): void {
    if (isWhole || !this.#lotsRead.has(instrumentId)) this.#lotsRead.set(instrumentId, isWhole);
  }

  hasReadLots(instrumentId: bigint, isWhole: boolean): boolean {
    const read = this.#lotsRead.get(instrumentId);
    return read === true || (read === false && !isWhole);
  }

  /** The counters of a card that began on a day or later were read. */
  noteCountersRead(instrumentId: bigint, measure: CardMeasure, since: string): void {
    this.#countersSince = since;
    this.#countersRead[measure].add(instrumentId);
  }

  hasReadCounter({ subject, measure, startsOn }: CounterName): boolean {
    if (measure === 'spend' || startsOn < this.#countersSince) return false;
    return this.#countersRead[measure].has(subject);
  }

  addLot(row: LotRow): void {
    this.lots.add(row.lotId, row);
    append(this.#lotsOf, row.instrumentId, row);
  }

  lotsOf(instrument: InstrumentRow): readonly LotRow[] {
    const lots = this.#lotsOf.get(instrument.instrumentId) ?? [];
    if (this.#lotsToSort.size > 0 && this.#lotsToSort.delete(instrument.instrumentId))
      lots.sort((one, other) => (one.lotId < other.lotId ? -1 : 1));
    return lots;
  }

  loadHold(row: HoldRow): void {
    if (this.holds.find(row.holdId) !== undefined) return; // named, and open on a named card
    this.holds.load(row.holdId, row);
    append(this.#holdsOf, row.instrumentId, row);
  }

  addHold(row: HoldRow): void {
    this.holds.add(row.holdId, row);
    append(this.#holdsOf, row.instrumentId, row);
  }

  openHoldsOf(instrument: InstrumentRow): HoldRow[] {
    const holds = this.#holdsOf.get(instrument.instrumentId);
    return holds === undefined ? [] : holds.filter((hold) => hold.state === 'open');
  }

  loadFreeze(row: FreezeRow): void {
    this.freezes.load(row.freezeId, row);
    append(this.#freezesOf, row.instrumentId, row);
  }

  addFreeze(row: FreezeRow): void {
    this.freezes.add(row.freezeId, row);
    append(this.#freezesOf, row.instrumentId, row);
  }

  openFreezesOf(instrument: InstrumentRow): FreezeRow[] {
    return (this.#freezesOf.get(instrument.instrumentId) ?? []).filter(
      (freeze) => freeze.liftedAt === null,
    );
  }

  findCounter(subject: bigint, measure: Measure, startsOn: string): CounterRow | undefined {
    return this.counters.find(counterKey(subject, measure, startsOn));
  }

  findRequest(
    lane: number,
    clientId: number,
    requestId: string,
    homeKey: string,
  ): RequestRow | undefined {
    return this.requests.find(requestKey(lane, clientId, requestId, homeKey));
  }

  /** Remembers a request together with the transfers it made. */
  addRequest(row: RequestRow, transfers: readonly TransferRow[]): void {
    this.requests.add(requestKey(row.lane, row.clientId, row.requestId, row.homeKey), row);
    if (row.firstTransferId !== null) this.#transfersOf.set(row.firstTransferId, transfers);
    this.loadSpend(row);
    if (row.outcome === 'accepted' && (row.kind === 'redeem' || row.kind === 'capture')) {
      this.#redemptionsOf.get(redemptionsKey(row.instrumentId, row.merchantId))?.unshift(row);
    }
  }

  loadTransfersOf(firstTransferId: bigint, transfers: readonly TransferRow[]): void {
    this.#transfersOf.set(firstTransferId, transfers);
  }

  hasTransfersOf(request: RequestRow): boolean {
    return request.firstTransferId === null || this.#transfersOf.has(request.firstTransferId);
  }

  /** The transfers that a request made, in their order. */
  transfersOf(request: RequestRow): readonly TransferRow[] {
    if (request.transferCount === 0) return [];
    const first = present(request.firstTransferId, 'a request with transfers names the first');
    return present(this.#transfersOf.get(first), 'transfers are read before they are undone');
  }

  loadRedemptions(instrumentId: bigint, merchantId: number, rows: RequestRow[]): void {
    this.#redemptionsOf.set(redemptionsKey(instrumentId, merchantId), rows);
  }

  loadRedemption(row: RequestRow): void {
    this.#redemptionsOf.get(redemptionsKey(row.instrumentId, row.merchantId))?.push(row);
  }

  /** A redemption whose return was undone can give back again, in this batch too: the newest stand first. */
  reopenRedemption(row: RequestRow): void {
    const list = this.#redemptionsOf.get(redemptionsKey(row.instrumentId, row.merchantId));
    if (list === undefined || list.includes(row)) return;
    const index = list.findIndex((other) => other.decidedAt < row.decidedAt);
    list.splice(index === -1 ? list.length : index, 0, row);
  }

  /** Whether a lot was paid from an account that another process has named since this one looked. */
  hasUnknownSources(cards: ReadonlySet<bigint>): boolean {
    for (const lot of this.lots.values()) {
      if (!cards.has(lot.instrumentId)) continue;
      if (this.houses.findById(lot.sourceAccountId) === undefined) return true;
    }
    return false;
  }

  /** Where the lots of these cards would go back to: in their lane, or in all that the batch has. */
  unreadSources(
    cards: ReadonlySet<bigint>,
    inAllLanes: boolean,
  ): { lane: number; accountId: bigint }[] {
    const wanted = new Map<string, { lane: number; accountId: bigint }>();
    for (const lot of this.lots.values()) {
      if (!cards.has(lot.instrumentId)) continue;
      const accountIds = [lot.sourceAccountId];
      const house = this.houses.findById(lot.sourceAccountId);
      if (inAllLanes && house !== undefined) {
        const { issuerId, unit } = house;
        accountIds.push(
          this.houses.get({ issuerId, kind: 'interlane', partyId: 0, unit }).accountId,
        );
      }
      for (const lane of inAllLanes ? this.books.lanes.keys() : [lot.lane]) {
        for (const accountId of accountIds) {
          if (!this.books.hasAccount(lane, accountId))
            wanted.set(`${lane}:${accountId}`, { lane, accountId });
        }
      }
    }
    return [...wanted.values()];
  }

  /** What the sale of a lot has counted against a contract, so that taking the sale back frees it (R21). */
  loadSpend(row: Pick<RequestRow, 'outcome' | 'facts'>): void {
    const spend = spendOfRequest(row);
    const lotId = row.facts?.['lotId'];
    if (row.outcome !== 'accepted' || spend === null || typeof lotId !== 'string') return;
    this.#spends.set(lotId, spend);
  }

  spendOfLot(lotId: bigint): Spend | undefined {
    return this.#spends.get(String(lotId));
  }

  spends(): Iterable<Spend> {
    return this.#spends.values();
  }

  redemptions(): RequestRow[] {
    return [...this.#redemptionsOf.values()].flat();
  }

  unreadTransfersOfRedemptions(): IdRange[] {
    const ranges: IdRange[] = [];
    for (const rows of this.#redemptionsOf.values()) {
      for (const row of rows) {
        const range = transferRange(row);
        if (range !== null && !this.#transfersOf.has(range.firstId)) ranges.push(range);
      }
    }
    return ranges;
  }

  redemptionsOf(instrumentId: bigint, merchantId: number): readonly RequestRow[] {
    return this.#redemptionsOf.get(redemptionsKey(instrumentId, merchantId)) ?? [];
  }

  loadElsewhere(row: RequestSeen): void {
    this.#elsewhere.push(row);
  }

  /** Whether a request is known under any card, in any lane or in this batch. A memory of a reversal is none. */
  isSeenElsewhere(clientId: number, requestId: string): boolean {
    return [...this.#elsewhere, ...this.requests.added].some(
      (row) =>
        row.clientId === clientId &&
        row.requestId === requestId &&
        row.outcome !== 'reversed_unseen' &&
        row.kind !== 'counterpart' &&
        row.kind !== 'rebalance',
    );
  }

  /** Transfers that belong to a companion row and not to the request itself. */
  claimCompanion(transfers: readonly TransferRow[]): void {
    for (const transfer of transfers) this.#companions.add(transfer);
  }

  isCompanion(transfer: TransferRow): boolean {
    return this.#companions.has(transfer);
  }

  /** Whether a person has been given this already; the items of a known advice are read with it. */
  hasItem(like: Pick<ItemRow, 'clientId' | 'requestId' | 'instrumentId' | 'cause'>): boolean {
    for (const item of this.items.values()) {
      const isOfRequest = item.clientId === like.clientId && item.requestId === like.requestId;
      if (isOfRequest && item.instrumentId === like.instrumentId && item.cause === like.cause)
        return true;
    }
    return false;
  }

  addItem(item: Omit<ItemRow, 'itemId' | 'closedAt' | 'closingNote'>): void {
    const itemId = this.books.nextId(item.lane);
    this.items.add(itemId, { ...item, itemId, closedAt: null, closingNote: null });
  }
}

/** Consecutive transfers of one lane. */
export interface IdRange {
  readonly lane: number;
  readonly firstId: bigint;
  readonly lastId: bigint;
}

export function transferRange(row: RequestRow): IdRange | null {
  if (row.firstTransferId === null) return null;
  const lane = laneOfId(row.firstTransferId);
  const lastId = row.firstTransferId + 256n * BigInt(row.transferCount - 1);
  return { lane, firstId: row.firstTransferId, lastId };
}

function append<Key, Row>(lists: Map<Key, Row[]>, key: Key, row: Row): Row[] {
  const list = lists.get(key);
  if (list === undefined) {
    const made = [row];
    lists.set(key, made);
    return made;
  }
  list.push(row);
  return list;
}
