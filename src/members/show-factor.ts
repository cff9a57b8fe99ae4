import { withCode, type MemberSession } from './account.ts';
import { done, notDone, tooMany, type MemberAnswer } from './contract.ts';
import type { Context } from './context.ts';
import type { From } from './from.ts';
import { mailToOwn } from './guess-throttle.ts';
import { beginProof, countMiss, endShown, findWaiting, isCodeOf, newCode } from './proofs.ts';
import { placed, recordSignIn } from './sign-in.ts';
import { factorsOf, keepShown } from './step-up.ts';
import { tell, timeText } from './tell.ts';

/** A code to the member's address, so that this session becomes fresh. */
export async function beginMailFactor(
  context: Context,
  { member: { memberId, email: emailTyped, locale } }: MemberSession,
): Promise<MemberAnswer> {
  const waitMs = await context.throttle.begin(mailToOwn(memberId));
  if (waitMs > 0) return tooMany(waitMs);
  const code = newCode(context);
  const email = emailTyped.toLowerCase();
  const wanted = { purpose: 'step_up', kind: 'mail', email, emailTyped, memberId } as const;
  const cookie = await context.database.transaction(async (on) => {
    const begun = await beginProof(context, on, wanted, code);
    const values = { code, until: timeText(locale, begun.expiresAt) };
    await tell(context, on, { template: 'member_step_up_code', to: emailTyped, locale, values });
    return begun.cookie;
  });
  return done(undefined, [cookie]);
}

export async function showMailFactor(
  context: Context,
  { sessionId, member: { memberId } }: MemberSession,
  typed: string,
  browser: From,
): Promise<MemberAnswer> {
  const from = placed(context, browser);
  return context.database.transaction(async (on) => {
    const waiting = await findWaiting(context, on, from.cookie, 'step_up');
    if (waiting === undefined || waiting.memberId !== memberId) return notDone('code_over');
    if (!isCodeOf(context, waiting, typed)) {
      await countMiss(on, waiting);
      await recordSignIn(context, on, { memberId, from }, 'code_wrong');
      return notDone('code_wrong');
    }
    const ended = await endShown(context, on, waiting);
    await keepShown(context, on, { sessionId, factor: 'mail', since: null });
    await recordSignIn(context, on, { memberId, from }, 'factor_shown');
    return done(undefined, [ended]);
  });
}

export async function showAuthenticator(
  context: Context,
  session: MemberSession,
  typed: string,
  browser: From,
): Promise<MemberAnswer> {
  const { sessionId, member } = session;
  if (!member.hasAuthenticator) return notDone('authenticator_not_set');
  const { memberId } = member;
  const from = placed(context, browser);
  const { authenticatorSince: since } = await factorsOf(context.database, memberId);
  return withCode(context, session, typed, async (on) => {
    await keepShown(context, on, { sessionId, factor: 'authenticator', since });
    await recordSignIn(context, on, { memberId, from }, 'factor_shown');
  });
}
