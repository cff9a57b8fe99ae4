import type { KeyObject } from 'node:crypto';
import { assert } from '../kernel/assert.ts';
import type { Instant } from '../kernel/clock.ts';
import { domainOfAddress } from './mail-address.ts';
import type { SealedContent } from './write-notices.ts';

/** Who writes. */
export interface Sender {
  readonly name: string;
  readonly address: string;
}

/** A key whose public half stands in the DNS at `<selector>._domainkey.<domain>` (RFC 6376). */
export interface DkimKey {
  readonly domain: string;
  readonly selector: string;
  readonly privateKey: KeyObject; // RSA
}

/** A mail as it leaves, signed: the same bytes whoever carries it. */
export interface Mail {
  readonly number: string;
  readonly from: string;
  readonly to: string;
  readonly bytes: Uint8Array;
}

/**
 * Takes a mail to where it goes. Rejects with NotCarried; what is not proved to have failed may be carried
 * twice, and then has the same Message-ID.
 */
export interface Carrier {
  carry(mail: Mail): Promise<void>;
  close(): void;
}

/** Codes only, no words of another server: these may name the recipient. */
export class NotCarried extends Error {
  override readonly name = 'NotCarried';
  /** Another try will not help: there is no such mailbox. */
  readonly isFinal: boolean;

  constructor(codes: string, isFinal: boolean) {
    super(codes);
    this.isFinal = isFinal;
  }
}

export interface MailToBuild extends SealedContent {
  readonly number: string;
  readonly to: string;
  readonly writtenAt: Instant;
}

/**
 * Plain text, one recipient, the number in a header too. Built by the library, which encodes every header;
 * nothing is read from files or addresses on the way.
 */
export async function buildMail(
  mail: MailToBuild,
  sender: Sender,
  dkim: DkimKey | null,
): Promise<Mail> {
  const { number, to, subject, text, unsubscribeUrl, writtenAt } = mail;
  const { createTransport } = await import('nodemailer');
  const builder = createTransport({
    streamTransport: true,
    buffer: true,
    newline: 'windows',
    ...(dkim && { dkim: signingOf(dkim) }),
  });
  const built = await builder.sendMail({
    from: sender,
    to: { name: '', address: to },
    subject,
    text,
    date: new Date(writtenAt),
    messageId: `<${number.toLowerCase()}@${domainOfAddress(sender.address)}>`,
    headers: {
      'Auto-Submitted': 'auto-generated',
      'Kinken-Notice': number,
      ...(unsubscribeUrl !== undefined && {
        'List-Unsubscribe': `<${unsubscribeUrl}>`,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      }),
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const bytes = built.message as Buffer;
  const isSigned = bytes.subarray(0, DKIM_HEADER.length).toString('latin1') === DKIM_HEADER;
  assert(isSigned === (dkim !== null), 'a mail is signed whenever there is a key');
  return { number, from: sender.address, to, bytes };
}

const DKIM_HEADER = 'DKIM-Signature:';

/** Also the one-click headers are signed: else whoever passes a mail on could aim them elsewhere. */
function signingOf({ domain, selector, privateKey }: DkimKey) {
  return {
    domainName: domain,
    keySelector: selector,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    headerFieldNames:
      'From:To:Subject:Date:Message-ID:MIME-Version:Content-Type:Content-Transfer-Encoding:' +
      'Auto-Submitted:Kinken-Notice:List-Unsubscribe:List-Unsubscribe-Post',
  };
}
