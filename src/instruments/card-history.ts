import type { Clock, Instant } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import { laneOfId, parsePublicId } from '../kernel/ids.ts';
import type { CatalogueHolder } from '../programmes/index.ts';
import {
  findCardsById,
  findCardsByLastFour,
  findCardsByRequest,
  readCardFreezes,
  readCardHolds,
  readCardItems,
  readCardLots,
  readCardRequests,
  type FindCardsByIdRow,
} from './card-history.sql.ts';
import { findCardRow, maskNumber } from './inquire.ts';
import { nameCard } from './names.ts';
import type { CardReference } from './operation.ts';
import type { InstrumentState } from './outcome.ts';

/** What a desk stands on that looks cards up for people. It takes no turn and changes nothing. */
export interface CardDeskParts {
  readonly database: Database;
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly catalogue: CatalogueHolder;
  readonly laneCount: number;
}

/** A card as it is shown to the staff: never its code, its number masked. */
export interface FoundCard {
  readonly instrumentId: bigint;
  readonly productId: number;
  readonly state: InstrumentState;
  readonly maskedNumber: string | null;
  readonly codeLastFour: string | null;
  readonly faceMinor: bigint | null;
  readonly sellerId: number | null;
  readonly isFrozen: boolean;
  readonly activatedAt: Instant | null;
}

export interface FoundRequest {
  readonly clientId: number;
  readonly requestId: string;
  readonly kind: string;
  readonly outcome: string;
  readonly arrivedAt: Instant;
  readonly instrumentId: bigint | null;
}

export interface CardSearch {
  /** As what the text was understood; null: as nothing that there is. */
  readonly by: 'instrument' | 'number' | 'code' | 'last_four' | 'request' | null;
  readonly cards: readonly FoundCard[];
  readonly requests: readonly FoundRequest[];
  readonly isCut: boolean; // there are more: ask more narrowly
}

export interface SearchQuestion {
  readonly issuerId: number;
  readonly clientIds: readonly number[]; // of the issuer: whose requests may be meant
  readonly text: string;
}

const FOUND_MAX = 50;
const LAST_FOUR = /^[0-9A-Za-z]{4}$/;
const NOTHING: CardSearch = { by: null, cards: [], requests: [], isCut: false };

/**
 * What somebody at a desk may have in the hand: our own id, a printed number, a code, its last four signs, a
 * request id, or merchant, terminal and trace number from a till's receipt. Other issuers' cards do not exist.
 */
export async function searchCards(
  parts: CardDeskParts,
  question: SearchQuestion,
): Promise<CardSearch> {
  const text = question.text.trim();
  const ofIssuer = productsOf(parts, question.issuerId);
  const instrumentId = parsePublicId('ins', text);
  if (instrumentId !== null) {
    const cards = await findCards(parts, [instrumentId], ofIssuer);
    return cards.length === 0 ? NOTHING : { ...NOTHING, by: 'instrument', cards };
  }
  for (const reference of referencesOf(text)) {
    const row = await findCardRow(parts.database, nameCard(reference, parts.keys, parts.laneCount));
    if (row === undefined || !ofIssuer.has(row.productId)) continue;
    const cards = await findCards(parts, [row.instrumentId], ofIssuer);
    return { ...NOTHING, by: reference.by === 'code' ? 'code' : 'number', cards };
  }
  const requests = await findRequests(parts, question, text);
  if (requests.length > 0) {
    const ids = requests.flatMap((each) => each.instrumentId ?? []);
    const shown = requests.slice(0, FOUND_MAX);
    const cards = await findCards(parts, [...new Set(ids)].slice(0, FOUND_MAX), ofIssuer);
    return { by: 'request', cards, requests: shown, isCut: requests.length > FOUND_MAX };
  }
  return LAST_FOUR.test(text) ? searchLastFour(parts, text, ofIssuer) : NOTHING;
}

function referencesOf(text: string): CardReference[] {
  return [
    { by: 'number', number: text },
    { by: 'code', code: text },
  ];
}

