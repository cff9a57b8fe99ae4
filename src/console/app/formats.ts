import { minorDigits } from '../../kernel/money.ts';
import type { Locale } from './text.ts';

/** Where the desk's days begin: the zone that instants are shown and typed in. */
export const DESK_ZONE = 'Asia/Tokyo';

/** An instant as the server sends it: ISO 8601 with its zone, or milliseconds. */
export type SentInstant = string | number;

export interface Formats {
  readonly count: (value: number) => string;
  readonly money: (amountMinor: number | string, unit: string) => string;
  /** `2018/02/03 15:03:00`: to the second, because a second decides. */
  readonly instant: (at: SentInstant) => string;
  readonly day: (at: SentInstant) => string;
  /** `15:03:00`, for what is of today. */
  readonly hour: (at: SentInstant) => string;
  readonly duration: (ms: number) => string;
}

export function formatsIn(locale: Locale): Formats {
  const tag = locale === 'ja' ? 'ja-JP' : 'en-GB';
  const zone = { timeZone: DESK_ZONE } as const;
  const counts = new Intl.NumberFormat(tag);
  const days = new Intl.DateTimeFormat(tag, {
    ...zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  const hours = new Intl.DateTimeFormat(tag, {
    ...zone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  return {
    count: (value) => counts.format(value),
    money: (amountMinor, unit) => moneyIn(locale, counts, BigInt(amountMinor), unit),
    instant: (at) => `${days.format(new Date(at))} ${hours.format(new Date(at))}`,
    day: (at) => days.format(new Date(at)),
    hour: (at) => hours.format(new Date(at)),
    duration: (ms) => durationIn(tag, ms),
  };
}

function moneyIn(locale: Locale, counts: Intl.NumberFormat, minor: bigint, unit: string): string {
  if (unit.startsWith('PTS:'))
    return `${counts.format(minor)} ${locale === 'ja' ? 'ポイント' : 'points'}`;
  if (unit === 'JPY')
    return locale === 'ja' ? `${counts.format(minor)}円` : `¥${counts.format(minor)}`;
  const digits = minorDigits(unit);
  if (digits === 0) return `${counts.format(minor)} ${unit}`;
  const scale = 10n ** BigInt(digits);
  const sign = minor < 0n ? '-' : '';
  const size = minor < 0n ? -minor : minor;
  const rest = (size % scale).toString().padStart(digits, '0');
  return `${sign}${counts.format(size / scale)}.${rest} ${unit}`;
}

const STEPS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** The two largest parts: `6時間57分`. */
function durationIn(tag: string, ms: number): string {
  const parts: string[] = [];
  let left = Math.max(0, ms);
  for (const [unit, size] of STEPS) {
    const value = Math.floor(left / size);
    left -= value * size;
    if (value === 0 && (unit !== 'second' || parts.length > 0)) continue;
    if (parts.length === 2) break;
    const shown = new Intl.NumberFormat(tag, { style: 'unit', unit, unitDisplay: 'short' });
    parts.push(shown.format(value));
  }
  return parts.join(' ');
}

/** What a `datetime-local` field holds, read in the desk's zone, as ISO 8601. */
export function instantTyped(text: string): string {
  const typed = text.length === 16 ? `${text}:00` : text;
  return new Date(`${typed}+09:00`).toISOString();
}

/** The same the other way round. */
export function typedInstant(at: SentInstant): string {
  const shifted = new Date(new Date(at).getTime() + 9 * 3_600_000);
  return shifted.toISOString().slice(0, 19);
}
