import type { Queryable } from '../kernel/database/index.ts';
import { TOLD_OF_MAX, TOLD_OF_MS } from './bounds.ts';
import type { GiftDesk } from './desk.ts';
import { endGifts, type Ending } from './end-gifts.ts';
import { lockedGifts } from './gift-row.ts';
import { addSender, listOpenOf, lockSender, stopSender } from './gifts.sql.ts';
import type { VoidedGifts } from './gifts.ts';
import { nextGiftState } from './next-gift-state.ts';
import { Sheet } from './sheet.ts';

/**
 * Everything of a sender that is not charged ends at one instant, in the caller's transaction, and nothing more can
 * be sent: whoever sends holds the same lock. A claim at the same moment comes before it, and is told of as charging
 * or charged, or behind it, and finds the gift cancelled; a charge that is under way is given back when it succeeds.
 */
export function voidAllOf(
  desk: GiftDesk,
  on: Queryable,
  memberId: string,
  { caseNumber }: { readonly caseNumber: string },
): Promise<VoidedGifts> {
  const ending = { move: 'void', kind: 'voided', actor: 'case', told: null, caseNumber } as const;
  return endAllOf(desk, on, { memberId, ending });
}

/**
 * The sender's account ends: nobody pays for what is still open, and nobody is charged any more. What was charged
 * stays with whoever has claimed it. One message tells the sender that the account is over; recipients hear of theirs.
 */
export async function endMember(desk: GiftDesk, on: Queryable, memberId: string): Promise<void> {
  const ending = { move: 'void', kind: 'cancelled', actor: 'server', told: null } as const;
  await endAllOf(desk, on, { memberId, ending });
  await desk.payments.forgetMethods(on, memberId);
}

async function endAllOf(
  desk: GiftDesk,
  on: Queryable,
  { memberId, ending }: { readonly memberId: string; readonly ending: Ending },
): Promise<VoidedGifts> {
  await addSender(on, { memberId });
  await lockSender(on, { memberId });
  const at = desk.clock.now();
  await stopSender(on, { memberId, at });
  const ids = await listOpenOf(on, {
    senderId: memberId,
    since: at - TOLD_OF_MS,
    size: TOLD_OF_MAX,
  });
  const gifts = await lockedGifts(
    on,
    ids.map(({ giftId }) => giftId),
  );
  const sheet = new Sheet(desk, on, { gifts, at });
  const open = gifts.filter(({ state }) => nextGiftState(state, 'void') !== null);
  const moneys = await endGifts(desk, on, {
    sheet,
    giftIds: open.map(({ giftId }) => giftId),
    ending,
  });
  await sheet.write();
  return {
    at,
    gifts: gifts.toReversed().map((before) => {
      const { giftId, issuerId, amountMinor, unit, sentAt, claimedAt, chargedAt } = before;
      return {
        ...{ giftId, issuerId, amountMinor, unit, sentAt, claimedAt, chargedAt },
        before: before.state,
        after: sheet.get(giftId).state,
        isRefundWanted: moneys.get(giftId) === 'refunded',
      };
    }),
  };
}

export async function allowSending(on: Queryable, memberId: string): Promise<void> {
  await stopSender(on, { memberId, at: null });
}
