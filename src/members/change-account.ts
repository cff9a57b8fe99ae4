import { newSecret } from '../kernel/crypto.ts';
import { readMailAddress } from '../notices/index.ts';
import { refuseStale, securityChanged, type MemberSession } from './account.ts';
import { done, notDone, tooMany, type MemberAnswer } from './contract.ts';
import type { Context } from './context.ts';
import { DAY_LIMIT_MAX_MINOR, dayLimitOf, setDayLimit } from './day-limit.ts';
import { beginChange } from './delayed-changes.ts';
import { settleChanges } from './delayed-changes.sql.ts';
import type { From } from './from.ts';
import { mailToOwn } from './guess-throttle.ts';
import { isStopped } from './hold.ts';
import { findMember, findMemberId } from './members.sql.ts';
import { beginProof, countMiss, endShown, findWaiting, isCodeOf, newCode } from './proofs.ts';
import { placed, recordSignIn } from './sign-in.ts';
import { strongestOf } from './step-up.ts';
import { AT_DESK, tell, timeText } from './tell.ts';

/** A code to the new address. One that is another member's is answered alike, and told so in its own mail. */
export async function beginAddressChange(
  context: Context,
  session: MemberSession,
  typed: string,
): Promise<MemberAnswer> {
  const { memberId, locale } = session.member;
  const emailTyped = readMailAddress(typed);
  if (emailTyped === null) return notDone('address_not_valid');
  const email = emailTyped.toLowerCase();
  const stale = await refuseStale(context, session);
  if (stale !== null) return stale;
  const waitMs = await context.throttle.begin(mailToOwn(memberId));
  if (waitMs > 0) return tooMany(waitMs);
  const code = newCode(context);
  const cookie = await context.database.transaction(async (on) => {
    const [known] = await findMemberId(on, { email });
    const isFree = known === undefined || known.memberId === memberId;
    const wanted = { purpose: 'new_address', kind: 'mail', email, emailTyped, memberId } as const;
    const begun = await beginProof(context, on, wanted, isFree ? code : newSecret(context.random));
    const until = timeText(locale, begun.expiresAt);
    const at = timeText(locale, context.clock.now());
    await tell(
      context,
      on,
      isFree
        ? { template: 'member_new_address_code', to: emailTyped, locale, values: { code, until } }
        : { template: 'member_already', to: emailTyped, locale, values: { at } },
    );
    return begun.cookie;
  });
  return done(undefined, [cookie]);
}

/** The new address was proved: the change waits, and the old one is told. */
export async function proveAddressChange(
  context: Context,
  session: MemberSession,
  typed: string,
  browser: From,
): Promise<MemberAnswer> {
  const { memberId } = session.member;
  const from = placed(context, browser);
  const stale = await refuseStale(context, session);
  if (stale !== null) return stale;
  return context.database.transaction(async (on) => {
    const waiting = await findWaiting(context, on, from.cookie, 'new_address');
    if (waiting === undefined || waiting.memberId !== memberId) return notDone('code_over');
    if (!isCodeOf(context, waiting, typed)) {
      await countMiss(on, waiting);
      return notDone('code_wrong');
    }
    const ended = await endShown(context, on, waiting);
    const strongest = await strongestOf({ database: on, clock: context.clock }, memberId);
    const content = { email: waiting.emailTyped };
    const change = { memberId, kind: 'mail_address', content, from } as const;
    await beginChange(context, on, { ...change, secretHash: null, isKnownDevice: true }, strongest);
    await recordSignIn(context, on, { memberId, from }, 'mail_change_asked');
    return done(undefined, [ended]);
  });
}

/** Lower at once; higher behind a fresh factor and a wait. Yen a day. */
export async function changeDayLimit(
  context: Context,
  session: MemberSession,
  limitMinor: bigint,
  browser: From,
): Promise<MemberAnswer<'done' | 'waits'>> {
  const { member } = session;
  const { memberId } = member;
  const from = placed(context, browser);
  if (limitMinor < 0n || limitMinor > DAY_LIMIT_MAX_MINOR) return notDone('limit_not_valid');
  const { limitMinor: present } = await dayLimitOf(context, context.database, memberId);
  if (limitMinor > present) {
    const stale = await refuseStale(context, session);
    if (stale !== null) return stale;
  }
  const strongest = await strongestOf(context, memberId);
  return context.database.transaction(async (on) => {
    const at = context.clock.now();
    if (limitMinor <= present) {
      const waiting = { memberId, kinds: ['day_limit'], state: 'cancelled', by: 'lowered', at };
      await settleChanges(on, waiting);
      await setDayLimit(context, on, memberId, limitMinor);
      await securityChanged(context, on, { member, from }, 'limit_lowered');
      return done('done');
    }
    const content = { limitMinor: String(limitMinor) };
    const change = { memberId, kind: 'day_limit', content, from } as const;
    await beginChange(context, on, { ...change, secretHash: null, isKnownDevice: true }, strongest);
    await recordSignIn(context, on, { memberId, from }, 'limit_raise_asked');
    return done('waits');
  });
}

/**
 * Support has looked at papers: the account gets a new address after the longest wait, unless the owner stops it
 * by the notice at the old one, by a session or at a known device. Then it is recovered as always, by the new one.
 */
export async function beginSupportRecovery(
  context: Context,
  { memberId, email }: { readonly memberId: string; readonly email: string },
): Promise<MemberAnswer> {
  const emailTyped = readMailAddress(email);
  if (emailTyped === null) return notDone('address_not_valid');
  const nobody = placed(context, { cookie: undefined, address: 'support', userAgent: undefined });
  const from = { ...nobody, network: AT_DESK };
  return context.database.transaction(async (on) => {
    const [member] = await findMember(on, { memberId });
    if (member === undefined) return notDone('not_found');
    const [known] = await findMemberId(on, { email: emailTyped.toLowerCase() });
    if (known !== undefined) return notDone('address_taken');
    if (await isStopped(on, memberId)) return notDone('account_stopped');
    const change = { memberId, kind: 'support_recovery', content: { email: emailTyped } } as const;
    const asked = { ...change, from, secretHash: null, isKnownDevice: false };
    await beginChange(context, on, asked, 'mail');
    await recordSignIn(context, on, { memberId, from }, 'recovery_asked');
    return done(undefined);
  });
}
