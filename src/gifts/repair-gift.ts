import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { MemberSession } from '../members/index.ts';
import { wantCharges } from './claim-gifts.ts';
import { done, notDone, type GiftAnswer, type GiftNotDone } from './contract.ts';
import type { GiftDesk } from './desk.ts';
import { judgeSaleOf, withGate } from './gate.ts';
import { lockedGifts, purposeOf, type GiftRow } from './gift-row.ts';
import { addSender, lockSender } from './gifts.sql.ts';
import { contractOf } from './send-gift.ts';
import { Sheet } from './sheet.ts';
import { withOwnGift } from './change-gift.ts';

/** What moves value asks for a fresh factor, also when the value was sent before. */
export async function askForFactor(
  { members }: GiftDesk,
  session: MemberSession,
  { amountMinor }: Pick<GiftRow, 'amountMinor'>,
  after: Instant | null = null,
): Promise<GiftNotDone | null> {
  const bound = after === null ? {} : { after };
  const step = await members.stepUp(session, { act: 'send_gift', amountMinor, ...bound });
  if (step.state === 'fresh') return null;
  const factors = step.state === 'ask' ? step.factors : [step.needs];
  return notDone('fresh_factor_needed', { factors });
}

/** The sender's word for a claim that was asked about: it is charged now. The factor of the sending is not that word. */
export async function confirmClaim(
  desk: GiftDesk,
  { session, gift }: { readonly session: MemberSession; readonly gift: GiftRow },
): Promise<GiftAnswer<bigint>> {
  const { memberId } = session.member;
  const { giftId, claimedAt } = gift;
  const refused = await askForFactor(desk, session, gift, claimedAt);
  if (refused !== null) return refused;
  return withOwnGift(desk, { memberId, giftId }, async (on, sheet, { state }) => {
    if (state === 'charging' || state === 'charged') return null; // said twice
    if (state !== 'claimed') return notDone('not_possible_now', { state });
    sheet.move(giftId, 'charge', {});
    sheet.note(giftId, 'confirmed', 'sender');
    sheet.note(giftId, 'charging', 'server');
    await wantCharges(desk, on, { sheet, giftIds: [giftId] });
    return null;
  });
}

/**
 * Another way of paying, for what was claimed and could not be charged. It is bought anew by that way, so it is
 * judged by this instant; what the way before had promised was let go when it said no.
 */
export async function repairGift(
  desk: GiftDesk,
  asked: { readonly session: MemberSession; readonly gift: GiftRow; readonly methodId: bigint },
): Promise<GiftAnswer<bigint>> {
  const { session, methodId } = asked;
  const { memberId } = session.member;
  const refused = await askForFactor(desk, session, asked.gift);
  if (refused !== null) return refused;
  const methods = await desk.payments.methods(memberId);
  const method = methods.find((each) => each.methodId === methodId);
  const at = desk.clock.now();
  const tender = method && desk.catalogue.current().tenderAt(method.tenderId, at);
  if (method === undefined || tender === undefined) return notDone('method_not_found');
  if (tender.issuerId !== asked.gift.issuerId) return notDone('tender_not_for_gifts');
  const { tenderId } = method;
  const contract = contractOf(desk, { memberId, tenderId, lastDigits: method.lastDigits });
  return withGate(desk, async (on, gate) => {
    const found = await lockOwn(on, memberId, asked.gift.giftId);
    if (!('giftId' in found)) return found;
    const { giftId, state, repairUntil, claimedAt } = found;
    if (state === 'charging' || state === 'charged') return done(giftId); // asked twice
    const isOpen = repairUntil !== null && repairUntil > at && claimedAt !== null;
    if (state !== 'refused' || !isOpen) return notDone('not_possible_now', { state });
    const stopped = judgeSaleOf(gate, { ...found, tenderId, contract }, at);
    if (stopped !== null) return notDone(stopped.refusal);
    const { amountMinor, unit } = found;
    const spent = await desk.members.spendWithin(on, memberId, amountMinor); // it was given back when it failed
    if (!spent.ok) {
      return notDone('too_much_today', { limit: { most: spent.leftMinor, until: spent.until } });
    }
    const plan = 'charge_at_sending' as const; // at once: somebody waits
    const wanted = { memberId, methodId, amountMinor, unit, plan, purpose: purposeOf(found) };
    const payment = await desk.payments.prepare(on, wanted);
    if (!payment.ok) {
      await desk.members.giveBackWithin(on, memberId, { amountMinor, spentAt: at });
      return notDone('method_not_found');
    }
    const sheet = new Sheet(desk, on, { gifts: [found], at });
    const { paymentId } = payment.value;
    const paid = { methodId, tenderId, contract, plan, paymentId, soldAt: at };
    sheet.move(giftId, 'repair', { ...paid, refusal: null, declined: null, endedAt: null });
    sheet.note(giftId, 'repaired', 'sender');
    sheet.note(giftId, 'charging', 'server');
    await wantCharges(desk, on, { sheet, giftIds: [giftId] });
    await sheet.write();
    return done(giftId);
  });
}

/** Whoever is stopped by a case pays nothing more. */
async function lockOwn(
  on: Queryable,
  memberId: string,
  giftId: bigint,
): Promise<GiftRow | GiftNotDone> {
  await addSender(on, { memberId });
  const [sender] = await lockSender(on, { memberId });
  const [gift] = await lockedGifts(on, [giftId]);
  if (gift?.senderId !== memberId) return notDone('gift_not_found');
  return (sender?.stoppedAt ?? null) === null ? gift : notDone('sending_stopped');
}
