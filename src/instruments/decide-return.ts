import { assert, present } from '../kernel/assert.ts';
import type { Instant } from '../kernel/clock.ts';
import { countUp, freeCounters } from './limits.ts';
import type { Envelope, Return } from './operation.ts';
import type { Refusal } from './refusal.ts';
import type { InstrumentRow, LotRow, RequestRow } from './rows.ts';
import {
  accept,
  findCard,
  hasLane,
  isCard,
  judgeMerchant,
  openItem,
  refuse,
  settle,
  Wants,
  type Decision,
  type Turn,
} from './turn.ts';
import { openReversalItem, type ReverseTurn } from './undo.ts';
import { giveBack, markUsedWhenEmpty, takeLots } from './value.ts';

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
  const { operation, prepared } = turn;
  const merchant = judgeMerchant(turn, operation.merchantId);
  if (merchant !== null) return refuse(turn, merchant);
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
    openItem(turn, 'returned_to_voided', { card: found, amountMinor: operation.amountMinor });
  }
  // Which redemptions it gave back to, so that its own reversal can take the return out of their books.
  const of = shares.map(({ redemption, minor }) => [
    redemption.clientId,
    redemption.lane,
    String(minor),
    redemption.homeKey,
    redemption.requestId,
    countedAt(redemption),
  ]);
  return accept(turn, {
    ...about,
    amountMinor: operation.amountMinor,
    facts: { of: JSON.stringify(of) },
  });
}

function judgeReturn(turn: ReturnTurn, card: InstrumentRow): Refusal | null {
  const { operation, draft } = turn;
  if (card.state === 'blank') return 'instrument_not_active';
  return operation.unit === draft.product(card).unit ? null : 'unit_differs';
}

function chooseRedemptions(turn: ReturnTurn, card: InstrumentRow): Share[] | Refusal | Wants {
  const { operation, draft } = turn;
  if (operation.originalRequestId !== null) {
    const original = findOriginal(turn, card, operation.originalRequestId);
    if (original === undefined) return 'original_not_found';
    return hasLane(turn, original.lane)
      ? judgeOriginal(operation, original)
      : new Wants([original.lane]);
  }
  const shares: Share[] = [];
  let left = operation.amountMinor;
  for (const redemption of draft.redemptionsOf(card.instrumentId, operation.merchantId)) {
    if (redemption.isReversed || left === 0n) continue;
    const open = unreturned(redemption);
    if (open === 0n) continue;
    // One that was opened again in this very batch is read with the next.
    const isRead = hasLane(turn, redemption.lane) && draft.hasTransfersOf(redemption);
    if (!isRead) return new Wants([redemption.lane]);
    const minor = open < left ? open : left;
    shares.push({ redemption, minor });
    left -= minor;
  }
  return left > 0n ? 'return_exceeds_redemption' : shares;
}

/** The redemption as this card was named, or by its other name, or the capture of one of its holds. */
function findOriginal(
  turn: ReturnTurn,
  card: InstrumentRow,
  requestId: string,
): RequestRow | undefined {
  const { operation, draft, prepared } = turn;
  const { clientId, merchantId } = operation;
  const named = draft.findRequest(prepared.homeLane, clientId, requestId, prepared.homeKey);
  const others = draft
    .redemptionsOf(card.instrumentId, merchantId)
    .filter((row) => row.clientId === clientId && row.requestId === requestId);
  return [...(named === undefined ? [] : [named]), ...others].find(
    (row) =>
      row.outcome === 'accepted' &&
      (row.kind === 'redeem' || row.kind === 'capture') &&
      row.instrumentId === card.instrumentId &&
      row.merchantId === merchantId,
  );
}

function judgeOriginal(operation: Return, original: RequestRow): Share[] | Refusal {
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
  const undone = undoneByLot(redemption);
  giveBack(draft, card, draft.transfersOf(redemption), { amountMinor, undone, now });
  redemption.undoneMinor += amountMinor;
  keepUndone(turn, redemption, undone);
  freeCounters(draft, card, 'redeem', { amountMinor, countedAt: countedAt(redemption) });
}

/**
 * What a redemption has given back, by lot. Returns are reversed in any order, so the sum alone does not say
 * which of its lots still have something to get.
 */
