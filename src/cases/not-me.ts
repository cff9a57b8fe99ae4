import { present } from '../kernel/assert.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { SentGift, VoidedGift } from '../gifts/index.ts';
import type { CaseWay } from './case.ts';
import {
  addIssuers,
  armStep,
  insertEvent,
  insertGifts,
  insertRecord,
  lockInForce,
  reopenParts,
  stopPart,
} from './cases.sql.ts';
import { countsOf } from './list-gifts.ts';
import { newCaseNumber } from './number.ts';
import type { CaseMember, CaseParts } from './parts.ts';
import { readSent } from './read-sent.ts';
import { workSteps } from './steps.ts';
import { tellOpened } from './tell.ts';
import { LOOK_WITHIN_MS } from './what-comes-next.ts';

export interface NotMe {
  readonly memberId: string;
  readonly by: CaseWay;
  readonly actor: string; // `member`, `operator:<id>`, `notice`
  readonly noticeNumber?: string | null;
  /** That message was an SMS: it may have been read by whoever got the number moved to a card of his. */
  readonly isBySms?: boolean;
  readonly words?: string | null;
  /** Whose staff has opened it. */
  readonly issuerId?: number;
}

export interface CaseOpened {
  readonly number: string;
  /** False: a case was in force already; what has come since was stopped with it. */
  readonly isNew: boolean;
}

export const WORDS_MAX = 1_000;

/**
 * "That was not me." In one transaction every gift that is not charged is voided, every change that waits is cancelled,
 * every session is over, the case stands, and the member is told. Then the value is frozen, and what was seen is
 * copied; a process that dies in between leaves steps, which the next round finishes. Undefined: no such member.
 */
export async function openNotMe(parts: CaseParts, notMe: NotMe): Promise<CaseOpened | undefined> {
  const member = await parts.members.findById(parts.database, notMe.memberId);
  if (member === undefined) return undefined;
  const known = await readKnown(parts, notMe.memberId);
  const issuerIds = issuersOf(parts, notMe, known);
  const held = await readHeld(parts, notMe.memberId);
  const opened = await parts.database.transaction((on) =>
    stopInOneInstant(parts, on, { notMe, member, issuerIds, known, held }),
  );
  try {
    await workSteps(parts, opened.caseId);
  } catch (error) {
    // It is stopped, and whoever said it is told so: the rounds go on from here.
    parts.log.error(
      { error, case: opened.number },
      'the steps of a new case are left to the rounds',
    );
  }
  return { number: opened.number, isNew: opened.isNew };
}

interface Stopping {
  readonly notMe: NotMe;
  readonly member: CaseMember;
  readonly issuerIds: readonly number[];
  /** What is known of its gifts: those that the message names. */
  readonly known: readonly SentGift[];
  readonly held: Awaited<ReturnType<CaseParts['members']['addresses']>>;
}

/** The newest gifts, with the names that they have for their sender. A stop does not wait for what cannot be read. */
async function readKnown(parts: CaseParts, memberId: string): Promise<readonly SentGift[]> {
  try {
    return await readSent(parts.gifts, memberId, {});
  } catch (error) {
    parts.log.error({ error, memberId }, 'a stop does not know whose gifts it touches');
    return [];
  }
}

/** Until when former addresses were the member's. */
async function readHeld(parts: CaseParts, memberId: string): Promise<Stopping['held']> {
  try {
    return await parts.members.addresses(memberId);
  } catch (error) {
    parts.log.error({ error, memberId }, 'a stop does not know since when addresses are former');
    return [];
  }
}

/** Whose value it touches, as far as is known before; what is frozen adds its own. */
function issuersOf(
  parts: CaseParts,
  { issuerId }: NotMe,
  gifts: readonly SentGift[],
): readonly number[] {
  const known = gifts.map((gift) => gift.issuerId);
  if (issuerId !== undefined) known.push(issuerId);
  return known.length > 0 ? [...new Set(known)] : [...parts.issuerIds()];
}

async function stopInOneInstant(
  parts: CaseParts,
  on: Queryable,
  { notMe, member, issuerIds, known, held }: Stopping,
): Promise<CaseOpened & { readonly caseId: bigint }> {
  const at = parts.clock.now();
  const { memberId } = member;
  const inserted = await insertRecord(on, recordOf(parts, notMe, { at, issuerIds }));
  const [inForce] = await lockInForce(on, { memberId });
  const { caseId, number } = present(inForce, 'a case was just made, or was in force');
  const isNew = inserted.length > 0;
  const helperIds = await parts.wallets.stopAtOnce(on, memberId, { caseNumber: number });
  const { gifts } = await parts.gifts.voidAllOf(on, memberId, { caseNumber: number });
  // First: a change that begins or comes true at this moment takes turns with the stop at the member's row.
  await parts.members.holdChanges(on, memberId);
  // What a thief has asked for must not come true while everything is stopped.
  const waiting = { memberId, by: 'case', isBySms: notMe.isBySms === true };
  const changesCancelled = await parts.members.cancelWaiting(on, waiting);
  await parts.members.endAllSessions(on, memberId);
  await keepGifts(on, caseId, gifts);
  const touched = [...issuerIds, ...gifts.map((gift) => gift.issuerId)];
  await addIssuers(on, { caseId, issuerIds: [...new Set(touched)] });
  const { actor, by, issuerId } = notMe;
  if (!isNew) await reopenParts(on, { caseId });
  if (issuerId !== undefined) await stopPart(on, { caseId, issuerId });
  const stopped = { voided: gifts, known };
  const notice = notMe.noticeNumber ?? null;
  const giftsVoided = countsOf(stopped).stopped;
  const helpersEnded = helperIds.length;
  const detail = { by, giftsVoided, changesCancelled, helpersEnded, helperIds, notice, issuerId };
  await insertEvent(on, { caseId, at, kind: isNew ? 'opened' : 'said_again', actor, detail });
  await armStep(on, { caseId, kind: 'freeze', at });
  if (isNew) await armStep(on, { caseId, kind: 'collect', at });
  if (isNew) await tellOpened(parts, on, member, { number, at, gifts: stopped, held });
  return { caseId, number, isNew };
}

function recordOf(
  parts: CaseParts,
  notMe: NotMe,
  { at, issuerIds }: { readonly at: Instant; readonly issuerIds: readonly number[] },
) {
  const { memberId, by: openedBy, actor, noticeNumber = null, words = null } = notMe;
  const said = words?.trim().slice(0, WORDS_MAX);
  return {
    number: newCaseNumber(parts.random),
    memberId,
    issuerIds,
    openedBy,
    actor,
    noticeNumber,
    wordsSealed: said ? parts.keys.seal(said) : null,
    openedAt: at,
    lookAt: at + LOOK_WITHIN_MS,
  };
}

async function keepGifts(
  on: Queryable,
  caseId: bigint,
  gifts: readonly VoidedGift[],
): Promise<void> {
  if (gifts.length === 0) return;
  await insertGifts(on, {
    caseId,
    giftIds: gifts.map(({ giftId }) => giftId),
    issuerIds: gifts.map(({ issuerId }) => issuerId),
    units: gifts.map(({ unit }) => unit),
    amountsMinor: gifts.map(({ amountMinor }) => amountMinor),
    statesBefore: gifts.map(({ before }) => before),
    statesAfter: gifts.map(({ after }) => after),
    areRefundsWanted: gifts.map(({ isRefundWanted }) => isRefundWanted),
  });
}
