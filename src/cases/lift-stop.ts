import type { Queryable } from '../kernel/database/index.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import {
  armStep,
  closePart,
  closeRecord,
  hasDueStep,
  insertEvent,
  liftPart,
  listConcerned,
  listParts,
  lockRecord,
  markLifted,
  setLookAt,
  findCaseGift,
  setRefund,
  type LockRecordRow,
} from './cases.sql.ts';
import type { CaseParts } from './parts.ts';
import { tellLifted } from './tell.ts';
import type { Instant } from '../kernel/clock.ts';

/** Listed in the order they are checked. */
export type CaseRefusal =
  | 'case_not_found'
  | 'case_closed'
  | 'already_lifted'
  | 'still_stopping'
  | 'still_stopped'
  | 'gift_not_charged';

export interface Lift {
  readonly number: string;
  readonly by: 'member' | 'desk';
  readonly actor: string;
  /** Whose it must be: another's does not exist for whoever asks. */
  readonly of: { readonly memberId: string } | { readonly issuerId: number };
}

/** Its row is locked, in the caller's transaction. */
async function lockCase(
  on: Queryable,
  { number, of }: Pick<Lift, 'number' | 'of'>,
): Promise<LockRecordRow | undefined> {
  const [row] = await lockRecord(on, { number });
  if (row === undefined) return undefined;
  const isTheirs =
    'memberId' in of ? row.memberId === of.memberId : row.issuerIds.includes(of.issuerId);
  return isTheirs ? row : undefined;
}

/** Whose desks still have to say a word of theirs, beside this one: those whose value it touches, or who have said it. */
async function othersOf(
  on: Queryable,
  caseId: bigint,
  { issuerId, said }: { readonly issuerId: number; readonly said: 'liftedAt' | 'closedAt' },
): Promise<number> {
  const parts = await listParts(on, { caseIds: [caseId] });
  const done = new Set(parts.filter((part) => part[said] !== null).map((part) => part.issuerId));
  const concerned = await listConcerned(on, { caseId });
  return concerned.filter((each) => each.issuerId !== issuerId && !done.has(each.issuerId)).length;
}

async function isPartDone(
  on: Queryable,
  caseId: bigint,
  { issuerId, said }: { readonly issuerId: number; readonly said: 'liftedAt' | 'closedAt' },
): Promise<boolean> {
  const parts = await listParts(on, { caseIds: [caseId] });
  return parts.some((part) => part.issuerId === issuerId && part[said] !== null);
}

/**
 * In the caller's transaction: the member has the value again as soon as the step behind it is done. A desk lifts its
 * own part: what several have stopped is given back when the last of them has said so, or by the member's factor.
 */
export async function liftStop(
  parts: Pick<CaseParts, 'clock' | 'notices' | 'log' | 'gifts' | 'members'>,
  on: Queryable,
  lift: Lift,
): Promise<Result<bigint, CaseRefusal>> {
  const { number, by, actor, of } = lift;
  const row = await lockCase(on, lift);
  if (row === undefined) return refused('case_not_found');
  if (row.liftedAt !== null) return refused('already_lifted');
  const { caseId } = row;
  const asked = 'issuerId' in of ? ({ issuerId: of.issuerId, said: 'liftedAt' } as const) : null;
  if (asked !== null && (await isPartDone(on, caseId, asked))) return refused('already_lifted');
  const [freeze] = await hasDueStep(on, { caseId, kind: 'freeze' });
  if (freeze?.isDue !== false) return refused('still_stopping'); // what freezes must not come behind what lifts
  // After this point it must succeed.
  const at = parts.clock.now();
  if (asked !== null) {
    const { issuerId } = asked;
    const others = await othersOf(on, caseId, asked);
    await liftPart(on, { caseId, issuerId, at, by: actor });
    if (others > 0) {
      const detail = { issuerId, others };
      await insertEvent(on, { caseId, at, kind: 'part_lifted', actor, detail });
      return accepted(caseId);
    }
  }
  const detail = asked === null ? { by } : { by, issuerId: asked.issuerId };
  await markLifted(on, { caseId, at, by: actor });
  await insertEvent(on, { caseId, at, kind: 'lifted', actor, detail });
  await parts.gifts.allowSending(on, row.memberId);
  await parts.members.allowChanges(on, row.memberId);
  await armStep(on, { caseId, kind: 'unfreeze', at });
  const member = await parts.members.findById(on, row.memberId);
  if (member !== undefined) await tellLifted(parts, on, member, { number, at, by });
  return accepted(caseId);
}

