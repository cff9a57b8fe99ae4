import { assert } from '../../kernel/assert.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Message } from './codec.ts';
import { FIELD } from './dialect.ts';
import type { Dialect } from './dialect.ts';

/**
 * The identity of a request at the till (R1): merchant, terminal, STAN and the instant the till
 * gave it, from fields that its reversal also names. Fields are joined by `|`, which no merchant or
 * terminal code may hold, so that two requests never share a name.
 */

const REQUEST_ID_MAX = 128;
const NEAREST_MS = 180 * 86_400_000; // less than half of any year

/**
 * `merchant|terminal|stan|instant` of this message itself; null where a part is missing or no date.
 */
export function requestIdOf(dialect: Dialect, message: Message, arrivedAt: Instant): string | null {
  const stan = message.fields[FIELD.stan];
  const instant = message.fields[dialect.identity.instantField];
  if (!stan || !instant) return null;
  return joinIdentity(dialect, message, { stan, instant, arrivedAt });
}

/** What a reversal, or a return, says of its original. */
export interface Original {
  readonly mti: string;
  readonly requestId: string;
}

/** The original named by a reversal; null where the field is missing, short, or holds no date. */
export function originalOf(
  dialect: Dialect,
  message: Message,
  arrivedAt: Instant,
): Original | null {
  const text = message.fields[dialect.originalField];
  const instantDigits = dialect.identity.instant.length;
  if (!text || text.length < 10 + instantDigits) return null;
  const requestId = joinIdentity(dialect, message, {
    stan: text.slice(4, 10),
    instant: text.slice(10, 10 + instantDigits),
    arrivedAt,
  });
  return requestId === null ? null : { mti: text.slice(0, 4), requestId };
}

/** A reversal is a request of its own, and must not be taken for what it reverses. */
export function reversalIdOf(requestId: string): string {
  return `rev|${requestId}`;
}

function joinIdentity(
  dialect: Dialect,
  message: Message,
  part: { readonly stan: string; readonly instant: string; readonly arrivedAt: Instant },
): string | null {
  const merchant = message.fields[FIELD.merchant]?.trimEnd();
  const terminal = message.fields[FIELD.terminal]?.trimEnd();
  if (!merchant || !terminal) return null;
  const instant =
    dialect.identity.instant === 'MMDDhhmmss'
      ? inferYear(part.instant, part.arrivedAt)
      : readFullInstant(part.instant);
  if (instant === null) return null;
  const requestId = `${merchant}|${terminal}|${part.stan}|${instant}`;
  assert(requestId.length <= REQUEST_ID_MAX, 'an identity of fixed fields is short');
  return requestId;
}

/**
 * `MMDDhhmmss` with the year that brings it nearest to the arrival: a request of 31 December that
 * arrives on 1 January, and its reversal an hour later, are of the old year. Right while a message
 * and its reversal both arrive within six months of the instant they name.
 */
export function inferYear(text: string, arrivedAt: Instant): string | null {
  const year = new Date(arrivedAt).getUTCFullYear();
  let nearest: number | null = null;
  let distanceMin = Number.POSITIVE_INFINITY;
  for (const candidate of [year, year - 1, year + 1]) {
    const instant = readInstant(candidate, text);
    if (instant === null) continue;
    const distance = Math.abs(instant - arrivedAt);
    if (distance >= distanceMin) continue;
    distanceMin = distance;
    nearest = candidate;
    if (distance < NEAREST_MS) break; // no other year can be nearer
  }
  return nearest === null ? null : `${nearest}${text}`;
}

function readFullInstant(text: string): string | null {
  const year = 2000 + Number(text.slice(0, 2));
  return readInstant(year, text.slice(2)) === null ? null : `20${text}`;
}

/**
 * The instant of `MMDDhhmmss` in a year, as if it were UTC; null where there is no such instant.
 */
function readInstant(year: number, text: string): Instant | null {
  const month = Number(text.slice(0, 2));
  const day = Number(text.slice(2, 4));
  const hour = Number(text.slice(4, 6));
  const minute = Number(text.slice(6, 8));
  const second = Number(text.slice(8, 10));
  if (month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) return null;
  if (hour > 23 || minute > 59 || second > 59) return null;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

function daysOf(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeap ? 29 : (DAYS[month - 1] as number);
}
