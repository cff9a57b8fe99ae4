import { canBeName, initialsApart } from '../kernel/leads-elsewhere.ts';
import { textOf, type Locale } from '../kernel/locale.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import type { NoticeChannel } from './recipient.ts';
import {
  bodyKey,
  smsKey,
  subjectKey,
  TEMPLATES,
  type TemplateName,
  type ValueKind,
} from './templates.ts';

/** What a person reads. */
export interface NoticeText {
  readonly subject: string;
  readonly text: string;
}

export type ComposeRefusal = 'value_too_long' | 'value_not_an_address';

/**
 * Fills a template in. Whatever comes from outside (a component's name, words of a customer) stays what its
 * kind says: a line cannot begin a new one, so it can neither end a header nor add one.
 */
export function composeNotice(
  { template, locale, values, unsubscribeUrl }: NoticeWords,
  number: string,
  channel: NoticeChannel = 'mail',
): Result<NoticeText, ComposeRefusal> {
  const kinds: Readonly<Record<string, ValueKind>> = TEMPLATES[template];
  const filled: Record<string, string> = {};
  for (const [name, kind] of Object.entries(kinds)) {
    const value = CLEAN[kind](values[name] ?? '', locale);
    if (value.length > LENGTH_MAX[kind]) return refused('value_too_long');
    if (kind === 'url' && !isWebAddress(value)) return refused('value_not_an_address');
    filled[name] = value;
  }
  const subject = asLine(textOf(locale, subjectKey(template), filled));
  if (channel === 'sms') return composeSms({ template, locale, values: filled }, number, subject);
  const body = textOf(locale, bodyKey(template), filled);
  const footerKey = channel === 'inbox' ? 'notice.footer.inbox' : 'notice.footer';
  const footer = textOf(locale, footerKey, { number });
  const end = unsubscribeUrl && textOf(locale, 'notice.footer.end', { url: unsubscribeUrl });
  return accepted({ subject, text: `${body}\n\n-- \n${footer}\n${end ? `${end}\n` : ''}` });
}

/** Five parts of a message in Japanese: more is cut off by some networks on the way. */
export const SMS_LENGTH_MAX = 335;
const SMS_VALUES_MAX = [120, 60, 30];

/**
 * Without a subject and without a link: an SMS of ours leads nowhere, it names its number. What is filled in is cut
 * off rather than the message not sent: nobody keeps one back by a long address.
 */
function composeSms(
  { template, locale, values }: NoticeWords,
  number: string,
  subject: string,
): Result<NoticeText, ComposeRefusal> {
  const footer = textOf(locale, 'notice.footer.sms', { number });
  for (const most of SMS_VALUES_MAX) {
    const cut = Object.entries({ ...values, subject }).map(([name, value]) => [
      name,
      value.length > most ? `${value.slice(0, most)}…` : value,
    ]);
    const words = textOf(locale, smsKey(template), Object.fromEntries(cut));
    const text = `${withoutLinks(asText(words))}\n${footer}`;
    if (text.length <= SMS_LENGTH_MAX) return accepted({ subject: '', text });
  }
  return refused('value_too_long');
}

/** What a telephone would make a link of, also where somebody else's words are filled in, in any width. */
function withoutLinks(text: string): string {
  const plain = text.replaceAll(LINK, '…');
  const narrow = plain.normalize('NFKC');
  return narrow.search(LINK) === -1 ? plain : narrow.replaceAll(LINK, '…');
}

const LINK =
  /[a-z][a-z0-9+.-]{1,20}:\/\/\S*|(?:[\p{L}\p{N}_-]+[.．。｡])+(?:[a-z]{2,24}|xn--[a-z0-9-]+)(?![a-z0-9])(?:[/?#:]\S*)?/giu;

export interface NoticeWords {
  readonly template: TemplateName;
  readonly locale: Locale;
  readonly values: Readonly<Record<string, string>>;
  readonly unsubscribeUrl?: string;
}

const LENGTH_MAX: Readonly<Record<ValueKind, number>> = {
  line: 500,
  name: 500,
  text: 20_000,
  url: 2_000,
};

const CLEAN: Readonly<Record<ValueKind, (value: string, locale: Locale) => string>> = {
  line: asLine,
  name: asName,
  text: asText,
  url: (value) => value.trim(),
};

/** Judged again where it goes out: it may be older than the rule of what a name can be. */
export function asName(value: string, locale: Locale): string {
  const name = asLine(value);
  return canBeName(name) ? initialsApart(name) : textOf(locale, 'notice.name_not_shown');
}

/** Line breaks of every kind, controls, and the signs that turn the direction of what follows. */
function asLine(value: string): string {
  return value.replace(BREAKS_AND_CONTROLS, ' ').replace(/ {2,}/g, ' ').trim();
}

function asText(value: string): string {
  return value
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .split('\n')
    .map((line) => line.replace(BREAKS_AND_CONTROLS, ' ').trimEnd())
    .join('\n')
    .trim();
}

const BREAKS_AND_CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu;

/** As it would be written by a browser: nothing in it can end a line or a pair of angle brackets. */
export function isWebAddress(text: string): boolean {
  return /^https?:\/\/[!-;=?-~]+$/.test(text) && URL.canParse(text);
}
