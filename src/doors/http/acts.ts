/**
 * From a body to an act of the engine. Keys of sellers, merchants and products become ids here; a key
 * that the caller may not use is the refusal that an unknown one is.
 */
import type { Client, Scope } from '../../clients/index.ts';
import type {
  Act,
  CardReference,
  Envelope,
  Funding,
  Place,
  Refusal,
  Sale,
} from '../../instruments/index.ts';
import { accepted, refused, type Result } from '../../kernel/result.ts';
import type { Catalogue } from '../../programmes/index.ts';
import type { Body, ValueKind } from './contract.ts';
import { parsePublicId } from '../../kernel/ids.ts';

/** Who acts, and what may be named. */
export interface Acting {
  readonly client: Client;
  readonly scopes: ReadonlySet<Scope>;
  readonly catalogue: Catalogue;
  findClient(issuerId: number, key: string): Client | undefined;
}

export type ActRefusal = Refusal | 'scope_missing';
/** An act, and what its envelope says of where and how it is sold or used. */
export type PlacedAct = Act & Pick<Envelope, 'sale' | 'place'>;
type Acted = Result<PlacedAct, ActRefusal>;

/** `holdId` beside the body: a single route has it in its path, a batch item in itself. */
type Parse<Kind extends ValueKind> = (
  body: Body<Kind>,
  acting: Acting,
  holdId: bigint | undefined,
) => Acted;

export const ACTS: { readonly [Kind in ValueKind]: Parse<Kind> } = {
  issue(body, acting) {
    const product = acting.catalogue.findProduct(acting.client.issuerId, body.productId);
    if (!product) return refused('product_not_found');
    const funding = fundingOf(acting, body.sellerId);
    if (!funding) return refused('seller_not_found');
    const sale = saleOf(acting, funding, body);
    if (!sale.ok) return sale;
    const { productId } = product;
    return accepted({ kind: 'issue', productId, ...money(body), funding, ...sale.value });
  },

  activate(body, acting) {
    const funding = fundingOf(acting, body.sellerId);
    if (!funding) return refused('seller_not_found');
    const sale = saleOf(acting, funding, body);
    if (!sale.ok) return sale;
    const amountMinor = body.amountMinor === undefined ? null : BigInt(body.amountMinor);
    return accepted({
      kind: 'activate',
      card: cardOf(body.card),
      amountMinor,
      unit: body.unit ?? null,
      funding,
      ...sale.value,
    });
  },

  deactivate(body, acting) {
    const card = cardOf(body.card);
    if (acting.scopes.has('staff')) return accepted({ kind: 'deactivate', card });
    const soldBy = fundingOf(acting, undefined);
    return soldBy ? accepted({ kind: 'deactivate', card, soldBy }) : refused('seller_not_found');
  },

  load(body, acting) {
    const funding = fundingOf(acting, body.sellerId);
    if (!funding) return refused('seller_not_found');
    const sale = saleOf(acting, funding, body);
    if (!sale.ok) return sale;
    const { lotClass } = body;
    const card = cardOf(body.card);
    return accepted({ kind: 'load', card, ...money(body), lotClass, funding, ...sale.value });
  },

  redeem(body, acting) {
    if (!mayUseNumber(acting, body.card)) return refused('scope_missing');
    const merchantId = merchantOf(acting, body.merchantId);
    if (merchantId === undefined) return refused('merchant_not_found');
    const { isPartialAllowed } = body;
    const card = cardOf(body.card);
    const place = placeOf(acting, merchantId);
    return accepted({
      kind: 'redeem',
      card,
      ...money(body),
      merchantId,
      isPartialAllowed,
      ...place,
    });
  },

  return(body, acting) {
    const merchantId = merchantOf(acting, body.merchantId);
    if (merchantId === undefined) return refused('merchant_not_found');
    const originalRequestId = body.originalRequestId ?? null;
    const card = cardOf(body.card);
    return accepted({ kind: 'return', card, ...money(body), merchantId, originalRequestId });
  },

  hold(body, acting) {
    if (!mayUseNumber(acting, body.card)) return refused('scope_missing');
    const merchantId = merchantOf(acting, body.merchantId);
    if (merchantId === undefined) return refused('merchant_not_found');
    const durationMs = body.durationSeconds * 1_000;
    return accepted({
      kind: 'hold',
      card: cardOf(body.card),
      ...money(body),
      merchantId,
      durationMs,
      ...placeOf(acting, merchantId),
    });
  },

  capture(body, _acting, holdId) {
    if (holdId === undefined) return refused('hold_not_found');
    return accepted({ kind: 'capture', holdId, ...money(body), isFinal: body.isFinal });
  },

  release(_body, _acting, holdId) {
    return holdId === undefined ? refused('hold_not_found') : accepted({ kind: 'release', holdId });
  },

  freeze: ({ card, owner, reason }) =>
    accepted({ kind: 'freeze', card: cardOf(card), owner, reason }),

  unfreeze({ card, owner }, acting) {
    if (isOfDesk(owner) && !acting.scopes.has('staff')) return refused('scope_missing');
    return accepted({ kind: 'unfreeze', card: cardOf(card), owner });
  },

  void: ({ card, reason }) => accepted({ kind: 'void', card: cardOf(card), reason }),

  move(body, acting) {
    if (!mayUseNumber(acting, body.card)) return refused('scope_missing');
    const amountMinor = body.amountMinor === undefined ? null : BigInt(body.amountMinor);
    const to = cardOf(body.to);
    return accepted({
      kind: 'move',
      card: cardOf(body.card),
      to,
      amountMinor,
      unit: body.unit ?? null,
      ...placeOf(acting, null),
    });
  },

  reverse(body) {
    const card = body.card ? cardOf(body.card) : null;
    const holdId = body.holdId === undefined ? null : parsePublicId('hld', body.holdId);
    if (body.holdId !== undefined && holdId === null) return refused('hold_not_found');
    return accepted({ kind: 'reverse', originalRequestId: body.requestId, card, holdId });
  },

  fund(body, acting) {
    const funded = acting.findClient(acting.client.issuerId, body.clientId);
    if (!funded) return refused('seller_not_found');
    const { direction } = body;
    return accepted({ kind: 'fund', fundsOfClientId: funded.clientId, direction, ...money(body) });
  },
};

