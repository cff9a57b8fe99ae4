import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer, balance, batchAnswer } from '../../src/doors/http/contract.ts';
import { VALUE_ROUTES } from '../../src/doors/http/value-routes.ts';
import { openWorld, SHOP, START } from './http-world.ts';

const MONEY = { amountMinor: 1_500, unit: 'JPY' };

test('a code is issued, asked for, redeemed and its history read', async () => {
  await using world = await openWorld();
  const issued = await world.call({
    url: '/v1/instruments',
    body: { productId: 'gift-code', amountMinor: 3_000, unit: 'JPY' },
  });
  assert.equal(issued.status, 200);
  assert.equal(answer.parse(issued.body).kind, 'issue');
  const card = { code: issued.body.code };

  const asked = await world.call({ url: '/v1/balance-inquiries', body: { card }, requestId: null });
  assert.equal(balance.parse(asked.body).balanceMinor, 3_000);

  const redeemed = await world.call({
    url: '/v1/redemptions',
    body: { card, ...MONEY },
    requestId: 'r-2',
  });
  assert.equal(redeemed.status, 200);
  assert.equal(answer.parse(redeemed.body).balanceMinor, 1_500);
  assert.equal(redeemed.headers['idempotency-replayed'], undefined);

  const again = await world.call({
    url: '/v1/redemptions',
    body: { card, ...MONEY },
    requestId: 'r-2',
  });
  assert.deepEqual(again.body, redeemed.body, 'the same request: the same answer');
  assert.equal(again.headers['idempotency-replayed'], 'true');

  const { instrumentId } = redeemed.body;
  const read = await world.call({ url: `/v1/instruments/${String(instrumentId)}` });
  assert.equal(balance.parse(read.body).balanceMinor, 1_500);
  const history = await world.call({
    url: `/v1/instruments/${String(instrumentId)}/transfers?limit=1`,
  });
  const [transfer] = history.body['transfers'] as Record<string, unknown>[];
  assert.equal(transfer?.['amountMinor'], 1_500);
  const outcome = await world.call({ url: '/v1/requests/r-2' });
  assert.equal(outcome.body['outcome'], 'accepted');
});

test('an operation carries the client, the instant it came in, and the keys as ids', async () => {
  await using world = await openWorld();
  world.clock.advance(250);
  const body = { card: { code: 'ABCD' }, ...MONEY, merchantId: 'cafe' };
  await world.call({ url: '/v1/redemptions', body, requestId: 'one two' });
  assert.deepEqual(world.engine.operations, [
    {
      clientId: SHOP.clientId,
      issuerId: 1,
      requestId: 'one two',
      arrivedAt: START + 250,
      kind: 'redeem',
      card: { by: 'code', code: 'ABCD' },
      amountMinor: 1_500n,
      unit: 'JPY',
      merchantId: 31,
      isPartialAllowed: false,
      place: { sellerId: 21 },
    },
  ]);
});

test('seller and merchant are those of the client, or others only for staff', async () => {
  await using world = await openWorld();
  const key = world.key(['redeem', 'issue']);
  const card = { code: 'ABCD' };
  const other = { url: '/v1/redemptions', body: { card, ...MONEY, merchantId: 'books' } };
  assert.equal((await world.call({ ...other, key })).body['code'], 'merchant_not_found');
  await world.call(other);
  const [operation] = world.engine.operations;
  assert.equal(operation?.kind === 'redeem' && operation.merchantId, 32);

  const issue = { productId: 'gift-code', ...MONEY, sellerId: 'online' };
  const issued = await world.call({ url: '/v1/instruments', body: issue, key });
  assert.equal(issued.body['code'], 'seller_not_found');
  // Who is nobody's seller or merchant cannot pick one: a return would come out of that shop's takings.
  const nobody = world.key(['issue', 'return'], { clientId: 9, sellerId: null, merchantId: null });
  const sold = await world.call({ url: '/v1/instruments', body: issue, key: nobody });
  assert.equal(sold.body['code'], 'seller_not_found');
  const back = { url: '/v1/returns', body: { card, ...MONEY, merchantId: 'books' } };
  assert.equal((await world.call({ ...back, key: nobody })).body['code'], 'merchant_not_found');
  const shop = world.key(['deactivate']);
  await world.call({ url: '/v1/deactivations', body: { card }, key: shop });
  const taken = world.engine.operations.at(-1);
  const soldBy = { from: 'seller', sellerId: 21 };
  assert.deepEqual(taken?.kind === 'deactivate' && taken.soldBy, soldBy, 'its own sales only');
  const prepaid = world.key(['issue'], { clientId: 8, funding: 'funds', sellerId: null });
  await world.call({
    url: '/v1/instruments',
    body: { productId: 'gift-code', ...MONEY },
    key: prepaid,
  });
  const last = world.engine.operations.at(-1);
  assert.deepEqual(last?.kind === 'issue' && last.funding, { from: 'funds', clientId: 8 });
  const named = { productId: 'gift-code', ...MONEY, sellerId: 'nobody' };
  const passedOver = await world.call({ url: '/v1/instruments', body: named, key: prepaid });
  assert.equal(passedOver.body['code'], 'seller_not_found', 'also where funds pay');
});

