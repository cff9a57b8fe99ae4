import type { Instant } from '../kernel/clock.ts';
import { reverseSale, settleCancellation } from './finish-order.ts';
import type { OrderDesk } from './order-desk.ts';
import { orderOf, saleRequestId, type Order } from './order.ts';
import { beginCancellation, endOrder, expireOrders, listUnsettled } from './orders.sql.ts';

/** So long a client has to fetch the outcome itself before the round looks. */
const LEFT_ALONE_MS = 10_000;

/**
 * What happens to orders by itself, each time it is called: what nobody paid in its session expires, and what
 * was left on its way (a process that died, a client that never came back) is found out, or reversed when its
 * session is over. So nothing stays half. Returns how many orders came to their end.
 */
export async function settleOrders(desk: OrderDesk): Promise<number> {
  const now = desk.clock.now();
  let ended = await expireOrders(desk.database, { at: now });
  const rows = await listUnsettled(desk.database, { before: now - LEFT_ALONE_MS });
  for (const row of rows) {
    if (await settle(desk, orderOf(row, desk.keys), now)) ended += 1;
  }
  return ended;
}

async function settle(desk: OrderDesk, order: Order, now: Instant): Promise<boolean> {
  if (order.state === 'cancelling') return takeBack(desk, order, now);
  const { orderId, clientId, issuerId } = order;
  const requestId = saleRequestId(orderId);
  const found = await desk.engine.findRequest({ clientId, issuerId }, requestId, order.card);
  const end = (state: string, about: { refusal?: string; instrumentId?: bigint | null }) =>
    endOrder(desk.database, {
      orderId,
      at: now,
      state,
      refusal: about.refusal ?? null,
      instrumentId: about.instrumentId ?? null,
      from: ['completing'],
    });
  switch (found.outcome) {
    case 'accepted':
      return (await end('completed', found.done)) > 0;
    case 'refused':
      return (await end('refused', found)) > 0;
    case 'reversed':
      return (await end('cancelled', {})) > 0;
    default:
      if (now < order.expiresAt) return false; // it may still be on its way, and asked for again
      await beginCancellation(desk.database, { orderId });
      return takeBack(desk, { ...order, state: 'cancelling' }, now);
  }
}

async function takeBack(desk: OrderDesk, order: Order, now: Instant): Promise<boolean> {
  const settled = await settleCancellation(desk, order, await reverseSale(desk, order, now));
  return settled.outcome === 'finished' || settled.outcome === 'refused';
}
