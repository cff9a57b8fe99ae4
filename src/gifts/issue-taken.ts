import {
  PieceRefused,
  submitSurely,
  type Done,
  type Outcome,
  type Refusal,
} from '../instruments/index.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { OwnedOutcome, OwnedPayment } from '../payments/index.ts';
import type { GiftDesk } from './desk.ts';
import { giftIdOf, lockedGifts, type GiftRow, type ReadGift } from './gift-row.ts';
import { issueRequestId, submitIssue } from './issue-gifts.ts';

/** A gift whose money is taken, before any row says so. */
export interface TakenGift {
  readonly gift: GiftRow;
  readonly issued: Done | null; // null: not known, or not its time
  readonly isNeverIssued: boolean; // whoever asks for its issue from now on is refused
}

/**
 * The value of what is being claimed is issued as soon as the provider has its money, so that gift, payment and
 * history are written once, with both. A gift that was stopped meanwhile is seen to by the ledger first: an issue
 * that somebody has asked for and not written is reversed, and one under way will be refused (R9). Until that is
 * certain nothing is written, and the outcome is inquired about again (R23). The money goes back in any case: also
 * where what was issued and not written has been touched since, and cannot be reversed.
 */
export async function issueTaken(
  desk: GiftDesk,
  read: ReadGift,
  { paymentId, purpose }: OwnedPayment,
): Promise<TakenGift | null> {
  const giftId = giftIdOf(purpose);
  const gift = giftId === null ? undefined : await read(giftId);
  if (gift?.paymentId !== paymentId || gift.claimedAt === null) return null;
  if (gift.state === 'cancelled') {
    await neverIssue(desk, gift);
    return { gift, issued: null, isNeverIssued: true };
  }
  const isDue = gift.state === 'charging';
  return { gift, issued: isDue ? await issueNow(desk, gift) : null, isNeverIssued: false };
}

/** What the engine refuses, or cannot do now, is charged first and seen to by the round. */
async function issueNow(desk: GiftDesk, gift: GiftRow): Promise<Done | null> {
  try {
    const outcome: Outcome = await submitIssue(desk, gift);
    return outcome.outcome === 'accepted' ? outcome.done : null;
  } catch (error) {
    desk.log.warn({ err: error, giftId: String(gift.giftId) }, 'a gift is issued a little later');
    return null;
  }
}

/** Behind these an issue is reversed, or has been done and cannot be: nothing more comes of it. */
const NO_MORE: readonly Refusal[] = ['already_reversed', 'already_returned', 'already_spent'];

async function neverIssue(desk: GiftDesk, { giftId, issuerId }: GiftRow): Promise<void> {
  try {
    await submitSurely(desk.engine, {
      clientId: await desk.houseClientId(issuerId),
      issuerId,
      requestId: `${issueRequestId(giftId)}:never`,
      arrivedAt: desk.clock.now(),
      kind: 'reverse',
      originalRequestId: issueRequestId(giftId),
      card: null,
      holdId: null,
    });
  } catch (error) {
    if (!(error instanceof PieceRefused && NO_MORE.includes(error.refusal))) throw error;
    if (error.refusal === 'already_reversed') return;
    desk.log.error(
      { giftId: String(giftId), refusal: error.refusal },
      'a gift was stopped behind its issue, which cannot be reversed: its money goes back, and a person has to look',
    );
  }
}

/** Wallets first, gifts second, everywhere; payments behind both. */
export async function lockTaken(
  desk: GiftDesk,
  on: Queryable,
  outcomes: readonly OwnedOutcome<TakenGift | null>[],
): Promise<{ readonly gifts: readonly GiftRow[]; readonly moved: readonly bigint[] }> {
  await desk.wallets.lock(
    on,
    outcomes.flatMap(({ ready }) => (ready?.issued ? (ready.gift.claimantId ?? []) : [])),
  );
  const gifts = await lockedGifts(on, [
    ...new Set(outcomes.flatMap(({ purpose }) => giftIdOf(purpose) ?? [])),
  ]);
  const stopped = new Set(
    gifts.flatMap(({ giftId, state }) => (state === 'cancelled' ? [giftId] : [])),
  );
  const moved = outcomes.flatMap(({ paymentId, ready }) =>
    ready !== null && !ready.isNeverIssued && stopped.has(ready.gift.giftId) ? [paymentId] : [],
  );
  return { gifts, moved };
}

/** By gift. */
export function issuedOf(
  outcomes: readonly OwnedOutcome<TakenGift | null>[],
): ReadonlyMap<bigint, Done> {
  return new Map(
    outcomes.flatMap(({ ready }) => (ready?.issued ? [[ready.gift.giftId, ready.issued]] : [])),
  );
}
