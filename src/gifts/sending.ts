import type { Instant } from '../kernel/clock.ts';
import type { GateState, Refusal } from '../instruments/index.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { outlivesPromise, type DeclineReason } from '../payments/index.ts';
import { claimCodeName, newClaimCode } from './claim-code.ts';
import type { GiftDesk } from './desk.ts';
import { factsOf, judgeSaleOf } from './gate.ts';
import type { GiftRow } from './gift-row.ts';
import type { Sheet } from './sheet.ts';
import { tellNotSent, tellReceived, tellSent } from './tell-gifts.ts';

/**
 * Gifts whose time has come: judged by this instant (R24), then promised or charged as their plan says. What needs
 * no provider goes out at once; the others when the provider has answered.
 */
export async function beginSending(
  desk: GiftDesk,
  on: Queryable,
  { sheet, gate, giftIds }: { sheet: Sheet; gate: GateState; giftIds: readonly bigint[] },
): Promise<void> {
  const { at } = sheet;
  const begun: GiftRow[] = [];
  const refused: GiftRow[] = [];
  for (const giftId of giftIds) {
    const gift = sheet.change(giftId, { begunAt: at, soldAt: at });
    const stopped = judgeSaleOf(gate, gift, at);
    if (stopped === null) {
      sheet.note(giftId, 'begun', 'server', { plan: gift.plan });
      begun.push(gift);
    } else {
      failSending(desk, sheet, { giftId, refusal: stopped.refusal, declined: null });
      refused.push(gift);
    }
  }
  await desk.payments.want(on, 'cancel', paymentsOf(refused));
  const payments = await desk.payments.want(on, 'begin', paymentsOf(begun));
  for (const payment of payments) {
    const gift = begun.find(({ paymentId }) => paymentId === payment.paymentId);
    if (gift !== undefined && payment.doing === null) sendOut(desk, sheet, gift.giftId);
  }
}

/** It can be claimed from now on. The code is made only here. */
export function sendOut(desk: GiftDesk, sheet: Sheet, giftId: bigint): void {
  const { keys } = desk;
  const { at } = sheet;
  const code = newClaimCode(desk.random);
  const gift = sheet.move(giftId, 'send', {
    sentAt: at,
    expiresAt: at + Number(sheet.get(giftId).openMs),
    codeName: claimCodeName(keys, code),
    codeSealed: keys.seal(code),
  });
  sheet.note(giftId, 'sent', 'server', { channel: gift.channel });
  sheet.tell(giftId, 'recipient', tellReceived(keys, gift, code));
  sheet.tell(giftId, 'sender', tellSent(keys, gift, promiseOf(desk, gift, at)));
}

/** How long the promise lives; null: there is none, or it lives as long as the gift can be claimed. */
function promiseOf(
  { catalogue }: GiftDesk,
  { tenderId, plan, openMs }: GiftRow,
  at: Instant,
): number | null {
  const tender = catalogue.current().tenderAt(tenderId, at);
  if (tender === undefined || plan !== 'authorise_then_capture') return null;
  const facts = factsOf(tender);
  return outlivesPromise(facts, Number(openMs)) ? facts.authorisationMs : null;
}

/** Nothing was sent, and nothing stays taken or promised. */
export function failSending(
  desk: GiftDesk,
  sheet: Sheet,
  failed: {
    readonly giftId: bigint;
    readonly refusal: Refusal | 'payment_declined';
    readonly declined: DeclineReason | null;
  },
): void {
  const { giftId, refusal, declined } = failed;
  const gift = sheet.move(giftId, 'fail', { refusal, declined, endedAt: sheet.at });
  const actor = declined === null ? 'server' : 'provider';
  sheet.note(giftId, 'refused', actor, { refusal, declined: declined ?? undefined });
  sheet.tell(giftId, 'sender', tellNotSent(desk.keys, gift));
  sheet.giveBack(gift);
}

export function paymentsOf(gifts: readonly GiftRow[]): readonly bigint[] {
  return gifts.flatMap(({ paymentId }) => (paymentId === null ? [] : [paymentId]));
}