/** The act of a body of this kind. The schema has made sure that the body fits the kind. */
export function actOf(
  kind: ValueKind,
  body: Body<ValueKind>,
  acting: Acting,
  holdId?: bigint,
): Acted {
  const parse = ACTS[kind] as Parse<ValueKind>;
  const cards = namedCards(body);
  if (cards.some((card) => 'instrumentId' in card) && !acting.scopes.has('staff')) {
    return refused('scope_missing');
  }
  return parse(body as never, acting, holdId);
}

/** Which scope a kind needs; `redeem:number` and `staff` come on top where a card is so named. */
export const SCOPE_OF_KIND: Readonly<Record<ValueKind, Scope>> = {
  issue: 'issue',
  activate: 'activate',
  deactivate: 'deactivate',
  load: 'load',
  redeem: 'redeem',
  return: 'return',
  hold: 'hold',
  capture: 'hold',
  release: 'hold',
  freeze: 'freeze',
  unfreeze: 'freeze',
  void: 'void',
  move: 'move',
  reverse: 'reverse',
  fund: 'fund',
};

/** Kinds that are for a buyer (R20). */
export function isSaleKind(kind: ValueKind): boolean {
  return kind === 'issue' || kind === 'activate' || kind === 'load';
}

/** The scope that was wanting when an act of this kind was refused for one. */
export function missingScope(body: Body<ValueKind>): Scope {
  const isOfStaff = body && 'owner' in body && isOfDesk(body.owner);
  const namesId = namedCards(body).some((card) => 'instrumentId' in card);
  return isOfStaff || namesId ? 'staff' : 'redeem:number';
}

export type CardBody = Body<'redeem'>['card'];

export function cardOf(card: CardBody): CardReference {
  if ('code' in card) return { by: 'code', code: card.code };
  if ('number' in card) return { by: 'number', number: card.number };
  if ('barcode' in card) return { by: 'barcode', barcode: card.barcode };
  // An id beyond eight bytes is one that no card has; 0 is never given out.
  return { by: 'instrument', instrumentId: parsePublicId('ins', card.instrumentId) ?? 0n };
}

