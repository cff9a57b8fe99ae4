/**
 * What was sold and used, by hour, product, place and tender: read out of the journals, for those who look and who
 * decide what to stop.
 *
 * **Invariant.** Every batch is counted once: the position of a lane moves in the transaction that counts. The whole
 * schema may be emptied, and the journals give the same counts again.
 * **Invariant.** Nothing here decides about an operation: limits are counted in the engine's own batches (R21).
 * **Invariant.** A buyer is a keyed hash; who it was is not written down, and it is forgotten after 14 days.
 * Deliberately absent: money of several units in one sum, cards, and what was never remembered by the engine
 * (failed authentication, throttling).
 */
export {
  countSales,
  forgetSales,
  HOURS_KEPT_MS,
  MINUTES_KEPT_MS,
  PURCHASES_KEPT_MS,
  type SalesParts,
} from './follow-sales.ts';
export {
  buyersOf,
  BUYERS_MAX,
  operationsByMinute,
  refusalsByCause,
  routesAfter,
  ROUTES_MAX,
  SALE_KINDS,
  salesByHour,
  usesByMerchant,
  type Buyer,
  type PlaceOfUse,
  type HourOfSales,
  type MinuteOfSales,
  type RefusalCount,
  type RouteTaken,
  type SaleKind,
  type SalesRoute,
  type UseKind,
  type Window,
} from './read-sales.ts';
