import { present } from '../kernel/assert.ts';
import { freedOf, freedText, sellerOf, type Freed } from './contract-limits.ts';
import { judgeFunds, judgeHouse } from './decide-funds.ts';
import { judgeOrdered, judgeParties, judgeSale, judgeSoldAmount } from './gate.ts';
import type { Activate, Deactivate, Envelope } from './operation.ts';
import type { Refusal } from './refusal.ts';
import type { InstrumentRow, LotRow, RequestRow } from './rows.ts';
import {
  countAgain,
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
  isFaceAllowed,
  refuse,
  settle,
  type Decision,
  type Turn,
  type Verdict,
  type Wants,
} from './turn.ts';
import type { ReverseTurn } from './undo.ts';
import {
  addLot,
  endDueHolds,
  isPastExpiry,
  lotExpiry,
  restoreLot,
  setState,
  takeLots,
} from './value.ts';

type ActivateTurn = Turn<Envelope & Activate>;
type DeactivateTurn = Turn<Envelope & Deactivate>;

/** A blank card becomes value, paid for by the seller or out of the client's funds. */
export function decideActivation(turn: ActivateTurn): Decision {
  const { operation, draft, prepared, now } = turn;
  const missing = judgeParties(turn) ?? judgeContractNamed(turn);
  if (missing !== null) return refuse(turn, missing);
  const found = findCard(turn, present(prepared.card, 'an activation names a card'));
  if (!isCard(found)) return settle(turn, found);
  const differs = judgeOrdered(turn, found);
  if (differs !== null) return refuse(turn, differs, { card: found });
  const product = draft.product(found);
  const stopped = judgeSale(turn, product);
  if (stopped !== null) return refuse(turn, stopped.refusal, { card: found, facts: stopped.facts });
  const amountMinor = operation.amountMinor ?? found.faceMinor;
  const verdict = judgeActivation(turn, found, amountMinor);
  if (verdict !== null) return settle(turn, verdict, { card: found });

  // After this point it must succeed.
  const from = fundingAccount(turn, operation.funding, product, found.lane);
  found.activatedAt = now;
  found.sellerId = sellerOf(operation);
  setState(draft, found, 'active', null);
  const lot = addLot(draft, found, {
    amountMinor: present(amountMinor, 'judged above'),
    class: 'paid',
    expiresAt: lotExpiry(product, now),
    from,
    sourceAccountId: from.accountId,
  });
  const spent = countSpend(turn, lot.loadedMinor);
  return accept(turn, {
    card: found,
    amountMinor: lot.loadedMinor,
    sellerId: found.sellerId,
    facts: { expiresAt: lot.expiresAt, lotId: String(lot.lotId), ...spent },
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
  const state = judgeActivatable(card, product.isReactivatable);
  if (state !== null) return state;
  if (operation.unit !== null && operation.unit !== product.unit) return 'unit_differs';
  if (amountMinor === null || !isFaceAllowed(product, amountMinor)) return 'amount_not_allowed';
  if (card.faceMinor !== null && amountMinor !== card.faceMinor) return 'amount_not_allowed';
  const offered = judgeSoldAmount(turn, product, amountMinor);
  if (offered !== null) return offered;
  const { balanceMaxMinor } = product.limits;
  if (balanceMaxMinor !== null && amountMinor > balanceMaxMinor) return 'balance_limit_exceeded';
  const limited = judgeContractLimit(turn, product, amountMinor);
  if (limited !== null) return limited;
  return judgeFunds(turn, operation.funding, product, { amountMinor, lane: card.lane });
}

function judgeActivatable(card: InstrumentRow, isReactivatable: boolean): Refusal | null {
  if (card.state === 'voided') return 'instrument_voided';
  if (card.state === 'active') return 'instrument_already_active';
  if (card.cause === 'deactivated' && !isReactivatable) return 'instrument_not_reactivatable';
  if (card.state === 'used') return 'instrument_used';
  if (card.state === 'expired') return 'instrument_expired';
  return card.openFreezes > 0 ? 'instrument_frozen' : null;
}

/** An unspent card becomes blank again; its value goes back to whoever paid for it (R15). */
export function decideDeactivation(turn: DeactivateTurn): Decision {
  const { draft, prepared, now } = turn;
  const found = findCard(turn, present(prepared.card, 'a deactivation names a card'));
  if (!isCard(found)) return settle(turn, found);
  endDueHolds(draft, found, now);
  const verdict = judgeDeactivation(turn, found);
  if (verdict !== null) return settle(turn, verdict, { card: found });
  const freed = freedBy(turn, found);
  const wanted = wantedForSpends(
    turn,
    freed.map(({ spend }) => spend),
  );
  if (wanted !== null) return wanted;

  // After this point it must succeed.
  let amountMinor = 0n;
  for (const lot of draft.lotsOf(found)) {
    if (lot.remainingMinor === 0n) continue;
    amountMinor += lot.remainingMinor;
    const to = draft.houseById(found.lane, lot.sourceAccountId);
    takeLots(draft, found, [{ lot, minor: lot.remainingMinor }], to);
    lot.loadedMinor = 0n; // undone, not spent: it says nothing about the next activation
  }
  for (const { spend, amountMinor: minor } of freed) freeSpend(draft, spend, minor);
  setState(draft, found, 'blank', 'deactivated');
  const facts = freed.length === 0 ? {} : { facts: { freed: freedText(freed) } };
  return accept(turn, { card: found, amountMinor, sellerId: found.sellerId, ...facts });
}

/** What the sales of its lots have counted against contracts: it was not bought after all (R21). */
function freedBy({ draft }: DeactivateTurn, card: InstrumentRow): Freed[] {
  return draft.lotsOf(card).flatMap((lot) => {
    const spend = lot.remainingMinor === 0n ? undefined : draft.spendOfLot(lot.lotId);
    return spend === undefined ? [] : [{ spend, amountMinor: lot.remainingMinor }];
  });
}

/** Nobody takes back what another has sold: its buyer would lose it, and the other its claim (R17). */
function isSoldBy(turn: DeactivateTurn, lot: LotRow): boolean {
  const { soldBy } = turn.operation;
  if (soldBy === undefined) return true;
  const source = turn.draft.houses.findById(lot.sourceAccountId);
  return soldBy.from === 'seller'
    ? source?.kind === 'seller_receivable' && source.partyId === soldBy.sellerId
    : source?.kind === 'partner_funds' && source.partyId === soldBy.clientId;
}

function judgeDeactivation(turn: DeactivateTurn, card: InstrumentRow): Refusal | null {
  const { draft, now } = turn;
  const lots = draft.lotsOf(card).filter((lot) => lot.loadedMinor > 0n);
  const isPast = lots.some((lot) => lot.remainingMinor > 0n && isPastExpiry(lot, now));
  const isOwn = lots.every((lot) => isSoldBy(turn, lot));
  if (draft.product(card).kind === 'code' || !isOwn) return 'product_not_sold_this_way';
  if (card.state === 'voided') return 'instrument_voided';
  if (card.state === 'blank') return 'instrument_not_active';
  if (card.state === 'expired' || isPast) return 'instrument_expired';
  if (card.openFreezes > 0) return 'instrument_frozen';
  if (lots.some((lot) => lot.remainingMinor !== lot.loadedMinor)) return 'already_spent';
  return draft.accountOf(card).heldMinor > 0n ? 'has_open_hold' : null;
}

/** A deactivation: the card is active again with the value it had, if nobody has sold it anew. */
export function undoDeactivation(
  turn: ReverseTurn,
  original: RequestRow,
  card: InstrumentRow,
): Refusal | Wants | null {
  const { draft, now } = turn;
  const freed = freedOf(original);
  const wanted = wantedForSpends(
    turn,
    freed.map(({ spend }) => spend),
  );
  if (wanted !== null) return wanted;
  if (card.state === 'voided') return 'instrument_voided';
  const taken = draft.transfersOf(original);
  const tookAt = original.firstTransferId; // in the count that lots are numbered by
  const isLatest = tookAt === null || draft.lotsOf(card).every((lot) => lot.lotId < tookAt);
  if (card.state === 'blank' && (card.cause !== 'deactivated' || !isLatest)) {
    return 'instrument_not_active';
  }
  if (card.state !== 'blank') return 'instrument_already_active';
  const paid = new Map<bigint, bigint>();
  for (const { creditAccountId, amountMinor } of taken) {
    paid.set(creditAccountId, (paid.get(creditAccountId) ?? 0n) + amountMinor);
  }
  for (const [accountId, amountMinor] of paid) {
    const verdict = judgeHouse(turn, accountId, { amountMinor, lane: card.lane });
    if (verdict !== null) return verdict;
  }

  // After this point it must succeed.
  for (const { lotId, amountMinor, creditAccountId } of taken) {
    const lot = draft.lots.find(present(lotId, 'a deactivation takes lots'));
    const share = { lot: present(lot, 'lots are read with the card'), minor: amountMinor };
    share.lot.loadedMinor += amountMinor;
    const from = draft.houseById(card.lane, creditAccountId);
    restoreLot(draft, card, share, { from, now });
  }
  for (const { spend, amountMinor } of freed) countAgain(draft, spend, amountMinor);
  original.undoneMinor = original.amountMinor ?? 0n;
  setState(draft, card, 'active', null);
  return null;
}
