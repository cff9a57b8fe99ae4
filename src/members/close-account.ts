import type { Queryable } from '../kernel/database/index.ts';
import {
  barMember,
  endMember,
  eraseDevices,
  eraseFactors,
  eraseProofs,
  eraseSessions,
  eraseSignIns,
  unbarMember,
} from './close-account.sql.ts';
import type { Context } from './context.ts';

/**
 * Ends an account in the caller's transaction. Name, address, password, factors, devices and the history of
 * sign-ins are erased; what is left is an id. False: it was ended before.
 */
export async function closeAccount(
  { clock }: Pick<Context, 'clock'>,
  on: Queryable,
  memberId: string,
): Promise<boolean> {
  const ended = await endMember(on, { memberId, at: clock.now() });
  await eraseSignIns(on, { memberId });
  await eraseProofs(on, { memberId });
  await eraseSessions(on, { memberId });
  await eraseDevices(on, { memberId });
  await eraseFactors(on, { memberId });
  return ended === 1;
}

/** Nobody signs in any more, and nothing is erased: of somebody who has died. */
export async function barAccount(
  { clock }: Pick<Context, 'clock'>,
  on: Queryable,
  memberId: string,
): Promise<boolean> {
  return (await barMember(on, { memberId, at: clock.now() })) === 1;
}

/** Somebody lives who was told to have died. False: the account was not barred. */
export async function unbarAccount(
  { clock }: Pick<Context, 'clock'>,
  on: Queryable,
  memberId: string,
): Promise<boolean> {
  return (await unbarMember(on, { memberId, at: clock.now() })) === 1;
}
