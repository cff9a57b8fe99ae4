import { present } from '../kernel/assert.ts';
import { laneOfId } from '../kernel/ids.ts';
import { judgeHouse } from './decide-funds.ts';
import { counterpartKey, enterCard, leaveCard } from './decide-move.ts';
import { unreturned, giveBackShare } from './decide-return.ts';
import { countUp, freeCounters } from './limits.ts';
import type { Envelope, Reverse } from './operation.ts';
import type { Refusal } from './refusal.ts';
import type { InstrumentRow, LotRow, RequestRow } from './rows.ts';
import { accept, refuse, rememberCompanion, Wants, type Decision, type Turn } from './turn.ts';
import { endDueHolds, endHold, markUsedWhenEmpty, setState, takeLots } from './value.ts';

type ReverseTurn = Turn<Envelope & Reverse>;

/** What the reversal of each kind of request does; a kind that is not here cannot be reversed (R13). */
const UNDO: Readonly<Partial<Record<RequestRow['kind'], Undo>>> = {
  redeem: undoTaking,
  capture: undoTaking,
  return: undoReturn,
  issue: undoLoad,
  activate: undoLoad,
  load: undoLoad,
  deactivate: undoDeactivation,
  hold: undoHold,
  release: undoRelease,
  move: undoMove,
};

/** Undoes an original, or says why not. Null: done. `Wants`: it needs another lane first. */
type Undo = (
  turn: ReverseTurn,
  original: RequestRow,
  card: InstrumentRow,
) => Refusal | Wants | null;

/**
 * Before, after or without its original, once or many times: the value ends where it was, exactly once
 * (R9 to R13).
 */
export function decideReversal(turn: ReverseTurn): Decision {
  const { operation, draft, prepared, now } = turn;
  const original = draft.findRequest(
    prepared.homeLane,
    operation.clientId,
    operation.originalRequestId,
    prepared.homeKey,
  );
  if (original === undefined) return reverseUnseen(turn);
  const card = cardOf(turn, original);
  if (card instanceof Wants) return card;
  if (original.outcome === 'reversed_unseen') return acceptReversal(turn, original, false);
  // A refused original stays refused with its own refusal: there is nothing to undo.
  if (original.outcome !== 'accepted' || original.isReversed)
    return acceptReversal(turn, original, true);
  const undo = UNDO[original.kind];
  if (undo === undefined || card === null) return refuse(turn, 'not_reversible');
  endDueHolds(draft, card, now);
  const refusal = undo(turn, original, card);
  if (refusal instanceof Wants) return refusal;
  if (refusal !== null) return refuse(turn, refusal, { card });
  original.isReversed = true;
  draft.requests.change(original);
  return acceptReversal(turn, original, true, card);
}

/** The card of the original; in another lane when a signpost stands between. */
function cardOf(turn: ReverseTurn, original: RequestRow): InstrumentRow | Wants | null {
  if (original.instrumentId === null) return null;
  const lane = laneOfId(original.instrumentId);
  if (!turn.draft.books.hasTurn(lane)) return new Wants([lane]);
  return present(
    turn.draft.instruments.find(original.instrumentId),
    'a card is read with its request',
  );
}

function acceptReversal(
  turn: ReverseTurn,
  original: RequestRow,
  isOriginalKnown: boolean,
  card?: InstrumentRow,
): Decision {
  const { instrumentId } = original;
  const shown =
    card ?? (instrumentId === null ? undefined : turn.draft.instruments.find(instrumentId));
  return accept(turn, {
    ...(shown === undefined ? {} : { card: shown }),
    ...(original.amountMinor === null ? {} : { amountMinor: original.amountMinor }),
    sellerId: original.sellerId,
    merchantId: original.merchantId,
    facts: { isOriginalKnown, of: original.kind },
  });
}

/**
 * The original was not seen. Before that is remembered, the other lanes were asked: found under another
 * card, the till has read the number wrongly and must not believe that it reversed (R9).
 */
function reverseUnseen(turn: ReverseTurn): Decision {
  const { operation, draft, prepared, now } = turn;
  const elsewhere = draft
    .elsewhereOf(operation.clientId, operation.originalRequestId)
    .filter((request) => request.homeKey !== prepared.homeKey);
  if (elsewhere.length > 0) {
    addItem(turn, 'reversal_names_other_card', null, null);
    return refuse(turn, 'card_differs');
  }
  draft.addRequest(
    {
      lane: prepared.homeLane,
      clientId: operation.clientId,
      requestId: operation.originalRequestId,
      homeKey: prepared.homeKey,
      sequence: draft.books.nextId(prepared.homeLane),
      kind: 'reverse',
      content: prepared.content,
      arrivedAt: operation.arrivedAt,
      decidedAt: now,
      outcome: 'reversed_unseen',
      instrumentId: null,
      productId: null,
      sellerId: null,
      merchantId: null,
      holdId: null,
      amountMinor: null,
      balanceMinor: null,
      state: null,
      firstTransferId: null,
      transferCount: 0,
      undoneMinor: 0n,
      isReversed: true,
      facts: null,
    },
    [],
  );
  return accept(turn, { facts: { isOriginalKnown: false } });
}

