import type { Queryable } from '../kernel/database/index.ts';
import { TOLD_OF_MAX, TOLD_OF_MS } from './bounds.ts';
import type { GiftDesk } from './desk.ts';
import { endGifts, type Ending } from './end-gifts.ts';
import { lockedGifts, type GiftRow } from './gift-row.ts';
import { addSender, listOpenOf, lockSender, stopSender } from './gifts.sql.ts';
import { listOpenGiven } from './given-gifts.sql.ts';
import type { VoidedGift, VoidedGifts } from './gifts.ts';
import { nextGiftState } from './next-gift-state.ts';
import { Sheet } from './sheet.ts';
import type { GiftMoney } from './tell-gifts.ts';

/**
 * Everything of a sender that is not charged ends at one instant, in the caller's transaction, and nothing more can
 * be sent: whoever sends holds the same lock. A claim at the same moment comes before it, and is told of as charging
 * or charged, or behind it, and finds the gift cancelled; a charge that is under way is given back when it succeeds.
 * So does what the member has sent for others, as a helper: whoever is helped is told.
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
  const listed = { since: at - TOLD_OF_MS, size: TOLD_OF_MAX };
  const ids = await listOpenOf(on, { senderId: memberId, ...listed });
  // With an account its help ends, and not what was sent by it.
  if (ending.kind === 'voided') {
    ids.push(...(await listOpenGiven(on, { helperMember: memberId, ...listed })));
  }
  const gifts = await lockedGifts(
    on,
    ids.map(({ giftId }) => giftId),
  );
  const sheet = new Sheet(desk, on, { gifts, at });
  const moneys = new Map<bigint, GiftMoney>();
  for (const isOwn of [true, false]) {
    const giftIds = gifts
      .filter(({ senderId }) => (senderId === memberId) === isOwn)
      .filter(({ state }) => nextGiftState(state, 'void') !== null)
      .map(({ giftId }) => giftId);
    const told = isOwn ? ending.told : 'helper_stopped';
    const ended = await endGifts(desk, on, { sheet, giftIds, ending: { ...ending, told } });
    for (const [giftId, money] of ended) moneys.set(giftId, money);
  }
  await sheet.write();
  return { at, gifts: gifts.toReversed().map((before) => voided(before, sheet, moneys)) };
}

function voided(before: GiftRow, sheet: Sheet, moneys: ReadonlyMap<bigint, GiftMoney>): VoidedGift {
  const { giftId, issuerId, amountMinor, unit, sentAt, claimedAt, chargedAt } = before;
  return {
    ...{ giftId, issuerId, amountMinor, unit, sentAt, claimedAt, chargedAt },
    before: before.state,
    after: sheet.get(giftId).state,
    isRefundWanted: moneys.get(giftId) === 'refunded',
  };
}

export async function allowSending(on: Queryable, memberId: string): Promise<void> {
  await stopSender(on, { memberId, at: null });
}
