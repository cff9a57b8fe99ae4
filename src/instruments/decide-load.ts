import { present } from '../kernel/assert.ts';
import { sellerOf, spendOfRequest } from './contract-limits.ts';
import { judgeFunds } from './decide-funds.ts';
import { judgeOrdered, judgeParties, judgeSale, judgeSoldAmount } from './gate.ts';
import { countUp, freeCounters, judgeLimits } from './limits.ts';
import type { Envelope, Load } from './operation.ts';
import type { Refusal } from './refusal.ts';
import type { InstrumentRow, LotRow, RequestRow } from './rows.ts';
import {
  countSpend,
  freeSpend,
  judgeContractLimit,
  judgeContractNamed,
  wantedForSpends,
} from './spend.ts';
import {
  accept,
  findCard,
  fundingAccount,
  isCard,
  judgeUsable,
  refuse,
  settle,
  type Decision,
  type Turn,
  type Verdict,
  type Wants,
} from './turn.ts';
import { openReversalItem, type ReverseTurn } from './undo.ts';
import {
  addLot,
  endDueHolds,
  freezeLot,
  lotExpiry,
  setState,
  spendableMinor,
  takeLots,
  wouldHoldTooManyLots,
} from './value.ts';

type LoadTurn = Turn<Envelope & Load>;

/** Puts more value on a reloadable card, as a lot of its own. */
export function decideLoad(turn: LoadTurn): Decision {
  const { operation, draft, prepared, now } = turn;
  const missing = judgeParties(turn) ?? judgeContractNamed(turn);
  if (missing !== null) return refuse(turn, missing);
  const found = findCard(turn, present(prepared.card, 'a load names a card'));
  if (!isCard(found)) return settle(turn, found);
  const differs = judgeOrdered(turn, found);
  if (differs !== null) return refuse(turn, differs, { card: found });
  const product = draft.product(found);
  const stopped = judgeSale(turn, product, found);
  if (stopped !== null) return refuse(turn, stopped.refusal, { card: found, facts: stopped.facts });
  endDueHolds(draft, found, now);
  const verdict = judgeLoad(turn, found);
  if (verdict !== null) return settle(turn, verdict, { card: found });

  // After this point it must succeed.
  const from = fundingAccount(turn, operation.funding, product, found.lane);
  const lot = addLot(draft, found, {
    amountMinor: operation.amountMinor,
    class: operation.lotClass,
    expiresAt: lotExpiry(product, now),
    from,
    sourceAccountId: from.accountId,
  });
  countUp(draft, found, 'load', { amountMinor: operation.amountMinor, at: now });
  const spent = countSpend(turn, operation.amountMinor);
  return accept(turn, {
    card: found,
    amountMinor: operation.amountMinor,
    sellerId: sellerOf(operation),
    facts: { expiresAt: lot.expiresAt, lotId: String(lot.lotId), ...spent },
  });
}

function judgeLoad(turn: LoadTurn, card: InstrumentRow): Verdict {
  const { operation, draft, now } = turn;
  const product = draft.product(card);
  const { limits } = product;
  const { amountMinor } = operation;
  const usable = judgeUsable(card);
  if (usable !== null) return usable;
  if (product.kind !== 'prepaid') return 'not_reloadable';
  if (operation.unit !== product.unit) return 'unit_differs';
  const offered = judgeSoldAmount(turn, product, amountMinor);
  if (offered !== null) return offered;
  if (limits.loadMinMinor !== null && amountMinor < limits.loadMinMinor) return 'load_out_of_range';
  if (limits.loadMaxMinor !== null && amountMinor > limits.loadMaxMinor) return 'load_out_of_range';
  const balance = spendableMinor(draft, card, now) + draft.accountOf(card).heldMinor;
  if (limits.balanceMaxMinor !== null && balance + amountMinor > limits.balanceMaxMinor) {
    return 'balance_limit_exceeded';
  }
  if (wouldHoldTooManyLots(draft, card, 1)) return 'too_many_lots';
  const counted = judgeLimits(draft, card, 'load', { amountMinor, now });
  if (counted !== null) return counted;
  const limited = judgeContractLimit(turn, product, amountMinor);
  if (limited !== null) return limited;
  return judgeFunds(turn, operation.funding, product, { amountMinor, lane: card.lane });
}

/** An issue, activation or load: only while its lot is untouched; else a person is asked and the rest waits (R12). */
export function undoLoad(
  turn: ReverseTurn,
  original: RequestRow,
  card: InstrumentRow,
): Refusal | Wants | null {
  const { draft } = turn;
  const spend = spendOfRequest(original);
  const wanted = spend === null ? null : wantedForSpends(turn, [spend]);
  if (wanted !== null) return wanted;
  const lot = present(findLotOf(turn, original), 'a load remembers its lot');
  if (lot.loadedMinor === 0n) return 'already_returned'; // by a deactivation
  if (lot.remainingMinor !== lot.loadedMinor || lot.heldMinor > 0n) {
    freezeLot(draft, lot);
    openReversalItem(turn, 'reversed_after_spending', card, original.amountMinor);
    return 'already_spent';
  }
  const minor = lot.remainingMinor;
  takeLots(draft, card, [{ lot, minor }], draft.houseById(card.lane, lot.sourceAccountId));
  lot.loadedMinor = 0n;
  original.undoneMinor = minor;
  if (spend !== null) freeSpend(draft, spend, minor);
  if (original.kind === 'load') {
    freeCounters(draft, card, 'load', { amountMinor: minor, countedAt: original.decidedAt });
  } else if (draft.accountOf(card).postedMinor === 0n) {
    setState(draft, card, original.kind === 'issue' ? 'voided' : 'blank', 'reversed');
  }
  return null;
}

function findLotOf(turn: ReverseTurn, original: RequestRow): LotRow | undefined {
  const lotId = original.facts?.['lotId'];
  return typeof lotId === 'string' ? turn.draft.lots.find(BigInt(lotId)) : undefined;
}
