import type { Queryable } from '../kernel/database/index.ts';
import type { Context } from './context.ts';
import { holdMember, isHeld, listHeld, lockHeld, releaseMember } from './hold.sql.ts';

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
  return isHeldNow(on, memberId);
}

/** For a page: whether a case stops this member now, without waiting for anybody. */
export async function isHeldNow(on: Queryable, memberId: string): Promise<boolean> {
  const [row] = await isHeld(on, { memberId });
  return row?.isHeld === true;
}

/** Releases whom nobody stops: a server of the version before lifts a stop and knows of no hold. */
export async function releaseUnstopped(
  { database }: Pick<Context, 'database'>,
  isStoppedNow: (on: Queryable, memberId: string) => Promise<boolean>,
): Promise<void> {
  for (let after = ''; ;) {
    const page = await listHeld(database, { after });
    for (const { memberId } of page) {
      await database.transaction(async (on) => {
        await lockHeld(on, { memberId }); // a stop at this moment is seen, or comes behind and holds anew
        if (!(await isStoppedNow(on, memberId))) await releaseMember(on, { memberId });
      });
    }
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.memberId;
  }
}
