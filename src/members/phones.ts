import type { Instant } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { Locale } from '../kernel/locale.ts';
import { isFixedLine, readPhoneNumber } from '../notices/index.ts';
import { refuseStale, securityChanged, type MemberSession } from './account.ts';
import { done, notDone, tooMany, type MemberAnswer } from './contract.ts';
import type { Context } from './context.ts';
import { beginChange, type WantedChange } from './delayed-changes.ts';
import { listWaitingChanges } from './delayed-changes.sql.ts';
import { foundMember, type FoundMember } from './evidence.ts';
import type { From } from './from.ts';
import { isStopped } from './hold.ts';
import { smsToOwn } from './guess-throttle.ts';
import { endPhone, findPhone, findPhoneHolder, findPhoneOwner, insertPhone } from './phones.sql.ts';
import { beginProof, countMiss, endWaiting, findWaiting, isCodeOf, newCode } from './proofs.ts';
import { placed, recordSignIn } from './sign-in.ts';
import { strongestOf } from './step-up.ts';
import { tell, timeText } from './tell.ts';

/**
 * A member's telephone number: a channel for notices that matter and nothing else. No code that goes there opens an
 * account or counts as a factor: numbers are moved to other cards by persuading a shop.
 */
export interface ShownPhone {
  readonly typed: string;
  readonly since: Instant;
}

/** As it is kept while its change waits. */
export interface NewPhone {
  readonly number: string; // E.164
  readonly typed: string;
}

const CODES_A_DAY = 5;
const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

export async function phoneOf(
  { database, keyRing }: Pick<Context, 'database' | 'keyRing'>,
  memberId: string,
): Promise<ShownPhone | undefined> {
  const [row] = await findPhone(database, { memberId });
  return row && { typed: keyRing.unseal(row.typedSealed), since: row.since };
}

/** A code to the number. What has it already is told to nobody who has not shown that code. */
export async function beginPhone(
  context: Context,
  session: MemberSession,
  typed: string,
): Promise<MemberAnswer> {
  const { memberId, email, locale } = session.member;
  const number = readPhoneNumber(typed);
  if (number === null || isFixedLine(number)) return notDone('phone_not_valid');
  const { countries } = context.sms;
  if (!countries.some((country) => number.startsWith(country))) {
    return notDone('phone_country_not_served');
  }
  const stale = await refuseStale(context, session);
  if (stale !== null) return stale;
  const waitMs = await context.throttle.begin(smsToOwn(memberId));
  if (waitMs > 0) return tooMany(waitMs);
  const { database, clock, keyRing, notices, smsDay } = context;
  const to = { channel: 'sms', number } as const;
  const since = clock.now() - DAY_MS;
  const asked = { to, templates: ['member_phone_code'], since } as const;
  if ((await notices.countNotices(database, asked)) >= CODES_A_DAY) return tooMany(DAY_MS);
  if ((await smsDay.left(database, 'code')) === 0) {
    smsDay.heldBack('code', 1);
    return tooMany(HOUR_MS);
  }
  const code = newCode(context);
  const cookie = await database.transaction(async (on) => {
    const wanted = { purpose: 'new_phone', kind: 'sms', memberId } as const;
    const of = { email: email.toLowerCase(), emailTyped: email };
    const phone: NewPhone = { number, typed: typed.trim() };
    const contentSealed = keyRing.seal(JSON.stringify(phone));
    const begun = await beginProof(context, on, { ...wanted, ...of, contentSealed }, code);
    const values = { code, until: timeText(locale, begun.expiresAt) };
    await tell(context, on, { template: 'member_phone_code', to, locale, values });
    return begun.cookie;
  });
  return done(undefined, [cookie]);
}

/** Which number a code went to from this browser, as this member typed it there; another's is not shown. */
export async function phoneWaits(
  context: Context,
  { member: { memberId } }: MemberSession,
  browser: From,
): Promise<string | undefined> {
  const { cookie } = placed(context, browser);
  return context.database.transaction(async (on) => {
    const waiting = await findWaiting(context, on, cookie, 'new_phone');
    return waiting?.memberId === memberId ? newPhoneOf(context, waiting).typed : undefined;
  });
}

/**
 * The number was proved. The first one holds at once; in the place of another it waits, as a new address does. One
 * that another member has is taken from nobody at once either: its holder is told, and has the same days to say no.
 */
export async function provePhone(
  context: Context,
  session: MemberSession,
  typed: string,
  browser: From,
): Promise<MemberAnswer<'set' | 'waits'>> {
  const { member } = session;
  const { memberId } = member;
  const from = placed(context, browser);
  const stale = await refuseStale(context, session);
  if (stale !== null) return stale;
  return context.database.transaction(async (on) => {
    const waiting = await findWaiting(context, on, from.cookie, 'new_phone');
    if (waiting === undefined || waiting.memberId !== memberId) return notDone('code_over');
    if (!isCodeOf(context, waiting, typed)) {
      await countMiss(on, waiting);
      return notDone('code_wrong');
    }
    const ended = await endWaiting(on, waiting);
    const phone = newPhoneOf(context, waiting);
    const [holder] = await findPhoneHolder(on, { numberHash: hashOfPhone(context, phone.number) });
    if (holder !== undefined && holder.memberId !== memberId) {
      await releaseLater(context, on, holder.memberId, from);
      return { ...notDone('phone_in_use'), cookies: [ended] };
    }
    const [present] = await findPhone(on, { memberId });
    if (present === undefined) {
      await keepPhone(context, on, { memberId, phone });
      await securityChanged(context, on, { member, from }, 'phone_set');
      return done('set' as const, [ended]);
    }
    await changeLater(context, on, { memberId, phone, from, isByOwner: true });
    await recordSignIn(context, on, { memberId, from }, 'phone_change_asked');
    return done('waits' as const, [ended]);
  });
}

