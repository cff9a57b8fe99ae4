/** What a caller is told when something is not done: a closed list, each with its sentence in `locales/`. */
import type { PasswordRefusal } from './password.ts';

export type MemberRefusal =
  | 'sign_in_refused' // wrong, unknown and closed are one answer
  | 'too_many_attempts'
  | 'busy'
  | 'code_wrong'
  | 'code_over'
  | 'password_wrong'
  | 'address_not_valid'
  | 'name_not_valid'
  | 'already_member'
  | 'authenticator_is_set'
  | 'authenticator_not_set'
  | 'not_found'
  | 'step_up_needed' // a fresh factor has to be shown first
  | 'passkey_refused'
  | 'passkeys_full'
  | 'passkey_name_not_valid'
  | 'last_way_in' // nothing would be left to sign in with
  | 'change_waits' // one of this kind is waiting already
  | 'limit_not_valid'
  | 'address_taken'
  | 'phone_not_valid'
  | 'phone_country_not_served' // whoever pays for SMS says where they go
  | 'phone_in_use' // another member's: told to who has shown that it is in his hand
  | 'not_ready'
  | 'account_barred' // its owner was told to have died: said to whoever has the right password, passkey or mailbox
  | 'account_stopped' // a case is in force: it is lifted first
  | PasswordRefusal;

export type MemberAnswer<Value = undefined> =
  | { readonly ok: true; readonly value: Value; readonly cookies: readonly string[] }
  | NotDone;

export interface NotDone {
  readonly ok: false;
  readonly refusal: MemberRefusal;
  readonly retryAfterMs: number;
  readonly cookies: readonly string[];
}

export function done<Value>(value: Value, cookies: readonly string[] = []): MemberAnswer<Value> {
  return { ok: true, value, cookies };
}

export function notDone(refusal: MemberRefusal, retryAfterMs = 0): NotDone {
  return { ok: false, refusal, retryAfterMs, cookies: [] };
}

export function tooMany(retryAfterMs: number): NotDone {
  return notDone('too_many_attempts', retryAfterMs);
}
