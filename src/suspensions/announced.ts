import { instantIn } from '../kernel/calendar.ts';
import type { Instant } from '../kernel/clock.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import type { Precision } from './suspension.ts';

export const ANNOUNCED_MAX = 200; // characters

/** An instant as it was announced, and as it was read. */
export interface Announced {
  readonly text: string;
  readonly at: Instant;
  readonly precision: Precision;
}

/** In the order in which they are checked. */
export type AnnouncedRefusal =
  | 'announced_not_read' // no date and time that we know the writing of
  | 'announced_day_missing' // a time alone, and no day beside it
  | 'announced_day_unknown' // 30 February
  | 'announced_weekday_differs' // the 7th of February 2018 was no Tuesday
  | 'announced_hour_ambiguous'; // by law noon, on a clock midnight

/**
 * Reads what people write into announcements. A day without an hour is its first instant (R25); 「午後12時」
 * is noon. What could be meant in two ways is refused and not guessed. `day` stands in for a text that
 * gives only a time; instants with an offset are taken as they are.
 */
export function readAnnounced(
  text: string,
  { zone, day }: { readonly zone: string; readonly day?: string | undefined },
): Result<Announced, AnnouncedRefusal> {
  const plain = plainOf(text);
  const exact = EXACT.exec(plain);
  if (exact !== null) {
    const at = Date.parse(plain.replace(' ', 'T'));
    if (Number.isNaN(at)) return refused('announced_day_unknown');
    return accepted({ text, at, precision: exact[1] === undefined ? 'minute' : 'second' });
  }
  const date = readDate(plain);
  const rest = (date?.rest ?? plain).trim();
  const time = rest === '' ? null : readTime(rest);
  if (time === undefined || (date === null && time === null)) return refused('announced_not_read');
  const named = date?.day ?? day;
  if (named === undefined) return refused('announced_day_missing');
  if (time === 'ambiguous') return refused('announced_hour_ambiguous');
  const at = instantIn(named, time?.wallMs ?? 0, zone);
  if (at === null) return refused('announced_day_unknown');
  if (date?.weekday !== undefined && date.weekday !== weekdayOf(named)) {
    return refused('announced_weekday_differs');
  }
  return accepted({ text, at, precision: time?.precision ?? 'day' });
}

const EXACT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;
const WEEKDAYS = '日月火水木金土';
const ERAS: Readonly<Record<string, number>> = { 令和: 2018, 平成: 1988 }; // the year before its first
const DATE =
  /^(?:(\d{4})|(令和|平成)(\d{1,2}|元))\s*(?:年|-|\/|\.)\s*(\d{1,2})\s*(?:月|-|\/|\.)\s*(\d{1,2})\s*日?(?:\s*\(([日月火水木金土])(?:曜日?)?(?:・祝)?\))?/;
const TIME =
  /^(午前|午後|am|pm)?\s*(\d{1,2})(?:時(?:(半)|(?:(\d{1,2})分(?:(\d{1,2})秒)?)?)|:(\d{2})(?::(\d{2}))?)\s*(am|pm)?(?:頃|ごろ|より|から)?$/i;
const NOON = /^(?:お昼の|昼の)?正午(?:頃|ごろ|より|から)?$/;

/** Full width as half width, and the brackets and commas of announcements away. */
function plainOf(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[「」『』、,]/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/(\d) ?年 ?(\d)/g, '$1年$2')
    .trim();
}

interface ReadDate {
  readonly day: string;
  readonly weekday: string | undefined;
  readonly rest: string;
}

function readDate(plain: string): ReadDate | null {
  const found = DATE.exec(plain);
  if (found === null) return null;
  const [whole, western, era = '', ofEra, month = '', dayOfMonth = '', weekday] = found;
  const year = western ?? String((ERAS[era] ?? 0) + (ofEra === '元' ? 1 : Number(ofEra)));
  const day = `${year}-${month.padStart(2, '0')}-${dayOfMonth.padStart(2, '0')}`;
  return { day, weekday, rest: plain.slice(whole.length).replace(/^(T|より|から|の)/, '') };
}

interface ReadTime {
  readonly wallMs: number;
  readonly precision: Precision;
}

function readTime(rest: string): ReadTime | 'ambiguous' | undefined {
  if (NOON.test(rest)) return { wallMs: 12 * HOUR_MS, precision: 'minute' };
  const found = TIME.exec(rest);
  if (found === null) return undefined;
  const [, before, hourText = '', half, kanjiMinute, kanjiSecond, minute, second, after] = found;
  const isAfternoon = /^(午後|pm)$/i.test(before ?? after ?? '');
  const isMorning = /^(午前|am)$/i.test(before ?? after ?? '');
  const hour = Number(hourText);
  const minutes = half === undefined ? Number(kanjiMinute ?? minute ?? 0) : 30;
  const secondText = kanjiSecond ?? second;
  const seconds = Number(secondText ?? 0);
  if (minutes > 59 || seconds > 59) return undefined;
  if (isMorning && hour === 12) return 'ambiguous';
  if ((isAfternoon || isMorning) && hour > 12) return undefined;
  const isEndOfDay = hour === 24 && minutes === 0 && seconds === 0;
  if (hour > 23 && !isEndOfDay) return undefined;
  const hours = isAfternoon && hour < 12 ? hour + 12 : hour;
  return {
    wallMs: hours * HOUR_MS + minutes * 60_000 + seconds * 1_000,
    precision: secondText === undefined ? 'minute' : 'second',
  };
}

const HOUR_MS = 3_600_000;

function weekdayOf(day: string): string {
  return WEEKDAYS[new Date(`${day}T00:00:00Z`).getUTCDay()] ?? '';
}
