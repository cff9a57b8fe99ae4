/** What a process leaves behind that dies, or does not hear an answer: each gift comes to its end, once. */
import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { openGiftWorld, type GiftWorld } from '../../test/support/gift-world.ts';
import type { Outcome } from '../instruments/index.ts';
import { openGifts, verifyGifts } from './index.ts';

const DAY_MS = 24 * 60 * 60_000;
const LEASE_OVER_MS = 61_000;

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

forBothDatabases(
  'what is given back before its issue is known is issued to nobody, whether the engine had done it or not',
  async (database) => {
    const world = await openGiftWorld(database);
    const { engine, clock } = world.house;
    let heard: 'all' | 'done_unheard' | 'nothing' = 'all';
    Object.assign(world.desk, {
      engine: {
        async submit(operation: Parameters<typeof engine.submit>[0]): Promise<Outcome> {
          if (heard === 'all') return engine.submit(operation);
          if (heard === 'done_unheard') await engine.submit(operation);
          return { outcome: 'outcome_unknown' };
        },
      },
    });
    const hana = await world.sender('hana@example.jp');
    const { memberId } = hana;
    for (const how of ['nothing', 'done_unheard'] as const) {
      const to = `${how}@example.jp`;
      await world.refresh(hana);
      const { giftId } = await world.sent(hana, { to });
      clock.advance(DAY_MS);
      heard = how;
      const claimant = world.stranger();
      await world.gifts.claim({ code: await world.codeTo(to) }, claimant);
      await world.gifts.work();
      assert.equal((await world.find(hana, giftId)).state, 'charged');
      const refund = { memberId, giftId, issuerId: 1, caseNumber: 'KC-TEST-0002' };
      const isAsked = await database.transaction((on) => world.gifts.refund(on, refund));
      assert.equal(isAsked, true);
      heard = 'all';
      clock.advance(10 * 60_000);
      await world.settle(); // looks for what was left unissued, before the value is taken back, and behind it
      assert.equal(await world.gifts.takeBack(giftId, `case:2:gift:${giftId}`), 'nothing');
      assert.equal(await world.gifts.takeBack(giftId, `case:2:gift:${giftId}`), 'nothing');
      clock.advance(10 * 60_000);
      await world.settle();
      const after = await world.find(hana, giftId);
      assert.equal(after.payment, 'refunded');
      assert.equal(after.state, 'refused');
      assert.equal((await world.gifts.collect(giftId, claimant)).ok, false);
      assert.equal((await world.told(to))[0], 'gift_news');
    }
    const rows = await database.query('select state from instruments.instrument');
    assert.deepEqual(
      rows.map(({ state }) => state),
      ['voided'],
      'only what the engine had done is there, and worth nothing',
    );
    await world.close();
  },
);

/** What happens, once, between the provider's answer and the row that says so. */
interface Between {
  issue?: 'before' | 'behind'; // of the engine's answer to the issue
  write?: 'dies';
  reversal?: 'fails';
}

function withBetween(world: GiftWorld, stop: () => Promise<unknown>): Between {
  const between: Between = {};
  const { engine } = world.house;
  const { notices } = world.desk;
  const once = async (what: keyof Between, when: string): Promise<boolean> => {
    const isNow = between[what] === when;
    if (isNow) delete between[what];
    return isNow;
  };
  Object.assign(world.desk, {
    engine: {
      async submit(operation: Parameters<typeof engine.submit>[0]): Promise<Outcome> {
        if (operation.kind === 'reverse' && (await once('reversal', 'fails'))) {
          throw new Error('the engine is away');
        }
        if (operation.kind === 'issue' && (await once('issue', 'before'))) await stop();
        const outcome = await engine.submit(operation);
        if (operation.kind === 'issue' && (await once('issue', 'behind'))) await stop();
        return outcome;
      },
    },
    notices: {
      ...notices,
      async sendNotices(...args: Parameters<typeof notices.sendNotices>) {
        if (await once('write', 'dies')) throw new Error('the process died');
        return notices.sendNotices(...args);
      },
    },
  });
  return between;
}

