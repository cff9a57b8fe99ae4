import { domainToASCII } from 'node:url';

export const CHANNEL_KINDS = [
  'mail_address',
  'mail_domain', // every address of it, also of its subdomains
  'web_host', // and every host below it
  'phone',
  'short_code', // of SMS
  'sender_name', // of SMS, in letters: as easily forged as written
] as const;

export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** A sender, host or number that is really used. */
export interface Channel {
  readonly kind: ChannelKind;
  readonly value: string; // in its normal form
  /** Every message by it has a notice number: one without is forged. */
  readonly isNumbered: boolean;
}

/** Whose channels they are: an issuer, or another company that it vouches for. */
export interface Owner {
  readonly ownerId: number;
  readonly issuerId: number | null; // null: of this server itself, for all its issuers
  readonly key: string;
  readonly nameJa: string;
  readonly nameEn: string;
  readonly words: readonly string[];
  readonly channels: readonly Channel[];
}

/** The normal form of a value, null for what cannot be one of that kind. */
export function readChannelValue(kind: ChannelKind, text: string): string | null {
  const given = text.trim().slice(0, VALUE_MAX);
  if (kind === 'mail_address') return readAddress(given);
  if (kind === 'mail_domain' || kind === 'web_host') return readHost(given);
  if (kind === 'phone') return readPhone(given);
  if (kind === 'short_code') return /^[0-9]{3,8}$/.test(given) ? given : null;
  const name = given.normalize('NFKC').toLowerCase();
  return /^[\p{L}\p{N}][\p{L}\p{N} .&_-]{0,39}$/u.test(name) ? name : null;
}

/** A host as a browser goes to it, without a dot at its end. */
export function readHost(text: string): string | null {
  const named = text.normalize('NFKC').toLowerCase().replace(/\.$/, '');
  if (!/^[\p{L}\p{M}\p{N}.-]{1,253}$/u.test(named)) return null;
  const host = domainToASCII(named);
  return host.includes('.') || host === 'localhost' ? host : null;
}

/** Digits alone; a Japanese number begins with 0, however it was written. */
export function readPhone(text: string): string | null {
  const plain = text.normalize('NFKC').replace(/[\s().\p{Pd}]/gu, '');
  const national = plain.replace(/^(\+81|0081|81(?=[1-9]0?\d{8,9}$))0?/, '0');
  return /^\+?[0-9]{8,15}$/.test(national) ? national : null;
}

/** Lenient: what was written as a sender is only compared, never sent to. */
export function readAddress(text: string): string | null {
  if (text.length > ADDRESS_MAX) return null;
  const found = /^([^\s@<>"]{1,64})@([^\s@<>"]{1,253})$/.exec(text.normalize('NFKC'));
  const host = found && readHost(found[2] ?? '');
  return found && host ? `${found[1]?.toLowerCase()}@${host}` : null;
}

export function isHostUnder(host: string, ours: string): boolean {
  return host === ours || host.endsWith(`.${ours}`);
}

/** Of the name of a host (RFC 1035). */
export const HOST_MAX = 253;
export const LABEL_MAX = 63;

const VALUE_MAX = 254;
const ADDRESS_MAX = 1_000;
