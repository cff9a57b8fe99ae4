import { hashSecret, newSecret } from '../kernel/crypto.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { Locale } from '../kernel/locale.ts';
import { networkOf } from '../kernel/network-of.ts';
import { normalPassword } from '../kernel/sign-in/normal-password.ts';
import { readMailAddress } from '../notices/index.ts';
import { securityChanged } from './account.ts';
import { done, notDone, tooMany, type MemberAnswer } from './contract.ts';
import type { Context } from './context.ts';
import { beginChange } from './delayed-changes.ts';
import { findChangeOfBrowser, lockRecovery, settleChange } from './delayed-changes.sql.ts';
import { deviceHashes } from './devices.ts';
import { endAllSessions } from './evidence.ts';
import { readCookie, type From, type SeenFrom } from './from.ts';
import { mailFirst } from './guess-throttle.ts';
import { isStopped } from './hold.ts';
import { changeCredential, findMember, findMemberId, removeAuthenticator } from './members.sql.ts';
import { judgePassword } from './password.ts';
import { hashPassword } from './passwords.ts';
import { findDeviceOf, removeEveryPasskey } from './passkeys.sql.ts';
import { endYoungPhone } from './phones.ts';
import {
  beginProof,
  countMiss,
  endShown,
  findWaiting,
  isCodeOf,
  newCode,
  setCookie,
} from './proofs.ts';
import { enter, placed, recordSignIn } from './sign-in.ts';
import { strongestOf } from './step-up.ts';
import { tell, timeText } from './tell.ts';

const RECOVERY_COOKIE = 'kinken_recovery';
const RECOVERY_SECONDS = 30 * 24 * 60 * 60;
const SECRET = /^[A-Za-z0-9_-]{43}$/;

/**
 * Password, authenticator and passkeys are lost, the mailbox is not. A code goes to the address; whoever has it
 * waits, while the owner is told, and then sets a new password at the same browser. An address that nobody has
 * is answered alike, by the same statements, and gets a mail that says so.
 */
export async function beginRecovery(
  context: Context,
  { email, locale }: { readonly email: string; readonly locale: Locale },
  browser: From,
): Promise<MemberAnswer> {
  return mailCode(context, { email, locale, purpose: 'recovery' }, placed(context, browser));
}

/** The same for a sign-in that begins with the code, where the password would be shut. */
export async function beginMailFirst(
  context: Context,
  { email, locale }: { readonly email: string; readonly locale: Locale },
  browser: From,
): Promise<MemberAnswer> {
  return mailCode(context, { email, locale, purpose: 'mail_first' }, placed(context, browser));
}

async function mailCode(
  context: Context,
  asked: {
    readonly email: string;
    readonly locale: Locale;
    readonly purpose: 'recovery' | 'mail_first';
  },
  from: SeenFrom,
): Promise<MemberAnswer> {
  const { locale, purpose } = asked;
  const emailTyped = readMailAddress(asked.email);
  if (emailTyped === null) return notDone('address_not_valid');
  const email = emailTyped.toLowerCase();
  const askers = mailFirst(email, networkOf(from.address), from.network);
  const waitMs = await context.throttle.begin(askers);
  if (waitMs > 0) return tooMany(waitMs);
  const code = newCode(context);
  const cookie = await context.database.transaction(async (on) => {
    const [known] = await findMemberId(on, { email });
    const isMember = known !== undefined;
    const wanted = { purpose, kind: 'mail', email, emailTyped } as const;
    const sent = isMember ? code : newSecret(context.random); // a code that nobody is told
    const memberId = known?.memberId ?? null;
    const begun = await beginProof(context, on, { ...wanted, memberId }, sent);
    const until = timeText(locale, begun.expiresAt);
    const at = timeText(locale, context.clock.now());
    const template = purpose === 'recovery' ? 'member_recovery_code' : 'member_mail_code';
    await tell(
      context,
      on,
      isMember
        ? { template, to: emailTyped, locale, values: { code, until } }
        : { template: 'member_address_unknown', to: emailTyped, locale, values: { at } },
    );
    return begun.cookie;
  });
  return done(undefined, [cookie]);
}

/** The mailbox was proved: from here on the time runs, and the owner is told. */
export async function proveRecovery(
  context: Context,
  typed: string,
  browser: From,
): Promise<MemberAnswer> {
  const from = placed(context, browser);
  const secret = newSecret(context.random);
  return context.database.transaction(async (on) => {
    const waiting = await findWaiting(context, on, from.cookie, 'recovery');
    if (waiting === undefined) return notDone('code_over');
    const { memberId } = waiting;
    if (!isCodeOf(context, waiting, typed) || memberId === null) {
      await countMiss(on, waiting);
      return notDone('code_wrong');
    }
    const ended = await endShown(context, on, waiting);
    if (await isStopped(on, memberId)) return { ...notDone('account_stopped'), cookies: [ended] };
    const [member] = await findMember(on, { memberId });
    if (member === undefined) return { ...notDone('account_barred'), cookies: [ended] };
    const [device] = await findDeviceOf(on, { memberId, deviceHashes: deviceHashes(from) });
    const strongest = await strongestOf({ database: on, clock: context.clock }, memberId);
    const isKnownDevice = device !== undefined;
    const change = { memberId, kind: 'recovery', content: {}, from, isKnownDevice } as const;
    await beginChange(context, on, { ...change, secretHash: hashSecret(secret) }, strongest);
    const tried = { memberId, from, isNewDevice: !isKnownDevice };
    await recordSignIn(context, on, tried, 'recovery_asked');
    return done(undefined, [ended, setCookie(RECOVERY_COOKIE, secret, RECOVERY_SECONDS)]);
  });
}

