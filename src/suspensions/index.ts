/**
 * The switch: stops any part of what is sold and used, from an instant, and says so to everybody at once.
 *
 *   const switches = await holdSwitchboard(database);
 *   const verdict = switches.current().judge(movement);       // null, or which suspension refuses
 *
 * **Invariant.** An operation is judged by when it arrived; a phase never begins before it was recorded, so
 * what an instant was judged by stays the same for ever (R24).
 * **Invariant.** `suspensions.epoch` moves in the transaction of each change, and a stop "now" begins a second
 * after it: every batch reads the epoch in its own transaction, so every process is on the right side (R19).
 * **Invariant.** What is over is known to the switch for 100 days more, and to the tables for ever; only what is not
 * over counts against the bound of an issuer.
 * **Invariant.** A dimension that an operation lacks never matches (R20).
 * **Invariant.** Stopping needs one person; whatever lets something through again needs a second one (R33).
 *
 * Deliberately absent: limits, which count and so are decided inside the batch (R21), and what an operation
 * is (`instruments` says that in a `Movement`).
 */
export {
  STOPPED_OPERATIONS,
  type GateVerdict,
  type Movement,
  type StoppedOperation,
} from './movement.ts';
export {
  DIMENSIONS,
  phaseAt,
  stretchesOf,
  type Dimension,
  type Effect,
  type Phase,
  type Precision,
  type Scope,
  type Stretch,
  type Suspension,
} from './suspension.ts';
export { makeSwitchboard, phaseInForce, type InForce, type Switchboard } from './switchboard.ts';
export { holdSwitchboard, OVER_KEPT_MS, type SwitchboardHolder } from './hold-switchboard.ts';
export { findPastSuspension, listPastSuspensions } from './past-suspensions.ts';
export {
  throwSuspension,
  type NewSuspension,
  type Thrown,
  type ThrowRefusal,
} from './throw-suspension.ts';
export {
  tightenSuspension,
  type Changed,
  type ChangeRefusal,
  type SuspensionChange,
} from './change-suspension.ts';
export {
  approvedChange,
  changeOf,
  kindOfChange,
  switchApprovals,
  type ApprovedChange,
} from './approve-changes.ts';
export { NOW_IS_IN_MS, type SwitchDesk } from './switch-desk.ts';
export { describeScope } from './describe-scope.ts';
export { operationsLeft } from './operations-left.ts';
export {
  concerns,
  judgeScope,
  merchantsUnder,
  namesOfScope,
  type NamedThing,
  type ScopeRefusal,
} from './scope.ts';
export { publicSuspension, stateOfSuspension, type SuspensionState } from './public-suspension.ts';
export {
  confirmSuspension,
  openTeller,
  TELLING_POLICY,
  type ConfirmRefusal,
  type Teller,
  type TellingTools,
} from './tell-sellers.ts';
export {
  saleOn,
  stateOfOffer,
  type OfferState,
  type SaleRoute,
  type StateOfOffer,
} from './state-of-offer.ts';
export {
  fallsUnder,
  routesUnder,
  salesUnder,
  type RouteFound,
  type RoutesUnder,
  type SalesUnder,
} from './routes-under.ts';
export { countTellings, listTellings } from './read-tellings.ts';
