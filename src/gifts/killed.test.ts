/** What a process leaves behind that dies, or does not hear an answer: each gift comes to its end, once. */
import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { openGiftWorld } from '../../test/support/gift-world.ts';
import type { Outcome } from '../instruments/index.ts';
import { openGifts } from './index.ts';

const DAY_MS = 24 * 60 * 60_000;

forBothDatabases('an issue whose answer was lost is issued once', async (database) => {
  const world = await openGiftWorld(database);
  const { engine } = world.house;
  let lost = 0;
  // A server that does not hear what became of its first two issues, and dies.
  Object.assign(world.desk, {
    engine: {
      async submit(operation: Parameters<typeof engine.submit>[0]): Promise<Outcome> {
        if (lost === 2) return engine.submit(operation);
        lost += 1;
        if (lost === 1) await engine.submit(operation);
        return { outcome: 'outcome_unknown' };
      },
    },
  });
  const hana = await world.sender('hana@example.jp');
  const { giftId } = await world.sent(hana);
  world.house.clock.advance(DAY_MS);
  await world.gifts.claim({ code: await world.codeTo('taro@example.jp') }, world.stranger());
  await world.gifts.work();
  assert.equal(lost, 2);
  await world.settle();
  const [row] = await database.query('select count(*)::int as cards from instruments.instrument');
  assert.equal(row?.['cards'], 1);
  assert.equal((await world.find(hana, giftId)).state, 'charged');
  await world.close();
});

forBothDatabases('a server that dies behind a claim leaves it to another', async (database) => {
  const world = await openGiftWorld(database);
  const hana = await world.sender('hana@example.jp');
  const { giftId } = await world.sent(hana);
  const code = await world.codeTo('taro@example.jp');
  world.house.clock.advance(DAY_MS);
  const taro = world.stranger();
  const first = await world.gifts.claim({ code }, taro);
  assert.ok(first.ok && first.value.state === 'charging');
  // Another server, which knows nothing of the first but the tables.
  const { payments } = world;
  const owned: typeof payments = { ...payments, own: () => undefined };
  const other = await openGifts({ ...world.desk, payments: owned });
  const again = await other.claim({ code }, taro);
  assert.ok(again.ok && again.value.isMine, 'the same claim again is the same claim');
  await other.work();
  assert.ok((await other.collect(giftId, taro)).ok);
  await world.close();
});
