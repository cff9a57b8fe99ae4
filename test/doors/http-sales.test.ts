/** Sales over HTTP with the real engine: tender, contract, shop and buyer, what the switch refuses, and orders. */
import assert from 'node:assert/strict';
import {
  createGuessThrottle,
  type Client,
  type ClientDirectory,
  type Scope,
} from '../../src/clients/index.ts';
import { problem } from '../../src/doors/http/contract.ts';
import { orderRoutes } from '../../src/doors/http/order-routes.ts';
import { createHttpServer } from '../../src/doors/http/server.ts';
import { createLog } from '../../src/kernel/log.ts';
import { createMetrics } from '../../src/kernel/metrics.ts';
import { accepted } from '../../src/kernel/result.ts';
import { forBothDatabases } from '../support/database.ts';
import { PRODUCTS } from '../support/house.ts';
import { openSellingHouse, type SellingHouse } from '../support/selling-house.ts';
import { SHOP } from './http-world.ts';

const SALE = { productId: 'code', amountMinor: 3_000, unit: 'JPY' };
const BILL = { tender: 'bill', contract: '090-1111-2222', buyer: { line: 'own', age: 40 } };
const KEY = `kk_${'shop'.padStart(43, 'k')}`;
const NO_REVERSAL_KEY = `kk_${'app'.padStart(43, 'k')}`;
const OTHER_KEY = `kk_${'web'.padStart(43, 'k')}`;
const SCOPES: readonly Scope[] = ['order', 'issue', 'read', 'reverse', 'batch'];

