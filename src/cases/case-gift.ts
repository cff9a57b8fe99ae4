import type { GiftState, SentGift, TakenBack } from '../gifts/index.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Unit } from '../kernel/money.ts';

/** What is known of the money of a gift. */
export type GiftMoney = 'none' | 'charging' | 'charged' | 'refunding' | 'refunded' | 'not_refunded';

/** What a gift was when everything was stopped, and what it became in that instant. */
export interface SeenGift {
  readonly stateBefore: GiftState;
  readonly stateAfter: GiftState;
  readonly isRefundWanted: boolean;
  /** Since the desk has decided that what was charged is given back: what became of its value. */
  readonly refund: 'asked' | TakenBack | null;
}

/** One gift of a case, as it is now. */
export interface CaseGift extends SeenGift {
  readonly gift: SentGift;
  readonly money: GiftMoney;
  readonly outcome: GiftOutcome;
}

/** What a member has to know of a gift in a case. */
export type GiftOutcome =
  | 'charged' // claimed and charged before anybody said a word
  | 'charge_under_way'
  | 'refund_under_way'
  | 'not_refunded'
  | 'refunded'
  | 'stopped' // nobody had its value; nothing was charged
  | 'over_before'; // cancelled, expired or refused before

export const GIFT_OUTCOMES: readonly GiftOutcome[] = [
  'charged',
  'charge_under_way',
  'refund_under_way',
  'not_refunded',
  'refunded',
  'stopped',
  'over_before',
];

export function caseGiftOf(gift: SentGift, seen: SeenGift): CaseGift {
  const money = moneyOf(gift, seen);
  return { gift, ...seen, money, outcome: outcomeOf(seen, money) };
}

/** What the payment says; a charge that was under way when it was stopped is not over before that is known. */
function moneyOf({ payment, state }: SentGift, seen: SeenGift): GiftMoney {
  switch (payment) {
    case 'refunded':
      return 'refunded';
    case 'not_refunded':
      return 'not_refunded';
    case 'taken':
      return state === 'charged' && seen.refund === null ? 'charged' : 'refunding';
    case 'prepared':
    case 'authorised':
      return seen.isRefundWanted ? 'charging' : 'none';
    case 'declined':
    case 'cancelled':
    case null:
      return 'none';
  }
}

const OVER: ReadonlySet<GiftState> = new Set<GiftState>(['cancelled', 'expired', 'refused']);

const OUTCOME_OF: Readonly<Record<Exclude<GiftMoney, 'none'>, GiftOutcome>> = {
  charging: 'charge_under_way',
  charged: 'charged',
  refunding: 'refund_under_way',
  refunded: 'refunded',
  not_refunded: 'not_refunded',
};

function outcomeOf({ stateBefore }: SeenGift, money: GiftMoney): GiftOutcome {
  const isOver = OVER.has(stateBefore);
  if (isOver && money !== 'not_refunded') return 'over_before';
  return money === 'none' ? 'stopped' : OUTCOME_OF[money];
}

/** The clock of compensation begins when the owner could know: when the charge stood in the inbox, not before. */
export const REPORTED_WITHIN_MS = 60 * 24 * 60 * 60_000;

export function reportedUntil({ gift: { chargedAt, madeAt } }: CaseGift): Instant {
  return (chargedAt ?? madeAt) + REPORTED_WITHIN_MS;
}

/** What the gifts of a case come to: each counted in exactly one place. */
export interface GiftSum {
  readonly outcome: GiftOutcome;
  readonly unit: Unit;
  readonly count: number;
  readonly amountMinor: bigint;
}

export function sumsOf(gifts: readonly CaseGift[]): readonly GiftSum[] {
  const sums = new Map<string, GiftSum>();
  for (const { outcome, gift } of gifts) {
    const { unit } = gift;
    const before = sums.get(`${outcome} ${unit}`) ?? { outcome, unit, count: 0, amountMinor: 0n };
    sums.set(`${outcome} ${unit}`, {
      ...before,
      count: before.count + 1,
      amountMinor: before.amountMinor + gift.amountMinor,
    });
  }
  return [...sums.values()].toSorted(
    (one, other) => GIFT_OUTCOMES.indexOf(one.outcome) - GIFT_OUTCOMES.indexOf(other.outcome),
  );
}
