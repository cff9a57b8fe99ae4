import PostalMime, { type Email } from 'postal-mime';
import { readNoticeNumber } from '../notices/index.ts';
import { readAddress } from './channel.ts';
import { findContacts, uniqueLinks, type Contacts } from './find-contacts.ts';
import { inOneWidth, withoutPiledMarks } from './one-width.ts';
import { readMarkup } from './read-markup.ts';

/** A message, however it was handed in. */
export interface ReadMessage {
  readonly subject: string | null;
  readonly text: string;
  /** More than the plain text: markup or files, which no mail of ours has. */
  readonly hasMore: boolean;
  readonly sender: string | null; // as written; empty: more than one, or none that can be read
  readonly senderName: string | null;
  readonly shownAddress: string | null; // one that stands in the place of a name
  readonly answersTo: string | null; // where an answer would go, if that is said
  readonly numbers: readonly string[]; // of notices, as they stand in it
  readonly contacts: Contacts;
  /** The mail that it came attached to, where that one says anything itself. */
  readonly around: ReadMessage | null;
}

export const MAIL_BYTES_MAX = 1_000_000;
export const TEXT_MAX = 20_000;
const SUBJECT_MAX = 2_000;
const NUMBERS_MAX = 5;

/** A mail as its file has it, and its own bytes; null for what is none. */
export async function readMail(
  bytes: Uint8Array,
  isInner = false,
): Promise<{ readonly message: ReadMessage; readonly bytes: Uint8Array } | null> {
  if (bytes.length > MAIL_BYTES_MAX || hasTooManyLines(bytes)) return null;
  const mail = await parsed(bytes);
  if (mail === null) return null;
  const attached = mail.attachments.filter(({ mimeType }) => mimeType === 'message/rfc822');
  const message = messageOf(mail);
  // Forwarded as a file: the mail in question is the one inside, and what stands around it is somebody else's.
  const inside = attached.length === 1 && !isInner ? attached[0]?.content : undefined;
  if (inside instanceof ArrayBuffer) {
    const read = await readMail(new Uint8Array(inside), true);
    if (read === null) return null;
    const isBare = mail.attachments.length === 1 && !mail.html;
    const around = isBare && isForwardOf(read.message, message) ? null : message;
    return { ...read, message: { ...read.message, around } };
  }
  const isNothing = mail.from === undefined && message.text === '' && !mail.html;
  return isNothing ? null : { message, bytes };
}

/** Whoever passed it on has added no word. */
function isForwardOf({ subject }: ReadMessage, around: ReadMessage): boolean {
  const about = plainWords(around.subject ?? '').replace(/^(?:(?:fwd?|転送):)+/i, '');
  const isSame = about === '' || about === plainWords(subject ?? '');
  return isSame && plainWords(around.text) === '' && around.answersTo === null;
}

function messageOf(mail: Email): ReadMessage {
  const text = withoutPiledMarks((mail.text ?? '').slice(0, TEXT_MAX * 2));
  const subject = mail.subject && withoutPiledMarks(mail.subject.slice(0, SUBJECT_MAX));
  const markup = mail.html ?? '';
  const inHeader = mail.headers.find(({ key }) => key === 'kinken-notice')?.value ?? '';
  const page = readMarkup(markup);
  const words = `${text}\n${page.text}`;
  const contacts = findContacts(words);
  return {
    subject: subject ?? null,
    text,
    hasMore: markup !== '' || mail.attachments.length > 0,
    ...writerOf(mail),
    numbers: findNumbers(`${inHeader.slice(0, SUBJECT_MAX)}\n${subject ?? ''}\n${words}`),
    contacts: { ...contacts, links: uniqueLinks([...page.links, ...contacts.links]) },
    around: null,
  };
}

/** Each costs the one that takes a mail apart as much as a thousand characters do. */
function hasTooManyLines(bytes: Uint8Array): boolean {
  let at = -1;
  for (let lines = 0; lines <= LINES_MAX; lines += 1) {
    at = bytes.indexOf(LINE_END, at + 1);
    if (at === -1) return false;
  }
  return true;
}

const LINE_END = 10;
const LINES_MAX = 20_000;

async function parsed(bytes: Uint8Array): Promise<Email | null> {
  try {
    const options = { maxNestingDepth: 20, maxHeadersSize: 200_000, forceRfc822Attachments: true };
    return await new PostalMime(options).parse(bytes);
  } catch {
    return null; // nested beyond the bound, or headers without end
  }
}

/** Two writers are none: each program shows another one of them. */
function writerOf({
  from,
  headers,
  replyTo,
}: Email): Pick<ReadMessage, 'sender' | 'senderName' | 'shownAddress' | 'answersTo'> {
  const isOne = headers.filter(({ key }) => key === 'from').length === 1;
  const answersTo = readAddress(replyTo?.[0]?.address ?? '');
  if (from === undefined || !isOne) {
    const sender = from === undefined ? null : '';
    return { sender, senderName: null, shownAddress: null, answersTo };
  }
  const name = withoutPiledMarks((from.name ?? '').slice(0, NAME_MAX));
  const shownAddress = readAddress(/[^\s<>"'()]+@[^\s<>"'()]+/.exec(name)?.[0] ?? '');
  return { sender: from.address ?? '', senderName: name || null, shownAddress, answersTo };
}

const NAME_MAX = 500;

/** Pasted words. Lines that say who wrote it and what of are taken as such. */
export function readText(text: string): ReadMessage {
  const words = withoutPiledMarks(text.slice(0, TEXT_MAX));
  const sender = /^(?:from|差出人|送信者)\s*[:：]\s*(\S.{0,299})$/im.exec(words)?.[1] ?? '';
  const address = /[^\s<>"]+@[^\s<>"]+/.exec(sender)?.[0] ?? '';
  return {
    subject: /^(?:subject|件名)\s*[:：]\s*(\S.{0,499})$/im.exec(words)?.[1]?.trim() ?? null,
    text: words,
    hasMore: false,
    sender: readAddress(address),
    senderName: null,
    shownAddress: null,
    answersTo: null,
    numbers: findNumbers(words),
    contacts: findContacts(words),
    around: null,
  };
}

/** Numbers of notices in a text, in their order; full width and other hyphens as people type them. */
export function findNumbers(text: string): readonly string[] {
  const found = inOneWidth(text).matchAll(
    /(?<![A-Za-z0-9])KN(?:[\s\p{Pd}]?[2-9A-HJ-NP-Z]{4}){3}(?![A-Za-z0-9])/giu,
  );
  const numbers = [...found].map(([whole]) => readNoticeNumber(whole));
  return [...new Set(numbers.filter((number) => number !== null))].slice(0, NUMBERS_MAX);
}

/** What is compared: no spaces, no signs that nobody sees, one width. A mail program adds and takes away both. */
export function plainWords(text: string): string {
  return inOneWidth(text)
    .replaceAll(/^[ \t]*>[ \t>]*/gm, '')
    .replaceAll(/[\s\u200b-\u200d\u2060\ufeff\u00ad]/g, '');
}
