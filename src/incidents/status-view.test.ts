import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Offer } from '../programmes/index.ts';
import { adviceOn, type Works } from './advice.ts';
import { makeComponentTree } from './component-tree.ts';
import { findOutage } from './outage.ts';
import { salePlacesOf } from './sale-places.ts';
import { viewStatus, type StatusView } from './status-view.ts';
import {
  AT,
  broken,
  CARD,
  factsWith,
  incidentWith,
  PLACES,
  SYSTEM,
  SYSTEMS,
  suspensionOf,
} from './testing/konbini.ts';

/** FACTS 1.2: fourteen chains cannot activate; what is sold elsewhere cannot be used; recovery is per system. */
const OUTAGE = incidentWith([
  broken(SYSTEM.net1, 'activate', '2019-12-20T19:19:00+09:00', '2019-12-21T02:16:00+09:00'),
  broken(SYSTEM.webMoney, 'redeem', '2019-12-20T19:19:00+09:00', '2019-12-21T02:16:00+09:00'),
  broken(SYSTEM.itunes, 'redeem', '2019-12-20T19:19:00+09:00'),
]);

test('without incidents and stops everything works', () => {
  const view = viewStatus(factsWith(), AT);
  assert.equal(view.indicator, 'none');
  assert.ok(view.components.every(({ status }) => status === 'operational'));
  assert.equal(placeOf(view, SYSTEM.lawson).advice, 'all_works');
});

test('an outage of an aggregator is an outage of each of its chains, and says whose it is', () => {
  const view = viewStatus(factsWith({ incidents: [OUTAGE] }), AT);
  assert.equal(view.indicator, 'major');
  const line = view.components.find(
    ({ system, phase }) => system.systemId === SYSTEM.sevenEleven && phase === 'activate',
  );
  assert.equal(line?.status, 'major_outage');
  assert.equal(line?.from?.systemId, SYSTEM.net1);
  assert.equal(line?.since, Date.parse('2019-12-20T19:19:00+09:00'));
});

test('a chain that sells what cannot be used advises not to buy', () => {
  const view = viewStatus(factsWith({ incidents: [OUTAGE] }), AT);
  assert.equal(placeOf(view, SYSTEM.lawson).advice, 'sells_but_unusable');
  assert.equal(placeOf(view, SYSTEM.sevenEleven).advice, 'not_activated_unusable');
});

test('what is sold as a code is activated by nobody, so no till keeps it from being bought', () => {
  const tills = broken(SYSTEM.net1, 'activate', '2019-12-20T19:19:00+09:00');
  const card = PLACES.products.get(CARD.webMoney)!;
  const products = new Map(PLACES.products).set(CARD.webMoney, { ...card, kind: 'code' });
  const facts = factsWith({ incidents: [incidentWith([tills])], places: { ...PLACES, products } });
  const view = viewStatus(facts, AT);
  assert.equal(productOf(view, CARD.webMoney).advice, 'all_works');
  assert.notEqual(productOf(view, CARD.itunes).advice, 'all_works');
  assert.equal(placeOf(view, SYSTEM.sevenEleven).works.activate, 'partly');
});

test('recovery is per system: at 02:16 the one is green, the other still red at 15:00', () => {
  const facts = factsWith({ incidents: [OUTAGE] });
  const before = viewStatus(facts, Date.parse('2019-12-21T02:15:59+09:00'));
  assert.equal(productOf(before, CARD.webMoney).works.redeem, 'no');
  for (const time of ['02:16:00', '15:00:00']) {
    const view = viewStatus(facts, Date.parse(`2019-12-21T${time}+09:00`));
    assert.equal(productOf(view, CARD.webMoney).advice, 'all_works');
    assert.equal(productOf(view, CARD.itunes).advice, 'sells_but_unusable');
    const lawson = placeOf(view, SYSTEM.lawson);
    assert.deepEqual(
      lawson.products.map(({ advice, of }) => [advice, of.map(({ key }) => key)]),
      [
        ['all_works', ['webmoney']],
        ['sells_but_unusable', ['itunes']],
      ],
    );
  }
});

