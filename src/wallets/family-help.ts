import { dayIn } from '../kernel/calendar.ts';
import type { Instant } from '../kernel/clock.ts';
import { newSecret } from '../kernel/crypto.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import { contactsOf, timeText, type Member } from '../members/index.ts';
import { readMailAddress } from '../notices/index.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { least } from '../kernel/money.ts';
import { hashOfMail, isEitherStopped, isStopped, type WalletParts } from './context.ts';
import {
  acceptHelp,
  addHelperDay,
  countHelpers,
  endHelp,
  findHelping,
  helperDayUsed,
  insertHelper,
  listHelpers,
  listHelpersNamed,
  listHelping,
  lockGiving,
  takeOfGivingDay,
} from './family-help.sql.ts';
import { NOTHING_MORE } from './keep.ts';
import { insertEntry, lockWallet } from './wallets.sql.ts';

/** Somebody who helps a member, or was asked to. */
export interface HelpGiver {
  readonly helperId: string;
  readonly name: string | null; // null: has not accepted yet
  readonly email: string | null; // as the member typed it
  readonly mayPay: boolean;
  readonly dayMaxMinor: bigint; // yen
  readonly giveDayMaxMinor: bigint; // 0: may send no gifts
  readonly invitedUntil: Instant;
  readonly acceptedAt: Instant | null;
}

/** A member who is helped, as the helper sees it. */
export interface Helping {
  readonly helperId: string;
  readonly memberId: string;
  readonly name: string;
  readonly mayPay: boolean;
  readonly dayMaxMinor: bigint;
  readonly giveDayMaxMinor: bigint;
  readonly isAccepted: boolean;
  readonly invitedUntil: Instant;
}

export interface NewHelp {
  readonly email: string;
  readonly mayPay: boolean;
  readonly dayMaxMinor: bigint;
  readonly giveDayMaxMinor?: bigint; // none: may send no gifts
}

export type HelperRefusal =
  | 'address_not_valid'
  | 'is_yourself'
  | 'amount_not_valid'
  | 'too_many_helpers'
  | 'wallet_stopped'
  | 'not_found';

const HELPERS_MAX = 5;
const INVITED_A_DAY_MAX = 10;
const DAY_MS = 24 * 60 * 60_000;
const INVITED_MS = 7 * DAY_MS;
export const HELPER_DAY_MAX_MINOR = 30_000n;
const ZONE = 'Asia/Tokyo';

/** By mail, without a link: whoever is a member with that address, or becomes one, finds the question on the site. */
export async function askForHelp(
  parts: WalletParts,
  member: Member,
  { email, mayPay, dayMaxMinor, giveDayMaxMinor = 0n }: NewHelp,
): Promise<Result<undefined, HelperRefusal>> {
  const { connection, clock, keyRing, random, notices } = parts;
  const { memberId, locale, name } = member;
  const to = readMailAddress(email);
  if (to === null) return refused('address_not_valid');
  if (to.toLowerCase() === member.email.toLowerCase()) return refused('is_yourself');
  const isPayable = dayMaxMinor > 0n && dayMaxMinor <= HELPER_DAY_MAX_MINOR;
  const isGivable = giveDayMaxMinor >= 0n && giveDayMaxMinor <= HELPER_DAY_MAX_MINOR;
  if ((mayPay && !isPayable) || !isGivable) return refused('amount_not_valid');
  return connection.transaction(async (on): Promise<Result<undefined, HelperRefusal>> => {
    await lockWallet(on, { memberId });
    if (await isStopped(on, memberId)) return refused('wallet_stopped');
    const now = clock.now();
    const [counted] = await countHelpers(on, { memberId, now, dayAgo: now - DAY_MS });
    const { open = 0, today = 0 } = counted ?? {};
    if (open >= HELPERS_MAX || today >= INVITED_A_DAY_MAX) return refused('too_many_helpers');
    const until = now + INVITED_MS;
    const helperId = newSecret(random).slice(0, 22);
    await insertHelper(on, {
      helperId,
      memberId,
      emailHash: hashOfMail(parts, to),
      emailSealed: keyRing.seal(to),
      mayPay,
      dayMaxMinor: mayPay ? dayMaxMinor : 0n,
      giveDayMaxMinor,
      at: now,
      until,
    });
    await insertEntry(on, { ...NOTHING_MORE, memberId, at: now, kind: 'helper_invited', helperId });
    const values = { name, until: timeText(locale, until) };
    await notices.sendNotice(on, { template: 'helper_invited', to, locale, values });
    return accepted(undefined);
  });
}

