import type { Instant } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import { addressKey, readMailAddress } from './mail-address.ts';
import { readPhoneNumber } from './phone-number.ts';

/** How an official message reaches a person. `inbox`: on the site alone, after signing in. */
export const NOTICE_CHANNELS = ['mail', 'sms', 'inbox'] as const;
export type NoticeChannel = (typeof NOTICE_CHANNELS)[number];

/** To whom: one mail address, one telephone number, or the inbox of whoever owns a mail address. */
export type Recipient =
  | string
  | { readonly channel: 'sms'; readonly number: string }
  | { readonly channel: 'inbox'; readonly address: string };

/** A mail address that is, or was, somebody's: what was written to it before and behind that is another's. */
export interface HeldAddress {
  readonly email: string;
  readonly since: Instant;
  readonly until: Instant | null; // null: it still is
}

/** The same of a telephone number. */
export interface HeldPhone {
  readonly phone: string;
  readonly since: Instant;
  readonly until: Instant | null;
}

export type Held = HeldAddress | HeldPhone;

/** A recipient that can be written to: the normal form of where it goes, and what finds it again. */
export interface KnownRecipient {
  readonly channel: NoticeChannel;
  readonly place: string;
  readonly hash: Uint8Array;
}

export type RecipientRefusal = 'address_not_valid' | 'number_not_valid';

/** What stands in the inbox alone has the hash of its address: the owner finds it beside the mail. */
export function readRecipient(
  keys: KeyRing,
  to: Recipient,
): Result<KnownRecipient, RecipientRefusal> {
  if (typeof to !== 'string' && to.channel === 'sms') {
    const number = readPhoneNumber(to.number);
    if (number === null) return refused('number_not_valid');
    const hash = keys.contentHash(`notice recipient by sms\n${number}`);
    return accepted({ channel: 'sms', place: number, hash });
  }
  const address = readMailAddress(typeof to === 'string' ? to : to.address);
  if (address === null) return refused('address_not_valid');
  const hash = keys.contentHash(`notice recipient\n${addressKey(address)}`);
  return accepted({ channel: typeof to === 'string' ? 'mail' : 'inbox', place: address, hash });
}

export function isHeld(to: Recipient | Held): to is Held {
  return typeof to !== 'string' && 'since' in to;
}

/** Where what was written to its holder went. */
export function placeOf(held: Held): Recipient {
  return 'email' in held ? held.email : { channel: 'sms', number: held.phone };
}

export function isWithin(writtenAt: Instant, { since, until }: Held): boolean {
  return writtenAt >= since && (until === null || writtenAt <= until);
}
