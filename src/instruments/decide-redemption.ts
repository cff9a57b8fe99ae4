import { present } from '../kernel/assert.ts';
import type { Unit } from '../kernel/money.ts';
import type { Product } from '../programmes/index.ts';
import { judgePlace } from './gate.ts';
import { countUp, leftUnderLimits } from './limits.ts';
import type { CardReference, Envelope, Operation, Redeem } from './operation.ts';
import type { Refusal } from './refusal.ts';
import { giveBackShare, unreturned } from './decide-return.ts';
import type { InstrumentRow, RequestRow } from './rows.ts';
import {
  accept,
  findCard,
  isCard,
  judgeMerchant,
  judgeSpendable,
  refuse,
  settle,
  type Decision,
  type Turn,
} from './turn.ts';
import { openReversalItem, type ReverseTurn } from './undo.ts';
import { chooseLots, endDueHolds, markUsedWhenEmpty, spendableMinor, takeLots } from './value.ts';

/** Takes value from a card for a merchant: all that is asked for, or what is there where that is allowed. */
export function decideRedemption(turn: Turn<Envelope & Redeem>): Decision {
  const { operation, draft, prepared, now } = turn;
  const merchant = judgeMerchant(turn, operation.merchantId);
  if (merchant !== null) return refuse(turn, merchant);
  const found = findCard(turn, present(prepared.card, 'a redemption names a card'));
  if (!isCard(found)) return settle(turn, found);
  endDueHolds(draft, found, now);
  const { merchantId } = operation;
  const stopped = judgePlace(turn, found);
  if (stopped !== null) {
    return refuse(turn, stopped.refusal, { card: found, merchantId, facts: stopped.facts });
  }
  const taken = judgeUse(turn, operation, found) ?? judgeTaking(turn, operation, found);
  if (typeof taken === 'string') {
    return refuse(turn, taken, { card: found, merchantId });
  }

  // After this point it must succeed.
  const product = draft.product(found);
  const to = merchantAccount(turn, merchantId, product, found.lane);
  takeLots(draft, found, chooseLots(draft, found, taken, now), to);
  countUp(draft, found, 'redeem', { amountMinor: taken, at: now });
  markUsedWhenEmpty(draft, found);
  return accept(turn, { card: found, amountMinor: taken, merchantId });
}

/** What is asked of a card before its value is: redemptions and holds alike. */
export function judgeUse(
  turn: Turn,
  use: { readonly card: CardReference; readonly unit: Unit },
  card: InstrumentRow,
): Refusal | null {
  const product = turn.draft.product(card);
  if (!redeemsBy(product, use.card)) return 'not_redeemable_this_way';
  const usable = judgeSpendable(turn, card);
  if (usable !== null) return usable;
  return use.unit === product.unit ? null : 'unit_differs';
}

/** R16: the product says what redeems. A card named by its id was found by its signed-in owner. */
export function redeemsBy(product: Product, card: CardReference): boolean {
  if (card.by === 'barcode') return false; // one that led to a card is that card's id by now
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
  const isEnough = there >= operation.amountMinor || (operation.isPartialAllowed && there > 0n);
  if (!isEnough) return 'insufficient_value';
  const wanted = there < operation.amountMinor ? there : operation.amountMinor;
  const left = leftUnderLimits(draft, card, 'redeem', now);
  return left !== null && wanted > left.minor ? left.refusal : wanted;
}

export function merchantAccount(turn: Turn, merchantId: number, product: Product, lane: number) {
  return turn.draft.house(lane, product.issuerId, 'merchant_payable', merchantId, product.unit);
}

/** Its value goes back to its lots, whatever has happened to the card since (R11). */
export function undoRedemption(
  turn: ReverseTurn,
  original: RequestRow,
  card: InstrumentRow,
): Refusal | null {
  if (original.undoneMinor > 0n) return 'already_returned'; // R10
  const amountMinor = unreturned(original);
  giveBackShare(turn, card, original, amountMinor);
  if (card.state === 'voided') openReversalItem(turn, 'reversed_to_voided', card, amountMinor);
  return null;
}
