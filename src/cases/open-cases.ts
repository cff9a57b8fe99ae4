import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { accepted, type Result } from '../kernel/result.ts';
import type { MemberSession, StepUp } from '../members/index.ts';
import { eraseOld, findInForce } from './cases.sql.ts';
import type { CaseRecord } from './case.ts';
import type { DeskStory } from './desk-story.ts';
import {
  closeCase,
  liftStop,
  noteCase,
  refundGift,
  type CaseRefusal,
  type DeskAct,
} from './lift-stop.ts';
import { openNotMe, type CaseOpened, type NotMe } from './not-me.ts';
import type { CaseMember, CaseParts } from './parts.ts';
import {
  readCaseOfIssuer,
  readCases,
  readCasesOfMember,
  readOwnCase,
  type CasesAsked,
  type CaseStory,
} from './read-cases.ts';
import { findCaller, openSaid, type SaidByNotice } from './said.ts';
import { workSteps } from './steps.ts';

/** What a member, or the desk for a member, does when it was somebody else. */
export interface Cases {
  /** Undefined: there is no such member. */
  notMe(notMe: NotMe): Promise<CaseOpened | undefined>;
  /**
   * By the number of a message: for its own member alone, also where that has another address by now. Whether it went to a member is not said. A message whose
   * stop its member has lifted stops nothing again: else whoever has seen it once could stop for ever.
   */
  byNotice(noticeNumber: string): Promise<SaidByNotice>;
  /** The number of the case that stops this member now. */
  inForce(memberId: string): Promise<string | null>;
  list(memberId: string): Promise<readonly CaseRecord[]>;
  /** Null: there is no such case of this member. */
  read(asked: { readonly memberId: string; readonly number: string }): Promise<CaseStory | null>;
  /** With a fresh strong factor alone; else it says which. */
  lift(session: MemberSession, number: string): Promise<Result<StepUp, CaseRefusal>>;
  readonly desk: CaseDesk;
  /** What is due: stops that were accepted, freezes and releases that a process left behind; how many steps were done. */
  work(): Promise<number>;
  /** Until no stop is under way that was accepted here. */
  settled(): Promise<void>;
  /** Forgets what was seen of people in cases that are long over. */
  forgetOld(): Promise<void>;
}

/** For the console: what is written stands in the transaction of the trail's row. */
export interface CaseDesk {
  list(asked: CasesAsked): Promise<readonly CaseRecord[]>;
  /** What is this issuer's own in it. */
  read(asked: { readonly issuerId: number; readonly number: string }): Promise<DeskStory | null>;
  /** By the mail address, or by the number of a message of ours. */
  findMember(whom: string): Promise<CaseMember | undefined>;
  memberOf(record: Pick<CaseRecord, 'memberId'>): Promise<CaseMember | undefined>;
  lift(on: Queryable, act: DeskAct): Promise<Result<bigint, CaseRefusal>>;
  refund(
    on: Queryable,
    act: DeskAct & { readonly giftId: bigint },
  ): Promise<Result<bigint, CaseRefusal>>;
  note(
    on: Queryable,
    act: DeskAct & { readonly note: string; readonly lookAt: Instant },
  ): Promise<Result<bigint, CaseRefusal>>;
  close(
    on: Queryable,
    act: DeskAct & { readonly note: string },
  ): Promise<Result<bigint, CaseRefusal>>;
  /** Behind the commit of a lift: its value is released now, not in the next round. */
  finish(caseId: bigint): Promise<void>;
}

/** Evidence is about people: it goes when nobody can ask about the case any more. */
const EVIDENCE_KEPT_MS = 3 * 365 * 24 * 60 * 60_000;
const ERASED_AT_ONCE = 100;
const ERASED_PAGES = 100; // of a round; the next one goes on

export function openCases(parts: CaseParts): Cases {
  const { database, clock, members } = parts;
  const said = openSaid(parts);
  return {
    notMe: (notMe) => openNotMe(parts, notMe),
    byNotice: (noticeNumber) => said.take(noticeNumber),
    settled: () => said.settled(),
    inForce: async (memberId) => (await findInForce(database, { memberId }))[0]?.number ?? null,
    list: (memberId) => readCasesOfMember(parts, memberId),
    read: (asked) => readOwnCase(parts, asked),
    lift: (session, number) => liftByMember(parts, session, number),
    desk: {
      list: (asked) => readCases(parts, asked),
      read: (asked) => readCaseOfIssuer(parts, asked),
      findMember: (whom) => findCaller(parts, whom),
      memberOf: ({ memberId }) => members.findById(database, memberId),
      lift: (on, { issuerId, ...act }) =>
        liftStop(parts, on, { ...act, by: 'desk', of: { issuerId } }),
      refund: (on, act) => refundGift(parts, on, act),
      note: (on, act) => noteCase(parts, on, act),
      close: (on, act) => closeCase(parts, on, act),
      finish: async (caseId) => void (await workSteps(parts, caseId)),
    },
    async work() {
      await said.work();
      return workSteps(parts, null);
    },
    async forgetOld() {
      await members.releaseUnstopped(
        async (on, memberId) => (await findInForce(on, { memberId })).length > 0,
      );
      const at = clock.now();
      const size = parts.sizes?.erasedAtOnce ?? ERASED_AT_ONCE;
      for (let pages = 0; pages < ERASED_PAGES; pages += 1) {
        const erased = await eraseOld(database, { before: at - EVIDENCE_KEPT_MS, at, size });
        if (erased < size) return;
      }
    },
  };
}

async function liftByMember(
  parts: CaseParts,
  session: MemberSession,
  number: string,
): Promise<Result<StepUp, CaseRefusal>> {
  const { memberId } = session.member;
  const stepUp = await parts.members.stepUp(session, { act: 'unfreeze' });
  if (stepUp.state !== 'fresh') return accepted(stepUp);
  const lift = { number, by: 'member', actor: 'member', of: { memberId } } as const;
  const lifted = await parts.database.transaction((on) => liftStop(parts, on, lift));
  if (!lifted.ok) return lifted;
  await workSteps(parts, lifted.value);
  return accepted(stepUp);
}
