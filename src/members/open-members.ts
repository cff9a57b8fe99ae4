import { wallClock, type Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { later } from '../kernel/later.ts';
import type { Locale } from '../kernel/locale.ts';
import {
  beginSecondFactor,
  changeLanguage,
  changePassword,
  confirmSecondFactor,
  endOneDevice,
  endOthers,
  findSession,
  removeSecondFactor,
  signOut,
  type MemberSession,
} from './account.ts';
import type { AuthenticatorBegun } from './authenticator.ts';
import { barAccount, closeAccount, unbarAccount } from './close-account.ts';
import { addressesOf, ownerOfAddress } from './contacts.ts';
import type { Notices } from '../notices/index.ts';
import type { MemberAnswer } from './contract.ts';
import { dayLimitOf, giveBackWithin, spendWithin, type DayLimit, type Spent } from './day-limit.ts';
import type { StepUp } from './decide-step-up.ts';
import {
  endAllSessions,
  evidenceOf,
  findBarred,
  findBarredById,
  findByEmail,
  findById,
  type FoundMember,
  type MemberEvidence,
} from './evidence.ts';
import { cancelWaiting, type WantedCancel } from './settle-changes.ts';
import { stepUp, type WantedAct } from './step-up.ts';
import { SMS_LIMITS, type Context, type MemberParts } from './context.ts';
import {
  forgetEndedSessions,
  forgetOldSignIns,
  forgetStrangersSignIns,
  listDevices,
  listSignIns,
} from './devices.sql.ts';
import { deviceName } from './device-name.ts';
import type { From } from './from.ts';
import { openGuessThrottle } from './guess-throttle.ts';
import { openHashQueue } from './hash-queue.ts';
import { allowChanges, holdChanges, isHeldNow, releaseUnstopped } from './hold.ts';
import { openSecurity, type MemberSecurity } from './open-security.ts';
import type { Oddity } from './oddness.ts';
import { openPlaces, type Place } from './place.ts';
import { forgetChallenges } from './passkeys.sql.ts';
import { ownerOfPhone, type OfPhone } from './phones.ts';
import { forgetPhones } from './phones.sql.ts';
import { forgetProofs } from './proofs.sql.ts';
import { reachPhones } from './reach-phones.ts';
import { openSmsDay } from './sms-day.ts';
import { proveSignIn, signIn, waitsFor, type Outcome, type SignedInOr } from './sign-in.ts';
import { beginSignUp, finishSignUp, signUpWaiting, type NewMember } from './sign-up.ts';

export interface ShownDevice extends Place {
  readonly deviceId: string;
  readonly name: string | null;
  readonly firstSeenAt: Instant;
  readonly lastSeenAt: Instant;
  readonly isSignedIn: boolean;
}

export interface ShownSignIn extends Place {
  readonly signInId: bigint;
  readonly at: Instant;
  readonly outcome: 'signed_in' | Outcome;
  readonly device: string | null;
  readonly oddities: readonly Oddity[];
}

/** Everything that proves who a member is, and what a member sees of it. Each answer's cookies are the browser's to keep. */
export interface Members extends MemberSecurity {
  beginSignUp(
    given: { readonly email: string; readonly locale: Locale },
    from: From,
  ): Promise<MemberAnswer>;
  /** The address whose code is waited for at this browser. */
  signUpWaiting(from: From): Promise<string | undefined>;
  finishSignUp(given: NewMember, from: From): Promise<MemberAnswer<'signed_in'>>;
  signIn(
    given: { readonly email: string; readonly password: string },
    from: From,
  ): Promise<MemberAnswer<SignedInOr>>;
  signInWaiting(from: From): Promise<'mail' | 'authenticator' | undefined>;
  proveSignIn(code: string, from: From): Promise<MemberAnswer<SignedInOr>>;
  find(cookie: string | undefined): Promise<MemberSession | undefined>;
  signOut(from: From): Promise<MemberAnswer>;
  /** In which language we write to the member; it began with that of the sign-up. */
  changeLanguage(session: MemberSession, locale: Locale): Promise<MemberAnswer>;
  devices(session: MemberSession): Promise<readonly ShownDevice[]>;
  endDevice(session: MemberSession, deviceId: string, from: From): Promise<MemberAnswer>;
  endOthers(session: MemberSession, from: From): Promise<MemberAnswer>;
  /** The newest first, 50 at most; before: what a page ended with. */
  history(session: MemberSession, before: bigint | null): Promise<readonly ShownSignIn[]>;
  changePassword(
    session: MemberSession,
    given: { readonly current: string; readonly next: string },
    from: From,
  ): Promise<MemberAnswer>;
  beginSecondFactor(
    session: MemberSession,
    password: string,
  ): Promise<MemberAnswer<AuthenticatorBegun>>;
  confirmSecondFactor(session: MemberSession, code: string, from: From): Promise<MemberAnswer>;
  removeSecondFactor(
    session: MemberSession,
    given: { readonly password: string; readonly code: string },
    from: From,
  ): Promise<MemberAnswer>;
  /** Whether a session may do it now, or what has to be shown first (`decide-step-up.ts`). */
  stepUp(session: MemberSession, wanted: WantedAct): Promise<StepUp>;
  /** What is known of an account: its sign-ins since then, devices, changes of what protects it. */
  evidence(memberId: string, since: Instant): Promise<MemberEvidence>;
  /** Every session and known device is over, in the caller's transaction. */
  endAllSessions(on: Queryable, memberId: string): Promise<void>;
  /**
   * Nothing that waits comes true any more, in the caller's transaction; says how many were stopped. By the number
   * of an SMS: but for a change of the telephone number that was asked for with a strong factor.
   */
  cancelWaiting(on: Queryable, wanted: WantedCancel): Promise<number>;
  /** A case stops the member: no recovery begins until it is lifted, in the caller's transaction. */
  holdChanges(on: Queryable, memberId: string): Promise<void>;
  allowChanges(on: Queryable, memberId: string): Promise<void>;
  isHeld(memberId: string): Promise<boolean>;
  /** Whoever is held and not stopped is held no more. */
  releaseUnstopped(isStopped: (on: Queryable, memberId: string) => Promise<boolean>): Promise<void>;
  /** For work behind the doors alone: no answer to a stranger may hang on it. */
  findByEmail(on: Queryable, email: string): Promise<FoundMember | undefined>;
  /** Somebody who has died, for the desk alone. */
  findBarred(on: Queryable, email: string): Promise<FoundMember | undefined>;
  findBarredById(on: Queryable, memberId: string): Promise<FoundMember | undefined>;
  findById(on: Queryable, memberId: string): Promise<FoundMember | undefined>;
  /** Whose address it was at an instant, also when it is another's or nobody's by now; for work behind the doors alone. */
  ownerOfAddress(
    on: Queryable,
    asked: { readonly email: string; readonly at: Instant; readonly isToFormer: boolean },
  ): Promise<FoundMember | undefined>;
  /** The same of a telephone number. */
  ownerOfPhone(on: Queryable, asked: OfPhone): Promise<FoundMember | undefined>;
  /** The register for whoever writes to members: what matters goes to their telephones, too. */
  readonly notices: Pick<Notices, 'sendNotice' | 'sendNotices' | 'countNotices'>;
  /** Where messages to a member go; the present address first. */
  addressesOf(on: Queryable, memberId: string): Promise<readonly string[]>;
  /** What a member may spend on a day, and has; yen. */
  limits(memberId: string): Promise<DayLimit>;
  /** Counts an amount against the day, exactly, in the caller's transaction; or says what is left. */
  spendWithin(on: Queryable, memberId: string, amountMinor: bigint): Promise<Spent>;
  /** It was not spent after all: given back when it is still the same day. */
  giveBackWithin(
    on: Queryable,
    memberId: string,
    spent: { readonly amountMinor: bigint; readonly spentAt: Instant },
  ): Promise<void>;
  /** In the caller's transaction: who it was is erased, an id stays. False: it was closed before. */
  closeAccount(on: Queryable, memberId: string): Promise<boolean>;
  /** Nobody signs in any more; nothing is erased. */
  barAccount(on: Queryable, memberId: string): Promise<boolean>;
  unbarAccount(on: Queryable, memberId: string): Promise<boolean>;
  /** Sessions, proofs, guesses and rows of the history whose time is over. */
  forgetOld(): Promise<void>;
}

const PAGE = 50;
const DAY_MS = 24 * 60 * 60_000;
const HISTORY_KEPT_MS = 2 * 365 * DAY_MS;
/** What was tried with addresses that are nobody's. */
const STRANGERS_KEPT_MS = 30 * DAY_MS;

export async function openMembers(parts: MemberParts): Promise<Members> {
  const { database: connection, clock, keyRing, log } = parts;
  const sms = parts.sms ?? SMS_LIMITS;
  const smsDay = openSmsDay({ ...parts, limits: sms });
  const notices = reachPhones({ ...parts, smsDay });
  const context: Context = {
    ...parts,
    notices,
    sms,
    smsDay,
    confirmAddress: parts.notices.confirmRecipient,
    library: later(async () => {
      const { openLibrary } = await import('./open-library.ts');
      return openLibrary({ connection, keyRing, log });
    }),
    throttle: openGuessThrottle({ connection, clock, keyRing }),
    hashes: openHashQueue(),
    places: await openPlaces(),
  };
  return {
    ...openSecurity(context),
    beginSignUp: (given, from) => beginSignUp(context, given, from),
    signUpWaiting: (from) => signUpWaiting(context, from),
    finishSignUp: (given, from) => finishSignUp(context, given, from),
    signIn: (given, from) => signIn(context, given, from),
    signInWaiting: (from) => waitsFor(context, from),
    proveSignIn: (code, from) => proveSignIn(context, code, from),
    find: (cookie) => findSession(context, cookie),
    signOut: (from) => signOut(context, from),
    changeLanguage: (session, locale) => changeLanguage(context, session, locale),
    devices: (session) => shownDevices(context, session),
    endDevice: (session, deviceId, from) => endOneDevice(context, session, deviceId, from),
    endOthers: (session, from) => endOthers(context, session, from),
    history: (session, before) => shownHistory(context, session, before),
    changePassword: (session, given, from) => changePassword(context, session, given, from),
    beginSecondFactor: (session, password) => beginSecondFactor(context, session, password),
    confirmSecondFactor: (session, code, from) => confirmSecondFactor(context, session, code, from),
    removeSecondFactor: (session, given, from) => removeSecondFactor(context, session, given, from),
    stepUp: (session, wanted) => stepUp(context, session, wanted),
    evidence: (memberId, since) => evidenceOf(context.database, memberId, since),
    endAllSessions: (on, memberId) => endAllSessions(context, on, memberId),
    holdChanges: (on, memberId) => holdChanges(context, on, memberId),
    allowChanges,
    isHeld: (memberId) => isHeldNow(context.database, memberId),
    releaseUnstopped: (isStopped) => releaseUnstopped(context, isStopped),
    cancelWaiting: (on, wanted) => cancelWaiting(context, on, wanted),
    findBarred,
    findBarredById,
    findByEmail,
    findById,
    ownerOfAddress,
    ownerOfPhone: (on, asked) => ownerOfPhone(context, on, asked),
    notices,
    addressesOf,
    limits: (memberId) => dayLimitOf(context, context.database, memberId),
    spendWithin: (on, memberId, amountMinor) => spendWithin(context, on, memberId, amountMinor),
    giveBackWithin: (on, memberId, spent) => giveBackWithin(context, on, memberId, spent),
    closeAccount: (on, memberId) => closeAccount(context, on, memberId),
    barAccount: (on, memberId) => barAccount(context, on, memberId),
    unbarAccount: (on, memberId) => unbarAccount(context, on, memberId),
    forgetOld: () => forgetOld(context),
  };
}

async function shownDevices(
  { database }: Context,
  { member: { memberId } }: MemberSession,
): Promise<readonly ShownDevice[]> {
  const rows = await listDevices(database, { memberId, machineNow: wallClock.now() });
  return rows.map(({ userAgent, openSessions, ...row }) => ({
    ...row,
    name: deviceName(userAgent),
    isSignedIn: openSessions > 0,
  }));
}

async function shownHistory(
  { database }: Context,
  { member: { memberId } }: MemberSession,
  before: bigint | null,
): Promise<readonly ShownSignIn[]> {
  const rows = await listSignIns(database, { memberId, before, size: PAGE });
  return rows.map(({ userAgent, outcome, oddities, ...row }) => ({
    ...row,
    device: deviceName(userAgent),
    outcome: outcome as ShownSignIn['outcome'], // a constraint holds it
    oddities: oddities as readonly Oddity[],
  }));
}

async function forgetOld({ database, clock, throttle }: Context): Promise<void> {
  const now = clock.now();
  await forgetEndedSessions(database, { before: wallClock.now() }); // the library's clock
  await forgetProofs(database, { before: now });
  await forgetChallenges(database, { before: now - DAY_MS });
  await forgetOldSignIns(database, { before: now - HISTORY_KEPT_MS });
  await forgetPhones(database, { before: now - HISTORY_KEPT_MS });
  await forgetStrangersSignIns(database, { before: now - STRANGERS_KEPT_MS });
  await throttle.forgetOld();
}
