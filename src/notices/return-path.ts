import type { KeyRing } from '../kernel/crypto.ts';
import { isSameSecret } from '../kernel/crypto.ts';
import { readNoticeNumber } from './number.ts';

/**
 * Where a mail server sends a notice back to: `bounces+kn7q2m4xkt9pdr-<tag>@example.jp`. The tag is a keyed hash of the
 * number, 80 bits of it, so that only who got the mail knows the address.
 */
export function returnPathOf(keys: KeyRing, bounces: string, number: string): string {
  const at = bounces.lastIndexOf('@');
  const plain = number.replaceAll('-', '').toLowerCase();
  return `${bounces.slice(0, at)}+${plain}-${tagOf(keys, number)}${bounces.slice(at)}`;
}

/** The notice that an address was made for; null: for none, or by somebody else. */
export function readReturnPath(keys: KeyRing, address: string): string | null {
  const found = /\+(kn[2-9a-hj-np-z]{12})-([0-9a-f]{20})@/.exec(
    address.slice(0, 320).toLowerCase(),
  );
  const number = found && readNoticeNumber(found[1] ?? '');
  if (!found || number === null) return null;
  const [given, ours] = [found[2] ?? '', tagOf(keys, number)].map((tag) => Buffer.from(tag));
  return isSameSecret(given!, ours!) ? number : null;
}

const TAG_BYTES = 10;

function tagOf(keys: KeyRing, number: string): string {
  const hash = keys.contentHash(`notice return path\n${number}`);
  return Buffer.from(hash.subarray(0, TAG_BYTES)).toString('hex');
}
