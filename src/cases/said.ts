import type { Instant } from '../kernel/clock.ts';
import { DESK_ROUNDS, findNoticeOwner, readNoticeNumber } from '../notices/index.ts';
import { claimSaid, findInForce, forgetSaid, insertSaid, isNoticeSpent } from './cases.sql.ts';
import { openNotMe } from './not-me.ts';
import type { CaseMember, CaseParts } from './parts.ts';

/** too_old: to whom it went is forgotten, whoever that was. */
export type SaidByNotice = 'taken' | 'unknown' | 'too_old' | 'lifted_before';

/** "That was not me" by the number of a message: accepted with the same work whosever it is, and done behind that. */
export interface SaidDesk {
  take(noticeNumber: string): Promise<SaidByNotice>;
  /** What was accepted and is not done: also what another process left. */
  work(): Promise<void>;
  /** Until nothing that was accepted here is under way. */
  settled(): Promise<void>;
}

const LEASE_MS = 30_000;
const SAID_MAX = 20;

/**
 * The answer to a stranger comes after the same statements for a member's message, for anybody else's and for one
 * that never was: it says what the register of messages says, and nothing of members. The stop begins in that
 * instant, from a row that was written before the answer, so that no death of a process loses it.
 */
export function openSaid(parts: CaseParts): SaidDesk {
  let working: Promise<void> = Promise.resolve();
  const begin = (): void => {
    working = working
      .then(() => workSaid(parts))
      .catch((error: unknown) =>
        // It stays due: the next round does it.
        parts.log.error({ error }, 'what was said by a number is left to the rounds'),
      );
  };
  return {
    async take(noticeNumber) {
      const { isOurs, isErased, isSpent } = await lookAt(parts, noticeNumber);
      await insertSaid(parts.database, { noticeNumber, at: parts.clock.now() });
      begin();
      if (!isOurs) return 'unknown';
      if (isErased) return 'too_old';
      return isSpent ? 'lifted_before' : 'taken';
    },
    work: () => workSaid(parts),
    settled: () => working,
  };
}

interface Looked {
  readonly isOurs: boolean;
  readonly isErased: boolean;
  readonly memberId: string | undefined;
  readonly isBySms: boolean;
  /** A stop was lifted since the message was written. */
  readonly isSpent: boolean;
}

async function noticeAndMember({ database, keys, members }: CaseParts, noticeNumber: string) {
  const owner = await findNoticeOwner(database, keys, noticeNumber);
  const { channel = 'mail', place = null, writtenAt: at = 0, template = '' } = owner ?? {};
  const isToFormer = template === 'case_opened'; // the one that we write to former addresses, too
  const member =
    channel === 'sms'
      ? await members.ownerOfPhone(database, { number: place ?? '', at })
      : await members.ownerOfAddress(database, { email: place ?? '', at, isToFormer });
  return { owner, isToFormer, member };
}

/**
 * Whoever calls has the address or a message of ours at hand. For the desk alone, also of somebody who is told to have
 * died; whom a message went to is not told to who has read its number. By what a desk sends to any address or number it
 * likes nobody is found: that would tell it whose they are.
 */
export async function findCaller(parts: CaseParts, whom: string): Promise<CaseMember | undefined> {
  const { database, members } = parts;
  const number = readNoticeNumber(whom);
  if (number === null) {
    return (await members.findByEmail(database, whom)) ?? members.findBarred(database, whom);
  }
  const { owner, member } = await noticeAndMember(parts, number);
  if (DESK_ROUNDS.some((template) => template === owner?.template)) return undefined;
  if (member !== undefined || owner === null || owner.place === null) return member;
  const { channel, place, writtenAt: at } = owner;
  return channel === 'sms'
    ? members.ownerOfPhone(database, { number: place, at, isBarred: true })
    : members.findBarred(database, place);
}

/** `h…@example.jp`, `KN-…-9PDR`: enough to know again whom one has looked for. */
export function maskedCaller(whom: string): string {
  const number = readNoticeNumber(whom);
  if (number !== null) return `KN-…-${number.slice(-4)}`;
  const at = whom.lastIndexOf('@');
  return at < 1 ? '…' : `${whom.slice(0, 1)}…${whom.slice(at)}`.slice(0, 100);
}

/** The same statements whatever is found: of nobody nothing is found, by looking. */
async function lookAt(parts: CaseParts, noticeNumber: string): Promise<Looked> {
  const { database } = parts;
  const { owner, isToFormer, member } = await noticeAndMember(parts, noticeNumber);
  const { channel = 'mail', place = null, writtenAt: at = 0 } = owner ?? {};
  const memberId = member?.memberId;
  const writtenAt: Instant | null = isToFormer ? null : at;
  const asked = { memberId: memberId ?? '', noticeNumber, writtenAt };
  const [spent] = await isNoticeSpent(database, asked);
  const isBySms = channel === 'sms';
  const isOurs = owner !== null;
  const isErased = isOurs && place === null;
  return { isOurs, isErased, memberId, isBySms, isSpent: spent?.isSpent === true };
}

async function workSaid(parts: CaseParts): Promise<void> {
  const { database, clock, log } = parts;
  const now = clock.now();
  const claimed = await claimSaid(database, { now, leasedUntil: now + LEASE_MS, size: SAID_MAX });
  for (const { saidId, noticeNumber } of claimed) {
    try {
      await stopBy(parts, noticeNumber);
      await forgetSaid(database, { saidId });
    } catch (error) {
      // It stays due; the others are not kept waiting.
      log.error({ error, notice: noticeNumber }, 'a stop by the number of a message failed');
    }
  }
}

async function stopBy(parts: CaseParts, noticeNumber: string): Promise<void> {
  const { memberId, isSpent, isBySms } = await lookAt(parts, noticeNumber);
  if (memberId === undefined || isSpent) return;
  // What is stopped stays so: done again by whoever has a number, it would keep the owner from lifting it.
  if ((await findInForce(parts.database, { memberId })).length > 0) return;
  await openNotMe(parts, { memberId, by: 'notice', actor: 'notice', noticeNumber, isBySms });
}