/** It waits, too: a thief would silence it first. */
export async function removePhone(
  context: Context,
  session: MemberSession,
  browser: From,
): Promise<MemberAnswer> {
  const { memberId } = session.member;
  const from = placed(context, browser);
  const stale = await refuseStale(context, session);
  if (stale !== null) return stale;
  return context.database.transaction(async (on) => {
    const [present] = await findPhone(on, { memberId });
    if (present === undefined) return notDone('not_found');
    await changeLater(context, on, { memberId, phone: null, from, isByOwner: true });
    await recordSignIn(context, on, { memberId, from }, 'phone_change_asked');
    return done(undefined);
  });
}

/** The change has waited long enough. The number of before is told, too. False: the new one is another's by now. */
export async function movePhone(
  context: Context,
  on: Queryable,
  { memberId, locale, what }: { memberId: string; locale: Locale; what: string },
  phone: NewPhone | null,
): Promise<boolean> {
  if (phone !== null) {
    const numberHash = hashOfPhone(context, phone.number);
    const [holder] = await findPhoneHolder(on, { numberHash });
    if (holder !== undefined && holder.memberId !== memberId) return false;
  }
  const [present] = await findPhone(on, { memberId });
  if (present !== undefined) {
    const number = context.keyRing.unseal(present.numberSealed);
    const values = { what, at: timeText(locale, context.clock.now()) };
    const to = { channel: 'sms', number } as const;
    await tell(context, on, { template: 'member_change_done', to, locale, values });
    // It was the member's up to that message.
    await endPhone(on, { phoneId: present.phoneId, at: context.clock.now() });
  }
  if (phone !== null) await keepPhone(context, on, { memberId, phone });
  return true;
}

export interface OfPhone {
  readonly number: string;
  readonly at: Instant;
  readonly isBarred?: boolean; // asked for somebody who has died, for the desk alone
}

/** Whose number it was when something was written to it; for work behind the doors alone. */
export async function ownerOfPhone(
  context: Pick<Context, 'keyRing'>,
  on: Queryable,
  { number, at, isBarred = false }: OfPhone,
): Promise<FoundMember | undefined> {
  const numberHash = hashOfPhone(context, number);
  const [row] = await findPhoneOwner(on, { numberHash, at, isBarred });
  return row && foundMember(row);
}

const YOUNG_PHONE_MS = 7 * DAY_MS;

/** One that was set shortly before may be of whoever the account is taken back from. */
export async function endYoungPhone(
  { clock }: Pick<Context, 'clock'>,
  on: Queryable,
  { memberId, before }: { readonly memberId: string; readonly before: Instant },
): Promise<boolean> {
  const [phone] = await findPhone(on, { memberId });
  if (phone === undefined || before - phone.since >= YOUNG_PHONE_MS) return false;
  await endPhone(on, { phoneId: phone.phoneId, at: clock.now() });
  return true;
}

async function keepPhone(
  context: Context,
  on: Queryable,
  { memberId, phone }: { readonly memberId: string; readonly phone: NewPhone },
): Promise<void> {
  const { keyRing, clock } = context;
  await insertPhone(on, {
    memberId,
    numberHash: hashOfPhone(context, phone.number),
    numberSealed: keyRing.seal(phone.number),
    typedSealed: keyRing.seal(phone.typed),
    at: clock.now(),
  });
}

async function changeLater(
  context: Context,
  on: Queryable,
  {
    memberId,
    phone,
    from,
    isByOwner,
  }: Pick<WantedChange, 'memberId' | 'from'> & {
    readonly phone: NewPhone | null;
    readonly isByOwner: boolean; // in a session that has just shown the strongest that the member has
  },
): Promise<void> {
  const strongest = await strongestOf({ database: on, clock: context.clock }, memberId);
  const content = { phone, isByStrongFactor: isByOwner && strongest !== 'mail' };
  const change = { memberId, kind: 'phone_number', content, from } as const;
  await beginChange(context, on, { ...change, secretHash: null, isKnownDevice: true }, strongest);
}

/** Somebody else has shown that the number is in his hand: numbers are given to others when they are given up. */
async function releaseLater(
  context: Context,
  on: Queryable,
  memberId: string,
  from: WantedChange['from'],
): Promise<void> {
  if (await isStopped(on, memberId)) return;
  const waiting = await listWaitingChanges(on, { memberId });
  if (waiting.some(({ kind }) => kind === 'phone_number')) return;
  await changeLater(context, on, { memberId, phone: null, from, isByOwner: false });
}

function newPhoneOf(
  { keyRing }: Pick<Context, 'keyRing'>,
  { contentSealed }: { readonly contentSealed: Uint8Array | null },
): NewPhone {
  return JSON.parse(keyRing.unseal(contentSealed ?? new Uint8Array())) as NewPhone;
}

/** A keyed hash by which a number is found again, and not read. */
export function hashOfPhone(
  { keyRing }: { readonly keyRing: Pick<KeyRing, 'contentHash'> },
  number: string,
): Uint8Array {
  return keyRing.contentHash(`member phone\n${number}`);
}
