import { present } from '../kernel/assert.ts';
import type { Instant } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import { laneOfId } from '../kernel/ids.ts';
import type { Unit } from '../kernel/money.ts';
import { findHeadsBefore, splitJournalLine, unpackJournal } from '../ledger/index.ts';
import type { CatalogueHolder } from '../programmes/index.ts';
import {
  findNewestActivation,
  listActivityBatches,
  readActivityContents,
  readActivityNumbers,
  type ListActivityBatchesRow,
} from './activity.sql.ts';
import type { Asker } from './engine.ts';
import { findCardRow, maskNumber } from './inquire.ts';
import { nameCard } from './names.ts';
import type { CardReference, OperationKind } from './operation.ts';
import { REQUEST_JOURNAL, type RequestRow } from './rows.ts';

/** How a card came to be active. Whose till it was decides who may deactivate it (R17). */
export interface Activation {
  readonly clientId: number;
  readonly requestId: string;
  readonly amountMinor: bigint;
  readonly unit: Unit;
  readonly expiresAt: Instant | null;
}

/** One accepted request of a client. */
export interface ActivityEntry {
  readonly kind: OperationKind;
  /** What a reversal has undone; null for other kinds, and where the original was never seen. */
  readonly undid: OperationKind | null;
  readonly requestId: string;
  readonly instrumentId: bigint | null;
  readonly maskedNumber: string | null;
  readonly amountMinor: bigint | null;
  readonly unit: Unit | null;
  readonly at: Instant;
}

export interface ActivityPage {
  readonly after: string | null; // `next` of the page before; null: from the first
  readonly size: number;
}

/** What partners ask about cards and their own doings. Reading takes no turn and remembers nothing. */
export interface Activity {
  /** The accepted activation that a card owes its value to; null while it is blank, and where none did. */
  findActivation(asker: Asker, card: CardReference): Promise<Activation | null>;
  /**
   * What the client did from one instant (inclusive) to another (exclusive), as far as lanes agree on time
   * oldest first. A page may have fewer entries than its size, or none; the last has no `next`.
   */
  listActivity(
    asker: Pick<Asker, 'clientId'>,
    fromInstant: Instant,
    toInstant: Instant,
    page: ActivityPage,
  ): Promise<{ readonly entries: readonly ActivityEntry[]; readonly next: string | null }>;
}

export interface ActivityParts {
  readonly database: Database;
  readonly keys: KeyRing;
  readonly catalogue: CatalogueHolder;
  readonly laneCount: number;
}

export function openActivity(parts: ActivityParts): Activity {
  return {
    findActivation: (asker, card) => findActivation(parts, asker, card),
    listActivity: ({ clientId }, fromInstant, toInstant, page) =>
      listActivity(parts, { clientId, fromInstant, toInstant }, page),
  };
}

async function findActivation(
  { database, keys, catalogue, laneCount }: ActivityParts,
  asker: Asker,
  reference: CardReference,
): Promise<Activation | null> {
  const card = await findCardRow(database, nameCard(reference, keys, laneCount));
  const product = card === undefined ? undefined : catalogue.current().products.get(card.productId);
  if (card === undefined || product?.issuerId !== asker.issuerId || card.state === 'blank')
    return null;
  const [row] = await findNewestActivation(database, { instrumentId: card.instrumentId });
  if (row === undefined) return null;
  const expiresAt = (row.facts as RequestRow['facts'])?.['expiresAt'];
  return {
    clientId: row.clientId,
    requestId: row.requestId,
    amountMinor: present(row.amountMinor, 'an activation has an amount'),
    unit: product.unit,
    expiresAt: typeof expiresAt === 'number' ? expiresAt : null,
  };
}

const BATCHES_PER_LANE = 50;
const BATCHES_AT_ONCE = 16;
/** However few of its client's requests it finds, a page ends here: about a tenth of a second of reading. */
const BATCHES_PER_PAGE = 400;

interface Wanted {
  readonly clientId: number;
  readonly fromInstant: Instant;
  readonly toInstant: Instant;
}

