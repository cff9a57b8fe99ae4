import { done, notDone, tooMany, type MemberAnswer } from './contract.ts';
import type { Context } from './context.ts';
import type { From } from './from.ts';
import { behindMail } from './guess-throttle.ts';
import { findForSignIn, findMember, type FindMemberRow } from './members.sql.ts';
import { isPassword } from './passwords.ts';
import { beginProof, countMiss, endShown, findWaiting, isCodeOf, newCode } from './proofs.ts';
import { enter, placed, recordSignIn, type SignedInOr } from './sign-in.ts';

/**
 * A sign-in on a new device in which the code comes before the password: what strangers guess does not shut it,
 * because nobody's password is looked at before the mailbox was proved.
 */
export async function finishMailFirst(
  context: Context,
  given: { readonly code: string; readonly password: string },
  browser: From,
): Promise<MemberAnswer<SignedInOr>> {
  const from = placed(context, browser);
  const proved = await context.database.transaction(async (on) => {
    const waiting = await findWaiting(context, on, from.cookie, 'mail_first');
    if (waiting === undefined) return 'code_over' as const;
    if (isCodeOf(context, waiting, given.code) && waiting.memberId !== null) return waiting;
    await countMiss(on, waiting);
    return 'code_wrong' as const;
  });
  if (typeof proved === 'string') return notDone(proved);
  const askers = behindMail(proved.email);
  const waitMs = await context.throttle.begin(askers);
  if (waitMs > 0) return tooMany(waitMs);
  const memberId = proved.memberId ?? '';
  const { email } = proved;
  const asked = { email, deviceHashes: [], provenSince: 0 }; // of a device nothing is asked here
  const [found] = await findForSignIn(context.database, asked);
  const known = found?.memberId === memberId ? found.password : undefined;
  const isRight = await isPassword(context, given.password, known);
  if (isRight === undefined) return notDone('busy', 5_000);
  if (!isRight) {
    await context.database.transaction(async (on) => {
      await countMiss(on, proved);
      const tried = { memberId, from, isNewDevice: true };
      await recordSignIn(context, on, tried, 'password_wrong');
    });
    return notDone('sign_in_refused');
  }
  const ended = await context.database.transaction(async (on) => {
    const waiting = await findWaiting(context, on, from.cookie, 'mail_first');
    return waiting === undefined ? undefined : endShown(context, on, waiting);
  });
  if (ended === undefined) return notDone('code_over');
  await context.throttle.forgive(askers);
  const [member] = await findMember(context.database, { memberId });
  if (member === undefined) return { ...notDone('account_barred'), cookies: [ended] };
  if (member.hasAuthenticator) return askAuthenticator(context, member, browser);
  const shown = { factor: 'mail', since: null } as const;
  return enter(context, member, { from, deviceId: null, cookies: [ended], shown });
}

/** Whoever has one is asked for it, too: the mail does not stand in for it. */
async function askAuthenticator(
  context: Context,
  { memberId, email, emailTyped }: FindMemberRow,
  browser: From,
): Promise<MemberAnswer<SignedInOr>> {
  const from = placed(context, browser);
  const kind = 'authenticator';
  const wanted = { purpose: 'sign_in', kind, email, emailTyped, memberId } as const;
  const begun = await context.database.transaction(async (on) => {
    await recordSignIn(context, on, { memberId, from, isNewDevice: true }, 'code_asked');
    return beginProof(context, on, wanted, newCode(context));
  });
  return done('code_of_authenticator', [begun.cookie]);
}

/** Which address a code went to from this browser, as it was typed there. */
export async function waitingEmail(
  context: Context,
  browser: From,
  purpose: 'mail_first' | 'recovery' | 'recovery_end' | 'new_address' | 'step_up',
): Promise<string | undefined> {
  const { cookie } = placed(context, browser);
  return context.database.transaction(async (on) => {
    const waiting = await findWaiting(context, on, cookie, purpose);
    return waiting?.emailTyped;
  });
}
