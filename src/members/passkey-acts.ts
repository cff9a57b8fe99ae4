import type { Queryable } from '../kernel/database/index.ts';
import { networkOf } from '../kernel/network-of.ts';
import { refuseStale, securityChanged, type MemberSession } from './account.ts';
import type { Ceremony } from './challenge.ts';
import { done, notDone, tooMany, type MemberAnswer } from './contract.ts';
import type { Context } from './context.ts';
import { deviceHashes } from './devices.ts';
import type { From, SeenFrom } from './from.ts';
import { passkeysFrom } from './guess-throttle.ts';
import { findMember } from './members.sql.ts';
import {
  countPasskeys,
  findDeviceOf,
  listPasskeys,
  removePasskey as dropPasskey,
} from './passkeys.sql.ts';
import {
  creationOptions,
  keepPasskey,
  readMadePasskey,
  readShownPasskey,
  requestOptions,
  type PasskeyOptions,
} from './passkeys.ts';
import { enter, placed, recordSignIn } from './sign-in.ts';
import { keepShown } from './step-up.ts';

const PASSKEYS_MAX = 10;
const NAME_MAX = 60;

/** A passkey is both factors: it opens any device, and says whose it is by itself. */
export async function signInByPasskey(
  context: Context,
  credential: string,
  ceremony: Ceremony,
  browser: From,
): Promise<MemberAnswer<'signed_in'>> {
  const from = placed(context, browser);
  const askers = passkeysFrom(networkOf(from.address));
  const waitMs = await context.throttle.begin(askers);
  if (waitMs > 0) return tooMany(waitMs);
  const shown = await readShownPasskey(context, credential, ceremony);
  const isUsed = shown.isRight && (await context.database.transaction((on) => shown.use(on)));
  if (!shown.isRight || !isUsed) {
    const { memberId } = shown;
    if (memberId !== null) {
      const isNewDevice = (await knownDevice(context, memberId, from)) === null;
      const tried = { memberId, from, isNewDevice };
      await recordSignIn(context, context.database, tried, 'passkey_refused');
    }
    return notDone('passkey_refused');
  }
  await context.throttle.forgive(askers);
  const { memberId, since } = shown;
  const [member] = await findMember(context.database, { memberId });
  if (member === undefined) return notDone('account_barred');
  const deviceId = await knownDevice(context, memberId, from);
  return enter(context, member, { from, deviceId, shown: { factor: 'passkey', since } });
}

async function knownDevice(
  { database }: Context,
  memberId: string,
  from: SeenFrom,
): Promise<string | null> {
  const [device] = await findDeviceOf(database, { memberId, deviceHashes: deviceHashes(from) });
  return device?.deviceId ?? null;
}

export function askForPasskey(context: Context, ceremony: Ceremony): PasskeyOptions {
  return requestOptions(context, ceremony);
}

/** Of the signed-in member alone. */
export async function askForOwnPasskey(
  context: Context,
  { member: { memberId } }: MemberSession,
  ceremony: Ceremony,
): Promise<PasskeyOptions> {
  return requestOptions(context, ceremony, await listPasskeys(context.database, { memberId }));
}

export async function askToMakePasskey(
  context: Context,
  { member }: MemberSession,
  ceremony: Ceremony,
): Promise<PasskeyOptions> {
  const existing = await listPasskeys(context.database, { memberId: member.memberId });
  return creationOptions(context, member, ceremony, existing);
}

/** One more way in: a change of what protects the account. */
export async function addPasskey(
  context: Context,
  session: MemberSession,
  given: { readonly credential: string; readonly name: string; readonly ceremony: Ceremony },
  browser: From,
): Promise<MemberAnswer> {
  const from = placed(context, browser);
  const { member } = session;
  const { memberId } = member;
  const name = passkeyName(given.name);
  if (name === null) return notDone('passkey_name_not_valid');
  const stale = await refuseStale(context, session);
  if (stale !== null) return stale;
  const made = await readMadePasskey(context, given.credential, given.ceremony);
  if (made === undefined) return notDone('passkey_refused');
  return context.database.transaction(async (on) => {
    if ((await passkeyCount(on, memberId)) >= PASSKEYS_MAX) return notDone('passkeys_full');
    if (!(await keepPasskey(context, on, made, { memberId, name }))) {
      return notDone('passkey_refused');
    }
    await securityChanged(context, on, { member, from }, 'passkey_added');
    return done(undefined);
  });
}

export async function removePasskey(
  context: Context,
  session: MemberSession,
  credentialId: string,
  browser: From,
): Promise<MemberAnswer> {
  const from = placed(context, browser);
  const { member } = session;
  const { memberId } = member;
  const stale = await refuseStale(context, session);
  if (stale !== null) return stale;
  const rows = await listPasskeys(context.database, { memberId });
  if (!rows.some((each) => each.credentialId === credentialId)) return notDone('not_found');
  if (rows.length === 1 && !member.hasPassword) return notDone('last_way_in');
  return context.database.transaction(async (on) => {
    if ((await dropPasskey(on, { credentialId, memberId })) === 0) return notDone('not_found');
    await securityChanged(context, on, { member, from }, 'passkey_removed');
    return done(undefined);
  });
}

/** In a session: it is fresh from now on. */
export async function showPasskey(
  context: Context,
  { sessionId, member: { memberId } }: MemberSession,
  given: { readonly credential: string; readonly ceremony: Ceremony },
  browser: From,
): Promise<MemberAnswer> {
  const from = placed(context, browser);
  const shown = await readShownPasskey(context, given.credential, given.ceremony);
  const isDone =
    shown.isRight &&
    shown.memberId === memberId &&
    (await context.database.transaction(async (on) => {
      if (!(await shown.use(on))) return false;
      await keepShown(context, on, { sessionId, factor: 'passkey', since: shown.since });
      await recordSignIn(context, on, { memberId, from }, 'factor_shown');
      return true;
    }));
  if (isDone) return done(undefined);
  await recordSignIn(context, context.database, { memberId, from }, 'passkey_refused');
  return notDone('passkey_refused');
}

/** As the member calls it; null: it is none. */
function passkeyName(typed: string): string | null {
  const name = typed.trim();
  return name.length === 0 || name.length > NAME_MAX || /\p{Cc}/u.test(name) ? null : name;
}

async function passkeyCount(on: Queryable, memberId: string): Promise<number> {
  const [row] = await countPasskeys(on, { memberId });
  return row?.passkeys ?? 0;
}
