import { present } from '../kernel/assert.ts';
import { laneOfId } from '../kernel/ids.ts';
import type { AccountRow, TransferRow } from '../ledger/index.ts';
import { redeemsBy } from './decide-redemption.ts';
import { judgePlace } from './gate.ts';
import { countUp, freeCounters, judgeLimits } from './limits.ts';
import type { Envelope, Move } from './operation.ts';
import type { Refusal } from './refusal.ts';
import type { InstrumentRow, LotRow, RequestRow } from './rows.ts';
import {
  accept,
  findCard,
  hasLane,
  isCard,
  judgeSpendable,
  judgeUsable,
  refuse,
  rememberCompanion,
  settle,
  Wants,
  type Decision,
  type Turn,
} from './turn.ts';
import { openReversalItem, type ReverseTurn } from './undo.ts';
import {
  chooseLots,
  endDueHolds,
  freezeLot,
  markUsedWhenEmpty,
  restoreLot,
  spendableMinor,
  wouldHoldTooManyLots,
  type LotShare,
} from './value.ts';

type MoveTurn = Turn<Envelope & Move>;

/**
 * Value into another card of the programme, lot by lot with class and expiry. It crosses the interlane
 * accounts of both lanes (R26), also where both cards are in one. Limits count it as a redemption of the one
 * and a load of the other. Where no other card is named a new one of the same product is made beside the first:
 * it has no number and no code, so whoever knows the old code has nothing any more.
 */
export function decideMove(turn: MoveTurn): Decision {
  const { operation, draft, prepared, now } = turn;
  const from = findCard(turn, present(prepared.card, 'a move names a card'));
  if (!isCard(from)) return settle(turn, from);
  const named = operation.to === null ? null : findCard(turn, present(prepared.to, 'it is named'));
  if (named !== null && !isCard(named)) return settle(turn, named);
  endDueHolds(draft, from, now);
  if (named !== null) endDueHolds(draft, named, now);
  const stopped = judgePlace(turn, from);
  if (stopped !== null) return refuse(turn, stopped.refusal, { card: from, facts: stopped.facts });
  const amountMinor = operation.amountMinor ?? spendableMinor(draft, from, now);
  const refusal =
    named === null
      ? judgeRenewal(turn, from, amountMinor)
      : judgeMove(turn, { from, to: named, amountMinor });
  if (refusal !== null) return refuse(turn, refusal, { card: from });

  // After this point it must succeed.
  const to = named ?? addUnnamedCard(turn, from);
  const shares = chooseLots(draft, from, amountMinor, now);
  const pairs = shares.map((share) => ({ share, into: openLot(turn, to, share) }));
  const left = pairs.map(({ share }) => leaveCard(turn, from, share));
  const arrived = pairs.map(({ share, into }) =>
    enterCard(turn, to, { lot: into, minor: share.minor }),
  );
  if (named !== null) {
    countUp(draft, from, 'redeem', { amountMinor, at: now });
    countUp(draft, to, 'load', { amountMinor, at: now });
  }
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
      ...(named === null && { isRenewed: true }),
    },
  });
}

/** The limits of a day do not count: the value stays where it is, only what opens it changes. */
function judgeRenewal(turn: MoveTurn, from: InstrumentRow, amountMinor: bigint): Refusal | null {
  const { operation, draft, now } = turn;
  const product = draft.product(from);
  if (!redeemsBy(product, operation.card)) return 'not_redeemable_this_way';
  const usable = judgeSpendable(turn, from);
  if (usable !== null) return usable;
  if (product.kind === 'prepaid') return 'not_redeemable_this_way'; // a card that is loaded again stays itself
  if (operation.unit !== null && operation.unit !== product.unit) return 'unit_differs';
  const there = spendableMinor(draft, from, now);
  return amountMinor === 0n || there < amountMinor ? 'insufficient_value' : null;
}

/** In the lane of the other, sold by whom that was. */
function addUnnamedCard(turn: MoveTurn, from: InstrumentRow): InstrumentRow {
  const { draft, now } = turn;
  const instrumentId = draft.books.nextId(from.lane);
  const card: InstrumentRow = {
    lane: from.lane,
    instrumentId,
    productId: from.productId,
    state: 'active',
    cause: null,
    number: null,
    codeLast4: null,
    codeSealed: null,
    faceMinor: null,
    sellerId: from.sellerId,
    openFreezes: 0,
    activatedAt: now,
  };
  draft.instruments.add(instrumentId, card);
  draft.books.openAccount(from.lane, instrumentId, draft.product(from).unit, 0n);
  return card;
}

