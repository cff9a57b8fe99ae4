import type { Instant } from '../kernel/clock.ts';
import type { ComponentName, Phase } from './system.ts';

/** As the usual convention of status pages writes them. Listed from the least to the worst. */
export const COMPONENT_STATUSES = [
  'operational',
  'under_maintenance',
  'degraded_performance',
  'partial_outage',
  'major_outage',
] as const;
export type ComponentStatus = (typeof COMPONENT_STATUSES)[number];
export type AffectedStatus = Exclude<ComponentStatus, 'operational'>;

export const IMPACTS = ['none', 'minor', 'major', 'critical'] as const;
export type Impact = (typeof IMPACTS)[number];

export const INCIDENT_STATES = [
  'investigating',
  'identified',
  'monitoring',
  'resolved',
  'postmortem',
] as const;
export const MAINTENANCE_STATES = [
  'scheduled',
  'in_progress',
  'verifying',
  'completed',
  'cancelled',
] as const;
export type IncidentState = (typeof INCIDENT_STATES)[number] | (typeof MAINTENANCE_STATES)[number];

/** Nothing is under way any more. A post-mortem is written behind the end. */
export const STATES_OVER: ReadonlySet<IncidentState> = new Set([
  'resolved',
  'postmortem',
  'completed',
  'cancelled',
]);

/** A component inside an incident, with its own start and recovery. */
export interface Affected extends ComponentName {
  readonly status: AffectedStatus;
  readonly startedAt: Instant;
  readonly recoveredAt: Instant | null;
}

/** What became of a component by an update. */
export interface ComponentChange extends ComponentName {
  readonly from: ComponentStatus;
  readonly to: ComponentStatus;
}

/** What the public was told at an instant. One that was wrong is corrected by another and stays visible. */
export interface IncidentUpdate {
  readonly updateId: number;
  readonly incidentId: number;
  readonly state: IncidentState;
  readonly bodyJa: string;
  readonly bodyEn: string;
  readonly changed: readonly ComponentChange[];
  readonly shownAt: Instant;
  readonly recordedAt: Instant;
  readonly recordedBy: string;
  readonly correctsId: number | null;
}

export interface Incident {
  readonly incidentId: number;
  readonly issuerId: number;
  readonly kind: 'incident' | 'maintenance';
  readonly titleJa: string;
  readonly titleEn: string;
  readonly impact: Impact;
  readonly state: IncidentState;
  readonly startedAt: Instant; // of maintenance: when it is to begin
  readonly plannedUntil: Instant | null; // of maintenance
  readonly nextLookAt: Instant | null; // when the public is told again
  readonly openedAt: Instant;
  readonly resolvedAt: Instant | null;
  readonly affected: readonly Affected[];
  readonly updates: readonly IncidentUpdate[]; // the oldest first
}

/** Maintenance begins and ends as it was announced, whoever looks; the rows follow within seconds. */
export function stateAt(incident: Incident, at: Instant): IncidentState {
  const { kind, state, startedAt, plannedUntil } = incident;
  if (kind === 'incident' || STATES_OVER.has(state)) return state;
  if (plannedUntil !== null && at >= plannedUntil) return 'completed';
  return at >= startedAt && state === 'scheduled' ? 'in_progress' : state;
}

export function isOverAt(incident: Incident, at: Instant): boolean {
  if (incident.kind === 'maintenance') return STATES_OVER.has(stateAt(incident, at));
  return incident.resolvedAt !== null && incident.resolvedAt <= at;
}

/** What is wrong with a component at an instant because of this incident; null: nothing. */
export function statusAt(
  incident: Incident,
  affected: Affected,
  at: Instant,
): AffectedStatus | null {
  if (at < affected.startedAt) return null;
  if (affected.recoveredAt !== null && at >= affected.recoveredAt) return null;
  return isOverAt(incident, at) ? null : affected.status;
}

export function worstOf(statuses: Iterable<ComponentStatus>): ComponentStatus {
  let worst = 0;
  for (const status of statuses) worst = Math.max(worst, COMPONENT_STATUSES.indexOf(status));
  return COMPONENT_STATUSES[worst] ?? 'operational';
}

export function isPhaseOf(affected: ComponentName, systemId: number, phase: Phase): boolean {
  return affected.systemId === systemId && affected.phase === phase;
}

/** `inc_12`: what the public calls an incident. */
export function publicIncidentId(incidentId: number): string {
  return `inc_${incidentId}`;
}

/** Null for what `publicIncidentId` would not have written. */
export function parseIncidentId(text: string): number | null {
  const found = /^inc_([1-9][0-9]{0,8})$/.exec(text);
  return found && Number(found[1]);
}
