import type { Instant } from '../kernel/clock.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import {
  INCIDENT_STATES,
  MAINTENANCE_STATES,
  STATES_OVER,
  statusAt,
  worstOf,
  type Affected,
  type ComponentChange,
  type ComponentStatus,
  type Impact,
  type Incident,
  type IncidentState,
  type IncidentUpdate,
} from './incident.ts';
import type { LoadedRecord } from './load-record.ts';
import { componentName, type ComponentName } from './system.ts';

export interface NewIncident {
  readonly titleJa: string;
  readonly titleEn: string;
  readonly state: IncidentState;
  readonly bodyJa: string;
  readonly bodyEn: string;
  readonly affected: readonly Affected[];
  readonly nextLookAt: Instant | null;
  readonly impact?: Impact; // else by the worst of what is affected
}

export interface NewMaintenance {
  readonly titleJa: string;
  readonly titleEn: string;
  readonly bodyJa: string;
  readonly bodyEn: string;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly components: readonly ComponentName[];
}

export interface NewUpdate {
  readonly state: IncidentState;
  readonly bodyJa: string;
  readonly bodyEn: string;
  readonly correctsId: number | null;
  readonly affected: readonly Affected[]; // those whose times or status change
  readonly nextLookAt: Instant | null;
}

/** Listed in the order they are checked. */
export type IncidentRefusal =
  | 'incident_not_found'
  | 'state_not_possible'
  | 'component_not_found'
  | 'component_twice'
  | 'times_not_possible'
  | 'update_not_found'
  | 'already_corrected';

/** What is written: the incident as it is afterwards, the components that changed, and the words. */
export interface Decided {
  readonly incident: Incident;
  readonly isNew: boolean;
  readonly affected: readonly Affected[];
  readonly update: Pick<IncidentUpdate, 'state' | 'bodyJa' | 'bodyEn' | 'changed' | 'correctsId'>;
}

interface Desk {
  readonly issuerId: number;
  readonly now: Instant;
}

/** Clocks of people's machines differ: this much of the future is taken for now. */
const AHEAD_MAX_MS = 60_000;
const PLANNED_MAX_MS = 366 * 86_400_000;

export function decideNewIncident(
  record: LoadedRecord,
  { issuerId, now }: Desk,
  wanted: NewIncident,
): Result<Decided, IncidentRefusal> {
  if (!isOf(INCIDENT_STATES, wanted.state)) return refused('state_not_possible');
  const refusal = judgeComponents(record, issuerId, wanted.affected);
  if (refusal !== null) return refused(refusal);
  if (!wanted.affected.every((each) => areTimesPossible(each, now))) {
    return refused('times_not_possible');
  }
  const isOver = STATES_OVER.has(wanted.state);
  const affected = isOver ? recovered(wanted.affected, now) : wanted.affected;
  const { titleJa, titleEn, state, nextLookAt } = wanted;
  const incident: Incident = {
    incidentId: 0,
    issuerId,
    kind: 'incident',
    titleJa,
    titleEn,
    impact: wanted.impact ?? impactOf(affected),
    state,
    startedAt: Math.min(now, ...affected.map(({ startedAt }) => startedAt)),
    plannedUntil: null,
    nextLookAt: isOver ? null : nextLookAt,
    openedAt: now,
    resolvedAt: isOver ? now : null,
    affected,
    updates: [],
  };
  const changed = affected.map((each) => changeOf('operational', each, incident, now));
  return accepted({
    incident,
    isNew: true,
    affected,
    update: { ...wordsOf(wanted), changed: realChanges(changed), correctsId: null },
  });
}

export function decideNewMaintenance(
  record: LoadedRecord,
  { issuerId, now }: Desk,
  wanted: NewMaintenance,
): Result<Decided, IncidentRefusal> {
  const { startsAt, endsAt, titleJa, titleEn } = wanted;
  const refusal = judgeComponents(record, issuerId, wanted.components);
  if (refusal !== null) return refused(refusal);
  const isPossible = startsAt >= now && endsAt > startsAt && endsAt <= now + PLANNED_MAX_MS;
  if (!isPossible) return refused('times_not_possible');
  const affected: Affected[] = wanted.components.map(({ systemId, phase }) => ({
    systemId,
    phase,
    status: 'under_maintenance',
    startedAt: startsAt,
    recoveredAt: null,
  }));
  const incident: Incident = {
    incidentId: 0,
    issuerId,
    kind: 'maintenance',
    titleJa,
    titleEn,
    impact: 'none',
    state: 'scheduled',
    startedAt: startsAt,
    plannedUntil: endsAt,
    nextLookAt: null,
    openedAt: now,
    resolvedAt: null,
    affected,
    updates: [],
  };
  const update = { ...wordsOf({ ...wanted, state: 'scheduled' }), changed: [], correctsId: null };
  return accepted({ incident, isNew: true, affected, update });
}

