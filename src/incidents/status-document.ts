/**
 * The public record for machines, in the usual convention of status pages (`/api/v2/summary.json` and its
 * sisters; docs/protocols/status.md). What the convention does not know stands beside it under names of ours.
 */
import { isoInstant, type Instant } from '../kernel/clock.ts';
import { textOf, type Locale } from '../kernel/locale.ts';
import { publicIncidentId, stateAt, type Incident, type IncidentUpdate } from './incident.ts';
import { phasesStopped, type Stop } from './sale-grid.ts';
import type { ComponentLine, StatusView } from './status-view.ts';
import type { Phase, System } from './system.ts';
import {
  bodyIn,
  componentText,
  conditionsText,
  nameIn,
  overallText,
  stopBody,
  stopScopeText,
  stopTitle,
  titleIn,
  type Names,
} from './wording.ts';

export interface DocumentPlace {
  readonly locale: Locale;
  readonly origin: string; // https://example.jp
  readonly zone: string;
  readonly names: Names;
  readonly changedAt: Instant;
  readonly confirmedAt: Instant; // when the database last confirmed it
}

export const DOCUMENTS = [
  'summary',
  'status',
  'components',
  'incidents',
  'incidents/unresolved',
  'scheduled-maintenances',
  'scheduled-maintenances/active',
  'scheduled-maintenances/upcoming',
] as const;
export type DocumentName = (typeof DOCUMENTS)[number];

const PAGE_ID = 'kinken';
const INCIDENTS_MAX = 50;
const STOPS_MAX = 500;

export function statusDocument(name: DocumentName, view: StatusView, place: DocumentPlace): object {
  const page = pageOf(place);
  const incidents = (which: readonly Incident[]) =>
    which.slice(0, INCIDENTS_MAX).map((incident) => incidentOf(incident, view, place));
  const unresolved = () => [...incidents(view.open), ...stopIncidents(view, place)];
  const status = { indicator: view.indicator, description: overallText(place.locale, view) };
  switch (name) {
    case 'status':
      return { page, status };
    case 'components':
      return { page, components: componentsOf(view, place) };
    case 'incidents':
      return { page, incidents: [...unresolved(), ...incidents(view.past.filter(isIncident))] };
    case 'incidents/unresolved':
      return { page, incidents: unresolved() };
    case 'scheduled-maintenances':
      return {
        page,
        scheduled_maintenances: incidents([
          ...view.maintenances,
          ...view.past.filter((each) => !isIncident(each)),
        ]),
      };
    case 'scheduled-maintenances/active':
      return {
        page,
        scheduled_maintenances: incidents(
          view.maintenances.filter(({ startedAt }) => startedAt <= view.at),
        ),
      };
    case 'scheduled-maintenances/upcoming':
      return {
        page,
        scheduled_maintenances: incidents(
          view.maintenances.filter(({ startedAt }) => startedAt > view.at),
        ),
      };
    case 'summary':
      return {
        page,
        status,
        components: componentsOf(view, place),
        incidents: unresolved(),
        scheduled_maintenances: incidents(view.maintenances),
        suspensions: stopsOf(view, place),
      };
  }
}

/** `hana.lawson.buy`: a component by names that do not change. */
export function componentKey(system: System, phase: Phase, names: Names): string {
  return `${names.issuers.get(system.issuerId)?.key ?? system.issuerId}.${system.key}.${phase}`;
}

function isIncident({ kind }: Incident): boolean {
  return kind === 'incident';
}

function pageOf({ origin, zone, changedAt, confirmedAt, locale }: DocumentPlace): object {
  return {
    id: PAGE_ID,
    name: textOf(locale, 'status.title'),
    url: `${origin}/status`,
    time_zone: zone,
    updated_at: isoInstant(changedAt),
    checked_at: isoInstant(confirmedAt),
  };
}

