import { present } from '../kernel/assert.ts';
import { freeCounters } from './limits.ts';
import type { Envelope, Return } from './operation.ts';
import type { Refusal } from './refusal.ts';
import type { InstrumentRow, RequestRow } from './rows.ts';
import {
  accept,
  findCard,
  isCard,
  judgeMerchant,
  refuse,
  settle,
  Wants,
  type Decision,
  type Turn,
} from './turn.ts';
import { giveBack } from './value.ts';

type ReturnTurn = Turn<Envelope & Return>;

/** A redemption and how much of it is to go back. */
interface Share {
  readonly redemption: RequestRow;
  readonly minor: bigint;
}

/**
 * Gives value back to the lots it came from. Without a named original it takes the newest redemptions of
 * this merchant on this card, and never more than they still have to give (R10).
 */
export function decideReturn(turn: ReturnTurn): Decision {
  const { operation, draft, prepared, now } = turn;
  const found = findCard(turn, present(prepared.card, 'a return names a card'));
  if (!isCard(found)) return settle(turn, found);
  const about = { card: found, merchantId: operation.merchantId };
  const refusal = judgeReturn(turn, found);
  if (refusal !== null) return refuse(turn, refusal, about);
  const shares = chooseRedemptions(turn, found);
  if (typeof shares === 'string' || shares instanceof Wants) return settle(turn, shares, about);

  // After this point it must succeed.
  for (const { redemption, minor } of shares) giveBackShare(turn, found, redemption, minor);
  if (found.state === 'voided') {
    draft.addItem({
      lane: prepared.homeLane,
      cause: 'returned_to_voided',
      clientId: operation.clientId,
      requestId: operation.requestId,
      instrumentId: found.instrumentId,
      amountMinor: operation.amountMinor,
      openedAt: now,
    });
  }
  // Which redemptions it gave back to, so that its own reversal can take the return out of their books.
  const of = shares.map(({ redemption, minor }) => [
    redemption.clientId,
    redemption.lane,
    String(minor),
    redemption.homeKey,
    redemption.requestId,
  ]);
  return accept(turn, {
    ...about,
    amountMinor: operation.amountMinor,
    facts: { of: JSON.stringify(of) },
  });
}

function judgeReturn(turn: ReturnTurn, card: InstrumentRow): Refusal | null {
  const { operation, draft } = turn;
  const merchant = judgeMerchant(turn, operation.merchantId);
  if (merchant !== null) return merchant;
  if (card.state === 'blank') return 'instrument_not_active';
  return operation.unit === draft.product(card).unit ? null : 'unit_differs';
}

function chooseRedemptions(turn: ReturnTurn, card: InstrumentRow): Share[] | Refusal | Wants {
  const { operation, draft, prepared } = turn;
  if (operation.originalRequestId !== null) {
    const original = draft.findRequest(
      prepared.homeLane,
      operation.clientId,
      operation.originalRequestId,
      prepared.homeKey,
    );
    return judgeOriginal(operation, card, original);
  }
  const shares: Share[] = [];
  let left = operation.amountMinor;
  for (const redemption of draft.redemptionsOf(card.instrumentId, operation.merchantId)) {
    if (redemption.isReversed || left === 0n) continue;
    const open = unreturned(redemption);
    if (open === 0n) continue;
    if (!draft.books.hasTurn(redemption.lane)) return new Wants([redemption.lane]);
    const minor = open < left ? open : left;
    shares.push({ redemption, minor });
    left -= minor;
  }
  return left > 0n ? 'return_exceeds_redemption' : shares;
}

function judgeOriginal(
  operation: Return,
  card: InstrumentRow,
  original: RequestRow | undefined,
): Share[] | Refusal {
  if (
    original === undefined ||
    original.outcome !== 'accepted' ||
    (original.kind !== 'redeem' && original.kind !== 'capture') ||
    original.instrumentId !== card.instrumentId ||
    original.merchantId !== operation.merchantId
  ) {
    return 'original_not_found';
  }
  if (original.isReversed) return 'already_reversed';
  if (operation.amountMinor > unreturned(original)) return 'return_exceeds_redemption';
  return [{ redemption: original, minor: operation.amountMinor }];
}

export function unreturned(redemption: RequestRow): bigint {
  return (redemption.amountMinor ?? 0n) - redemption.undoneMinor;
}

/** One redemption gives back a part of what it took. */
export function giveBackShare(
  turn: Turn,
  card: InstrumentRow,
  redemption: RequestRow,
  amountMinor: bigint,
): void {
  const { draft, now } = turn;
  giveBack(draft, card, draft.transfersOf(redemption), {
    amountMinor,
    alreadyMinor: redemption.undoneMinor,
    now,
  });
  redemption.undoneMinor += amountMinor;
  draft.requests.change(redemption);
  freeCounters(draft, card, 'redeem', { amountMinor, countedAt: redemption.decidedAt, now });
}
