import type { Queryable } from '../kernel/database/index.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import {
  armStep,
  closeRecord,
  hasDueStep,
  insertEvent,
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

/** In the caller's transaction: the member has the value again as soon as the step behind it is done. */
export async function liftStop(
  parts: Pick<CaseParts, 'clock' | 'notices' | 'log' | 'gifts' | 'members'>,
  on: Queryable,
  lift: Lift,
): Promise<Result<bigint, CaseRefusal>> {
  const { number, by, actor } = lift;
  const row = await lockCase(on, lift);
  if (row === undefined) return refused('case_not_found');
  if (row.liftedAt !== null) return refused('already_lifted');
  const { caseId } = row;
  const [freeze] = await hasDueStep(on, { caseId, kind: 'freeze' });
  if (freeze?.isDue !== false) return refused('still_stopping'); // what freezes must not come behind what lifts
  // After this point it must succeed.
  const at = parts.clock.now();
  await markLifted(on, { caseId, at, by: actor });
  await insertEvent(on, { caseId, at, kind: 'lifted', actor, detail: { by } });
  await parts.gifts.allowSending(on, row.memberId);
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

/** The desk has nothing more to do. What is stopped is not closed. */
export async function closeCase(
  { clock }: Pick<CaseParts, 'clock'>,
  on: Queryable,
  { number, issuerId, actor, note }: DeskAct & { readonly note: string },
): Promise<Result<bigint, CaseRefusal>> {
  const row = await lockCase(on, { number, of: { issuerId } });
  if (row === undefined) return refused('case_not_found');
  if (row.closedAt !== null) return refused('case_closed');
  if (row.liftedAt === null) return refused('still_stopped');
  const { caseId } = row;
  const at = clock.now();
  await closeRecord(on, { caseId, at, by: actor, note });
  await insertEvent(on, { caseId, at, kind: 'closed', actor, detail: { note } });
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
  if (row.closedAt !== null) return refused('case_closed');
  const { caseId } = row;
  await setLookAt(on, { caseId, lookAt });
  const detail = { note, lookAt };
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
  const isOfCase = (await findCaseGift(on, { caseId, giftId })).length > 0;
  const wanted = { memberId, giftId, issuerId, caseNumber: number };
  if (!isOfCase || !(await parts.gifts.refund(on, wanted))) return refused('gift_not_charged');
  const at = parts.clock.now();
  await setRefund(on, { caseId, giftId, refund: 'asked' });
  await armStep(on, { caseId, kind: 'take_back', at });
  const detail = { giftId: String(giftId) };
  await insertEvent(on, { caseId, at, kind: 'refund_asked', actor, detail });
  return accepted(caseId);
}
