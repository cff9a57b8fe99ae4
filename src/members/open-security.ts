import type { Locale } from '../kernel/locale.ts';
import type { Held } from '../notices/index.ts';
import { isPasswordAsked, type MemberSession } from './account.ts';
import {
  beginAddressChange,
  beginSupportRecovery,
  changeDayLimit,
  proveAddressChange,
} from './change-account.ts';
import type { Ceremony } from './challenge.ts';
import { heldBy } from './contacts.ts';
import type { MemberAnswer } from './contract.ts';
import type { Context } from './context.ts';
import {
  cancelByNotice,
  cancelOnDevice,
  cancelOwnChange,
  waitingChanges,
  waitingOnDevice,
  type WaitingChange,
} from './delayed-changes.ts';
import type { From } from './from.ts';
import { finishMailFirst, waitingEmail } from './mail-first.ts';
import {
  addPasskey,
  askForOwnPasskey,
  askForPasskey,
  askToMakePasskey,
  removePasskey,
  showPasskey,
  signInByPasskey,
} from './passkey-acts.ts';
import {
  beginPhone,
  phoneOf,
  phoneWaits,
  provePhone,
  removePhone,
  type ShownPhone,
} from './phones.ts';
import { passkeysOf, type PasskeyOptions, type ShownPasskeyRow } from './passkeys.ts';
import {
  beginMailFirst,
  beginRecovery,
  beginRecoveryEnd,
  finishRecovery,
  proveRecovery,
  recoveryOf,
  type RecoveryShown,
} from './recovery.ts';
import { settleDueChanges } from './settle-changes.ts';
import { beginMailFactor, showAuthenticator, showMailFactor } from './show-factor.ts';
import type { SignedInOr } from './sign-in.ts';
import { askToSignUpByPasskey } from './sign-up.ts';

interface Typed {
  readonly email: string;
  readonly locale: Locale;
}

interface Shown {
  readonly credential: string; // as the browser's script wrote it
  readonly ceremony: Ceremony;
}

/** What protects an account, and how it is got back. */
export interface MemberSecurity {
  askForPasskey(ceremony: Ceremony): PasskeyOptions;
  signInByPasskey(shown: Shown, from: From): Promise<MemberAnswer<'signed_in'>>;
  askToSignUpByPasskey(ceremony: Ceremony, from: From): Promise<PasskeyOptions | undefined>;
  passkeys(session: MemberSession): Promise<readonly ShownPasskeyRow[]>;
  askToMakePasskey(session: MemberSession, ceremony: Ceremony): Promise<PasskeyOptions>;
  addPasskey(
    session: MemberSession,
    given: Shown & { readonly name: string },
    from: From,
  ): Promise<MemberAnswer>;
  removePasskey(session: MemberSession, credentialId: string, from: From): Promise<MemberAnswer>;

  /** Whether the present password is asked for beside a change: of nobody who has just shown a passkey. */
  isPasswordAsked(session: MemberSession): Promise<boolean>;
  askForOwnPasskey(session: MemberSession, ceremony: Ceremony): Promise<PasskeyOptions>;
  showPasskey(session: MemberSession, shown: Shown, from: From): Promise<MemberAnswer>;
  beginMailFactor(session: MemberSession): Promise<MemberAnswer>;
  showMailFactor(session: MemberSession, code: string, from: From): Promise<MemberAnswer>;
  showAuthenticator(session: MemberSession, code: string, from: From): Promise<MemberAnswer>;

  /** A sign-in that begins with a code by mail: strangers who guess cannot shut it. */
  beginMailFirst(typed: Typed, from: From): Promise<MemberAnswer>;
  finishMailFirst(
    given: { readonly code: string; readonly password: string },
    from: From,
  ): Promise<MemberAnswer<SignedInOr>>;

  beginRecovery(typed: Typed, from: From): Promise<MemberAnswer>;
  proveRecovery(code: string, from: From): Promise<MemberAnswer>;
  recoveryOf(from: From): Promise<RecoveryShown | undefined>;
  beginRecoveryEnd(from: From): Promise<MemberAnswer>;
  finishRecovery(
    given: { readonly code: string; readonly password: string },
    from: From,
  ): Promise<MemberAnswer<'signed_in'>>;
  /** For the desk, behind whatever it has looked at: the longest wait of all. */
  beginSupportRecovery(wanted: {
    readonly memberId: string;
    readonly email: string;
  }): Promise<MemberAnswer>;

  beginAddressChange(session: MemberSession, email: string): Promise<MemberAnswer>;
  proveAddressChange(session: MemberSession, code: string, from: From): Promise<MemberAnswer>;
  changeDayLimit(
    session: MemberSession,
    limitMinor: bigint,
    from: From,
  ): Promise<MemberAnswer<'done' | 'waits'>>;

