/**
 * What the public is told: components (a system in one phase: buy, activate, redeem) arranged as one depends on
 * the other, incidents over several of them, maintenance, and suspensions, which publish themselves.
 *
 *   const incidents = await holdIncidents({ connection, clock, places });
 *   incidents.current().affecting({ issuerId, productId, chainId, phase: 'redeem', at });   // or null
 *
 * **Invariant.** What was told is never taken back: an update that was wrong gets another that corrects it, and
 * both stay to be read.
 * **Invariant.** `incidents.version` moves in the transaction of each change, which holds its lock: changes
 * happen one after the other, and every process notices each.
 * **Invariant.** The page is a pure function of what is known and an instant: it is made without a database, and
 * says since when nothing newer was heard.
 * **Invariant.** A machine proposes an incident; a person confirms it.
 * **Invariant.** An address that has not confirmed is written to once.
 *
 * Deliberately absent: markup of pages (`web`), what a suspension does (`suspensions`), and deleting.
 */
export { confirmWebhooks } from './confirm-webhooks.ts';
export {
  ADVICES,
  adviceOn,
  leastOf,
  worksBy,
  type Advice,
  type PhasesWork,
  type Works,
} from './advice.ts';
export {
  advanceMaintenance,
  openIncident,
  openIncidentOn,
  planMaintenance,
  updateIncident,
  type IncidentChanged,
  type IncidentDesk,
} from './change-record.ts';
export {
  addSystems,
  changeSystem,
  createSystem,
  missingSystems,
  type NewSystem,
  type SystemChange,
  type SystemRefusal,
} from './change-systems.ts';
export {
  editSystem,
  listSystems,
  makeSystem,
  type SystemEditDesk,
  type SystemEditRefusal,
} from './edit-systems.ts';
export type { ComponentTree, Whereabouts } from './component-tree.ts';
export type { IncidentRefusal, NewIncident, NewMaintenance, NewUpdate } from './decide-change.ts';
export {
  confirmProposal,
  dismissProposal,
  listProposals,
  type Proposal,
  type ProposalRefusal,
} from './decide-proposal.ts';
export {
  holdIncidents,
  incidentHolderOf,
  type IncidentHolder,
  type PublicRecord,
} from './hold-record.ts';
export {
  isOverAt,
  parseIncidentId,
  publicIncidentId,
  stateAt,
  statusAt,
  type Affected,
  type AffectedStatus,
  type ComponentStatus,
  type Impact,
  type Incident,
  type IncidentState,
  type IncidentUpdate,
} from './incident.ts';
export type { Sign } from './judge-jump.ts';
export { forgetObservations, keepObservations } from './keep-observations.ts';
export { createObserver, type Observer, type Seen, type SeenKind } from './observe.ts';
export { proposeIncidents, type Proposed, type ProposalFigures } from './propose-incidents.ts';
export { nextChangeAfter } from './next-change.ts';
export type { Attempt, Outage } from './outage.ts';
export { phasesStopped, type Stop } from './sale-grid.ts';
export { salePlacesOf, type SalePlaces } from './sale-places.ts';
export {
  componentKey,
  DOCUMENTS,
  statusDocument,
  type DocumentName,
  type DocumentPlace,
} from './status-document.ts';
export {
  viewStatus,
  type AdviceGroup,
  type ComponentLine,
  type IssuerStatus,
  type PlaceLine,
  type ProductLine,
  type PublicFacts,
  type StatusView,
} from './status-view.ts';
export {
  askSubscription,
  COMPONENTS_MAX,
  confirmSubscription,
  endByToken,
  findAsked,
  forgetUnanswered,
  type AskedSubscription,
  type Channel,
  type SubscribeRefusal,
  type SubscriptionParts,
  type WantedSubscription,
} from './subscribe.ts';
export {
  componentName,
  parseComponentName,
  PHASES,
  type ComponentName,
  type Phase,
  type System,
  type SystemKind,
} from './system.ts';
export {
  deliverTellings,
  tellOfSuspensions,
  tellPage,
  type TellingContent,
  type TellingParts,
} from './tell-subscribers.ts';
export {
  bodyIn,
  componentText,
  conditionsText,
  dayText,
  durationText,
  monthText,
  nameIn,
  overallText,
  secondText,
  sinceText,
  stopBody,
  stopScopeText,
  stopTitle,
  timeText,
  titleIn,
  type Named,
  type Names,
} from './wording.ts';
