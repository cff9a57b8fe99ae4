import assert from 'node:assert/strict';
import { openConsoleWorld } from '../../test/support/console-world.ts';
import { forBothDatabases } from '../../test/support/database.ts';
import { openSmallHouse } from '../../test/support/small-house.ts';
import { isoInstant } from '../kernel/clock.ts';
import { newIssuer, newTender } from '../programmes/contract.ts';
import { createIssuer, createTender } from '../programmes/index.ts';
import { offerHistory } from './offer-contract.ts';
import { offerRoutes, saleRoutes } from './index.ts';
import { saleThing, saleHistory, saleList } from './sale-contract.ts';

const NAMES = { nameJa: '名前', nameEn: 'Name' };

forBothDatabases(
  'a channel manager makes and changes an offer; who and when stands in history and trail',
  async (database) => {
    const house = await openSmallHouse(database);
    await createTender(
      house.desk,
      'small',
      newTender.parse({ key: 'cash', kind: 'cash', ...NAMES }),
    );
    await house.catalogue.refresh(database);
    await using world = await openConsoleWorld(database, {
      routes: (_clock, catalogue) => [
        offerRoutes({ refreshCatalogue: () => catalogue.refresh(database) }),
      ],
    });
    const manager = await world.browser(await world.staff.operator('channel_manager'));
    const { sellers, tenders } = house.catalogue.current();
    const route = {
      sellerId: [...sellers.keys()][0],
      productId: house.product('gift').productId,
      tenderId: [...tenders.keys()][0],
    };
    const ask = (method: string, url: string, body?: unknown, browser = manager) => {
      const headers = { cookie: browser.cookie, 'kinken-csrf': browser.csrf };
      return world.ask({ method, url, body, headers });
    };
    const made = await ask('POST', '/offers', { ...route, amountMaxMinor: 10_000 });
    assert.equal(made.status, 200, JSON.stringify(made.body));
    const address = `/offers/${String(made.body['offerId'])}`;
    world.http.clock.advance(60_000);
    const changed = await ask('PUT', address, { amountMaxMinor: 5_000 });
    assert.equal(changed.status, 200, JSON.stringify(changed.body));

    const history = offerHistory.parse((await ask('GET', `${address}/history`)).body);
    assert.deepEqual(
      history.revisions.map(({ content }) => content['amountMaxMinor']),
      [5_000, 10_000],
    );
    assert.doesNotMatch(history.revisions[0]?.by ?? 'operator:', /^operator:/);
    const trail = await database.query(
      `select act, subject from operators.audit where act like 'offer.%' order by audit_id`,
    );
    assert.deepEqual(trail, [
      { act: 'offer.create', subject: 'small/shop/gift/cash' },
      { act: 'offer.change', subject: 'small/shop/gift/cash' },
    ]);

    const again = await ask('POST', '/offers', route);
    assert.deepEqual([again.status, again.body['code']], [409, 'key_taken']);
    const past = await ask('PUT', address, { validFrom: '2001-01-01T00:00:00Z' });
    assert.deepEqual([past.status, past.body['code']], [422, 'valid_from_past']);
    const unknown = await ask('POST', '/offers', { ...route, sellerId: 999 });
    assert.deepEqual([unknown.status, unknown.body['code']], [404, 'seller_not_found']);
    assert.equal((await ask('PUT', '/offers/999', {})).status, 404);
    assert.equal((await ask('GET', '/offers/x%2F1/history')).status, 404);
    const support = await world.browser(await world.staff.operator('support'));
    assert.equal((await ask('PUT', address, {}, support)).status, 403);
    await house.close();
  },
);

