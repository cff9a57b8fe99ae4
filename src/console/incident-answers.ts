/** Incidents as the console's application reads them. Pure. */
import type { z } from 'zod';
import {
  isOverAt,
  PHASES,
  publicIncidentId,
  stateAt,
  statusAt,
  type ComponentName,
  type ComponentStatus,
  type Incident,
  type Proposal,
  type PublicRecord,
  type System,
} from '../incidents/index.ts';
import { isoInstant, type Instant } from '../kernel/clock.ts';
import type {
  componentStatus,
  incidentList,
  incidentState,
  shownIncident,
  shownMaintenance,
  shownProposal,
} from './incident-contract.ts';
import type { NameOfActor } from './staff-names.ts';

const PAST_SHOWN = 50;
const PHASE_BITS = 4;

/** One number for a system in one of its phases: the application sends it back as it is. */
export function componentIdOf({ systemId, phase }: ComponentName): number {
  return systemId * PHASE_BITS + PHASES.indexOf(phase);
}

/** What is no component becomes a system that nobody has. */
export function componentOf(componentId: number): ComponentName {
  const phase = PHASES[componentId % PHASE_BITS];
  return { systemId: phase ? Math.floor(componentId / PHASE_BITS) : 0, phase: phase ?? 'buy' };
}

/** The record as it is, who its actors are, and when it is asked. */
export interface IncidentsShowing {
  readonly record: PublicRecord;
  readonly nameOf: NameOfActor;
  readonly now: Instant;
}

export function showIncidents(
  showing: IncidentsShowing,
  proposals: readonly Proposal[],
  issuerId: number,
): z.output<typeof incidentList> {
  const { record, now } = showing;
  const incidents = record.incidents.filter((each) => each.issuerId === issuerId).toReversed();
  const ofKind = (kind: Incident['kind']) => incidents.filter((each) => each.kind === kind);
  const shown = (which: readonly Incident[]) =>
    which.map((incident) => showIncident(showing, incident));
  const [over, open] = [
    ofKind('incident').filter((each) => isOverAt(each, now)),
    ofKind('incident').filter((each) => !isOverAt(each, now)),
  ];
  return {
    open: shown(open),
    past: shown(over.slice(0, PAST_SHOWN)),
    proposals: proposals.map((proposal) => showProposal(record, proposal)),
    maintenances: ofKind('maintenance')
      .slice(0, PAST_SHOWN)
      .map((incident) => showMaintenance(record, incident, now)),
    components: record.systems
      .filter((system) => system.issuerId === issuerId)
      .flatMap((system) =>
        system.phases.map((phase) =>
          showComponent(
            system,
            { systemId: system.systemId, phase },
            statusNow(record, system, phase, now),
          ),
        ),
      ),
  };
}

type ShownStatus = z.output<typeof componentStatus>;

/** Maintenance is told by its own list; here it counts as what it does: nothing works. */
const SHOWN_STATUS: Readonly<Record<ComponentStatus, ShownStatus>> = {
  operational: 'operational',
  under_maintenance: 'major_outage',
  degraded_performance: 'degraded',
  partial_outage: 'partial_outage',
  major_outage: 'major_outage',
};

function statusNow(
  { incidents }: PublicRecord,
  { systemId }: System,
  phase: ComponentName['phase'],
  now: Instant,
): ComponentStatus {
  for (const incident of incidents) {
    for (const affected of incident.affected) {
      if (affected.systemId !== systemId || affected.phase !== phase) continue;
      const status = statusAt(incident, affected, now);
      if (status !== null) return status;
    }
  }
  return 'operational';
}

function showComponent(
  system: Pick<System, 'nameJa' | 'nameEn'> | undefined,
  name: ComponentName,
  status: ComponentStatus,
) {
  return {
    componentId: componentIdOf(name),
    systemJa: system?.nameJa ?? '',
    systemEn: system?.nameEn ?? '',
    phase: name.phase,
    status: SHOWN_STATUS[status],
  };
}