/** Each system is a group, each of its phases a component in it. */
function componentsOf(view: StatusView, place: DocumentPlace): object[] {
  const bySystem = Map.groupBy(view.components, ({ system }) => system);
  let position = 0;
  return [...bySystem].flatMap(([system, lines]) => {
    const groupId = systemKey(system, place.names);
    const statuses = lines.map((line) => componentOf(line, view, place, (position += 1)));
    const group = {
      id: groupId,
      name: nameIn(place.locale, system),
      status: worst(lines),
      kind: system.kind,
      position: (position += 1),
      group: true,
      group_id: null,
      components: lines.map(({ phase }) => componentKey(system, phase, place.names)),
      page_id: PAGE_ID,
    };
    return [group, ...statuses];
  });
}

function systemKey(system: System, names: Names): string {
  return `${names.issuers.get(system.issuerId)?.key ?? system.issuerId}.${system.key}`;
}

const ORDER = [
  'operational',
  'under_maintenance',
  'degraded_performance',
  'partial_outage',
  'major_outage',
] as const;

function worst(lines: readonly ComponentLine[]): string {
  const at = Math.max(...lines.map(({ status }) => ORDER.indexOf(status)));
  return ORDER[at] ?? 'operational';
}

function componentOf(
  line: ComponentLine,
  view: StatusView,
  place: DocumentPlace,
  position: number,
): object {
  const { system, phase, status, since, from, incidents } = line;
  return {
    id: componentKey(system, phase, place.names),
    name: componentText(place.locale, system, phase),
    status,
    phase,
    group: false,
    group_id: systemKey(system, place.names),
    position,
    showcase: true,
    only_show_if_degraded: false,
    description: adviceText(line, view, place),
    start_date: null,
    since: since === null ? null : isoInstant(since),
    caused_by: from === null ? null : systemKey(from, place.names),
    incident_ids: incidents.map(({ incidentId }) => publicIncidentId(incidentId)),
    page_id: PAGE_ID,
  };
}

/** What a customer should do at a place of purchase; null where it is no place to buy. */
function adviceText(
  { system }: ComponentLine,
  view: StatusView,
  { locale }: DocumentPlace,
): string | null {
  for (const { places } of view.issuers) {
    const line = places.find((each) => each.system === system);
    if (line !== undefined) return textOf(locale, `advice.${line.advice}.do`);
  }
  return null;
}

function incidentOf(incident: Incident, view: StatusView, place: DocumentPlace): object {
  const { incidentId, startedAt, plannedUntil, resolvedAt, updates } = incident;
  const newest = updates.at(-1);
  const monitoring = updates.findLast(({ state }) => state === 'monitoring');
  const state = stateAt(incident, view.at);
  const isOverByTime = incident.resolvedAt === null && state === 'completed';
  return {
    id: publicIncidentId(incidentId),
    name: titleIn(place.locale, incident),
    status: state,
    impact: incident.kind === 'maintenance' ? 'maintenance' : incident.impact,
    shortlink: `${place.origin}/status/incidents/${publicIncidentId(incidentId)}`,
    created_at: isoInstant(incident.openedAt),
    updated_at: isoInstant(newest?.shownAt ?? incident.openedAt),
    started_at: isoInstant(startedAt),
    monitoring_at: monitoring ? isoInstant(monitoring.shownAt) : null,
    resolved_at: resolvedAt === null ? (isOverByTime ? iso(plannedUntil) : null) : iso(resolvedAt),
    next_update_at: iso(incident.nextLookAt),
    ...(plannedUntil !== null && {
      scheduled_for: isoInstant(startedAt),
      scheduled_until: isoInstant(plannedUntil),
    }),
    page_id: PAGE_ID,
    incident_updates: updates.toReversed().map((update) => updateOf(update, updates, view, place)),
    components: incident.affected.flatMap(({ systemId, phase, status, ...times }) => {
      const line = view.components.find(
        (each) => each.system.systemId === systemId && each.phase === phase,
      );
      if (line === undefined) return [];
      return [
        {
          id: componentKey(line.system, phase, place.names),
          name: componentText(place.locale, line.system, phase),
          status: line.status,
          affected_status: status,
          started_at: isoInstant(times.startedAt),
          recovered_at: iso(times.recoveredAt),
        },
      ];
    }),
  };
}