function undoneByLot(redemption: RequestRow): Map<bigint, bigint> {
  const undone = redemption.facts?.['undone'];
  if (typeof undone !== 'string' || undone === '') return new Map();
  return new Map(
    undone.split(',').map((pair) => {
      const [lotId = '', minor = ''] = pair.split(':');
      return [BigInt(lotId), BigInt(minor)];
    }),
  );
}

function keepUndone(turn: Turn, redemption: RequestRow, byLot: Map<bigint, bigint>): void {
  let sum = 0n;
  for (const minor of byLot.values()) sum += minor;
  assert(sum === redemption.undoneMinor, 'what the lots got back is what the redemption gave back');
  const undone = [...byLot].map(([lotId, minor]) => `${lotId}:${minor}`).join(',');
  redemption.facts = { ...redemption.facts, undone };
  turn.draft.requests.change(redemption);
}

/** When the limits counted it: a capture was counted with its hold (R21). */
export function countedAt(redemption: RequestRow): Instant {
  const at = redemption.facts?.['countedAt'];
  return typeof at === 'number' ? at : redemption.decidedAt;
}

/** A return: what it gave back is taken again from the same lots, if it is still there. */
export function undoReturn(
  turn: ReverseTurn,
  original: RequestRow,
  card: InstrumentRow,
): Refusal | Wants | null {
  const { draft } = turn;
  const named = redemptionsNamed(original);
  const away = named.filter((one) => !hasLane(turn, one.lane)).map((one) => one.lane);
  if (away.length > 0) return new Wants(away);
  const shares = draft.transfersOf(original).map((transfer) => ({
    lot: transfer.lotId === null ? undefined : draft.lots.find(transfer.lotId),
    minor: transfer.amountMinor,
    merchant: transfer.debitAccountId,
  }));
  const wanted = new Map<LotRow | undefined, bigint>();
  for (const { lot, minor } of shares) wanted.set(lot, (wanted.get(lot) ?? 0n) + minor);
  const isThere = [...wanted].every(
    ([lot, minor]) => lot !== undefined && lot.remainingMinor - lot.heldMinor >= minor,
  );
  if (card.state !== 'active' || !isThere) {
    openReversalItem(turn, 'reversed_after_spending', card, original.amountMinor);
    return 'already_spent';
  }
  for (const { lot, minor, merchant } of shares) {
    const to = draft.houseById(card.lane, merchant);
    takeLots(draft, card, [{ lot: present(lot, 'judged above'), minor }], to);
  }
  const taken = shares.values();
  for (const one of named) {
    const row = draft.findRequest(one.lane, one.clientId, one.requestId, one.homeKey);
    const redemption = present(row, 'a return names the redemptions it gave back to');
    const undone = undoneByLot(redemption);
    // A return gave back to its redemptions one after the other, and its transfers are in that order.
    for (let left = one.minor; left > 0n;) {
      const { lot, minor } = present(taken.next().value, 'its transfers make up what it gave back');
      const { lotId } = present(lot, 'judged above');
      undone.set(lotId, (undone.get(lotId) ?? 0n) - minor);
      left -= minor;
    }
    redemption.undoneMinor -= one.minor;
    keepUndone(turn, redemption, undone);
    draft.reopenRedemption(redemption);
    countUp(draft, card, 'redeem', { amountMinor: one.minor, at: one.countedAt });
  }
  markUsedWhenEmpty(draft, card);
  return null;
}

export interface RedemptionNamed {
  readonly clientId: number;
  readonly lane: number;
  readonly minor: bigint;
  readonly homeKey: string;
  readonly requestId: string;
  readonly countedAt: Instant;
}

/** The redemptions that a return gave back to, as it remembered them. */
export function redemptionsNamed(original: RequestRow): RedemptionNamed[] {
  const of = original.facts?.['of'];
  if (original.kind !== 'return' || typeof of !== 'string') return [];
  const rows = JSON.parse(of) as [number, number, string, string, string, Instant][];
  return rows.map(([clientId, lane, minor, homeKey, requestId, countedAt]) => ({
    clientId,
    lane,
    minor: BigInt(minor),
    homeKey,
    requestId,
    countedAt,
  }));
}
