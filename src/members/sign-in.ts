import type { Locale } from '../kernel/locale.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { networkOf } from '../kernel/network-of.ts';
import { findLastSignIn, hasSeenNetwork, insertSignIn } from './devices.sql.ts';
import { done, notDone, tooMany, type MemberAnswer } from './contract.ts';
import { checkAuthenticatorCode } from './authenticator.ts';
import type { Context } from './context.ts';
import type { Factor } from './decide-step-up.ts';
import { deviceHashes, makeDevice, PROVEN_MS, seeDevice } from './devices.ts';
import { seenFrom, type From, type SeenFrom } from './from.ts';
import { mailTo, ownSignIn, signInCodes, strangeSignIn } from './guess-throttle.ts';
import { findDeviceEver } from './guesses.sql.ts';
import { findForSignIn, findMember, type FindMemberRow } from './members.sql.ts';
import { ADDRESS_HEADER } from './library-address.ts';
import { judgeOddness, type Oddity } from './oddness.ts';
import { isPassword } from './passwords.ts';
import {
  beginProof,
  countMiss,
  endShown,
  findWaiting,
  isCodeOf,
  newCode,
  type Waiting,
} from './proofs.ts';
import { factorsOf, keepShown } from './step-up.ts';
import { deviceText, placeText, tell, timeText } from './tell.ts';

export type SignedInOr = 'signed_in' | 'code_by_mail' | 'code_of_authenticator';

const EMAIL_MAX = 254;
const PASSWORD_TYPED_MAX = 1_000;
const NETWORK_USUAL_MS = 90 * 24 * 60 * 60_000;
const SESSION_COOKIE = 'kinken_member.session_token';

/**
 * A password opens a known device alone. Elsewhere a code is asked for: of the authenticator, or by mail. What
 * is done and what is answered is the same for an address that nobody has.
 */
export async function signIn(
  context: Context,
  given: { readonly email: string; readonly password: string },
  browser: From,
): Promise<MemberAnswer<SignedInOr>> {
  const from = placed(context, browser);
  const email = given.email.trim().toLowerCase().slice(0, EMAIL_MAX);
  const hashes = deviceHashes(from);
  const find = () =>
    findForSignIn(context.database, {
      email,
      deviceHashes: hashes,
      provenSince: context.clock.now() - PROVEN_MS,
    });
  // A stranger is slowed before anything is looked up; only who holds the secret of a device is looked at first.
  const early = hashes.length > 0 ? (await find())[0] : undefined;
  const askers =
    early?.deviceId == null
      ? strangeSignIn(email, networkOf(from.address))
      : ownSignIn(email, early.deviceId);
  const waitMs = await context.throttle.begin(askers);
  if (waitMs > 0) return tooMany(waitMs);
  const found = hashes.length > 0 ? early : (await find())[0];
  const typed = given.password.slice(0, PASSWORD_TYPED_MAX);
  const isRight = await isPassword(context, typed, found?.password);
  if (isRight === undefined) return notDone('busy', 5_000);
  if (!isRight || found === undefined) {
    await recordSignIn(
      context,
      context.database,
      { memberId: found?.memberId ?? null, from, isNewDevice: found?.deviceId == null },
      'password_wrong',
    );
    return notDone('sign_in_refused');
  }
  // On a strange device the right password alone is forgiven nothing: leaked ones are tried there.
  if (found.deviceId !== null) await context.throttle.forgive(askers);
  const [member] = await findMember(context.database, { memberId: found.memberId });
  if (member === undefined) return notDone('account_barred');
  if (found.deviceId !== null) return enter(context, member, { from, deviceId: found.deviceId });
  return askForCode(context, member, from);
}

async function askForCode(
  context: Context,
  member: FindMemberRow,
  from: SeenFrom,
): Promise<MemberAnswer<SignedInOr>> {
  const { memberId, email, emailTyped, hasAuthenticator } = member;
  const locale = member.locale as Locale;
  const kind = hasAuthenticator ? 'authenticator' : 'mail';
  if (kind === 'mail') {
    const waitMs = await context.throttle.begin(mailTo(email, networkOf(from.address)));
    if (waitMs > 0) return tooMany(waitMs);
  }
  const code = newCode(context);
  const cookie = await context.database.transaction(async (on) => {
    const wanted = { purpose: 'sign_in', kind, email, emailTyped, memberId } as const;
    const begun = await beginProof(context, on, wanted, code);
    await recordSignIn(context, on, { memberId, from, isNewDevice: true }, 'code_asked');
    if (kind === 'mail') {
      await tell(context, on, {
        template: 'member_sign_in_code',
        to: emailTyped,
        locale,
        values: {
          code,
          until: timeText(locale, begun.expiresAt),
          device: deviceText(locale, from),
          place: placeText(locale, from),
        },
      });
    }
    return begun.cookie;
  });
  return done(kind === 'mail' ? 'code_by_mail' : 'code_of_authenticator', [cookie]);
}

