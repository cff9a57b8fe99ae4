import { newSecret } from '../kernel/crypto.ts';
import type { Locale } from '../kernel/locale.ts';
import { networkOf } from '../kernel/network-of.ts';
import { normalPassword } from '../kernel/sign-in/normal-password.ts';
import { readMailAddress } from '../notices/index.ts';
import { done, notDone, tooMany, type MemberAnswer } from './contract.ts';
import type { Context } from './context.ts';
import type { From } from './from.ts';
import { mailTo } from './guess-throttle.ts';
import { findMember, findMemberId, insertCredential, insertMember } from './members.sql.ts';
import { judgePassword } from './password.ts';
import { hashPassword } from './passwords.ts';
import { beginProof, countMiss, endWaiting, findWaiting, isCodeOf, newCode } from './proofs.ts';
import { enter, placed } from './sign-in.ts';
import { tell, timeText } from './tell.ts';

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
  readonly password: string;
  readonly locale: Locale;
}

/** The code, a name and a password make a member, who is signed in. What is mistyped costs no code. */
export async function finishSignUp(
  context: Context,
  { code, name, password, locale }: NewMember,
  browser: From,
): Promise<MemberAnswer<'signed_in'>> {
  const from = placed(context, browser);
  const kept = name.trim();
  if (kept.length === 0 || kept.length > NAME_MAX || /\p{Cc}/u.test(kept)) {
    return notDone('name_not_valid');
  }
  const memberId = newSecret(context.random);
  const judged = await context.database.transaction(async (on) => {
    const waiting = await findWaiting(context, on, from.cookie, 'sign_up');
    if (waiting === undefined) return 'code_over' as const;
    const owner = { email: waiting.email, memberId, name: kept };
    const refusal = judgePassword(normalPassword(password), owner);
    if (refusal !== null) return refusal;
    if (isCodeOf(context, waiting, code)) return null;
    await countMiss(on, waiting);
    return 'code_wrong' as const;
  });
  if (judged !== null) return notDone(judged);
  const hash = await hashPassword(context, password);
  if (hash === undefined) return notDone('busy', 5_000);
  const at = context.clock.now();
  const cookie = await context.database.transaction(async (on) => {
    const waiting = await findWaiting(context, on, from.cookie, 'sign_up');
    if (waiting === undefined || !isCodeOf(context, waiting, code)) return undefined;
    const { email, emailTyped } = waiting;
    const made = await insertMember(on, { memberId, email, emailTyped, name: kept, locale, at });
    if (made === 1) await insertCredential(on, { memberId, password: hash, at });
    return { ended: await endWaiting(on, waiting), isMade: made === 1 };
  });
  if (cookie === undefined) return notDone('code_over');
  const [member] = await findMember(context.database, { memberId });
  if (!cookie.isMade || member === undefined) return notDone('already_member');
  const shown = { factor: 'mail', since: null } as const;
  return enter(context, member, { from, deviceId: null, cookies: [cookie.ended], shown });
}

/** Whether this browser waits for the code of a sign-up, and of which address. */
export async function signUpWaiting(context: Context, browser: From): Promise<string | undefined> {
  const { cookie } = placed(context, browser);
  return context.database.transaction(async (on) => {
    const waiting = await findWaiting(context, on, cookie, 'sign_up');
    return waiting?.emailTyped;
  });
}