test('a holder who tries is told of the outage that stands in the way, and only of that', () => {
  const tree = makeComponentTree(SYSTEMS, PLACES);
  const at = (time: string) => Date.parse(`2019-12-${time}+09:00`);
  const redeeming = (productId: number, time: string) =>
    findOutage([OUTAGE], tree, { issuerId: 1, productId, phase: 'redeem', at: at(time) });
  assert.equal(redeeming(CARD.itunes, '20T20:00:00')?.since, at('20T19:19:00'));
  assert.equal(redeeming(CARD.itunes, '20T19:18:59'), null);
  assert.equal(redeeming(CARD.webMoney, '21T02:16:00'), null);
  const activating = (chainId: number) =>
    findOutage([OUTAGE], tree, { issuerId: 1, chainId, phase: 'activate', at: AT });
  assert.ok(activating(1));
  assert.equal(activating(15), null, 'Lawson comes in by the other aggregator');
  assert.equal(
    findOutage([OUTAGE], tree, { issuerId: 2, phase: 'redeem', at: AT }),
    null,
    "another issuer's customers are not told of it",
  );
});

test('maintenance begins and ends by its plan', () => {
  const planned = incidentWith(
    [
      {
        ...broken(SYSTEM.itunes, 'redeem', '2019-12-22T02:00:00+09:00'),
        status: 'under_maintenance',
      },
    ],
    {
      kind: 'maintenance',
      state: 'scheduled',
      plannedUntil: Date.parse('2019-12-22T04:00:00+09:00'),
    },
  );
  const facts = factsWith({ incidents: [planned] });
  const view = (time: string) => viewStatus(facts, Date.parse(`2019-12-22T${time}+09:00`));
  assert.equal(view('01:59:59').indicator, 'none');
  assert.equal(view('01:59:59').maintenances.length, 1);
  assert.equal(view('02:00:00').isMaintenance, true);
  assert.equal(productOf(view('02:00:00'), CARD.itunes).advice, 'sells_but_unusable');
  assert.equal(view('04:00:00').isMaintenance, false);
  assert.deepEqual(view('04:00:00').past, [planned]);
});

test('a suspension shows from its instant on, and only where it names', () => {
  const stop = suspensionOf({ sellerId: 1, productId: CARD.itunes }, '2019-12-20T20:00:00+09:00');
  const facts = factsWith({ suspensions: [stop] });
  assert.equal(viewStatus(facts, AT - 1).stops.length, 0);
  const view = viewStatus(facts, AT);
  assert.equal(view.indicator, 'minor');
  const web = placeOf(view, SYSTEM.web);
  assert.deepEqual(
    web.products.map(({ advice, of }) => [advice, of.map(({ key }) => key)]),
    [
      ['all_works', ['webmoney']],
      ['not_sold', ['itunes']],
    ],
  );
  assert.equal(placeOf(view, SYSTEM.lawson).advice, 'all_works');
  const buying = view.components.find(({ system }) => system.systemId === SYSTEM.web);
  assert.equal(buying?.status, 'partial_outage');
});

test('a stop of one tender leaves the others; of all tenders that are taken it leaves none', () => {
  const sales = {
    ...factsWith().sales,
    tendersAt: () => new Set([7, 8]),
  };
  const stop = (tenderId: number) =>
    suspensionOf({ sellerId: 1, tenderId }, '2019-12-20T20:00:00+09:00');
  const buying = (...tenders: number[]): Works =>
    placeOf(viewStatus(factsWith({ sales, suspensions: tenders.map(stop) }), AT), SYSTEM.web).works
      .buy;
  assert.equal(buying(7), 'partly');
  assert.equal(buying(7, 8), 'no');
  assert.equal(buying(9), 'yes', 'it is not paid that way there');
});

