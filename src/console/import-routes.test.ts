import assert from 'node:assert/strict';
import { openConsoleWorld } from '../../test/support/console-world.ts';
import { forBothDatabases } from '../../test/support/database.ts';
import { openSmallHouse } from '../../test/support/small-house.ts';
import { importReport } from './import-contract.ts';
import { importRoutes } from './index.ts';

const FILE = `
chains:
  - { key: mart, nameJa: マート, nameEn: Mart }
tenders:
  - { key: bill, kind: carrier, nameJa: 携帯料金, nameEn: Phone bill }
offers:
  - { seller: [shop], product: gift, tender: bill, amountMaxMinor: 5000 }
`;

forBothDatabases(
  'a channel manager sees what a file would change, then brings it in whole, once',
  async (database) => {
    const house = await openSmallHouse(database);
    await using world = await openConsoleWorld(database, {
      routes: (_clock, catalogue) => [
        importRoutes({ refreshCatalogue: () => catalogue.refresh(database) }),
      ],
    });
    const manager = await world.browser(await world.staff.operator('channel_manager'));
    const send = async (url: string, text: string) => {
      const answered = await manager.post(url, { text });
      assert.equal(answered.status, 200, JSON.stringify(answered.body));
      return importReport.parse(answered.body);
    };
    const preview = await send('/catalogue/file/preview', FILE);
    assert.deepEqual([preview.isDone, preview.changed, preview.problems], [false, 3, []]);
    assert.deepEqual(
      preview.differences.map(({ kind, key, isNew }) => [kind, key, isNew]),
      [
        ['chain', 'mart', true],
        ['tender', 'bill', true],
        ['offer', 'shop/gift/bill', true],
      ],
    );
    assert.equal((await database.query('select 1 from programmes.offer')).length, 0, 'only shown');

    const wrong = await send('/catalogue/file', FILE.replace('carrier,', 'barter,'));
    assert.equal(wrong.isDone, false);
    assert.equal(wrong.problems[0]?.line, 5);
    const done = await send('/catalogue/file', FILE);
    assert.deepEqual([done.isDone, done.changed], [true, 3]);
    world.http.clock.advance(60_000);
    const again = await send('/catalogue/file/preview', FILE.replace('5000', '3000'));
    assert.deepEqual([again.changed, again.unchanged], [1, 2]);
    assert.deepEqual(again.differences[0]?.fields, [
      { field: 'amountMaxMinor', before: '5000', after: '3000' },
    ]);
    const trail = await database.query(
      `select act, subject from operators.audit where act like 'offers.%'`,
    );
    assert.ok(trail.length >= 1);
    assert.ok(trail.every(({ act, subject }) => act === 'offers.import' && subject === 'small'));
    const support = await world.browser(await world.staff.operator('support'));
    assert.equal((await support.post('/catalogue/file', { text: FILE })).status, 403);
    await house.close();
  },
);
