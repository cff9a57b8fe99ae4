import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  carriersOf,
  FEBRUARY_2018,
  jst,
  stop as stopOf,
} from '../../test/support/carriers-2018.ts';
import { openPglite } from '../../test/support/database.ts';
import { fastest } from '../../test/support/fastest.ts';
import type { AffectedStatus, Outage, Phase, PublicRecord } from '../incidents/index.ts';
import type { Catalogue } from '../programmes/index.ts';
import { makeSwitchboard, type Suspension } from '../suspensions/index.ts';
import { isUseless, planPurchase, type Plan, type Question } from './index.ts';

const stop = (...args: Tail<Parameters<typeof stopOf>>) => stopOf(catalogue, ...args);
type Tail<List> = List extends [unknown, ...infer Rest] ? Rest : never;

let catalogue: Catalogue;
let close = async (): Promise<void> => undefined;

void describe('what can be bought in February 2018', () => {
  before(async () => {
    const database = await openPglite();
    close = () => database.close();
    catalogue = await carriersOf(database);
  });
  after(() => close());

  void test('before the stops each carrier sells, and App Store sells on any of them', () => {
    const plan = ask({ carrier: 'docomo', device: 'phone', line: 'own' });
    assert.deepEqual(waysOf(plan), [
      'app-store by docomo-bill',
      'docomo-online by docomo-bill',
      'pincom by docomo-bill',
      'vandle by docomo-bill, pincom by vandle-balance',
      'd-card by docomo-bill, pincom by d-card-balance',
    ]);
    assert.equal(plan.nothing, null);
    assert.deepEqual(plan.closed, []);
    const own = plan.routes.find(({ steps }) => steps[0].seller.key === 'docomo-online');
    assert.equal(own?.leadTimeMs, 0);
    const slow = plan.routes.at(-1);
    assert.equal(slow?.leadTimeMs, 5 * 86_400_000);
    assert.equal(slow?.largestMinor, null);
  });

  void test("from 15:03:00 docomo's shop is closed and says since when and why; the others are not", () => {
    const stops = [
      stop(1, { seller: 'docomo-online', product: 'apple-code' }, '2018-02-03T15:03:00'),
    ];
    const at = (text: string) =>
      ask({ carrier: 'docomo', device: 'phone' }, { stops, at: jst(text) });
    assert.ok(waysOf(at('2018-02-03T15:02:59')).includes('docomo-online by docomo-bill'));
    const closed = at('2018-02-03T15:03:00');
    assert.ok(!waysOf(closed).includes('docomo-online by docomo-bill'));
    assert.ok(waysOf(closed).includes('app-store by docomo-bill'));
    const [told, ...others] = closed.closed;
    assert.equal(others.length, 0);
    assert.equal(told?.seller.key, 'docomo-online');
    assert.deepEqual(
      [told?.cause, told?.since, told?.suspensionId, told?.textJa],
      ['suspended', jst('2018-02-03T15:03:00'), 1, '販売を停止しています。'],
    );
    assert.equal(told?.until, null); // nobody has said
  });

  void test('a shop that opens later is no way yet, and says from when on it is', () => {
    const seller = catalogue.findSeller(1, 'docomo-online')!;
    const opens = { validFrom: FEBRUARY_2018 + 86_400_000, content: seller };
    const sellers = new Map([...catalogue.revised.sellers, [seller.sellerId, [opens]]]);
    const before = catalogue;
    catalogue = { ...before, revised: { ...before.revised, sellers } };
    const plan = ask({ carrier: 'docomo', device: 'phone' });
    catalogue = before;
    assert.ok(!waysOf(plan).includes('docomo-online by docomo-bill'));
    const told = plan.closed.map(({ seller: { key }, cause, until }) => [key, cause, until?.at]);
    assert.deepEqual(told, [['docomo-online', 'not_yet', opens.validFrom]]);
  });

  void test('an open way says until when, where its stop is announced', () => {
    const from = '2018-02-06T20:00:00';
    const stops = [stop(1, { seller: 'softbank-online', product: 'apple-code' }, from)];
    const plan = ask(
      { carrier: 'softbank', device: 'phone' },
      { stops, at: jst('2018-02-06T19:00:00') },
    );
    const own = plan.routes.find(({ steps }) => steps[0].seller.key === 'softbank-online');
    assert.equal(own?.until, jst(from));
  });

  void test('PinCom stops two ways of paying and not the products', () => {
    const day = '2018-02-07T00:00:00';
    const stops = [
      stop(1, { seller: 'pincom', tender: 'au-bill' }, day),
      stop(2, { seller: 'pincom', tender: 'softbank-bill' }, day),
    ];
    const at = jst('2018-02-07T10:00:00');
    const bill = (carrier: string) =>
      ask({ carrier, productKey: 'playstation-code' }, { stops, at });
    assert.ok(waysOf(bill('docomo')).includes('pincom by docomo-bill'));
    assert.deepEqual(waysOf(bill('au')), ['au-online by au-bill']);
    const au = bill('au').closed.map(
      ({ seller, tender, cause }) => `${seller.key} ${tender.key} ${cause}`,
    );
    assert.deepEqual(au, ['pincom au-bill suspended']);
    const card = ask(
      { carrier: null, payBy: ['card'], productKey: 'playstation-code' },
      { stops, at },
    );
    assert.deepEqual(waysOf(card), ['pincom by credit-card']);
  });

  void test('resumed sale asks for its conditions, and says them to who has not said what they have', () => {
    const stops = [
      stop(1, { seller: 'docomo-online', product: 'apple-code' }, '2018-02-03T15:03:00', {
        resumedAt: '2018-04-03T10:00:00',
        conditions: { ownLineOnly: true, noWifi: true, devices: ['phone'] },
      }),
    ];
    const at = jst('2018-04-10T12:00:00');
    const asked = (said: Partial<Question>) => ask({ carrier: 'docomo', ...said }, { stops, at });
    const own = asked({ device: 'phone', line: 'own' });
    assert.ok(waysOf(own).includes('docomo-online by docomo-bill'));
    const unsaid = asked({}).routes.find(({ steps }) => steps[0].seller.key === 'docomo-online');
    assert.deepEqual(unsaid?.steps[0].conditions, {
      ownLineOnly: true,
      noWifi: true,
      devices: ['phone'],
    });
    for (const said of [{ line: 'wifi' }, { line: 'other' }, { device: 'pc' }] as const) {
      const plan = asked({ device: 'phone', line: 'own', ...said });
      assert.ok(!waysOf(plan).includes('docomo-online by docomo-bill'), JSON.stringify(said));
      const told = plan.closed.find(({ seller }) => seller.key === 'docomo-online');
      assert.equal(told?.cause, 'conditions_not_met');
      assert.deepEqual(told?.conditions, { ownLineOnly: true, noWifi: true, devices: ['phone'] });
    }
  });

  void test('an amount above the limit of an age is not sold, and the largest is told', () => {
    const young = ask({
      carrier: 'au',
      device: 'phone',
      age: 15,
      productKey: 'google-code',
      amountMinor: 20_000n,
    });
    const [own] = young.routes;
    assert.equal(own?.isAmountSold, false);
    assert.equal(own?.largestMinor, 10_000n);
    const unsaid = ask({
      carrier: 'au',
      device: 'phone',
      productKey: 'google-code',
      amountMinor: 20_000n,
    });
    assert.deepEqual(unsaid.routes[0]?.steps[0].monthLimit, {
      leastMinor: 1_500n,
      mostMinor: 100_000n,
    });
    const child = ask({
      carrier: 'softbank',
      age: 9,
      productKey: 'nintendo-code',
      amountMinor: 1_000n,
    });
    assert.equal(child.routes[0]?.largestMinor, 1_000n); // of fixed faces the one that the limit allows
  });

  void test('Y!mobile shares the limits of SoftBank, through which it is charged', () => {
    const plan = ask({ carrier: 'ymobile', device: 'phone', age: 9, productKey: 'google-code' });
    assert.deepEqual(plan.routes[0]?.steps[0].monthLimit, {
      leastMinor: 2_000n,
      mostMinor: 2_000n,
    });
  });

  void test('where nothing can be bought it says why and until when', () => {
    const stops = [
      stop(1, { product: 'apple-code' }, '2018-02-03T15:03:00', {
        expectedEnd: '2018-04-01T00:00:00',
      }),
    ];
    const at = jst('2018-02-08T00:00:00');
    const stopped = ask({ carrier: 'au', device: 'phone' }, { stops, at });
    assert.deepEqual(waysOf(stopped), []);
    const until = { at: jst('2018-04-01T00:00:00'), isCertain: false };
    assert.deepEqual(stopped.nothing, { cause: 'suspended', until });
    const unknown = ask({ carrier: 'au', productKey: 'unknown' });
    assert.deepEqual(unknown.nothing, { cause: 'nothing_offered', until: null });
  });

  void test('a planned stop is told however many others of other ways begin before it', () => {
    const others = Array.from({ length: 30 }, (_, at) =>
      stop(at + 2, { seller: 'pincom', product: 'nintendo-code' }, `2018-02-05T20:00:${at + 10}`),
    );
    const from = '2018-02-06T20:00:00';
    const own = stop(1, { seller: 'softbank-online', product: 'apple-code' }, from);
    const plan = ask({ carrier: 'softbank', device: 'phone' }, { stops: [...others, own] });
    const way = plan.routes.find(({ steps }) => steps[0].seller.key === 'softbank-online');
    assert.equal(way?.until, jst(from));
  });

  void test('a question takes milliseconds with 10,000 suspensions, planned and over', async () => {
    const stops = Array.from({ length: 10_000 }, (_, at) => {
      const one = stop(at + 1, { product: 'apple-code' }, '2018-02-03T15:03:00');
      const startsAt = FEBRUARY_2018 + 200 + (at - 5_000) * 1_000;
      const [phase] = one.phases;
      const phases = [
        { ...phase!, startsAt },
        { ...phase!, phaseNo: 2, effect: 'lifted' as const, startsAt: startsAt + 500 },
      ];
      // Of places that sell nothing, but for every hundredth.
      const sellerId = at % 100 === 0 ? 0 : 1_000 + at;
      return { ...one, scope: { ...one.scope, sellerId }, phases };
    });
    const switchboard = makeSwitchboard(stops, 1);
    const question = questionOf({ carrier: 'docomo', productKey: null, payBy: ['cash', 'card'] });
    const issuerIds = [...catalogue.issuers.keys()];
    const at = FEBRUARY_2018;
    const facts = { catalogue, switchboard, affecting: () => null, issuerIds, at };
    const { answer: plan, ms } = await fastest(() => planPurchase(question, facts));
    assert.ok(plan.routes.length > 0);
    assert.ok(ms < 100, `took ${ms} ms`); // 2,300 ms when each way went through all of them
  });

  void test('what is sold and cannot be used is no good advice: it says so, and comes last', () => {
    const one = stop(1, { product: 'apple-code' }, '2018-02-01T00:00:00');
    const stops = [{ ...one, scope: { ...one.scope, operations: ['redeem'] as const } }];
    const said = { productKey: null, carrier: 'docomo', payBy: ['cash', 'card'] } as const;
    const stopped = ask(said, { stops });
    const useless = (plan: Plan) =>
      plan.routes.filter(({ advice }) => isUseless(advice)).map(({ steps }) => steps[0]);
    assert.ok(useless(stopped).length > 0);
    assert.ok(useless(stopped).every(({ product }) => product.key === 'apple-code'));
    assert.ok(useless(stopped).length < stopped.routes.length);
    assert.equal(stopped.routes.at(-1)?.advice, 'sells_but_unusable');
    assert.equal(stopped.routes[0]?.advice, 'all_works');
    assert.deepEqual(useless(ask(said)), []);
    const soldBySellerId = useless(stopped)[0]!.seller.sellerId;
    const bySeller = [{ ...stops[0]!, scope: { ...stops[0]!.scope, soldBySellerId } }];
    const ofOne = useless(ask(said, { stops: bySeller }));
    assert.ok(ofOne.length > 0 && ofOne.every(({ seller }) => seller.sellerId === soldBySellerId));
  });

  void test('an outage of activation or of use is told with each route that it meets', () => {
    const told = (phase: Phase, status: AffectedStatus) =>
      ask({ carrier: 'docomo' }, { outage: { phase, status } }).routes.map(({ advice }) => advice);
    assert.deepEqual([...new Set(told('redeem', 'major_outage'))], ['sells_but_unusable']);
    assert.deepEqual([...new Set(told('redeem', 'partial_outage'))], ['use_unsure']);
    assert.deepEqual([...new Set(told('activate', 'major_outage'))], ['pays_but_not_activated']);
  });

  void test('a stop of activating closes a card that is charged, here as in public', () => {
    const [card] = [...catalogue.products.values()].filter(({ kind }) => kind === 'prepaid');
    const one = stop(1, { product: card!.key }, '2018-02-01T00:00:00');
    const stops = [{ ...one, scope: { ...one.scope, operations: ['activate'] as const } }];
    const plan = ask({ productKey: card!.key, carrier: 'docomo', payBy: ['cash'] }, { stops });
    assert.ok(plan.closed.length > 0);
    assert.deepEqual(waysOf(plan), []);
  });
});

