/** What a case keeps, and for how long: each person's traces go, whole, and no total loses a gift. */
import assert from 'node:assert/strict';
import { openCaseWorld } from '../../test/support/case-world.ts';
import { forBothDatabases } from '../../test/support/database.ts';

const HANA = 'hana@example.jp';
const DAY_MS = 24 * 60 * 60_000;
const YEAR_MS = 365 * DAY_MS;

forBothDatabases(
  'what was seen and said is erased in every case that is long over, also behind the first page',
  async (database) => {
    const world = await openCaseWorld(database, {
      change: (live) => ({ ...live, sizes: { erasedAtOnce: 2 } }),
    });
    const { gifts: giftWorld, cases } = world;
    const { clock } = giftWorld.house;
    const { memberId } = await giftWorld.sender(HANA);
    const close = async (): Promise<string> => {
      const words = 'I lost my phone';
      const opened = await cases.notMe({ memberId, by: 'account', actor: 'member', words });
      assert.ok(opened?.isNew);
      const act = { number: opened.number, issuerId: 1, actor: 'operator:a', note: 'spoke to her' };
      await database.transaction(async (on) => {
        assert.ok((await cases.desk.note(on, { ...act, lookAt: clock.now() })).ok);
        const lifted = await cases.desk.lift(on, act);
        assert.ok(lifted.ok, lifted.ok ? '' : lifted.refusal);
        assert.ok((await cases.desk.close(on, act)).ok);
      });
      await cases.work();
      clock.advance(DAY_MS);
      return opened.number;
    };
    // A server of the version before has lifted a stop: it knows of no hold.
    await database.query('insert into members.hold (member_id, held_at) values ($1, now())', [
      memberId,
    ]);
    const left = async (number: string) => {
      const story = await cases.read({ memberId, number });
      assert.ok(story);
      const { words, closingNote } = story.record;
      const evidence = (await cases.desk.read({ issuerId: 1, number }))?.evidence ?? [];
      const notes = story.events.filter(({ detail }) => 'note' in detail).length;
      return { words, closingNote, notes, seen: evidence.filter((each) => each.content).length };
    };
    const numbers = [];
    for (let count = 0; count < 5; count += 1) numbers.push(await close());
    clock.advance(2 * YEAR_MS);
    const young = await close();
    clock.advance(YEAR_MS);
    for (const number of numbers) assert.ok((await left(number)).seen > 0);
    const kept = await left(young);

    await cases.forgetOld();
    assert.deepEqual(await database.query('select 1 from members.hold'), [], 'held no more');
    for (const number of numbers) {
      assert.deepEqual(await left(number), { words: null, closingNote: '', notes: 0, seen: 0 });
    }
    assert.deepEqual(await left(young), kept);
    assert.equal(kept.words, 'I lost my phone');
    assert.equal(kept.notes, 2);
    clock.advance(3 * YEAR_MS);
    await cases.forgetOld();
    assert.equal((await left(young)).seen, 0, 'those that were erased are not in its way');
    await world.close();
  },
);

forBothDatabases(
  'a case with more gifts than one page tells the newest first and counts every one',
  async (database) => {
    const world = await openCaseWorld(database, {
      change: (live) => ({
        ...live,
        sizes: { giftsAtOnce: 2, eventsAtOnce: 2, holdingsAtOnce: 1 },
      }),
    });
    const { gifts: giftWorld, cases } = world;
    const hana = await giftWorld.sender(HANA);
    const { memberId } = hana;
    await giftWorld.refresh(hana);
    const sent = [];
    for (let count = 0; count < 4; count += 1) {
      sent.push((await giftWorld.sent(hana, { amountMinor: 1_000n })).giftId);
    }
    const opened = await cases.notMe({ memberId, by: 'account', actor: 'member' });
    assert.ok(opened);
    const { number } = opened;
    const act = { number, issuerId: 1, actor: 'operator:a' };
    for (const note of ['one', 'two', 'three']) {
      const noted = { ...act, note, lookAt: giftWorld.house.clock.now() };
      assert.ok((await database.transaction((on) => cases.desk.note(on, noted))).ok);
    }
    assert.ok((await database.transaction((on) => cases.desk.lift(on, act))).ok);
    await cases.work();
    await world.signInAgain(hana);
    await giftWorld.refresh(hana);
    await giftWorld.sent(hana, { amountMinor: 1_000n }); // none of the case
    const story = await cases.read({ memberId, number });
    assert.deepEqual(
      story?.events.map(({ kind, detail }) => detail['note'] ?? kind),
      ['opened', 'stopped', 'one', 'two', 'three', 'lifted', 'released'],
    );
    assert.deepEqual(
      story?.gifts.map(({ gift }) => gift.giftId),
      sent.toReversed(),
    );
    assert.deepEqual(
      story?.sums.map(({ outcome, count, amountMinor }) => [outcome, count, amountMinor]),
      [['stopped', 4, 4_000n]],
    );
    await world.close();
  },
);
