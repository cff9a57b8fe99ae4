import { present } from '../kernel/assert.ts';
import type { Unit } from '../kernel/money.ts';
import type { Product } from '../programmes/catalogue.ts';
import { countUp, leftUnderLimits } from './limits.ts';
import type { CardReference, Envelope, Operation, Redeem } from './operation.ts';
import type { Refusal } from './refusal.ts';
import type { InstrumentRow } from './rows.ts';
import {
  accept,
  findCard,
  isCard,
  judgeMerchant,
  judgeUsable,
  refuse,
  settle,
  type Decision,
  type Turn,
} from './turn.ts';
import { chooseLots, endDueHolds, markUsedWhenEmpty, spendableMinor, takeLots } from './value.ts';

/** Takes value from a card for a merchant: all that is asked for, or what is there where that is allowed. */
export function decideRedemption(turn: Turn<Envelope & Redeem>): Decision {
  const { operation, draft, prepared, now } = turn;
  const found = findCard(turn, present(prepared.card, 'a redemption names a card'));
  if (!isCard(found)) return settle(turn, found);
  endDueHolds(draft, found, now);
  const refusal = judgeUse(turn, operation, found);
  if (refusal !== null)
    return refuse(turn, refusal, { card: found, merchantId: operation.merchantId });
  const taken = judgeTaking(turn, operation, found);
  if (typeof taken === 'string') {
    return refuse(turn, taken, { card: found, merchantId: operation.merchantId });
  }

  // After this point it must succeed.
  const product = draft.product(found);
  const to = merchantAccount(turn, operation.merchantId, product, found.lane);
  takeLots(draft, found, chooseLots(draft, found, taken, now), to);
  countUp(draft, found, 'redeem', { amountMinor: taken, now });
  markUsedWhenEmpty(draft, found);
  return accept(turn, { card: found, amountMinor: taken, merchantId: operation.merchantId });
}

/** What is asked of a card before its value is: redemptions and holds alike. */
export function judgeUse(
  turn: Turn,
  use: { readonly card: CardReference; readonly unit: Unit; readonly merchantId: number },
  card: InstrumentRow,
): Refusal | null {
  const merchant = judgeMerchant(turn, use.merchantId);
  if (merchant !== null) return merchant;
  const product = turn.draft.product(card);
  if (!redeemsBy(product, use.card)) return 'not_redeemable_this_way';
  const usable = judgeUsable(card);
  if (usable !== null) return usable;
  return use.unit === product.unit ? null : 'unit_differs';
}

/** R16: the product says what redeems. A card named by its id was found by its signed-in owner. */
function redeemsBy(product: Product, card: CardReference): boolean {
  return product.redeemsBy.includes(card.by === 'instrument' ? 'member' : card.by);
}

/** How much may be taken: the amount, or less where a part is welcome. */
function judgeTaking(
  turn: Turn,
  operation: Operation & Redeem,
  card: InstrumentRow,
): bigint | Refusal {
  const { draft, now } = turn;
  const there = spendableMinor(draft, card, now);
  if (there === 0n) return emptyRefusal(turn, card);
  if (there < operation.amountMinor && !operation.isPartialAllowed) return 'insufficient_value';
  const wanted = there < operation.amountMinor ? there : operation.amountMinor;
  const left = leftUnderLimits(draft, card, 'redeem', now);
  return left !== null && wanted > left.minor ? left.refusal : wanted;
}

/** Nothing to spend: because its days are over, or because it is spent. */
export function emptyRefusal(turn: Turn, card: InstrumentRow): Refusal {
  const { draft, now } = turn;
  const hasExpired = draft
    .lotsOf(card)
    .some((lot) => lot.remainingMinor > 0n && lot.expiresAt !== null && lot.expiresAt <= now);
  return hasExpired ? 'instrument_expired' : 'insufficient_value';
}

export function merchantAccount(turn: Turn, merchantId: number, product: Product, lane: number) {
  return turn.draft.house(lane, product.issuerId, 'merchant_payable', merchantId, product.unit);
}
