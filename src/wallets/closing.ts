import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import { timeText, type Member } from '../members/index.ts';
import {
  askClosing,
  cancelClosing,
  endClosing,
  findClosing,
  listDueClosings,
} from './closing.sql.ts';
import { hashOfMail, isStopped, type WalletParts } from './context.ts';
import { endHelpOf, eraseHelpers } from './family-help.sql.ts';
import { countValuable, NOTHING_MORE } from './keep.ts';
import { endHoldings, insertEntry, lockWallet, takeBackHoldings } from './wallets.sql.ts';

export interface Closing {
  readonly askedAt: Instant;
  readonly dueAt: Instant;
}

export type ClosingRefusal = 'wallet_stopped' | 'already_asked' | 'not_asked';

/** Long enough for its owner to see the notice, should somebody else have asked for it. */
export const CLOSING_MS = 14 * 24 * 60 * 60_000;

export async function askToClose(
  { connection, clock, notices }: WalletParts,
  { memberId, email: to, locale }: Member,
): Promise<Result<Closing, ClosingRefusal>> {
  return connection.transaction(async (on): Promise<Result<Closing, ClosingRefusal>> => {
    await lockWallet(on, { memberId });
    if (await isStopped(on, memberId)) return refused('wallet_stopped');
    const at = clock.now();
    const dueAt = at + CLOSING_MS;
    if ((await askClosing(on, { memberId, at, dueAt })) === 0) return refused('already_asked');
    await insertEntry(on, { ...NOTHING_MORE, memberId, at, kind: 'closing_asked' });
    const values = { until: timeText(locale, dueAt) };
    await notices.sendNotice(on, { template: 'closing_asked', to, locale, values });
    return accepted({ askedAt: at, dueAt });
  });
}

export async function closingOf(
  { connection }: WalletParts,
  memberId: string,
): Promise<Closing | undefined> {
  return (await findClosing(connection, { memberId }))[0];
}

export async function stopClosing(
  { connection, clock }: WalletParts,
  { memberId }: Pick<Member, 'memberId'>,
): Promise<Result<undefined, ClosingRefusal>> {
  return connection.transaction(async (on): Promise<Result<undefined, ClosingRefusal>> => {
    const at = clock.now();
    if ((await cancelClosing(on, { memberId, at })) === 0) return refused('not_asked');
    await insertEntry(on, { ...NOTHING_MORE, memberId, at, kind: 'closing_cancelled' });
    return accepted(undefined);
  });
}

/**
 * Those whose time has come. Nothing of value ends: what is in the wallet is kept for the address, and comes back
 * to whoever proves it by becoming a member again. A stopped wallet waits until its case is lifted.
 */
export async function closeDue(parts: WalletParts): Promise<number> {
  const { connection, clock, log } = parts;
  let closed = 0;
  for (const { memberId } of await listDueClosings(connection, { now: clock.now() })) {
    try {
      if (await connection.transaction((on) => closeOne(parts, on, memberId))) closed += 1;
    } catch (error) {
      // It stays due; the others are not kept waiting.
      log.error({ error, memberId }, 'an account could not be closed');
    }
  }
  return closed;
}

async function closeOne(parts: WalletParts, on: Queryable, memberId: string): Promise<boolean> {
  const { clock, members, notices } = parts;
  await lockWallet(on, { memberId });
  const at = clock.now();
  const member = await members.findById(on, memberId);
  if (member === undefined || (await isStopped(on, memberId))) return false;
  const keptFor = hashOfMail(parts, member.email);
  if ((await endClosing(on, { memberId, at, keptFor })) === 0) return false;
  // Helpers before what is sent, as whoever sends in the member's name locks them.
  await endHelpOf(on, { memberId, at });
  await eraseHelpers(on, { memberId });
  await parts.onMemberEnd?.(on, memberId, 'closed');
  const { email: to, locale } = member;
  const values = { at: timeText(locale, at) };
  await notices.sendNotice(on, { template: 'closing_done', to, locale, values });
  await endHoldings(on, { memberId, at, keptFor });
  await members.closeAccount(on, memberId);
  return true;
}

/** How many instruments with value wait for the address that this member has proved. */
export async function keptFor(
  parts: WalletParts,
  { email }: Pick<Member, 'email'>,
): Promise<number> {
  return countValuable(parts, hashOfMail(parts, email));
}

export async function takeBack(
  parts: WalletParts,
  { memberId, email }: Pick<Member, 'memberId' | 'email'>,
): Promise<number> {
  return parts.connection.transaction(async (on) => {
    await lockWallet(on, { memberId });
    if (await isStopped(on, memberId)) return 0; // it stays kept until the case is lifted
    const at = parts.clock.now();
    const taken = await takeBackHoldings(on, { memberId, at, keptFor: hashOfMail(parts, email) });
    if (taken > 0) await insertEntry(on, { ...NOTHING_MORE, memberId, at, kind: 'returned' });
    return taken;
  });
}
