import { present } from '../kernel/assert.ts';
import { dayIn } from '../kernel/calendar.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import { readAnnounced, type AnnouncedRefusal } from './announced.ts';
import { countSuspensions, findSameScope, insertSuspension } from './change-suspensions.sql.ts';
import { judgeScope, zoneOfScope, type ScopeRefusal } from './scope.ts';
import { DIMENSIONS, type Dimension, type Precision, type Scope } from './suspension.ts';
import {
  beginInTime,
  NOW_IS_IN_MS,
  takeSwitch,
  writePhase,
  type Said,
  type SwitchDesk,
} from './switch-desk.ts';

/** A stop as it is asked for. One person does it, also of everything of an issuer. */
export interface NewSuspension extends Said {
  readonly scope: Scope;
  readonly startsAt: Instant | null; // null: now, or when it was announced if that is yet to come
  readonly announcedText: string | null;
  readonly internalReason: string;
}

/** Why a stop was not thrown, in the order in which it is checked. */
export type ThrowRefusal =
  | ScopeRefusal
  | AnnouncedRefusal
  | 'announced_differs' // the text says another instant than the one that was given
  | 'starts_in_the_past'
  | 'starts_too_far_ahead'
  | 'expected_end_before_start'
  | 'already_stopped'
  | 'too_many_suspensions';

export interface Thrown {
  readonly suspensionId: number;
  readonly startsAt: Instant;
  readonly isNow: boolean;
}

/** Of one issuer, for ever: what a process holds in memory. */
export const SUSPENSIONS_MAX = 50_000;
const AHEAD_MAX_MS = 366 * 24 * 60 * 60 * 1000;

export async function throwSuspension(
  desk: SwitchDesk,
  wanted: NewSuspension,
): Promise<Result<Thrown, ThrowRefusal>> {
  const scope = inOrder(wanted.scope);
  const judged = judgeScope(desk.catalogue(), scope);
  if (!judged.ok) return judged;
  const timed = timeOf(desk, { ...wanted, scope });
  if (!timed.ok) return timed;
  const time = timed.value;
  const written = await desk.connection.transaction((on) =>
    write(on, desk, { ...wanted, scope }, time),
  );
  if (!written.ok) return written;
  const { suspensionId } = written.value;
  const startsAt = await beginInTime(desk, { suspensionId, phaseNo: 0 }, written.value.startsAt);
  await desk.switches.refresh(desk.connection);
  return accepted({ suspensionId, startsAt, isNow: time.startsAt === null });
}

interface Time {
  readonly startsAt: Instant | null; // null: now
  readonly announcedAt: Instant | null;
  readonly precision: Precision;
}

/** What was given, what was announced, and what there is left of it: an announced beginning may be over. */
function timeOf(desk: SwitchDesk, wanted: NewSuspension): Result<Time, ThrowRefusal> {
  const now = desk.clock.now();
  const { announcedText, startsAt: given, expectedEnd } = wanted;
  const zone = zoneOfScope(desk.catalogue(), wanted.scope);
  let announcedAt: Instant | null = null;
  let precision: Precision = 'second';
  if (announcedText !== null) {
    const read = readAnnounced(announcedText, { zone, day: dayIn(given ?? now, zone) });
    // With an instant beside it a text may say what it likes; alone it must say when.
    if (!read.ok && (given === null || read.refusal !== 'announced_not_read')) return read;
    if (read.ok) ({ at: announcedAt, precision } = read.value);
    if (announcedAt !== null && given !== null && !agree(announcedAt, given, precision)) {
      return refused('announced_differs');
    }
  }
  if (given !== null && given < now) return refused('starts_in_the_past');
  const startsAt = given ?? (announcedAt !== null && announcedAt > now ? announcedAt : null);
  if (startsAt !== null && startsAt > now + AHEAD_MAX_MS) return refused('starts_too_far_ahead');
  if (expectedEnd !== null && expectedEnd <= (startsAt ?? now)) {
    return refused('expected_end_before_start');
  }
  return accepted({ startsAt, announcedAt, precision });
}

const LENGTH_OF: Readonly<Record<Precision, number>> = {
  day: 24 * 60 * 60 * 1000,
  minute: 60_000,
  second: 1_000,
};

/** An instant inside the day, minute or second that was announced. */
function agree(announced: Instant, given: Instant, precision: Precision): boolean {
  return given >= announced && given < announced + LENGTH_OF[precision];
}

async function write(
  on: Queryable,
  desk: SwitchDesk,
  wanted: NewSuspension,
  time: Time,
): Promise<Result<{ suspensionId: number; startsAt: Instant }, ThrowRefusal>> {
  const { scope, announcedText, internalReason } = wanted;
  const { announcedAt, precision } = time;
  const epoch = await takeSwitch(on);
  const columns = columnsOf(scope);
  const beginsAt = time.startsAt ?? desk.clock.now() + NOW_IS_IN_MS;
  const [same] = await findSameScope(on, { ...columns, startsAt: beginsAt });
  if (same !== undefined) return refused('already_stopped');
  const [count] = await countSuspensions(on, {
    issuerId: scope.issuerId,
    at: desk.clock.now(),
  });
  if (Number(count?.suspensions ?? 0) >= SUSPENSIONS_MAX) return refused('too_many_suspensions');
  // After this point it must succeed.
  const thrownAt = desk.clock.now();
  const { actor: thrownBy } = desk;
  const [row] = await insertSuspension(on, {
    ...columns,
    announcedText,
    announcedAt,
    precision,
    internalReason,
    thrownBy,
    thrownAt,
    epoch,
  });
  const { suspensionId } = present(row, 'an inserted row comes back');
  const { textJa, textEn, criteria, expectedEnd } = wanted;
  const startsAt = await writePhase(
    on,
    desk,
    { scope, suspensionId, epoch },
    {
      phaseNo: 0,
      effect: 'stopped',
      conditions: null,
      startsAt: time.startsAt,
      textJa,
      textEn,
      criteria,
      expectedEnd,
      reason: internalReason,
      actor: thrownBy,
      approvedBy: null,
    },
  );
  await desk.record(on, {
    act: 'suspension.throw',
    subject: `suspension:${suspensionId}`,
    detail: { scope, startsAt, announcedText, expectedEnd, internalReason, textJa, textEn },
  });
  return accepted({ suspensionId, startsAt });
}

type ScopeColumns = Readonly<Record<Dimension, number | null>> &
  Pick<Scope, 'issuerId' | 'operations'>;

function columnsOf(scope: Scope): ScopeColumns {
  const ids = DIMENSIONS.map((dimension) => [dimension, scope[dimension] || null]);
  const { issuerId, operations } = scope;
  return { ...(Object.fromEntries(ids) as Record<Dimension, number | null>), issuerId, operations };
}

/** Operations once each and in one order, so that the same scope is written the same. */
function inOrder(scope: Scope): Scope {
  return { ...scope, operations: [...new Set(scope.operations)].toSorted() };
}
