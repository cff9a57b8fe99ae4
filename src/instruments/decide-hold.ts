import { assert, present } from '../kernel/assert.ts';
import { judgeUse, merchantAccount } from './decide-redemption.ts';
import { giveBackShare } from './decide-return.ts';
import { judgePlace } from './gate.ts';
import { countUp, judgeLimits } from './limits.ts';
import type { Capture, Envelope, Hold, Release } from './operation.ts';
import type { Refusal } from './refusal.ts';
import type { HoldRow, InstrumentRow, RequestRow } from './rows.ts';
import {
  accept,
  findCard,
  isCard,
  judgeMerchant,
  refuse,
  settle,
  type Decision,
  type Turn,
} from './turn.ts';
import { openReversalItem, type ReverseTurn } from './undo.ts';
import {
  chooseLots,
  endDueHolds,
  endHold,
  markUsedWhenEmpty,
  restoreLot,
  spendableMinor,
  takeLots,
  type LotShare,
} from './value.ts';

/** Promises value of a card to a merchant for a time. Limits count it now: what is held may be taken. */
export function decideHold(turn: Turn<Envelope & Hold>): Decision {
  const { operation, draft, prepared, now } = turn;
  const { amountMinor, merchantId } = operation;
  const merchant = judgeMerchant(turn, merchantId);
  if (merchant !== null) return refuse(turn, merchant);
  const found = findCard(turn, present(prepared.card, 'a hold names a card'));
  if (!isCard(found)) return settle(turn, found);
  endDueHolds(draft, found, now);
  const stopped = judgePlace(turn, found);
  if (stopped !== null) {
    return refuse(turn, stopped.refusal, { card: found, merchantId, facts: stopped.facts });
  }
  const refusal = judgeUse(turn, operation, found) ?? judgeHolding(turn, found, amountMinor);
  if (refusal !== null) return refuse(turn, refusal, { card: found, merchantId });

  // After this point it must succeed.
  const shares = chooseLots(draft, found, amountMinor, now);
  for (const { lot, minor } of shares) {
    lot.heldMinor += minor;
    draft.lots.change(lot);
  }
  draft.books.hold(draft.accountOf(found), amountMinor);
  countUp(draft, found, 'redeem', { amountMinor, at: now });
  const hold: HoldRow = {
    lane: found.lane,
    holdId: draft.books.nextId(found.lane),
    instrumentId: found.instrumentId,
    clientId: operation.clientId,
    merchantId,
    state: 'open',
    amountMinor,
    capturedMinor: 0n,
    lotIds: shares.map(({ lot }) => lot.lotId),
    lotMinors: shares.map(({ minor }) => minor),
    openedAt: now,
    expiresAt: now + operation.durationMs,
  };
  draft.addHold(hold);
  return accept(turn, {
    card: found,
    amountMinor,
    merchantId,
    holdId: hold.holdId,
    facts: { heldMinor: String(amountMinor), expiresAt: hold.expiresAt },
  });
}

function judgeHolding(turn: Turn, card: InstrumentRow, amountMinor: bigint): Refusal | null {
  const { draft, now } = turn;
  const there = spendableMinor(draft, card, now);
  if (there < amountMinor) return 'insufficient_value';
  return judgeLimits(draft, card, 'redeem', { amountMinor, now });
}

/** Takes a part of what is held, or all of it; a final capture releases the rest. */
export function decideCapture(turn: Turn<Envelope & Capture>): Decision {
  const { operation, draft, now } = turn;
  const found = findHold(turn, operation.holdId);
  if (found === null) return refuse(turn, 'hold_not_found');
  const { hold, card } = found;
  endDueHolds(draft, card, now);
  const about = { card, merchantId: hold.merchantId, holdId: hold.holdId };
  const refusal = judgeCapture(operation, hold, draft.product(card).unit);
  if (refusal !== null) return refuse(turn, refusal, about);

  // After this point it must succeed.
  const { amountMinor } = operation;
  const shares = takeFromHold(turn, hold, amountMinor);
  draft.books.hold(draft.accountOf(card), -amountMinor);
  hold.capturedMinor += amountMinor;
  draft.holds.change(hold);
  takeLots(
    draft,
    card,
    shares,
    merchantAccount(turn, hold.merchantId, draft.product(card), card.lane),
  );
  if (operation.isFinal || heldOf(hold) === 0n) endHold(draft, card, hold, 'captured');
  markUsedWhenEmpty(draft, card);
  const facts = { heldMinor: String(heldOf(hold)), countedAt: hold.openedAt };
  return accept(turn, { ...about, amountMinor, facts });
}

