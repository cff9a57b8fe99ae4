import { wallClock, type Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { textOf, type Locale, type TextKey } from '../kernel/locale.ts';
import { normalPassword } from '../kernel/sign-in/normal-password.ts';
import {
  beginAuthenticator,
  checkAuthenticatorCode,
  type AuthenticatorBegun,
} from './authenticator.ts';
import { done, notDone, tooMany, type MemberAnswer, type NotDone } from './contract.ts';
import type { Context } from './context.ts';
import type { Factor } from './decide-step-up.ts';
import {
  endDevice,
  endOtherDevices,
  endOtherSessions,
  endSessionsOfDevice,
} from './devices.sql.ts';
import type { From, SeenFrom } from './from.ts';
import { signedIn, stepUpCodes } from './guess-throttle.ts';
import {
  changeCredential,
  changeLocale,
  findMember,
  removeAuthenticator,
  type FindMemberRow,
} from './members.sql.ts';
import { judgePassword } from './password.ts';
import { hashPassword, isPassword } from './passwords.ts';
import { headersOf, placed, recordSignIn } from './sign-in.ts';
import { stepUp, strongestOf } from './step-up.ts';
import { tell, timeText } from './tell.ts';

/** A member who is signed in at this browser, read anew at every request. */
export interface MemberSession {
  readonly sessionId: string;
  readonly deviceId: string;
  readonly member: Member;
  readonly since: Instant;
  /** Set-Cookie headers that carry the session on. */
  readonly cookies: readonly string[];
}

export interface Member {
  readonly memberId: string;
  readonly email: string; // as it was typed
  readonly name: string;
  readonly locale: Locale;
  readonly since: Instant;
  readonly hasAuthenticator: boolean;
  readonly hasPassword: boolean;
  readonly passkeys: number;
}

/** Whatever happens in between, nobody stays signed in for longer. */
const SESSION_MAX_MS = 60 * 24 * 60 * 60_000;

export async function findSession(
  { library, database }: Context,
  cookie: string | undefined,
): Promise<MemberSession | undefined> {
  if (cookie === undefined || cookie.length > 8_000) return undefined;
  const { headers, response } = await (
    await library()
  ).api.getSession({
    headers: new Headers({ cookie }),
    returnHeaders: true,
  });
  if (response === null) return undefined;
  const since = response.session.createdAt.getTime(); // the library's clock is the machine's
  if (wallClock.now() - since > SESSION_MAX_MS) return undefined;
  const [row] = await findMember(database, { memberId: response.session.userId });
  if (row === undefined) return undefined;
  const { id: sessionId, deviceId } = response.session;
  const cookies = headers.getSetCookie();
  return { sessionId, deviceId: deviceId ?? '', member: memberOf(row), since, cookies };
}

function memberOf(row: FindMemberRow): Member {
  const { memberId, emailTyped: email, name, createdAt: since, hasAuthenticator, passkeys } = row;
  const locale = row.locale as Locale;
  const hasPassword = row.password !== null;
  return { memberId, email, name, locale, since, hasAuthenticator, hasPassword, passkeys };
}

export async function signOut(context: Context, browser: From): Promise<MemberAnswer> {
  const { headers } = await (
    await context.library()
  ).api.signOut({
    headers: headersOf(placed(context, browser)),
    returnHeaders: true,
  });
  return done(undefined, headers.getSetCookie());
}

/** Told in the language that was: whoever reads no other could not read a warning any more. */
export async function changeLanguage(
  context: Context,
  { member }: MemberSession,
  locale: Locale,
): Promise<MemberAnswer> {
  if (member.locale === locale) return done(undefined);
  await context.database.transaction(async (on) => {
    await changeLocale(on, { memberId: member.memberId, locale, at: context.clock.now() });
    await tellChange(context, on, member, 'member.language.changed');
  });
  return done(undefined);
}

/** Its sessions are over at once, and it is a strange device again: a password alone opens nothing there. */
export async function endOneDevice(
  context: Context,
  { member }: MemberSession,
  deviceId: string,
  browser: From,
): Promise<MemberAnswer> {
  const { memberId } = member;
  const isDone = await context.database.transaction(async (on) => {
    const ended = await endDevice(on, { memberId, deviceId, at: context.clock.now() });
    if (ended === 0) return false;
    await endSessionsOfDevice(on, { memberId, deviceId });
    await recordSignIn(context, on, { memberId, from: placed(context, browser) }, 'device_ended');
    return true;
  });
  return isDone ? done(undefined) : notDone('not_found');
}

export async function endOthers(
  context: Context,
  session: MemberSession,
  browser: From,
): Promise<MemberAnswer> {
  const from = placed(context, browser);
  await context.database.transaction(async (on) => {
    await endAllOthers(context, on, session);
    await recordSignIn(context, on, { memberId: session.member.memberId, from }, 'others_ended');
  });
  return done(undefined);
}

async function endAllOthers(
  { clock }: Context,
  on: Queryable,
  { member: { memberId }, sessionId, deviceId }: MemberSession,
): Promise<void> {
  await endOtherDevices(on, { memberId, keptDeviceId: deviceId, at: clock.now() });
  await endOtherSessions(on, { memberId, keptSessionId: sessionId });
}

/**
 * Asks for a fresh factor and, where no passkey was shown, for the old password; ends every other session and
 * device, and says so by notice.
 */
export async function changePassword(
  context: Context,
  session: MemberSession,
  given: { readonly current: string; readonly next: string },
  browser: From,
): Promise<MemberAnswer> {
  const from = placed(context, browser);
  const { member } = session;
  const { memberId } = member;
  const judged = judgePassword(normalPassword(given.next), member);
  if (judged !== null) return notDone(judged);
  const wrong = await refuseChange(context, session, given.current);
  if (wrong !== null) return wrong;
  const password = await hashPassword(context, given.next);
  if (password === undefined) return notDone('busy', 5_000);
  await context.database.transaction(async (on) => {
    await changeCredential(on, { memberId, password, at: context.clock.now() });
    await endAllOthers(context, on, session);
    await securityChanged(context, on, { member, from }, 'password_changed');
  });
  return done(undefined);
}

export async function beginSecondFactor(
  context: Context,
  session: MemberSession,
  password: string,
): Promise<MemberAnswer<AuthenticatorBegun>> {
  const { member } = session;
  if (member.hasAuthenticator) return notDone('authenticator_is_set');
  const wrong = await refuseChange(context, session, password);
  if (wrong !== null) return wrong;
  const begun = await beginAuthenticator(context, context.database, member);
  return begun === undefined ? notDone('authenticator_is_set') : done(begun);
}

export async function confirmSecondFactor(
  context: Context,
  session: MemberSession,
  code: string,
  browser: From,
): Promise<MemberAnswer> {
  const { member } = session;
  if (member.hasAuthenticator) return notDone('authenticator_is_set');
  const from = placed(context, browser);
  return withCode(context, session, code, (on) =>
    securityChanged(context, on, { member, from }, 'authenticator_set'),
  );
}

export async function removeSecondFactor(
  context: Context,
  session: MemberSession,
  given: { readonly password: string; readonly code: string },
  browser: From,
): Promise<MemberAnswer> {
  const { member } = session;
  if (!member.hasAuthenticator) return notDone('authenticator_not_set');
  const wrong = await refuseChange(context, session, given.password, 'authenticator');
  if (wrong !== null) return wrong;
  const from = placed(context, browser);
  return withCode(context, session, given.code, async (on) => {
    await removeAuthenticator(on, member);
    await securityChanged(context, on, { member, from }, 'authenticator_removed');
  });
}

export async function withCode(
  context: Context,
  { member: { memberId }, deviceId }: MemberSession,
  code: string,
  act: (on: Queryable) => Promise<void>,
): Promise<MemberAnswer> {
  const askers = stepUpCodes(memberId, deviceId);
  const waitMs = await context.throttle.begin(askers);
  if (waitMs > 0) return tooMany(waitMs);
  const isRight = await context.database.transaction(async (on) => {
    if (!(await checkAuthenticatorCode(context, on, memberId, code))) return false;
    await act(on);
    return true;
  });
  if (!isRight) return notDone('code_wrong');
  await context.throttle.forgive(askers);
  return done(undefined);
}

/**
 * Null: what protects the account may be changed. `coming`: a factor that is shown with the change itself. The
 * password is asked for beside it, but of nobody who has shown a passkey or has no password.
 */
async function refuseChange(
  context: Context,
  session: MemberSession,
  password: string,
  coming: Factor | null = null,
): Promise<NotDone | null> {
  const { member } = session;
  const strongest = await strongestOf(context, member.memberId);
  if (strongest !== coming) {
    const refused = await refuseStale(context, session);
    if (refused !== null) return refused;
  }
  return (await isPasswordAsked(context, member))
    ? refusePassword(context, member, password)
    : null;
}

export async function isPasswordAsked(context: Context, member: Member): Promise<boolean> {
  return member.hasPassword && (await strongestOf(context, member.memberId)) !== 'passkey';
}

/** Null: a factor was shown lately that is enough for a change of what protects the account. */
export async function refuseStale(
  context: Context,
  session: MemberSession,
): Promise<NotDone | null> {
  const judged = await stepUp(context, session, { act: 'security' });
  return judged.state === 'fresh' ? null : notDone('step_up_needed');
}

/** Null: it is the member's. Wrong ones count wherever they are given. */
async function refusePassword(
  context: Context,
  { memberId }: Member,
  typed: string,
): Promise<ReturnType<typeof notDone> | null> {
  const askers = signedIn(memberId);
  const waitMs = await context.throttle.begin(askers);
  if (waitMs > 0) return tooMany(waitMs);
  const [row] = await findMember(context.database, { memberId });
  const isRight = await isPassword(context, typed, row?.password ?? undefined);
  if (isRight === undefined) return notDone('busy', 5_000);
  if (!isRight) return notDone('password_wrong');
  await context.throttle.forgive(askers);
  return null;
}

export type SecurityChange =
  | 'password_changed'
  | 'authenticator_set'
  | 'authenticator_removed'
  | 'passkey_added'
  | 'passkey_removed'
  | 'limit_lowered'
  | 'recovery_done'
  | 'phone_set';

export type Addressee = Pick<Member, 'memberId' | 'email' | 'locale'>;

export async function securityChanged(
  context: Context,
  on: Queryable,
  { member, from }: { readonly member: Addressee; readonly from: SeenFrom },
  change: SecurityChange,
): Promise<void> {
  await recordSignIn(context, on, { memberId: member.memberId, from }, change);
  await tellChange(context, on, member, CHANGES[change]);
}

async function tellChange(
  context: Context,
  on: Queryable,
  { email, locale }: Addressee,
  what: TextKey,
): Promise<void> {
  await tell(context, on, {
    template: 'member_security_changed',
    to: email,
    locale,
    values: { what: textOf(locale, what), at: timeText(locale, context.clock.now()) },
  });
}

const CHANGES: Readonly<Record<SecurityChange, TextKey>> = {
  password_changed: 'member.outcome.password_changed',
  authenticator_set: 'member.outcome.authenticator_set',
  authenticator_removed: 'member.outcome.authenticator_removed',
  passkey_added: 'member.outcome.passkey_added',
  passkey_removed: 'member.outcome.passkey_removed',
  limit_lowered: 'member.outcome.limit_lowered',
  recovery_done: 'member.outcome.recovery_done',
  phone_set: 'member.outcome.phone_set',
};
