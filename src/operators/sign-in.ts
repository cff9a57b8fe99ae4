import { wallClock, type Clock } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Connection } from '../kernel/database/index.ts';
import { later } from '../kernel/later.ts';
import type { Logger } from '../kernel/log.ts';
import { normalPassword } from '../kernel/sign-in/normal-password.ts';
import { askLibrary, type From, type LibraryAnswer } from './ask-library.ts';
import { appendAudit } from './audit.ts';
import type { Library } from './open-library.ts';
import { actorOf, operatorOf, type Operator } from './operator.ts';
import { knownBrowser, knownToAnybody, rememberBrowser } from './known-browser.ts';
import { findOperatorByEmail, findOperatorById, forgetEnded } from './operators.sql.ts';
import { judgePassword } from './password.ts';
import type { Sessions } from './session.ts';
import { signInThrottle, type Attempt, type SignInThrottle } from './sign-in-throttle.ts';

export type SignInRefusal =
  | 'sign_in_refused'
  | 'second_factor_wrong'
  | 'second_factor_over'
  | 'second_factor_is_set'
  | 'second_factor_not_set'
  | 'password_wrong'
  | 'password_too_short'
  | 'password_too_easy'
  | 'invitation_not_valid'
  | 'too_many_attempts';

export type SignInAnswer<Value = undefined> =
  | { readonly ok: true; readonly value: Value; readonly cookies: readonly string[] }
  | {
      readonly ok: false;
      readonly refusal: SignInRefusal;
      readonly retryAfterMs?: number;
      readonly cookies: readonly string[];
    };

export interface SecondFactorBegun {
  readonly uri: string; // otpauth://: for the picture that an authenticator reads
  readonly backupCodes: readonly string[]; // shown this once
}

/** Everything that proves who an operator is. Each answer's cookies are the browser's to keep. */
export interface SignInDesk extends Sessions {
  signIn(
    given: { readonly email: string; readonly password: string },
    from: From,
  ): Promise<SignInAnswer<'signed_in' | 'second_factor'>>;
  /** The code of the authenticator, or one of the codes for when it is lost. */
  proveSecondFactor(given: SecondFactor, from: From): Promise<SignInAnswer>;
  signOut(operator: Operator, from: From): Promise<SignInAnswer>;
  /** By an invitation: the first password, or a new one when the old one is lost. */
  choosePassword(
    given: { readonly invitation: string; readonly password: string },
    from: From,
  ): Promise<SignInAnswer>;
  changePassword(
    operator: Operator,
    given: { readonly current: string; readonly next: string },
    from: From,
  ): Promise<SignInAnswer>;
  beginSecondFactor(
    operator: Operator,
    password: string,
    from: From,
  ): Promise<SignInAnswer<SecondFactorBegun>>;
  confirmSecondFactor(operator: Operator, code: string, from: From): Promise<SignInAnswer>;
  removeSecondFactor(
    operator: Operator,
    given: { readonly password: string; readonly code: string },
    from: From,
  ): Promise<SignInAnswer>;
  /** Sessions, invitations and guesses that are over are forgotten. */
  forgetOld(): Promise<void>;
}

export interface SecondFactor {
  readonly code: string;
  readonly isBackupCode: boolean;
}