/** How far a lane was read: all of a batch, and some lines of the one behind it. */
interface LanePlace {
  readonly batchId: bigint;
  readonly lines: number;
}

/**
 * Reads the journals of the time that is asked for. An index over clients and time would be one more to
 * write for every operation; a report is rare.
 */
async function listActivity(
  parts: ActivityParts,
  wanted: Wanted,
  page: ActivityPage,
): Promise<{ entries: ActivityEntry[]; next: string | null }> {
  const { database } = parts;
  const places = await startPlaces(database, wanted, page.after);
  const ends = await findEnds(database, wanted.toInstant);
  const batches = await listBatches(database, places, ends);
  const rows: ActivityRow[] = [];
  let isFull = false;
  for (let from = 0; from < batches.length && !isFull; from += BATCHES_AT_ONCE) {
    const share = batches.slice(from, from + BATCHES_AT_ONCE);
    const contents = await readContents(database, share);
    for (const batch of share) {
      const text = present(contents.get(contentKey(batch)), 'a batch is never removed');
      const skipped = places[batch.lane]?.lines ?? 0;
      const room = page.size - rows.length;
      const read = readRequests({ batch, text, skipped, room }, wanted);
      rows.push(...read.rows);
      isFull = read.lines !== null;
      places[batch.lane] =
        read.lines === null
          ? { batchId: batch.batchId, lines: 0 }
          : { batchId: batch.batchId - 1n, lines: read.lines };
      if (isFull) break;
    }
  }
  const isOver = places.every(({ batchId }, lane) => batchId >= (ends[lane] ?? 0n));
  return { entries: await finish(parts, rows), next: isOver ? null : writePlaces(places) };
}

async function startPlaces(
  database: Database,
  { fromInstant }: Wanted,
  after: string | null,
): Promise<LanePlace[]> {
  if (after !== null) return readPlaces(after);
  const places: LanePlace[] = [];
  for (const { lane, batchId } of await findHeadsBefore(database, fromInstant)) {
    places[lane] = { batchId, lines: 0 };
  }
  return places;
}

/**
 * The last batch of each lane that may hold what was decided before the instant: the first that is not
 * older. A batch has the instant of its latest operation.
 */
async function findEnds(database: Database, toInstant: Instant): Promise<bigint[]> {
  const heads = await findHeadsBefore(database, toInstant);
  const following = await listActivityBatches(database, {
    lanes: heads.map(({ lane }) => lane),
    afterIds: heads.map(({ batchId }) => batchId),
    untilIds: heads.map(({ batchId }) => batchId + 1n),
    perLane: 1,
  });
  const ends: bigint[] = [];
  for (const { lane, batchId } of [...heads, ...following]) ends[lane] = batchId;
  return ends;
}

/**
 * Batches in the order of their instants. A lane that has more than were asked for bounds the others: what
 * is later than its last one waits for the next page.
 */
async function listBatches(
  database: Database,
  places: readonly LanePlace[],
  ends: readonly bigint[],
): Promise<ListActivityBatchesRow[]> {
  const lanes = [...places.keys()].filter((lane) => placeOf(lane) < (ends[lane] ?? 0n));
  if (lanes.length === 0) return [];
  const batches = await listActivityBatches(database, {
    lanes,
    afterIds: lanes.map(placeOf),
    untilIds: lanes.map((lane) => ends[lane] ?? 0n),
    perLane: BATCHES_PER_LANE,
  });
  let bound = Infinity;
  for (const lane of lanes) {
    if ((ends[lane] ?? 0n) <= placeOf(lane) + BigInt(BATCHES_PER_LANE)) continue;
    bound = Math.min(bound, batches.findLast((batch) => batch.lane === lane)?.at ?? bound);
  }
  return batches.filter((batch) => batch.at <= bound).slice(0, BATCHES_PER_PAGE);

  function placeOf(lane: number): bigint {
    return places[lane]?.batchId ?? 0n;
  }
}

