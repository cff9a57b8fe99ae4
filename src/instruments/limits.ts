import { dayIn, monthIn } from '../kernel/calendar.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Product, ProductLimits } from '../programmes/index.ts';
import { counterKey, type Draft } from './draft.ts';
import type { Refusal } from './refusal.ts';
import type { CounterRow, InstrumentRow, Measure } from './rows.ts';

/** What a limit counts: what is put on a card, or what is taken from it. */
export type Counted = 'load' | 'redeem';

interface Limit {
  readonly measure: Measure;
  readonly maxMinor: bigint;
  readonly period: 'day' | 'month';
}

/** The limits that a product sets; a counter without a limit is not kept. */
export function limitsOf(limits: ProductLimits, counted: Counted): readonly Limit[] {
  const day = counted === 'load' ? limits.loadDayMaxMinor : limits.redeemDayMaxMinor;
  const month = counted === 'load' ? limits.loadMonthMaxMinor : limits.redeemMonthMaxMinor;
  const found: Limit[] = [];
  if (day !== null) found.push({ measure: `${counted}_day`, maxMinor: day, period: 'day' });
  if (month !== null) found.push({ measure: `${counted}_month`, maxMinor: month, period: 'month' });
  return found;
}

/** First day of the period in the programme's zone. */
export function startOfPeriod(period: 'day' | 'month', at: Instant, zone: string): string {
  return period === 'day' ? dayIn(at, zone) : `${monthIn(at, zone)}-01`;
}

/** How much more may be counted now: the smallest of what the limits leave; null without a limit. */
export function leftUnderLimits(
  draft: Draft,
  card: InstrumentRow,
  counted: Counted,
  now: Instant,
): { readonly minor: bigint; readonly refusal: Refusal } | null {
  const product = draft.product(card);
  let least: { minor: bigint; refusal: Refusal } | null = null;
  for (const limit of limitsOf(product.limits, counted)) {
    const counter = findCounter(draft, card, limit, product, now);
    const left = limit.maxMinor - (counter?.usedMinor ?? 0n);
    if (least === null || left < least.minor) {
      const refusal = limit.period === 'day' ? 'day_limit_exceeded' : 'month_limit_exceeded';
      least = { minor: left, refusal };
    }
  }
  return least;
}

export function judgeLimits(
  draft: Draft,
  card: InstrumentRow,
  counted: Counted,
  ask: { amountMinor: bigint; now: Instant },
): Refusal | null {
  const left = leftUnderLimits(draft, card, counted, ask.now);
  return left !== null && ask.amountMinor > left.minor ? left.refusal : null;
}

export function countUp(
  draft: Draft,
  card: InstrumentRow,
  counted: Counted,
  add: { amountMinor: bigint; at: Instant },
): void {
  const product = draft.product(card);
  for (const limit of limitsOf(product.limits, counted)) {
    const counter = findCounter(draft, card, limit, product, add.at);
    if (counter !== undefined) {
      counter.usedMinor += add.amountMinor;
      draft.counters.change(counter);
      continue;
    }
    const startsOn = startOfPeriod(limit.period, add.at, product.zone);
    const row: CounterRow = {
      lane: card.lane,
      subject: card.instrumentId,
      measure: limit.measure,
      startsOn,
      usedMinor: add.amountMinor,
    };
    draft.counters.add(counterKey(card.instrumentId, limit.measure, startsOn), row);
  }
}

/** A counter belongs to the period of the original: undoing in March frees February (R21). */
export function freeCounters(
  draft: Draft,
  card: InstrumentRow,
  counted: Counted,
  free: { amountMinor: bigint; countedAt: Instant },
): void {
  if (free.amountMinor === 0n) return;
  const product = draft.product(card);
  for (const limit of limitsOf(product.limits, counted)) {
    const counter = findCounter(draft, card, limit, product, free.countedAt);
    if (counter === undefined) continue; // the limit is younger than the original
    counter.usedMinor -=
      free.amountMinor < counter.usedMinor ? free.amountMinor : counter.usedMinor;
    draft.counters.change(counter);
  }
}

function findCounter(
  draft: Draft,
  card: InstrumentRow,
  limit: Limit,
  product: Product,
  at: Instant,
): CounterRow | undefined {
  return draft.findCounter(
    card.instrumentId,
    limit.measure,
    startOfPeriod(limit.period, at, product.zone),
  );
}
