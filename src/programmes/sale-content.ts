import type { Instant } from '../kernel/clock.ts';
import type { Seller } from './catalogue.ts';
import type { Aggregator, Chain, Offer, Shop, Tender } from './sale.ts';

/**
 * What of a thing stands in its revisions, as JSON. Amounts are whole numbers there, which JSON carries
 * exactly (R36); the ids of the thing and its issuer stand in columns beside it.
 */
export type Content = Readonly<Record<string, unknown>>;

export interface Kept {
  readonly thingId: number;
  readonly issuerId: number;
  readonly validFrom: Instant;
  readonly content: unknown;
}

export function aggregatorOf({ thingId, issuerId, content }: Kept): Aggregator {
  return { ...(content as Omit<Aggregator, 'issuerId'>), aggregatorId: thingId, issuerId };
}

export function chainOf({ thingId, issuerId, content }: Kept): Chain {
  return { ...(content as Omit<Chain, 'issuerId'>), chainId: thingId, issuerId };
}

export function sellerOf({ thingId, issuerId, content }: Kept): Seller {
  return { ...(content as Omit<Seller, 'issuerId'>), sellerId: thingId, issuerId };
}

export function shopOf({ thingId, issuerId, content }: Kept): Shop {
  return { ...(content as Omit<Shop, 'issuerId'>), shopId: thingId, issuerId };
}

export function tenderOf({ thingId, issuerId, content }: Kept): Tender {
  const { monthLimits, ...rest } = content as Tender;
  return {
    ...rest,
    tenderId: thingId,
    issuerId,
    monthLimits: monthLimits.map((limit) => ({ ...limit, limitMinor: BigInt(limit.limitMinor) })),
  };
}

export function offerOf({ thingId, issuerId, validFrom, content }: Kept): Offer {
  const { amountMinMinor, amountMaxMinor, ...rest } = content as Offer;
  return {
    ...rest,
    offerId: thingId,
    issuerId,
    amountMinMinor: minorOrNull(amountMinMinor),
    amountMaxMinor: minorOrNull(amountMaxMinor),
    validFrom,
  };
}

/** Amounts of the catalogue are bounded to what JSON carries. */
export function toJson(value: object): Content {
  const text = JSON.stringify(value, (_name, each: unknown) =>
    typeof each === 'bigint' ? Number(each) : each,
  );
  return JSON.parse(text) as Content;
}

function minorOrNull(minor: bigint | number | null): bigint | null {
  return minor === null ? null : BigInt(minor);
}
