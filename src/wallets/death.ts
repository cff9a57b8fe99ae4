import type { Instant } from '../kernel/clock.ts';
import { assert } from '../kernel/assert.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { timeText } from '../members/index.ts';
import {
  cancelClosing,
  findDeath,
  findDeathTakenBack,
  insertDeath,
  listDeathsToGiveBack,
  listUnfrozenDeaths,
  noteFrozenDeath,
  noteGivenBack,
  takeBackDeath,
} from './closing.sql.ts';
import type { WalletParts } from './context.ts';
import { endHelpOf } from './family-help.sql.ts';
import { NOTHING_MORE } from './keep.ts';
import { freezeAll, unfreezeAll } from './stop-wallet.ts';
import { insertEntry, insertStop, listOpenStops, lockWallet } from './wallets.sql.ts';

/** What support was told, and by whom; two of the staff have agreed to it before. */
export interface ToldDeath {
  readonly memberId: string;
  readonly issuerId: number; // whose desk was told
  readonly operator: string;
  readonly askedAt: Instant; // what was asked before another death came or went is not about this one
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
 * (`freezeDead`). Value stays for the heirs: it neither goes to anybody by a sign-in nor is it given up. The address is
 * told first, for somebody may live there who was told to have died. Done again it does nothing twice. False: there is no such
 * member, or it was asked before another death was taken back, or that one's value is still being given back.
 */
export async function recordDeath(
  parts: WalletParts,
  on: Queryable,
  { memberId, issuerId, operator, askedAt, note }: ToldDeath,
): Promise<boolean> {
  const { clock, keyRing, members } = parts;
  assert(note.length > 0 && note.length <= NOTE_MAX, 'a note has words, and a bound');
  await lockWallet(on, { memberId });
  if ((await findDeath(on, { memberId })).length > 0) return true;
  const [before] = await findDeathTakenBack(on, { memberId });
  if (before && (before.givenBackAt === null || before.takenBackAt >= askedAt)) return false;
  const at = clock.now();
  await tell(parts, on, { memberId, at, template: 'death_recorded', issuerId });
  if (!(await members.barAccount(on, memberId))) return false;
  const noteSealed = keyRing.seal(note);
  const estate = `${estateOf(memberId)}-${at.toString(36)}`; // a stop of its own, should there be another one
  await insertDeath(on, { memberId, issuerId, at, toldBy: operator, noteSealed, estate });
  await insertEntry(on, { ...NOTHING_MORE, memberId, at, kind: 'died' });
  await members.endAllSessions(on, memberId);
  await endHelpOf(on, { memberId, at });
  await insertStop(on, { memberId, caseNumber: estate, at });
  await parts.onMemberEnd?.(on, memberId, 'died');
  return true;
}

/**
 * It was told of somebody who lives; two of the staff have agreed to that. The account is open again for whoever can sign
 * in there as before, and what has waited is over, whoever asked for it; the value follows (`giveBackToLiving`). Gifts
 * and ways of paying that ended stay so. False: no death is recorded that this desk was told of before it was asked.
 */
export async function takeDeathBack(
  parts: WalletParts,
  on: Queryable,
  { memberId, issuerId, operator, askedAt }: Omit<ToldDeath, 'note'>,
): Promise<boolean> {
  const { clock, members } = parts;
  await lockWallet(on, { memberId });
  const [death] = await findDeath(on, { memberId });
  if (death === undefined || death.toldAt > askedAt) return false;
  if (![null, issuerId].includes(death.issuerId)) return false;
  const at = clock.now();
  await takeBackDeath(on, { memberId, at });
  await members.unbarAccount(on, memberId);
  await insertEntry(on, { ...NOTHING_MORE, memberId, at, kind: 'death_taken_back' });
  await members.cancelWaiting(on, { memberId, by: operator, isBySms: false });
  if ((await cancelClosing(on, { memberId, at })) > 0) {
    await insertEntry(on, { ...NOTHING_MORE, memberId, at, kind: 'closing_cancelled' });
  }
  const estate = death.estate ?? estateOf(memberId);
  const stops = await listOpenStops(on, { memberId });
  if (stops.every(({ caseNumber }) => caseNumber === estate)) {
    await parts.onMemberBack?.(on, memberId);
  }
  await tell(parts, on, { memberId, at, template: 'death_taken_back', issuerId });
  return true;
}

/** Nobody is told of an account that is closed. */
async function tell(
  { members, notices, catalogue }: WalletParts,
  on: Queryable,
  told: {
    readonly memberId: string;
    readonly at: Instant;
    readonly template: 'death_recorded' | 'death_taken_back';
    readonly issuerId: number;
  },
): Promise<void> {
  const member = await members.findById(on, told.memberId);
  if (member === undefined) return;
  const { email: to, locale } = member;
  const issuer = catalogue().issuers.get(told.issuerId);
  const values = {
    at: timeText(locale, told.at),
    issuer: (locale === 'ja' ? issuer?.nameJa : issuer?.nameEn) ?? '',
  };
  const sent = await notices.sendNotice(on, { template: told.template, to, locale, values });
  if (!sent.ok) throw new Error(`a notice could not be written: ${sent.refusal}`); // nobody is barred untold
}

/** What a death has left to do: each instrument is frozen once, whatever ends in between. */
export async function freezeDead(parts: WalletParts): Promise<void> {
  const { connection, clock, log } = parts;
  for (const { memberId, estate } of await listUnfrozenDeaths(connection)) {
    try {
      await freezeAll(parts, memberId, { caseNumber: estate ?? estateOf(memberId) });
      await noteFrozenDeath(connection, { memberId, estate, at: clock.now() });
    } catch (error) {
      // It stays due; the others are not kept waiting.
      log.error({ error, memberId }, 'what one of the dead has left could not be frozen');
    }
  }
}

/** The same for whoever lives. */
export async function giveBackToLiving(parts: WalletParts): Promise<void> {
  const { connection, clock, log } = parts;
  for (const { memberId, estate } of await listDeathsToGiveBack(connection)) {
    try {
      await unfreezeAll(parts, memberId, { caseNumber: estate ?? estateOf(memberId) });
      await noteGivenBack(connection, { memberId, estate, at: clock.now() });
    } catch (error) {
      log.error({ error, memberId }, 'what somebody holds who lives could not be given back');
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
  const { noteSealed, issuerId, toldAt, toldBy } = row;
  return { issuerId, toldAt, toldBy, note: keyRing.unseal(noteSealed) };
}