interface Asked {
  readonly stops?: readonly Suspension[];
  readonly at?: number;
  readonly outage?: { readonly phase: Phase; readonly status: AffectedStatus };
}

function ask(
  said: Partial<Question>,
  { stops = [], at = FEBRUARY_2018, outage }: Asked = {},
): Plan {
  const affecting: PublicRecord['affecting'] = ({ phase }) =>
    phase === outage?.phase ? ({ ...outage, since: at } as Outage) : null;
  return planPurchase(questionOf(said), {
    catalogue,
    switchboard: makeSwitchboard(stops, 1),
    affecting,
    issuerIds: [...catalogue.issuers.keys()],
    at,
  });
}

function questionOf(said: Partial<Question>): Question {
  return {
    carrier: null,
    device: null,
    line: null,
    amountMinor: 3_000n,
    unit: 'JPY',
    productKey: 'apple-code',
    age: null,
    contractKind: null,
    payBy: [],
    ...said,
  };
}

/** Ways that sell the amount asked for, as `seller by tender`. */
function waysOf(plan: Plan): string[] {
  return plan.routes
    .filter(({ isAmountSold }) => isAmountSold)
    .map(({ steps }) =>
      steps.map(({ seller, tender }) => `${seller.key} by ${tender.key}`).join(', '),
    );
}