function systemOf({ systems }: PublicRecord, systemId: number): System | undefined {
  return systems.find((each) => each.systemId === systemId);
}

function showIncident(
  { record, nameOf, now }: IncidentsShowing,
  incident: Incident,
): z.output<typeof shownIncident> {
  const { incidentId, titleJa, titleEn, startedAt, resolvedAt } = incident;
  return {
    incidentId,
    titleJa,
    titleEn,
    state: incident.state as z.output<typeof incidentState>, // incident_state_of_its_kind
    startedAt: isoInstant(startedAt),
    resolvedAt: resolvedAt === null ? null : isoInstant(resolvedAt),
    components: incident.affected.map((affected) => ({
      ...showComponent(
        systemOf(record, affected.systemId),
        affected,
        statusAt(incident, affected, now) ?? 'operational',
      ),
      startedAt: isoInstant(affected.startedAt),
      recoveredAt: affected.recoveredAt === null ? null : isoInstant(affected.recoveredAt),
    })),
    updates: incident.updates.toReversed().map((update) => ({
      updateId: update.updateId,
      state: update.state as z.output<typeof incidentState>,
      textJa: update.bodyJa,
      textEn: update.bodyEn,
      at: isoInstant(update.shownAt),
      by: nameOf(update.recordedBy),
      corrects: update.correctsId,
    })),
    publicPath: `/status/incidents/${publicIncidentId(incidentId)}`,
  };
}

const MAINTENANCE_STATES: Readonly<
  Partial<Record<Incident['state'], z.output<typeof shownMaintenance>['state']>>
> = {
  scheduled: 'scheduled',
  in_progress: 'in_progress',
  verifying: 'in_progress',
  cancelled: 'cancelled',
};

function showMaintenance(
  record: PublicRecord,
  incident: Incident,
  now: Instant,
): z.output<typeof shownMaintenance> {
  const { incidentId, titleJa, titleEn, startedAt, plannedUntil, updates } = incident;
  const [first] = updates;
  return {
    maintenanceId: incidentId,
    titleJa,
    titleEn,
    textJa: first?.bodyJa ?? '',
    textEn: first?.bodyEn ?? '',
    startsAt: isoInstant(startedAt),
    endsAt: isoInstant(plannedUntil ?? startedAt),
    state: MAINTENANCE_STATES[stateAt(incident, now)] ?? 'completed',
    components: incident.affected.map((affected) =>
      showComponent(
        systemOf(record, affected.systemId),
        affected,
        statusAt(incident, affected, now) ?? 'operational',
      ),
    ),
  };
}

function showProposal(record: PublicRecord, proposal: Proposal): z.output<typeof shownProposal> {
  const { proposalId, systemIds, phase, since, figures, sign } = proposal;
  const systems = systemIds.flatMap((systemId) => systemOf(record, systemId) ?? []);
  const kind = systems[0]?.kind ?? 'chain';
  const perMinute = (count: (each: (typeof figures.places)[number]) => number) =>
    figures.places.reduce((sum, each) => sum + count(each), 0) / Math.max(1, figures.minutes);
  const counted = (counts: { approved: number; failed: number; signedOff: number } | null) => {
    if (counts === null) return 0;
    if (sign === 'sign_offs') return counts.signedOff;
    return sign === 'silence' ? counts.approved + counts.failed : counts.failed;
  };
  return {
    proposalId,
    scopeJa: systems.map(({ nameJa }) => nameJa).join('、'),
    scopeEn: systems.map(({ nameEn }) => nameEn).join(', '),
    scopeKind: kind === 'issuer' || kind === 'aggregator' ? kind : 'chain',
    since: isoInstant(since),
    seenPerMinute: perMinute(({ seen }) => counted(seen)),
    usualPerMinute: perMinute(({ usual }) => counted(usual)),
    causes: figures.causes.map((each) => ({ ...each })),
    componentIds: systemIds.map((systemId) => componentIdOf({ systemId, phase })),
  };
}
