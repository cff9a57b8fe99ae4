import { assert, present } from '../kernel/assert.ts';
import { endOfDayAfter } from '../kernel/calendar.ts';
import type { Instant } from '../kernel/clock.ts';
import type { AccountRow, TransferRow } from '../ledger/index.ts';
import type { Product } from '../programmes/index.ts';
import type { Draft } from './draft.ts';
import { freeCounters } from './limits.ts';
import type { LotClass } from './operation.ts';
import type { HoldRow, InstrumentRow, LotRow } from './rows.ts';

/**
 * Value inside a card: lots, and what holds promise of them. The sum of the lots is the balance of the
 * card's account, always, so lots and account only change together, here.
 */

/** A part of a lot. */
export interface LotShare {
  readonly lot: LotRow;
  readonly minor: bigint;
}

const CLASS_ORDER: Readonly<Record<LotClass, number>> = { limited: 0, free: 1, paid: 2 };

/** Limited value first, then what expires first, then free before paid, then the oldest. */
export function inSpendingOrder(one: LotRow, other: LotRow): number {
  const limited = Number(other.class === 'limited') - Number(one.class === 'limited');
  if (limited !== 0) return limited;
  const expiry = (one.expiresAt ?? Infinity) - (other.expiresAt ?? Infinity);
  if (expiry !== 0 && !Number.isNaN(expiry)) return expiry;
  const rank = CLASS_ORDER[one.class] - CLASS_ORDER[other.class];
  return rank !== 0 ? rank : one.lotId < other.lotId ? -1 : 1;
}

/**
 * How many lots with something in them loads and moves may put into one card. Every use of the card reads them
 * all, and one that takes all of its value writes a transfer for each. What is given back may stand above it.
 */
export const LOTS_MAX = 1_000;

export function wouldHoldTooManyLots(draft: Draft, card: InstrumentRow, added: number): boolean {
  const lots = draft.lotsOf(card);
  if (lots.length + added <= LOTS_MAX) return false;
  return lots.filter((lot) => lot.remainingMinor > 0n).length + added > LOTS_MAX;
}

/** What of a lot can be spent now. A lot with an open hold does not expire before the hold ends (R15). */
export function spendableOfLot(lot: LotRow, now: Instant): bigint {
  if (lot.isFrozen || (isPastExpiry(lot, now) && lot.heldMinor === 0n)) return 0n;
  return lot.remainingMinor - lot.heldMinor;
}

/** Days of expiry end at midnight: the instant itself is past. */
export function isPastExpiry(lot: LotRow, now: Instant): boolean {
  return lot.expiresAt !== null && lot.expiresAt <= now;
}

export function spendableMinor(draft: Draft, card: InstrumentRow, now: Instant): bigint {
  if (card.state !== 'active') return 0n;
  let sum = 0n;
  for (const lot of draft.lotsOf(card)) sum += spendableOfLot(lot, now);
  return sum;
}

/** The parts of lots that make up an amount which is there, in spending order. */
export function chooseLots(
  draft: Draft,
  card: InstrumentRow,
  amountMinor: bigint,
  now: Instant,
): LotShare[] {
  const shares: LotShare[] = [];
  let left = amountMinor;
  const lots = draft.lotsOf(card);
  for (const lot of lots.length > 1 ? [...lots].sort(inSpendingOrder) : lots) {
    const spendable = spendableOfLot(lot, now);
    if (left === 0n || spendable === 0n) continue;
    const minor = spendable < left ? spendable : left;
    shares.push({ lot, minor });
    left -= minor;
  }
  assert(left === 0n, 'no more is chosen than can be spent');
  return shares;
}

/** Takes parts of lots out of the card, to an account of the house. */
export function takeLots(
  draft: Draft,
  card: InstrumentRow,
  shares: readonly LotShare[],
  to: AccountRow,
): void {
  const account = draft.accountOf(card);
  for (const { lot, minor } of shares) {
    lot.remainingMinor -= minor;
    assert(lot.remainingMinor >= lot.heldMinor, 'what is held is not taken');
    draft.lots.change(lot);
    draft.books.post(account, to, minor, lot.lotId);
  }
}

export interface NewLot {
  readonly lotId?: bigint | undefined; // taken beforehand where several lots are made by one request
  readonly amountMinor: bigint;
  readonly class: LotClass;
  readonly expiresAt: Instant | null;
  readonly from: AccountRow;
  readonly sourceAccountId: bigint; // where an undone load goes back to
}

/** Puts value into the card as a lot of its own. */
export function addLot(draft: Draft, card: InstrumentRow, lot: NewLot): LotRow {
  const lotId = lot.lotId ?? draft.books.nextId(card.lane);
  const row: LotRow = {
    lane: card.lane,
    instrumentId: card.instrumentId,
    lotId,
    class: lot.class,
    loadedMinor: lot.amountMinor,
    remainingMinor: lot.amountMinor,
    heldMinor: 0n,
    expiresAt: lot.expiresAt,
    isFrozen: false,
    sourceAccountId: lot.sourceAccountId,
  };
  draft.addLot(row);
  draft.books.post(lot.from, draft.accountOf(card), lot.amountMinor, lotId);
  return row;
}

