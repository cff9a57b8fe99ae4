import { dayIn, monthIn } from '../kernel/calendar.ts';
import type { Instant } from '../kernel/clock.ts';
import { least } from '../kernel/money.ts';
import type { Product } from '../programmes/index.ts';
import { counterKey } from './draft-keys.ts';
import type { Draft } from './draft.ts';
import type { Refusal } from './refusal.ts';
import type { CardMeasure, CounterRow, InstrumentRow } from './rows.ts';

/**
 * Limits of a product, per card, by day and month of the programme's zone. One row counts a month and the
 * newest day in it: no earlier day is ever asked about again, because a lane's time never goes back (R24).
 */
interface Limits {
  readonly dayMaxMinor: bigint | null;
  readonly monthMaxMinor: bigint | null;
}

function limitsOf({ limits }: Product, measure: CardMeasure): Limits {
  return measure === 'load'
    ? { dayMaxMinor: limits.loadDayMaxMinor, monthMaxMinor: limits.loadMonthMaxMinor }
    : { dayMaxMinor: limits.redeemDayMaxMinor, monthMaxMinor: limits.redeemMonthMaxMinor };
}

/** What nothing limits is not counted. */
export function isCounted(product: Product, measure: CardMeasure): boolean {
  const { dayMaxMinor, monthMaxMinor } = limitsOf(product, measure);
  return dayMaxMinor !== null || monthMaxMinor !== null;
}

/** First day of the month in the programme's zone. */
export function startOfMonth(at: Instant, zone: string): string {
  return `${monthIn(at, zone)}-01`;
}

/** How much more may be counted now: the smallest of what the limits leave; null without a limit. */
export function leftUnderLimits(
  draft: Draft,
  card: InstrumentRow,
  measure: CardMeasure,
  now: Instant,
): { readonly minor: bigint; readonly refusal: Refusal } | null {
  const product = draft.product(card);
  if (!isCounted(product, measure)) return null;
  const { dayMaxMinor, monthMaxMinor } = limitsOf(product, measure);
  const counter = findCounter(draft, card, measure, now);
  const isToday = counter?.day === dayIn(now, product.zone);
  const dayLeft = dayMaxMinor === null ? null : dayMaxMinor - (isToday ? counter.dayUsedMinor : 0n);
  const monthLeft = monthMaxMinor === null ? null : monthMaxMinor - (counter?.usedMinor ?? 0n);
  if (dayLeft !== null && (monthLeft === null || dayLeft <= monthLeft)) {
    return { minor: dayLeft, refusal: 'day_limit_exceeded' };
  }
  return monthLeft === null ? null : { minor: monthLeft, refusal: 'month_limit_exceeded' };
}

export function judgeLimits(
  draft: Draft,
  card: InstrumentRow,
  measure: CardMeasure,
  ask: { amountMinor: bigint; now: Instant },
): Refusal | null {
  const left = leftUnderLimits(draft, card, measure, ask.now);
  return left !== null && ask.amountMinor > left.minor ? left.refusal : null;
}

export function countUp(
  draft: Draft,
  card: InstrumentRow,
  measure: CardMeasure,
  add: { amountMinor: bigint; at: Instant },
): void {
  const product = draft.product(card);
  if (!isCounted(product, measure)) return;
  const day = dayIn(add.at, product.zone);
  const counter = findCounter(draft, card, measure, add.at);
  if (counter === undefined) {
    const startsOn = startOfMonth(add.at, product.zone);
    const { lane, instrumentId: subject } = card;
    const counted = { usedMinor: add.amountMinor, day, dayUsedMinor: add.amountMinor };
    draft.counters.add(counterKey(subject, measure, startsOn), {
      lane,
      subject,
      measure,
      startsOn,
      ...counted,
    });
    return;
  }
  counter.usedMinor += add.amountMinor;
  if (counter.day < day) {
    counter.day = day;
    counter.dayUsedMinor = 0n;
  }
  if (counter.day === day) counter.dayUsedMinor += add.amountMinor;
  draft.counters.change(counter);
}

/** A counter belongs to the period of the original: undoing in March frees February (R21). */
export function freeCounters(
  draft: Draft,
  card: InstrumentRow,
  measure: CardMeasure,
  free: { amountMinor: bigint; countedAt: Instant },
): void {
  if (free.amountMinor === 0n) return;
  const counter = findCounter(draft, card, measure, free.countedAt);
  if (counter === undefined) return; // the limit is younger than the original
  const day = dayIn(free.countedAt, draft.product(card).zone);
  counter.usedMinor -= least(free.amountMinor, counter.usedMinor);
  if (counter.day === day) counter.dayUsedMinor -= least(free.amountMinor, counter.dayUsedMinor);
  draft.counters.change(counter);
}

function findCounter(
  draft: Draft,
  card: InstrumentRow,
  measure: CardMeasure,
  at: Instant,
): CounterRow | undefined {
  const { zone } = draft.product(card);
  return draft.findCounter(card.instrumentId, measure, startOfMonth(at, zone));
}