function addItem(
  turn: ReverseTurn,
  cause: string,
  card: InstrumentRow | null,
  amountMinor: bigint | null,
): void {
  turn.draft.addItem({
    lane: turn.prepared.homeLane,
    cause,
    clientId: turn.operation.clientId,
    requestId: turn.operation.originalRequestId,
    instrumentId: card?.instrumentId ?? null,
    amountMinor,
    openedAt: turn.now,
  });
}

/** A redemption or capture: its value goes back to its lots, whatever has happened to the card since (R11). */
function undoTaking(turn: ReverseTurn, original: RequestRow, card: InstrumentRow): Refusal | null {
  if (original.undoneMinor > 0n) return 'already_returned'; // R10
  const amountMinor = unreturned(original);
  giveBackShare(turn, card, original, amountMinor);
  if (card.state === 'voided') addItem(turn, 'reversed_to_voided', card, amountMinor);
  return null;
}

/** A return: what it gave back is taken again from the same lots, if it is still there. */
function undoReturn(
  turn: ReverseTurn,
  original: RequestRow,
  card: InstrumentRow,
): Refusal | Wants | null {
  const { draft, now } = turn;
  const given = draft.transfersOf(original);
  const redemptions: { row: RequestRow; minor: bigint }[] = [];
  for (const of of redemptionsNamed(original)) {
    if (!draft.books.hasTurn(of.lane)) return new Wants([of.lane]);
    const row = draft.findRequest(of.lane, of.clientId, of.requestId, of.homeKey);
    redemptions.push({
      row: present(row, 'a return names the redemptions it gave back to'),
      minor: of.minor,
    });
  }
  const shares = given.map((transfer) => ({
    lot: transfer.lotId === null ? undefined : draft.lots.find(transfer.lotId),
    minor: transfer.amountMinor,
    merchant: transfer.debitAccountId,
  }));
  const wanted = new Map<LotRow, bigint>();
  for (const { lot, minor } of shares)
    if (lot !== undefined) wanted.set(lot, (wanted.get(lot) ?? 0n) + minor);
  const isThere =
    card.state === 'active' &&
    shares.every(({ lot }) => lot !== undefined) &&
    [...wanted].every(([lot, minor]) => lot.remainingMinor - lot.heldMinor >= minor);
  if (!isThere) {
    addItem(turn, 'reversed_after_spending', card, original.amountMinor);
    return 'already_spent';
  }
  for (const { lot, minor, merchant } of shares) {
    const to = draft.houseById(card.lane, merchant);
    takeLots(draft, card, [{ lot: present(lot, 'judged above'), minor }], to);
  }
  for (const { row, minor } of redemptions) {
    row.undoneMinor -= minor;
    draft.requests.change(row);
  }
  countUp(draft, card, 'redeem', { amountMinor: original.amountMinor ?? 0n, now });
  markUsedWhenEmpty(draft, card);
  return null;
}

export interface RedemptionNamed {
  readonly clientId: number;
  readonly lane: number;
  readonly minor: bigint;
  readonly homeKey: string;
  readonly requestId: string;
}

/** The redemptions that a return gave back to, as it remembered them. */
export function redemptionsNamed(original: RequestRow): RedemptionNamed[] {
  const of = original.facts?.['of'];
  if (original.kind !== 'return' || typeof of !== 'string') return [];
  const rows = JSON.parse(of) as [number, number, string, string, string][];
  return rows.map(([clientId, lane, minor, homeKey, requestId]) => ({
    clientId,
    lane,
    minor: BigInt(minor),
    homeKey,
    requestId,
  }));
}