test('every route that moves value takes its body and passes its kind on', async () => {
  await using world = await openWorld();
  world.engine.addCard({ code: 'CODE', number: '9999000011112222', balanceMinor: 9_000n });
  const card = { code: 'CODE' };
  const bodies: Record<string, unknown> = {
    issue: { productId: 'gift-code', ...MONEY },
    activate: { card },
    deactivate: { card },
    load: { card, ...MONEY },
    redeem: { card, ...MONEY },
    return: { card, ...MONEY, originalRequestId: 'r-0' },
    hold: { card, ...MONEY, durationSeconds: 60 },
    capture: MONEY,
    release: {},
    freeze: { card, reason: 'reported as lost' },
    unfreeze: { card },
    void: { card, reason: 'printed twice' },
    move: { card, to: { number: '9999000011112222' } },
    reverse: { requestId: 'r-0', card },
    fund: { clientId: 'shop', direction: 'in', ...MONEY },
  };
  for (const { url, kind } of VALUE_ROUTES) {
    const address = `/v1${url.replace(':id', 'hld_512')}`;
    const answered = await world.call({ url: address, body: bodies[kind], requestId: `k-${kind}` });
    assert.equal(answered.status, 200, `${address}: ${answered.text}`);
    assert.equal(answer.parse(answered.body).kind, kind);
    assert.equal(world.engine.operations.at(-1)?.kind, kind);
  }
});

test('operations of a batch are independent and answered in order', async () => {
  await using world = await openWorld();
  world.engine.addCard({ code: 'CODE', balanceMinor: 2_000n });
  const card = { code: 'CODE' };
  const answered = await world.call({
    url: '/v1/batches',
    requestId: null,
    body: {
      operations: [
        { requestId: 'b-1', kind: 'redeem', card, ...MONEY },
        { requestId: 'b-2', kind: 'redeem', card, ...MONEY },
        { requestId: 'b-3', kind: 'reverse', originalRequestId: 'b-1', card },
        { requestId: 'b-4', kind: 'issue', productId: 'nothing', ...MONEY },
        { requestId: 'b-5', kind: 'capture', holdId: 'hld_512', ...MONEY },
      ],
    },
  });
  assert.equal(answered.status, 200, answered.text);
  const { answers } = batchAnswer.parse(answered.body) as { answers: Record<string, unknown>[] };
  assert.deepEqual(
    answers.map((each) => [each['requestId'], each['outcome'], each['code']]),
    [
      ['b-1', 'accepted', undefined],
      ['b-2', 'refused', 'insufficient_value'],
      ['b-3', 'accepted', undefined],
      ['b-4', 'refused', 'product_not_found'],
      ['b-5', 'accepted', undefined],
    ],
  );
  assert.equal(answers[1]?.['balanceMinor'], 500);
  const reverse = world.engine.operations.find((operation) => operation.kind === 'reverse');
  assert.equal(reverse?.kind === 'reverse' && reverse.originalRequestId, 'b-1');
});

test('events are read by cursor', async () => {
  await using world = await openWorld();
  const page = await world.call({ url: '/v1/events?after=n0&limit=5' });
  assert.deepEqual(page.body, { events: [{ id: 'evt_1', limit: 5 }], next: 'n1', hasMore: false });
  assert.equal((await world.call({ url: '/v1/events?after=unknown' })).status, 400);
});

test('funds are read by unit', async () => {
  await using world = await openWorld();
  const funds = await world.call({ url: '/v1/funds?unit=JPY' });
  assert.deepEqual(funds.body, { balanceMinor: 123_000, unit: 'JPY' });
});