/**
 * Puts value back into a lot it came from, whatever has happened since: an expired lot lives again for the
 * programme's grace, a used card is active (R11).
 */
export function restoreLot(
  draft: Draft,
  card: InstrumentRow,
  share: LotShare,
  restore: { from: AccountRow; now: Instant },
): TransferRow {
  const { lot, minor } = share;
  lot.remainingMinor += minor;
  if (isPastExpiry(lot, restore.now)) {
    const product = draft.product(card);
    lot.expiresAt = endOfDayAfter(restore.now, product.graceDays, product.zone);
  }
  draft.lots.change(lot);
  if (card.state !== 'active') setState(draft, card, 'active', null);
  return draft.books.post(restore.from, draft.accountOf(card), minor, lot.lotId);
}

/**
 * Gives back what transfers took out of a card, the last taken first, up to an amount. A redemption takes a
 * lot once, so `undone` says of each transfer what it has given back before, and is counted up. What a
 * voided card cannot take goes to suspense; whoever calls makes the item (R11).
 */
export function giveBack(
  draft: Draft,
  card: InstrumentRow,
  taken: readonly TransferRow[],
  give: { amountMinor: bigint; undone: Map<bigint, bigint>; now: Instant },
): void {
  const product = draft.product(card);
  let left = give.amountMinor;
  for (const transfer of taken.toReversed()) {
    const lotId = present(transfer.lotId, 'what is taken out of a card names its lot');
    const undone = give.undone.get(lotId) ?? 0n;
    const open = transfer.amountMinor - undone;
    const minor = open < left ? open : left;
    if (minor === 0n) continue;
    left -= minor;
    give.undone.set(lotId, undone + minor);
    const from = draft.houseById(transfer.lane, transfer.creditAccountId);
    const lot = draft.lots.find(lotId);
    assert(lot !== undefined, 'the lots of a card are read with it');
    if (card.state === 'voided') {
      const suspense = draft.house(card.lane, product.issuerId, 'suspense', 0, product.unit);
      draft.books.post(from, suspense, minor, null);
    } else {
      restoreLot(draft, card, { lot, minor }, { from, now: give.now });
    }
  }
  assert(left === 0n, 'no more is given back than was taken');
}

/** What is left of a lot waits for a person (R12). */
export function freezeLot(draft: Draft, lot: LotRow): void {
  lot.isFrozen = true;
  draft.lots.change(lot);
}

/** A non-reloadable card from which everything is gone is used. */
export function markUsedWhenEmpty(draft: Draft, card: InstrumentRow): void {
  if (draft.product(card).kind === 'prepaid' || card.state !== 'active') return;
  if (draft.accountOf(card).postedMinor === 0n) setState(draft, card, 'used', null);
}

export function setState(
  draft: Draft,
  card: InstrumentRow,
  state: InstrumentRow['state'],
  cause: string | null,
): void {
  card.state = state;
  card.cause = cause;
  draft.instruments.change(card);
}

/** Holds whose time has come end now, whatever the sweep has got to: expiry is exact. */
export function endDueHolds(draft: Draft, card: InstrumentRow, now: Instant): number {
  const due = draft.openHoldsOf(card).filter((hold) => hold.expiresAt <= now);
  for (const hold of due) endHold(draft, card, hold, 'expired');
  return due.length;
}

/** Ends a hold and gives the card back what it still holds. */
export function endHold(
  draft: Draft,
  card: InstrumentRow,
  hold: HoldRow,
  state: 'captured' | 'released' | 'expired',
): void {
  let freed = 0n;
  hold.lotIds.forEach((lotId, index) => {
    const minor = hold.lotMinors[index] ?? 0n;
    if (minor === 0n) return; // taken by a capture before, and perhaps not read: it may be empty
    const lot = draft.lots.find(lotId);
    assert(lot !== undefined, 'the lots of a card are read with its holds');
    lot.heldMinor -= minor;
    draft.lots.change(lot);
    freed += minor;
  });
  if (freed > 0n) draft.books.hold(draft.accountOf(card), -freed);
  freeCounters(draft, card, 'redeem', { amountMinor: freed, countedAt: hold.openedAt });
  hold.state = state;
  hold.lotIds = [];
  hold.lotMinors = [];
  draft.holds.change(hold);
}

/** When a lot that is loaded now ends: at midnight of the programme's zone. */
export function lotExpiry(product: Product, now: Instant): Instant | null {
  return product.validityDays === null
    ? null
    : endOfDayAfter(now, product.validityDays, product.zone);
}
