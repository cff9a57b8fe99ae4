import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { CLIENT, PRODUCTS, SELLER, START } from '../../test/support/house.ts';
import {
  CHAIN,
  openSellingHouse,
  saleBy,
  scopeOf,
  TENDERS,
  type SellingHouse,
} from '../../test/support/selling-house.ts';
import { completeOrder, cancelOrder, findOrderOf } from './finish-order.ts';
import { openOrder, type NewOrder, type Opened } from './open-order.ts';
import type { OrderDesk } from './order-desk.ts';
import type { Order } from './order.ts';
import { CARD_KEPT_MS, settleOrders } from './settle-orders.ts';
import {
  cancelOpenOrders,
  countOpenOrders,
  findUnresolvedSales,
  listOpenOrders,
} from './unfinished.ts';

const MINUTE_MS = 60_000;

interface Shop {
  readonly house: SellingHouse;
  readonly desk: OrderDesk;
  open(order?: Partial<NewOrder>): Promise<Opened>;
  opened(order?: Partial<NewOrder>): Promise<Order>;
  complete(
    order: Order,
    card?: Parameters<typeof completeOrder>[1]['card'],
  ): ReturnType<typeof completeOrder>;
  cancel(order: Order, mayReverse?: boolean): ReturnType<typeof cancelOrder>;
  stateOf(order: Order): Promise<string | undefined>;
}

async function openShop(database: Parameters<typeof openSellingHouse>[0]): Promise<Shop> {
  const house = await openSellingHouse(database);
  const { clock, catalogue, switches, keys } = house;
  const engine: OrderDesk['engine'] = {
    submit: (operation) => house.engine.submit(operation),
    findRequest: (...asked) => house.engine.findRequest(...asked),
  };
  const desk = { database, engine, catalogue, switches, keys, clock };
  let count = 0;
  const open = (order: Partial<NewOrder> = {}): Promise<Opened> => {
    count += 1;
    return openOrder(desk, {
      ...CLIENT,
      requestId: `order-${count}`,
      kind: 'issue',
      productId: PRODUCTS.code,
      amountMinor: 3_000n,
      unit: 'JPY',
      funding: SELLER,
      sale: saleBy('bill', { contract: '090-1111-2222' }),
      arrivedAt: clock.now(),
      ...order,
    });
  };
  const asked = ({ orderId }: Order) => ({ ...CLIENT, orderId, arrivedAt: clock.now() });
  return {
    house,
    desk,
    open,
    async opened(order) {
      const opened = await open(order);
      assert.equal(
        opened.outcome,
        'opened',
        JSON.stringify(opened, (_, v: unknown) => String(v)),
      );
      return (opened as Extract<Opened, { outcome: 'opened' }>).order;
    },
    complete: (order, card = null) => completeOrder(desk, { ...asked(order), card }),
    cancel: (order, mayReverse = true) => cancelOrder(desk, { ...asked(order), mayReverse }),
    stateOf: async (order) =>
      (await findOrderOf(desk, { ...CLIENT, orderId: order.orderId }))?.state,
  };
}

forBothDatabases(
  'R24 an order is completed by the instant it arrived at, whatever is stopped since',
  async (db) => {
    const shop = await openShop(db);
    const { house } = shop;
    const order = await shop.opened();
    assert.equal(order.expiresAt, START + 14 * MINUTE_MS, 'the session of its tender');
    const { suspensionId } = await house.stop({ productId: PRODUCTS.code });
    house.clock.advance(5 * MINUTE_MS);
    const refused = await shop.open();
    assert.deepEqual(refused, { outcome: 'refused', refusal: 'suspended', suspensionId });
    const part = scopeOf({ productId: PRODUCTS.code });
    const catalogue = house.catalogue.current();
    assert.equal(await countOpenOrders(db, catalogue, part, house.clock.now()), 1);
    const elsewhere = scopeOf({ chainId: CHAIN.chainId });
    assert.equal(await countOpenOrders(db, catalogue, elsewhere, house.clock.now()), 0);
    const page = { part, before: house.clock.now(), clientId: 1, afterId: 0n, size: 10 };
    const [listed] = await listOpenOrders(db, catalogue, page);
    assert.equal(listed?.orderId, order.orderId);

    const finished = await shop.complete(order);
    assert.ok(finished.outcome === 'finished' && finished.done?.code);
    const again = await shop.complete(order);
    assert.ok(again.outcome === 'finished');
    assert.equal(again.done?.code, finished.done.code, 'the same code again');
    assert.equal(await shop.stateOf(order), 'completed');
    const [kept] = await db.query('select sealed_contract from orders.sale_order');
    assert.equal(kept?.['sealed_contract'], null, 'who paid is forgotten');
    await house.close();
  },
);

