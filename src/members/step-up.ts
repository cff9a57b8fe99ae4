import type { Clock, Instant } from '../kernel/clock.ts';
import { present } from '../kernel/assert.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { MemberSession } from './account.ts';
import type { Context } from './context.ts';
import { decideStepUp, type Factor, type StepUp, type StepUpAct } from './decide-step-up.ts';
import { findOddities, keepFreshFactor, listFreshFactors, readFactors } from './factors.sql.ts';

export interface WantedAct {
  readonly act: StepUpAct;
  readonly amountMinor?: bigint; // yen
  readonly after?: Instant; // only what was shown behind it counts: it is the word for what came then
}

/** A factor younger than this counts as the mail by which it was set: a thief who sets one gains nothing by it. */
export const YOUNG_MS = 24 * 60 * 60_000;

/** Whether this session may do it now, or what it has to show first. */
export async function stepUp(
  { database, clock }: Pick<Context, 'database' | 'clock'>,
  { sessionId, deviceId, member: { memberId } }: MemberSession,
  { act, amountMinor = 0n, after = -Infinity }: WantedAct,
): Promise<StepUp> {
  const now = clock.now();
  const shown = await listFreshFactors(database, { sessionId });
  const [seen] = await findOddities(database, { memberId, deviceId });
  return decideStepUp({
    act,
    amountMinor,
    isOdd: (seen?.oddities.length ?? 0) > 0,
    shown: shown
      .filter(({ shownAt }) => shownAt > after)
      .map(({ factor, shownAt }) => ({ factor: factor as Factor, at: shownAt })),
    has: await agedFactors({ database, clock }, memberId),
    now,
  });
}

interface Aged {
  readonly database: Queryable;
  readonly clock: Clock;
}

/** What a member has had for a day, the weakest first. */
async function agedFactors(
  { database, clock }: Aged,
  memberId: string,
): Promise<readonly Factor[]> {
  const now = clock.now();
  const since = await factorsOf(database, memberId);
  const isOld = (at: Instant | null) => at !== null && now - at >= YOUNG_MS;
  const has: Factor[] = ['mail'];
  if (isOld(since.authenticatorSince)) has.push('authenticator');
  if (isOld(since.passkeySince)) has.push('passkey');
  return has;
}

export async function strongestOf(context: Aged, memberId: string): Promise<Factor> {
  return (await agedFactors(context, memberId)).at(-1) ?? 'mail';
}

export async function factorsOf(on: Queryable, memberId: string) {
  const [row] = await readFactors(on, { memberId });
  return present(row, 'a session is of a member');
}

/** A session has shown a factor, which was set at `since`; null: mail, as old as the account. */
export async function keepShown(
  { clock }: Pick<Context, 'clock'>,
  on: Queryable,
  shown: { readonly sessionId: string; readonly factor: Factor; readonly since: Instant | null },
): Promise<void> {
  const { sessionId, since } = shown;
  const at = clock.now();
  const isYoung = since !== null && at - since < YOUNG_MS;
  await keepFreshFactor(on, { sessionId, factor: isYoung ? 'mail' : shown.factor, at });
}
