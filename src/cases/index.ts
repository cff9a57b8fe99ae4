/**
 * Cases: "that was not me". One action stops everything of a member in one instant, keeps what was seen, and says
 * what comes next and whose it is.
 *
 * **Invariant.** In the transaction in which a case stands, every gift that is not charged is voided, every change of
 * the account that waits is cancelled, every session is over and the member is told. What is stopped behind it is a step, tried until it is done, and done again it is done
 * once.
 * **Invariant.** One case in force a member: said twice it is one case, and what has come since is stopped with it.
 * **Invariant.** A member's value is given back by the member with a fresh strong factor, or by two of the staff of
 * every issuer that the case concerns: a desk sees and lifts its own part (docs/decisions/0008-each-desk-its-own-part.md).
 * **Invariant.** What a stranger is answered comes after the same work, whosever the message is.
 * **Invariant.** Nothing that was charged is hidden: each gift is counted in exactly one place, as its payment says.
 * Deliberately absent: value of its own (wallets freeze it, gifts void it, payments give it back), and a judgement of
 * who is right.
 */
export { openCases, type CaseDesk, type Cases } from './open-cases.ts';
export type { CaseMember, CaseParts } from './parts.ts';
export type {
  CaseEvent,
  CaseHolding,
  CaseRecord,
  CaseWay,
  Evidence,
  EvidenceKind,
  EventKind,
} from './case.ts';
export type { CaseGift, GiftMoney, GiftOutcome, GiftSum } from './case-gift.ts';
export { reportedUntil } from './case-gift.ts';
export { WORDS_MAX, type CaseOpened, type NotMe } from './not-me.ts';
export { readCaseNumber } from './number.ts';
export { maskedCaller } from './said.ts';
export type { DeskStory } from './desk-story.ts';
export { hasCaseWith, type CasesAsked, type CaseStory } from './read-cases.ts';
export type { CaseRefusal, DeskAct } from './lift-stop.ts';
export type { Next, NextKind, Responsible } from './what-comes-next.ts';