forBothDatabases(
  'an order is once: the same again, or refused with another content',
  async (db) => {
    const shop = await openShop(db);
    const { house } = shop;
    const order = await shop.opened({ requestId: 'mine' });
    const again = await shop.open({ requestId: 'mine' });
    assert.ok(
      again.outcome === 'opened' && again.isRepeated && again.order.orderId === order.orderId,
    );
    const both = await Promise.all([shop.open({ requestId: 'x' }), shop.open({ requestId: 'x' })]);
    const ids = both.map((one) => (one.outcome === 'opened' ? one.order.orderId : null));
    assert.ok(ids[0] !== null && ids[0] === ids[1]);
    const other = await shop.open({ requestId: 'mine', amountMinor: 500n });
    assert.deepEqual(other, { outcome: 'refused', refusal: 'request_id_reused' });
    for (const [refusal, asked] of [
      ['product_not_found', { productId: PRODUCTS.foreign }],
      ['product_not_sold_this_way', { productId: PRODUCTS.fixed }],
      ['amount_not_allowed', { amountMinor: 1n }],
      ['contract_missing', { sale: saleBy('bill') }],
      ['tender_not_found', { sale: saleBy('bill', { tenderId: 99 }) }],
      ['seller_not_found', { funding: { from: 'seller', sellerId: 2 } }],
    ] as [string, Partial<NewOrder>][]) {
      assert.deepEqual(await shop.open(asked), { outcome: 'refused', refusal });
    }
    const stranger = {
      clientId: 2,
      issuerId: 1,
      orderId: order.orderId,
      arrivedAt: START,
      card: null,
    };
    const seen = await completeOrder(shop.desk, stranger);
    assert.equal(seen.outcome === 'refused' && seen.refusal, 'order_not_found');
    await house.close();
  },
);

forBothDatabases('limits are those of the completion: two orders cannot both fit', async (db) => {
  const shop = await openShop(db);
  const orders = [
    await shop.opened(),
    await shop.opened(),
    await shop.opened(),
    await shop.opened(),
  ];
  const finished = await Promise.all(orders.map((order) => shop.complete(order)));
  const refusals = finished.map((one) => (one.outcome === 'refused' ? one.refusal : one.outcome));
  assert.deepEqual(refusals.toSorted(), [
    'finished',
    'finished',
    'finished',
    'tender_limit_exceeded',
  ]);
  const states = await Promise.all(orders.map((order) => shop.stateOf(order)));
  assert.equal(states.filter((state) => state === 'refused').length, 1);
  await shop.house.close();
});

forBothDatabases(
  'what nobody pays in its session expires, and is not sold any more',
  async (db) => {
    const shop = await openShop(db);
    const { house, desk } = shop;
    const [late, never] = [await shop.opened(), await shop.opened()];
    house.clock.advance(14 * MINUTE_MS);
    const refused = await shop.complete(late);
    assert.equal(refused.outcome === 'refused' && refused.refusal, 'order_over');
    assert.equal(await settleOrders(desk), 2);
    assert.equal(await shop.stateOf(never), 'expired');
    assert.equal((await db.query('select 1 from instruments.instrument')).length, 0);
    await house.close();
  },
);

