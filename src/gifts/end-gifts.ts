import type { Queryable } from '../kernel/database/index.ts';
import type { Payment } from '../payments/index.ts';
import type { GiftDesk } from './desk.ts';
import type { GiftActor, GiftEventKind } from './gift.ts';
import type { GiftRow } from './gift-row.ts';
import type { GiftMove } from './next-gift-state.ts';
import { paymentsOf } from './sending.ts';
import type { Sheet } from './sheet.ts';
import { tellNews, tellOver, type GiftEnd, type GiftMoney } from './tell-gifts.ts';

/** How some gifts end. */
export interface Ending {
  readonly move: Extract<GiftMove, 'cancel' | 'stop' | 'void' | 'expire'>;
  readonly kind: Extract<
    GiftEventKind,
    'cancelled' | 'stopped' | 'voided' | 'declined_by_recipient' | 'expired'
  >;
  readonly actor: GiftActor;
  readonly told: GiftEnd | null; // to the sender; null: a case tells of all of them together
  readonly caseNumber?: string;
}

/**
 * Gifts that are over with nothing taken: their payments are wanted cancelled in the same transaction, so what was
 * taken, or is being taken at this moment, is given back in full (R23). Whoever had been told of the gift hears of it.
 */
export async function endGifts(
  desk: GiftDesk,
  on: Queryable,
  { sheet, giftIds, ending }: { sheet: Sheet; giftIds: readonly bigint[]; ending: Ending },
): Promise<ReadonlyMap<bigint, GiftMoney>> {
  const before = new Map(giftIds.map((giftId) => [giftId, sheet.get(giftId)]));
  const ended = giftIds.map((giftId) => {
    const patch = ending.caseNumber === undefined ? {} : { caseNumber: ending.caseNumber };
    const gift = sheet.move(giftId, ending.move, { endedAt: sheet.at, ...patch });
    sheet.note(giftId, ending.kind, ending.actor, { case: ending.caseNumber });
    return gift;
  });
  const moneys = await letGo(desk, on, ended);
  for (const gift of ended) {
    const { giftId } = gift;
    sheet.giveBack(gift);
    const money = moneys.get(giftId) ?? 'nothing';
    if (ending.told !== null) {
      sheet.tell(giftId, 'sender', tellOver(desk.keys, gift, { what: ending.told, money }));
    }
    const was = before.get(giftId);
    if (was !== undefined && knowsOfIt(was, ending)) {
      const news = ending.told === 'not_confirmed' ? 'unconfirmed' : 'withdrawn';
      sheet.tell(giftId, 'recipient', tellNews(desk.keys, gift, news));
    }
  }
  return moneys;
}

/** Who got a mail hears that there is nothing to claim any more; who let it expire, or did not want it, knows. */
function knowsOfIt({ state }: GiftRow, { kind }: Ending): boolean {
  if (state === 'scheduled' || kind === 'declined_by_recipient') return false;
  return kind !== 'expired' || state === 'claimed';
}

/** Nothing may stay taken of these. */
export async function letGo(
  desk: GiftDesk,
  on: Queryable,
  gifts: readonly GiftRow[],
): Promise<ReadonlyMap<bigint, GiftMoney>> {
  const payments = await desk.payments.want(on, 'cancel', paymentsOf(gifts));
  const byId = new Map(payments.map((payment) => [payment.paymentId, payment]));
  const moneys = new Map<bigint, GiftMoney>();
  for (const { giftId, paymentId } of gifts) {
    const payment = paymentId === null ? undefined : byId.get(paymentId);
    if (payment === undefined) continue;
    moneys.set(giftId, moneyOf(payment));
  }
  return moneys;
}

function moneyOf({ state, doing }: Payment): GiftMoney {
  if (state === 'taken' || doing === 'capture' || doing === 'charge') return 'refunded';
  return state === 'authorised' || doing !== null ? 'released' : 'nothing';
}
