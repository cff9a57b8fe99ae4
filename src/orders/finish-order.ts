import type { CardReference, Done, Outcome, Refusal } from '../instruments/index.ts';
import type { Instant } from '../kernel/clock.ts';
import type { OrderClient, OrderDesk } from './order-desk.ts';
import { cancelRequestId, cardText, orderOf, saleRequestId, type Order } from './order.ts';
import { beginCancellation, beginCompletion, endOrder, findOrder } from './orders.sql.ts';

/** Why an order was not completed or cancelled, beside what the engine says. */
export type FinishRefusal =
  | 'order_not_found'
  | 'order_over' // cancelled or expired: what was asked for is asked for anew
  | 'order_card_differs' // it is completed with one card only
  | 'order_card_missing'
  | 'order_card_not_wanted'; // an issue makes its card itself

export type Finished =
  | { readonly outcome: 'finished'; readonly order: Order; readonly done: Done | null }
  | {
      readonly outcome: 'refused';
      readonly refusal: FinishRefusal | Refusal;
      readonly suspensionId?: number;
    }
  | Extract<Outcome, { outcome: 'not_done' | 'outcome_unknown' }>;

export interface Finish extends OrderClient {
  readonly orderId: bigint;
  readonly arrivedAt: Instant;
}

export async function findOrderOf(
  desk: OrderDesk,
  { orderId, clientId }: Pick<Finish, 'orderId' | 'clientId'>,
): Promise<Order | undefined> {
  const [row] = await findOrder(desk.database, { orderId, clientId });
  return row && orderOf(row, desk.keys);
}

/**
 * The buyer has paid: what the order asks for is issued, activated or loaded, as of when the order arrived (R24).
 * Once or many times is the same: the engine knows the request.
 */
export async function completeOrder(
  desk: OrderDesk,
  asked: Finish & { readonly card: CardReference | null },
): Promise<Finished> {
  const order = await findOrderOf(desk, asked);
  if (order === undefined) return refusedWith('order_not_found');
  const { orderId, state } = order;
  if (order.kind === 'issue' && asked.card !== null) return refusedWith('order_card_not_wanted');
  if (order.kind !== 'issue' && asked.card === null) return refusedWith('order_card_missing');
  if (state === 'open') {
    const card = asked.card === null ? null : cardText(asked.card);
    const begun = await beginCompletion(desk.database, {
      orderId,
      at: asked.arrivedAt,
      card: card === null ? null : cardName(desk, card),
      sealedCard: card === null ? null : desk.keys.seal(card),
    });
    if (begun === 0 && asked.arrivedAt >= order.expiresAt) return refusedWith('order_over');
    const now = begun === 0 ? await findOrderOf(desk, asked) : order;
    if (now === undefined || isOver(now)) return refusedWith('order_over');
    if (begun === 0) return completeOrder(desk, asked); // another was quicker
  } else if (isOver(order)) {
    return refusedWith('order_over');
  } else if (asked.card !== null && !isSameCard(order.card, asked.card)) {
    return refusedWith('order_card_differs');
  }
  return settleCompletion(desk, order, await submitSale(desk, order, asked));
}

function isOver({ state }: Order): boolean {
  return state === 'cancelled' || state === 'cancelling' || state === 'expired';
}

function isSameCard(one: CardReference | null, other: CardReference): boolean {
  return one !== null && cardText(one) === cardText(other);
}

/** Neither a code nor what could be searched for one. */
function cardName(desk: OrderDesk, card: string): string {
  return Buffer.from(desk.keys.contentHash(`card of an order\n${card}`)).toString('base64url');
}

