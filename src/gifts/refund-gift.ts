import { PieceRefused, submitSurely } from '../instruments/index.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { GiftDesk } from './desk.ts';
import { giftRows, lockedGifts, type GiftRow } from './gift-row.ts';
import { issueRequestId } from './issue-gifts.ts';
import { Sheet } from './sheet.ts';
import { tellNews } from './tell-gifts.ts';

/** What became of the value of a gift that is given back. */
export type TakenBack =
  | 'taken_back' // it was untouched: nobody has it any more
  | 'spent' // all or some of it was used: the rest is frozen, and the loss is the issuer's (R12)
  | 'nothing'; // it was never issued, and never will be

export interface WantedRefund {
  readonly memberId: string;
  readonly giftId: bigint;
  readonly issuerId: number; // whose desk decides: it gives back its own gifts only
  readonly caseNumber: string;
}

/**
 * A decision of the desk: what was charged is given back in full, in the caller's transaction. A gift whose value is
 * out stays charged in its history, with its refund behind it; one that is not issued yet ends here, and never is.
 * False: nothing that this member has sent, also for others, is charged there.
 */
export async function refundGift(
  desk: GiftDesk,
  on: Queryable,
  { memberId, giftId, issuerId, caseNumber }: WantedRefund,
): Promise<boolean> {
  const [gift] = await lockedGifts(on, [giftId]);
  if (gift?.issuerId !== issuerId) return false;
  if (gift.senderId !== memberId && gift.helperMember !== memberId) return false;
  if (gift.state !== 'charged' || gift.paymentId === null) {
    return false;
  }
  const [payment] = await desk.payments.find(on, [gift.paymentId]);
  if (payment?.state !== 'taken' || payment.goal === 'cancelled') return false;
  const sheet = new Sheet(desk, on, { gifts: [gift], at: desk.clock.now() });
  sheet.change(giftId, { caseNumber }); // from here on its money is the case's
  if (gift.instrumentId === null) endUnissued(desk, sheet, gift);
  await sheet.write();
  await desk.payments.want(on, 'cancel', [gift.paymentId]);
  return true;
}

function endUnissued({ keys }: GiftDesk, sheet: Sheet, { giftId }: GiftRow): void {
  const refusal = 'already_reversed';
  const gift = sheet.move(giftId, 'fail', { refusal });
  sheet.note(giftId, 'refused', 'case', { refusal });
  sheet.giveBack(gift);
  sheet.tell(giftId, 'recipient', tellNews(keys, gift, 'withdrawn'));
}

/**
 * Behind the commit of a refund: the issue is reversed, once whatever is done again. Also where no issue is known of:
 * it may be under way, and one that comes later is refused by the memory of its reversal (R9).
 */
export async function takeBackValue(
  desk: GiftDesk,
  { giftId, requestId }: { readonly giftId: bigint; readonly requestId: string },
): Promise<TakenBack> {
  desk.payments.nudge();
  const [gift] = await giftRows(desk.database, [giftId]);
  if (gift === undefined || gift.chargedAt === null) return 'nothing';
  const { issuerId, instrumentId } = gift;
  const takenBack = instrumentId === null ? 'nothing' : 'taken_back';
  try {
    await submitSurely(desk.engine, {
      clientId: await desk.houseClientId(issuerId),
      issuerId,
      requestId,
      arrivedAt: desk.clock.now(),
      kind: 'reverse',
      originalRequestId: issueRequestId(giftId),
      card: null,
      holdId: null,
    });
    return takenBack;
  } catch (error) {
    if (error instanceof PieceRefused && error.refusal === 'already_spent') return 'spent';
    if (error instanceof PieceRefused && error.refusal === 'already_reversed') return takenBack;
    throw error;
  }
}
