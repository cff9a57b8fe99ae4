import { present } from '../kernel/assert.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import type { OfferConditions } from '../programmes/index.ts';
import { readPhases } from './change-suspensions.sql.ts';
import { phaseAt, type Effect, type Phase, type Suspension } from './suspension.ts';
import { beginInTime, takeSwitch, writePhase, type Said, type SwitchDesk } from './switch-desk.ts';

/** What shall become of a suspension that stands. */
export interface SuspensionChange extends Said {
  readonly suspensionId: number;
  readonly afterPhaseNo: number; // the newest phase that was seen: whatever came since must be looked at first
  readonly effect: Effect;
  readonly conditions: OfferConditions | null;
  readonly startsAt: Instant | null; // null: now; of what is only worded anew, when it was planned to
  readonly reason: string;
}

/** Why nothing was changed, in the order in which it is checked. */
export type ChangeRefusal =
  | 'suspension_not_found'
  | 'suspension_changed' // somebody has changed it since: look again
  | 'suspension_over' // it was lifted: throw a new one
  | 'conditions_missing' // resuming with conditions names at least one
  | 'nothing_changes'
  | 'starts_in_the_past'
  | 'expected_end_before_start'
  | 'second_person_needed';

export interface Changed {
  readonly suspensionId: number;
  readonly phaseNo: number;
  readonly startsAt: Instant;
}

/**
 * Stops again what was resumed with conditions, takes back a planned end, or words a suspension anew: what
 * lets nothing through that was refused, and so needs one person only.
 */
export async function tightenSuspension(
  desk: SwitchDesk,
  issuerId: number | null,
  change: SuspensionChange,
): Promise<Result<Changed, ChangeRefusal>> {
  const written = await desk.connection.transaction(async (on) => {
    const judged = await judgeInTurn(on, desk, issuerId, { asked: change, keepsPlan: true });
    if (!judged.ok) return judged;
    const now = desk.clock.now();
    const { suspension } = judged.value;
    if (needsSecondPerson(suspension, judged.value.change, now)) {
      return refused('second_person_needed');
    }
    // After this point it must succeed.
    const by = { actor: desk.actor, approvedBy: null };
    const changed = await writeChange(on, desk, judged.value, by);
    const { suspensionId, afterPhaseNo: _, ...detail } = change;
    await desk.record(on, {
      act: 'suspension.change',
      subject: `suspension:${suspensionId}`,
      detail: { ...detail, startsAt: changed.startsAt },
    });
    return accepted(changed);
  });
  if (!written.ok) return written;
  const startsAt = await beginInTime(desk, written.value, written.value.startsAt);
  await desk.switches.refresh(desk.connection);
  return accepted({ ...written.value, startsAt });
}

/** The same in the transaction of an approval, which has the second person and writes the audit row (R33). */
export async function applyApprovedChange(
  on: Queryable,
  desk: Pick<SwitchDesk, 'clock' | 'catalogue' | 'switches'>,
  change: SuspensionChange,
  by: {
    readonly issuerId: number | null;
    readonly actor: string;
    readonly approvedBy: string | null;
  },
): Promise<Result<Changed, ChangeRefusal>> {
  const wanted = { asked: change, keepsPlan: false };
  const judged = await judgeInTurn(on, desk, by.issuerId, wanted);
  if (!judged.ok) return judged;
  return accepted(await writeChange(on, desk, judged.value, by));
}

/** What can be said against a change before it is asked for; the same is asked again when it is made. */
export function judgeChange(
  suspension: Suspension | undefined,
  change: SuspensionChange,
  { issuerId, now }: { readonly issuerId: number | null; readonly now: Instant },
): Result<Phase, ChangeRefusal> {
  if (suspension === undefined) return refused('suspension_not_found');
  if (issuerId !== null && suspension.scope.issuerId !== issuerId) {
    return refused('suspension_not_found');
  }
  const newest = present(suspension.phases.at(-1), 'a suspension has a phase');
  if (newest.phaseNo !== change.afterPhaseNo) return refused('suspension_changed');
  if (newest.effect === 'lifted' && newest.startsAt <= now) return refused('suspension_over');
  if (change.effect === 'conditions' && !asksForSomething(change.conditions)) {
    return refused('conditions_missing');
  }
  if (isTheSame(newest, change, now)) return refused('nothing_changes');
  const { startsAt, expectedEnd } = change;
  if (startsAt !== null && startsAt < now) return refused('starts_in_the_past');
  if (expectedEnd !== null && expectedEnd <= (startsAt ?? now)) {
    return refused('expected_end_before_start');
  }
  return accepted(newest);
}

