import { present } from '../kernel/assert.ts';
import { laneOfId } from '../kernel/ids.ts';
import { undoDeactivation } from './decide-activation.ts';
import { undoCapture, undoHold } from './decide-hold.ts';
import { undoLoad } from './decide-load.ts';
import { undoMove } from './decide-move.ts';
import { undoRedemption } from './decide-redemption.ts';
import { undoReturn } from './decide-return.ts';
import type { InstrumentRow, RequestRow } from './rows.ts';
import { accept, hasLane, refuse, Wants, type Decision } from './turn.ts';
import { openReversalItem, type ReverseTurn, type Undo } from './undo.ts';
import { endDueHolds } from './value.ts';

/**
 * What the reversal of each kind of request does; a kind that is not here cannot be reversed (R13). Nor can
 * a release: the value may be promised to another by now.
 */
const UNDO: Readonly<Partial<Record<RequestRow['kind'], Undo>>> = {
  redeem: undoRedemption,
  capture: undoCapture,
  return: undoReturn,
  issue: undoLoad,
  activate: undoLoad,
  load: undoLoad,
  deactivate: undoDeactivation,
  hold: undoHold,
  move: undoMove,
};

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
  if (draft.product(card).issuerId !== operation.issuerId) {
    return refuse(turn, 'instrument_not_found');
  }
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
  if (!hasLane(turn, lane)) return new Wants([lane]);
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
  if (draft.isSeenElsewhere(operation.clientId, operation.originalRequestId)) {
    openReversalItem(turn, 'reversal_names_other_card', null, null);
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
