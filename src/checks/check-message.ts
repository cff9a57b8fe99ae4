import type { Queryable } from '../kernel/database/index.ts';
import type { Instant } from '../kernel/clock.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import {
  readNoticeNumber,
  type Held,
  type Recipient,
  type SentNotice,
  type SentRegister,
} from '../notices/index.ts';
import { authenticateMail, type DnsResolver, type OwnKey } from './authenticate-mail.ts';
import type { Owner } from './channel.ts';
import type { Reason } from './finding.ts';
import { readLink, uniqueLinks, type Link } from './find-contacts.ts';
import { judgeMessage, type Judgement } from './judge-message.ts';
import { readKnownHosts } from './known-hosts.ts';
import { MAIL_BYTES_MAX, readMail, readText, type ReadMessage } from './read-mail.ts';
import type { MailSignatures } from './authenticate-mail.ts';

/** "Is this from you?" What is not known is null. */
export interface MessageQuestion {
  readonly number: string | null;
  readonly text: string | null;
  readonly sender: string | null;
  readonly link: string | null;
  readonly mail: Uint8Array | null;
}

export interface CheckParts {
  readonly connection: Queryable;
  readonly sent: SentRegister;
  owners(): readonly Owner[];
  readonly resolver: DnsResolver | null;
  readonly ownKey: OwnKey | null;
  now(): Instant;
}

export type CheckRefusal =
  | 'nothing_to_check'
  | 'mail_too_long'
  | 'mail_not_readable'
  | 'link_not_readable'
  | 'too_many' // by this asker
  | 'busy';

export interface Checked extends Judgement {
  /** What was looked at: of the message, never of the register. */
  readonly seen: {
    readonly sender: string | null;
    readonly subject: string | null;
    readonly text: string;
    readonly number: string | null;
    readonly links: readonly Link[];
  };
  readonly channel: string | null; // of the notice whose every word it is
  /** What was written to the one who asks, under the number that was asked for; null for everybody else. */
  readonly toYou: {
    readonly writtenAt: Instant;
    readonly channel: string;
    readonly subject: string | null; // null: erased
  } | null;
  readonly signatures: MailSignatures['isLookedUp'] | null;
  readonly listed: readonly {
    readonly host: string;
    readonly brand: string;
    readonly since: string;
  }[];
  readonly checkedAt: Instant;
}

/** Who asks, and so of whom something is told that is nobody else's business. */
export interface Asker {
  readonly issuerId: number | null; // whose registers; null: all
  /** The addresses of the member who has signed in, each for its time; none: a stranger. */
  readonly recipients: readonly (Recipient | Held)[];
}

/** Reading a mail takes time of the one processor that everybody shares. */
const AT_ONCE_MAX = 4;
let underWay = 0;

/**
 * Gathers what the registers and the message itself say, and judges. The same statements run whatever was asked, so that nothing is told by how long it takes.
 */
export async function checkMessage(
  parts: CheckParts,
  question: MessageQuestion,
  asker: Asker,
): Promise<Result<Checked, CheckRefusal>> {
  if (underWay >= AT_ONCE_MAX) return refused('busy');
  underWay += 1;
  try {
    return await check(parts, question, asker);
  } finally {
    underWay -= 1;
  }
}

async function check(
  parts: CheckParts,
  question: MessageQuestion,
  { issuerId, recipients }: Asker,
): Promise<Result<Checked, CheckRefusal>> {
  const read = await readQuestion(question);
  if (!read.ok) return read;
  const { message, link, mail } = read.value;
  const number = numberOf(question, message);
  const around = message?.around ?? null;
  const links = uniqueLinks([
    ...(link ? [link] : []),
    ...(around?.contacts.links ?? []),
    ...(message?.contacts.links ?? []),
  ]);
  const { connection, resolver, ownKey } = parts;
  const [notice, knownHosts, signatures] = await Promise.all([
    parts.sent.find(number ?? NO_NUMBER),
    readKnownHosts(connection, issuerId, [
      ...links.map(({ host }) => host),
      ...senderHosts(message),
      ...senderHosts(around),
    ]),
    mail && authenticateMail(mail, { resolver, ownKey }),
  ]);
  const owners = parts
    .owners()
    .filter((owner) => issuerId === null || owner.issuerId === null || owner.issuerId === issuerId);
  const { sender } = question;
  const isToAsker = notice?.isTo(recipients) ?? false;
  const isMailFile = mail !== null;
  const found = { owners, message, sender, links, number, notice, knownHosts, signatures };
  const facts = { ...found, isToAsker, isMailFile };
  const judged = judgeMessage(facts);
  const isOurWords = judged.findings.some(({ reason }) => WHOLE.has(reason));
  return accepted({
    ...judged,
    seen: {
      // What is reported of a mail is who sent it on and with which words, before what was attached.
      sender: (around ?? message)?.sender ?? sender,
      subject: (around ?? message)?.subject ?? null,
      text: [around, message]
        .map((each) => each?.text ?? '')
        .join('\n')
        .trimStart(),
      number,
      links,
    },
    channel: isOurWords ? (notice?.channel ?? null) : null,
    toYou: notice !== null && isToAsker ? toYouOf(notice) : null,
    signatures: signatures?.isLookedUp ?? null,
    listed: [...knownHosts].map(([host, each]) => ({ host, ...each })),
    checkedAt: parts.now(),
  });
}

/** No notice has it: its letters are not in the alphabet. */
const NO_NUMBER = 'KN-0000-0000-0000';

interface ReadQuestion {
  readonly message: ReadMessage | null;
  readonly link: Link | null;
  readonly mail: Uint8Array | null;
}

async function readQuestion(
  question: MessageQuestion,
): Promise<Result<ReadQuestion, CheckRefusal>> {
  const { mail, text, link: linkText, number, sender } = question;
  const link = linkText === null ? null : readLink(linkText);
  if (linkText !== null && link === null) return refused('link_not_readable');
  if (mail !== null) {
    if (mail.length > MAIL_BYTES_MAX) return refused('mail_too_long');
    const read = await readMail(mail);
    if (read === null) return refused('mail_not_readable');
    return accepted({ message: read.message, link, mail: read.bytes });
  }
  const isEmpty = (text ?? '').trim() === '';
  if (isEmpty && link === null && (number ?? sender) === null) return refused('nothing_to_check');
  const message = isEmpty ? null : readText(text ?? '');
  // What the asker says of the sender is more than a line of the text that anybody could have written.
  const said = message !== null && sender !== null ? { ...message, sender } : message;
  return accepted({ message: said, link, mail: null });
}

/** As it was typed; else as it stands in the message. One that cannot be a number is one that we have not written. */
function numberOf({ number }: MessageQuestion, message: ReadMessage | null): string | null {
  if (number !== null) return readNoticeNumber(number) ?? number.slice(0, 64);
  return message?.numbers[0] ?? null;
}

function senderHosts(message: ReadMessage | null): readonly string[] {
  const address = message?.sender ?? '';
  return address.includes('@') ? [address.slice(address.lastIndexOf('@') + 1).toLowerCase()] : [];
}

const WHOLE: ReadonlySet<Reason> = new Set<Reason>(['notice_matches', 'notice_other_channel']);

/** An SMS has no subject: it is told by how it begins. */
function toYouOf({ writtenAt, channel, content }: SentNotice): NonNullable<Checked['toYou']> {
  const about = content && (content.subject || (content.text.split('\n', 1)[0] ?? ''));
  return { writtenAt, channel, subject: about && about.slice(0, ABOUT_MAX) };
}

const ABOUT_MAX = 80;
