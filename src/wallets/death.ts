import type { Instant } from '../kernel/clock.ts';
import { assert } from '../kernel/assert.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { findDeath, insertDeath, listUnfrozenDeaths, noteFrozenDeath } from './closing.sql.ts';
import type { WalletParts } from './context.ts';
import { endHelpOf } from './family-help.sql.ts';
import { NOTHING_MORE } from './keep.ts';
import { freezeAll } from './stop-wallet.ts';
import { insertEntry, insertStop, lockWallet } from './wallets.sql.ts';

/** What support was told, and by whom; two of the staff have agreed to it before. */
export interface ToldDeath {
  readonly memberId: string;
  readonly issuerId: number; // whose desk was told
  readonly operator: string;
  readonly note: string; // who told us, and where the heirs are reached
}

export interface Death {
  readonly issuerId: number | null; // whose desk was told; null: no one issuer's, so each that is concerned reads it
  readonly toldAt: Instant;
  readonly toldBy: string;
  readonly note: string;
}

const NOTE_MAX = 2_000;

/**
 * The account is barred and everybody's help with it ends, in the caller's transaction; the freezes follow
 * (`freezeDead`). Value stays for the heirs: it neither goes to anybody by a sign-in nor is it given up. Done again
 * it does nothing twice. False: there is no such member.
 */
export async function recordDeath(
  parts: WalletParts,
  on: Queryable,
  { memberId, issuerId, operator, note }: ToldDeath,
): Promise<boolean> {
  const { clock, keyRing, members } = parts;
  assert(note.length > 0 && note.length <= NOTE_MAX, 'a note has words, and a bound');
  await lockWallet(on, { memberId });
  if ((await findDeath(on, { memberId })).length > 0) return true;
  if (!(await members.barAccount(on, memberId))) return false;
  const at = clock.now();
  const noteSealed = keyRing.seal(note);
  await insertDeath(on, { memberId, issuerId, at, toldBy: operator, noteSealed });
  await insertEntry(on, { ...NOTHING_MORE, memberId, at, kind: 'died' });
  await members.endAllSessions(on, memberId);
  await endHelpOf(on, { memberId, at });
  await insertStop(on, { memberId, caseNumber: estateOf(memberId), at });
  await parts.onMemberEnd?.(on, memberId, 'died');
  return true;
}

/** What a death has left to do: each instrument is frozen once, whatever ends in between. */
export async function freezeDead(parts: WalletParts): Promise<void> {
  const { connection, clock, log } = parts;
  for (const { memberId } of await listUnfrozenDeaths(connection)) {
    try {
      await freezeAll(parts, memberId, { caseNumber: estateOf(memberId) });
      await noteFrozenDeath(connection, { memberId, at: clock.now() });
    } catch (error) {
      // It stays due; the others are not kept waiting.
      log.error({ error, memberId }, 'what one of the dead has left could not be frozen');
    }
  }
}

function estateOf(memberId: string): string {
  return `estate-${memberId.slice(0, 12)}`;
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
