import type { Instant } from '../kernel/clock.ts';
import type { Unit } from '../kernel/money.ts';

/** Who stands between chains and the issuer: one line that many chains come in by. */
export interface Aggregator {
  readonly aggregatorId: number;
  readonly issuerId: number;
  readonly key: string;
  readonly nameJa: string;
  readonly nameEn: string;
}

/** Sellers under one sign, connected in one way: shop -> chain -> aggregator -> issuer. */
export interface Chain {
  readonly chainId: number;
  readonly issuerId: number;
  readonly key: string;
  readonly nameJa: string;
  readonly nameEn: string;
  readonly aggregatorId: number | null; // null: it is connected to the issuer itself
}

/** One place of a seller where people buy. */
export interface Shop {
  readonly shopId: number;
  readonly issuerId: number;
  readonly sellerId: number;
  readonly key: string; // unique inside its seller
  readonly nameJa: string;
  readonly nameEn: string;
}

export type TenderKind = 'cash' | 'carrier' | 'card' | 'points';

/** How the buyer pays, and what that way of paying can do. */
export interface Tender {
  readonly tenderId: number;
  readonly issuerId: number;
  readonly key: string;
  readonly kind: TenderKind;
  readonly nameJa: string;
  readonly nameEn: string;
  readonly carrier: string | null; // whose phone bill it is
  readonly zone: string; // the reset is a midnight of this zone
  readonly limitUnit: Unit;
  readonly monthLimits: readonly MonthLimit[]; // empty: nothing is counted
  readonly resetDay: number; // 1 to 28: a period begins on this day of the month
  readonly refundWindowDays: number | null; // null: never given back by this way
  readonly isPartialRefund: boolean; // whether a part can be given back
  readonly sessionMinutes: number | null; // how long a buyer has between asking and paying
  readonly authorisationMinutes: number | null; // how long a promise to pay lives
  readonly canLoadPrepaid: boolean;
  readonly leadTimeMs: number; // from paying to having, where the offer says nothing else
  /** The tender whose limit it shares and through which it is charged; that one has none itself. */
  readonly chargedThroughTenderId: number | null;
  /** The prepaid product whose balance it spends: what loads that product can pay by it. */
  readonly spendsProductId: number | null;
}

/** Bound of a contract in a period. The first that fits age and contract holds. */
export interface MonthLimit {
  readonly ageFrom: number; // inclusive
  readonly ageTo: number | null; // inclusive; null: no end
  readonly contract: string | null; // kind of contract, as the carrier calls it; null: any
  readonly limitMinor: bigint;
}

export type BuyerDevice = 'phone' | 'tablet' | 'pc' | 'till';
export const BUYER_DEVICES: readonly BuyerDevice[] = ['phone', 'tablet', 'pc', 'till'];

/** By what the buyer is connected: the carrier's own line, another one, or wireless LAN. */
export type BuyerLine = 'own' | 'other' | 'wifi';
export const BUYER_LINES: readonly BuyerLine[] = ['own', 'other', 'wifi'];

/** What a buyer must fulfil. An absent condition asks for nothing. */
export interface OfferConditions {
  readonly ownLineOnly?: boolean;
  readonly noWifi?: boolean;
  readonly devices?: readonly BuyerDevice[];
}

/** Who is asking to buy, as far as the seller says; null: not said. */
export interface Buyer {
  readonly line: BuyerLine | null;
  readonly device: BuyerDevice | null;
}

/** That this seller sells this product for this tender. */
export interface OfferRoute {
  readonly offerId: number;
  readonly issuerId: number;
  readonly sellerId: number;
  readonly productId: number;
  readonly tenderId: number;
}

/** An offer as it is from `validFrom` on, until a later revision says otherwise. */
export interface Offer extends OfferRoute {
  readonly amountMinMinor: bigint | null; // null: what the product says
  readonly amountMaxMinor: bigint | null;
  readonly leadTimeMs: number | null; // null: what the tender says
  readonly conditions: OfferConditions;
  readonly validFrom: Instant;
  readonly endsAt: Instant | null; // at this instant it is over
}

export function isEnded(offer: Offer, at: Instant): boolean {
  return offer.endsAt !== null && offer.endsAt <= at;
}

/** What is not said is not fulfilled: conditions exist because of those who would rather not say. */
export function meetsConditions(conditions: OfferConditions, buyer: Buyer): boolean {
  const { ownLineOnly = false, noWifi = false, devices } = conditions;
  if (ownLineOnly && buyer.line !== 'own') return false;
  if (noWifi && (buyer.line === 'wifi' || buyer.line === null)) return false;
  return devices === undefined || (buyer.device !== null && devices.includes(buyer.device));
}
