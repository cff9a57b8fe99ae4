/**
 * Members: customers with a sign-in. Sign-up by a code to the mail address, sign-in by password and, on a device
 * that is not known, a second factor; their devices, sessions, and the history of it all with what was odd.
 *
 * **Invariant.** A password alone opens nothing on a device that has not shown a second factor for this member;
 * the secret by which a device is known is made new when it does.
 * **Invariant.** An address that is a member's and one that is nobody's are answered alike, by the same
 * statements and after the same work.
 * **Invariant.** Guessing is bounded for each address, each network, and strange devices of the whole site; beyond
 * a bound no password is hashed, and two are at once at most. What strangers do never shuts out a known device.
 * **Invariant.** A new device stands in the history and in the register of notices before its session exists.
 * **Invariant.** No password, code, device or session is worth anything when it is read from the database.
 * Deliberately absent: passwords hashed and sessions signed by hand (better-auth does both), a mail with a link to
 * sign in, a way to hear whether somebody is a member, and staff (`operators`).
 */
export { openMembers, type Members, type ShownDevice, type ShownSignIn } from './open-members.ts';
export type { Member, MemberSession } from './account.ts';
export { contactsOf } from './contacts.ts';
export { makeDemoMember } from './demo-member.ts';
export type { MemberParts } from './context.ts';
export type { MemberAnswer, MemberRefusal, NotDone } from './contract.ts';
export type { DayLimit, Spent } from './day-limit.ts';
export type { Factor, StepUp, StepUpAct } from './decide-step-up.ts';
export type { EvidenceDevice, EvidenceSignIn, FoundMember, MemberEvidence } from './evidence.ts';
export type { Ceremony } from './challenge.ts';
export type { ChangeKind } from './decide-wait.ts';
export type { WaitingChange } from './delayed-changes.ts';
export type { PasskeyOptions, ShownPasskeyRow } from './passkeys.ts';
export type { RecoveryShown } from './recovery.ts';
export type { WantedAct } from './step-up.ts';
export type { From } from './from.ts';
export type { Oddity } from './oddness.ts';
export { PASSWORD_MAX, PASSWORD_MIN } from './password.ts';
export { placeText, timeText } from './tell.ts';
