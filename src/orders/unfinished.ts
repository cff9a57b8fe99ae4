import { present } from '../kernel/assert.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Connection, Queryable } from '../kernel/database/index.ts';
import type { Catalogue } from '../programmes/index.ts';
import type { Scope } from '../suspensions/index.ts';
import { orderOf, type Order } from './order.ts';
import {
  countUnfinished,
  endOrder,
  listOpenIds,
  listUnfinished,
  listUnresolvedSales,
  type ListUnresolvedSalesRow,
} from './orders.sql.ts';

/** A part of what is sold, as the switch names it. */
export type SalePart = Scope;

export interface ListedOrder extends Order {
  readonly clientKey: string;
}

export type UnresolvedSale = ListUnresolvedSalesRow;

/** Whether a stop of this part can concern an order at all: what only a use has, no sale has (R20). */
export function concernsOrders(part: SalePart): boolean {
  return orderKindsOf(part) !== null;
}

/** Empty: every kind. Null: none. */
function orderKindsOf({ merchantId, soldBySellerId, operations }: SalePart): string[] | null {
  if (merchantId !== 0 || soldBySellerId !== 0) return null;
  if (operations.length === 0 || operations.includes('sell')) return [];
  const kinds = operations.filter((each) => each === 'activate' || each === 'load');
  return kinds.length === 0 ? null : kinds;
}

/** How many orders of a part are asked for and neither sold nor over: what a stop lets finish. */
export async function countOpenOrders(
  on: Queryable,
  catalogue: Catalogue,
  part: SalePart,
  before: Instant,
): Promise<number> {
  const routes = routesOf(catalogue, part);
  if (routes === null) return 0;
  const [row] = await countUnfinished(on, { ...routes, before });
  return Number(row?.orders ?? 0n);
}

/** The same by name, the oldest first. `clientId`: of one client only. */
export async function listOpenOrders(
  on: Queryable,
  catalogue: Catalogue,
  asked: {
    readonly part: SalePart;
    readonly before: Instant;
    readonly clientId: number | null;
    readonly afterId: bigint;
    readonly size: number;
  },
): Promise<readonly ListedOrder[]> {
  const { part, clientId: ofClientId, ...page } = asked;
  const routes = routesOf(catalogue, part);
  if (routes === null) return [];
  const rows = await listUnfinished(on, { ...routes, ...page, ofClientId });
  return rows.map((row) => ({ ...orderOf(row, null), clientKey: row.clientKey }));
}

/** Sales that a person has to settle: they are neither whole nor undone (never half, and never silent). */
export async function findUnresolvedSales(
  on: Queryable,
  catalogue: Catalogue,
  asked: { readonly part: SalePart; readonly before: Instant; readonly size: number },
): Promise<readonly UnresolvedSale[]> {
  const { part, before, size } = asked;
  const routes = routesOf(catalogue, part);
  return routes === null ? [] : listUnresolvedSales(on, { ...routes, before, size });
}

const CANCELLED_AT_ONCE = 500;

/**
 * Ends what is asked for of a part and not paid, as the desk wants it; in steps, so that nobody waits for a lock of
 * many rows. What a buyer has paid meanwhile is let finish. Returns how many were ended.
 */
export async function cancelOpenOrders(
  on: Connection,
  catalogue: Catalogue,
  asked: { readonly part: SalePart; readonly before: Instant; readonly at: Instant },
): Promise<number> {
  const { part, before, at } = asked;
  const routes = routesOf(catalogue, part);
  if (routes === null) return 0;
  let cancelled = 0;
  for (let afterId = 0n; ;) {
    const ids = await listOpenIds(on, { ...routes, before, afterId, size: CANCELLED_AT_ONCE });
    const end = { at, state: 'cancelled', refusal: null, instrumentId: null, from: ['open'] };
    cancelled += await on.transaction(async (step) => {
      let ended = 0;
      for (const { orderId } of ids) ended += await endOrder(step, { ...end, orderId });
      return ended;
    });
    if (ids.length < CANCELLED_AT_ONCE) return cancelled;
    afterId = present(ids.at(-1), 'a full page has a last order').orderId;
  }
}

/** What is not named is an empty list: whatever it is. A name that fits nothing is 0, which nothing has. */
function routesOf(catalogue: Catalogue, part: SalePart) {
  const kinds = orderKindsOf(part);
  if (kinds === null) return null;
  const { issuerId, programmeId, productId, sellerId, chainId, aggregatorId, tenderId } = part;
  const products = [...catalogue.products.values()]
    .filter((product) => productId === 0 || product.productId === productId)
    .filter((product) => programmeId === 0 || product.programmeId === programmeId);
  const sellers = [...catalogue.sellers.values()].filter((seller) => {
    const chain = seller.chainId === null ? undefined : catalogue.chains.get(seller.chainId);
    const isOfChain = chainId === 0 || seller.chainId === chainId;
    const isOfAggregator = aggregatorId === 0 || chain?.aggregatorId === aggregatorId;
    return (sellerId === 0 || seller.sellerId === sellerId) && isOfChain && isOfAggregator;
  });
  const namesProducts = programmeId !== 0 || productId !== 0;
  const namesSellers = sellerId !== 0 || chainId !== 0 || aggregatorId !== 0;
  return {
    issuerId,
    kinds,
    productIds: namesProducts ? [0, ...products.map((product) => product.productId)] : [],
    sellerIds: namesSellers ? [0, ...sellers.map((seller) => seller.sellerId)] : [],
    tenderId: tenderId === 0 ? null : tenderId,
  };
}