forBothDatabases(
  'who sells and how is paid is made and changed one by one, with history and trail',
  async (database) => {
    const house = await openSmallHouse(database);
    let refreshCatalogue: () => Promise<unknown> = async () => undefined;
    await using world = await openConsoleWorld(database, {
      routes: (_clock, catalogue) => {
        refreshCatalogue = () => catalogue.refresh(database);
        return [saleRoutes({ refreshCatalogue })];
      },
    });
    const manager = await world.browser(await world.staff.operator('channel_manager'));
    const ask = (method: string, url: string, body?: unknown, browser = manager) => {
      const headers = { cookie: browser.cookie, 'kinken-csrf': browser.csrf };
      return world.ask({ method, url: `/sale${url}`, body, headers });
    };
    const make = async (kind: string, body: object): Promise<string> => {
      const made = await ask('POST', `/${kind}`, { ...NAMES, ...body });
      assert.equal(made.status, 200, JSON.stringify(made.body));
      return `/${kind}/${String(made.body['id'])}`;
    };
    await make('aggregators', { key: 'net' });
    const chain = await make('chains', { key: 'konbini', aggregator: 'net' });
    await make('sellers', { key: 'store', chain: 'konbini' });
    const shop = await make('shops', { key: 'ueno', seller: 'store' });
    const monthLimits = [{ ageFrom: 20, limitMinor: 50_000 }];
    const tender = await make('tenders', { key: 'phone', kind: 'carrier', monthLimits });

    const shown = saleThing.parse((await ask('GET', shop)).body);
    assert.equal(shown.fields['seller'], 'store');
    world.http.clock.advance(60_000);
    assert.equal((await ask('PUT', chain, { aggregator: null, nameEn: 'Corner' })).status, 200);
    const { revisions } = saleHistory.parse((await ask('GET', `${chain}/history`)).body);
    assert.deepEqual(
      revisions.map(({ fields }) => [fields['aggregator'], fields['nameEn']]),
      [
        [null, 'Corner'],
        ['net', 'Name'],
      ],
    );
    assert.doesNotMatch(revisions[0]?.by ?? 'operator:', /^operator:/);
    const validFrom = isoInstant(world.http.clock.now() + 86_400_000);
    assert.equal((await ask('PUT', tender, { resetDay: 16, validFrom })).status, 200);
    const now = saleThing.parse((await ask('GET', tender)).body);
    assert.deepEqual([now.fields['resetDay'], now.fields['kind']], [1, 'carrier'], 'until then');
    assert.deepEqual(now.fields['monthLimits'], [
      { ageFrom: 20, ageTo: null, contract: null, limitMinor: 50_000 },
    ]);
    const found = saleList.parse((await ask('GET', '/chains?find=CORNER')).body);
    assert.deepEqual([found.total, found.things[0]?.key], [1, 'konbini']);
    const trail = await database.query(
      `select act, subject from operators.audit
        where act not like 'operator.%' and actor like 'operator:%' order by audit_id`,
    );
    assert.deepEqual(
      trail.map(({ act, subject }) => `${String(act)} ${String(subject)}`),
      [
        'aggregator.create small/net',
        'chain.create small/konbini',
        'seller.create small/store',
        'shop.create small/store/ueno',
        'tender.create small/phone',
        'chain.change small/konbini',
        'tender.change small/phone',
      ],
    );

    const again = await ask('POST', '/chains', { ...NAMES, key: 'konbini' });
    assert.deepEqual([again.status, again.body['code']], [409, 'key_taken']);
    const unlinked = await ask('PUT', chain, { aggregator: 'none' });
    assert.deepEqual([unlinked.status, unlinked.body['code']], [404, 'aggregator_not_found']);
    assert.equal((await ask('PUT', '/chains/999', {})).status, 404);
    assert.equal((await ask('POST', '/chains', { key: 'no names' })).status, 400);
    const support = await world.browser(await world.staff.operator('support'));
    assert.equal((await ask('PUT', chain, {}, support)).status, 403);
    const second = await createIssuer(house.desk, newIssuer.parse({ key: 'second', ...NAMES }));
    assert.ok(second.ok);
    await refreshCatalogue();
    const { issuerId } = second.value;
    const other = await world.browser(await world.staff.operator('channel_manager', issuerId));
    assert.equal((await ask('GET', chain, undefined, other)).status, 404);
    await house.close();
  },
);
