import { present } from '../kernel/assert.ts';
import { judgeFunds } from './decide-funds.ts';
import { countUp, judgeLimits } from './limits.ts';
import type { Envelope, Load } from './operation.ts';
import type { InstrumentRow } from './rows.ts';
import {
  accept,
  findCard,
  fundingAccount,
  isCard,
  judgeSeller,
  judgeUsable,
  settle,
  type Decision,
  type Turn,
  type Verdict,
} from './turn.ts';
import { addLot, endDueHolds, lotExpiry, spendableMinor } from './value.ts';

type LoadTurn = Turn<Envelope & Load>;

/** Puts more value on a reloadable card, as a lot of its own. */
export function decideLoad(turn: LoadTurn): Decision {
  const { operation, draft, prepared, now } = turn;
  const found = findCard(turn, present(prepared.card, 'a load names a card'));
  if (!isCard(found)) return settle(turn, found);
  endDueHolds(draft, found, now);
  const verdict = judgeLoad(turn, found);
  if (verdict !== null) return settle(turn, verdict, { card: found });

  // After this point it must succeed.
  const product = draft.product(found);
  const from = fundingAccount(turn, operation.funding, product, found.lane);
  const lot = addLot(draft, found, {
    amountMinor: operation.amountMinor,
    class: operation.lotClass,
    expiresAt: lotExpiry(product, now),
    from,
    sourceAccountId: from.accountId,
  });
  countUp(draft, found, 'load', { amountMinor: operation.amountMinor, now });
  return accept(turn, {
    card: found,
    amountMinor: operation.amountMinor,
    sellerId: operation.funding.from === 'seller' ? operation.funding.sellerId : null,
    facts: { expiresAt: lot.expiresAt, lotId: String(lot.lotId) },
  });
}

function judgeLoad(turn: LoadTurn, card: InstrumentRow): Verdict {
  const { operation, draft, now } = turn;
  const product = draft.product(card);
  const { limits } = product;
  const { amountMinor } = operation;
  const seller = judgeSeller(turn, operation.funding);
  if (seller !== null) return seller;
  const usable = judgeUsable(card);
  if (usable !== null) return usable;
  if (product.kind !== 'prepaid') return 'not_reloadable';
  if (operation.unit !== product.unit) return 'unit_differs';
  if (limits.loadMinMinor !== null && amountMinor < limits.loadMinMinor) return 'load_out_of_range';
  if (limits.loadMaxMinor !== null && amountMinor > limits.loadMaxMinor) return 'load_out_of_range';
  const balance = spendableMinor(draft, card, now) + draft.accountOf(card).heldMinor;
  if (limits.balanceMaxMinor !== null && balance + amountMinor > limits.balanceMaxMinor) {
    return 'balance_limit_exceeded';
  }
  const counted = judgeLimits(draft, card, 'load', { amountMinor, now });
  if (counted !== null) return counted;
  return judgeFunds(turn, operation.funding, product, { amountMinor, lane: card.lane });
}
