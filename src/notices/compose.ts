import { textOf, type Locale } from '../kernel/locale.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import { bodyKey, subjectKey, TEMPLATES, type TemplateName, type ValueKind } from './templates.ts';

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
  { template, locale, values }: NoticeWords,
  number: string,
): Result<NoticeText, ComposeRefusal> {
  const kinds: Readonly<Record<string, ValueKind>> = TEMPLATES[template];
  const filled: Record<string, string> = {};
  for (const [name, kind] of Object.entries(kinds)) {
    const value = CLEAN[kind](values[name] ?? '');
    if (value.length > LENGTH_MAX[kind]) return refused('value_too_long');
    if (kind === 'url' && !isWebAddress(value)) return refused('value_not_an_address');
    filled[name] = value;
  }
  const subject = asLine(textOf(locale, subjectKey(template), filled));
  const body = textOf(locale, bodyKey(template), filled);
  const footer = textOf(locale, 'notice.footer', { number });
  return accepted({ subject, text: `${body}\n\n-- \n${footer}\n` });
}

export interface NoticeWords {
  readonly template: TemplateName;
  readonly locale: Locale;
  readonly values: Readonly<Record<string, string>>;
}

const LENGTH_MAX: Readonly<Record<ValueKind, number>> = { line: 500, text: 20_000, url: 2_000 };

const CLEAN: Readonly<Record<ValueKind, (value: string) => string>> = {
  line: asLine,
  text: asText,
  url: (value) => value.trim(),
};

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