function judgeCapture(operation: Capture, hold: HoldRow, unit: string): Refusal | null {
  if (operation.unit !== unit) return 'unit_differs';
  if (hold.state !== 'open') return 'hold_not_open';
  return operation.amountMinor > heldOf(hold) ? 'hold_exceeded' : null;
}

/** What it still holds. */
export function heldOf(hold: HoldRow): bigint {
  return hold.lotMinors.reduce((sum, minor) => sum + minor, 0n);
}

function takeFromHold(turn: Turn, hold: HoldRow, amountMinor: bigint): LotShare[] {
  const { draft } = turn;
  const shares: LotShare[] = [];
  let left = amountMinor;
  hold.lotMinors = hold.lotMinors.map((held, index) => {
    if (held === 0n) return held; // taken by a capture before, and perhaps not read: it may be empty
    const minor = held < left ? held : left;
    left -= minor;
    const lot = present(
      draft.lots.find(present(hold.lotIds[index], 'lots of a hold are paired')),
      'read with it',
    );
    lot.heldMinor -= minor;
    if (minor > 0n) shares.push({ lot, minor });
    return held - minor;
  });
  assert(left === 0n, 'no more is captured than is held');
  return shares;
}

/** Ends a hold: the card has its value back. Releasing what is over already changes nothing. */
export function decideRelease(turn: Turn<Envelope & Release>): Decision {
  const { operation, draft, now } = turn;
  const found = findHold(turn, operation.holdId);
  if (found === null) return refuse(turn, 'hold_not_found');
  const { hold, card } = found;
  endDueHolds(draft, card, now);
  const about = { card, merchantId: hold.merchantId, holdId: hold.holdId };
  if (hold.state !== 'open') return refuse(turn, 'hold_not_open', about);

  // After this point it must succeed.
  const amountMinor = heldOf(hold);
  endHold(draft, card, hold, 'released');
  return accept(turn, { ...about, amountMinor, facts: { heldMinor: '0' } });
}

/** Only the client that made it; to all others it does not exist. */
export function findHold(
  turn: Turn,
  holdId: bigint,
): { hold: HoldRow; card: InstrumentRow } | null {
  const { draft, operation } = turn;
  const hold = draft.holds.find(holdId);
  if (hold === undefined || hold.clientId !== operation.clientId) return null;
  const card = present(draft.instruments.find(hold.instrumentId), 'a card is read with its hold');
  return draft.product(card).issuerId === operation.issuerId ? { hold, card } : null;
}

/** A hold: released. What was captured of it has its own reversal, which comes first. */
export function undoHold(
  turn: ReverseTurn,
  original: RequestRow,
  card: InstrumentRow,
): Refusal | null {
  const hold = holdOf(turn, original);
  if (hold.capturedMinor > 0n) return 'already_captured';
  if (hold.state === 'open') endHold(turn.draft, card, hold, 'released');
  return null;
}

/** A capture: into its hold again while that is open, else back to its lots. */
export function undoCapture(
  turn: ReverseTurn,
  original: RequestRow,
  card: InstrumentRow,
): Refusal | null {
  const { draft } = turn;
  if (original.undoneMinor > 0n) return 'already_returned'; // R10
  const hold = holdOf(turn, original);
  const amountMinor = present(original.amountMinor, 'a capture has an amount');
  if (hold.state === 'open') {
    holdAgain(turn, original, card, hold);
    original.undoneMinor = amountMinor;
  } else {
    giveBackShare(turn, card, original, amountMinor);
    if (card.state === 'voided') openReversalItem(turn, 'reversed_to_voided', card, amountMinor);
  }
  hold.capturedMinor -= amountMinor;
  draft.holds.change(hold);
  return null;
}

/** The limits have counted the hold, and go on to. */
function holdAgain(
  turn: ReverseTurn,
  original: RequestRow,
  card: InstrumentRow,
  hold: HoldRow,
): void {
  const { draft, now } = turn;
  const account = draft.accountOf(card);
  const minors = [...hold.lotMinors];
  for (const transfer of draft.transfersOf(original)) {
    const index = hold.lotIds.indexOf(present(transfer.lotId, 'a capture takes lots'));
    const lot = present(
      draft.lots.find(present(hold.lotIds[index], 'of its hold')),
      'read with it',
    );
    const minor = transfer.amountMinor;
    const from = draft.houseById(transfer.lane, transfer.creditAccountId);
    restoreLot(draft, card, { lot, minor }, { from, now });
    lot.heldMinor += minor;
    minors[index] = (minors[index] ?? 0n) + minor;
    draft.books.hold(account, minor);
  }
  hold.lotMinors = minors;
}

function holdOf(turn: ReverseTurn, original: RequestRow): HoldRow {
  const holdId = present(original.holdId, 'it names its hold');
  return present(turn.draft.holds.find(holdId), 'a hold is read with its requests');
}