function namedCards(body: Body<ValueKind>): readonly CardBody[] {
  if (!body) return [];
  const cards: CardBody[] = [];
  if ('card' in body && body.card) cards.push(body.card);
  if ('to' in body) cards.push(body.to);
  return cards;
}

/** Freezes that the issuer's own desks have made: whoever says that it is their owner must be staff (R14). */
function isOfDesk(owner: Body<'unfreeze'>['owner']): boolean {
  return owner === 'fraud' || owner === 'case' || owner === 'item';
}

function mayUseNumber({ scopes }: Acting, card: CardBody): boolean {
  return !('number' in card) || scopes.has('redeem:number');
}

function money(body: { readonly amountMinor: number; readonly unit: string }) {
  return { amountMinor: BigInt(body.amountMinor), unit: body.unit };
}

/** A client sells as the seller it is bound to, and as nobody else; staff may name any of the issuer. */
export function fundingOf(acting: Acting, key: string | undefined): Funding | undefined {
  const { client, catalogue, scopes } = acting;
  const bound = client.sellerId;
  const sellerId =
    key === undefined ? bound : (catalogue.findSeller(client.issuerId, key)?.sellerId ?? null);
  if (client.funding === 'funds') {
    return key === undefined || (sellerId !== null && sellerId === bound)
      ? { from: 'funds', clientId: client.clientId }
      : undefined; // what it sells it sells as its own seller: another name must not be passed over
  }
  if (key === undefined) return bound === null ? undefined : { from: 'seller', sellerId: bound };
  if (sellerId === null || !mayName(sellerId, bound, scopes)) return undefined;
  return { from: 'seller', sellerId };
}

type SoldBody = Pick<Body<'issue'>, 'tender' | 'shop' | 'contract' | 'contractKind' | 'buyer'>;

/** How it is sold; nothing where the body says nothing and the seller is the one that pays. */
export function saleOf(
  acting: Acting,
  funding: Funding,
  body: SoldBody,
): Result<{ sale?: Sale }, 'shop_not_found' | 'tender_not_found'> {
  const { client, catalogue } = acting;
  const { tender, shop, contract = null, contractKind = null, buyer } = body;
  const sellerId = funding.from === 'seller' ? funding.sellerId : client.sellerId;
  const shopId = shop === undefined ? null : catalogue.findShop(sellerId ?? 0, shop)?.shopId;
  if (shopId === undefined) return refused('shop_not_found');
  const tenderId =
    tender === undefined ? null : catalogue.findTender(client.issuerId, tender)?.tenderId;
  if (tenderId === undefined) return refused('tender_not_found');
  const isSaid = [shop, tender, body.contract, buyer].some((one) => one !== undefined);
  if (!isSaid && funding.from === 'seller') return accepted({});
  const { line = null, device = null, age = null } = buyer ?? {};
  return accepted({
    sale: {
      sellerId,
      tenderId,
      shopId,
      contract,
      contractKind,
      age,
      buyer: buyer === undefined ? null : { line, device },
    },
  });
}

/** A client that sells and takes payment is a shop of its seller, where it is used as itself. */
function placeOf({ client }: Acting, merchantId: number | null): { place?: Place } {
  const { sellerId } = client;
  const isOwn = merchantId === null || merchantId === client.merchantId;
  return sellerId === null || !isOwn ? {} : { place: { sellerId } };
}

function merchantOf(acting: Acting, key: string | undefined): number | undefined {
  const { client, catalogue, scopes } = acting;
  if (key === undefined) return client.merchantId ?? undefined;
  const merchantId = catalogue.findMerchant(client.issuerId, key)?.merchantId;
  return merchantId !== undefined && mayName(merchantId, client.merchantId, scopes)
    ? merchantId
    : undefined;
}

function mayName(id: number, bound: number | null, scopes: ReadonlySet<Scope>): boolean {
  return id === bound || scopes.has('staff');
}
