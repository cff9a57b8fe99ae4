import { present } from '../kernel/assert.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { Done } from '../instruments/index.ts';
import type { DeclineReason, Payment, Settled } from '../payments/index.ts';
import { REPAIR_MS } from './bounds.ts';
import type { GiftDesk } from './desk.ts';
import { giftIdOf, type GiftRow } from './gift-row.ts';
import { isToIssue, keepIssued } from './issue-gifts.ts';
import { failSending, sendOut } from './sending.ts';
import { Sheet } from './sheet.ts';
import { tellNews, tellNotCharged, tellNotRefunded } from './tell-gifts.ts';

export interface SettledGifts {
  readonly gifts: readonly GiftRow[]; // locked
  readonly settled: readonly Settled[];
  readonly issued: ReadonlyMap<bigint, Done>; // the value of what was taken, where it is out already
}

/**
 * Gifts move with what became known of their payments, in the transaction that writes it. A gift that was stopped
 * meanwhile stays stopped: its payment goes on by itself to nothing taken, and here it is written down. Answers the
 * gifts, and which of them are paid for and still to be issued.
 */
export async function settleGifts(
  desk: GiftDesk,
  on: Queryable,
  { gifts, settled, issued }: SettledGifts,
): Promise<{ readonly giftIds: readonly bigint[]; readonly paid: readonly bigint[] }> {
  const known = settled.flatMap(({ payment }) => {
    const giftId = giftIdOf(payment.purpose);
    return giftId === null ? [] : [{ giftId, payment }];
  });
  const sheet = new Sheet(desk, on, { gifts, at: desk.clock.now() });
  for (const { giftId, payment } of known) {
    const gift = present(sheet.find(giftId), 'a payment of a gift has its gift');
    const isOfNow = gift.paymentId === payment.paymentId;
    if (payment.state === 'declined') decline(desk, sheet, { giftId, payment, isOfNow });
    else advance(desk, sheet, { giftId, payment, isOfNow });
    const done = issued.get(giftId);
    const isPaid = isOfNow && payment.state === 'taken' && isToIssue(sheet.get(giftId));
    if (isPaid && done !== undefined) await keepIssued(desk, on, { sheet, gift, done });
  }
  await sheet.write();
  const giftIds = known.map(({ giftId }) => giftId);
  return { giftIds, paid: giftIds.filter((giftId) => isToIssue(sheet.get(giftId))) };
}

interface Outcome {
  readonly giftId: bigint;
  readonly payment: Payment;
  readonly isOfNow: boolean; // an earlier one's, of a gift that is paid another way now
}

function advance(desk: GiftDesk, sheet: Sheet, { giftId, payment, isOfNow }: Outcome): void {
  const { state } = sheet.get(giftId);
  switch (payment.state) {
    case 'authorised':
      sheet.note(giftId, 'authorised', 'provider');
      if (isOfNow && state === 'scheduled') sendOut(desk, sheet, giftId);
      return;
    case 'taken':
      if (isOfNow && state === 'charging') {
        charge(sheet, giftId);
        sheet.note(giftId, 'charged', 'provider', { when: 'claim' });
        return;
      }
      sheet.note(giftId, 'charged', 'provider', {
        when: state === 'scheduled' ? 'sending' : 'late',
      });
      if (isOfNow && state === 'scheduled') sendOut(desk, sheet, giftId);
      return;
    case 'cancelled':
      sheet.note(giftId, 'released', 'provider');
      return;
    case 'refunded':
      sheet.note(giftId, 'refunded', 'provider');
      return;
    case 'not_refunded':
      sheet.note(giftId, 'not_refunded', 'provider');
      sheet.tell(giftId, 'sender', tellNotRefunded(desk.keys, sheet.get(giftId)));
      desk.log.error(
        { giftId: String(giftId) },
        'a gift was not given back: a person has to settle it',
      );
      return;
    case 'prepared':
    case 'declined':
      return;
  }
}

/** The provider has the money for what was claimed; what was paid at sending has its line of that day. */
export function charge(sheet: Sheet, giftId: bigint): void {
  sheet.move(giftId, 'settle', { chargedAt: sheet.at, endedAt: sheet.at });
}

function decline(desk: GiftDesk, sheet: Sheet, { giftId, payment, isOfNow }: Outcome): void {
  const declined: DeclineReason = payment.declined ?? 'refused';
  const { state } = sheet.get(giftId);
  if (!isOfNow || (state !== 'scheduled' && state !== 'charging')) {
    sheet.note(giftId, 'refused', 'provider', { refusal: 'payment_declined', declined });
    return;
  }
  if (state === 'scheduled') {
    failSending(desk, sheet, { giftId, refusal: 'payment_declined', declined });
    return;
  }
  sheet.giveBack(sheet.get(giftId)); // another way of paying is spent anew
  const repairUntil = sheet.at + REPAIR_MS;
  const refusal = 'payment_declined';
  const gift = sheet.move(giftId, 'fail', { refusal, declined, repairUntil, endedAt: sheet.at });
  sheet.note(giftId, 'refused', 'provider', { refusal, declined });
  sheet.tell(giftId, 'sender', tellNotCharged(desk.keys, gift, repairUntil));
  sheet.tell(giftId, 'recipient', tellNews(desk.keys, gift, 'delayed'));
}
