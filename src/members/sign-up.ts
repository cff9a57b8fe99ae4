import { newSecret } from '../kernel/crypto.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { canBeName } from '../kernel/leads-elsewhere.ts';
import type { Locale } from '../kernel/locale.ts';
import { networkOf } from '../kernel/network-of.ts';
import { normalPassword } from '../kernel/sign-in/normal-password.ts';
import { readMailAddress } from '../notices/index.ts';
import type { Ceremony } from './challenge.ts';
import { done, notDone, tooMany, type MemberAnswer, type MemberRefusal } from './contract.ts';
import type { Context } from './context.ts';
import type { From, SeenFrom } from './from.ts';
import { mailTo } from './guess-throttle.ts';
import { findMember, findMemberId, insertCredential, insertMember } from './members.sql.ts';
import { judgePassword } from './password.ts';
import { hashPassword } from './passwords.ts';
import {
  creationOptions,
  keepPasskey,
  readMadePasskey,
  type MadePasskey,
  type PasskeyOptions,
} from './passkeys.ts';
import {
  beginProof,
  countMiss,
  endShown,
  findWaiting,
  isCodeOf,
  newCode,
  type Waiting,
} from './proofs.ts';
import { enter, placed } from './sign-in.ts';
import { deviceText, tell, timeText } from './tell.ts';

const NAME_MAX = 100;

/**
 * A code goes to the address. Whoever has it is a member, or gets told in the same mail that he is one: the page,
 * the rows and the number of mails are the same.
 */
export async function beginSignUp(
  context: Context,
  { email, locale }: { readonly email: string; readonly locale: Locale },
  browser: From,
): Promise<MemberAnswer> {
  const emailTyped = readMailAddress(email);
  if (emailTyped === null) return notDone('address_not_valid');
  const key = emailTyped.toLowerCase();
  const from = placed(context, browser);
  const waitMs = await context.throttle.begin(mailTo(key, networkOf(from.address)));
  if (waitMs > 0) return tooMany(waitMs);
  const code = newCode(context);
  const cookie = await context.database.transaction(async (on) => {
    const [known] = await findMemberId(on, { email: key });
    const wanted = { purpose: 'sign_up', kind: 'mail', email: key, emailTyped } as const;
    // A member's proof waits for a code that nobody is told.
    const sent = known === undefined ? code : newSecret(context.random);
    const begun = await beginProof(context, on, { ...wanted, memberId: null }, sent);
    const until = timeText(locale, begun.expiresAt);
    const at = timeText(locale, context.clock.now());
    await tell(
      context,
      on,
      known === undefined
        ? { template: 'member_sign_up_code', to: emailTyped, locale, values: { code, until } }
        : { template: 'member_already', to: emailTyped, locale, values: { at } },
    );
    return begun.cookie;
  });
  return done(undefined, [cookie]);
}

export interface NewMember {
  readonly code: string;
  readonly name: string;
  readonly locale: Locale;
  readonly password: string; // '' beside a passkey
  /** A passkey made for this sign-up stands in for the password. */
  readonly passkey?: { readonly credential: string; readonly ceremony: Ceremony };
}

/** The code, a name and a passkey or a password make a member, who is signed in. What is mistyped costs no code. */
export async function finishSignUp(
  context: Context,
  given: NewMember,
  browser: From,
): Promise<MemberAnswer<'signed_in'>> {
  const from = placed(context, browser);
  const name = given.name.trim();
  // It stands in mail of ours to whoever is asked to help: a link in it would be ours to them.
  if (name.length === 0 || name.length > NAME_MAX || !canBeName(name)) {
    return notDone('name_not_valid');
  }
  const judged = await context.database.transaction((on) => judge(context, on, from, given));
  if (judged !== null) return notDone(judged);
  const way = await wayIn(context, given);
  if (!way.ok) return way;
  const { hash, passkey } = way.value;
  const at = context.clock.now();
  const made = await context.database.transaction(async (on) => {
    const waiting = await findWaiting(context, on, from.cookie, 'sign_up');
    if (waiting === undefined || !isCodeOf(context, waiting, given.code)) return undefined;
    const { email, emailTyped } = waiting;
    const memberId = newMemberId(context, waiting);
    const { locale } = given;
    const rows = await insertMember(on, { memberId, email, emailTyped, name, locale, at });
    if (rows === 1 && hash !== null) await insertCredential(on, { memberId, password: hash, at });
    const owner = { memberId, name: deviceText(locale, from).slice(0, 60) };
    const isKept =
      rows !== 1 || passkey === null || (await keepPasskey(context, on, passkey, owner));
    if (!isKept) throw new Error('a passkey that was just made is not kept');
    return { ended: await endShown(context, on, waiting), isMade: rows === 1, memberId };
  });
  if (made === undefined) return notDone('code_over');
  const [member] = await findMember(context.database, { memberId: made.memberId });
  if (!made.isMade || member === undefined) return notDone('already_member');
  const shown = { factor: 'mail', since: null } as const;
  return enter(context, member, { from, deviceId: null, cookies: [made.ended], shown });
}

async function judge(
  context: Context,
  on: Queryable,
  from: SeenFrom,
  { code, name, password, passkey }: NewMember,
): Promise<MemberRefusal | null> {
  const waiting = await findWaiting(context, on, from.cookie, 'sign_up');
  if (waiting === undefined) return 'code_over';
  const owner = { email: waiting.email, memberId: newMemberId(context, waiting), name };
  const refusal = passkey === undefined ? judgePassword(normalPassword(password), owner) : null;
  if (refusal !== null) return refusal;
  if (isCodeOf(context, waiting, code)) return null;
  await countMiss(on, waiting);
  return 'code_wrong';
}

async function wayIn(
  context: Context,
  { password, passkey }: NewMember,
): Promise<MemberAnswer<{ readonly hash: string | null; readonly passkey: MadePasskey | null }>> {
  if (passkey !== undefined) {
    const made = await readMadePasskey(context, passkey.credential, passkey.ceremony);
    return made === undefined ? notDone('passkey_refused') : done({ hash: null, passkey: made });
  }
  const hash = await hashPassword(context, password);
  return hash === undefined ? notDone('busy', 5_000) : done({ hash, passkey: null });
}

/** Known before there is a member: a passkey has its owner's id in it, and is made on the page before. */
function newMemberId({ keyRing }: Pick<Context, 'keyRing'>, { secret }: Waiting): string {
  return Buffer.from(keyRing.tokenHash(`member of sign-up|${secret}`)).toString('base64url');
}

/** For the page that asks for the code; undefined: nothing waits at this browser. */
export async function askToSignUpByPasskey(
  context: Context,
  ceremony: Ceremony,
  browser: From,
): Promise<PasskeyOptions | undefined> {
  const { cookie } = placed(context, browser);
  const waiting = await context.database.transaction((on) =>
    findWaiting(context, on, cookie, 'sign_up'),
  );
  if (waiting === undefined) return undefined;
  const email = waiting.emailTyped;
  const owner = { memberId: newMemberId(context, waiting), email, name: email };
  return creationOptions(context, owner, ceremony, []);
}

/** Whether this browser waits for the code of a sign-up, and of which address. */
export async function signUpWaiting(context: Context, browser: From): Promise<string | undefined> {
  const { cookie } = placed(context, browser);
  return context.database.transaction(async (on) => {
    const waiting = await findWaiting(context, on, cookie, 'sign_up');
    return waiting?.emailTyped;
  });
}
