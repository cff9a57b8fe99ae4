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

/** Ids of all offers by tender: made once for each version of the offers, in some 20 ms for 100,000. */
export function offersByTender(offers: OfferBook): ReadonlyMap<number, readonly number[]> {
  const known = BY_TENDER.get(offers);
  if (known !== undefined) return known;
  const byTender = new Map<number, number[]>();
  for (const { tenderId, offerId } of offers.lastWrittenAll()) {
    const ids = byTender.get(tenderId);
    if (ids === undefined) byTender.set(tenderId, [offerId]);
    else ids.push(offerId);
  }
  BY_TENDER.set(offers, byTender);
  return byTender;
}

const BY_TENDER = new WeakMap<OfferBook, ReadonlyMap<number, readonly number[]>>();
