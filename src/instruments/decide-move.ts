import { present } from '../kernel/assert.ts';
import type { TransferRow } from '../ledger/rows.ts';
import type { Envelope, Move } from './operation.ts';
import type { Refusal } from './refusal.ts';
import type { InstrumentRow, LotRow } from './rows.ts';
import {
  accept,
  findCard,
  isCard,
  judgeUsable,
  refuse,
  rememberCompanion,
  settle,
  type Decision,
  type Turn,
} from './turn.ts';
import {
  chooseLots,
  endDueHolds,
  markUsedWhenEmpty,
  spendableMinor,
  type LotShare,
} from './value.ts';

type MoveTurn = Turn<Envelope & Move>;

/**
 * Value into another card of the programme, lot by lot with class and expiry. It crosses the interlane
 * accounts of both lanes (R26), also where both cards are in one.
 */
export function decideMove(turn: MoveTurn): Decision {
  const { operation, draft, prepared, now } = turn;
  const from = findCard(turn, present(prepared.card, 'a move names a card'));
  if (!isCard(from)) return settle(turn, from);
  const to = findCard(turn, present(prepared.to, 'a move names a second card'));
  if (!isCard(to)) return settle(turn, to);
  endDueHolds(draft, from, now);
  endDueHolds(draft, to, now);
  const amountMinor = operation.amountMinor ?? spendableMinor(draft, from, now);
  const refusal = judgeMove(turn, { from, to, amountMinor });
  if (refusal !== null) return refuse(turn, refusal, { card: from });

  // After this point it must succeed.
  const shares = chooseLots(draft, from, amountMinor, now);
  const pairs = shares.map((share) => ({ share, into: openLot(turn, to, share) }));
  const left = pairs.map(({ share }) => leaveCard(turn, from, share));
  const arrived = pairs.map(({ share, into }) => enterCard(turn, to, into, share.minor));
  markUsedWhenEmpty(draft, from);
  rememberCompanion(turn, {
    lane: to.lane,
    kind: 'counterpart',
    homeKey: counterpartKey(to, turn),
    transfers: arrived,
    card: to,
    amountMinor,
  });
  return accept(turn, {
    card: from,
    amountMinor,
    facts: {
      toInstrumentId: String(to.instrumentId),
      lots: pairs.map(({ share, into }) => `${share.lot.lotId}>${into.lotId}`).join(','),
      transfers: left.length,
    },
  });
}

/** A home key that no card's name can be, one for each request. */
export function counterpartKey(card: InstrumentRow, turn: Turn): string {
  return `m:${card.instrumentId}:${turn.prepared.homeKey}`;
}

function judgeMove(
  turn: MoveTurn,
  move: { from: InstrumentRow; to: InstrumentRow; amountMinor: bigint },
): Refusal | null {
  const { operation, draft, now } = turn;
  const { from, to, amountMinor } = move;
  const product = draft.product(from);
  const target = draft.product(to);
  if (from === to) return 'same_instrument';
  const usable = judgeUsable(from) ?? judgeUsable(to);
  if (usable !== null) return usable;
  if (target.kind !== 'prepaid') return 'not_reloadable';
  if (product.programmeId !== target.programmeId) return 'unit_differs';
  if (operation.unit !== null && operation.unit !== product.unit) return 'unit_differs';
  const { balanceMaxMinor } = target.limits;
  const balance = spendableMinor(draft, to, now) + draft.accountOf(to).heldMinor;
  if (balanceMaxMinor !== null && balance + amountMinor > balanceMaxMinor) {
    return 'balance_limit_exceeded';
  }
  const there = spendableMinor(draft, from, now);
  return amountMinor === 0n || there < amountMinor ? 'insufficient_value' : null;
}

function openLot(turn: Turn, card: InstrumentRow, share: LotShare): LotRow {
  const { draft } = turn;
  const lot: LotRow = {
    lane: card.lane,
    instrumentId: card.instrumentId,
    lotId: draft.books.nextId(card.lane),
    class: share.lot.class,
    loadedMinor: share.minor,
    remainingMinor: 0n,
    heldMinor: 0n,
    expiresAt: share.lot.expiresAt,
    isFrozen: false,
    sourceAccountId: share.lot.sourceAccountId,
  };
  draft.addLot(lot);
  return lot;
}

/** Out of a lot into the lane's interlane account. */
export function leaveCard(turn: Turn, card: InstrumentRow, share: LotShare): TransferRow {
  const { draft } = turn;
  const { lot, minor } = share;
  const product = draft.product(card);
  lot.remainingMinor -= minor;
  draft.lots.change(lot);
  const interlane = draft.house(card.lane, product.issuerId, 'interlane', 0, product.unit);
  return draft.books.post(draft.accountOf(card), interlane, minor, lot.lotId);
}

/** Out of the lane's interlane account into a lot. */
export function enterCard(
  turn: Turn,
  card: InstrumentRow,
  lot: LotRow,
  minor: bigint,
): TransferRow {
  const { draft } = turn;
  const product = draft.product(card);
  lot.remainingMinor += minor;
  draft.lots.change(lot);
  const interlane = draft.house(card.lane, product.issuerId, 'interlane', 0, product.unit);
  return draft.books.post(interlane, draft.accountOf(card), minor, lot.lotId);
}
