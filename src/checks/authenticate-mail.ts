import { Resolver } from 'node:dns/promises';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { authenticate } from 'mailauth';

/** What the signatures of a mail come to, as far as the keys could be asked for. */
export interface MailSignatures {
  /** no: some of what was needed was not asked for, because this server asks nobody. */
  readonly isLookedUp: 'yes' | 'no' | 'not_in_time';
  readonly dkim: readonly {
    readonly domain: string;
    readonly result: string;
    readonly isAligned: boolean; // with the address in From
    readonly isWhole: boolean; // over every byte of the text
  }[];
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

/**
 * DKIM, SPF, DMARC and ARC (RFC 6376, 7208, 7489, 8617). `resolver` null: nobody is asked, and only our own
 * signature can be told, whose key we have. How the mail came is known from its own words alone, which
 * anybody can write: so SPF is worth little, and it is an opinion all the same.
 */
export async function authenticateMail(
  mail: Uint8Array,
  { resolver, ownKey }: { readonly resolver: DnsResolver | null; readonly ownKey: OwnKey | null },
): Promise<MailSignatures> {
  const nothing = { dkim: [], spf: 'none', dmarc: 'none', arc: 'none' };
  if (countSignatures(mail) > SIGNATURES_MAX) return { ...nothing, isLookedUp: 'no' };
  let isUnasked = false;
  const asked: DnsResolver = async (name, type) => {
    const own = ownKey && answerOfOwn(ownKey, name, type);
    if (own !== null) return own;
    if (resolver !== null) return resolver(name, type);
    isUnasked = true;
    throw Object.assign(new Error('not asked'), { code: 'ETIMEOUT' });
  };
  const late = new Promise<null>((resolve) => {
    setTimeout(resolve, WITHIN_MS, null).unref();
  });
  const options = { resolver: asked, trustReceived: true, mta: 'check.invalid', disableBimi: true };
  const result = await Promise.race([
    authenticate(Buffer.from(mail), options).catch(() => null),
    late,
  ]);
  if (result === null) return { ...nothing, isLookedUp: 'not_in_time' };
  const { dkim, spf, dmarc, arc } = result;
  return {
    isLookedUp: isUnasked ? 'no' : 'yes',
    dkim: dkim.results
      .filter(({ signingDomain }) => Boolean(signingDomain))
      .map((each) => ({
        domain: String(each.signingDomain).toLowerCase(),
        result: each.status.result,
        isAligned: Boolean(each.status.aligned),
        isWhole: !each.status.underSized && each.canonBodyLengthLimited !== true,
      })),
    spf: spf ? spf.status.result : 'none',
    // A domain that asks for nothing (p=none) accuses nobody: many an honest mail fails there.
    dmarc: dmarc && dmarc.policy !== 'none' ? dmarc.status.result : 'none',
    arc: arc ? arc.status.result : 'none',
  };
}

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

/** Each costs a look-up and a check: a mail with hundreds of them is not looked into. */
function countSignatures(mail: Uint8Array): number {
  const text = Buffer.from(mail).toString('latin1');
  const end = text.search(/\r?\n\r?\n/);
  const header = end === -1 ? text : text.slice(0, end);
  return (header.match(/^(dkim-signature|arc-seal|arc-message-signature):/gim) ?? []).length;
}