/** The code for a sign-in that waits at this browser. Five wrong ones end it; all of a member's together are slowed. */
export async function proveSignIn(
  context: Context,
  typed: string,
  browser: From,
): Promise<MemberAnswer<SignedInOr>> {
  const from = placed(context, browser);
  const looked = await waitingMember(context, from);
  if (looked === undefined) return notDone('code_over');
  const known = { memberId: looked, deviceHashes: deviceHashes(from) };
  const [device] = await findDeviceEver(context.database, known);
  const askers = signInCodes(looked, device?.deviceId ?? null);
  const waitMs = await context.throttle.begin(askers);
  if (waitMs > 0) return tooMany(waitMs);
  const proved = await context.database.transaction(async (on) => {
    const waiting = await findWaiting(context, on, from.cookie, 'sign_in');
    if (waiting === undefined || waiting.memberId !== looked) return 'over' as const;
    if (!(await isRightCode(context, on, waiting, typed))) {
      await countMiss(on, waiting);
      const tried = { memberId: looked, from, isNewDevice: true };
      await recordSignIn(context, on, tried, 'code_wrong');
      return 'wrong' as const;
    }
    return { cookie: await endShown(context, on, waiting), kind: waiting.kind };
  });
  if (proved === 'over') return notDone('code_over');
  if (proved === 'wrong') return notDone('code_wrong');
  await context.throttle.forgive(askers);
  const [member] = await findMember(context.database, { memberId: looked });
  if (member === undefined) return notDone('code_over');
  await context.throttle.forgive(strangeSignIn(member.email, networkOf(from.address)));
  const shown = await shownBy(context, member, proved.kind);
  return enter(context, member, { from, deviceId: null, cookies: [proved.cookie], shown });
}

/** What waits at this browser, for the page that asks for it. */
export async function waitsFor(
  context: Context,
  browser: From,
): Promise<'mail' | 'authenticator' | undefined> {
  const { cookie } = placed(context, browser);
  return context.database.transaction(async (on) => {
    const waiting = await findWaiting(context, on, cookie, 'sign_in');
    return waiting?.kind as 'mail' | 'authenticator' | undefined;
  });
}

async function waitingMember(context: Context, from: SeenFrom): Promise<string | undefined> {
  const waiting = await context.database.transaction((on) =>
    findWaiting(context, on, from.cookie, 'sign_in'),
  );
  return waiting?.memberId ?? undefined;
}

async function isRightCode(
  context: Context,
  on: Queryable,
  waiting: Waiting,
  typed: string,
): Promise<boolean> {
  if (waiting.kind === 'mail') return isCodeOf(context, waiting, typed);
  return checkAuthenticatorCode(context, on, waiting.memberId ?? '', typed);
}

/**
 * Everything was proved. The history, the device and the notice of a new one stand before the session does; the
 * session is new, and what this browser had before is over, so none is carried over a sign-in.
 */
export async function enter(
  context: Context,
  member: FindMemberRow,
  { from, deviceId, cookies = [], shown = null }: Entering,
): Promise<MemberAnswer<'signed_in'>> {
  const { database, clock, library } = context;
  const { memberId } = member;
  const at = clock.now();
  const device = await database.transaction(async (on) => {
    const isNewDevice = deviceId === null;
    const { oddities, isFirst } = await judgeArrival(on, { memberId, from, at, isNewDevice });
    const made = isNewDevice ? await makeDevice(context, on, { memberId, from, at }) : undefined;
    const used = made?.deviceId ?? deviceId ?? '';
    if (made === undefined) await seeDevice(on, used, { from, at });
    const { userAgent, country, network } = from;
    const row = { memberId, at, outcome: 'signed_in', deviceId: used, userAgent, country, network };
    await insertSignIn(on, { ...row, oddities, factor: shown?.factor ?? null });
    if (isNewDevice && !isFirst) await tellOfDevice(context, on, member, from);
    return { deviceId: used, cookie: made?.cookie };
  });
  if (from.cookie?.includes(SESSION_COOKIE) === true) {
    await (await library()).api.signOut({ headers: headersOf(from) });
  }
  const { headers, response } = await (
    await library()
  ).api.enter({
    body: { memberId, deviceId: device.deviceId },
    headers: headersOf({ ...from, cookie: undefined }),
    returnHeaders: true,
  });
  if (shown !== null) {
    await keepShown(context, database, { sessionId: response.sessionId, ...shown });
  }
  const own = device.cookie === undefined ? [] : [device.cookie];
  return done('signed_in', [...cookies, ...own, ...headers.getSetCookie()]);
}

