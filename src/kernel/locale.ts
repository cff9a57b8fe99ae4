import { en, ja } from '../../locales/texts.ts';
import type { Instant } from './clock.ts';
import { minorDigits, type Unit } from './money.ts';

export type Locale = 'ja' | 'en';

/** Texts in both languages side by side, where they stand in code. */
export type Bilingual = Readonly<Record<Locale, string>>;

/** Every text of `locales/`: one file for each part of what people read. */
export type TextKey = keyof typeof ja;

/** Both languages; a test holds that they have the same texts. */
export const TEXTS: Readonly<Record<Locale, Readonly<Record<TextKey, string>>>> = { ja, en };

/** A text of `locales/`, with its `{names}` filled in. What is filled in is not escaped: html`` does that. */
export function textOf(
  locale: Locale,
  key: TextKey,
  values: Readonly<Record<string, string | number>> = {},
): string {
  return TEXTS[locale][key].replace(/\{(\w+)\}/g, (whole, name: string) =>
    String(values[name] ?? whole),
  );
}

/** The better of our two languages for an Accept-Language header (RFC 9110, 12.5.4). */
export function localeFor(acceptLanguage: string | undefined, otherwise: Locale): Locale {
  if (acceptLanguage === undefined) return otherwise;
  let best: { locale: Locale; quality: number } | undefined;
  for (const part of acceptLanguage.slice(0, 500).split(',')) {
    const [range = '', ...parameters] = part.trim().toLowerCase().split(';');
    const locale = LOCALE_OF_RANGE[range.split('-')[0] ?? ''];
    const quality = qualityOf(parameters);
    if (locale && quality > (best?.quality ?? 0)) best = { locale, quality };
  }
  return best?.locale ?? otherwise;
}

/** `1500` JPY as `1,500円` or `¥1,500`; points as `1,500 ポイント`. */
export function moneyText(locale: Locale, amountMinor: bigint, unit: Unit): string {
  if (unit.startsWith('PTS:'))
    return textOf(locale, 'money.points', { amount: grouped(amountMinor) });
  if (unit === 'JPY') return textOf(locale, 'money.yen', { amount: grouped(amountMinor) });
  return `${decimal(amountMinor, minorDigits(unit))} ${unit}`;
}

/** The last whole day on which something that ends at `endsAt` can be used, in the zone of its programme. */
export function lastDayText(locale: Locale, endsAt: Instant, zone: string): string {
  return dayFormat(locale, zone).format(endsAt - 1);
}

const LOCALE_OF_RANGE: Readonly<Record<string, Locale>> = { ja: 'ja', en: 'en' };

function qualityOf(parameters: readonly string[]): number {
  for (const parameter of parameters) {
    const [name, value] = parameter.trim().split('=');
    if (name === 'q') return Number(value) || 0;
  }
  return 1;
}

function grouped(amount: bigint): string {
  return amount.toString().replace(/\B(?=(\d{3})+$)/g, ',');
}

function decimal(amountMinor: bigint, digits: number): string {
  const written = amountMinor.toString().padStart(digits + 1, '0');
  if (digits === 0) return grouped(amountMinor);
  return `${grouped(BigInt(written.slice(0, -digits)))}.${written.slice(-digits)}`;
}

const dayFormats = new Map<string, Intl.DateTimeFormat>();

function dayFormat(locale: Locale, zone: string): Intl.DateTimeFormat {
  const key = `${locale} ${zone}`;
  const known = dayFormats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(locale === 'ja' ? 'ja-JP' : 'en-GB', {
    timeZone: zone,
    dateStyle: 'long',
  });
  dayFormats.set(key, made);
  return made;
}