/** What the desk does with a case of its issuer. */
export interface DeskAct {
  readonly number: string;
  readonly issuerId: number;
  readonly actor: string;
}

/**
 * This desk has nothing more to do, and what it has stopped is lifted by it. The case is over when every desk that it
 * concerns has said so.
 */
export async function closeCase(
  { clock }: Pick<CaseParts, 'clock'>,
  on: Queryable,
  { number, issuerId, actor, note }: DeskAct & { readonly note: string },
): Promise<Result<bigint, CaseRefusal>> {
  const row = await lockCase(on, { number, of: { issuerId } });
  if (row === undefined) return refused('case_not_found');
  const { caseId } = row;
  const part = { issuerId, said: 'closedAt' } as const;
  if (row.closedAt !== null || (await isPartDone(on, caseId, part))) return refused('case_closed');
  const isLifted =
    row.liftedAt !== null || (await isPartDone(on, caseId, { issuerId, said: 'liftedAt' }));
  if (!isLifted) return refused('still_stopped');
  const at = clock.now();
  const isLast = row.liftedAt !== null && (await othersOf(on, caseId, part)) === 0;
  await closePart(on, { caseId, issuerId, at, by: actor, note });
  if (isLast) await closeRecord(on, { caseId, at, by: actor, note });
  await insertEvent(on, { caseId, at, kind: 'closed', actor, detail: { note, issuerId } });
  return accepted(caseId);
}

/** What the desk has found, and when it looks again. */
export async function noteCase(
  { clock }: Pick<CaseParts, 'clock'>,
  on: Queryable,
  {
    number,
    issuerId,
    actor,
    note,
    lookAt,
  }: DeskAct & { readonly note: string; readonly lookAt: Instant },
): Promise<Result<bigint, CaseRefusal>> {
  const row = await lockCase(on, { number, of: { issuerId } });
  if (row === undefined) return refused('case_not_found');
  const { caseId } = row;
  const part = { issuerId, said: 'closedAt' } as const;
  if (row.closedAt !== null || (await isPartDone(on, caseId, part))) return refused('case_closed');
  await setLookAt(on, { caseId, issuerId, lookAt });
  const detail = { note, lookAt, issuerId };
  await insertEvent(on, { caseId, at: clock.now(), kind: 'note', actor, detail });
  return accepted(caseId);
}

/** Gives back what was charged before anybody said a word: a decision of the desk. */
export async function refundGift(
  parts: Pick<CaseParts, 'clock' | 'gifts'>,
  on: Queryable,
  { number, issuerId, giftId, actor }: DeskAct & { readonly giftId: bigint },
): Promise<Result<bigint, CaseRefusal>> {
  const row = await lockCase(on, { number, of: { issuerId } });
  if (row === undefined) return refused('case_not_found');
  if (row.closedAt !== null) return refused('case_closed');
  const { caseId, memberId } = row;
  const part = { issuerId, said: 'closedAt' } as const;
  if (await isPartDone(on, caseId, part)) return refused('case_closed');
  const isOfCase = (await findCaseGift(on, { caseId, giftId })).length > 0;
  const wanted = { memberId, giftId, issuerId, caseNumber: number };
  if (!isOfCase || !(await parts.gifts.refund(on, wanted))) return refused('gift_not_charged');
  const at = parts.clock.now();
  await setRefund(on, { caseId, giftId, refund: 'asked' });
  await armStep(on, { caseId, kind: 'take_back', at });
  const detail = { giftId: String(giftId), issuerId };
  await insertEvent(on, { caseId, at, kind: 'refund_asked', actor, detail });
  return accepted(caseId);
}
