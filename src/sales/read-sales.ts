import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import {
  listBuyers,
  type ListBuyersParams,
  listRoutesAfter,
  sumHours,
  sumMinutes,
  type SumMinutesRow,
  sumRefusals,
  type SumRefusalsRow,
  sumUses,
} from './read-sales.sql.ts';

/** From and with `from`, up to and without `until`. */
export interface Window {
  readonly from: Instant;
  readonly until: Instant;
}

/** A part of what is sold: everything of an issuer, less what a list does not name. null: not narrowed. */
export interface SalesRoute {
  readonly issuerId: number;
  readonly productIds: readonly number[] | null;
  readonly sellerIds: readonly number[] | null; // of the sale
  readonly tenderIds: readonly number[] | null;
}

/** Where value was used. */
export interface PlaceOfUse {
  readonly merchantId: number;
  readonly count: bigint;
  readonly amountMinor: bigint;
}

export type SaleKind = 'issue' | 'activate' | 'load';
export type UseKind = 'redeem' | 'hold' | 'move';
export const SALE_KINDS: readonly SaleKind[] = ['issue', 'activate', 'load'];

/** What one hour came to on a route: of its kinds, by the hour in which the operations arrived. */
export interface HourOfSales {
  readonly at: Instant; // the hour's first instant
  readonly accepted: bigint;
  readonly acceptedMinor: bigint; // in the units of the products; a route of one unit has a meaning here
  readonly reversed: bigint; // by when they were taken back
  readonly refused: bigint;
}

/** Hours without anything are left out. */
export async function salesByHour(
  on: Queryable,
  route: SalesRoute &
    Window & {
      readonly kinds?: readonly (SaleKind | UseKind)[];
      readonly merchantIds?: readonly number[] | null; // of a use
    },
): Promise<HourOfSales[]> {
  const { from, until, kinds = SALE_KINDS, merchantIds = null } = route;
  const places = { isAnyMerchant: merchantIds === null, merchantIds: merchantIds ?? [] };
  const question = { ...routeQuestion(route), ...places, from, until, kinds };
  const hours = new Map<Instant, { -readonly [Key in keyof HourOfSales]: HourOfSales[Key] }>();
  for (const { at, outcome, count, amountMinor } of await sumHours(on, question)) {
    const hour = hours.get(at) ?? {
      at,
      accepted: 0n,
      acceptedMinor: 0n,
      reversed: 0n,
      refused: 0n,
    };
    hours.set(at, hour);
    if (outcome === 'accepted') {
      hour.accepted += count;
      hour.acceptedMinor += amountMinor;
    } else if (outcome === 'reversed') hour.reversed += count;
    else if (outcome !== 'reversed_unseen') hour.refused += count;
  }
  return [...hours.values()];
}

export const PLACES_MAX = 50;

/** The places at which most of it was used. */
export function usesByMerchant(
  on: Queryable,
  question: Window & {
    readonly issuerId: number;
    readonly productIds: readonly number[] | null;
    readonly merchantIds: readonly number[];
    readonly kinds: readonly UseKind[];
  },
): Promise<PlaceOfUse[]> {
  const { productIds, ...asked } = question;
  const products = { isAnyProduct: productIds === null, productIds: productIds ?? [] };
  return sumUses(on, { ...asked, ...products, size: PLACES_MAX });
}

/** A minute's operations of one kind that came to one thing: `accepted`, `reversed` or a refusal. */
export type MinuteOfSales = SumMinutesRow;

/** Of the last two days at most; minutes without anything are left out. */
export function operationsByMinute(
  on: Queryable,
  question: Window & { readonly issuerIds: readonly number[] },
): Promise<MinuteOfSales[]> {
  return sumMinutes(on, question);
}

/** How often something was refused, by what was asked, why, which product and which seller; the most first. */
export type RefusalCount = SumRefusalsRow;

export function refusalsByCause(
  on: Queryable,
  question: Window & { readonly issuerId: number; readonly size?: number },
): Promise<RefusalCount[]> {
  const { issuerId, from, until, size = 100 } = question;
  return sumRefusals(on, { issuerId, from, until, size });
}

/** Somebody who bought on a route, by the hash of the contract or card that paid. */
export interface Buyer {
  readonly contract: bigint;
  readonly lastAt: Instant;
  readonly purchases: bigint;
  readonly amountMinor: bigint;
}

export const BUYERS_MAX = 10_000;

/** Who bought on a route, the latest first, at most BUYERS_MAX; of the last 14 days. */
export function buyersOf(on: Queryable, route: SalesRoute & Window): Promise<Buyer[]> {
  const { from, until } = route;
  return listBuyers(on, { ...routeQuestion(route), from, until, size: BUYERS_MAX });
}

/** Where some buyers bought: one route that they took, and how many of them. */
export interface RouteTaken {
  readonly productId: number;
  readonly sellerId: number; // 0: paid from a partner's funds, without a seller
  readonly tenderId: number; // 0: not said
  readonly buyers: bigint;
  readonly purchases: bigint;
  readonly amountMinor: bigint;
  readonly firstAt: Instant;
}

export const ROUTES_MAX = 200;

/** The routes that these buyers took in a window, those of the most buyers first. */
export async function routesAfter(
  on: Queryable,
  question: Window & { readonly issuerId: number; readonly contracts: readonly bigint[] },
): Promise<RouteTaken[]> {
  if (question.contracts.length === 0) return [];
  const { issuerId, contracts, from, until } = question;
  return listRoutesAfter(on, { issuerId, contracts, from, until, size: ROUTES_MAX });
}

function routeQuestion({ issuerId, productIds, sellerIds, tenderIds }: SalesRoute): RouteQuestion {
  return {
    issuerId,
    isAnyProduct: productIds === null,
    productIds: productIds ?? [],
    isAnySeller: sellerIds === null,
    sellerIds: sellerIds ?? [],
    isAnyTender: tenderIds === null,
    tenderIds: tenderIds ?? [],
  };
}

type RouteQuestion = Omit<ListBuyersParams, keyof Window | 'size'>;