function updateOf(
  update: IncidentUpdate,
  updates: readonly IncidentUpdate[],
  view: StatusView,
  { locale, names }: DocumentPlace,
): object {
  const corrected = updates.find(({ correctsId }) => correctsId === update.updateId);
  return {
    id: `upd_${update.updateId}`,
    incident_id: publicIncidentId(update.incidentId),
    status: update.state,
    body: bodyIn(locale, update),
    created_at: isoInstant(update.recordedAt),
    updated_at: isoInstant(update.recordedAt),
    display_at: isoInstant(update.shownAt),
    corrects: update.correctsId === null ? null : `upd_${update.correctsId}`,
    corrected_by: corrected === undefined ? null : `upd_${corrected.updateId}`,
    affected_components: update.changed.flatMap(({ systemId, phase, from, to }) => {
      const line = view.components.find((each) => each.system.systemId === systemId);
      if (line === undefined) return [];
      return [
        {
          code: componentKey(line.system, phase, names),
          name: componentText(locale, line.system, phase),
          old_status: from,
          new_status: to,
        },
      ];
    }),
  };
}

function stopsOf(view: StatusView, place: DocumentPlace): object[] {
  const { locale, names } = place;
  const keyOf = (named: { readonly key: string } | undefined) => named?.key ?? null;
  return view.stops.slice(0, STOPS_MAX).map((stop) => {
    const { suspension, phase } = stop;
    const { scope } = suspension;
    return {
      id: stopId(stop),
      state: phase.effect === 'conditions' ? 'resumed_with_conditions' : phase.effect,
      name: stopTitle(locale, stop, names),
      what: stopScopeText(locale, stop, names),
      text: stopBody(locale, stop),
      since: isoInstant(phase.startsAt),
      since_precision: suspension.precision,
      announced: suspension.announcedText,
      expected_end: iso(phase.expectedEnd),
      criteria: phase.criteria === '' ? null : phase.criteria,
      conditions: conditionsText(locale, stop),
      phases: phasesStopped(scope.operations),
      operations: scope.operations,
      issuer: keyOf(names.issuers.get(scope.issuerId)),
      programme: keyOf(names.programmes.get(scope.programmeId)),
      product: keyOf(names.products.get(scope.productId)),
      seller: keyOf(names.sellers.get(scope.sellerId)),
      chain: keyOf(names.chains.get(scope.chainId)),
      aggregator: keyOf(names.aggregators.get(scope.aggregatorId)),
      tender: keyOf(names.tenders.get(scope.tenderId)),
      merchant: keyOf(names.merchants.get(scope.merchantId)),
    };
  });
}

function stopId({ suspension }: Stop): string {
  return `sus_${suspension.suspensionId}`;
}

/** Readers of the convention know no suspensions: they are told of them as incidents, until they are lifted. */
function stopIncidents(view: StatusView, place: DocumentPlace): object[] {
  return view.stops
    .filter(({ phase }) => phase.effect === 'stopped')
    .slice(0, STOPS_MAX)
    .map((stop) => {
      const at = isoInstant(stop.phase.startsAt);
      const id = stopId(stop);
      return {
        id,
        name: stopTitle(place.locale, stop, place.names),
        status: 'identified',
        impact: 'minor',
        shortlink: `${place.origin}/status#${id}`,
        created_at: isoInstant(stop.suspension.thrownAt),
        updated_at: at,
        started_at: at,
        monitoring_at: null,
        resolved_at: null,
        page_id: PAGE_ID,
        incident_updates: [
          {
            id: `${id}.${stop.phase.phaseNo}`,
            incident_id: id,
            status: 'identified',
            body: stopBody(place.locale, stop),
            created_at: at,
            updated_at: at,
            display_at: at,
            affected_components: [],
          },
        ],
        components: [],
      };
    });
}

function iso(instant: Instant | null): string | null {
  return instant === null ? null : isoInstant(instant);
}
