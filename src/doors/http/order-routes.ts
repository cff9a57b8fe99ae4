import type { FastifyInstance, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Scope } from '../../clients/index.ts';
import type { Funding } from '../../instruments/index.ts';
import { isoInstant } from '../../kernel/clock.ts';
import {
  cancelOrder,
  completeOrder,
  findOrderOf,
  listOpenOrders,
  openOrder,
  saleRequestId,
  type Finished,
  type Order,
  type OrderDesk,
} from '../../orders/index.ts';
import { cardOf, fundingOf, saleOf, SCOPE_OF_KIND, type Acting } from './acts.ts';
import { answerOf } from './answers.ts';
import { callerOf } from './authentication.ts';
import { answer, isOwnRequestId } from './contract.ts';
import { visitorOf } from './guessing.ts';
import * as contract from './order-contract.ts';
import type { HttpParts } from './parts.ts';
import { sendProblem } from './problems.ts';
import { refusedBy } from './refusing-suspension.ts';

/** Orders over HTTP, as a plugin behind keys. */
export function orderRoutes(
  parts: Pick<HttpParts, 'clients' | 'guesses' | 'switchboard'> & { readonly desk: OrderDesk },
): FastifyPluginCallback {
  return (server, _options, done) => {
    registerOpening(server, parts);
    registerReading(server, parts);
    registerFinishing(server, parts);
    done();
  };
}

type OrderParts = Parameters<typeof orderRoutes>[0];

const tags = ['Orders'];

function registerOpening(server: FastifyInstance, parts: OrderParts): void {
  server.post(
    '/orders',
    {
      config: { scope: 'order', isRemembered: true },
      schema: {
        tags,
        operationId: 'openOrder',
        summary: 'Keep what a buyer asks for, until it is paid',
        description:
          'Judged by now: what is stopped later does not stop it. A refusal is not remembered. Scopes: order, and that of its kind.',
        body: contract.newOrder,
        response: { 200: contract.orderShown, ...contract.errors },
      },
    },
    (request, reply) => open(parts, request, reply),
  );
}

async function open(
  parts: OrderParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const body = request.body as z.output<typeof contract.newOrder>;
  const requestId = request.headers['idempotency-key'];
  if (!isOwnRequestId(requestId)) {
    return sendProblem(request, reply, 'idempotency_key_required');
  }
  const acting = actingFor(parts, request);
  const scope = SCOPE_OF_KIND[body.kind];
  if (!acting.scopes.has(scope)) return sendProblem(request, reply, 'scope_missing', { scope });
  const { clientId, issuerId } = acting.client;
  const product = acting.catalogue.findProduct(issuerId, body.productId);
  if (product === undefined) return sendProblem(request, reply, 'product_not_found');
  const funding = fundingOf(acting, body.sellerId);
  if (funding === undefined) return sendProblem(request, reply, 'seller_not_found');
  const said = saleOf(acting, funding, body);
  if (!said.ok) return sendProblem(request, reply, said.refusal);
  const opened = await openOrder(parts.desk, {
    clientId,
    issuerId,
    requestId,
    kind: body.kind,
    productId: product.productId,
    amountMinor: BigInt(body.amountMinor),
    unit: body.unit,
    funding,
    sale: said.value.sale ?? nothingSaid(funding),
    arrivedAt: request.arrivedAt,
  });
  if (opened.outcome === 'refused') {
    const by = refusedBy(parts, opened.suspensionId, request.arrivedAt);
    return sendProblem(request, reply, opened.refusal, { ...by, isSale: true });
  }
  if (opened.isRepeated) reply.header('idempotency-replayed', 'true');
  return reply.send(shown(parts, opened.order));
}

function nothingSaid(funding: Funding) {
  const sellerId = funding.from === 'seller' ? funding.sellerId : null;
  const nothing = { tenderId: null, shopId: null, contract: null, contractKind: null, age: null };
  return { ...nothing, sellerId, buyer: null };
}

const EVERYTHING = {
  ...{ programmeId: 0, productId: 0, sellerId: 0, chainId: 0, aggregatorId: 0, tenderId: 0 },
  ...{ merchantId: 0, soldBySellerId: 0, operations: [] },
};

function registerReading(server: FastifyInstance, parts: OrderParts): void {
  const { desk } = parts;
  server.get(
    '/orders',
    {
      config: { scope: 'order' },
      schema: {
        tags,
        operationId: 'listOpenOrders',
        summary: 'Orders that are neither sold nor over',
        description: `Of the caller, the oldest first, ${contract.ORDERS_PAGE} at most. Scope: order.`,
        querystring: contract.orderQuery,
        response: { 200: contract.ordersPage, ...contract.errors },
      },
    },
    async (request) => {
      const { after } = request.query as z.output<typeof contract.orderQuery>;
      const { clientId, issuerId } = callerOf(request).client;
      const part = { ...EVERYTHING, issuerId };
      const orders = await listOpenOrders(desk.database, desk.catalogue.current(), {
        part,
        before: request.arrivedAt + 1_000,
        clientId,
        afterId: after === undefined ? 0n : idOf(after),
        size: contract.ORDERS_PAGE,
      });
      const last = orders.length === contract.ORDERS_PAGE ? orders.at(-1) : undefined;
      const next = last === undefined ? null : `ord_${last.orderId}`;
      return { orders: orders.map((order) => shown(parts, order)), next };
    },
  );
  server.get(
    '/orders/:id',
    {
      config: { scope: 'order' },
      schema: {
        tags,
        operationId: 'readOrder',
        summary: 'One order',
        description: 'Scope: order.',
        params: contract.orderPath,
        response: { 200: contract.orderShown, ...contract.errors },
      },
    },
    async (request, reply) => {
      const { clientId } = callerOf(request).client;
      const order = await findOrderOf(desk, { clientId, orderId: namedBy(request) });
      if (order === undefined) return sendProblem(request, reply, 'not_found');
      return reply.send(shown(parts, order));
    },
  );
}

