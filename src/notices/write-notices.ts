import type { Clock, Instant } from '../kernel/clock.ts';
import { present } from '../kernel/assert.ts';
import type { KeyRing, Random } from '../kernel/crypto.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { Locale } from '../kernel/locale.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import { composeNotice, isWebAddress, type ComposeRefusal } from './compose.ts';
import { readStopped } from './bounces.ts';
import { countNoticesTo, countNoticesToEach, insertNotices } from './notices.sql.ts';
import { newNoticeNumber } from './number.ts';
import {
  readRecipient,
  type KnownRecipient,
  type NoticeChannel,
  type Recipient,
  type RecipientRefusal,
} from './recipient.ts';
import { PROVING_CODES, type TemplateName, type TemplateValues } from './templates.ts';

/** A message that somebody is to get. */
export type WantedNotice = { [Name in TemplateName]: WantedNoticeOf<Name> }[TemplateName];

export interface WantedNoticeOf<Name extends TemplateName> {
  readonly template: Name;
  readonly to: Recipient; // a text is one mail address
  readonly locale: Locale;
  readonly values: TemplateValues<Name>;
  /** Where a mail program ends the subscription with one POST (RFC 8058), without a person opening it. */
  readonly unsubscribeUrl?: string;
}

export interface WrittenNotice {
  readonly number: string;
  readonly writtenAt: Instant;
  /** The numbers of what says the same by another channel. */
  readonly alsoBy?: readonly string[];
}

export type NoticeRefusal = RecipientRefusal | 'too_many_waiting' | ComposeRefusal;

/** What is sealed beside a notice: all that the carrier needs, so that a retry sends the same again. */
export interface SealedContent {
  readonly subject: string;
  readonly text: string;
  readonly unsubscribeUrl?: string;
}

export interface Pen {
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly random: Random;
  readonly versions: ReadonlyMap<TemplateName, number>;
  /** Notices that wait, as last counted: a register that only grows is no queue. */
  waiting(): number;
}

export const WAITING_MAX = 100_000;

/**
 * Writes notices into the register, all or none, in the caller's transaction: what is rolled back was never
 * written, and what is committed goes out. Answers in the order asked.
 */
export async function writeNotices(
  pen: Pen,
  on: Queryable,
  wanted: readonly WantedNotice[],
): Promise<Result<readonly WrittenNotice[], NoticeRefusal>> {
  if (pen.waiting() + wanted.length > WAITING_MAX) return refused('too_many_waiting');
  const writtenAt = pen.clock.now();
  const rows: NoticeRow[] = [];
  for (const each of wanted) {
    const row = rowOf(pen, each);
    if (!row.ok) return row;
    rows.push(row.value);
  }
  if (rows.length === 0) return accepted([]);
  const stopped = await readStopped(on, rows);
  await insertNotices(on, {
    writtenAt,
    numbers: rows.map(({ number }) => number),
    channels: rows.map(({ channel }) => channel),
    templates: rows.map(({ template }) => template),
    templateVersions: rows.map(({ version }) => version),
    locales: rows.map(({ locale }) => locale),
    recipientHashes: rows.map(({ hash }) => hash),
    recipientsSealed: rows.map(({ recipientSealed }) => recipientSealed),
    contentHashes: rows.map(({ contentHash }) => contentHash),
    contentsSealed: rows.map(({ contentSealed }) => contentSealed),
    states: rows.map((row) => stateOf(row, stopped)),
  });
  return accepted(rows.map(({ number }) => ({ number, writtenAt })));
}

/** Who is not reached finds it in the inbox all the same; it is only not carried. */
function stateOf(
  { channel, hash, template }: NoticeRow,
  stopped: ReadonlySet<string>,
): 'waiting' | 'sent' | 'failed' {
  if (channel === 'inbox') return 'sent';
  const isStopped = stopped.has(keyOf(hash));
  return isStopped && !PROVING_CODES.has(template) ? 'failed' : 'waiting';
}

export interface CountAsked {
  readonly to: Recipient;
  readonly templates: readonly TemplateName[]; // none: of any
  readonly since: Instant;
}

/** How many notices an address was sent since then: for whoever must not write to it too often. */
export async function countNotices(
  pen: Pick<Pen, 'keys'>,
  on: Queryable,
  { to, templates, since }: CountAsked,
): Promise<number> {
  const recipient = readRecipient(pen.keys, to);
  if (!recipient.ok) return 0;
  const recipientHash = recipient.value.hash;
  const [row] = await countNoticesTo(on, { recipientHash, templates, since });
  return row?.count ?? 0;
}

/** What a desk asks of thousands at once: its own doing, which takes nothing of what members and strangers may cause. */
export const DESK_ROUNDS: readonly TemplateName[] = ['customer_confirmation'];

export interface NoticeCounts {
  readonly count: number; // of any template
  readonly ofTemplates: number;
}

/** The same of many recipients by one statement; in their order. */
export async function countNoticesOfEach(
  pen: Pick<Pen, 'keys'>,
  on: Queryable,
  asked: Omit<CountAsked, 'to'> & { readonly to: readonly Recipient[] },
): Promise<readonly NoticeCounts[]> {
  const { to, templates, since } = asked;
  const hashes = to.map((each) => {
    const recipient = readRecipient(pen.keys, each);
    return recipient.ok ? recipient.value.hash : null;
  });
  const recipientHashes = hashes.filter((hash) => hash !== null);
  const rows = await countNoticesToEach(on, { recipientHashes, templates, since });
  const counts = new Map(rows.map(({ recipientHash, ...row }) => [keyOf(recipientHash), row]));
  return hashes.map((hash) => (hash && counts.get(keyOf(hash))) ?? { count: 0, ofTemplates: 0 });
}

function keyOf(hash: Uint8Array): string {
  return Buffer.from(hash).toString('base64');
}

export function hashOfContent(
  keys: KeyRing,
  { subject, text }: Pick<SealedContent, 'subject' | 'text'>,
): Uint8Array {
  return keys.contentHash(`notice content\n${subject}\n\n${text}`);
}

interface NoticeRow extends Pick<KnownRecipient, 'hash'> {
  readonly channel: NoticeChannel;
  readonly number: string;
  readonly template: TemplateName;
  readonly version: number;
  readonly locale: Locale;
  readonly recipientSealed: Uint8Array;
  readonly contentHash: Uint8Array;
  readonly contentSealed: Uint8Array;
}

function rowOf(pen: Pen, wanted: WantedNotice): Result<NoticeRow, NoticeRefusal> {
  const { keys } = pen;
  const { template, locale, unsubscribeUrl } = wanted;
  const recipient = readRecipient(keys, wanted.to);
  if (!recipient.ok) return recipient;
  const { channel, place, hash } = recipient.value;
  if (unsubscribeUrl !== undefined && !isWebAddress(unsubscribeUrl)) {
    return refused('value_not_an_address');
  }
  const number = newNoticeNumber(pen.random);
  const composed = composeNotice(wanted, number, channel);
  if (!composed.ok) return composed;
  const content: SealedContent = { ...composed.value, ...(unsubscribeUrl && { unsubscribeUrl }) };
  const { subject, text } = content;
  return accepted({
    number,
    template,
    version: present(pen.versions.get(template), 'every template has a version from the start'),
    locale,
    channel,
    hash,
    recipientSealed: keys.seal(place),
    contentHash: hashOfContent(keys, { subject, text }),
    contentSealed: keys.seal(JSON.stringify(content)),
  });
}
