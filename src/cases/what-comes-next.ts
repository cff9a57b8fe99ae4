import type { Instant } from '../kernel/clock.ts';
import type { CaseGift } from './case-gift.ts';
import { reportedUntil } from './case-gift.ts';
import type { CaseRecord, StepKind } from './case.ts';

/** Who has to do it. */
export type Responsible = 'we' | 'desk' | 'member';

export type NextKind =
  | 'freezing' // value is still being stopped
  | 'charge_under_way' // its outcome is awaited; what it takes is given back
  | 'refund_under_way'
  | 'refund_not_possible' // the provider refuses to give it back: a person pays it
  | 'refund_decision' // charged before it was said; the desk decides
  | 'desk_looks'
  | 'releasing'
  | 'unfreeze' // the member may have the value back
  | 'nothing';

/** One thing that is still to come: what, whose it is, and by when. */
export interface Next {
  readonly kind: NextKind;
  readonly responsible: Responsible;
  readonly by: Instant | null; // null: whenever the member wants
  /** For a decision: by how many gifts, and whether all were reported in time. */
  readonly gifts: number;
  readonly isInTime: boolean;
}

/** Somebody looks at a new case within a day. */
export const LOOK_WITHIN_MS = 24 * 60 * 60_000;
/** What a machine does by itself is done, or looked at by a person, within an hour. */
export const BY_ITSELF_MS = 60 * 60_000;
/** The desk says within a week what of the charged is given back. */
export const DECIDED_WITHIN_MS = 7 * 24 * 60 * 60_000;

export interface Facts {
  readonly record: Pick<CaseRecord, 'openedAt' | 'stoppedAt' | 'lookAt' | 'liftedAt' | 'closedAt'>;
  readonly gifts: readonly CaseGift[];
  readonly stepsDue: ReadonlySet<StepKind>;
}

/** What comes next, the most urgent first; pure. A case that is closed has nothing to come. */
export function whatComesNext({ record, gifts, stepsDue }: Facts): readonly Next[] {
  if (record.closedAt !== null) return [next('nothing', 'we', record.closedAt)];
  const machine = record.openedAt + BY_ITSELF_MS;
  const found: Next[] = [];
  if (stepsDue.has('freeze')) found.push(next('freezing', 'we', machine));
  if (stepsDue.has('unfreeze')) {
    found.push(next('releasing', 'we', (record.liftedAt ?? record.openedAt) + BY_ITSELF_MS));
  }
  const counted = Map.groupBy(gifts, ({ outcome }) => outcome);
  const under = counted.get('charge_under_way') ?? [];
  if (under.length > 0) found.push(next('charge_under_way', 'we', machine, under));
  const back = counted.get('refund_under_way') ?? [];
  if (back.length > 0) found.push(next('refund_under_way', 'we', machine, back));
  const stuck = counted.get('not_refunded') ?? [];
  if (stuck.length > 0) found.push(next('refund_not_possible', 'desk', record.lookAt, stuck));
  const charged = counted.get('charged') ?? [];
  if (charged.length > 0) {
    const by = record.openedAt + DECIDED_WITHIN_MS;
    const isInTime = charged.every((gift) => record.openedAt <= reportedUntil(gift));
    found.push({ ...next('refund_decision', 'desk', by, charged), isInTime });
  }
  found.push(next('desk_looks', 'desk', record.lookAt));
  if (record.liftedAt === null) found.push(next('unfreeze', 'member', null));
  return found;
}

function next(
  kind: NextKind,
  responsible: Responsible,
  by: Instant | null,
  gifts: readonly CaseGift[] = [],
): Next {
  return { kind, responsible, by, gifts: gifts.length, isInTime: true };
}
