import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { carriersOf, FEBRUARY_2018, jst, stop } from '../../test/support/carriers-2018.ts';
import { openPglite } from '../../test/support/database.ts';
import type { Catalogue } from '../programmes/index.ts';
import { makeSwitchboard, type Suspension } from '../suspensions/index.ts';
import { isCredit, planPurchase, type Plan, type PlannedRoute, type Question } from './index.ts';

let catalogue: Catalogue;
let close = async (): Promise<void> => undefined;

void describe('no route turns credit into cash', () => {
  before(async () => {
    const database = await openPglite();
    close = () => database.close();
    catalogue = await carriersOf(database);
  });
  after(() => close());

  void test('asked what a phone bill buys, no card is among it and no way round', () => {
    const plan = ask({
      carrier: 'docomo',
      device: 'phone',
      productKey: null,
      amountMinor: 10_000n,
    });
    assert.ok(plan.routes.length > 0);
    const kinds = plan.routes.map(({ steps }) => `${steps.length} ${steps[0].product.kind}`);
    assert.deepEqual([...new Set(kinds)], ['1 code']);
  });

  void test('a card is loaded by a phone bill for whoever has named that card', () => {
    const plan = ask({ carrier: 'docomo', productKey: 'vandle-card', amountMinor: 5_000n });
    assert.deepEqual(keysOf(plan), ['vandle-card']);
  });

  void test('the recipe of cash-out, bill to card to code, is no answer but for the code that was named', () => {
    const named = ask({ carrier: 'docomo', productKey: 'google-code', amountMinor: 5_000n });
    assert.ok(keysOf(named).includes('vandle-card, google-code'));
    for (const { steps, largestMinor } of named.routes) {
      if (steps.length === 2) assert.equal(largestMinor, null); // only what was asked for
    }
    const card = ask({ carrier: 'docomo', productKey: 'vandle-card' });
    assert.ok(
      keysOf(card).every((keys) => !keys.includes(',')),
      'no card by another card',
    );
  });

  void test('there is no way round a stop of this way of paying, and one round a shop that is shut', () => {
    const ways = (stops: Suspension[]) =>
      keysOf(ask({ carrier: 'docomo', productKey: 'google-code' }, stops));
    const round = 'vandle-card, google-code';
    const from = '2018-02-01T00:00:00';
    const shop = stop(catalogue, 1, { seller: 'docomo-online', product: 'google-code' }, from);
    assert.ok(ways([shop]).includes(round));
    const tender = stop(catalogue, 2, { seller: 'pincom', tender: 'docomo-bill' }, from);
    assert.ok(!ways([tender]).includes(round));
    const product = stop(catalogue, 3, { product: 'google-code' }, from);
    assert.ok(!ways([product]).includes(round));
    const conditions = stop(catalogue, 4, { tender: 'docomo-bill' }, '2018-01-01T00:00:00', {
      resumedAt: from,
      conditions: { ownLineOnly: true },
    });
    const wifi = { carrier: 'docomo', productKey: 'google-code', line: 'wifi' } as const;
    assert.ok(!keysOf(ask(wifi, [conditions])).includes(round));
  });

  void test('whatever is asked, while whatever is stopped, each rule holds', () => {
    const keys = [...catalogue.products.values()].map(({ key }) => key);
    const question = fc.record({
      carrier: fc.constantFrom('docomo', 'softbank', 'ymobile', 'au', null),
      device: fc.constantFrom('phone', 'tablet', 'pc', null),
      line: fc.constantFrom('own', 'other', 'wifi', null),
      amountMinor: fc.constantFrom(980n, 1_000n, 3_000n, 5_000n, 10_000n, 30_000n, 49_999n),
      productKey: fc.constantFrom(null, ...keys),
      age: fc.constantFrom(null, 9, 15, 30),
      payBy: fc.subarray(['cash', 'card', 'points'] as const),
    });
    const stopped = fc.record({
      seller: fc.constantFrom(undefined, 'pincom', 'docomo-online'),
      product: fc.constantFrom(undefined, ...keys),
      tender: fc.constantFrom(undefined, 'docomo-bill', 'au-bill', 'softbank-bill'),
    });
    fc.assert(
      fc.property(question, fc.array(stopped, { maxLength: 3 }), (asked, stops) => {
        const thrown = stops.map((names, at) =>
          stop(catalogue, at + 1, names as object, '2018-02-01T00:00:00'),
        );
        for (const route of ask(asked, thrown).routes) holds(route, asked);
      }),
      { numRuns: 300 },
    );
  });
});

function holds(
  { steps, largestMinor, isAmountSold }: PlannedRoute,
  asked: Partial<Question>,
): void {
  const [first, second] = steps;
  const last = second ?? first;
  const isOnCredit = isCredit(first.tender);
  if (second !== undefined) {
    assert.equal(second.tender.spendsProductId, first.product.productId);
    assert.deepEqual([largestMinor, isAmountSold], [null, true]);
  }
  if (!isOnCredit) return;
  if (last.product.kind === 'prepaid') {
    assert.deepEqual([steps.length, last.product.key], [1, asked.productKey]);
  }
  if (second !== undefined) assert.equal(second.product.key, asked.productKey);
}

function ask(said: Partial<Question>, stops: readonly Suspension[] = []): Plan {
  const question: Question = {
    carrier: null,
    device: null,
    line: null,
    amountMinor: 3_000n,
    unit: 'JPY',
    productKey: null,
    age: null,
    contractKind: null,
    payBy: [],
    ...said,
  };
  const at = jst('2018-02-10T12:00:00');
  assert.ok(at > FEBRUARY_2018);
  const switchboard = makeSwitchboard(stops, 1);
  return planPurchase(question, {
    catalogue,
    switchboard,
    affecting: () => null,
    issuerIds: [1],
    at,
  });
}

function keysOf(plan: Plan): string[] {
  return plan.routes.map(({ steps }) => steps.map(({ product }) => product.key).join(', '));
}
