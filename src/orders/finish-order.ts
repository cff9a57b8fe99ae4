import type { CardReference, Done, Outcome, Refusal } from '../instruments/index.ts';
import type { Instant } from '../kernel/clock.ts';
import type { OrderClient, OrderDesk } from './order-desk.ts';
import { cancelRequestId, cardText, orderOf, saleRequestId, type Order } from './order.ts';
import { beginCancellation, beginCompletion, endOrder, findOrder } from './orders.sql.ts';

/** Why an order was not completed or cancelled, beside what the engine says. */
export type FinishRefusal =
  | 'order_not_found'
  | 'scope_missing' // what is sold is taken back by who may reverse
  | 'order_too_old' // its card has been erased: it is reversed as the request that it is
  | 'order_over' // cancelled or expired: what was asked for is asked for anew
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
  } else if (asked.card !== null && order.cardName !== cardName(desk, cardText(asked.card))) {
    return refusedWith('order_card_differs');
  }
  return settleCompletion(desk, order, await submitSale(desk, order, asked));
}

function isOver({ state }: Order): boolean {
  return state === 'cancelled' || state === 'cancelling' || state === 'expired';
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
    soldProductId: productId,
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

/**
 * The buyer does not pay, or takes it back: nothing is sold, and what was sold meanwhile is reversed. What is known
 * to be sold is taken back only by who may reverse.
 */
export async function cancelOrder(
  desk: OrderDesk,
  asked: Finish & { readonly mayReverse: boolean },
): Promise<Finished> {
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
  if (state === 'completed' && !asked.mayReverse) return refusedWith('scope_missing');
  const isErased = order.kind !== 'issue' && order.card === null;
  if (state === 'completed' && isErased) return refusedWith('order_too_old');
  const from = asked.mayReverse ? [...UNDER_WAY, 'completed'] : UNDER_WAY;
  const [begun] = await beginCancellation(desk.database, { orderId, at, from });
  if (begun === undefined) return cancelOrder(desk, asked); // it has moved on
  const now = (await findOrderOf(desk, asked)) ?? order;
  return takeBack(desk, now, { tries: begun.cancelTries, arrivedAt: asked.arrivedAt });
}

const UNDER_WAY = ['completing', 'cancelling'];

/** The same by itself, of an order that was left on its way. Null: it has moved on. */
export async function takeBackLeft(
  desk: OrderDesk,
  order: Order,
  arrivedAt: Instant,
): Promise<Finished | null> {
  const begin = { orderId: order.orderId, at: arrivedAt, from: UNDER_WAY };
  const [begun] = await beginCancellation(desk.database, begin);
  return begun ? takeBack(desk, order, { tries: begun.cancelTries, arrivedAt }) : null;
}

/** Also what was never seen is reversed: it will not happen any more (R9). */
async function takeBack(
  desk: OrderDesk,
  order: Order,
  by: { readonly tries: number; readonly arrivedAt: Instant },
): Promise<Finished> {
  const outcome = await desk.engine.submit({
    clientId: order.clientId,
    issuerId: order.issuerId,
    requestId: cancelRequestId(order.orderId, by.tries),
    arrivedAt: by.arrivedAt,
    kind: 'reverse',
    originalRequestId: saleRequestId(order.orderId),
    card: order.card,
    holdId: null,
  });
  if (outcome.outcome === 'not_done' || outcome.outcome === 'outcome_unknown') return outcome;
  const { orderId, instrumentId } = order;
  const end = { orderId, at: desk.clock.now(), refusal: null, instrumentId, from: ['cancelling'] };
  if (outcome.outcome === 'accepted') {
    await endOrder(desk.database, { ...end, state: 'cancelled' });
    return { outcome: 'finished', order: { ...order, state: 'cancelled' }, done: outcome.done };
  }
  // Spent in the meantime, it stays sold, and a person has been asked (R12). Else it is tried again.
  if (PROVES_A_SALE.has(outcome.refusal))
    await endOrder(desk.database, { ...end, state: 'completed' });
  return { outcome: 'refused', refusal: outcome.refusal };
}

/** A reversal is refused so only where there is something to undo: no other refusal says that it was sold. */
const PROVES_A_SALE: ReadonlySet<Refusal> = new Set([
  'already_spent',
  'already_returned',
  'not_reversible',
]);

function refusedWith(refusal: FinishRefusal | 'order_card_differs'): Finished {
  return { outcome: 'refused', refusal };
}