interface Said {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function openDoor(house: SellingHouse, options: { readonly openOrdersMax?: number } = {}) {
  const { clock, engine, switches, catalogue } = house;
  const keys = new Map<string, Client>([
    [KEY, { ...SHOP, clientId: 1, sellerId: 1, merchantId: 1 }],
    [OTHER_KEY, { ...SHOP, clientId: 2, key: 'web', sellerId: 1, merchantId: 1 }],
    [NO_REVERSAL_KEY, { ...SHOP, clientId: 1, sellerId: 1, merchantId: 1 }],
  ]);
  const clients: ClientDirectory = {
    findCaller(key) {
      const client = keys.get(key);
      const scopes = SCOPES.filter((scope) => key !== NO_REVERSAL_KEY || scope !== 'reverse');
      return client && { client, apiKeyId: 1, scopes: new Set(scopes) };
    },
    findClient: () => undefined,
    findTerminal: () => undefined,
    activeTerminals: () => [],
    findSigningKey: () => undefined,
  };
  const log = createLog({ level: 'fatal', isTerminal: false, write: () => undefined });
  const metrics = createMetrics({ withProcess: false });
  const guesses = createGuessThrottle({ clock, log, metrics, hashAsker: (name) => name });
  const switchboard = () => switches.current();
  const desk = { ...house, engine, ...options };
  const server = await createHttpServer(
    {
      ...{ engine, clients, guesses, clock, log, metrics, switchboard },
      feed: { read: async () => accepted({ events: [], cursor: '', hasMore: false }) },
      catalogue: () => catalogue.current(),
      readiness: async () => [],
    },
    { keyedPlugins: [orderRoutes({ desk, clients, guesses, switchboard })] },
  );
  let count = 0;
  return {
    server,
    call: async (
      url: string,
      body?: object,
      options: { id?: string; key?: string; ja?: true } = {},
    ): Promise<Said> => {
      count += 1;
      const answer = await server.fastify.inject({
        method: body === undefined ? 'GET' : 'POST',
        url: `/v1${url}`,
        headers: {
          authorization: `Bearer ${options.key ?? KEY}`,
          ...(body !== undefined && { 'idempotency-key': options.id ?? `call-${count}` }),
          ...(options.ja && { 'accept-language': 'ja' }),
        },
        ...(body !== undefined && { payload: body }),
      });
      return { status: answer.statusCode, body: answer.json() };
    },
  };
}

forBothDatabases(
  'a sale says how it is paid, and is told which suspension refuses it',
  async (database) => {
    const house = await openSellingHouse(database);
    const { server, call } = await openDoor(house);
    for (const [status, code, said] of [
      [200, undefined, BILL],
      [404, 'tender_not_found', { tender: 'nothing' }],
      [404, 'shop_not_found', { shop: 'ueno' }],
      [422, 'contract_missing', { tender: 'bill' }],
      [400, 'request_not_understood', { tender: 'bill', contract: 'x'.repeat(65) }],
      [400, 'request_not_understood', { buyer: { device: 'watch' } }],
      [422, 'tender_limit_exceeded', { ...BILL, buyer: { age: 15 } }],
    ] as const) {
      const answered = await call('/instruments', { ...SALE, ...said });
      assert.deepEqual(
        [
          answered.status,
          answered.body['code' in answered.body && status !== 200 ? 'code' : 'none'],
        ],
        [status, code],
      );
    }
    const { suspensionId, startsAt } = await house.stop({ productId: PRODUCTS.code });
    house.clock.advance(2_000);
    const refused = await call('/instruments', { ...SALE, ...BILL }, { id: 'again' });
    assert.equal(refused.status, 422);
    const said = problem.parse(refused.body);
    assert.equal(said.code, 'suspended');
    assert.match(said.detail, /^Sale is suspended\. Nothing was charged/);
    assert.deepEqual(said.suspension, {
      suspensionId,
      effect: 'stopped',
      startsAt: new Date(startsAt).toISOString(),
      announcedText: null,
      expectedEnd: null,
      conditions: null,
      textJa: '現在、販売を停止しています。',
      textEn: 'Sale is suspended.',
    });
    const again = await call('/instruments', { ...SALE, ...BILL }, { id: 'again', ja: true });
    assert.match(problem.parse(again.body).detail, /^現在、販売を停止しています。請求も/);
    assert.deepEqual(again.body['suspension'], refused.body['suspension']);
    const order = await call('/orders', { kind: 'issue', ...SALE, ...BILL });
    const item = { kind: 'issue', requestId: 'item-1', ...SALE, ...BILL };
    const batch = await call('/batches', { operations: [item] });
    const [inBatch] = batch.body['answers'] as Record<string, unknown>[];
    assert.equal(inBatch?.['code'], 'suspended', JSON.stringify(batch));
    for (const body of [refused.body, order.body, inBatch]) {
      assert.equal(body?.['holder'], undefined, 'nobody holds what was not sold');
    }
    await server.drain();
    await house.close();
  },
);

forBothDatabases('an order that came before a stop is completed behind it', async (database) => {
  const house = await openSellingHouse(database);
  const { server, call } = await openDoor(house);
  const asked = { kind: 'issue', ...SALE, ...BILL };
  const opened = await call('/orders', asked, { id: 'mine' });
  assert.equal(opened.status, 200);
  assert.equal(opened.body['state'], 'open');
  const orderId = String(opened.body['orderId']);
  await house.stop({});
  house.clock.advance(60_000);
  assert.equal((await call('/orders', asked)).body['code'], 'suspended');
  assert.deepEqual(
    (await call('/orders', asked, { id: 'mine' })).body,
    opened.body,
    'the same order',
  );
  const listed = await call('/orders');
  assert.deepEqual(listed.body, { orders: [opened.body], next: null });
  for (const [url, body] of [
    [`/orders/${orderId}`, undefined],
    [`/orders/${orderId}/completion`, {}],
    [`/orders/${orderId}/cancellation`, {}],
  ] as const) {
    assert.equal((await call(url, body, { key: OTHER_KEY })).status, 404, 'it is nobody else’s');
  }
  const sold = await call(`/orders/${orderId}/completion`, {});
  assert.equal(sold.status, 200);
  assert.match(String(sold.body['code']), /^[2-9A-Z-]{19}$/);
  const again = await call(`/orders/${orderId}/completion`, {});
  assert.deepEqual(again.body, sold.body);
  assert.equal((await call(`/orders/${orderId}`)).body['state'], 'completed');
  const undone = await call(`/orders/${orderId}/cancellation`, {});
  assert.equal(undone.body['state'], 'cancelled');
  assert.equal((await call(`/orders/${orderId}/completion`, {})).body['code'], 'order_over');
  assert.equal((await call('/orders/ord_999/completion', {})).status, 404);
  const card = await call('/orders', { ...asked, kind: 'activate', productId: 'variable' });
  assert.deepEqual(
    [card.status, card.body['code'], card.body['scope']],
    [403, 'scope_missing', 'activate'],
  );
  await server.drain();
  await house.close();
});

forBothDatabases(
  'an order: ids of its own are not taken, what is sold needs the scope reverse, and there are so many',
  async (database) => {
    const house = await openSellingHouse(database);
    const { server, call } = await openDoor(house, { openOrdersMax: 1 });
    const asked = { kind: 'issue', ...SALE, ...BILL };
    for (const id of ['order 1', 'cancel order 1 0']) {
      for (const url of ['/orders', '/instruments']) {
        const taken = await call(url, url === '/orders' ? asked : { ...SALE, ...BILL }, { id });
        assert.deepEqual([taken.status, taken.body['code']], [400, 'idempotency_key_required'], id);
      }
    }
    const opened = await call('/orders', asked, { id: 'one' });
    assert.equal(opened.status, 200, JSON.stringify(opened.body));
    const over = await call('/orders', asked, { id: 'two' });
    assert.equal(over.body['code'], 'too_many_open_orders');
    assert.ok([409, 422, 429].includes(over.status), String(over.status));
    const url = `/orders/${String(opened.body['orderId'])}`;
    assert.equal((await call(`${url}/completion`, {})).status, 200);
    const alone = await call(`${url}/cancellation`, {}, { key: NO_REVERSAL_KEY });
    assert.deepEqual(
      [alone.status, alone.body['code'], alone.body['scope']],
      [403, 'scope_missing', 'reverse'],
    );
    assert.equal((await call(url)).body['state'], 'completed', 'it is still sold');
    assert.equal((await call(`${url}/cancellation`, {})).body['state'], 'cancelled');
    await server.drain();
    await house.close();
  },
);
