import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPglite } from '../../test/support/database.ts';
import { makeHandmadeIssuer, writeHandmadeLane } from '../../test/support/handmade-books.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { loadCatalogue } from '../programmes/index.ts';
import { readFeed } from './read-feed.ts';
import { SharedJournals } from './shared-journals.ts';

const AT = Date.parse('2026-11-20T03:00:00Z');

test('readers of one round read each journal once, and the same events', async () => {
  const database = await openPglite();
  await makeHandmadeIssuer(database, 2);
  for (const lane of [0, 1]) await writeHandmadeLane(database, lane, AT + lane);
  const catalogue = await loadCatalogue(database);
  let fetched = 0;
  const counted: Queryable = {
    async rows(statement, values) {
      const rows = await database.rows(statement, values);
      if (statement.title.includes('readFeedContents')) fetched += rows.length;
      return rows;
    },
    change: () => assert.fail('a reader changes nothing'),
    query: () => assert.fail('a reader has its statements'),
    script: () => assert.fail('a reader has its statements'),
  };
  const query = { issuerId: 1, cursor: null, limit: 100 };
  const alone = await readFeed(counted, catalogue, query);
  assert.ok(alone.ok && alone.value.events.length > 0);
  const once = fetched;
  const journals = new SharedJournals();
  const pages = await Promise.all(
    Array.from({ length: 5 }, () => readFeed(counted, catalogue, query, journals)),
  );
  assert.equal(fetched, once * 2, 'five readers have fetched what one does');
  for (const page of pages) assert.deepEqual(page, alone);
  await database.close();
});

test('no more than some journals are kept, and one that is gone is read again', async () => {
  const journals = new SharedJournals();
  let asked = 0;
  const none = { rows: async () => ((asked += 1), []) } as unknown as Queryable;
  const places = Array.from({ length: 65 }, (_none, at) => ({ lane: 0, batchId: BigInt(at) }));
  assert.equal((await journals.read(none, places)).length, 65);
  await journals.read(none, places.slice(1));
  assert.equal(asked, 1);
  await journals.read(none, places.slice(0, 1));
  assert.equal(asked, 2);
});
