import { newSecret } from '../kernel/crypto.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { textOf, type Locale } from '../kernel/locale.ts';
import { networkOf } from '../kernel/network-of.ts';
import { readNoticeNumber, type Recipient } from '../notices/index.ts';
import type { MemberSession } from './account.ts';
import { done, notDone, tooMany, type MemberAnswer } from './contract.ts';
import type { Context } from './context.ts';
import { decideWait, OPEN_MS, type ChangeKind } from './decide-wait.ts';
import {
  findChangeByNotice,
  findMembersOfDevices,
  insertDelayedChange,
  keepChangeNotices,
  listWaitingChanges,
  settleChange,
  settleChanges,
} from './delayed-changes.sql.ts';
import { deviceName } from './device-name.ts';
import { deviceHashes } from './devices.ts';
import type { From, SeenFrom } from './from.ts';
import { cancelsFrom } from './guess-throttle.ts';
import { findMember } from './members.sql.ts';
import type { NewPhone } from './phones.ts';
import type { Place } from './place.ts';
import { placed, recordSignIn } from './sign-in.ts';
import type { strongestOf } from './step-up.ts';
import { deviceText, placeText, tell, timeText } from './tell.ts';

/** What a change waits with: the new address, the new limit. */
export interface ChangeContent {
  readonly email?: string; // as typed
  readonly limitMinor?: string;
  readonly phone?: NewPhone | null; // null: none from then on
  /** Of a number: asked for with a fresh passkey or authenticator. Then whoever holds a number has no word in it. */
  readonly isByStrongFactor?: boolean;
}

export interface WantedChange {
  readonly memberId: string;
  readonly kind: ChangeKind;
  readonly content: ChangeContent;
  readonly from: SeenFrom;
  readonly secretHash: Uint8Array | null;
  readonly isKnownDevice: boolean;
}

/**
 * Writes a change that waits, and tells its owner at every address that is concerned. One of the same kind that
 * waited already gives way, and the whole time begins anew: so asking again never makes it shorter.
 */
export async function beginChange(
  context: Context,
  on: Queryable,
  { memberId, kind, content, from, secretHash, isKnownDevice }: WantedChange,
  strongest: Awaited<ReturnType<typeof strongestOf>>,
): Promise<{ readonly readyAt: Instant; readonly endsAt: Instant }> {
  const at = context.clock.now();
  const readyAt = at + decideWait({ kind, isKnownDevice, strongest });
  const endsAt = readyAt + OPEN_MS;
  await settleChanges(on, { memberId, kinds: [kind], state: 'cancelled', by: 'asked again', at });
  const changeId = newSecret(context.random);
  const { userAgent, country, network } = from;
  const contentSealed = context.keyRing.seal(JSON.stringify(content));
  const when = { at, readyAt, endsAt };
  const place = { userAgent, country, network };
  await insertDelayedChange(on, {
    changeId,
    memberId,
    kind,
    secretHash,
    contentSealed,
    ...when,
    ...place,
  });
  const numbers = await tellOfChange(context, on, { memberId, kind, content, from, readyAt });
  const numberHashes = numbers.map((number) => hashOfNumber(context, number));
  await keepChangeNotices(on, { changeId, numberHashes });
  return { readyAt, endsAt };
}

/** Gives the numbers of those messages that may stop it. */
async function tellOfChange(
  context: Context,
  on: Queryable,
  {
    memberId,
    kind,
    content,
    from,
    readyAt,
  }: Pick<WantedChange, 'memberId' | 'kind' | 'content' | 'from'> & {
    readonly readyAt: Instant;
  },
): Promise<string[]> {
  const [member] = await findMember(on, { memberId });
  if (member === undefined) return [];
  const locale = member.locale as Locale;
  const addresses: Recipient[] = [
    member.emailTyped,
    ...(content.email === undefined ? [] : [content.email]),
    ...(content.phone ? [{ channel: 'sms', number: content.phone.number } as const] : []),
  ];
  // Else a number that a thief has set, or has moved to a card of his, could never be got rid of.
  const isStoppedBySms = content.isByStrongFactor !== true;
  const numbers: string[] = [];
  for (const to of addresses) {
    const [number = '', ...bySms] = await tell(context, on, {
      template: isStoppedBySms ? 'member_change_waits' : 'member_phone_change_waits',
      to,
      locale,
      values: {
        what: changeText(locale, kind, content),
        at: timeText(locale, context.clock.now()),
        ready: timeText(locale, readyAt),
        device: deviceText(locale, from),
        place: placeText(locale, from),
      },
    });
    if (isStoppedBySms) numbers.push(number, ...bySms);
    else if (typeof to === 'string') numbers.push(number);
  }
  return numbers;
}

