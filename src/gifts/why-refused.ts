import type { TextKey } from '../kernel/locale.ts';
import type { DeclineReason } from '../payments/index.ts';

const DECLINED: Readonly<Record<DeclineReason, TextKey>> = {
  limit: 'gift.declined.limit',
  funds: 'gift.declined.funds',
  stolen: 'gift.declined.stolen',
  expired: 'gift.declined.expired',
  not_possible: 'gift.declined.not_possible',
  unreachable: 'gift.declined.unreachable',
  refused: 'gift.declined.refused',
};

const REFUSED: Readonly<Record<string, TextKey>> = {
  suspended: 'gift.why.stopped',
  conditions_not_met: 'gift.why.not_offered_now',
  not_offered: 'gift.why.not_offered_now',
  offer_ended: 'gift.why.not_offered_now',
  amount_not_offered: 'gift.why.not_offered_now',
  tender_limit_exceeded: 'gift.why.limit',
};

/** Of a gift or of a line of its history, in words that a sender can do something about. Null: there are none. */
export function whyRefused(of: {
  readonly refusal?: unknown;
  readonly declined?: unknown;
}): TextKey | null {
  const known: Readonly<Record<string, TextKey>> = DECLINED;
  if (typeof of.declined === 'string') return known[of.declined] ?? null;
  return typeof of.refusal === 'string' ? (REFUSED[of.refusal] ?? null) : null;
}
