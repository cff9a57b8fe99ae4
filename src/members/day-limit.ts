import { assert, present } from '../kernel/assert.ts';
import { dayIn, endOfDayAfter } from '../kernel/calendar.ts';
import type { Clock, Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import {
  addDayLimit,
  keepDayLimit,
  keepDaySpent,
  lockDayLimit,
  readDayLimit,
  type LockDayLimitRow,
} from './day-limit.sql.ts';

/** Yen a day, until the member chooses another. */
export const DAY_LIMIT_USUAL_MINOR = 50_000n;
export const DAY_LIMIT_MAX_MINOR = 1_000_000n;
const ZONE = 'Asia/Tokyo';

export interface DayLimit {
  readonly limitMinor: bigint;
  readonly spentMinor: bigint; // today
  readonly leftMinor: bigint;
  readonly until: Instant; // then another day begins
}

export type Spent = { readonly ok: true } | (DayLimit & { readonly ok: false });

/**
 * Counts what a member spends today, in the caller's transaction and behind the lock of the row: of two at one
 * moment each sees the other. Refused: nothing was counted.
 */
export async function spendWithin(
  { clock }: { readonly clock: Clock },
  on: Queryable,
  memberId: string,
  amountMinor: bigint,
): Promise<Spent> {
  assert(amountMinor > 0n, 'what is spent is more than nothing');
  const now = clock.now();
  const limit = shownOf(await lockLimit(on, memberId, now), now);
  if (amountMinor > limit.leftMinor) return { ok: false, ...limit };
  const spentMinor = limit.spentMinor + amountMinor;
  await keepDaySpent(on, { memberId, day: dayIn(now, ZONE), spentMinor });
  return { ok: true };
}

/** What was counted at `spentAt` was not spent after all: it is given back on the same day, and is over on the next. */
export async function giveBackWithin(
  { clock }: { readonly clock: Clock },
  on: Queryable,
  memberId: string,
  { amountMinor, spentAt }: { readonly amountMinor: bigint; readonly spentAt: Instant },
): Promise<void> {
  const now = clock.now();
  const day = dayIn(now, ZONE);
  if (dayIn(spentAt, ZONE) !== day) return;
  const { spentMinor } = shownOf(await lockLimit(on, memberId, now), now);
  const left = spentMinor > amountMinor ? spentMinor - amountMinor : 0n;
  await keepDaySpent(on, { memberId, day, spentMinor: left });
}

export async function dayLimitOf(
  { clock }: { readonly clock: Clock },
  on: Queryable,
  memberId: string,
): Promise<DayLimit> {
  const [row] = await readDayLimit(on, { memberId });
  const now = clock.now();
  return shownOf(row ?? { limitMinor: DAY_LIMIT_USUAL_MINOR, day: '', spentMinor: 0n }, now);
}

/** Behind the lock, so that nobody spends by the old one meanwhile. */
export async function setDayLimit(
  { clock }: { readonly clock: Clock },
  on: Queryable,
  memberId: string,
  limitMinor: bigint,
): Promise<void> {
  await lockLimit(on, memberId, clock.now());
  await keepDayLimit(on, { memberId, limitMinor });
}

async function lockLimit(on: Queryable, memberId: string, now: Instant): Promise<LockDayLimitRow> {
  const usual = { limitMinor: DAY_LIMIT_USUAL_MINOR, day: dayIn(now, ZONE) };
  await addDayLimit(on, { memberId, ...usual });
  const [row] = await lockDayLimit(on, { memberId });
  return present(row, 'the row was just made');
}

function shownOf({ limitMinor, day, spentMinor }: LockDayLimitRow, now: Instant): DayLimit {
  const spent = day === dayIn(now, ZONE) ? spentMinor : 0n;
  return {
    limitMinor,
    spentMinor: spent,
    leftMinor: limitMinor > spent ? limitMinor - spent : 0n,
    until: endOfDayAfter(now, 0, ZONE),
  };
}