export function changeText(locale: Locale, kind: ChangeKind, content: ChangeContent): string {
  if (content.phone === null) return textOf(locale, 'member.change.phone_removed');
  return textOf(locale, `member.change.${kind}`, {
    end: content.phone?.number.slice(-4) ?? '',
    email: content.email ?? '',
    limit: Number(content.limitMinor ?? 0).toLocaleString(locale === 'ja' ? 'ja-JP' : 'en-GB'),
  });
}

export interface WaitingChange extends Place {
  readonly changeId: string;
  readonly kind: ChangeKind;
  readonly content: ChangeContent | null; // null: not told here
  readonly askedAt: Instant;
  readonly readyAt: Instant;
  readonly device: string | null;
}

export async function waitingChanges(
  { database, keyRing }: Pick<Context, 'database' | 'keyRing'>,
  memberId: string,
): Promise<readonly WaitingChange[]> {
  const rows = await listWaitingChanges(database, { memberId });
  return rows.map(({ kind, contentSealed, userAgent, endsAt: _ends, ...row }) => ({
    ...row,
    kind: kind as ChangeKind,
    content: JSON.parse(keyRing.unseal(contentSealed)) as ChangeContent,
    device: deviceName(userAgent),
  }));
}

/** Stopping needs no proof beyond the session: what was stopped can be asked for again. */
export async function cancelOwnChange(
  context: Context,
  { member: { memberId } }: MemberSession,
  changeId: string,
  browser: From,
): Promise<MemberAnswer> {
  const from = placed(context, browser);
  const isDone = await context.database.transaction((on) =>
    cancelChange(context, on, { memberId, changeId, by: 'session', from }),
  );
  return isDone ? done(undefined) : notDone('not_found');
}

/**
 * Whoever has shown a second factor at this browser may stop what waits, signed in or not; what it would change to
 * is for who has signed in.
 */
export async function waitingOnDevice(
  context: Context,
  browser: From,
): Promise<readonly WaitingChange[]> {
  const members = await membersHere(context, placed(context, browser));
  const found: WaitingChange[] = [];
  for (const memberId of members) found.push(...(await waitingChanges(context, memberId)));
  return found.map((change) => ({ ...change, content: null }));
}

export async function cancelOnDevice(
  context: Context,
  changeId: string,
  browser: From,
): Promise<MemberAnswer> {
  const from = placed(context, browser);
  for (const memberId of await membersHere(context, from)) {
    const isDone = await context.database.transaction((on) =>
      cancelChange(context, on, { memberId, changeId, by: 'device', from }),
    );
    if (isDone) return done(undefined);
  }
  return notDone('not_found');
}

/** By the number of a notice that told of it. Who types one that told of nothing is answered alike. */
export async function cancelByNotice(
  context: Context,
  typed: string,
  browser: From,
): Promise<MemberAnswer> {
  const from = placed(context, browser);
  const waitMs = await context.throttle.begin(cancelsFrom(networkOf(from.address)));
  if (waitMs > 0) return tooMany(waitMs);
  const number = readNoticeNumber(typed);
  const numberHash = hashOfNumber(context, number ?? 'no number');
  await context.database.transaction(async (on) => {
    const [found] = await findChangeByNotice(on, { numberHash });
    if (found !== undefined) await cancelChange(context, on, { ...found, by: 'notice', from });
  });
  return done(undefined);
}

async function cancelChange(
  context: Context,
  on: Queryable,
  {
    memberId,
    changeId,
    by,
    from,
  }: {
    readonly memberId: string;
    readonly changeId: string;
    readonly by: 'session' | 'device' | 'notice';
    readonly from: SeenFrom;
  },
): Promise<boolean> {
  const at = context.clock.now();
  const [ended] = await settleChange(on, { changeId, memberId, state: 'cancelled', by, at });
  if (ended === undefined) return false;
  await recordSignIn(context, on, { memberId, from }, 'change_cancelled');
  const [member] = await findMember(on, { memberId });
  if (member === undefined) return true;
  const locale = member.locale as Locale;
  await tell(context, on, {
    template: 'member_change_cancelled',
    to: member.emailTyped,
    locale,
    values: {
      what: textOf(locale, `member.changeKind.${ended.kind as ChangeKind}`),
      at: timeText(locale, at),
    },
  });
  return true;
}

async function membersHere({ database }: Context, from: SeenFrom): Promise<readonly string[]> {
  const hashes = deviceHashes(from);
  if (hashes.length === 0) return [];
  const rows = await findMembersOfDevices(database, { deviceHashes: hashes });
  return [...new Set(rows.map(({ memberId }) => memberId))];
}

function hashOfNumber({ keyRing }: Pick<Context, 'keyRing'>, number: string): Uint8Array {
  return keyRing.tokenHash(`member change notice|${number}`);
}
