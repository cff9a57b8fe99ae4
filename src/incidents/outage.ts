import type { Instant } from '../kernel/clock.ts';
import { isPhaseOf, statusAt, type AffectedStatus, type Incident } from './incident.ts';
import type { ComponentTree, Whereabouts } from './component-tree.ts';
import type { Phase } from './system.ts';

/** Where, in which phase and when: what somebody tried. */
export interface Attempt extends Whereabouts {
  readonly phase: Phase;
  readonly at: Instant;
}

/** What an outage means to whoever meets it: nothing of it is the customer's fault. */
export interface Outage {
  readonly incident: Incident;
  readonly phase: Phase;
  readonly status: AffectedStatus;
  readonly since: Instant; // of the component that stands in the way
  readonly nextLookAt: Instant | null; // when the public is told again
}

/** The incident that stands in the way of an attempt; of several the worst, of equals the earliest. */
export function findOutage(
  incidents: readonly Incident[],
  tree: ComponentTree,
  attempt: Attempt,
): Outage | null {
  const open = incidents.filter((incident) => isOpenFor(incident, attempt));
  if (open.length === 0) return null; // nearly always: a door asks at every look-up by code
  const route = tree.route(attempt, attempt.phase);
  let found: Outage | null = null;
  for (const incident of open) {
    for (const affected of incident.affected) {
      if (!route.some(({ systemId }) => isPhaseOf(affected, systemId, attempt.phase))) continue;
      const status = statusAt(incident, affected, attempt.at);
      if (status === null) continue;
      const outage = {
        incident,
        phase: attempt.phase,
        status,
        since: affected.startedAt,
        nextLookAt: incident.nextLookAt,
      };
      if (found === null || isWorse(outage, found)) found = outage;
    }
  }
  return found;
}

function isOpenFor(incident: Incident, { issuerId, at }: Attempt): boolean {
  const { startedAt, resolvedAt } = incident;
  if (incident.issuerId !== issuerId || at < startedAt) return false;
  return resolvedAt === null || at < resolvedAt;
}

const ORDER: Readonly<Record<AffectedStatus, number>> = {
  major_outage: 3,
  partial_outage: 2,
  degraded_performance: 1,
  under_maintenance: 4, // known beforehand, so it is the whole story
};

function isWorse(one: Outage, other: Outage): boolean {
  if (one.status !== other.status) return ORDER[one.status] > ORDER[other.status];
  return one.since < other.since;
}
