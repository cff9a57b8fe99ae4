import type { Instant } from '../kernel/clock.ts';
import type { Logger } from '../kernel/log.ts';
import { takeBackLeft } from './finish-order.ts';
import type { OrderDesk } from './order-desk.ts';
import { orderOf, saleRequestId, type Order } from './order.ts';
import { endOrder, eraseCards, expireOrders, listUnsettled } from './orders.sql.ts';

/** So long a client has to fetch the outcome itself before the round looks. */
const LEFT_ALONE_MS = 10_000;
const PAGE = 100;
const DAY_MS = 86_400_000;
/** So long behind its end an order still knows the card that it was completed with, to take it back. */
export const CARD_KEPT_MS = 30 * DAY_MS;

/**
 * What happens to orders by itself, each time it is called: what nobody paid in its session expires, and what
 * was left on its way (a process that died, a client that never came back) is found out, or reversed when its
 * session is over. So nothing stays half. One that breaks is told and does not stop the others. Returns how many
 * orders came to their end.
 */
export async function settleOrders(desk: OrderDesk, log?: Pick<Logger, 'error'>): Promise<number> {
  const now = desk.clock.now();
  let ended = await expireOrders(desk.database, { at: now });
  const page = { before: now - LEFT_ALONE_MS, size: PAGE };
  for (let afterId = 0n; ;) {
    const rows = await listUnsettled(desk.database, { ...page, afterId });
    for (const row of rows) {
      try {
        if (await settle(desk, orderOf(row, desk.keys), now)) ended += 1;
      } catch (failure) {
        log?.error({ err: failure, orderId: String(row.orderId) }, 'an order could not be settled');
      }
      afterId = row.orderId;
    }
    if (rows.length < PAGE) break;
  }
  await eraseCards(desk.database, { before: now - CARD_KEPT_MS });
  return ended;
}

async function settle(desk: OrderDesk, order: Order, now: Instant): Promise<boolean> {
  const { orderId, clientId, issuerId, state: from } = order;
  const requestId = saleRequestId(orderId);
  const found = await desk.engine.findRequest({ clientId, issuerId }, requestId, order.card);
  const end = (state: string, about: { refusal?: string; instrumentId?: bigint | null }) =>
    endOrder(desk.database, {
      orderId,
      at: now,
      state,
      refusal: about.refusal ?? null,
      instrumentId: about.instrumentId ?? null,
      from: [from],
    });
  switch (found.outcome) {
    case 'accepted':
      return from === 'cancelling'
        ? takeBack(desk, order, now)
        : (await end('completed', found.done)) > 0;
    case 'refused':
      return (await end('refused', found)) > 0;
    case 'reversed':
      return (await end('cancelled', {})) > 0;
    default:
      // Not cancelled yet, it may still be on its way, and asked for again.
      if (from === 'completing' && now < order.expiresAt) return false;
      return takeBack(desk, order, now);
  }
}

async function takeBack(desk: OrderDesk, order: Order, now: Instant): Promise<boolean> {
  const finished = await takeBackLeft(desk, order, now);
  return finished?.outcome === 'finished' || finished?.outcome === 'refused';
}