/** What was issued and written in no gift's row. */
async function voidIssued({ database, house }: GiftWorld, giftId: bigint): Promise<void> {
  const [row] = await database.query(
    "select instrument_id from instruments.request where request_id = 'gift:' || $1::text",
    [giftId],
  );
  const card = { by: 'instrument', instrumentId: row?.['instrument_id'] as bigint } as const;
  await house.done({ kind: 'void', card, reason: 'unknown' });
}

forBothDatabases(
  'a gift that is stopped between its charge and its row is issued to nobody and given back in full',
  async (database) => {
    const world = await openGiftWorld(database);
    const { clock } = world.house;
    const ways: readonly {
      between: Between;
      stop: 'case' | 'end' | null;
      isBehind?: true;
      isVoided?: true; // its value, by the staff, before it is stopped
    }[] = [
      { between: {}, stop: null },
      { between: { write: 'dies' }, stop: null },
      { between: { issue: 'before' }, stop: 'case' },
      { between: { issue: 'behind' }, stop: 'end' },
      { between: { issue: 'behind', reversal: 'fails' }, stop: 'case' },
      { between: { write: 'dies' }, stop: 'case', isBehind: true },
      { between: { write: 'dies', reversal: 'fails' }, stop: 'end', isBehind: true },
      { between: { write: 'dies' }, stop: 'end', isBehind: true, isVoided: true },
    ];
    let stopNow = async (): Promise<void> => undefined;
    const between = withBetween(world, () => stopNow());
    const shared = await world.sender('hana@example.jp');
    for (const [place, way] of ways.entries()) {
      const isEnded = way.stop === 'end';
      const hana = isEnded ? await world.sender(`hana${place}@example.jp`) : shared;
      const { memberId } = hana;
      stopNow = () =>
        database.transaction(async (on) => {
          if (isEnded) await world.gifts.endMember(on, memberId);
          else await world.gifts.voidAllOf(on, memberId, { caseNumber: `KC-TEST-000${place}` });
        });
      await database.transaction((on) => world.gifts.allowSending(on, memberId));
      await world.refresh(hana);
      const to = `to${place}@example.jp`;
      const { giftId } = await world.sent(hana, { to });
      clock.advance(DAY_MS);
      const claimant = world.stranger();
      await world.gifts.claim({ code: await world.codeTo(to) }, claimant);
      Object.assign(between, way.between);
      await world.gifts.work();
      if (way.between.write === 'dies') {
        const verified = await verifyGifts(database);
        assert.deepEqual(
          verified,
          { differences: [], underWay: 1, notRefunded: [] },
          'beside a running server',
        );
      }
      if (way.isVoided === true) await voidIssued(world, giftId);
      if (way.isBehind === true) await stopNow();
      clock.advance(LEASE_OVER_MS);
      await world.settle();
      assert.deepEqual(between, {}, 'everything has happened');
      const after = await world.find(hana, giftId);
      const collected = await world.gifts.collect(giftId, claimant);
      const kinds = (await world.kinds(hana, giftId)).slice(-4);
      if (way.stop === null) {
        assert.deepEqual([after.state, after.payment], ['charged', 'taken']);
        assert.deepEqual(kinds, ['charging', 'charged', 'issued', 'told']);
        assert.ok(collected.ok);
      } else {
        assert.deepEqual([after.state, after.payment], ['cancelled', 'refunded'], `way ${place}`);
        assert.ok(kinds.includes('charged') && kinds.at(-1) === 'refunded', kinds.join());
        assert.equal(collected.ok, false);
      }
    }
    const rows = await database.query(
      "select count(*) filter (where state = 'voided')::int as voided, count(*)::int as all from instruments.instrument",
    );
    assert.deepEqual(
      rows,
      [{ voided: 6, all: 8 }],
      'issued once each, and worth nothing if stopped',
    );
    const items = await world.house.openItems();
    assert.deepEqual(items, ['voided_with_value', 'reversed_after_spending']);
    await world.close();
  },
);