  /** What waits: seen and stopped in a session, at a known device, or by the number of a notice. */
  waitingChanges(session: MemberSession): Promise<readonly WaitingChange[]>;
  cancelChange(session: MemberSession, changeId: string, from: From): Promise<MemberAnswer>;
  waitingOnDevice(from: From): Promise<readonly WaitingChange[]>;
  cancelOnDevice(changeId: string, from: From): Promise<MemberAnswer>;
  cancelByNotice(number: string, from: From): Promise<MemberAnswer>;
  /** What has waited long enough comes true; how many did. */
  settleDueChanges(): Promise<number>;

  /** Which address a code went to from this browser, for the page that asks for it. */
  codeWaits(
    purpose: 'mail_first' | 'recovery' | 'recovery_end' | 'new_address' | 'step_up',
    from: From,
  ): Promise<string | undefined>;
  /** Each from when until when it was the member's: what was written in that time may be read. The present one first. */
  addresses(memberId: string): Promise<readonly Held[]>;

  /** The number for notices that matter; it opens nothing. */
  phone(memberId: string): Promise<ShownPhone | undefined>;
  beginPhone(session: MemberSession, typed: string): Promise<MemberAnswer>;
  /** Which number a code went to from this browser. */
  phoneWaits(session: MemberSession, from: From): Promise<string | undefined>;
  provePhone(
    session: MemberSession,
    code: string,
    from: From,
  ): Promise<MemberAnswer<'set' | 'waits'>>;
  removePhone(session: MemberSession, from: From): Promise<MemberAnswer>;
}

export function openSecurity(context: Context): MemberSecurity {
  return {
    askForPasskey: (ceremony) => askForPasskey(context, ceremony),
    signInByPasskey: ({ credential, ceremony }, from) =>
      signInByPasskey(context, credential, ceremony, from),
    askToSignUpByPasskey: (ceremony, from) => askToSignUpByPasskey(context, ceremony, from),
    passkeys: ({ member: { memberId } }) => passkeysOf(context.database, memberId),
    askToMakePasskey: (session, ceremony) => askToMakePasskey(context, session, ceremony),
    addPasskey: (session, given, from) => addPasskey(context, session, given, from),
    removePasskey: (session, id, from) => removePasskey(context, session, id, from),
    isPasswordAsked: ({ member }) => isPasswordAsked(context, member),
    askForOwnPasskey: (session, ceremony) => askForOwnPasskey(context, session, ceremony),
    showPasskey: (session, shown, from) => showPasskey(context, session, shown, from),
    beginMailFactor: (session) => beginMailFactor(context, session),
    showMailFactor: (session, code, from) => showMailFactor(context, session, code, from),
    showAuthenticator: (session, code, from) => showAuthenticator(context, session, code, from),
    beginMailFirst: (typed, from) => beginMailFirst(context, typed, from),
    finishMailFirst: (given, from) => finishMailFirst(context, given, from),
    beginRecovery: (typed, from) => beginRecovery(context, typed, from),
    proveRecovery: (code, from) => proveRecovery(context, code, from),
    recoveryOf: (from) => recoveryOf(context, from),
    beginRecoveryEnd: (from) => beginRecoveryEnd(context, from),
    finishRecovery: (given, from) => finishRecovery(context, given, from),
    beginSupportRecovery: (wanted) => beginSupportRecovery(context, wanted),
    beginAddressChange: (session, email) => beginAddressChange(context, session, email),
    proveAddressChange: (session, code, from) => proveAddressChange(context, session, code, from),
    changeDayLimit: (session, limitMinor, from) =>
      changeDayLimit(context, session, limitMinor, from),
    waitingChanges: ({ member: { memberId } }) => waitingChanges(context, memberId),
    cancelChange: (session, changeId, from) => cancelOwnChange(context, session, changeId, from),
    waitingOnDevice: (from) => waitingOnDevice(context, from),
    cancelOnDevice: (changeId, from) => cancelOnDevice(context, changeId, from),
    cancelByNotice: (number, from) => cancelByNotice(context, number, from),
    settleDueChanges: () => settleDueChanges(context),
    codeWaits: (purpose, from) => waitingEmail(context, from, purpose),
    addresses: (memberId) => heldBy(context, memberId),
    phone: (memberId) => phoneOf(context, memberId),
    beginPhone: (session, typed) => beginPhone(context, session, typed),
    phoneWaits: (session, from) => phoneWaits(context, session, from),
    provePhone: (session, code, from) => provePhone(context, session, code, from),
    removePhone: (session, from) => removePhone(context, session, from),
  };
}
