/** Orders over HTTP: what is asked for when a buyer asks, and when a buyer has paid. */
import { z } from 'zod';
import { BODIES, card, instant, problem } from './contract.ts';

export const ORDERS_PAGE = 100;

const { productId, amountMinor, unit, sellerId, tender, shop, contract, contractKind, buyer } =
  BODIES.issue.shape;

export const newOrder = z
  .strictObject({
    kind: z
      .enum(['issue', 'activate', 'load'])
      .meta({ description: 'What completes it: a code is issued, a card activated or loaded' }),
    ...{ productId, amountMinor, unit, sellerId, tender, shop, contract, contractKind, buyer },
  })
  .meta({ id: 'NewOrder' });

export const completion = z
  .strictObject({ card: card.optional() })
  .nullish()
  .meta({ id: 'OrderCompletion', description: 'With the card, where one is activated or loaded' });

const orderId = z.string().regex(/^ord_[1-9][0-9]{0,18}$/, 'ord_ and digits');
export const orderPath = z.strictObject({ id: orderId });
export const orderQuery = z.strictObject({
  after: orderId.optional().meta({ description: 'The last id of the page before' }),
});

export const orderShown = z
  .strictObject({
    orderId,
    requestId: z.string().meta({ description: 'As its Idempotency-Key called it' }),
    saleRequestId: z
      .string()
      .meta({ description: 'The request that completes it: what a reversal or an inquiry names' }),
    kind: z.enum(['issue', 'activate', 'load']),
    state: z.enum([
      'open',
      'completing',
      'completed',
      'refused',
      'cancelling',
      'cancelled',
      'expired',
    ]),
    productId: z.string(),
    tender: z.string().nullable(),
    amountMinor: z.int(),
    unit: z.string(),
    arrivedAt: instant.meta({
      description: 'It is judged by this instant, whenever it is completed',
    }),
    expiresAt: instant.meta({ description: 'From then on it is not completed any more' }),
    code: z.string().nullable().meta({ description: 'The refusal, where it was refused' }),
  })
  .meta({ id: 'Order' });

export const ordersPage = z
  .strictObject({ orders: z.array(orderShown), next: orderId.nullable() })
  .meta({ id: 'OrdersPage' });

export const errors = { '4xx': problem, '5xx': problem };
