import PostalMime, { type Email } from 'postal-mime';
import type { KeyRing } from '../kernel/crypto.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import { readReturnPath } from './return-path.ts';

export const BOUNCE_BYTES_MAX = 1_000_000;

export type BounceRefusal =
  | 'not_a_bounce' // no mail, or one without a report of delivery: an answer of a person, a holiday's
  | 'not_for_us' // sent to no address that we have made
  | 'delayed'; // it is still tried: another report follows when it is not

export interface Bounce {
  readonly number: string;
  readonly code: string; // `BOUNCED 5.1.1`: never the words of another server, which may name the recipient
}

/** A report that a mail could not be delivered (RFC 3464), sent back to an address of ours. */
export async function readBounce(
  keys: KeyRing,
  bytes: Uint8Array,
): Promise<Result<Bounce, BounceRefusal>> {
  const mail = bytes.length > BOUNCE_BYTES_MAX ? null : await parsed(bytes);
  const report = mail && reportOf(mail);
  if (mail === null || report === null) return refused('not_a_bounce');
  const number = addressesOf(mail)
    .map((address) => readReturnPath(keys, address))
    .find((found) => found !== null);
  if (number === undefined) return refused('not_for_us');
  const action = fieldOf(report, 'action', /^[a-z-]{1,20}/i)?.toLowerCase();
  const status = fieldOf(report, 'status', /^[245]\.\d{1,3}\.\d{1,3}/) ?? '';
  if (action === 'delayed') return refused('delayed');
  if (action !== 'failed') return refused('not_a_bounce');
  return accepted({ number, code: `BOUNCED ${status}`.trim() });
}

async function parsed(bytes: Uint8Array): Promise<Email | null> {
  try {
    const options = { maxNestingDepth: 20, maxHeadersSize: 200_000, forceRfc822Attachments: true };
    return await new PostalMime(options).parse(bytes);
  } catch {
    return null;
  }
}

const REPORT_MAX = 20_000;

function reportOf({ attachments }: Email): string | null {
  const part = attachments.find(({ mimeType }) =>
    /^message\/(global-)?delivery-status$/i.test(mimeType),
  );
  if (part === undefined) return null;
  const { content } = part;
  const text =
    typeof content === 'string' ? content : Buffer.from(content as ArrayBuffer).toString();
  return text.slice(0, REPORT_MAX);
}

/** To whom it was sent back: as the sender wrote it, and as mail servers on the way noted it. */
function addressesOf({ headers }: Email): readonly string[] {
  return headers
    .filter(({ key }) => ADDRESSED.has(key))
    .flatMap(({ value }) => value.slice(0, 2_000).match(/[^\s<>,;"]+@[^\s<>,;"]+/g) ?? [])
    .slice(0, ADDRESSES_MAX);
}

const ADDRESSED: ReadonlySet<string> = new Set([
  'to',
  'delivered-to',
  'x-original-to',
  'envelope-to',
]);
const ADDRESSES_MAX = 20;

function fieldOf(report: string, name: string, shape: RegExp): string | undefined {
  const line = new RegExp(`^${name}[ \\t]*:[ \\t]*(.{1,200})$`, 'im').exec(report)?.[1];
  return line === undefined ? undefined : shape.exec(line.trim())?.[0];
}