export interface SignInParts {
  readonly connection: Connection;
  readonly keyRing: KeyRing;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Whatever happens in between, nobody stays signed in for longer. */
const SESSION_MAX_MS = 12 * 60 * 60 * 1000;

export function openSignIn(parts: SignInParts): SignInDesk {
  const library = later(async () => {
    const { openLibrary } = await import('./open-library.ts');
    return openLibrary({
      ...parts,
      passwordChosen: (operatorId) => record(parts, operatorId, 'operator.choose_password', null),
    });
  });
  const context: Context = { ...parts, library, throttle: signInThrottle(parts) };
  return {
    find: (headers, { isWatching }) => findSession(context, headers.cookie, isWatching),
    signIn: (given, from) => signIn(context, given, from),
    proveSecondFactor: (given, from) => proveSecondFactor(context, given, from),
    async signOut(operator, from) {
      const { cookies } = await askLibrary(library, '/sign-out', {}, from);
      await record(context, operator.operatorId, 'operator.sign_out', from);
      return done(undefined, cookies);
    },
    choosePassword: (given, from) => choosePassword(context, given, from),
    changePassword: (operator, given, from) => changePassword(context, operator, given, from),
    beginSecondFactor: (operator, password, from) =>
      beginSecondFactor(context, operator, password, from),
    confirmSecondFactor: (operator, code, from) =>
      confirmSecondFactor(context, operator, code, from),
    removeSecondFactor: (operator, given, from) =>
      removeSecondFactor(context, operator, given, from),
    async forgetOld() {
      await forgetEnded(parts.connection, { before: wallClock.now() });
      await context.throttle.forgetOld();
    },
  };
}

interface Context extends SignInParts {
  readonly library: () => Promise<Library>;
  readonly throttle: SignInThrottle;
}

/** The library says whose session it is; whether that operator may still do anything our own row does. */
async function findSession(
  { library, connection }: Context,
  cookie: string | undefined,
  isWatching: boolean,
): ReturnType<Sessions['find']> {
  if (cookie === undefined || cookie.length > 8_000) return undefined;
  const { headers, response } = await (
    await library()
  ).api.getSession({
    headers: new Headers({ cookie }),
    query: { disableRefresh: isWatching },
    returnHeaders: true,
  });
  if (response === null) return undefined;
  const since = response.session.createdAt.getTime(); // the library's clock is the machine's
  if (wallClock.now() - since > SESSION_MAX_MS) return undefined;
  const [row] = await findOperatorById(connection, { operatorId: response.session.userId });
  if (row === undefined || !row.isActive) return undefined;
  const cookies = headers?.getSetCookie() ?? [];
  return { sessionId: response.session.id, operator: operatorOf(row), since, cookies };
}

async function signIn(
  context: Context,
  { email, password }: { readonly email: string; readonly password: string },
  from: From,
): Promise<SignInAnswer<'signed_in' | 'second_factor'>> {
  const attempt = attemptOf(context, email, from);
  const waitMs = await context.throttle.begin(attempt);
  if (waitMs > 0) return tooMany(waitMs);
  const sent = { email, password: normalPassword(password) };
  const answer = await askLibrary(context.library, '/sign-in/email', sent, {
    ...from,
    browser: attempt.browser,
  });
  if (answer.isThrottled) return tooMany(answer.retryAfterMs);
  if (!answer.isDone) {
    const [known] = await findOperatorByEmail(context.connection, { email });
    if (known) await record(context, known.operatorId, 'operator.sign_in_refused', from);
    return notDone('sign_in_refused');
  }
  await context.throttle.forgive(attempt);
  if (answer.body['twoFactorRedirect'] === true) return done('second_factor', answer.cookies);
  const cookie = await enter(context, answer, from);
  return cookie === null
    ? notDone('sign_in_refused')
    : done('signed_in', [...answer.cookies, cookie]);
}

function attemptOf(context: Context, email: string, from: From): Attempt {
  return { email, network: from.address, browser: knownBrowser(context, email, from) };
}

/**
 * A new session has begun: what this browser had before is over, so no session is carried over a sign-in. Answers
 * the cookie by which the browser is known from now on; null for an operator who is disabled, whose new session ends at once: told like a wrong password.
 */
async function enter(context: Context, answer: LibraryAnswer, from: From): Promise<string | null> {
  const { library, connection } = context;
  if (from.cookie?.includes('session_token')) await askLibrary(library, '/sign-out', {}, from);
  const { id: operatorId = '' } = (answer.body['user'] ?? {}) as { readonly id?: string };
  const [row] = await findOperatorById(connection, { operatorId });
  const isActive = row?.isActive === true;
  await record(
    context,
    operatorId,
    isActive ? 'operator.sign_in' : 'operator.sign_in_refused',
    from,
  );
  if (isActive) {
    await context.throttle.remember(attemptOf(context, row.email, from));
    return rememberBrowser(context, row.email, from);
  }
  const cookie = answer.cookies.map((each) => each.split(';', 1)[0]).join('; ');
  await askLibrary(library, '/sign-out', {}, { ...from, cookie });
  return null;
}

async function proveSecondFactor(
  context: Context,
  { code, isBackupCode }: SecondFactor,
  from: From,
): Promise<SignInAnswer> {
  const path = isBackupCode ? '/two-factor/verify-backup-code' : '/two-factor/verify-totp';
  const answer = await askLibrary(
    context.library,
    path,
    { code },
    { ...withoutSession(from), browser: knownToAnybody(context, from) },
  );
  if (answer.isThrottled) return tooMany(answer.retryAfterMs);
  if (!answer.isDone) {
    const isOver =
      answer.code === 'INVALID_TWO_FACTOR_COOKIE' || answer.code.startsWith('TOO_MANY_ATTEMPTS');
    return notDone(isOver ? 'second_factor_over' : 'second_factor_wrong', answer.cookies);
  }
  const cookie = await enter(context, answer, from);
  return cookie === null
    ? notDone('sign_in_refused')
    : done(undefined, [...answer.cookies, cookie]);
}

/** A second factor is proved for the sign-in that waits for it, not for a session that is there already. */
function withoutSession(from: From): From {
  const cookie = from.cookie
    ?.split(';')
    .filter((part) => !part.includes('.session_'))
    .join(';');
  return { ...from, cookie };
}

async function choosePassword(
  context: Context,
  { invitation, password }: { readonly invitation: string; readonly password: string },
  from: From,
): Promise<SignInAnswer> {
  const newPassword = normalPassword(password);
  const judged = judgePassword(newPassword, '');
  if (judged !== null) return notDone(judged);
  const sent = { token: invitation, newPassword };
  const answer = await askLibrary(context.library, '/reset-password', sent, withoutSession(from));
  if (answer.isThrottled) return tooMany(answer.retryAfterMs);
  return answer.isDone ? done(undefined, answer.cookies) : notDone('invitation_not_valid');
}

/** Wrong passwords count wherever they are given: a session that was left open is no way to guess. */
async function withPassword<Value>(
  context: Context,
  { operator, from }: { readonly operator: Operator; readonly from: From },
  ask: () => Promise<LibraryAnswer>,
  then: (answer: LibraryAnswer) => Promise<SignInAnswer<Value>>,
): Promise<SignInAnswer<Value>> {
  const attempt = attemptOf(context, operator.email, from);
  const waitMs = await context.throttle.begin(attempt);
  if (waitMs > 0) return tooMany(waitMs);
  const answer = await ask();
  if (answer.isThrottled) return tooMany(answer.retryAfterMs);
  if (answer.code === 'INVALID_PASSWORD') return notDone('password_wrong');
  await context.throttle.forgive(attempt);
  return then(answer);
}

async function changePassword(
  context: Context,
  operator: Operator,
  given: { readonly current: string; readonly next: string },
  from: From,
): Promise<SignInAnswer> {
  const newPassword = normalPassword(given.next);
  const judged = judgePassword(newPassword, operator.email);
  if (judged !== null) return notDone(judged);
  const currentPassword = normalPassword(given.current);
  const sent = { currentPassword, newPassword, revokeOtherSessions: true };
  return withPassword(
    context,
    { operator, from },
    () => askLibrary(context.library, '/change-password', sent, from),
    async (answer) => {
      if (!answer.isDone) return notDone('password_wrong');
      await record(context, operator.operatorId, 'operator.change_password', from);
      return done(undefined, answer.cookies);
    },
  );
}

async function beginSecondFactor(
  context: Context,
  operator: Operator,
  password: string,
  from: From,
): Promise<SignInAnswer<SecondFactorBegun>> {
  const sent = { password: normalPassword(password) };
  return withPassword(
    context,
    { operator, from },
    () => askLibrary(context.library, '/two-factor/enable', sent, from),
    async (answer) => {
      if (!answer.isDone) return notDone('second_factor_is_set');
      const { totpURI, backupCodes } = answer.body as {
        readonly totpURI: string;
        readonly backupCodes: readonly string[];
      };
      return done({ uri: totpURI, backupCodes }, answer.cookies);
    },
  );
}

async function confirmSecondFactor(
  context: Context,
  operator: Operator,
  code: string,
  from: From,
): Promise<SignInAnswer> {
  if (operator.hasSecondFactor) return notDone('second_factor_is_set');
  const answer = await askLibrary(context.library, '/two-factor/verify-totp', { code }, from);
  if (answer.isThrottled) return tooMany(answer.retryAfterMs);
  if (answer.code === 'TOTP_NOT_ENABLED') return notDone('second_factor_not_set');
  if (!answer.isDone) return notDone('second_factor_wrong');
  await record(context, operator.operatorId, 'operator.set_second_factor', from);
  return done(undefined, answer.cookies);
}

async function removeSecondFactor(
  context: Context,
  operator: Operator,
  { password, code }: { readonly password: string; readonly code: string },
  from: From,
): Promise<SignInAnswer> {
  if (!operator.hasSecondFactor) return notDone('second_factor_not_set');
  const proved = await askLibrary(context.library, '/two-factor/verify-totp', { code }, from);
  if (proved.isThrottled) return tooMany(proved.retryAfterMs);
  if (!proved.isDone) return notDone('second_factor_wrong');
  const sent = { password: normalPassword(password) };
  return withPassword(
    context,
    { operator, from },
    () => askLibrary(context.library, '/two-factor/disable', sent, from),
    async (answer) => {
      if (!answer.isDone) return notDone('second_factor_not_set');
      await record(context, operator.operatorId, 'operator.remove_second_factor', from);
      return done(undefined, answer.cookies);
    },
  );
}

async function record(
  { connection, clock }: SignInParts,
  operatorId: string,
  act: string,
  from: From | null,
): Promise<void> {
  const [row] = await findOperatorById(connection, { operatorId });
  await connection.transaction((on) =>
    appendAudit(on, {
      at: clock.now(),
      issuerId: row?.issuerId ?? null,
      actor: actorOf(operatorId),
      kind: 'act',
      act,
      subject: actorOf(operatorId),
      detail: from === null ? {} : { address: from.address },
    }),
  );
}

function done<Value>(value: Value, cookies: readonly string[]): SignInAnswer<Value> {
  return { ok: true, value, cookies };
}

function notDone(
  refusal: SignInRefusal,
  cookies: readonly string[] = [],
): Extract<SignInAnswer, { ok: false }> {
  return { ok: false, refusal, cookies };
}

function tooMany(retryAfterMs: number): Extract<SignInAnswer, { ok: false }> {
  return { ok: false, refusal: 'too_many_attempts', retryAfterMs, cookies: [] };
}
