import type { KeyRing } from '../kernel/crypto.ts';
import { laneOfId } from '../kernel/ids.ts';
import type { HouseKey } from '../ledger/house-accounts.ts';
import type { Catalogue } from '../programmes/catalogue.ts';
import type { Mint, MintedCard } from './mint.ts';
import { nameCard, requestLane, type NamedCard } from './names.ts';
import type { Operation } from './operation.ts';
import type { Outcome } from './outcome.ts';

/** An operation on its way through the write path: what can be known of it before anything is read. */
export interface Prepared {
  readonly operation: Operation;
  readonly homeKey: string; // R2
  readonly homeLane: number;
  readonly content: Uint8Array; // R3
  /** Whose turns it needs; grows when reading shows that it needs more. */
  lanes: readonly number[];
  readonly card: NamedCard | null;
  readonly to: NamedCard | null; // the other card of a move
  readonly minted: MintedCard | null; // for an issue
  readonly houses: readonly HouseKey[]; // to be named before the batch: paid-in funds
  /** Set aside after it broke a batch alone: it is remembered as `internal` and nothing else (R8). */
  isBroken: boolean;
  readonly answer: (outcome: Outcome) => void;
}

export interface PrepareWith {
  readonly keys: KeyRing;
  readonly mint: Mint;
  readonly laneCount: number;
  readonly catalogue: Catalogue;
}

export function prepare(
  operation: Operation,
  tools: PrepareWith,
  answer: (outcome: Outcome) => void,
): Prepared {
  const card =
    'card' in operation && operation.card !== null ? nameWith(operation.card, tools) : null;
  const to = operation.kind === 'move' ? nameWith(operation.to, tools) : null;
  const home = findHome(operation, card, tools.laneCount);
  const lanes = new Set<number>([home.lane]);
  if (to !== null) lanes.add(to.lane);
  if (operation.requestIdIsExclusive === true) lanes.add(idLane(operation, tools.laneCount));
  if (operation.kind === 'stock') {
    for (const one of operation.cards) if (one.code !== null) lanes.add(one.code.homeLane);
  }
  return {
    operation,
    homeKey: home.key,
    homeLane: home.lane,
    content: tools.keys.contentHash(canonicalText(operation, card, to)),
    lanes: ascending(lanes),
    card,
    to,
    minted: mintFor(operation, home.lane, tools),
    houses: housesOf(operation),
    isBroken: false,
    answer,
  };
}

function nameWith(card: Parameters<typeof nameCard>[0], tools: PrepareWith): NamedCard {
  return nameCard(card, tools.keys, tools.laneCount);
}

/** R2: the card as named, else the hold, else the request id. */
function findHome(
  operation: Operation,
  card: NamedCard | null,
  laneCount: number,
): { key: string; lane: number } {
  if (card !== null) return { key: card.homeKey, lane: card.lane };
  if ('holdId' in operation && operation.holdId !== null) {
    return { key: `h:${operation.holdId}`, lane: laneOfId(operation.holdId) % laneCount };
  }
  if (operation.kind === 'expire') {
    return {
      key: `i:${operation.instrumentId}`,
      lane: laneOfId(operation.instrumentId) % laneCount,
    };
  }
  if (operation.kind === 'close_item') {
    return { key: '', lane: laneOfId(operation.itemId) % laneCount };
  }
  if (operation.kind === 'stock') return { key: '', lane: operation.lane };
  const requestId =
    operation.kind === 'reverse' ? operation.originalRequestId : operation.requestId;
  return { key: '', lane: requestLane(operation.clientId, requestId, laneCount) };
}

/** The lane of a bare request id: where a door that forbids one id on two cards keeps its ids (R2). */
export function idLane(operation: Operation, laneCount: number): number {
  return requestLane(operation.clientId, operation.requestId, laneCount);
}

/**
 * The operation in canonical form: the same for `1000` and `1000.0`, full and half width, whatever bytes
 * it came in. Cards stand in it as their home keys, so it holds no code.
 */
function canonicalText(operation: Operation, card: NamedCard | null, to: NamedCard | null): string {
  if (operation.kind === 'stock') {
    const cards = operation.cards.map((one) => [
      one.number,
      one.code?.name ?? null,
      one.faceMinor,
      one.opening?.balanceMinor ?? null,
    ]);
    return canonicalJson({ kind: 'stock', productId: operation.productId, cards });
  }
  return canonicalJson({
    ...operation,
    clientId: null,
    issuerId: null,
    requestId: null,
    arrivedAt: null,
    requestIdIsExclusive: null,
    isAdvice: null,
    card: card?.homeKey ?? null,
    to: to?.homeKey ?? null,
  });
}

function canonicalJson(value: Readonly<Record<string, unknown>>): string {
  const sorted = Object.entries(value)
    .filter(([, field]) => field !== null && field !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify(sorted, (_key, field: unknown) =>
    typeof field === 'bigint' ? field.toString() : field,
  );
}

function mintFor(operation: Operation, lane: number, tools: PrepareWith): MintedCard | null {
  if (operation.kind !== 'issue') return null;
  const product = tools.catalogue.products.get(operation.productId);
  if (product === undefined || product.kind !== 'code') return null; // refused when it is decided
  return tools.mint.mintInLane(product, lane);
}

function housesOf(operation: Operation): readonly HouseKey[] {
  const { issuerId } = operation;
  if (operation.kind === 'fund') {
    const { unit } = operation;
    return [
      { issuerId, kind: 'partner_funds', partyId: operation.fundsOfClientId, unit },
      { issuerId, kind: 'funds_source', partyId: 0, unit },
    ];
  }
  if (!('funding' in operation) || operation.funding.from !== 'funds' || operation.unit === null)
    return [];
  const { clientId } = operation.funding;
  return [{ issuerId, kind: 'partner_funds', partyId: clientId, unit: operation.unit }];
}

export function ascending(lanes: Iterable<number>): number[] {
  return [...lanes].sort((one, other) => one - other);
}