async function judgeArrival(
  on: Queryable,
  { memberId, from, at, isNewDevice }: Tried & { readonly memberId: string; readonly at: Instant },
): Promise<{ readonly oddities: readonly Oddity[]; readonly isFirst: boolean }> {
  const { network } = from;
  const [earlier] = await findLastSignIn(on, { memberId });
  const [seen] = await hasSeenNetwork(on, { memberId, network, since: at - NETWORK_USUAL_MS });
  const isNewNetwork = seen?.isSeen !== true;
  const oddities = judgeOddness({ ...from, at, isNewDevice, isNewNetwork }, earlier);
  return { oddities, isFirst: earlier === undefined };
}

interface Tried {
  readonly from: SeenFrom;
  readonly isNewDevice: boolean;
}

interface Entering {
  readonly from: SeenFrom;
  readonly deviceId: string | null; // null: a new one, for which a second factor was shown
  readonly cookies?: readonly string[];
  /** The factor by which it was proved, and since when the member has it; null: a known device and a password. */
  readonly shown?: { readonly factor: Factor; readonly since: Instant | null } | null;
}

async function shownBy(
  { database }: Context,
  { memberId }: FindMemberRow,
  kind: string,
): Promise<{ readonly factor: Factor; readonly since: Instant | null }> {
  if (kind === 'mail') return { factor: 'mail', since: null };
  const { authenticatorSince } = await factorsOf(database, memberId);
  return { factor: 'authenticator', since: authenticatorSince };
}

async function tellOfDevice(
  context: Context,
  on: Queryable,
  { emailTyped, locale }: FindMemberRow,
  from: SeenFrom,
): Promise<void> {
  const language = locale as Locale;
  await tell(context, on, {
    template: 'member_new_device',
    to: emailTyped,
    locale: language,
    values: {
      device: deviceText(language, from),
      place: placeText(language, from),
      at: timeText(language, context.clock.now()),
    },
  });
}

export type Outcome =
  | 'password_wrong'
  | 'code_asked'
  | 'code_wrong'
  | 'device_ended'
  | 'others_ended'
  | 'password_changed'
  | 'authenticator_set'
  | 'authenticator_removed'
  | 'all_ended'
  | 'passkey_added'
  | 'passkey_removed'
  | 'passkey_refused'
  | 'factor_shown'
  | 'recovery_asked'
  | 'recovery_done'
  | 'mail_change_asked'
  | 'mail_changed'
  | 'limit_lowered'
  | 'limit_raise_asked'
  | 'limit_raised'
  | 'change_cancelled'
  | 'phone_set'
  | 'phone_change_asked'
  | 'phone_changed'
  | 'phone_removed';

/**
 * isNewDevice: of whoever tries to come in, which is judged as a sign-in is, whether or not it is anybody's account.
 * What is done in a session is as odd as the sign-in that it stands on, and is said there.
 */
export async function recordSignIn(
  { clock }: Pick<Context, 'clock'>,
  on: Queryable,
  {
    memberId,
    from,
    isNewDevice,
  }: {
    readonly memberId: string | null; // null: nobody's
    readonly from: SeenFrom;
    readonly isNewDevice?: boolean;
  },
  outcome: Outcome,
): Promise<void> {
  const at = clock.now();
  const { userAgent, country, network } = from;
  const tried = isNewDevice !== undefined && { memberId: memberId ?? '', from, at, isNewDevice };
  const { oddities } = tried ? await judgeArrival(on, tried) : { oddities: [] };
  const row = { memberId, deviceId: null, userAgent, country, network, oddities, factor: null };
  await insertSignIn(on, { ...row, at, outcome });
}

export function placed({ places }: Pick<Context, 'places'>, browser: From): SeenFrom {
  return seenFrom(browser, places.find(browser.address));
}

export function headersOf({ cookie, address, userAgent }: SeenFrom): Headers {
  const headers = new Headers({ [ADDRESS_HEADER]: address, 'user-agent': userAgent });
  if (cookie !== undefined) headers.set('cookie', cookie);
  return headers;
}
