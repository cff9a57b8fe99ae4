/**
 * Orders: a sale between the asking and the paying. A seller opens one when its buyer asks, completes it when the
 * buyer has paid, or cancels it; a stop in between lets it finish.
 *
 * **Invariant.** An order is judged by when it arrived, in the transaction that keeps it, and completed by that same
 * instant however late its completion comes in its session (R19, R24).
 * **Invariant.** It is completed once: by one request of the engine, whose id is the order's own.
 * **Invariant.** Nothing stays half: whatever was left on its way is found out, finished, or reversed when its session
 * is over; a sale that only a person can settle is listed.
 *
 * Deliberately absent: limits and funds, which are judged when it is completed (R21), any value (orders move none),
 * and a provider that is charged (R23).
 */
export { saleRequestId, type Order, type OrderKind, type OrderState } from './order.ts';
export type { OrderClient, OrderDesk } from './order-desk.ts';
export { openOrder, OPEN_ORDERS_MAX, type NewOrder, type Opened } from './open-order.ts';
export {
  cancelOrder,
  completeOrder,
  findOrderOf,
  type Finished,
  type FinishRefusal,
} from './finish-order.ts';
export { settleOrders } from './settle-orders.ts';
export {
  cancelOpenOrders,
  concernsOrders,
  countOpenOrders,
  findUnresolvedSales,
  listOpenOrders,
  type SalePart,
  type UnresolvedSale,
} from './unfinished.ts';