function registerFinishing(server: FastifyInstance, parts: OrderParts): void {
  server.post(
    '/orders/:id/completion',
    {
      config: { scope: 'order' },
      schema: {
        tags,
        operationId: 'completeOrder',
        summary: 'The buyer has paid: issue, activate or load it',
        description:
          'As of when the order arrived. Again and again is once, with the same answer. Scopes: order, and that of its kind.',
        params: contract.orderPath,
        body: contract.completion,
        response: { 200: answer, ...contract.errors },
      },
    },
    (request, reply) => complete(parts, request, reply),
  );
  server.post(
    '/orders/:id/cancellation',
    {
      config: { scope: 'order' },
      schema: {
        tags,
        operationId: 'cancelOrder',
        summary: 'The buyer does not pay, or has the money back',
        description:
          'What was sold meanwhile is reversed. Scopes: order, and reverse where the sale is completed.',
        params: contract.orderPath,
        response: { 200: contract.orderShown, ...contract.errors },
      },
    },
    async (request, reply) => {
      const { client, scopes } = callerOf(request);
      const { clientId, issuerId } = client;
      const asked = { clientId, issuerId, orderId: namedBy(request), arrivedAt: request.arrivedAt };
      const mayReverse = scopes.has('reverse');
      const cancelled = await cancelOrder(parts.desk, { ...asked, mayReverse });
      if (cancelled.outcome !== 'finished') return sendUnfinished(parts, request, reply, cancelled);
      return reply.send(shown(parts, cancelled.order));
    },
  );
}

async function complete(
  parts: OrderParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { desk, guesses } = parts;
  const { client, scopes } = callerOf(request);
  const { clientId, issuerId } = client;
  const orderId = namedBy(request);
  const order = await findOrderOf(desk, { clientId, orderId });
  if (order === undefined) return sendProblem(request, reply, 'not_found');
  const named = (request.body as z.output<typeof contract.completion>)?.card;
  const card = named === undefined ? null : cardOf(named);
  const scope: Scope = card?.by === 'instrument' ? 'staff' : SCOPE_OF_KIND[order.kind];
  if (!scopes.has(scope)) return sendProblem(request, reply, 'scope_missing', { scope });
  const visitor = visitorOf(request, clientId);
  const retryAfterMs = card === null ? 0 : guesses.admit(visitor);
  if (retryAfterMs > 0) return sendProblem(request, reply, 'too_many_attempts', { retryAfterMs });
  let isMiss = false;
  try {
    const asked = { clientId, issuerId, orderId, arrivedAt: request.arrivedAt, card };
    const finished = await completeOrder(desk, asked);
    isMiss = finished.outcome === 'refused' && finished.refusal === 'instrument_not_found';
    if (finished.outcome !== 'finished' || finished.done === null) {
      return sendUnfinished(parts, request, reply, finished);
    }
    return reply.send(answerOf(finished.done, desk.catalogue.current()));
  } finally {
    if (card !== null) guesses.settle(visitor, isMiss);
  }
}

function sendUnfinished(
  parts: OrderParts,
  request: FastifyRequest,
  reply: FastifyReply,
  finished: Finished,
): FastifyReply {
  if (finished.outcome === 'not_done') return sendProblem(request, reply, 'busy', finished);
  if (finished.outcome !== 'refused') return sendProblem(request, reply, 'outcome_unknown');
  const { refusal, suspensionId } = finished;
  if (refusal === 'order_not_found') return sendProblem(request, reply, 'not_found');
  if (refusal === 'scope_missing')
    return sendProblem(request, reply, refusal, { scope: 'reverse' });
  const by = refusedBy(parts, suspensionId, request.arrivedAt);
  return sendProblem(request, reply, refusal, { ...by, isSale: true });
}

function shown({ desk }: OrderParts, order: Order): z.output<typeof contract.orderShown> {
  const catalogue = desk.catalogue.current();
  const { tenderId } = order.sale;
  return {
    orderId: `ord_${order.orderId}`,
    requestId: order.requestId,
    saleRequestId: saleRequestId(order.orderId),
    kind: order.kind,
    state: order.state,
    productId: catalogue.products.get(order.productId)?.key ?? '',
    tender: tenderId === null ? null : (catalogue.tenders.get(tenderId)?.key ?? null),
    amountMinor: Number(order.amountMinor),
    unit: order.unit,
    arrivedAt: isoInstant(order.arrivedAt),
    expiresAt: isoInstant(order.expiresAt),
    code: order.refusal,
  };
}

function actingFor({ clients, desk }: OrderParts, request: FastifyRequest): Acting {
  const { client, scopes } = callerOf(request);
  return {
    client,
    scopes,
    catalogue: desk.catalogue.current(),
    findClient: (ofIssuer, key) => clients.findClient(ofIssuer, key),
  };
}

function namedBy(request: FastifyRequest): bigint {
  return idOf((request.params as z.output<typeof contract.orderPath>).id);
}

const ID_MAX = 2n ** 63n - 1n;

/** One beyond eight bytes is no order's: 0 is none either. */
function idOf(text: string): bigint {
  const id = BigInt(text.slice('ord_'.length));
  return id > ID_MAX ? 0n : id;
}
