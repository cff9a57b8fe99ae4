import type { Instant } from '../kernel/clock.ts';
import { isEnded, type Catalogue, type Product } from '../programmes/index.ts';
import type { System } from './system.ts';

/** Which product is sold where, and for which tenders, by the offers. */
export interface SalePlaces {
  isSold(product: Product, place: System): boolean;
  /** Undefined: sold without an offer, for any tender. */
  tendersAt(product: Product, place: System): ReadonlySet<number> | undefined;
}

/**
 * Read once for each version of the catalogue: it may hold a hundred thousand offers. Nothing is sold at a place
 * that begins later.
 */
export function salePlacesOf(
  catalogue: Pick<Catalogue, 'offers' | 'sellerAt' | 'chainAt'>,
  at: Instant,
): SalePlaces {
  const tenders = new Map<string, Set<number>>();
  const offered = new Set<number>(); // products that are sold by offers
  for (const offer of catalogue.offers.inForce(at)) {
    if (isEnded(offer, at)) continue;
    offered.add(offer.productId);
    const seller = catalogue.sellerAt(offer.sellerId, at);
    if (seller === undefined) continue;
    for (const place of [`seller ${seller.sellerId}`, `chain ${seller.chainId}`]) {
      const key = `${offer.productId} ${place}`;
      const known = tenders.get(key) ?? new Set();
      tenders.set(key, known.add(offer.tenderId));
    }
  }
  const tendersAt = (product: Product, { kind, partyId }: System) =>
    tenders.get(`${product.productId} ${kind} ${partyId}`);
  return {
    tendersAt,
    isSold(product, place) {
      if (product.issuerId !== place.issuerId) return false;
      if (!isThere(catalogue, place, at)) return false;
      const isFree = !product.isSoldByOfferOnly && !offered.has(product.productId);
      return isFree || tendersAt(product, place) !== undefined;
    },
  };
}

function isThere(
  catalogue: Pick<Catalogue, 'sellerAt' | 'chainAt'>,
  { kind, partyId }: System,
  at: Instant,
): boolean {
  if (kind === 'seller') return catalogue.sellerAt(partyId ?? 0, at) !== undefined;
  return kind === 'chain' && catalogue.chainAt(partyId ?? 0, at) !== undefined;
}
