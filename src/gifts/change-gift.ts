import type { Queryable } from '../kernel/database/index.ts';
import { readMailAddress } from '../notices/index.ts';
import { CORRECTIONS_MAX, RESENDS_MAX } from './bounds.ts';
import { claimCodeName, newClaimCode } from './claim-code.ts';
import { done, notDone, type GiftAnswer, type GiftNotDone } from './contract.ts';
import type { GiftDesk } from './desk.ts';
import { endGifts, type Ending } from './end-gifts.ts';
import { lockedGifts, recipientHash, type GiftRow } from './gift-row.ts';
import { findByNotice, keepBlock } from './gifts.sql.ts';
import { nextGiftState } from './next-gift-state.ts';
import { canReach } from './send-gift.ts';
import { refreshSenderFacts, type SenderFacts } from './sender-facts.ts';
import { Sheet } from './sheet.ts';
import { tellAddressChanged, tellBounced, tellReceived } from './tell-gifts.ts';

/** One gift of this sender, locked; another's does not exist. */
export async function withOwnGift(
  desk: GiftDesk,
  { memberId, giftId }: { readonly memberId: string; readonly giftId: bigint },
  work: (on: Queryable, sheet: Sheet, gift: GiftRow) => Promise<GiftNotDone | null>,
): Promise<GiftAnswer<bigint>> {
  return desk.database.transaction(async (on) => {
    const [gift] = await lockedGifts(on, [giftId]);
    if (gift?.senderId !== memberId) return notDone('gift_not_found');
    const sheet = new Sheet(desk, on, { gifts: [gift], at: desk.clock.now() });
    const refused = await work(on, sheet, gift);
    if (refused !== null) return refused;
    await sheet.write();
    return done(giftId);
  });
}

const CANCELLED: Ending = {
  move: 'cancel',
  kind: 'cancelled',
  actor: 'sender',
  told: 'cancelled',
};
const STOPPED: Ending = { move: 'stop', kind: 'stopped', actor: 'sender', told: 'stopped' };

/** Until it is claimed, and while a claim waits. Cancelled twice is cancelled once. */
export function cancelGift(
  desk: GiftDesk,
  own: { readonly memberId: string; readonly giftId: bigint },
): Promise<GiftAnswer<bigint>> {
  return withOwnGift(desk, own, async (on, sheet, { giftId, state }) => {
    if (state === 'cancelled') return null;
    const ending = state === 'claimed' ? STOPPED : CANCELLED;
    if (nextGiftState(state, ending.move) === null) return notDone('not_possible_now', { state });
    await endGifts(desk, on, { sheet, giftIds: [giftId], ending });
    return null;
  });
}

/** The same code again, to the same address. */
export function resendGift(
  desk: GiftDesk,
  own: { readonly memberId: string; readonly giftId: bigint },
): Promise<GiftAnswer<bigint>> {
  return withOwnGift(desk, own, async (on, sheet, gift) => {
    const { giftId, state, resends, codeSealed } = gift;
    if (gift.channel !== 'mail' || !isOut(gift) || codeSealed === null) {
      return notDone('not_possible_now', { state });
    }
    if (resends >= RESENDS_MAX) return notDone('too_many_resends');
    const to = addressOf(desk, gift);
    const { senderId } = gift;
    if (to === null || !(await canReach(desk, on, { senderId, to, at: sheet.at }))) {
      return notDone('recipient_not_reachable');
    }
    sheet.change(giftId, { resends: resends + 1 });
    sheet.note(giftId, 'resent', 'sender');
    sheet.tell(giftId, 'recipient', tellReceived(desk.keys, gift, desk.keys.unseal(codeSealed)));
    return null;
  });
}

/** Whoever got the mail by mistake has a code that is dead from this instant on. */
export function correctGift(
  desk: GiftDesk,
  asked: {
    readonly memberId: string;
    readonly giftId: bigint;
    readonly to: string;
    readonly sender: SenderFacts;
  },
): Promise<GiftAnswer<bigint>> {
  const to = readMailAddress(asked.to);
  if (to === null) return Promise.resolve(notDone('address_not_valid'));
  return withOwnGift(desk, asked, async (on, sheet, gift) => {
    const { giftId, state, senderId, corrections } = gift;
    if (gift.channel !== 'mail' || !(isOut(gift) || state === 'scheduled')) {
      return notDone('not_possible_now', { state });
    }
    if (corrections >= CORRECTIONS_MAX) return notDone('too_many_corrections');
    if (!(await canReach(desk, on, { senderId, to, at: sheet.at }))) {
      return notDone('recipient_not_reachable');
    }
    const address = {
      recipientHash: recipientHash(desk.keys, to),
      recipientSealed: desk.keys.seal(to),
      corrections: corrections + 1,
      bouncedAt: null,
    };
    await refreshSenderFacts(on, gift, asked.sender);
    const changed = sheet.change(giftId, address);
    sheet.note(giftId, 'address_corrected', 'sender');
    sheet.tell(giftId, 'sender', tellAddressChanged(desk.keys, changed, sheet.at));
    if (!isOut(gift)) return null;
    const code = newClaimCode(desk.random);
    const codes = { codeName: claimCodeName(desk.keys, code), codeSealed: desk.keys.seal(code) };
    const corrected = sheet.change(giftId, codes);
    sheet.tell(giftId, 'recipient', tellReceived(desk.keys, corrected, code));
    return null;
  });
}

/** The recipient does not want it, and nothing more of this sender by mail. */
export async function declineSender(
  desk: GiftDesk,
  on: Queryable,
  gift: GiftRow,
): Promise<GiftNotDone | null> {
  const { giftId, state, senderId } = gift;
  const sheet = new Sheet(desk, on, { gifts: [gift], at: desk.clock.now() });
  if (gift.recipientHash !== null) {
    await keepBlock(on, { recipientHash: gift.recipientHash, senderId, at: sheet.at });
  }
  if (nextGiftState(state, 'cancel') !== null) {
    const ending = {
      move: 'cancel',
      kind: 'declined_by_recipient',
      actor: 'recipient',
      told: 'declined',
    } as const;
    await endGifts(desk, on, { sheet, giftIds: [giftId], ending });
    await sheet.write();
  }
  return null;
}

/** In the transaction that writes the bounce down. False: it was no mail to the recipient of a gift. */
export async function noteBounced(
  desk: GiftDesk,
  on: Queryable,
  noticeNumber: string,
): Promise<boolean> {
  const [found] = await findByNotice(on, { noticeNumber });
  if (found === undefined) return false;
  const gifts = await lockedGifts(on, [found.giftId]);
  const sheet = new Sheet(desk, on, { gifts, at: desk.clock.now() });
  const gift = sheet.get(found.giftId);
  if (!isOut(gift) || gift.bouncedAt !== null) return true;
  sheet.change(gift.giftId, { bouncedAt: sheet.at });
  sheet.note(gift.giftId, 'bounced', 'server');
  sheet.tell(gift.giftId, 'sender', tellBounced(desk.keys, gift));
  await sheet.write();
  return true;
}

export function isOut({ state }: Pick<GiftRow, 'state'>): boolean {
  return state === 'sent' || state === 'opened';
}

function addressOf({ keys }: GiftDesk, { recipientSealed }: GiftRow): string | null {
  return recipientSealed === null ? null : keys.unseal(recipientSealed);
}
