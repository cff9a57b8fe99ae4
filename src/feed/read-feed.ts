import { isoInstant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import { findNewestRoot, readRootsAfter, type Root } from '../ledger/index.ts';
import type { Catalogue } from '../programmes/index.ts';
import { type FeedPosition, type LanePosition, parseCursor, writeCursor } from './cursor.ts';
import {
  eventOf,
  eventsOfLine,
  type FeedClient,
  type FeedEvent,
  laneOfCard,
  type RawEvent,
} from './event.ts';
import {
  listFeedBatches,
  type ListFeedBatchesRow,
  readFeedCards,
  readFeedClients,
  readFeedHeads,
} from './read-feed.sql.ts';
import { SharedJournals } from './shared-journals.ts';

export interface FeedQuery {
  readonly issuerId: number;
  /** Only what this client's own requests did; null: everything of the issuer. */
  readonly clientId?: number | null;
  readonly cursor: string | null; // null: from the very first event
  readonly limit: number; // 1 to 1,000
}

export interface FeedPage {
  readonly events: readonly FeedEvent[];
  readonly cursor: string; // to go on from; the same again when there was nothing
  readonly hasMore: boolean; // known to have more now; false: ask again later
}

export const FEED_LIMIT_MAX = 1_000;
const BATCHES_PER_LANE = 50;
const BATCHES_AT_ONCE = 16;
/** However few events it finds for its reader, a page ends here: about a tenth of a second of reading. */
const BATCHES_PER_PAGE = 400;
const DAY_MS = 86_400_000;

/**
 * The events behind a cursor, oldest first as far as lanes agree on time: in one lane always in the order
 * of decision. Nothing is left out: a lane's batches commit in the order of their ids. The same cursor gives
 * the same events again, and behind them what has happened since.
 */
export async function readFeed(
  db: Queryable,
  catalogue: Catalogue,
  query: FeedQuery,
  journals = new SharedJournals(), // of readers that read at the same time
): Promise<Result<FeedPage, 'cursor_invalid'>> {
  const heads = await readFeedHeads(db);
  const start = query.cursor === null ? startOf(heads.length) : parseCursor(query.cursor);
  if (start === null || start.lanes.length !== heads.length) return refused('cursor_invalid');
  if (heads.some((head) => (start.lanes[head.lane]?.batchId ?? 0n) > head.lastBatchId)) {
    return refused('cursor_invalid'); // of another database, or of one that was since restored
  }
  const reading = new Reading(start, query, catalogue);
  const behind = heads.filter((head) => head.lastBatchId > (start.lanes[head.lane]?.batchId ?? 0n));
  const batches = await listBatches(db, start, behind);
  const roots = await readRootsAfter(db, dayText(start.rootDay), FEED_LIMIT_MAX);
  const isWhole = await readBatches(db, { batches, roots, journals }, reading);
  const hasMore =
    !isWhole || behind.some((head) => !reading.hasReached(head.lane, head.lastBatchId));
  return accepted({
    events: await finish(db, reading),
    cursor: writeCursor(reading.position()),
    hasMore,
  });
}

/** Where the feed ends now: for a reader that wants only what comes. */
export async function latestCursor(db: Queryable): Promise<string> {
  const heads = await readFeedHeads(db);
  const newest = await findNewestRoot(db);
  const rootDay = newest === null ? -1 : dayNumber(newest.day);
  const lanes = heads.map((head) => ({ batchId: head.lastBatchId, lines: 0 }));
  return writeCursor({ rootDay, lanes });
}

function startOf(lanes: number): FeedPosition {
  return { rootDay: -1, lanes: Array.from({ length: lanes }, () => ({ batchId: 0n, lines: 0 })) };
}

/**
 * Batches in the order of their instants. A lane that has more than were asked for bounds the others: what
 * is later than its last one waits for the next page.
 */
async function listBatches(
  db: Queryable,
  start: FeedPosition,
  behind: readonly { lane: number; lastBatchId: bigint }[],
): Promise<ListFeedBatchesRow[]> {
  if (behind.length === 0) return [];
  const after = (lane: number): bigint => start.lanes[lane]?.batchId ?? 0n;
  const batches = await listFeedBatches(db, {
    lanes: behind.map((head) => head.lane),
    afterIds: behind.map((head) => after(head.lane)),
    untilIds: behind.map((head) => head.lastBatchId),
    perLane: BATCHES_PER_LANE,
  });
  const cut = behind.filter(
    (head) => head.lastBatchId > after(head.lane) + BigInt(BATCHES_PER_LANE),
  );
  let bound = Infinity;
  for (const head of cut) {
    const last = batches.findLast((batch) => batch.lane === head.lane);
    if (last !== undefined) bound = Math.min(bound, last.at);
  }
  return batches.filter((batch) => batch.at <= bound).slice(0, BATCHES_PER_PAGE);
}

interface Listed {
  readonly batches: readonly ListFeedBatchesRow[];
  readonly roots: readonly Root[];
  readonly journals: SharedJournals;
}

/** Returns false when the page was full before everything listed was read. */
async function readBatches(db: Queryable, listed: Listed, reading: Reading): Promise<boolean> {
  const { batches } = listed;
  const roots = [...listed.roots];
  for (let from = 0; from < batches.length; from += BATCHES_AT_ONCE) {
    const share = batches.slice(from, from + BATCHES_AT_ONCE);
    const journals = await listed.journals.read(db, share);
    for (const [at, batch] of share.entries()) {
      while (roots[0] !== undefined && roots[0].at <= batch.at) {
        if (!reading.takeRoot(roots[0])) return false;
        roots.shift();
      }
      const journal = journals[at];
      if (journal === undefined || !reading.takeBatch(batch, journal())) return false;
    }
  }
  // Roots that are newer than every batch listed, unless batches that are older may still be to come.
  if (batches.length >= BATCHES_PER_PAGE) return false;
  return roots.every((root) => reading.takeRoot(root));
}

/** A page while it is filled. */
class Reading {
  readonly events: (RawEvent | Root)[] = [];
  readonly #limit: number;
  readonly #query: FeedQuery;
  readonly #catalogue: Catalogue;
  readonly #lanes: LanePosition[];
  #rootDay: number;

  constructor(start: FeedPosition, query: FeedQuery, catalogue: Catalogue) {
    this.#lanes = [...start.lanes];
    this.#rootDay = start.rootDay;
    this.#limit = Math.max(1, Math.min(query.limit, FEED_LIMIT_MAX));
    this.#query = query;
    this.#catalogue = catalogue;
  }

  /** False: the page is full, and the position says up to which line it was read. */
  takeBatch(batch: ListFeedBatchesRow, text: string): boolean {
    const { lane, batchId } = batch;
    const place = { lane, batchId, at: batch.at, previousLastId: batch.previousLastId ?? 0n };
    const read = this.#lanes[lane]?.lines ?? 0;
    let number = 0;
    for (const line of text.split('\n').slice(1)) {
      number += 1;
      if (number <= read) continue;
      if (this.events.length >= this.#limit) {
        this.#lanes[lane] = { batchId: batchId - 1n, lines: number - 1 };
        return false;
      }
      for (const event of eventsOfLine(line, number, place)) {
        if (this.#isForReader(event)) this.events.push(event);
      }
    }
    this.#lanes[lane] = { batchId, lines: 0 };
    return true;
  }

  takeRoot(root: Root): boolean {
    if (this.events.length >= this.#limit) return false;
    this.events.push(root);
    this.#rootDay = dayNumber(root.day);
    return true;
  }

  hasReached(lane: number, batchId: bigint): boolean {
    return (this.#lanes[lane]?.batchId ?? 0n) >= batchId;
  }

  position(): FeedPosition {
    return { rootDay: this.#rootDay, lanes: this.#lanes };
  }

  get catalogue(): Catalogue {
    return this.#catalogue;
  }

  get query(): FeedQuery {
    return this.#query;
  }

  /** By the product where there is one; the client decides the rest in `finish`, where it is known. */
  #isForReader(event: RawEvent): boolean {
    const { issuerId, clientId = null } = this.#query;
    if (clientId !== null && event.clientId !== clientId) return false;
    if (event.issuerId !== null) return event.issuerId === issuerId;
    const product = this.#catalogue.products.get(Number(event.fields['productId'] ?? 0));
    return product === undefined || product.issuerId === issuerId;
  }
}

/** Looks up numbers and clients, and leaves out what turns out to be another issuer's. */
async function finish(db: Queryable, reading: Reading): Promise<FeedEvent[]> {
  const raws = reading.events.filter((event): event is RawEvent => 'line' in event);
  const cards = [...new Set(raws.flatMap((event) => event.instrumentId ?? []))];
  const clientIds = [...new Set(raws.flatMap((event) => event.clientId ?? []))];
  const [numbers, clients] = await Promise.all([
    cards.length === 0
      ? []
      : readFeedCards(db, { lanes: cards.map(laneOfCard), instrumentIds: cards }),
    clientIds.length === 0 ? [] : readFeedClients(db, { clientIds }),
  ]);
  const lookUps = {
    catalogue: reading.catalogue,
    clients: new Map<number, FeedClient>(clients.map((client) => [client.clientId, client])),
    numbers: new Map(numbers.map((card) => [card.instrumentId, card.number])),
  };
  const { issuerId } = reading.query;
  return reading.events.flatMap((event) => {
    if (!('line' in event)) return [rootEvent(event)];
    const client = event.clientId === null ? undefined : lookUps.clients.get(event.clientId);
    const isKnown = event.fields['productId'] != null || event.issuerId !== null;
    if (!isKnown && client?.issuerId !== issuerId) return [];
    return [eventOf(event, lookUps)];
  });
}

function rootEvent(root: Root): FeedEvent {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  return {
    id: `evt_root_${root.day}`,
    type: 'root.signed',
    at: isoInstant(root.at),
    client: null,
    requestId: null,
    instrumentId: null,
    maskedNumber: null,
    product: null,
    seller: null,
    merchant: null,
    holdId: null,
    itemId: null,
    amountMinor: null,
    unit: null,
    balanceMinor: null,
    state: null,
    cause: null,
    root: {
      day: root.day,
      content: root.content,
      signature: hex(root.signature),
      publicKey: hex(root.publicKey),
    },
  };
}

function dayNumber(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / DAY_MS;
}

function dayText(day: number): string {
  return isoInstant(day * DAY_MS).slice(0, 10);
}
