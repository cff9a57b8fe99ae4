import type { OfferBook, Tender } from '../programmes/index.ts';
import type { Facts, Question } from './question.ts';

/**
 * By what somebody can pay: the bills of their carrier and the other ways that they have at hand. What spends
 * the balance of a card is had only by who has loaded that card: it is the second step of a route.
 */
export function usableTenders({ catalogue, issuerIds, at }: Facts, question: Question): Tender[] {
  const all = [...catalogue.tenders.keys()]
    .map((tenderId) => catalogue.tenderAt(tenderId, at))
    .filter((tender) => tender !== undefined)
    .filter(
      ({ issuerId, limitUnit }) => issuerIds.includes(issuerId) && limitUnit === question.unit,
    );
  return all.filter(({ kind, carrier, spendsProductId }) => {
    if (kind === 'carrier') return carrier !== null && carrier === question.carrier;
    return spendsProductId === null && question.payBy.includes(kind);
  });
}

/** Tenders that spend the balance of a product. */
export function tendersSpending({ catalogue, at }: Facts, productId: number): Tender[] {
  return [...catalogue.tenders.keys()]
    .map((tenderId) => catalogue.tenderAt(tenderId, at))
    .filter((tender) => tender?.spendsProductId === productId)
    .filter((tender) => tender !== undefined);
}

/** Ids of offers, by product. */
type ByProduct = ReadonlyMap<number, readonly number[]>;

/** Ids of all offers by tender and product: made once for each version of the offers. */
export function offersByTender(offers: OfferBook): ReadonlyMap<number, ByProduct> {
  const known = BY_TENDER.get(offers);
  if (known !== undefined) return known;
  const byTender = new Map<number, Map<number, number[]>>();
  for (const { tenderId, productId, offerId } of offers.lastWrittenAll()) {
    const byProduct = byTender.get(tenderId) ?? new Map<number, number[]>();
    byTender.set(tenderId, byProduct);
    const ids = byProduct.get(productId);
    if (ids === undefined) byProduct.set(productId, [offerId]);
    else ids.push(offerId);
  }
  BY_TENDER.set(offers, byTender);
  return byTender;
}

const BY_TENDER = new WeakMap<OfferBook, ReadonlyMap<number, ByProduct>>();
