import { isoInstant } from '../kernel/clock.ts';
import { laneOfId, publicId } from '../kernel/ids.ts';
import { splitJournalLine, type JournalTable } from '../ledger/index.ts';
import { HOLD_JOURNAL, ITEM_JOURNAL, REQUEST_JOURNAL } from '../instruments/index.ts';
import type { Catalogue } from '../programmes/index.ts';

/**
 * What a reader of the feed is told, ready for JSON. Never a code; of a printed number the last four. The
 * events of a journal are derived from its lines, so they are the same whenever and however often they
 * are read.
 */
export interface FeedEvent {
  readonly id: string; // evt_<lane>_<batch>_<number in the batch>; the same for ever
  readonly type: FeedEventType;
  readonly at: string; // when it was decided, ISO 8601
  readonly client: string | null; // key of the client whose request it was
  readonly requestId: string | null;
  readonly instrumentId: string | null;
  readonly maskedNumber: string | null;
  readonly product: string | null; // key
  readonly seller: string | null; // key
  readonly merchant: string | null; // key
  readonly holdId: string | null;
  readonly itemId: string | null;
  readonly amountMinor: number | null;
  readonly unit: string | null;
  readonly balanceMinor: number | null; // what could be spent right after
  readonly state: string | null;
  readonly cause: string | null; // of an item
  readonly root: FeedRoot | null;
}

/** A signed daily root: whoever keeps it can prove later that the chain was not made anew (R28). */
export interface FeedRoot {
  readonly day: string;
  readonly content: string;
  readonly signature: string; // hexadecimal
  readonly publicKey: string;
}

/** By the kind of an accepted request. A kind that is not here is an inner step of another. */
const TYPES = {
  stock: 'instruments.stocked',
  issue: 'instrument.issued',
  activate: 'instrument.activated',
  deactivate: 'instrument.deactivated',
  load: 'instrument.loaded',
  redeem: 'instrument.redeemed',
  return: 'instrument.returned',
  freeze: 'instrument.frozen',
  unfreeze: 'instrument.unfrozen',
  void: 'instrument.voided',
  expire: 'instrument.expired',
  move: 'instrument.moved_out',
  counterpart: 'instrument.moved_in',
  hold: 'hold.opened',
  capture: 'hold.captured',
  release: 'hold.released',
  reverse: 'reversal.accepted',
  fund: 'funds.moved',
} as const;

export const FEED_EVENT_TYPES = [
  ...Object.values(TYPES),
  'request.reversed', // the original, with its own request id
  'hold.expired',
  'item.opened',
  'item.closed',
  'root.signed',
] as const;

export type FeedEventType = (typeof FEED_EVENT_TYPES)[number];

export interface FeedClient {
  readonly clientId: number;
  readonly issuerId: number;
  readonly key: string;
}

/** An event before the card's number and the client's key were looked up. */
export interface RawEvent {
  readonly line: number; // in the journal, from 1
  readonly part: 0 | 1; // a request that was made and reversed in one batch tells both
  readonly type: FeedEventType;
  readonly lane: number;
  readonly batchId: bigint;
  readonly at: number;
  readonly clientId: number | null; // null: nobody's request
  readonly fields: Readonly<Record<string, string | null>>;
  readonly instrumentId: bigint | null;
  readonly issuerId: number | null; // where the line says so itself
}

export interface JournalPlace {
  readonly lane: number;
  readonly batchId: bigint;
  readonly at: number;
  /** The lane's counter before the batch: a request numbered above it is new in the batch. */
  readonly previousLastId: bigint;
}

/** The events of one line of a journal; most lines have none. */
export function eventsOfLine(line: string, number: number, place: JournalPlace): RawEvent[] {
  if (line.startsWith('request\t')) return requestEvents(line, number, place);
  if (line.startsWith('item\t')) {
    const fields = named(ITEM_JOURNAL, line);
    const type = fields['closedAt'] === null ? 'item.opened' : 'item.closed';
    return [raw(type, { line: number, part: 0, fields }, place)];
  }
  if (line.startsWith('hold\t')) {
    const fields = named(HOLD_JOURNAL, line);
    if (fields['state'] !== 'expired') return [];
    return [raw('hold.expired', { line: number, part: 0, fields }, place)];
  }
  return [];
}