export async function helpersOf(
  { connection, clock, keyRing }: WalletParts,
  memberId: string,
): Promise<readonly HelpGiver[]> {
  const rows = await listHelpers(connection, { memberId, now: clock.now() });
  const known = rows.flatMap(({ helperMember }) => (helperMember === null ? [] : [helperMember]));
  const contacts = await contactsOf(connection, known);
  return rows.map(({ helperMember, emailSealed, ...row }) => ({
    ...row,
    name: helperMember === null ? null : (contacts.get(helperMember)?.name ?? null),
    email: emailSealed === null ? null : keyRing.unseal(emailSealed),
  }));
}

/** As whoever is helped knows them: by name or, who has not agreed yet, by the address that was asked. */
export async function namesOfHelp(
  { connection, keyRing }: Pick<WalletParts, 'connection' | 'keyRing'>,
  helperIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (helperIds.length === 0) return new Map();
  const rows = await listHelpersNamed(connection, { helperIds });
  const contacts = await contactsOf(
    connection,
    rows.flatMap(({ helperMember }) => (helperMember === null ? [] : [helperMember])),
  );
  return new Map(
    rows.flatMap(({ helperId, helperMember, emailSealed }) => {
      const asked = emailSealed === null ? undefined : keyRing.unseal(emailSealed);
      const name = (helperMember === null ? undefined : contacts.get(helperMember)?.name) ?? asked;
      return name === undefined ? [] : [[helperId, name]];
    }),
  );
}

/** Whom a member helps, and who asks for it. */
export async function helpedBy(
  parts: WalletParts,
  member: Pick<Member, 'memberId' | 'email'>,
): Promise<readonly Helping[]> {
  const { connection, clock } = parts;
  const emailHash = hashOfMail(parts, member.email);
  const asked = { memberId: member.memberId, emailHash, now: clock.now() };
  const rows = await listHelping(connection, asked);
  const contacts = await contactsOf(
    connection,
    rows.map(({ memberId }) => memberId),
  );
  return rows.flatMap(({ acceptedAt, memberId, ...row }) => {
    const name = contacts.get(memberId)?.name;
    return name === undefined ? [] : [{ ...row, memberId, name, isAccepted: acceptedAt !== null }];
  });
}

/** An open help, asked for anew at each page: what was ended a moment ago is over, and a case stops it for either. */
export async function helpingOf(
  { connection }: WalletParts,
  helperMember: string,
  helperId: string,
): Promise<Omit<Helping, 'isAccepted' | 'invitedUntil'> | undefined> {
  const [row] = await findHelping(connection, { helperId, helperMember });
  if (row === undefined) return undefined;
  if (await isEitherStopped(connection, helperMember, row.memberId)) return undefined;
  const name = (await contactsOf(connection, [row.memberId])).get(row.memberId)?.name;
  return name === undefined ? undefined : { ...row, name };
}

/**
 * What the helper may still pay today: it counts against the helper's day and the member's own. Where the member's has
 * less left the helper is told so, as a refused purchase would.
 */
export async function leftOfHelperDay(
  parts: WalletParts,
  { helperId, memberId, dayMaxMinor }: Pick<Helping, 'helperId' | 'memberId' | 'dayMaxMinor'>,
): Promise<bigint> {
  const { usedMinor, leftOfMember } = await usedOfDay(parts, { helperId, memberId });
  return least(dayMaxMinor - usedMinor, leftOfMember);
}

/** The same of gifts. */
export async function leftOfGivingDay(
  parts: WalletParts,
  {
    helperId,
    memberId,
    giveDayMaxMinor,
  }: Pick<Helping, 'helperId' | 'memberId' | 'giveDayMaxMinor'>,
): Promise<bigint> {
  const { givenMinor, leftOfMember } = await usedOfDay(parts, { helperId, memberId });
  return least(giveDayMaxMinor - givenMinor, leftOfMember);
}