/** An issue, activation or load: only while its lot is untouched; else a person is asked and the rest waits (R12). */
function undoLoad(turn: ReverseTurn, original: RequestRow, card: InstrumentRow): Refusal | null {
  const { draft, now } = turn;
  const lot = present(findLotOf(turn, original), 'a load remembers its lot');
  const isUntouched =
    lot.remainingMinor === lot.loadedMinor && lot.loadedMinor > 0n && lot.heldMinor === 0n;
  if (!isUntouched) {
    lot.isFrozen = true;
    draft.lots.change(lot);
    addItem(turn, 'reversed_after_spending', card, original.amountMinor);
    return 'already_spent';
  }
  const minor = lot.remainingMinor;
  takeLots(draft, card, [{ lot, minor }], draft.houseById(card.lane, lot.sourceAccountId));
  lot.loadedMinor = 0n;
  original.undoneMinor = minor;
  if (original.kind === 'load') {
    freeCounters(draft, card, 'load', { amountMinor: minor, countedAt: original.decidedAt, now });
  } else if (draft.accountOf(card).postedMinor === 0n) {
    setState(draft, card, original.kind === 'issue' ? 'voided' : 'blank', 'reversed');
  }
  return null;
}

function findLotOf(turn: ReverseTurn, original: RequestRow): LotRow | undefined {
  const lotId = original.facts?.['lotId'];
  return typeof lotId === 'string' ? turn.draft.lots.find(BigInt(lotId)) : undefined;
}

/** A deactivation: the card is active again with the value it had. */
function undoDeactivation(
  turn: ReverseTurn,
  original: RequestRow,
  card: InstrumentRow,
): Refusal | Wants | null {
  const { draft } = turn;
  if (card.state !== 'blank')
    return card.state === 'active' ? 'instrument_already_active' : 'instrument_voided';
  if (card.cause !== 'deactivated') return 'instrument_not_active';
  const taken = draft.transfersOf(original);
  const paid = new Map<bigint, bigint>();
  for (const { creditAccountId, amountMinor } of taken) {
    paid.set(creditAccountId, (paid.get(creditAccountId) ?? 0n) + amountMinor);
  }
  for (const [accountId, amountMinor] of paid) {
    const verdict = judgeHouse(turn, accountId, { amountMinor, lane: card.lane });
    if (verdict !== null) return verdict;
  }
  for (const transfer of taken) {
    const lot = present(
      draft.lots.find(present(transfer.lotId, 'it took lots')),
      'lots are read with the card',
    );
    const from = draft.houseById(card.lane, transfer.creditAccountId);
    lot.remainingMinor += transfer.amountMinor;
    lot.loadedMinor += transfer.amountMinor;
    draft.lots.change(lot);
    draft.books.post(from, draft.accountOf(card), transfer.amountMinor, lot.lotId);
  }
  original.undoneMinor = original.amountMinor ?? 0n;
  setState(draft, card, 'active', null);
  return null;
}

/** A hold: released. What was captured of it has its own reversal. */
function undoHold(turn: ReverseTurn, original: RequestRow, card: InstrumentRow): Refusal | null {
  const { draft, now } = turn;
  const hold = present(
    draft.holds.find(present(original.holdId, 'a hold has an id')),
    'read with its request',
  );
  if (hold.capturedMinor > 0n) return 'already_captured';
  if (hold.state === 'open') endHold(draft, card, hold, 'released', now);
  return null;
}

/** A release cannot be taken back: the value may be promised to another by now. */
function undoRelease(): Refusal {
  return 'not_reversible';
}

/** A move: back, lot by lot, if the other card has not touched what it got. */
function undoMove(
  turn: ReverseTurn,
  original: RequestRow,
  card: InstrumentRow,
): Refusal | Wants | null {
  const { draft } = turn;
  const toId = BigInt(String(original.facts?.['toInstrumentId']));
  const lane = laneOfId(toId);
  if (!draft.books.hasTurn(lane)) return new Wants([lane]);
  const other = present(draft.instruments.find(toId), 'both cards of a move are read');
  const pairs = movedLots(turn, original);
  const isThere =
    other.state === 'active' &&
    card.state !== 'voided' &&
    pairs.every(({ into }) => into.remainingMinor === into.loadedMinor && into.heldMinor === 0n);
  if (!isThere) {
    for (const { into } of pairs) {
      into.isFrozen = true;
      draft.lots.change(into);
    }
    addItem(turn, 'reversed_after_spending', other, original.amountMinor);
    return 'already_spent';
  }
  const minors = pairs.map(({ into }) => into.remainingMinor);
  const left = pairs.map(({ into }, index) => {
    const minor = minors[index] ?? 0n;
    into.loadedMinor -= minor;
    return leaveCard(turn, other, { lot: into, minor });
  });
  pairs.forEach(({ from }, index) => enterCard(turn, card, from, minors[index] ?? 0n));
  if (card.state === 'used') setState(draft, card, 'active', null);
  original.undoneMinor = original.amountMinor ?? 0n;
  rememberCompanion(turn, {
    lane: other.lane,
    kind: 'counterpart',
    homeKey: counterpartKey(other, turn),
    transfers: left,
    card: other,
    amountMinor: original.amountMinor ?? 0n,
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
