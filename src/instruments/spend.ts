import { dayIn } from '../kernel/calendar.ts';
import { laneOfId } from '../kernel/ids.ts';
import type { Product } from '../programmes/index.ts';
import {
  chargedThrough,
  isCountedByContract,
  limitOfContract,
  limitsOf,
  spendOf,
  tenderOf,
  type Spend,
} from './contract-limits.ts';
import { counterKey } from './draft-keys.ts';
import type { Draft } from './draft.ts';
import type { Refusal } from './refusal.ts';
import type { RequestFacts } from './rows.ts';
import { hasLane, Wants, type Turn } from './turn.ts';

/** The turns that freeing or counting these needs and that the operation has not come with; null: none. */
export function wantedForSpends(turn: Turn, spends: readonly Spend[]): Wants | null {
  const lanes = spends
    .map(({ subject }) => laneOfId(subject))
    .filter((lane) => !hasLane(turn, lane));
  return lanes.length === 0 ? null : new Wants(lanes);
}

/** A contract is named where its tender counts by contract. */
export function judgeContractNamed(turn: Turn): Refusal | null {
  const { operation, draft, now } = turn;
  const tender = tenderOf(draft.catalogue, operation, now);
  if (tender === undefined || !isCountedByContract(draft.catalogue, tender, now)) return null;
  return turn.prepared.subjectOf === null ? 'contract_missing' : null;
}

/** Whether the contract may still spend this much in the period. Two purchases at once cannot both fit. */
export function judgeContractLimit(
  turn: Turn,
  product: Product,
  amountMinor: bigint,
): Refusal | Wants | null {
  const { operation, draft, prepared, now } = turn;
  const { catalogue } = draft;
  const spend = spendOf(catalogue, operation, prepared.subjectOf, now);
  const tender = tenderOf(catalogue, operation, now);
  if (spend === null || tender === undefined || operation.sale === undefined) return null;
  if (chargedThrough(catalogue, tender, now).limitUnit !== product.unit) return 'unit_differs';
  const lane = laneOfId(spend.subject);
  if (!hasLane(turn, lane)) return new Wants([lane]);
  const limitMinor = limitOfContract(limitsOf(catalogue, tender, now), operation.sale);
  if (limitMinor === null) return null;
  const used = draft.findCounter(spend.subject, 'spend', spend.startsOn)?.usedMinor ?? 0n;
  return used + amountMinor > limitMinor ? 'tender_limit_exceeded' : null;
}

/** Counts a sale that was judged, and says what its request remembers of it. */
export function countSpend(turn: Turn, amountMinor: bigint): RequestFacts {
  const { operation, draft, prepared, now } = turn;
  const spend = spendOf(draft.catalogue, operation, prepared.subjectOf, now);
  if (spend === null) return {};
  addToCounter(draft, spend, { amountMinor, day: dayOf(turn) });
  return { spentFrom: spend.startsOn };
}

function dayOf({ draft, operation, now }: Turn): string {
  const tender = tenderOf(draft.catalogue, operation, now);
  return dayIn(now, tender?.zone ?? 'UTC');
}

/** What an undone sale had counted is counted again, in its own period. */
export function countAgain(draft: Draft, spend: Spend, amountMinor: bigint): void {
  addToCounter(draft, spend, { amountMinor, day: spend.startsOn });
}

function addToCounter(
  draft: Draft,
  { subject, startsOn }: Spend,
  add: { readonly amountMinor: bigint; readonly day: string },
): void {
  const counter = draft.findCounter(subject, 'spend', startsOn);
  if (counter === undefined) {
    draft.counters.add(counterKey(subject, 'spend', startsOn), {
      lane: laneOfId(subject),
      subject,
      measure: 'spend',
      startsOn,
      usedMinor: add.amountMinor,
      day: add.day,
      dayUsedMinor: add.amountMinor,
    });
    return;
  }
  counter.usedMinor += add.amountMinor;
  if (counter.day < add.day) {
    counter.day = add.day;
    counter.dayUsedMinor = 0n;
  }
  if (counter.day === add.day) counter.dayUsedMinor += add.amountMinor;
  draft.counters.change(counter);
}

/** A counter belongs to the period of the original: undoing in March frees February (R21). */
export function freeSpend(draft: Draft, { subject, startsOn }: Spend, amountMinor: bigint): void {
  const counter = draft.findCounter(subject, 'spend', startsOn);
  if (counter === undefined || amountMinor === 0n) return;
  counter.usedMinor -= amountMinor < counter.usedMinor ? amountMinor : counter.usedMinor;
  // Nobody asks for the day of a contract, and no day may say more than its period.
  if (counter.dayUsedMinor > counter.usedMinor) counter.dayUsedMinor = counter.usedMinor;
  draft.counters.change(counter);
}