forBothDatabases('an activation is completed with one card, and taken back whole', async (db) => {
  const shop = await openShop(db);
  const { house } = shop;
  const asked = { kind: 'activate', productId: PRODUCTS.variable, sale: saleBy('cash') } as const;
  const [card, other] = [await house.blank('variable'), await house.blank('variable')];
  const order = await shop.opened(asked);
  const missing = await shop.complete(order);
  assert.equal(missing.outcome === 'refused' && missing.refusal, 'order_card_missing');
  const sold = await shop.complete(order, card);
  assert.equal(sold.outcome, 'finished');
  const differs = await shop.complete(order, other);
  assert.equal(differs.outcome === 'refused' && differs.refusal, 'order_card_differs');
  assert.equal(await house.spendable(card), 3_000n);
  const mayNot = await shop.cancel(order, false);
  assert.equal(mayNot.outcome === 'refused' && mayNot.refusal, 'scope_missing');
  assert.equal(await shop.stateOf(order), 'completed');
  assert.equal((await shop.cancel(order)).outcome, 'finished');
  assert.equal(await shop.stateOf(order), 'cancelled');
  assert.equal(await house.spendable(card), 0n);
  const over = await shop.complete(order, card);
  assert.equal(over.outcome === 'refused' && over.refusal, 'order_over');

  const cheap = await shop.opened(asked);
  const another = await shop.complete(cheap, await house.blank('prepaid'));
  assert.equal(another.outcome === 'refused' && another.refusal, 'order_card_differs');

  const spent = await shop.opened(asked);
  await shop.complete(spent, other);
  await house.redeem(other, 1_000n);
  const kept = await shop.cancel(spent);
  assert.equal(kept.outcome === 'refused' && kept.refusal, 'already_spent');
  assert.equal(await shop.stateOf(spent), 'completed');
  const open = {
    part: scopeOf({ tenderId: TENDERS.cash }),
    before: house.clock.now() + 1,
    size: 10,
  };
  const unresolved = await findUnresolvedSales(db, house.catalogue.current(), open);
  assert.deepEqual(
    unresolved.map(({ requestId, cause }) => [requestId, cause]),
    [[`order ${spent.orderId}`, 'reversed_after_spending']],
    'never half, and never silent',
  );
  const tried = await db.query(`select request_id from instruments.request where kind = 'reverse'`);
  await shop.cancel(spent);
  const again = await db.query(`select request_id from instruments.request where kind = 'reverse'`);
  assert.equal(again.length, tried.length + 1, 'R12: each try is a new request');
  await house.close();
});

forBothDatabases(
  'what was left on its way is found out, or reversed when its session is over',
  async (db) => {
    const shop = await openShop(db);
    const { house, desk } = shop;
    const lost: OrderDesk = {
      ...desk,
      engine: { ...desk.engine, submit: async () => ({ outcome: 'outcome_unknown' }) },
    };
    const deaf: OrderDesk = {
      ...desk,
      engine: {
        ...desk.engine,
        async submit(operation) {
          await desk.engine.submit(operation);
          return { outcome: 'outcome_unknown' };
        },
      },
    };
    const [never, done] = [await shop.opened(), await shop.opened()];
    const asked = { ...CLIENT, arrivedAt: house.clock.now(), card: null };
    for (const [one, order] of [
      [lost, never],
      [deaf, done],
    ] as const) {
      const said = await completeOrder(one, { ...asked, orderId: order.orderId });
      assert.equal(said.outcome, 'outcome_unknown');
      assert.equal(await shop.stateOf(order), 'completing');
    }
    house.clock.advance(11_000);
    assert.equal(await settleOrders(desk), 1);
    assert.equal(await shop.stateOf(done), 'completed');
    assert.equal(await shop.stateOf(never), 'completing', 'its client may still ask again');
    house.clock.advance(15 * MINUTE_MS);
    assert.equal(await settleOrders(desk), 1);
    assert.equal(await shop.stateOf(never), 'cancelled');
    const late = await house.submit(
      {
        kind: 'issue',
        productId: PRODUCTS.code,
        amountMinor: 3_000n,
        unit: 'JPY',
        funding: SELLER,
      },
      { requestId: `order ${never.orderId}`, soldAt: never.arrivedAt },
    );
    assert.equal(late.outcome === 'refused' && late.refusal, 'already_reversed');
    await house.close();
  },
);

