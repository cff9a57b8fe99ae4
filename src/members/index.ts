/**
 * Members: customers with a sign-in. Sign-up by a code to the mail address with a passkey or a password, sign-in by
 * either and, with a password on a device that is not known, a second factor; their devices, sessions, and the
 * history of it all with what was odd; what asks for a fresh factor; changes that wait; the limit of a day.
 *
 * **Invariant.** A password alone opens nothing on a device that has not shown a second factor for this member;
 * the secret by which a device is known is made new when it does.
 * **Invariant.** An address that is a member's and one that is nobody's are answered alike, by the same
 * statements and after the same work.
 * **Invariant.** Guessing is bounded for each address, each network, and strange devices of the whole site; beyond
 * a bound no password is hashed and no row is written, and two are hashed at once at most. What strangers do never
 * shuts out a known device or a passkey.
 * **Invariant.** An answer of a passkey is good once, for the browser that was asked, the place and ten minutes.
 * **Invariant.** What protects an account is changed behind the strongest factor that its member has had for a day.
 * **Invariant.** Recovery, a new address and a higher limit wait; nothing that anybody types makes a wait shorter.
 * They are told in the transaction that begins them, and whoever holds such a notice can stop them until they are ready.
 * **Invariant.** A telephone number is where notices go and nothing else: no code that went there opens an account or
 * counts as a factor. It changes, and goes, behind a wait.
 * **Invariant.** A new device stands in the history and in the register of notices before its session exists.
 * **Invariant.** No password, code, device, passkey or session is worth anything when it is read from the database.
 * Deliberately absent: passwords hashed, sessions signed and passkeys verified by hand (libraries do), a mail with a
 * link to sign in, a question whose answer opens an account, a way to hear whether somebody is a member, and staff
 * (`operators`).
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
export { changeText, type WaitingChange } from './delayed-changes.ts';
export type { ShownPhone } from './phones.ts';
export type { PasskeyOptions, ShownPasskeyRow } from './passkeys.ts';
export type { RecoveryShown } from './recovery.ts';
export type { WantedAct } from './step-up.ts';
export type { From } from './from.ts';
export type { Oddity } from './oddness.ts';
export { PASSWORD_MAX, PASSWORD_MIN } from './password.ts';
export { deviceNameText, placeText, timeText } from './tell.ts';