export interface RecoveryShown {
  readonly state: 'waiting' | 'ready' | 'cancelled' | 'over' | 'done';
  readonly readyAt: Instant;
  readonly endsAt: Instant;
}

/** What this browser waits with. */
export async function recoveryOf(
  context: Context,
  browser: From,
): Promise<RecoveryShown | undefined> {
  const secretHash = secretOf(placed(context, browser));
  if (secretHash === undefined) return undefined;
  const [row] = await findChangeOfBrowser(context.database, { secretHash });
  if (row === undefined) return undefined;
  const { readyAt, endsAt } = row;
  const now = context.clock.now();
  const kept = row.state as 'waiting' | 'cancelled' | 'over' | 'done';
  const isOver = kept === 'waiting' && endsAt <= now;
  const isReady = kept === 'waiting' && readyAt <= now;
  return { state: isOver ? 'over' : isReady ? 'ready' : kept, readyAt, endsAt };
}

/** It has waited long enough: the mailbox is proved once more, for it may have been given away meanwhile. */
export async function beginRecoveryEnd(context: Context, browser: From): Promise<MemberAnswer> {
  const from = placed(context, browser);
  const secretHash = secretOf(from);
  if (secretHash === undefined) return notDone('not_ready');
  const { clock, database } = context;
  const ready = await database.transaction((on) =>
    lockRecovery(on, { secretHash, now: clock.now() }),
  );
  const memberId = ready[0]?.memberId;
  if (memberId === undefined) return notDone('not_ready');
  const [member] = await findMember(database, { memberId });
  if (member === undefined) return notDone('not_ready');
  const { email, emailTyped } = member;
  const locale = member.locale as Locale;
  const waitMs = await context.throttle.begin(
    mailFirst(email, networkOf(from.address), from.network),
  );
  if (waitMs > 0) return tooMany(waitMs);
  const code = newCode(context);
  const cookie = await database.transaction(async (on) => {
    const wanted = { purpose: 'recovery_end', kind: 'mail', email, emailTyped, memberId } as const;
    const begun = await beginProof(context, on, wanted, code);
    const values = { code, until: timeText(locale, begun.expiresAt) };
    await tell(context, on, { template: 'member_recovery_code', to: emailTyped, locale, values });
    return begun.cookie;
  });
  return done(undefined, [cookie]);
}

/**
 * A new password; the old one, the authenticator, every passkey, device and session are over. What was set so is
 * young, and opens nothing of great value for a day.
 */
export async function finishRecovery(
  context: Context,
  given: { readonly code: string; readonly password: string },
  browser: From,
): Promise<MemberAnswer<'signed_in'>> {
  const from = placed(context, browser);
  const secretHash = secretOf(from);
  if (secretHash === undefined) return notDone('not_ready');
  const judged = await context.database.transaction((on) => judgeEnd(context, on, from, given));
  if (judged !== null) return notDone(judged);
  const hash = await hashPassword(context, given.password);
  if (hash === undefined) return notDone('busy', 5_000);
  const at = context.clock.now();
  const ended = await context.database.transaction(async (on) => {
    const waiting = await findWaiting(context, on, from.cookie, 'recovery_end');
    if (waiting === undefined || !isCodeOf(context, waiting, given.code)) return undefined;
    const { memberId } = waiting;
    if (memberId === null) return undefined;
    const isBarred = await isStopped(on, memberId);
    const [ready] = await lockRecovery(on, { secretHash, now: at });
    if (ready === undefined || ready.memberId !== memberId) return undefined;
    if (isBarred) return 'account_stopped';
    const { changeId, askedAt } = ready;
    await settleChange(on, { changeId, memberId, state: 'done', by: 'member', at });
    await changeCredential(on, { memberId, password: hash, at });
    await removeAuthenticator(on, { memberId });
    await removeEveryPasskey(on, { memberId });
    await endAllSessions(context, on, memberId);
    // Whoever had the account may have set his own, a week before it was asked for or since.
    await endYoungPhone(context, on, { memberId, before: askedAt });
    const [row] = await findMember(on, { memberId });
    if (row === undefined) return undefined;
    const member = { memberId, email: row.emailTyped, locale: row.locale as Locale };
    await securityChanged(context, on, { member, from }, 'recovery_done');
    return { row, cookie: await endShown(context, on, waiting) };
  });
  if (ended === undefined) return notDone('code_over');
  if (ended === 'account_stopped') return notDone(ended);
  const cookies = [ended.cookie, setCookie(RECOVERY_COOKIE, '', 0)];
  const shown = { factor: 'mail', since: null } as const;
  return enter(context, ended.row, { from, deviceId: null, cookies, shown });
}

async function judgeEnd(
  context: Context,
  on: Queryable,
  from: SeenFrom,
  { code, password }: { readonly code: string; readonly password: string },
) {
  const waiting = await findWaiting(context, on, from.cookie, 'recovery_end');
  if (waiting === undefined) return 'code_over' as const;
  const [member] = await findMember(on, { memberId: waiting.memberId ?? '' });
  if (member === undefined) return 'code_over' as const;
  const refusal = judgePassword(normalPassword(password), member);
  if (refusal !== null) return refusal;
  if (isCodeOf(context, waiting, code)) return null;
  await countMiss(on, waiting);
  return 'code_wrong' as const;
}

function secretOf({ cookie }: SeenFrom): Uint8Array | undefined {
  const secret = readCookie(cookie, RECOVERY_COOKIE);
  return secret !== undefined && SECRET.test(secret) ? hashSecret(secret) : undefined;
}