/** A home key that no card's name can be, one for each request. */
function counterpartKey(card: InstrumentRow, turn: Turn): string {
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
  if (!redeemsBy(product, operation.card)) return 'not_redeemable_this_way'; // a move is a use (R20)
  if (from === to) return 'same_instrument';
  const usable = judgeSpendable(turn, from) ?? judgeUsable(to);
  if (usable !== null) return usable;
  if (target.kind !== 'prepaid') return 'not_reloadable';
  if (product.programmeId !== target.programmeId) return 'unit_differs';
  if (operation.unit !== null && operation.unit !== product.unit) return 'unit_differs';
  const { balanceMaxMinor, loadMinMinor } = target.limits;
  const there = spendableMinor(draft, from, now);
  // The rest of a card may always be moved. A part of it may not be less than a load: a thousand moves of one yen
  // would fill somebody else's card with lots.
  if (loadMinMinor !== null && amountMinor < loadMinMinor && amountMinor !== there) {
    return 'load_out_of_range';
  }
  const balance = spendableMinor(draft, to, now) + draft.accountOf(to).heldMinor;
  if (balanceMaxMinor !== null && balance + amountMinor > balanceMaxMinor) {
    return 'balance_limit_exceeded';
  }
  if (amountMinor === 0n || there < amountMinor) return 'insufficient_value';
  const lotCount = chooseLots(draft, from, amountMinor, now).length;
  if (wouldHoldTooManyLots(draft, to, lotCount)) return 'too_many_lots';
  const ask = { amountMinor, now };
  return judgeLimits(draft, from, 'redeem', ask) ?? judgeLimits(draft, to, 'load', ask);
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
function leaveCard(turn: Turn, card: InstrumentRow, share: LotShare): TransferRow {
  const { draft } = turn;
  const { lot, minor } = share;
  lot.remainingMinor -= minor;
  draft.lots.change(lot);
  return draft.books.post(draft.accountOf(card), interlaneOf(turn, card), minor, lot.lotId);
}

/** Out of the lane's interlane account into a new lot. */
function enterCard(turn: Turn, card: InstrumentRow, share: LotShare): TransferRow {
  const { draft } = turn;
  share.lot.remainingMinor += share.minor;
  draft.lots.change(share.lot);
  const interlane = interlaneOf(turn, card);
  return draft.books.post(interlane, draft.accountOf(card), share.minor, share.lot.lotId);
}

function interlaneOf(turn: Turn, card: InstrumentRow): AccountRow {
  const product = turn.draft.product(card);
  return turn.draft.house(card.lane, product.issuerId, 'interlane', 0, product.unit);
}

/** Back, lot by lot, if the other card has not touched what it got. */
export function undoMove(
  turn: ReverseTurn,
  original: RequestRow,
  card: InstrumentRow,
): Refusal | Wants | null {
  const { draft, now } = turn;
  const toId = BigInt(String(original.facts?.['toInstrumentId']));
  if (!hasLane(turn, laneOfId(toId))) return new Wants([laneOfId(toId)]);
  const other = present(draft.instruments.find(toId), 'both cards of a move are read');
  endDueHolds(draft, other, now);
  const pairs = movedLots(turn, original);
  const isThere =
    other.state === 'active' &&
    card.state !== 'voided' &&
    pairs.every(({ into }) => into.remainingMinor === into.loadedMinor && into.heldMinor === 0n);
  if (!isThere) {
    for (const { into } of pairs) freezeLot(draft, into);
    openReversalItem(turn, 'reversed_after_spending', other, original.amountMinor);
    return 'already_spent';
  }
  const shares = pairs.map(({ from, into }) => ({ from, into, minor: into.remainingMinor }));
  const left = shares.map(({ into, minor }) => {
    into.loadedMinor = 0n;
    return leaveCard(turn, other, { lot: into, minor });
  });
  const from = interlaneOf(turn, card);
  for (const share of shares) {
    restoreLot(draft, card, { lot: share.from, minor: share.minor }, { from, now });
  }
  const amountMinor = original.amountMinor ?? 0n;
  const free = { amountMinor, countedAt: original.decidedAt };
  if (original.facts?.['isRenewed'] !== true) {
    freeCounters(draft, card, 'redeem', free);
    freeCounters(draft, other, 'load', free);
  }
  original.undoneMinor = amountMinor;
  rememberCompanion(turn, {
    lane: other.lane,
    kind: 'counterpart',
    homeKey: counterpartKey(other, turn),
    transfers: left,
    card: other,
    amountMinor,
  });
  return null;
}

function movedLots(turn: ReverseTurn, original: RequestRow): { from: LotRow; into: LotRow }[] {
  const lots = String(original.facts?.['lots']);
  return lots.split(',').map((pair) => {
    const [from = '', into = ''] = pair.split('>');
    return {
      from: present(turn.draft.lots.find(BigInt(from)), 'lots are read with their card'),
      into: present(turn.draft.lots.find(BigInt(into)), 'lots are read with their card'),
    };
  });
}