test('nothing is sold at a place that begins later', () => {
  const [place] = SYSTEMS.filter(({ systemId }) => systemId === SYSTEM.web);
  const { sellerId, chainId } = PLACES.sellers.get(1)!;
  const offer = { sellerId, productId: CARD.itunes, tenderId: 7, endsAt: null } as Offer;
  const placesFrom = (begins: number) =>
    salePlacesOf(
      {
        offers: { inForce: () => [offer] } as never,
        sellerAt: (id, at) => (at < begins ? undefined : PLACES.sellers.get(id)),
        chainAt: () => undefined,
      },
      AT,
    );
  const isSold = (begins: number, cardId: number) =>
    placesFrom(begins).isSold(PLACES.products.get(cardId)!, place!);
  assert.equal(chainId, null);
  assert.deepEqual([isSold(AT, CARD.itunes), isSold(AT + 1, CARD.itunes)], [true, false]);
  assert.deepEqual([isSold(AT, CARD.webMoney), isSold(AT + 1, CARD.webMoney)], [true, false]);
});

test('what is no longer sold for good is no trouble', () => {
  const ended = suspensionOf({ sellerId: 1, productId: CARD.itunes }, '2019-12-20T20:00:00+09:00', {
    effect: 'ended',
  });
  const view = viewStatus(factsWith({ suspensions: [ended] }), AT);
  assert.equal(view.indicator, 'none');
  assert.deepEqual(
    placeOf(view, SYSTEM.web).products.map(({ of }) => of.map(({ key }) => key)),
    [['webmoney']],
  );
});

test('a use that is stopped at one place, or for one seller, is not told as stopped everywhere', () => {
  const everywhere = suspensionOf({ operations: ['use'] }, '2019-12-20T20:00:00+09:00');
  const some = suspensionOf(
    { operations: ['use'], soldBySellerId: 2 },
    '2019-12-20T20:00:00+09:00',
  );
  const using = (stop: typeof some) =>
    productOf(viewStatus(factsWith({ suspensions: [stop] }), AT), CARD.itunes).works.redeem;
  assert.equal(using(everywhere), 'no');
  assert.equal(using(some), 'partly');
});

test('each way of working has its advice', () => {
  const advice = (buy: Works, activate: Works, redeem: Works) =>
    adviceOn({ buy, activate, redeem });
  assert.equal(advice('yes', 'yes', 'yes'), 'all_works');
  assert.equal(advice('yes', 'yes', 'partly'), 'use_unsure');
  assert.equal(advice('yes', 'yes', 'no'), 'sells_but_unusable');
  assert.equal(advice('yes', 'no', 'yes'), 'pays_but_not_activated');
  assert.equal(advice('partly', 'no', 'partly'), 'not_activated_use_unsure');
  assert.equal(advice('yes', 'no', 'no'), 'not_activated_unusable');
  assert.equal(advice('partly', 'yes', 'yes'), 'sold_in_part');
  assert.equal(advice('yes', 'partly', 'yes'), 'get_unsure');
  assert.equal(advice('partly', 'partly', 'partly'), 'both_unsure');
  assert.equal(advice('partly', 'yes', 'no'), 'sells_but_unusable');
  assert.equal(advice('no', 'yes', 'yes'), 'not_sold');
  assert.equal(advice('no', 'no', 'partly'), 'not_sold_use_unsure');
  assert.equal(advice('no', 'no', 'no'), 'nothing_works');
});

function placeOf(view: StatusView, systemId: number) {
  const found = view.issuers[0]?.places.find(({ system }) => system.systemId === systemId);
  assert.ok(found);
  return found;
}

function productOf(view: StatusView, productId: number) {
  const found = view.issuers[0]?.products.find(({ product }) => product.productId === productId);
  assert.ok(found);
  return found;
}
