import type { Instant } from '../kernel/clock.ts';
import { assert } from '../kernel/assert.ts';
import { findDeath, insertDeath } from './closing.sql.ts';
import type { WalletParts } from './context.ts';
import { endHelpOf } from './helpers.sql.ts';
import type { StoppedHolding } from './holding.ts';
import { NOTHING_MORE } from './keep.ts';
import { freezeAll } from './stop-wallet.ts';
import { insertEntry, lockWallet } from './wallets.sql.ts';

/** What support was told, and by whom; two of the staff have agreed to it before. */
export interface ToldDeath {
  readonly memberId: string;
  readonly operator: string;
  readonly note: string; // who told us, and where the heirs are reached
}

export interface Death {
  readonly toldAt: Instant;
  readonly toldBy: string;
  readonly note: string;
}

const NOTE_MAX = 2_000;

/**
 * The account is barred and everybody's help with it ends, in one transaction; then all value is frozen and stays
 * for the heirs: it neither goes to anybody by a sign-in nor is it given up. Done again it does nothing twice.
 */
export async function recordDeath(
  parts: WalletParts,
  { memberId, operator, note }: ToldDeath,
): Promise<readonly StoppedHolding[]> {
  const { connection, clock, keyRing, members } = parts;
  assert(note.length > 0 && note.length <= NOTE_MAX, 'a note has words, and a bound');
  await connection.transaction(async (on) => {
    await lockWallet(on, { memberId });
    const at = clock.now();
    const noteSealed = keyRing.seal(note);
    if ((await insertDeath(on, { memberId, at, toldBy: operator, noteSealed })) === 0) return;
    await insertEntry(on, { ...NOTHING_MORE, memberId, at, kind: 'died' });
    await members.barAccount(on, memberId);
    await members.endAllSessions(on, memberId);
    await endHelpOf(on, { memberId, at });
  });
  return freezeAll(parts, memberId, { caseNumber: `estate-${memberId.slice(0, 12)}` });
}

export async function deathOf(
  { connection, keyRing }: Pick<WalletParts, 'connection' | 'keyRing'>,
  memberId: string,
): Promise<Death | undefined> {
  const [row] = await findDeath(connection, { memberId });
  if (row === undefined) return undefined;
  const { noteSealed, ...told } = row;
  return { ...told, note: keyRing.unseal(noteSealed) };
}
