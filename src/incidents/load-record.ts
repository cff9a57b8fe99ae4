import { present } from '../kernel/assert.ts';
import type { Connection, Queryable } from '../kernel/database/index.ts';
import type {
  Affected,
  AffectedStatus,
  ComponentChange,
  Impact,
  Incident,
  IncidentState,
  IncidentUpdate,
} from './incident.ts';
import {
  readAffected,
  readIncidents,
  readSystems,
  readUpdates,
  readVersion,
  type ReadAffectedRow,
  type ReadSystemsRow,
  type ReadUpdatesRow,
} from './read-incidents.sql.ts';
import type { Phase, System, SystemKind } from './system.ts';

/** What the tables say, of one version. */
export interface LoadedRecord {
  readonly version: number;
  readonly systems: readonly System[];
  readonly incidents: readonly Incident[];
}

/** Years of history for a server that has an incident a week; older ones stay in the tables. */
const OVER_MAX = 400;

/** One consistent reading: nothing that a version stands for is missing from it. */
export function loadRecord(connection: Connection): Promise<LoadedRecord> {
  return connection.transaction(readRecord, 'snapshot');
}

/** Inside a transaction that changes it, as it is after the change. */
export async function readRecord(on: Queryable): Promise<LoadedRecord> {
  const [versions, systems, incidents] = await Promise.all([
    readVersion(on),
    readSystems(on),
    readIncidents(on, { overMax: OVER_MAX }),
  ]);
  const incidentIds = incidents.map(({ incidentId }) => incidentId);
  const [affected, updates] = await Promise.all([
    readAffected(on, { incidentIds }),
    readUpdates(on, { incidentIds }),
  ]);
  const affectedOf = Map.groupBy(affected, ({ incidentId }) => incidentId);
  const updatesOf = Map.groupBy(updates, ({ incidentId }) => incidentId);
  return {
    version: Number(present(versions[0], 'there is one version').version),
    systems: systems.map(systemOf),
    incidents: incidents.map((row) => ({
      ...row,
      kind: row.kind as Incident['kind'], // incident_kind_known
      impact: row.impact as Impact,
      state: row.state as IncidentState,
      affected: (affectedOf.get(row.incidentId) ?? []).map(affectedFrom),
      updates: (updatesOf.get(row.incidentId) ?? []).map(updateOf),
    })),
  };
}

function systemOf(row: ReadSystemsRow): System {
  return { ...row, kind: row.kind as SystemKind, phases: row.phases as Phase[] };
}

function affectedFrom({ incidentId: _, ...row }: ReadAffectedRow): Affected {
  return { ...row, phase: row.phase as Phase, status: row.status as AffectedStatus };
}

function updateOf(row: ReadUpdatesRow): IncidentUpdate {
  return {
    ...row,
    state: row.state as IncidentState,
    changed: row.changed as readonly ComponentChange[],
  };
}