async function usedOfDay(
  { connection, clock, members }: WalletParts,
  { helperId, memberId }: Pick<Helping, 'helperId' | 'memberId'>,
) {
  const [row] = await helperDayUsed(connection, { helperId, day: dayIn(clock.now(), ZONE) });
  const { leftMinor: leftOfMember } = await members.limits(memberId);
  return { usedMinor: row?.usedMinor ?? 0n, givenMinor: row?.givenMinor ?? 0n, leftOfMember };
}

/**
 * For whom this helper may send gifts, in the caller's transaction and until its end: who ends the help waits for it,
 * or was first. Null: for nobody; also while a case stops either of the two.
 */
export async function lockGivingOf(
  on: Queryable,
  helper: { readonly helperId: string; readonly helperMember: string },
): Promise<{ readonly memberId: string; readonly acceptedAt: Instant | null } | null> {
  const [row] = await lockGiving(on, helper);
  if (row === undefined || (await isEitherStopped(on, helper.helperMember, row.memberId)))
    return null;
  return row;
}

/** Counts a gift against the helper's day, and writes it into both histories. False: it is too much for this day. */
export async function takeGiven(
  { clock }: Pick<WalletParts, 'clock'>,
  on: Queryable,
  given: {
    readonly helperId: string;
    readonly helperMember: string;
    readonly memberId: string;
    readonly amountMinor: bigint;
  },
): Promise<boolean> {
  const { helperId, helperMember, memberId, amountMinor } = given;
  const at = clock.now();
  const day = dayIn(at, ZONE);
  await addHelperDay(on, { helperId, day });
  if ((await takeOfGivingDay(on, { helperId, day, amountMinor })) === 0) return false;
  const entry = { ...NOTHING_MORE, at, helperId, amountMinor, unit: 'JPY' };
  await insertEntry(on, { ...entry, memberId, kind: 'helper_gave' });
  await insertEntry(on, { ...entry, memberId: helperMember, kind: 'helping_gave' });
  return true;
}

export async function acceptHelping(
  parts: WalletParts,
  member: Pick<Member, 'memberId' | 'email' | 'name'>,
  helperId: string,
): Promise<Result<undefined, HelperRefusal>> {
  const { connection, clock } = parts;
  return connection.transaction(async (on): Promise<Result<undefined, HelperRefusal>> => {
    const at = clock.now();
    const { memberId: helperMember } = member;
    const emailHash = hashOfMail(parts, member.email);
    const [taken] = await acceptHelp(on, { helperId, helperMember, emailHash, at });
    if (taken === undefined) return refused('not_found');
    const { memberId } = taken;
    const entry = { ...NOTHING_MORE, at, helperId };
    await insertEntry(on, { ...entry, memberId, kind: 'helper_accepted' });
    await insertEntry(on, { ...entry, memberId: helperMember, kind: 'helping_began' });
    const helped = (await contactsOf(on, [memberId])).get(memberId);
    if (helped === undefined) return refused('not_found');
    const { locale, email: to } = helped;
    const values = { name: member.name, at: timeText(locale, at) };
    await parts.notices.sendNotice(on, { template: 'helper_accepted', to, locale, values });
    return accepted(undefined);
  });
}

/** At once, by either: also a barcode that is being shown is over. */
export async function endHelping(
  parts: WalletParts,
  member: Pick<Member, 'memberId' | 'email'>,
  helperId: string,
): Promise<Result<undefined, HelperRefusal>> {
  return parts.connection.transaction(async (on): Promise<Result<undefined, HelperRefusal>> => {
    const at = parts.clock.now();
    const emailHash = hashOfMail(parts, member.email);
    const [ended] = await endHelp(on, { helperId, by: member.memberId, emailHash, at });
    if (ended === undefined) return refused('not_found');
    const { memberId, helperMember } = ended;
    const entry = { ...NOTHING_MORE, at, helperId };
    await insertEntry(on, { ...entry, memberId, kind: 'helper_ended' });
    if (helperMember !== '') {
      await insertEntry(on, { ...entry, memberId: helperMember, kind: 'helping_ended' });
    }
    return accepted(undefined);
  });
}
