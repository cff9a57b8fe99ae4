import type { Instant } from '../kernel/clock.ts';
import type { Unit } from '../kernel/money.ts';
import type { RevisedParts } from './make-catalogue.ts';
import type { OfferBook } from './offer-book.ts';
import type { Aggregator, Chain, Offer, Shop, Tender } from './sale.ts';

/** The company that owes the value. */
export interface Issuer {
  readonly issuerId: number;
  readonly key: string; // what people and machines call it: lower case, digits, hyphens
  readonly nameJa: string;
  readonly nameEn: string;
}

/** What an issuer runs: a unit, a time zone, a policy. */
export interface Programme {
  readonly programmeId: number;
  readonly issuerId: number;
  readonly key: string;
  readonly nameJa: string;
  readonly nameEn: string;
  readonly unit: Unit;
  readonly zone: string; // IANA name; days of expiry and limits are days of this zone
  readonly graceDays: number; // how long an expired lot lives again when its use is reversed (R11)
}

export type RedeemsBy = 'code' | 'number' | 'member';

/** `code`: issued with a secret code. `posa`: blank cards that a till activates. `prepaid`: blank cards, reloadable. */
export type ProductKind = 'code' | 'posa' | 'prepaid';

/** The shape of a secret code: `alphabet` drawn `length` times behind `prefix`. Shape is data, never code. */
export interface CodeShape {
  readonly alphabet: string;
  readonly length: number; // characters drawn, without the prefix
  readonly prefix: string;
  readonly groups: number; // characters between hyphens when shown; 0 for none
  readonly foldsKana: boolean; // whether katakana is read as hiragana
}

/** Printed numbers: `prefix`, random digits, one Luhn digit; `digits` in all. */
export interface NumberShape {
  readonly prefix: string;
  readonly digits: number;
}

/** Bounds of a product, per card, in minor units of its unit; null is no bound. */
export interface ProductLimits {
  readonly balanceMaxMinor: bigint | null;
  readonly loadMinMinor: bigint | null;
  readonly loadMaxMinor: bigint | null;
  readonly loadDayMaxMinor: bigint | null;
  readonly loadMonthMaxMinor: bigint | null;
  readonly redeemDayMaxMinor: bigint | null;
  readonly redeemMonthMaxMinor: bigint | null;
}

/** What is sold. */
export interface Product {
  readonly productId: number;
  readonly programmeId: number;
  readonly issuerId: number;
  readonly key: string;
  readonly kind: ProductKind;
  readonly nameJa: string;
  readonly nameEn: string;
  readonly unit: Unit; // of its programme
  readonly zone: string; // of its programme
  readonly graceDays: number; // of its programme
  readonly facesMinor: readonly bigint[]; // empty: any face from faceMinMinor to faceMaxMinor
  readonly faceMinMinor: bigint;
  readonly faceMaxMinor: bigint;
  readonly codeShape: CodeShape | null;
  readonly numberShape: NumberShape | null;
  readonly validityDays: number | null; // a lot ends at the midnight after this many days; null: never
  readonly redeemsBy: readonly RedeemsBy[]; // R16
  readonly isReactivatable: boolean; // R15
  /** False: any seller of the issuer sells it for any tender. True: a sale needs an offer. */
  readonly isSoldByOfferOnly: boolean;
  readonly limits: ProductLimits;
}

/** Who sells to the buyer; the sale is debited to its receivable. */
export interface Seller {
  readonly sellerId: number;
  readonly issuerId: number;
  readonly key: string;
  readonly nameJa: string;
  readonly nameEn: string;
  readonly chainId: number | null;
}

/** Who takes the value as payment; a redemption is credited to its payable. */
export interface Merchant {
  readonly merchantId: number;
  readonly issuerId: number;
  readonly key: string;
  readonly nameJa: string;
  readonly nameEn: string;
}

/**
 * Everything that may be sold, where and how, as one immutable value. `version` moves with every
 * change; a batch that reads another version than its operation was judged by judges again (R18).
 *
 * Sellers and their places, tenders and offers may be scheduled: what judges asks for them at its instant (`...At`).
 * The maps are for names and for people. As it is loaded, they have everything as it was last written; `asAt` gives
 * the catalogue with places as they are at an instant, and that is what a holder shows.
 */
export interface Catalogue extends CatalogueOfParties {
  readonly shops: ReadonlyMap<number, Shop>;
  readonly offers: OfferBook;
  findShop(sellerId: number, key: string): Shop | undefined;
  /** Undefined where there is none, or none yet. */
  shopAt(shopId: number, at: Instant): Shop | undefined;
  /** Also one that has ended (`isEnded`); undefined where there is none, or none yet. */
  offerAt(route: Route, at: Instant): Offer | undefined;
  /** The same with aggregators, chains, sellers and shops as they are at the instant. */
  asAt(at: Instant): Catalogue;
}

/** What a change is judged by: all but the two kinds of which there are very many. */
export interface CatalogueOfParties {
  readonly version: number;
  readonly revised: RevisedParts; // as it was read, for the next reading
  readonly issuers: ReadonlyMap<number, Issuer>;
  readonly programmes: ReadonlyMap<number, Programme>;
  readonly products: ReadonlyMap<number, Product>;
  readonly sellers: ReadonlyMap<number, Seller>;
  readonly merchants: ReadonlyMap<number, Merchant>;
  readonly aggregators: ReadonlyMap<number, Aggregator>;
  readonly chains: ReadonlyMap<number, Chain>;
  readonly tenders: ReadonlyMap<number, Tender>;
  /** Keys are unique inside an issuer. */
  findProduct(issuerId: number, key: string): Product | undefined;
  findSeller(issuerId: number, key: string): Seller | undefined;
  findMerchant(issuerId: number, key: string): Merchant | undefined;
  findAggregator(issuerId: number, key: string): Aggregator | undefined;
  findChain(issuerId: number, key: string): Chain | undefined;
  findTender(issuerId: number, key: string): Tender | undefined;
  tenderAt(tenderId: number, at: Instant): Tender | undefined;
  sellerAt(sellerId: number, at: Instant): Seller | undefined;
  chainAt(chainId: number, at: Instant): Chain | undefined;
}

/** Seller, product and tender: by what an offer is found. */
export interface Route {
  readonly sellerId: number;
  readonly productId: number;
  readonly tenderId: number;
}
