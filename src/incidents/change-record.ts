import { present } from '../kernel/assert.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Connection, Queryable } from '../kernel/database/index.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import {
  changeIncident,
  insertIncident,
  insertTelling,
  insertUpdate,
  moveVersion,
  putAffected,
} from './change-record.sql.ts';
import {
  decideNewIncident,
  decideNewMaintenance,
  decideUpdate,
  type Decided,
  type IncidentRefusal,
  type NewIncident,
  type NewMaintenance,
  type NewUpdate,
} from './decide-change.ts';
import { type Incident, stateAt } from './incident.ts';
import { readRecord, type LoadedRecord } from './load-record.ts';
import { componentName } from './system.ts';

/** Whoever changes what the public is told. */
export interface IncidentDesk {
  readonly connection: Connection;
  readonly issuerId: number;
  readonly by: string; // `operator:<id>`; `schedule` for what was announced and has come
  readonly now: Instant;
  /** Written in the same transaction, behind the change: its row in the audit trail. */
  record?(on: Queryable, changed: IncidentChanged): Promise<void>;
}

export interface IncidentChanged {
  readonly incidentId: number;
  readonly updateId: number;
}

type Changed = Result<IncidentChanged, IncidentRefusal>;

/** Opens an incident with its first update. Whoever wants to be told of it is told. */
export function openIncident(desk: IncidentDesk, wanted: NewIncident): Promise<Changed> {
  return change(desk, (record) => decideNewIncident(record, desk, wanted));
}

/** Opens one inside a transaction of the caller's, who moves no version of his own. */
export function openIncidentOn(
  on: Queryable,
  desk: Omit<IncidentDesk, 'connection'>,
  wanted: NewIncident,
): Promise<Changed> {
  return changeOn(on, desk, (record) => decideNewIncident(record, desk, wanted));
}

export function planMaintenance(desk: IncidentDesk, wanted: NewMaintenance): Promise<Changed> {
  return change(desk, (record) => decideNewMaintenance(record, desk, wanted));
}

/** The next word on an incident or maintenance; with `correctsId` it puts an earlier one right. */
export function updateIncident(
  desk: IncidentDesk,
  incidentId: number,
  wanted: NewUpdate,
): Promise<Changed> {
  return change(desk, (record) => decideUpdate(record, desk, incidentId, wanted));
}

/** Writes down that maintenance has begun or ended, as was announced. Twice is once. */
export async function advanceMaintenance(
  desk: Omit<IncidentDesk, 'issuerId'>,
  due: readonly Incident[],
  words: (state: 'in_progress' | 'completed') => { bodyJa: string; bodyEn: string },
): Promise<number> {
  let advanced = 0;
  for (const { incidentId, issuerId } of due) {
    const changed = await change({ ...desk, issuerId }, (record) => {
      const incident = record.incidents.find((each) => each.incidentId === incidentId);
      if (incident === undefined) return refused('incident_not_found');
      const state = stateAt(incident, desk.now);
      if (state === incident.state) return refused('state_not_possible'); // another process did it
      if (state !== 'in_progress' && state !== 'completed') return refused('state_not_possible');
      return decideUpdate(record, { ...desk, issuerId }, incidentId, {
        state,
        ...words(state),
        correctsId: null,
        affected: [],
        nextLookAt: incident.nextLookAt,
      });
    });
    if (changed.ok) advanced += 1;
  }
  return advanced;
}

function change(
  desk: IncidentDesk,
  decide: (record: LoadedRecord) => Result<Decided, IncidentRefusal>,
): Promise<Changed> {
  return desk.connection
    .transaction(async (on) => {
      const changed = await changeOn(on, desk, decide);
      if (!changed.ok) throw new Refused(changed); // and the version has not moved
      return changed;
    })
    .catch((error: unknown) => {
      if (error instanceof Refused) return error.changed;
      throw error;
    });
}

/** Carries a refusal out of a transaction, which is rolled back. */
class Refused extends Error {
  override readonly name = 'Refused';
  readonly changed: Changed;

  constructor(changed: Changed) {
    super('refused');
    this.changed = changed;
  }
}

async function changeOn(
  on: Queryable,
  desk: Omit<IncidentDesk, 'connection'>,
  decide: (record: LoadedRecord) => Result<Decided, IncidentRefusal>,
): Promise<Changed> {
  await moveVersion(on);
  const decided = decide(await readRecord(on));
  if (!decided.ok) return decided;
  const changed = await write(on, desk, decided.value);
  await desk.record?.(on, changed);
  return accepted(changed);
}

async function write(
  on: Queryable,
  { issuerId, by, now }: Omit<IncidentDesk, 'connection'>,
  { incident, isNew, affected, update }: Decided,
): Promise<IncidentChanged> {
  const { incidentId: known, ...rest } = incident;
  const incidentId = isNew ? await insertNew(on, rest, by) : known;
  if (!isNew) await changeIncident(on, incident);
  if (affected.length > 0) {
    await putAffected(on, {
      incidentId,
      systemIds: affected.map(({ systemId }) => systemId),
      phases: affected.map(({ phase }) => phase),
      statuses: affected.map(({ status }) => status),
      startedAts: affected.map(({ startedAt }) => startedAt),
      recoveredAts: affected.map(({ recoveredAt }) => recoveredAt),
    });
  }
  const [row] = await insertUpdate(on, {
    ...update,
    incidentId,
    shownAt: now,
    recordedAt: now,
    recordedBy: by,
  });
  const { updateId } = present(row, 'an inserted row comes back');
  await insertTelling(on, {
    issuerId,
    subject: `incident ${incidentId} ${updateId}`,
    components: [...new Set(incident.affected.map(componentName))],
    content: {
      incidentId,
      updateId,
      titleJa: incident.titleJa,
      titleEn: incident.titleEn,
      state: incident.state,
      bodyJa: update.bodyJa,
      bodyEn: update.bodyEn,
    },
    madeAt: now,
  });
  return { incidentId, updateId };
}

async function insertNew(
  on: Queryable,
  incident: Omit<Incident, 'incidentId'>,
  openedBy: string,
): Promise<number> {
  const [row] = await insertIncident(on, { ...incident, openedBy });
  return present(row, 'an inserted row comes back').incidentId;
}