function submitSale(
  desk: OrderDesk,
  order: Order,
  asked: { readonly card: CardReference | null; readonly arrivedAt: Instant },
): Promise<Outcome> {
  const { kind, amountMinor, unit, funding, productId } = order;
  const envelope = {
    clientId: order.clientId,
    issuerId: order.issuerId,
    requestId: saleRequestId(order.orderId),
    arrivedAt: asked.arrivedAt,
    soldAt: order.arrivedAt,
    sale: order.sale,
  };
  const { card } = asked;
  if (kind === 'issue' || card === null) {
    return desk.engine.submit({
      ...envelope,
      kind: 'issue',
      productId,
      amountMinor,
      unit,
      funding,
    });
  }
  if (kind === 'activate') {
    return desk.engine.submit({ ...envelope, kind, card, amountMinor, unit, funding });
  }
  return desk.engine.submit({
    ...envelope,
    kind,
    card,
    amountMinor,
    unit,
    lotClass: 'paid',
    funding,
  });
}

/** What is not known stays `completing`: the client asks again, or the round finds out. */
async function settleCompletion(
  desk: OrderDesk,
  order: Order,
  outcome: Outcome,
): Promise<Finished> {
  const { orderId } = order;
  if (outcome.outcome === 'not_done' || outcome.outcome === 'outcome_unknown') return outcome;
  const at = desk.clock.now();
  if (outcome.outcome === 'refused') {
    const { refusal } = outcome;
    const end = { orderId, at, state: 'refused', refusal, instrumentId: null };
    await endOrder(desk.database, { ...end, from: ['completing'] });
    return { ...outcome, refusal };
  }
  const { instrumentId } = outcome.done;
  const end = { orderId, at, state: 'completed', refusal: null, instrumentId };
  await endOrder(desk.database, { ...end, from: ['completing'] });
  return {
    outcome: 'finished',
    order: { ...order, state: 'completed', instrumentId },
    done: outcome.done,
  };
}

/** The buyer does not pay, or takes it back: nothing is sold, and what was sold meanwhile is reversed. */
export async function cancelOrder(desk: OrderDesk, asked: Finish): Promise<Finished> {
  const order = await findOrderOf(desk, asked);
  if (order === undefined) return refusedWith('order_not_found');
  const { orderId, state } = order;
  const at = desk.clock.now();
  const nothing = { orderId, at, refusal: null, instrumentId: null };
  const ended = await endOrder(desk.database, { ...nothing, state: 'cancelled', from: ['open'] });
  if (ended > 0 || state === 'cancelled' || state === 'expired') {
    const over = state === 'expired' ? 'expired' : 'cancelled';
    return { outcome: 'finished', order: { ...order, state: over }, done: null };
  }
  if (state === 'refused') return { outcome: 'finished', order, done: null }; // nothing was sold
  const begun = await beginCancellation(desk.database, { orderId });
  if (begun === 0 && state !== 'cancelling') return cancelOrder(desk, asked); // it has moved on
  const now = (await findOrderOf(desk, asked)) ?? order;
  return settleCancellation(desk, now, await reverseSale(desk, now, asked.arrivedAt));
}

/** Also what was never seen is reversed: it will not happen any more (R9). */
export function reverseSale(desk: OrderDesk, order: Order, arrivedAt: Instant): Promise<Outcome> {
  return desk.engine.submit({
    clientId: order.clientId,
    issuerId: order.issuerId,
    requestId: cancelRequestId(order.orderId),
    arrivedAt,
    kind: 'reverse',
    originalRequestId: saleRequestId(order.orderId),
    card: order.card,
    holdId: null,
  });
}

/** Spent in the meantime, it stays sold, and a person has been asked (R12). */
export async function settleCancellation(
  desk: OrderDesk,
  order: Order,
  outcome: Outcome,
): Promise<Finished> {
  if (outcome.outcome === 'not_done' || outcome.outcome === 'outcome_unknown') return outcome;
  const { orderId, instrumentId } = order;
  const state = outcome.outcome === 'accepted' ? 'cancelled' : 'completed';
  const end = { orderId, at: desk.clock.now(), state, refusal: null, instrumentId };
  await endOrder(desk.database, { ...end, from: ['cancelling'] });
  if (outcome.outcome === 'refused') return { outcome: 'refused', refusal: outcome.refusal };
  return { outcome: 'finished', order: { ...order, state: 'cancelled' }, done: outcome.done };
}

function refusedWith(refusal: FinishRefusal): Finished {
  return { outcome: 'refused', refusal };
}
