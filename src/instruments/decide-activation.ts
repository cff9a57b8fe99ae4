import { present } from '../kernel/assert.ts';
import { judgeFunds } from './decide-funds.ts';
import type { Activate, Deactivate, Envelope } from './operation.ts';
import type { InstrumentRow } from './rows.ts';
import type { Refusal } from './refusal.ts';
import {
  accept,
  findCard,
  fundingAccount,
  isCard,
  isFaceAllowed,
  judgeSeller,
  settle,
  type Decision,
  type Turn,
  type Verdict,
} from './turn.ts';
import { addLot, lotExpiry, setState, takeLots } from './value.ts';

type ActivateTurn = Turn<Envelope & Activate>;

/** A blank card becomes value, paid for by the seller or out of the client's funds. */
export function decideActivation(turn: ActivateTurn): Decision {
  const { operation, draft, prepared, now } = turn;
  const found = findCard(turn, present(prepared.card, 'an activation names a card'));
  if (!isCard(found)) return settle(turn, found);
  const product = draft.product(found);
  const amountMinor = operation.amountMinor ?? found.faceMinor;
  const verdict = judgeActivation(turn, found, amountMinor);
  if (verdict !== null) return settle(turn, verdict, { card: found });

  // After this point it must succeed.
  const from = fundingAccount(turn, operation.funding, product, found.lane);
  found.activatedAt = now;
  found.sellerId = operation.funding.from === 'seller' ? operation.funding.sellerId : null;
  setState(draft, found, 'active', null);
  const lot = addLot(draft, found, {
    amountMinor: present(amountMinor, 'judged above'),
    class: 'paid',
    expiresAt: lotExpiry(product, now),
    from,
    sourceAccountId: from.accountId,
  });
  return accept(turn, {
    card: found,
    amountMinor: lot.loadedMinor,
    sellerId: found.sellerId,
    facts: { expiresAt: lot.expiresAt, lotId: String(lot.lotId) },
  });
}

function judgeActivation(
  turn: ActivateTurn,
  card: InstrumentRow,
  amountMinor: bigint | null,
): Verdict {
  const { operation, draft } = turn;
  const product = draft.product(card);
  if (product.kind === 'code') return 'product_not_sold_this_way';
  const seller = judgeSeller(turn, operation.funding);
  if (seller !== null) return seller;
  const state = judgeActivatable(card, product.isReactivatable);
  if (state !== null) return state;
  if (operation.unit !== null && operation.unit !== product.unit) return 'unit_differs';
  if (amountMinor === null || !isFaceAllowed(product, amountMinor)) return 'amount_not_allowed';
  if (card.faceMinor !== null && amountMinor !== card.faceMinor) return 'amount_not_allowed';
  const { balanceMaxMinor } = product.limits;
  if (balanceMaxMinor !== null && amountMinor > balanceMaxMinor) return 'balance_limit_exceeded';
  return judgeFunds(turn, operation.funding, product, { amountMinor, lane: card.lane });
}

function judgeActivatable(card: InstrumentRow, isReactivatable: boolean): Refusal | null {
  if (card.state === 'voided') return 'instrument_voided';
  if (card.state === 'active') return 'instrument_already_active';
  if (card.state === 'used') return 'instrument_used';
  if (card.state === 'expired') return 'instrument_expired';
  if (card.cause === 'deactivated' && !isReactivatable) return 'instrument_not_reactivatable';
  return card.openFreezes > 0 ? 'instrument_frozen' : null;
}

/** An unspent card becomes blank again; its value goes back to whoever paid for it (R15). */
export function decideDeactivation(turn: Turn<Envelope & Deactivate>): Decision {
  const { draft, prepared } = turn;
  const found = findCard(turn, present(prepared.card, 'a deactivation names a card'));
  if (!isCard(found)) return settle(turn, found);
  const verdict = judgeDeactivation(turn, found);
  if (verdict !== null) return settle(turn, verdict, { card: found });

  // After this point it must succeed.
  let amountMinor = 0n;
  for (const lot of draft.lotsOf(found)) {
    if (lot.remainingMinor === 0n) continue;
    amountMinor += lot.remainingMinor;
    const to = draft.houseById(found.lane, lot.sourceAccountId);
    takeLots(draft, found, [{ lot, minor: lot.remainingMinor }], to);
    lot.loadedMinor = 0n; // undone, not spent: it says nothing about the next activation
  }
  setState(draft, found, 'blank', 'deactivated');
  return accept(turn, { card: found, amountMinor, sellerId: found.sellerId });
}

function judgeDeactivation(turn: Turn, card: InstrumentRow): Refusal | null {
  const { draft } = turn;
  if (draft.product(card).kind === 'code') return 'product_not_sold_this_way';
  const usable = judgeUsableForDeactivation(card);
  if (usable !== null) return usable;
  const lots = draft.lotsOf(card).filter((lot) => lot.loadedMinor > 0n);
  if (draft.accountOf(card).heldMinor > 0n) return 'has_open_hold';
  return lots.some((lot) => lot.remainingMinor !== lot.loadedMinor) ? 'already_spent' : null;
}

function judgeUsableForDeactivation(card: InstrumentRow): Refusal | null {
  if (card.state === 'voided') return 'instrument_voided';
  if (card.state === 'blank') return 'instrument_not_active';
  if (card.state === 'used') return 'already_spent';
  if (card.state === 'expired') return 'instrument_expired';
  return card.openFreezes > 0 ? 'instrument_frozen' : null;
}