forBothDatabases(
  'only a refusal that proves a sale ends a cancellation as sold; any other is tried again',
  async (db) => {
    const shop = await openShop(db);
    const { house, desk } = shop;
    const order = await shop.opened();
    await shop.complete(order);
    const refusing: OrderDesk = {
      ...desk,
      engine: {
        ...desk.engine,
        submit: async () => ({
          outcome: 'refused',
          refusal: 'internal',
          isRepeated: false,
          balanceMinor: null,
        }),
      },
    };
    const asked = { ...CLIENT, orderId: order.orderId, arrivedAt: house.clock.now() };
    await cancelOrder(refusing, { ...asked, mayReverse: true });
    assert.equal(await shop.stateOf(order), 'cancelling');
    house.clock.advance(11_000);
    assert.equal(await settleOrders(desk), 1);
    assert.equal(await shop.stateOf(order), 'cancelled');
    await house.close();
  },
);

forBothDatabases('one order that cannot be read does not stop the round', async (db) => {
  const shop = await openShop(db);
  const { house, desk } = shop;
  const lost: OrderDesk = {
    ...desk,
    engine: { ...desk.engine, submit: async () => ({ outcome: 'outcome_unknown' }) },
  };
  const orders = [await shop.opened(), await shop.opened()];
  for (const { orderId } of orders) {
    const asked = { ...CLIENT, orderId, arrivedAt: house.clock.now(), card: null };
    await completeOrder(lost, asked);
  }
  await db.script(`update orders.sale_order set sealed_contract = '\\x00' where order_id = 1`);
  house.clock.advance(15 * MINUTE_MS);
  const told: object[] = [];
  assert.equal(await settleOrders(desk, { error: (about: object) => void told.push(about) }), 1);
  assert.equal(told.length, 1);
  assert.equal(await shop.stateOf(orders[1]!), 'cancelled');
  const part = scopeOf({ productId: PRODUCTS.code });
  const page = { part, before: house.clock.now(), clientId: 1, afterId: 0n, size: 10 };
  const listed = await listOpenOrders(db, house.catalogue.current(), page);
  assert.deepEqual(
    listed.map(({ orderId }) => orderId),
    [orders[0]?.orderId],
    'and it is shown',
  );
  await house.close();
});

forBothDatabases(
  'a client has so many open orders and no more; the desk ends those of a part',
  async (db) => {
    const shop = await openShop(db);
    const { house, desk } = shop;
    const small: OrderDesk = { ...desk, openOrdersMax: 2 };
    const open = (requestId: string) =>
      openOrder(small, {
        ...CLIENT,
        requestId,
        kind: 'issue',
        productId: PRODUCTS.code,
        amountMinor: 3_000n,
        unit: 'JPY',
        funding: SELLER,
        sale: saleBy('cash'),
        arrivedAt: house.clock.now(),
      });
    for (const id of ['a', 'b']) assert.equal((await open(id)).outcome, 'opened');
    const over = await open('c');
    assert.deepEqual(over, { outcome: 'refused', refusal: 'too_many_open_orders' });
    assert.equal((await open('a')).outcome, 'opened', 'a repeat is none more');
    const [before, catalogue] = [house.clock.now() + 1, house.catalogue.current()];
    const elsewhere = { part: scopeOf({ tenderId: TENDERS.bill }), before, at: before };
    assert.equal(await cancelOpenOrders(db, catalogue, elsewhere), 0);
    const here = { part: scopeOf({ tenderId: TENDERS.cash }), before, at: before };
    assert.equal(await cancelOpenOrders(db, catalogue, here), 2);
    assert.equal((await open('c')).outcome, 'opened');
    await house.close();
  },
);

forBothDatabases('a card is forgotten some days after the end of its order', async (db) => {
  const shop = await openShop(db);
  const { house, desk } = shop;
  const asked = { kind: 'activate', productId: PRODUCTS.variable, sale: saleBy('cash') } as const;
  const [card, other] = [await house.blank('variable'), await house.blank('variable')];
  const order = await shop.opened(asked);
  await shop.complete(order, card);
  house.clock.advance(CARD_KEPT_MS + 1);
  await settleOrders(desk);
  const [row] = await db.query('select sealed_card from orders.sale_order');
  assert.equal(row?.['sealed_card'], null);
  assert.equal((await shop.complete(order, card)).outcome, 'finished', 'a repeat is known');
  const differs = await shop.complete(order, other);
  assert.equal(differs.outcome === 'refused' && differs.refusal, 'order_card_differs');
  const late = await shop.cancel(order);
  assert.equal(late.outcome === 'refused' && late.refusal, 'order_too_old');
  await house.close();
});
