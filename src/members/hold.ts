import type { Queryable } from '../kernel/database/index.ts';
import type { Context } from './context.ts';
import { holdMember, isHeld, lockHeld, releaseMember } from './hold.sql.ts';

/**
 * A case stops this member, in its transaction: until it is lifted no change of the account begins by a mailbox or
 * by the word of one of the staff alone. In a session each change asks for the strongest factor anyway.
 */
export async function holdChanges(
  { clock }: Pick<Context, 'clock'>,
  on: Queryable,
  memberId: string,
): Promise<void> {
  await lockHeld(on, { memberId });
  await holdMember(on, { memberId, at: clock.now() });
}

export async function allowChanges(on: Queryable, memberId: string): Promise<void> {
  await releaseMember(on, { memberId });
}

/**
 * Behind the lock on the member's row, which a stop takes before it cancels what waits: a change that begins or comes
 * true at the same moment is seen by it, or sees it. Whoever locks both has the member before the change.
 */
export async function isStopped(on: Queryable, memberId: string): Promise<boolean> {
  await lockHeld(on, { memberId });
  const [row] = await isHeld(on, { memberId });
  return row?.isHeld === true;
}
