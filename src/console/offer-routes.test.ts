import assert from 'node:assert/strict';
import { openConsoleWorld } from '../../test/support/console-world.ts';
import { forBothDatabases } from '../../test/support/database.ts';
import { openSmallHouse } from '../../test/support/small-house.ts';
import { newTender } from '../programmes/contract.ts';
import { createTender } from '../programmes/index.ts';
import { offerHistory } from './offer-contract.ts';
import { offerRoutes } from './index.ts';

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
