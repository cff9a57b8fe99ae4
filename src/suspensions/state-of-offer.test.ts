import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { openSwitchHouse, OPENED_AT, type SwitchHouse } from '../../test/support/switch-house.ts';
import { present } from '../kernel/assert.ts';
import { changeOffer } from '../programmes/index.ts';
import { offerChange } from '../programmes/contract.ts';
import { applyApprovedChange, type SuspensionChange } from './change-suspension.ts';
import { routesUnder, salesUnder } from './routes-under.ts';
import { stateOfOffer, type StateOfOffer } from './state-of-offer.ts';
import { throwSuspension } from './throw-suspension.ts';

interface OfferKeys {
  readonly product: string;
  readonly seller: string;
  readonly tender: string;
}
const APPLE: OfferKeys = { product: 'apple', seller: 'docomo', tender: 'docomo-bill' };

function stateIn(house: SwitchHouse, keys: OfferKeys, at: number): StateOfOffer {
  const { productId, sellerId, tenderId } = house.scope(keys);
  const catalogue = house.now();
  const offer = present(catalogue.offerAt({ productId, sellerId, tenderId }, at), 'it is offered');
  return stateOfOffer(house.desk.switches.current(), catalogue, offer, at);
}

async function change(house: SwitchHouse, wanted: Partial<SuspensionChange>): Promise<void> {
  const said = {
    textJa: '再開',
    textEn: 'Resumed',
    criteria: '',
    expectedEnd: null,
    reason: 'it is safe',
  };
  const whole = { suspensionId: 1, conditions: null, startsAt: null, ...said, ...wanted };
  const by = { issuerId: null, actor: 'operator:one', approvedBy: 'operator:two' };
  const done = await house.database.transaction((on) =>
    applyApprovedChange(on, house.desk, whole as SuspensionChange, by),
  );
  assert.ok(done.ok);
  await house.desk.switches.refresh(house.database);
}

forBothDatabases(
  'an offer is on sale, suspended, resumed with conditions, ended, as the switch says',
  async (db) => {
    const house = await openSwitchHouse(db);
    const on = { state: 'on_sale', since: null, suspensionId: null, conditions: null };
    assert.deepEqual(stateIn(house, APPLE, OPENED_AT), on);
    await throwSuspension(house.desk, house.stop({ product: 'apple', seller: 'docomo' }));
    const stop = OPENED_AT + 1_000;
    assert.deepEqual(stateIn(house, APPLE, stop - 1), on);
    assert.deepEqual(stateIn(house, APPLE, stop), {
      state: 'suspended',
      since: stop,
      suspensionId: 1,
      conditions: null,
    });
    const elsewhere = { product: 'apple', seller: 'pincom', tender: 'cash' };
    assert.deepEqual(stateIn(house, elsewhere, stop), on);
    house.clock.advance(60_000);
    const conditions = { ownLineOnly: true, noWifi: true };
    await change(house, { afterPhaseNo: 0, effect: 'conditions', conditions });
    const resumed = stateIn(house, APPLE, house.clock.now() + 1_000);
    assert.equal(resumed.state, 'resumed_with_conditions');
    assert.deepEqual(resumed.conditions, conditions);
    house.clock.advance(60_000);
    await change(house, { afterPhaseNo: 1, effect: 'ended' });
    assert.equal(stateIn(house, APPLE, house.clock.now() + 1_000).state, 'ended');
    assert.equal(stateIn(house, APPLE, stop).state, 'suspended', 'the past stays as it was');
  },
);

forBothDatabases('an offer whose time is over has ended, whatever the switch says', async (db) => {
  const house = await openSwitchHouse(db);
  const endsAt = OPENED_AT + 1_000;
  const programmes = {
    connection: db,
    clock: house.clock,
    actor: 'test',
    record: house.desk.record,
  };
  const ended = offerChange.parse({ endsAt: new Date(endsAt).toISOString() });
  await changeOffer(programmes, { issuer: 'kado', ...APPLE }, ended);
  await throwSuspension(house.desk, house.stop({ product: 'apple' }));
  await house.catalogue.refresh(db);
  const { state, since, suspensionId } = stateIn(house, APPLE, endsAt);
  assert.deepEqual([state, since, suspensionId], ['ended', endsAt, null]);
});

forBothDatabases(
  'a preview knows what a stop closes, and what it leaves open of the same',
  async (db) => {
    const house = await openSwitchHouse(db);
    const under = (named: Parameters<SwitchHouse['scope']>[0], at = OPENED_AT) => {
      const parts = { catalogue: house.now(), switchboard: house.desk.switches.current() };
      const { stopped, open } = routesUnder(parts, house.scope(named), at);
      return [stopped.length, open.length];
    };
    assert.deepEqual(under({ product: 'apple', seller: 'docomo' }), [1, 4]);
    assert.deepEqual(under({ product: 'apple', seller: 'pincom', tender: 'au-bill' }), [1, 4]);
    assert.deepEqual(under({ tender: 'au-bill' }), [3, 12]);
    assert.deepEqual(under({ chain: 'code-shops' }), [9, 6]);
    assert.deepEqual(under({}), [15, 0]);
    assert.deepEqual(under({ operations: ['use'] }), [0, 0], 'nothing is sold by it');
    await db.script(`update programmes.product set is_sold_by_offer_only = false;
      update programmes.version set version = version + 1`);
    await house.catalogue.refresh(db);
    const [once] = under({ product: 'apple', seller: 'pincom', tender: 'au-bill' });
    assert.equal(once, 1, 'counted by its offer, and not again as sold freely');
    await throwSuspension(house.desk, house.stop({ product: 'apple' }));
    assert.deepEqual(under({}, OPENED_AT + 1_000), [10, 0], 'what is stopped is not stopped again');
  },
);

forBothDatabases('the figures of sales are asked for just what a scope names', async (db) => {
  const house = await openSwitchHouse(db);
  const of = (named: Parameters<SwitchHouse['scope']>[0]) =>
    salesUnder(house.now(), house.scope(named));
  const { issuerId } = house;
  const { productId, sellerId, tenderId } = house.scope({
    product: 'apple',
    seller: 'pincom',
    tender: 'au-bill',
  });
  const nothing = { issuerId, productIds: null, sellerIds: null, tenderIds: null };
  assert.deepEqual(of({}), nothing);
  assert.deepEqual(of({ product: 'apple' }), { ...nothing, productIds: [productId] });
  assert.deepEqual(of({ aggregator: 'gate' }), { ...nothing, sellerIds: [sellerId] });
  assert.deepEqual(of({ tender: 'au-bill' }), { ...nothing, tenderIds: [tenderId] });
});
