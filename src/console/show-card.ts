import type { CardHistory, CardSearch, CardTransfer, FoundCard } from '../instruments/index.ts';
import { present } from '../kernel/assert.ts';
import type { Instant } from '../kernel/clock.ts';
import { publicId } from '../kernel/ids.ts';
import type { Catalogue } from '../programmes/index.ts';
import {
  namesOfScope,
  phaseInForce,
  type StoppedOperation,
  type Switchboard,
} from '../suspensions/index.ts';

/** Rows of the engine with the names of the catalogue, ready for JSON. */
export interface Names {
  readonly catalogue: Catalogue;
  client(clientId: number): string;
}

export function showCard({ catalogue }: Names, card: FoundCard) {
  const product = present(catalogue.products.get(card.productId), 'a card has its product');
  return {
    instrumentId: publicId('ins', card.instrumentId),
    product: named(product),
    unit: product.unit,
    state: card.state,
    isFrozen: card.isFrozen,
    maskedNumber: card.maskedNumber,
    codeLastFour: card.codeLastFour,
    faceMinor: card.faceMinor,
    seller: namedOrNull(catalogue.sellers, card.sellerId),
    activatedAt: card.activatedAt,
  };
}

export function showSearch(names: Names, { by, cards, requests, isCut }: CardSearch) {
  return {
    by,
    cards: cards.map((card) => showCard(names, card)),
    requests: requests.map(({ clientId, instrumentId, requestId, kind, outcome, arrivedAt }) => ({
      requestId,
      client: names.client(clientId),
      kind,
      outcome,
      arrivedAt,
      instrumentId: instrumentId === null ? null : publicId('ins', instrumentId),
    })),
    isCut,
  };
}

export function showHistory(names: Names, { card, ...history }: CardHistory) {
  const { sellers, merchants } = names.catalogue;
  return {
    card: showCard(names, card),
    lots: history.lots.map(({ lotId, class: lotClass, ...lot }) => ({
      lotId: String(lotId),
      lotClass,
      ...lot,
    })),
    holds: history.holds.map((hold) => ({
      holdId: publicId('hld', hold.holdId),
      client: names.client(hold.clientId),
      merchant: namedOrNull(merchants, hold.merchantId),
      amountMinor: hold.amountMinor,
      capturedMinor: hold.capturedMinor,
      openedAt: hold.openedAt,
      expiresAt: hold.expiresAt,
    })),
    freezes: history.freezes.map(({ freezeId: _, ...freeze }) => freeze),
    items: history.items.map(({ itemId, ...item }) => ({ itemId: String(itemId), ...item })),
    requests: history.requests.map(({ clientId, sellerId, merchantId, ...request }) => ({
      ...request,
      client: names.client(clientId),
      seller: namedOrNull(sellers, sellerId),
      merchant: namedOrNull(merchants, merchantId),
    })),
    next: history.hasMore ? (history.requests.at(-1)?.decidedAt ?? null) : null,
  };
}

export function showTransfers(transfers: readonly CardTransfer[]) {
  return transfers.map(({ transferId, kind, requestId, decidedAt, direction, amountMinor }) => ({
    transferId: publicId('trf', transferId),
    kind,
    requestId,
    decidedAt,
    direction,
    amountMinor,
  }));
}

/** What can still be done with a card: a stop of sales says nothing of one that is sold. */
const DONE_WITH: Readonly<Record<FoundCard['state'], readonly StoppedOperation[]>> = {
  blank: ['sell', 'activate'],
  active: ['load', 'redeem', 'earn', 'use'],
  used: ['load', 'redeem', 'earn', 'use'],
  expired: ['load'],
  voided: [],
};

/** What is stopped now and concerns this card, at the places that each names. */
export function showSuspensions(
  { catalogue }: Names,
  switchboard: Switchboard,
  card: FoundCard,
  at: Instant,
) {
  const product = present(catalogue.products.get(card.productId), 'a card has its product');
  const open = DONE_WITH[card.state];
  const isOrAny = (id: number, own: number | null) => id === 0 || id === own;
  return switchboard.all(product.issuerId).flatMap((suspension) => {
    const { scope, suspensionId } = suspension;
    const { operations } = scope; // none named: every one
    const isOfCard =
      isOrAny(scope.programmeId, product.programmeId) &&
      isOrAny(scope.productId, product.productId) &&
      isOrAny(scope.soldBySellerId, card.sellerId);
    const stops =
      open.length > 0 && (operations.length === 0 || open.some((one) => operations.includes(one)));
    const phase = isOfCard && stops ? phaseInForce(suspension, at) : null;
    if (phase == null) return [];
    const { effect, textJa, textEn } = phase;
    const places = namesOfScope(catalogue, scope).map(named);
    return [{ suspensionId, operations, effect, textJa, textEn, places }];
  });
}

interface Named {
  readonly key: string;
  readonly nameJa: string;
  readonly nameEn: string;
}

function named({ key, nameJa, nameEn }: Named): Named {
  return { key, nameJa, nameEn };
}

function namedOrNull(things: ReadonlyMap<number, Named>, id: number | null): Named | null {
  const thing = id === null ? undefined : things.get(id);
  return thing === undefined ? null : named(thing);
}
