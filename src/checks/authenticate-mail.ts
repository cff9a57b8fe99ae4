import { Resolver } from 'node:dns/promises';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { wayOf } from './way-of-mail.ts';

/** What the signatures of a mail come to, as far as the keys could be asked for. */
export interface MailSignatures {
  /** no: some of what was needed was not asked for, because this server asks nobody, or the mail asks for too much. */
  readonly isLookedUp: 'yes' | 'no' | 'not_in_time';
  /** Whether there is any signature, looked up or not. */
  readonly isSigned: boolean;
  readonly dkim: readonly {
    readonly domain: string;
    readonly result: string;
    readonly isAligned: boolean; // with the address in From
    readonly isWhole: boolean; // over every byte of the text
  }[];
  /** unknown: the file does not say from which machine on the net it came. */
  readonly spf: string;
  readonly dmarc: string;
  readonly arc: string;
}

export type DnsResolver = (name: string, type: string) => Promise<string[][] | string[]>;

export interface OwnKey {
  readonly domain: string;
  readonly selector: string;
  readonly privateKey: KeyObject;
}

const WITHIN_MS = 700;
const SIGNATURES_MAX = 10;
const HEADER_LINES_MAX = 500;
const HEADER_BYTES_MAX = 200_000;
/** What one mail may ask of the name servers, and how much of an answer is read. */
const ASKED_MAX = 40;
const ANSWERS_MAX = 50;
const ANSWER_CHARACTERS_MAX = 16_000;

/**
 * DKIM, SPF, DMARC and ARC (RFC 6376, 7208, 7489, 8617). `resolver` null: nobody is asked, and only our own
 * signature can be told, whose key we have. How the mail came is known from its own words alone, which
 * anybody can write: so SPF is worth little, and it is an opinion all the same. Where the words name no machine on
 * the net it is unknown; and behind a chain of forwarders that holds (ARC) it says nothing of who wrote the mail.
 */
export async function authenticateMail(
  mail: Uint8Array,
  { resolver, ownKey }: { readonly resolver: DnsResolver | null; readonly ownKey: OwnKey | null },
): Promise<MailSignatures> {
  const header = headerOf(mail);
  const { signatures, isSigned } = countSignatures(header);
  const nothing = { isSigned, dkim: [], spf: 'unknown', dmarc: 'none', arc: 'none' };
  const lines = header.split('\n').length;
  const isTooMuch = lines > HEADER_LINES_MAX || header.length > HEADER_BYTES_MAX;
  if (isTooMuch || signatures > SIGNATURES_MAX) return { ...nothing, isLookedUp: 'no' };
  let isUnasked = false;
  let isOver = false;
  let count = 0;
  const asked: DnsResolver = async (name, type) => {
    const own = ownKey && answerOfOwn(ownKey, name, type);
    if (own !== null) return own;
    count += 1;
    if (resolver !== null && !isOver && count <= ASKED_MAX) {
      return withinBounds(await resolver(name, type));
    }
    isUnasked = true;
    throw Object.assign(new Error('not asked'), { code: 'ETIMEOUT' });
  };
  const { authenticate } = await loadMailLibrary();
  const late = new Promise<null>((resolve) => {
    setTimeout(resolve, WITHIN_MS, null).unref();
  });
  const way = wayOf(header);
  const options = { ...way, resolver: asked, mta: 'check.invalid', disableBimi: true };
  const result = await Promise.race([
    authenticate(Buffer.from(mail), options).catch(() => null),
    late,
  ]);
  isOver = true; // what goes on behind it asks nobody any more
  if (result === null) return { ...nothing, isLookedUp: 'not_in_time' };
  const { dkim, spf, dmarc, arc } = result;
  return {
    isLookedUp: isUnasked ? 'no' : 'yes',
    isSigned,
    dkim: dkim.results
      .filter(({ signingDomain }) => Boolean(signingDomain))
      .map((each) => ({
        domain: String(each.signingDomain).toLowerCase(),
        result: isBodyChanged(each.status) ? 'fail' : each.status.result,
        isAligned: Boolean(each.status.aligned),
        isWhole: !each.status.underSized && each.canonBodyLengthLimited !== true,
      })),
    spf: way === null || !spf ? 'unknown' : spf.status.result,
    // A domain that asks for nothing (p=none) accuses nobody: many an honest mail fails there.
    dmarc: dmarc && dmarc.policy !== 'none' ? dmarc.status.result : 'none',
    arc: arc ? arc.status.result : 'none',
  };
}

/**
 * 0.6 s of a processor, which no start waits for: a server does it a while after its start, so that the first mail
 * that is checked is not the one that waits.
 */
export const loadMailLibrary = () => import('mailauth');

/** Asks the name servers of the machine; a name that is slow is as good as none. */
export function openResolver(): DnsResolver {
  const resolver = new Resolver({ timeout: 300, tries: 1 });
  return async (name, type) => (await resolver.resolve(name, type)) as string[][] | string[];
}

function answerOfOwn({ domain, selector, privateKey }: OwnKey, name: string, type: string) {
  const isAsked = type === 'TXT' && name.toLowerCase() === `${selector}._domainkey.${domain}`;
  if (!isAsked) return null;
  const der = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  return [[`v=DKIM1; k=rsa; p=${der.toString('base64')}`]];
}

/** The library is neutral about a text that is not the one that was signed; RFC 6376 (6.1.3) is not. */
function isBodyChanged({
  result,
  comment,
}: {
  result: string;
  comment?: string | undefined;
}): boolean {
  return result === 'neutral' && /body hash did not verify/i.test(comment ?? '');
}

function headerOf(mail: Uint8Array): string {
  const text = Buffer.from(mail).toString('latin1');
  const end = text.search(/\r?\n\r?\n/);
  return end === -1 ? text : text.slice(0, end);
}

/** Each costs a look-up and a check: a mail with hundreds of them is not looked into. */
function countSignatures(header: string): { signatures: number; isSigned: boolean } {
  const names = header.match(/^(dkim-signature|arc-seal|arc-message-signature)[ \t]*:/gim) ?? [];
  const isSigned = names.some((name) => /^dkim/i.test(name));
  return { signatures: names.length, isSigned };
}

/** Long answers are read as far as any key or rule goes. */
function withinBounds(answer: string[][] | string[]): string[][] | string[] {
  let left = ANSWER_CHARACTERS_MAX;
  const isRead = (record: string[] | string) => {
    left -= typeof record === 'string' ? record.length : record.join('').length;
    return left >= 0;
  };
  return answer.slice(0, ANSWERS_MAX).filter(isRead) as string[][] | string[];
}
