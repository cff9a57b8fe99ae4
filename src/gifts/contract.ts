import type { Instant } from '../kernel/clock.ts';
import type { Refusal } from '../instruments/index.ts';
import type { GiftState } from './next-gift-state.ts';

/** What a caller is told when something is not done: a closed list, beside what the engine's gate says. */
export type GiftRefusal =
  | 'sending_stopped' // a case of this member is open
  | 'request_id_reused'
  | 'product_not_for_gifts'
  | 'method_not_found'
  | 'tender_not_for_gifts'
  | 'tender_not_for_later' // its payer has to be there
  | 'address_not_valid'
  | 'recipient_not_reachable' // by mail: it bounced, or this recipient does not want it; nobody is told which
  | 'words_too_long'
  | 'name_not_allowed' // nothing that can be one, or it leads elsewhere
  | 'link_not_allowed' // in the message
  | 'words_not_allowed' // abusive
  | 'picture_not_allowed'
  | 'time_not_valid'
  | 'too_many_gifts' // of this day
  | 'too_much_today'
  | 'fresh_factor_needed' // with which
  | 'gift_not_found' // or of somebody else
  | 'not_possible_now' // with the state that it is in
  | 'too_many_resends'
  | 'too_many_corrections'
  | 'too_many_attempts' // guessing, with after how long
  | 'own_gift'
  | 'helper_not_allowed' // or no more
  | 'too_much_for_helper' // of this day
  | 'already_claimed' // by somebody else
  | 'busy'
  | Refusal;

export type GiftAnswer<Value = undefined> =
  | { readonly ok: true; readonly value: Value }
  | GiftNotDone;

export interface GiftNotDone {
  readonly ok: false;
  readonly refusal: GiftRefusal;
  readonly retryAfterMs?: number;
  readonly state?: GiftState;
  readonly suspensionId?: number;
  readonly factors?: readonly string[]; // what would be fresh enough
  /** Of a limit: how much, or how many, and until when. */
  readonly limit?: { readonly most: bigint; readonly until: Instant };
}

export function done<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value };
}

export function notDone(
  refusal: GiftRefusal,
  about: Omit<GiftNotDone, 'ok' | 'refusal'> = {},
): GiftNotDone {
  return { ok: false, refusal, ...about };
}