function requestEvents(line: string, number: number, place: JournalPlace): RawEvent[] {
  const fields = named(REQUEST_JOURNAL, line);
  if (fields['outcome'] !== 'accepted') return [];
  const events: RawEvent[] = [];
  const type = TYPES[fields['kind'] as keyof typeof TYPES] as FeedEventType | undefined;
  const isNew = BigInt(fields['sequence'] ?? '0') >> 8n > place.previousLastId;
  if (isNew && type !== undefined) events.push(raw(type, { line: number, part: 0, fields }, place));
  if (fields['isReversed'] === 't') {
    events.push(raw('request.reversed', { line: number, part: 1, fields }, place));
  }
  return events;
}

function raw(
  type: FeedEventType,
  said: Pick<RawEvent, 'line' | 'part' | 'fields'>,
  place: JournalPlace,
): RawEvent {
  const { lane, batchId, at } = place;
  const clientId = Number(said.fields['clientId']);
  const instrumentId = idOf(said.fields['instrumentId']);
  const issuerId = said.fields['issuerId'] == null ? null : Number(said.fields['issuerId']);
  return { ...said, type, lane, batchId, at, clientId, instrumentId, issuerId };
}

// oxlint-disable-next-line typescript/no-explicit-any -- only the columns' names are read
function named(table: JournalTable<any>, line: string): Record<string, string | null> {
  const values = splitJournalLine(line);
  return Object.fromEntries(table.columns.map((column, at) => [column, values[at + 1] ?? null]));
}

export interface EventLookUps {
  readonly catalogue: Catalogue;
  readonly clients: ReadonlyMap<number, FeedClient>;
  readonly numbers: ReadonlyMap<bigint, string | null>;
}

export function eventOf(event: RawEvent, lookUps: EventLookUps): FeedEvent {
  const { fields, lane, batchId, line, part, instrumentId } = event;
  const { catalogue, clients, numbers } = lookUps;
  const product = catalogue.products.get(Number(fields['productId']));
  const number = instrumentId === null ? null : (numbers.get(instrumentId) ?? null);
  const amount = event.type === 'request.reversed' ? fields['undoneMinor'] : fields['amountMinor'];
  return {
    id: `evt_${lane}_${batchId}_${line * 2 + part}`,
    type: event.type,
    at: isoInstant(event.at),
    client: event.clientId === null ? null : (clients.get(event.clientId)?.key ?? null),
    requestId: fields['requestId'] ?? null,
    instrumentId: instrumentId === null ? null : publicId('ins', instrumentId),
    maskedNumber:
      number === null ? null : `${'*'.repeat(Math.max(0, number.length - 4))}${number.slice(-4)}`,
    product: product?.key ?? null,
    seller: catalogue.sellers.get(Number(fields['sellerId']))?.key ?? null,
    merchant: catalogue.merchants.get(Number(fields['merchantId']))?.key ?? null,
    holdId: fields['holdId'] == null ? null : publicId('hld', BigInt(fields['holdId'])),
    itemId: fields['itemId'] ?? null,
    amountMinor: numberOf(amount),
    unit: product?.unit ?? factOf(fields['facts'], 'unit'),
    balanceMinor: numberOf(fields['balanceMinor']),
    state: fields['state'] ?? null,
    cause: fields['cause'] ?? null,
    root: null,
  };
}

export function laneOfCard(instrumentId: bigint): number {
  return laneOfId(instrumentId);
}

function idOf(text: string | null | undefined): bigint | null {
  return text === null || text === undefined ? null : BigInt(text);
}

function numberOf(text: string | null | undefined): number | null {
  return text === null || text === undefined ? null : Number(text);
}

function factOf(facts: string | null | undefined, name: string): string | null {
  if (facts === null || facts === undefined) return null;
  const value = (JSON.parse(facts) as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : null;
}
