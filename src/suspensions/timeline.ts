import type { Instant } from '../kernel/clock.ts';
import type { OfferConditions } from '../programmes/index.ts';
import { specificityOf, stretchesOf, type Phase, type Suspension } from './suspension.ts';

/** A suspension as the index holds it: what is asked at every judgement is computed once. */
export interface Entry {
  readonly suspension: Suspension;
  readonly suspensionId: number;
  readonly specificity: number;
  readonly beginsAt: Instant; // of its first phase
}

export interface Condition {
  readonly entry: Entry;
  readonly conditions: OfferConditions;
}

/** What suspensions of one scope do to one operation, by stretches of time in which nothing changes. */
export interface Timeline {
  readonly from: readonly Instant[]; // ascending; a stretch ends where the next begins
  readonly stop: readonly (Entry | null)[]; // who refuses, by its rank
  readonly conditions: readonly (readonly Condition[])[]; // different ones, each by its first in rank
}

export function entryOf(suspension: Suspension): Entry {
  return {
    suspension,
    suspensionId: suspension.suspensionId,
    specificity: specificityOf(suspension.scope),
    beginsAt: Math.min(...suspension.phases.map(({ startsAt }) => startsAt)),
  };
}

/** The most specific is the one that is named, then the earliest, then the one thrown first. */
export function isBefore(one: Entry, other: Entry): boolean {
  if (one.specificity !== other.specificity) return one.specificity > other.specificity;
  if (one.beginsAt !== other.beginsAt) return one.beginsAt < other.beginsAt;
  return one.suspensionId < other.suspensionId;
}

/**
 * However many suspensions of one scope came and went, a judgement costs one search among their stretches.
 */
export function makeTimeline(entries: readonly Entry[]): Timeline {
  const changes = new Map<Instant, { begins: [Entry, Phase][]; ends: [Entry, Phase][] }>();
  const changesAt = (at: Instant) => {
    const known = changes.get(at) ?? { begins: [], ends: [] };
    changes.set(at, known);
    return known;
  };
  for (const entry of entries) {
    for (const { from, until, phase } of stretchesOf(entry.suspension)) {
      if (phase.effect === 'lifted') continue;
      changesAt(from).begins.push([entry, phase]);
      if (until !== null) changesAt(until).ends.push([entry, phase]);
    }
  }
  const stops: Entry[] = [];
  const conditions: Condition[] = [];
  const from = [...changes.keys()].toSorted((one, other) => one - other);
  const stop: (Entry | null)[] = [];
  const conditionsOf: (readonly Condition[])[] = [];
  for (const at of from) {
    const { begins, ends } = changesAt(at);
    for (const [entry, phase] of ends) {
      if (phase.conditions === null) stops.splice(stops.indexOf(entry), 1);
      else
        conditions.splice(
          conditions.findIndex((one) => one.entry === entry),
          1,
        );
    }
    for (const [entry, phase] of begins) {
      if (phase.conditions === null) insertInRank(stops, entry, (one) => one);
      else insertInRank(conditions, { entry, conditions: phase.conditions }, (one) => one.entry);
    }
    stop.push(stops[0] ?? null);
    conditionsOf.push(differentOnes(conditions));
  }
  return { from, stop, conditions: conditionsOf };
}

/** The stretch that an instant falls in; -1: before all of them. */
export function stretchAt({ from }: Timeline, at: Instant): number {
  return countUpTo(from, at) - 1;
}

/** The first of ascending instants that comes after another; null: none does. */
export function firstAfter(instants: readonly Instant[], at: Instant): Instant | null {
  return instants[countUpTo(instants, at)] ?? null;
}

function countUpTo(instants: readonly Instant[], at: Instant): number {
  let low = 0;
  let high = instants.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (instants[middle]! <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function insertInRank<Item>(items: Item[], item: Item, entryOfItem: (item: Item) => Entry): void {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(entryOfItem(items[middle]!), entryOfItem(item))) low = middle + 1;
    else high = middle;
  }
  items.splice(low, 0, item);
}

/** There are few different conditions, however many suspensions make them. */
function differentOnes(conditions: readonly Condition[]): readonly Condition[] {
  const seen = new Set<string>();
  return conditions.filter(({ conditions: { ownLineOnly, noWifi, devices } }) => {
    const text = `${ownLineOnly === true} ${noWifi === true} ${devices?.toSorted().join()}`;
    return seen.size !== seen.add(text).size;
  });
}
