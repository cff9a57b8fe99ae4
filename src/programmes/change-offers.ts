import { present } from '../kernel/assert.ts';
import type { Result } from '../kernel/result.ts';
import { accepted, refused } from '../kernel/result.ts';
import type { CatalogueOfParties, Product, Route } from './catalogue.ts';
import { beginOf, changeCatalogue, keptAs } from './change-catalogue.ts';
import type { CatalogueDesk, OfferRefusal } from './change-catalogue.ts';
import { findIssuer } from './change-issuers.ts';
import { findOffers, insertOffers } from './change-sale.sql.ts';
import type { NewOffer, OfferChange } from './contract.ts';
import type { Offer, Tender } from './sale.ts';
import { offerOf } from './sale-content.ts';

export function createOffer(
  desk: CatalogueDesk,
  issuerKey: string,
  wanted: NewOffer,
): Promise<Result<Offer, OfferRefusal>> {
  const named = { act: 'offer.create', subject: subjectOf(issuerKey, wanted), wanted };
  return changeCatalogue<Offer, OfferRefusal>(desk, named, async (change) => {
    const { on, catalogue, at, keep } = change;
    const found = findRoute(catalogue, issuerKey, wanted);
    if (!found.ok) return found;
    const { route, issuerId } = found.value;
    const validFrom = beginOf(change, wanted.validFrom);
    if (validFrom === null) return refused('valid_from_past');
    const offer: Offer = { ...termsOf(wanted), ...route, offerId: 0, issuerId };
    const timed = { ...offer, validFrom };
    const refusal = judgeOffer({ ...timed, validFrom: wanted.validFrom ?? at }, found.value);
    if (refusal !== null) return refused(refusal);
    if ((await findOffers(on, { ...asLists([route]), at })).length > 0) return refused('key_taken');
    const [row] = await insertOffers(on, { issuerId, ...asLists([route]) });
    const made = { ...timed, offerId: present(row, 'an inserted row comes back').offerId };
    await keep([keptAs('offer', made, made.validFrom)]);
    return accepted(made);
  });
}

/** From `validFrom` on, a moment from now if it is not said; what was scheduled for later falls away. */
export function changeOffer(
  desk: CatalogueDesk,
  where: { issuer: string } & OfferKeys,
  wanted: OfferChange,
): Promise<Result<Offer, OfferRefusal>> {
  const named = { act: 'offer.change', subject: subjectOf(where.issuer, where), wanted };
  return changeCatalogue<Offer, OfferRefusal>(desk, named, async (change) => {
    const { on, catalogue, at, keep } = change;
    const found = findRoute(catalogue, where.issuer, where);
    if (!found.ok) return found;
    const { route, issuerId } = found.value;
    const validFrom = beginOf(change, wanted.validFrom);
    const [row] = await findOffers(on, { ...asLists([route]), at: validFrom ?? at });
    if (row === undefined) return refused('offer_not_found');
    if (validFrom === null) return refused('valid_from_past');
    const { offerId: thingId, content } = row;
    const before = offerOf({ thingId, issuerId, validFrom: row.validFrom, content });
    const changed: Offer = { ...before, ...changedTermsOf(wanted), validFrom };
    // What ends now ends when that is in force.
    const refusal = judgeOffer({ ...changed, validFrom: wanted.validFrom ?? at }, found.value);
    if (refusal !== null) return refused(refusal);
    await keep([keptAs('offer', changed, validFrom)]);
    return accepted(changed);
  });
}

/** An offer as people name it: by keys. */
export interface OfferKeys {
  readonly seller: string;
  readonly product: string;
  readonly tender: string;
}

export interface FoundRoute {
  readonly issuerId: number;
  readonly route: Route;
  readonly product: Product;
  readonly tender: Tender;
}

export function findRoute(
  catalogue: CatalogueOfParties,
  issuerKey: string,
  keys: OfferKeys,
): Result<FoundRoute, OfferRefusal> {
  const issuer = findIssuer(catalogue, issuerKey);
  if (issuer === undefined) return refused('issuer_not_found');
  const { issuerId } = issuer;
  const product = catalogue.findProduct(issuerId, keys.product);
  if (product === undefined) return refused('product_not_found');
  const seller = catalogue.findSeller(issuerId, keys.seller);
  if (seller === undefined) return refused('seller_not_found');
  const tender = catalogue.findTender(issuerId, keys.tender);
  if (tender === undefined) return refused('tender_not_found');
  const { sellerId } = seller;
  const route = { sellerId, productId: product.productId, tenderId: tender.tenderId };
  return accepted({ issuerId, route, product, tender });
}

export function judgeOffer(
  offer: Pick<Offer, 'validFrom' | 'endsAt' | 'amountMinMinor' | 'amountMaxMinor'>,
  {
    product,
    tender,
  }: {
    readonly product: Product;
    readonly tender: Pick<Tender, 'limitUnit' | 'canLoadPrepaid'>;
  },
): OfferRefusal | null {
  const { validFrom, endsAt, amountMinMinor, amountMaxMinor } = offer;
  if (endsAt !== null && endsAt < validFrom) return 'ends_before_it_begins';
  const least = amountMinMinor ?? product.faceMinMinor;
  const most = amountMaxMinor ?? product.faceMaxMinor;
  if (least > most) return 'amount_range_reversed';
  const isSold =
    product.facesMinor.length === 0
      ? least <= product.faceMaxMinor && most >= product.faceMinMinor
      : product.facesMinor.some((face) => face >= least && face <= most);
  if (!isSold) return 'amount_outside_product';
  if (tender.limitUnit !== product.unit) return 'unit_differs';
  return product.kind === 'prepaid' && !tender.canLoadPrepaid ? 'tender_loads_no_prepaid' : null;
}

export function asLists(routes: readonly Route[]) {
  return {
    sellerIds: routes.map(({ sellerId }) => sellerId),
    productIds: routes.map(({ productId }) => productId),
    tenderIds: routes.map(({ tenderId }) => tenderId),
  };
}

type Terms = Omit<Offer, 'offerId' | 'issuerId' | keyof Route>;

export function termsOf(wanted: NewOffer): Terms {
  const { amountMinMinor, amountMaxMinor, leadTimeMs, conditions, validFrom, endsAt } = wanted;
  return {
    amountMinMinor: minorOrNull(amountMinMinor),
    amountMaxMinor: minorOrNull(amountMaxMinor),
    leadTimeMs,
    conditions,
    validFrom: validFrom ?? 0,
    endsAt,
  };
}

function changedTermsOf(wanted: OfferChange): Partial<Terms> {
  const { amountMinMinor, amountMaxMinor, leadTimeMs, conditions, endsAt } = wanted;
  return {
    ...(amountMinMinor !== undefined && { amountMinMinor: minorOrNull(amountMinMinor) }),
    ...(amountMaxMinor !== undefined && { amountMaxMinor: minorOrNull(amountMaxMinor) }),
    ...(leadTimeMs !== undefined && { leadTimeMs }),
    ...(conditions !== undefined && { conditions }),
    ...(endsAt !== undefined && { endsAt }),
  };
}

function minorOrNull(minor: number | null): bigint | null {
  return minor === null ? null : BigInt(minor);
}

function subjectOf(issuerKey: string, { seller, product, tender }: OfferKeys): string {
  return [issuerKey, seller, product, tender].join('/');
}