/**
 * Whether at any instant to come a change lets through what would be refused then, ends something for good or
 * opens what was ended (R33). An approved resumption that begins earlier is another one.
 */
export function needsSecondPerson(
  { phases }: Pick<Suspension, 'phases'>,
  change: SuspensionChange,
  now: Instant,
): boolean {
  const startsAt = change.startsAt ?? now;
  const instants = [startsAt, ...phases.map((phase) => phase.startsAt)];
  return instants
    .filter((at) => at >= startsAt) // from there on it is the one recorded last
    .some((at) => loosens(phaseAt({ phases }, at), change));
}

type Doing = Pick<Phase, 'effect' | 'conditions'>;

function loosens(before: Doing | undefined, after: Doing): boolean {
  const effect = before?.effect ?? 'lifted'; // what has not begun refuses nothing
  if (effect === 'ended' || after.effect === 'ended') return effect !== after.effect;
  if (effect === 'lifted' || after.effect === 'stopped') return false;
  return effect !== after.effect || !sameConditions(before?.conditions ?? null, after.conditions);
}

interface JudgedChange {
  readonly suspension: Suspension;
  readonly newest: Phase;
  readonly epoch: bigint;
  readonly change: SuspensionChange;
}

async function judgeInTurn(
  on: Queryable,
  desk: Pick<SwitchDesk, 'clock' | 'switches'>,
  issuerId: number | null,
  { asked, keepsPlan }: { readonly asked: SuspensionChange; readonly keepsPlan: boolean },
): Promise<Result<JudgedChange, ChangeRefusal>> {
  const epoch = await takeSwitch(on);
  const known = desk.switches.current().find(asked.suspensionId);
  if (known === undefined) return refused('suspension_not_found');
  const phases = (await readPhases(on, asked)) as Phase[];
  const suspension = { ...known, phases };
  const now = desk.clock.now();
  const change = keepsPlan ? asPlanned(phases.at(-1), asked, now) : asked;
  const judged = judgeChange(suspension, change, { issuerId, now });
  return judged.ok ? accepted({ suspension, newest: judged.value, epoch, change }) : judged;
}

/** What is only worded anew begins no earlier than it was planned to. */
function asPlanned(
  newest: Phase | undefined,
  change: SuspensionChange,
  now: Instant,
): SuspensionChange {
  const isOnlyWorded = newest?.effect === change.effect && newest.startsAt > now;
  return isOnlyWorded && change.startsAt === null
    ? { ...change, startsAt: newest.startsAt }
    : change;
}

async function writeChange(
  on: Queryable,
  desk: Pick<SwitchDesk, 'clock' | 'catalogue'>,
  { suspension, newest, epoch, change }: JudgedChange,
  by: { readonly actor: string; readonly approvedBy: string | null },
): Promise<Changed> {
  const { suspensionId, scope } = suspension;
  const { textJa, textEn, criteria, expectedEnd, effect, reason } = change;
  const phaseNo = newest.phaseNo + 1;
  const phase = {
    phaseNo,
    effect,
    conditions: effect === 'conditions' ? change.conditions : null,
    startsAt: change.startsAt,
    textJa,
    textEn,
    criteria,
    expectedEnd,
    reason,
    actor: by.actor,
    approvedBy: by.approvedBy,
  };
  const startsAt = await writePhase(on, desk, { scope, suspensionId, epoch }, phase);
  return { suspensionId, phaseNo, startsAt };
}

function asksForSomething(conditions: OfferConditions | null): boolean {
  if (conditions === null) return false;
  const { ownLineOnly, noWifi, devices } = conditions;
  return ownLineOnly === true || noWifi === true || (devices?.length ?? 0) > 0;
}

function isTheSame(newest: Phase, change: SuspensionChange, now: Instant): boolean {
  return (
    newest.effect === change.effect &&
    sameConditions(newest.conditions, change.conditions) &&
    newest.textJa === change.textJa &&
    newest.textEn === change.textEn &&
    newest.criteria === change.criteria &&
    newest.expectedEnd === change.expectedEnd &&
    (change.startsAt === null ? newest.startsAt <= now : newest.startsAt === change.startsAt)
  );
}

function sameConditions(one: OfferConditions | null, other: OfferConditions | null): boolean {
  const textOf = (conditions: OfferConditions | null): string =>
    conditions === null
      ? ''
      : `${conditions.ownLineOnly === true} ${conditions.noWifi === true} ${conditions.devices?.toSorted().join()}`;
  return textOf(one) === textOf(other);
}
