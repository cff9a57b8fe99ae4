import type { Instant } from '../kernel/clock.ts';
import { cardNameKey } from './draft-keys.ts';
import type { Draft } from './draft.ts';
import { startOfMonth } from './limits.ts';
import { AccountPlan, type AccountName } from './plan-accounts.ts';
import { countedOf, touchesLivingLots } from './plan-needs.ts';
import type { Prepared } from './prepare.ts';
import type { CardMeasure } from './rows.ts';

export interface CardForeseen {
  readonly lane: number;
  readonly name: string;
  /** Also its lots with nothing left in them; null: none of its lots, which another of these asks for. */
  readonly isWhole: boolean | null;
  readonly measure: CardMeasure | null; // of its counters
}

/** What a batch will need, as far as its operations alone say: for most of them it is all. */
export interface Foreseen {
  readonly cards: CardForeseen[];
  readonly accounts: AccountName[];
  readonly since: string; // counters that began before that day are of no operation of the batch
}

export function foresee(batch: readonly Prepared[], draft: Draft): Foreseen {
  const accounts = new AccountPlan(draft);
  for (const prepared of batch) accounts.add(prepared, {});
  return { cards: cardsOf(batch), accounts: accounts.accounts, since: earliestMonth(batch) };
}

interface Wanted {
  readonly lane: number;
  readonly name: string;
  readonly measures: Set<CardMeasure>;
  isWhole: boolean;
}

function cardsOf(batch: readonly Prepared[]): CardForeseen[] {
  const wanted = new Map<string, Wanted>();
  const want = (
    lane: number,
    name: string,
    measure: CardMeasure | null = null,
    isWhole = false,
  ): void => {
    const key = cardNameKey(lane, name);
    let one = wanted.get(key);
    if (one === undefined) {
      one = { lane, name, measures: new Set(), isWhole };
      wanted.set(key, one);
    }
    if (isWhole) one.isWhole = true;
    if (measure !== null) one.measures.add(measure);
  };
  for (const { operation, card, to } of batch) {
    const isWhole = !touchesLivingLots(operation);
    for (const name of card?.names ?? [])
      want(card?.lane ?? 0, name, countedOf(operation), isWhole);
    for (const name of to?.names ?? []) want(to?.lane ?? 0, name, 'load', isWhole);
    if (operation.kind !== 'stock') continue;
    for (const one of operation.cards) {
      if (one.number !== null) want(operation.lane, `n:${one.number}`);
      if (one.code === null) continue;
      const { homeLane, name, otherNames = [] } = one.code;
      for (const each of [name, ...otherNames]) want(homeLane, each);
    }
  }
  return [...wanted.values()].flatMap(({ lane, name, measures, isWhole }) =>
    (measures.size === 0 ? [null] : [...measures]).map((measure, at) => ({
      lane,
      name,
      isWhole: at === 0 ? isWhole : null,
      measure,
    })),
  );
}

/** Nothing is decided before it arrives (R24), and no zone is a day behind. */
function earliestMonth(batch: readonly Prepared[]): string {
  let earliest: Instant = Infinity;
  for (const { operation } of batch) earliest = Math.min(earliest, operation.arrivedAt);
  return startOfMonth(earliest - DAY_MS, 'UTC');
}

const DAY_MS = 86_400_000;