async function readContents(
  database: Database,
  batches: readonly ListActivityBatchesRow[],
): Promise<Map<string, string>> {
  const rows = await readActivityContents(database, {
    lanes: batches.map(({ lane }) => lane),
    batchIds: batches.map(({ batchId }) => batchId),
  });
  return new Map(rows.map((row) => [contentKey(row), unpackJournal(row.content)]));
}

function contentKey({ lane, batchId }: { lane: number; batchId: bigint }): string {
  return `${lane}:${batchId}`;
}

/** A request as its journal has it. */
type ActivityRow = Readonly<Record<string, string | null>>;

/** New and accepted requests of the client. `lines`: how far it got when there was no more room. */
function readRequests(
  from: {
    readonly batch: ListActivityBatchesRow;
    readonly text: string;
    readonly skipped: number;
    readonly room: number;
  },
  { clientId, fromInstant, toInstant }: Wanted,
): { rows: ActivityRow[]; lines: number | null } {
  const { batch, text, skipped, room } = from;
  const start = `request\t${batch.lane}\t${clientId}\t`;
  const previousLastId = batch.previousLastId ?? 0n;
  const rows: ActivityRow[] = [];
  for (const [number, line] of text.split('\n').entries()) {
    if (number < skipped || !line.startsWith(start)) continue;
    const row = requestOf(line);
    const decidedAt = Number(row['decidedAt']);
    const isNew = BigInt(row['sequence'] ?? '0') >> 8n > previousLastId;
    const isInTime = fromInstant <= decidedAt && decidedAt < toInstant;
    if (!isNew || !isInTime || row['outcome'] !== 'accepted' || isCompanion(row)) continue;
    if (rows.length >= room) return { rows, lines: number };
    rows.push(row);
  }
  return { rows, lines: null };
}

function requestOf(line: string): ActivityRow {
  const values = splitJournalLine(line);
  const named = REQUEST_JOURNAL.columns.map((column, at) => [column, values[at + 1] ?? null]);
  return Object.fromEntries(named) as ActivityRow;
}

/** Rows beside a request, for what it moved elsewhere. */
function isCompanion({ kind }: ActivityRow): boolean {
  return kind === 'counterpart' || kind === 'rebalance';
}

async function finish(
  { database, catalogue }: ActivityParts,
  rows: readonly ActivityRow[],
): Promise<ActivityEntry[]> {
  const ids = [...new Set(rows.flatMap((row) => row['instrumentId'] ?? []))].map(BigInt);
  const cards =
    ids.length === 0
      ? []
      : await readActivityNumbers(database, { lanes: ids.map(laneOfId), instrumentIds: ids });
  const numbers = new Map(cards.map((card) => [card.instrumentId, card.number]));
  const { products } = catalogue.current();
  return rows.map((row) => {
    const facts = JSON.parse(row['facts'] ?? '{}') as Record<string, unknown>;
    const instrumentId = row['instrumentId'] == null ? null : BigInt(row['instrumentId']);
    const number = instrumentId === null ? null : (numbers.get(instrumentId) ?? null);
    const unit = products.get(Number(row['productId'] ?? 0))?.unit ?? facts['unit'];
    return {
      kind: row['kind'] as OperationKind,
      undid:
        row['kind'] === 'reverse' ? ((facts['of'] as OperationKind | undefined) ?? null) : null,
      requestId: row['requestId'] ?? '',
      instrumentId,
      maskedNumber: number === null ? null : maskNumber(number),
      amountMinor: row['amountMinor'] == null ? null : BigInt(row['amountMinor']),
      unit: typeof unit === 'string' ? unit : null,
      at: Number(row['decidedAt']),
    };
  });
}

function writePlaces(places: readonly LanePlace[]): string {
  return places.map(({ batchId, lines }) => `${batchId}:${lines}`).join(',');
}

/** Only our own text comes here: no client sees it. */
function readPlaces(text: string): LanePlace[] {
  return text.split(',').map((place) => {
    const [batchId = '', lines = ''] = place.split(':');
    return { batchId: BigInt(batchId), lines: Number(lines) };
  });
}
