import { REQUEST_JOURNAL } from '../instruments/index.ts';
import type { Instant } from '../kernel/clock.ts';
import { splitJournalLine } from '../ledger/index.ts';

/** Where a journal stands, and what tells a request that is new in it from one that was changed. */
export interface CountedPlace {
  readonly at: Instant;
  readonly previousLastId: bigint;
}

/** Operations of one hour that are alike. 0: the operation had no such place. */
export interface HourCount {
  readonly at: Instant;
  readonly clientId: number;
  readonly productId: number;
  readonly sellerId: number;
  readonly tenderId: number;
  readonly merchantId: number;
  readonly kind: string;
  readonly outcome: string;
  count: bigint;
  amountMinor: bigint;
}

export type MinuteCount = Omit<HourCount, 'sellerId' | 'tenderId' | 'merchantId'>;

/** A sale whose buyer has a name of its own: the hash of a phone contract, or of a card. */
export interface Purchase {
  readonly sequence: bigint;
  readonly clientId: number;
  readonly contract: bigint;
  readonly at: Instant;
  readonly productId: number;
  readonly sellerId: number;
  readonly tenderId: number;
  readonly amountMinor: bigint;
}

/** What some journals came to. */
export class Tally {
  readonly hours = new Map<string, HourCount>();
  readonly minutes = new Map<string, MinuteCount>();
  readonly purchases: Purchase[] = [];

  add(counted: Omit<HourCount, 'count'>): void {
    const { sellerId, tenderId, merchantId, ...common } = counted;
    const { clientId, productId, kind, outcome } = common;
    const what = `${clientId}\t${productId}\t${kind}\t${outcome}`;
    const hour = { ...counted, at: startOf(counted.at, HOUR_MS), count: 1n };
    addTo(this.hours, `${hour.at}\t${what}\t${sellerId}\t${tenderId}\t${merchantId}`, hour);
    const minute = { ...common, at: startOf(counted.at, MINUTE_MS), count: 1n };
    addTo(this.minutes, `${minute.at}\t${what}`, minute);
  }
}

function addTo<Counted extends { count: bigint; amountMinor: bigint }>(
  counts: Map<string, Counted>,
  key: string,
  one: Counted,
): void {
  const known = counts.get(key);
  if (known === undefined) counts.set(key, one);
  else {
    known.count += 1n;
    known.amountMinor += one.amountMinor;
  }
}

export const HOUR_MS = 3_600_000;
export const MINUTE_MS = 60_000;

/** What clients ask for. Stock, expiry and the steps inside another request are nobody's sale and nobody's use. */
const COUNTED = new Set([
  'issue',
  'activate',
  'deactivate',
  'load',
  'redeem',
  'return',
  'hold',
  'capture',
  'release',
  'move',
]);
const SALES = new Set(['issue', 'activate', 'load']);

const COLUMN = Object.fromEntries(
  REQUEST_JOURNAL.columns.map((column, at) => [column, at + 1]),
) as {
  readonly [Column in (typeof REQUEST_JOURNAL.columns)[number]]: number;
};

/**
 * Counts the requests of one journal: a new one with what it came to, in the minute and hour in which it arrived;
 * one that was taken back once more, as `reversed`, when that was decided.
 */
export function countJournal(text: string, place: CountedPlace, tally: Tally): void {
  for (const line of text.split('\n')) {
    if (!line.startsWith('request\t')) continue;
    const fields = splitJournalLine(line);
    const kind = fields[COLUMN.kind] ?? '';
    if (!COUNTED.has(kind)) continue;
    const outcome = fields[COLUMN.outcome] ?? '';
    const request = readRequest(fields);
    const common = { ...request.route, clientId: request.clientId, kind };
    if (request.sequence >> 8n > place.previousLastId) {
      tally.add({ ...common, at: request.arrivedAt, outcome, amountMinor: request.amountMinor });
      if (outcome === 'accepted' && SALES.has(kind) && request.contract !== null) {
        tally.purchases.push(purchaseOf(request, request.contract));
      }
    }
    if (fields[COLUMN.isReversed] === 't' && outcome === 'accepted') {
      const amountMinor = BigInt(fields[COLUMN.undoneMinor] ?? '0');
      tally.add({ ...common, at: place.at, outcome: 'reversed', amountMinor });
    }
  }
}

interface CountedRequest {
  readonly clientId: number;
  readonly sequence: bigint;
  readonly arrivedAt: Instant;
  readonly amountMinor: bigint;
  readonly contract: bigint | null;
  readonly route: {
    readonly productId: number;
    readonly sellerId: number;
    readonly tenderId: number;
    readonly merchantId: number;
  };
}

function readRequest(fields: readonly (string | null)[]): CountedRequest {
  const facts = factsOf(fields[COLUMN.facts]);
  const { contract } = facts;
  return {
    clientId: Number(fields[COLUMN.clientId]),
    sequence: BigInt(fields[COLUMN.sequence] ?? '0'),
    arrivedAt: Number(fields[COLUMN.arrivedAt]),
    amountMinor: BigInt(fields[COLUMN.amountMinor] ?? '0'),
    contract: typeof contract === 'string' ? BigInt(contract) : null,
    route: {
      productId: Number(fields[COLUMN.productId] ?? 0),
      sellerId: Number(fields[COLUMN.sellerId] ?? 0),
      tenderId: Number(facts['tenderId'] ?? 0),
      merchantId: Number(fields[COLUMN.merchantId] ?? 0),
    },
  };
}

function purchaseOf(request: CountedRequest, contract: bigint): Purchase {
  const { sequence, clientId, arrivedAt: at, amountMinor } = request;
  const { productId, sellerId, tenderId } = request.route;
  return { sequence, clientId, contract, at, productId, sellerId, tenderId, amountMinor };
}

function factsOf(text: string | null | undefined): Readonly<Record<string, unknown>> {
  return text === null || text === undefined ? {} : (JSON.parse(text) as Record<string, unknown>);
}

function startOf(at: Instant, ms: number): Instant {
  return at - (at % ms);
}