async function searchLastFour(
  { database }: CardDeskParts,
  text: string,
  ofIssuer: ReadonlySet<number>,
): Promise<CardSearch> {
  const lastFour = text.toUpperCase();
  const query = { lastFour, productIds: [...ofIssuer], size: FOUND_MAX + 1 };
  const rows = await findCardsByLastFour(database, query);
  if (rows.length === 0) return NOTHING;
  const cards = rows.slice(0, FOUND_MAX).map(foundCard);
  return { by: 'last_four', cards, requests: [], isCut: rows.length > FOUND_MAX };
}

/** An id as it is; `merchant|terminal|trace` as the beginning of those of a till. */
function findRequests(
  { database }: CardDeskParts,
  { clientIds }: SearchQuestion,
  text: string,
): Promise<FoundRequest[]> {
  if (text.length < 4 || clientIds.length === 0) return Promise.resolve([]);
  const isBeginning = /^[^|]+\|[^|]+\|[^|]+\|?$/.test(text);
  const firstId = isBeginning ? `${text.replace(/\|$/, '')}|` : text;
  const lastId = isBeginning ? `${firstId}~` : text;
  return findCardsByRequest(database, {
    clientIds: [...clientIds],
    firstId,
    lastId,
    size: FOUND_MAX + 1,
  });
}

function productsOf({ catalogue }: CardDeskParts, issuerId: number): ReadonlySet<number> {
  const ids = new Set<number>();
  for (const product of catalogue.current().products.values()) {
    if (product.issuerId === issuerId) ids.add(product.productId);
  }
  return ids;
}

async function findCards(
  { database, laneCount }: CardDeskParts,
  instrumentIds: readonly bigint[],
  ofIssuer: ReadonlySet<number>,
): Promise<FoundCard[]> {
  const lanes = instrumentIds.map((id) => laneOfId(id) % laneCount);
  const rows = await findCardsById(database, { lanes, instrumentIds: [...instrumentIds] });
  return rows.filter(({ productId }) => ofIssuer.has(productId)).map(foundCard);
}

function foundCard(row: FindCardsByIdRow): FoundCard {
  return {
    instrumentId: row.instrumentId,
    productId: row.productId,
    state: row.state as InstrumentState,
    maskedNumber: row.number === null ? null : maskNumber(row.number),
    codeLastFour: row.codeLast4,
    faceMinor: row.faceMinor,
    sellerId: row.sellerId,
    isFrozen: row.openFreezes > 0,
    activatedAt: row.activatedAt,
  };
}

/** Everything that a card has been through, newest first. */
export interface CardHistory {
  readonly card: FoundCard;
  readonly lots: Awaited<ReturnType<typeof readCardLots>>;
  readonly holds: Awaited<ReturnType<typeof readCardHolds>>;
  readonly freezes: Awaited<ReturnType<typeof readCardFreezes>>;
  readonly items: Awaited<ReturnType<typeof readCardItems>>;
  readonly requests: Awaited<ReturnType<typeof readCardRequests>>;
  readonly hasMore: boolean; // of the requests
}

const REQUESTS_SHOWN = 100;

/** Undefined for a card of another issuer, as for one that does not exist. */
export async function readCardHistory(
  parts: CardDeskParts,
  asked: {
    readonly issuerId: number;
    readonly instrumentId: bigint;
    readonly before: Instant | null;
  },
): Promise<CardHistory | undefined> {
  const { database } = parts;
  const { issuerId, instrumentId } = asked;
  const [card] = await findCards(parts, [instrumentId], productsOf(parts, issuerId));
  if (card === undefined) return undefined;
  const of = { lane: laneOfId(instrumentId) % parts.laneCount, instrumentId };
  const [lots, holds, freezes, items, requests] = await Promise.all([
    readCardLots(database, of),
    readCardHolds(database, of),
    readCardFreezes(database, of),
    readCardItems(database, of),
    readCardRequests(database, {
      instrumentId,
      before: asked.before ?? Infinity,
      size: REQUESTS_SHOWN + 1,
    }),
  ]);
  const hasMore = requests.length > REQUESTS_SHOWN;
  return {
    card,
    lots,
    holds,
    freezes,
    items,
    requests: requests.slice(0, REQUESTS_SHOWN),
    hasMore,
  };
}