export function decideUpdate(
  record: LoadedRecord,
  { issuerId, now }: Desk,
  incidentId: number,
  wanted: NewUpdate,
): Result<Decided, IncidentRefusal> {
  const before = record.incidents.find((each) => each.incidentId === incidentId);
  if (before?.issuerId !== issuerId) return refused('incident_not_found');
  const states = before.kind === 'incident' ? INCIDENT_STATES : MAINTENANCE_STATES;
  const isReopened = STATES_OVER.has(before.state) && !STATES_OVER.has(wanted.state);
  if (!isOf(states, wanted.state)) return refused('state_not_possible');
  if (before.kind === 'maintenance' && isReopened) return refused('state_not_possible');
  const refusal = judgeComponents(record, issuerId, wanted.affected);
  if (refusal !== null) return refused(refusal);
  if (!wanted.affected.every((each) => areTimesPossible(each, now))) {
    return refused('times_not_possible');
  }
  const wrong = judgeCorrection(before, wanted.correctsId);
  if (wrong !== null) return refused(wrong);
  // After this point it must succeed.
  const isOver = STATES_OVER.has(wanted.state);
  const told = merged(before.affected, wanted.affected);
  const after = isOver ? recovered(told, now) : told;
  const incident: Incident = {
    ...before,
    state: wanted.state,
    impact: before.kind === 'maintenance' ? 'none' : worseImpact(before.impact, impactOf(after)),
    startedAt: Math.min(before.startedAt, ...after.map(({ startedAt }) => startedAt)),
    nextLookAt: isOver ? null : wanted.nextLookAt,
    resolvedAt: isOver ? (before.resolvedAt ?? now) : null,
    affected: after,
  };
  const changed = after.map((each) => {
    const known = before.affected.find((one) => componentName(one) === componentName(each));
    const from = known === undefined ? null : statusAt(before, known, now - 1);
    return changeOf(from ?? 'operational', each, incident, now);
  });
  return accepted({
    incident,
    isNew: false,
    affected: after,
    update: {
      ...wordsOf(wanted),
      changed: realChanges(changed),
      correctsId: wanted.correctsId,
    },
  });
}

function judgeComponents(
  { systems }: LoadedRecord,
  issuerId: number,
  components: readonly ComponentName[],
): IncidentRefusal | null {
  for (const { systemId, phase } of components) {
    const system = systems.find((each) => each.systemId === systemId);
    if (system?.issuerId !== issuerId || !system.phases.includes(phase)) {
      return 'component_not_found';
    }
  }
  const names = new Set(components.map(componentName));
  return names.size === components.length ? null : 'component_twice';
}

function areTimesPossible({ startedAt, recoveredAt }: Affected, now: Instant): boolean {
  const latest = now + AHEAD_MAX_MS;
  if (startedAt > latest) return false;
  return recoveredAt === null || (recoveredAt >= startedAt && recoveredAt <= latest);
}

function judgeCorrection({ updates }: Incident, correctsId: number | null): IncidentRefusal | null {
  if (correctsId === null) return null;
  if (!updates.some(({ updateId }) => updateId === correctsId)) return 'update_not_found';
  const isCorrected = updates.some((update) => update.correctsId === correctsId);
  return isCorrected ? 'already_corrected' : null;
}

function merged(before: readonly Affected[], changes: readonly Affected[]): readonly Affected[] {
  const all = new Map(before.map((each) => [componentName(each), each]));
  for (const each of changes) all.set(componentName(each), each);
  return [...all.values()];
}

/** What is over is over for all that it touched. */
function recovered(affected: readonly Affected[], now: Instant): readonly Affected[] {
  return affected.map((each) => ({
    ...each,
    recoveredAt: each.recoveredAt ?? Math.max(now, each.startedAt),
  }));
}

function changeOf(
  from: ComponentStatus,
  affected: Affected,
  incident: Incident,
  now: Instant,
): ComponentChange {
  const { systemId, phase } = affected;
  return { systemId, phase, from, to: statusAt(incident, affected, now) ?? 'operational' };
}

function realChanges(changes: readonly ComponentChange[]): readonly ComponentChange[] {
  return changes.filter(({ from, to }) => from !== to);
}

function impactOf(affected: readonly Affected[]): Impact {
  const worst = worstOf(affected.map(({ status }) => status));
  return worst === 'major_outage' ? 'major' : 'minor';
}

function worseImpact(one: Impact, other: Impact): Impact {
  const order: readonly Impact[] = ['none', 'minor', 'major', 'critical'];
  return order.indexOf(one) >= order.indexOf(other) ? one : other;
}

function wordsOf<State extends IncidentState>({
  state,
  bodyJa,
  bodyEn,
}: {
  readonly state: State;
  readonly bodyJa: string;
  readonly bodyEn: string;
}) {
  return { state, bodyJa, bodyEn };
}

function isOf(states: readonly IncidentState[], state: IncidentState): boolean {
  return states.includes(state);
}
