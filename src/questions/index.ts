/**
 * "Why can't I use my code?": one answer, with what is in the way, whether the value is safe, what to do, and
 * who is responsible. Also the desks that customers turn to, and the report "that was not me".
 *
 * **Invariant.** One list of causes for everybody: page, API, problem documents and support desk (`causes.ts`);
 * a refusal of the engine without its cause does not compile.
 * **Invariant.** No oracle: without the code, or a number with proof of its purchase, the answer follows from
 * what is public and from the shape of what was typed, after the same statements as for a card that is there.
 * **Invariant.** What stands in everybody's way is never blamed on the holder.
 * Deliberately absent: the code itself, which is neither kept nor shown again, and words in any language,
 * which stand in `locales/`.
 */
export {
  askQuestion,
  type Asked,
  type Asking,
  type OutageAttempt,
  type OutageSeen,
  type QuestionParts,
} from './ask-question.ts';
export { openProofCounter, type ProofCounter } from './count-proofs.ts';
export type { Answer, CardUse, PublicText } from './answer.ts';
export {
  AT_HAND,
  CAUSE_OF_REFUSAL,
  CAUSE_RULES,
  CAUSES,
  type AtHand,
  type Cause,
  type Responsible,
  type ValueSafety,
} from './causes.ts';
export {
  findDesk,
  holdDesks,
  writeDesk,
  writeUsage,
  type Desk,
  type DeskHolder,
  type DeskRefusal,
  type Usage,
} from './desks.ts';
export { ENVIRONMENT_FINDINGS, readBrowser, type EnvironmentFinding } from './environment.ts';
export { SIGHTS, type Bought, type CodeQuestion, type Sight, type Tried } from './question.ts';
export type { DoubtfulPlace, TypedFinding } from './read-typed.ts';
export { answerWords, causeWords, type AnswerWords, type CauseWords } from './words.ts';
export {
  CONTACT_MAX,
  endReport,
  findReports,
  reportNotMe,
  WORDS_MAX,
  type NewReport,
  type Report,
  type Reported,
  type ReportParts,
  type ToldDesk,
} from './report-not-me.ts';
export type { Proof } from './judge-proof.ts';
