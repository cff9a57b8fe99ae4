import { z } from 'zod';
import {
  newAggregator,
  newChain,
  newOffer,
  newSeller,
  newShop,
  newTender,
  type NewOffer,
} from './contract.ts';

/**
 * The file of what is sold where. All sections are optional; what the file does not name stays as it is. An
 * offer may name lists, and then means each of their combinations.
 */
const oneOrMore = (field: z.ZodType<string>) =>
  z.union([field.transform((one) => [one]), z.array(field).min(1).max(500)]);
const offerLine = newOffer.extend({
  seller: oneOrMore(newOffer.shape.seller),
  product: oneOrMore(newOffer.shape.product),
  tender: oneOrMore(newOffer.shape.tender),
});

const MANY = 200_000;
export const offersFile = z.strictObject({
  aggregators: z.array(newAggregator).max(1_000).default([]),
  chains: z.array(newChain).max(10_000).default([]),
  sellers: z.array(newSeller).max(50_000).default([]),
  shops: z.array(newShop).max(MANY).default([]),
  tenders: z.array(newTender).max(1_000).default([]),
  offers: z.array(offerLine).max(MANY).default([]),
});

export type OffersFile = z.output<typeof offersFile>;
export type OfferLine = OffersFile['offers'][number];

/** Offers of a file at most, with every combination counted. */
export const FILE_OFFERS_MAX = MANY;
/** Characters of a file at most: 100,000 offers on a line each (9 million characters) are read in 18 s. */
export const FILE_CHARACTERS_MAX = 20_000_000;

/** Every combination that a line means. */
export function combinationsOf(line: OfferLine): NewOffer[] {
  const { seller: sellers, product: products, tender: tenders, ...terms } = line;
  return sellers.flatMap((seller) =>
    products.flatMap((product) => tenders.map((tender) => ({ ...terms, seller, product, tender }))),
  );
}

/** With every combination of the lists of a line. */
export function countOffers({ offers }: Pick<OffersFile, 'offers'>): number {
  return offers.reduce(
    (sum, { seller, product, tender }) => sum + seller.length * product.length * tender.length,
    0,
  );
}
