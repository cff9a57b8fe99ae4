/** "That was not me", on both databases, with real members, wallets, gifts and payments; each ends with all of them agreeing. */
import assert from 'node:assert/strict';
import { openCaseWorld } from '../../test/support/case-world.ts';
import { forBothDatabases } from '../../test/support/database.ts';
import { watchStatements } from '../../test/support/watch-statements.ts';
import type { Cases, DeskStory } from './index.ts';

const HANA = 'hana@example.jp';
const TARO = 'taro@example.jp';
const DAY_MS = 24 * 60 * 60_000;

async function deskStory({ desk }: Cases, number: string): Promise<DeskStory> {
  const story = await desk.read({ issuerId: 1, number });
  assert.ok(story);
  return story;
}

forBothDatabases(
  'one word voids every gift that is not charged, ends every session, freezes the value, and tells',
  async (database) => {
    const world = await openCaseWorld(database);
    const { gifts: giftWorld, cases } = world;
    const hana = await giftWorld.sender(HANA);
    const taro = await giftWorld.sender(TARO);
    const own = await giftWorld.sent(taro, { to: HANA, amountMinor: 5_000n });
    await giftWorld.gifts.claim({ giftId: own.giftId }, await giftWorld.claimantOf(hana));
    await giftWorld.settle();
    const charged = await giftWorld.sent(hana, { to: TARO, amountMinor: 3_000n });
    giftWorld.house.clock.advance(DAY_MS);
    await giftWorld.gifts.claim({ giftId: charged.giftId }, await giftWorld.claimantOf(taro));
    await giftWorld.settle();
    await giftWorld.refresh(hana);
    const waiting = await giftWorld.sent(hana, { to: 'thief@example.jp', amountMinor: 4_000n });

    const { memberId } = hana;
    const opened = await cases.notMe({
      memberId,
      by: 'account',
      actor: 'member',
      words: 'I sent nothing',
    });
    assert.ok(opened?.isNew);
    assert.match(opened.number, /^KC-/);
    assert.equal(await giftWorld.members.members.find(hana.browser.from.cookie), undefined);
    assert.equal((await giftWorld.find(hana, waiting.giftId)).state, 'cancelled');
    assert.equal((await giftWorld.find(hana, charged.giftId)).state, 'charged');

    const story = await cases.read({ memberId, number: opened.number });
    assert.ok(story);
    assert.equal(story.record.words, 'I sent nothing');
    assert.ok(story.record.stoppedAt !== null);
    assert.deepEqual(
      story.holdings.map(({ spendableMinor, isFrozen }) => [spendableMinor, isFrozen]),
      [[5_000n, true]],
    );
    assert.deepEqual(
      story.sums.map(({ outcome, count, amountMinor }) => [outcome, count, amountMinor]),
      [
        ['charged', 1, 3_000n],
        ['stopped', 1, 4_000n],
      ],
    );
    assert.deepEqual(
      story.next.map(({ kind, responsible }) => `${kind} ${responsible}`),
      ['refund_decision desk', 'desk_looks desk', 'unfreeze member'],
    );
    assert.equal(await world.spendableOfWallet(memberId), 0n, 'frozen value cannot be spent');
    const { evidence } = await deskStory(cases, opened.number);
    const kinds = new Set(evidence.map(({ kind }) => kind));
    assert.deepEqual([...kinds].toSorted(), ['device', 'notice', 'request', 'sign_in']);
    assert.equal((await giftWorld.told(HANA))[0], 'case_opened');
    const [mail] = await giftWorld.members.mails(HANA);
    const words = mail?.content?.text ?? '';
    assert.match(words, /Gifts cancelled: 1\n- .*¥4,000 to 太郎 \(thief@example\.jp\)\n\n/);
    assert.match(words, /charged before: 1\n- .*¥3,000 to 太郎 \(taro@example\.jp\)\n/);

    const again = await cases.notMe({ memberId, by: 'support', actor: 'operator:x', issuerId: 1 });
    assert.deepEqual(again, { number: opened.number, isNew: false });
    const mails = (await giftWorld.told(HANA)).filter((template) => template === 'case_opened');
    assert.equal(mails.length, 1, 'told once');
    assert.equal(await cases.read({ memberId: taro.memberId, number: opened.number }), null);
    await world.close();
  },
);

forBothDatabases(
  'what a killed process left is finished by the next round, once',
  async (database) => {
    const world = await openCaseWorld(database, { wallets: 'die_once' });
    const { gifts: giftWorld, cases } = world;
    const hana = await giftWorld.sender(HANA);
    const taro = await giftWorld.sender(TARO);
    const gift = await giftWorld.sent(taro, { to: HANA, amountMinor: 5_000n });
    await giftWorld.gifts.claim({ giftId: gift.giftId }, await giftWorld.claimantOf(hana));
    await giftWorld.settle();
    const { memberId } = hana;
    const opened = await cases.notMe({ memberId, by: 'account', actor: 'member' });
    assert.ok(opened);
    const { number } = opened;
    const before = await cases.read({ memberId, number });
    assert.equal(before?.record.stoppedAt, null);
    assert.equal(before?.next[0]?.kind, 'freezing');
    assert.equal(await cases.work(), 0, 'the lease of the dead one runs');
    giftWorld.house.clock.advance(31_000);
    assert.equal(await cases.work(), 1);
    assert.equal(await cases.work(), 0);
    const after = await cases.read({ memberId, number });
    assert.ok(after?.record.stoppedAt);
    assert.deepEqual(
      after.events.map(({ kind }) => kind),
      ['opened', 'stopped'],
    );
    assert.equal(await world.spendableOfWallet(memberId), 0n);
    await world.close();
  },
);

forBothDatabases(
  'a charge that was under way is given back in full, and the case says how far it is',
  async (database) => {
    const world = await openCaseWorld(database);
    const { gifts: giftWorld, cases } = world;
    const hana = await giftWorld.sender(HANA, 'card_late');
    const gift = await giftWorld.sent(hana, { to: TARO, amountMinor: 3_000n });
    giftWorld.house.clock.advance(DAY_MS);
    await giftWorld.gifts.claim({ code: await giftWorld.codeTo(TARO) }, giftWorld.stranger());
    await giftWorld.gifts.work();
    assert.equal((await giftWorld.find(hana, gift.giftId)).state, 'charging');
    const { memberId } = hana;
    const opened = await cases.notMe({ memberId, by: 'account', actor: 'member' });
    assert.ok(opened);
    const { number } = opened;
    const during = await cases.read({ memberId, number });
    assert.equal(during?.gifts[0]?.outcome, 'charge_under_way');
    await giftWorld.settle();
    const after = await cases.read({ memberId, number });
    assert.equal(after?.gifts[0]?.outcome, 'refunded');
    assert.equal((await giftWorld.find(hana, gift.giftId)).state, 'cancelled');
    await world.close();
  },
);

forBothDatabases(
  'the number of any message stops its own member, says nothing, and is spent when that is undone',
  async (database) => {
    const world = await openCaseWorld(database);
    const { gifts: giftWorld, cases } = world;
    const hana = await giftWorld.sender(HANA);
    const gift = await giftWorld.sent(hana, { to: TARO, amountMinor: 3_000n });
    const number = await world.noticeTo(HANA);
    const another = await world.noticeTo(HANA);
    const toStranger = await world.noticeTo(TARO);
    const found = async (whom: string) => (await cases.desk.findMember(whom))?.memberId;
    const read = await found(` ${number.toLowerCase()}`); // as a caller reads it out
    assert.deepEqual([read, await found(HANA)], [hana.memberId, hana.memberId]);
    assert.equal(await found(toStranger), undefined);
    assert.equal(await cases.byNotice('KN-2222-2222-2222'), 'unknown');
    await cases.settled();
    assert.equal(await cases.byNotice(toStranger), 'taken', 'whether it is a member is not said');
    assert.equal((await giftWorld.find(hana, gift.giftId)).state, 'sent');
    assert.equal(await cases.byNotice(number), 'taken');
    await cases.settled();
    assert.equal((await giftWorld.find(hana, gift.giftId)).state, 'cancelled');
    const inForce = await cases.inForce(hana.memberId);
    assert.ok(inForce);

    await world.signInAgain(hana);
    const session = await hana.session();
    const before = await cases.read({ memberId: hana.memberId, number: inForce });
    assert.equal(
      await cases.byNotice(another),
      'taken',
      'and does nothing to who is stopped already',
    );
    const again = await cases.read({ memberId: hana.memberId, number: inForce });
    assert.equal(again?.events.length, before?.events.length);
    giftWorld.house.clock.advance(11 * 60_000);
    const asked = await cases.lift(session, inForce);
    assert.equal(asked.ok && asked.value.state, 'ask', 'a fresh strong factor is asked for');
    assert.equal(await cases.inForce(hana.memberId), inForce);
    await giftWorld.refresh(hana);
    const lifted = await cases.lift(session, inForce);
    assert.equal(lifted.ok && lifted.value.state, 'fresh');
    assert.equal(await cases.inForce(hana.memberId), null);
    assert.equal((await giftWorld.told(HANA))[0], 'case_lifted');
    assert.equal(await cases.byNotice(number), 'lifted_before');
    await cases.settled();
    assert.equal(await cases.byNotice(another), 'lifted_before', 'it is older than the lift');
    assert.equal(await cases.inForce(hana.memberId), null);
    const sent = await giftWorld.sent(hana, { to: TARO, amountMinor: 3_000n });
    assert.equal(sent.state, 'sent', 'gifts can be sent again');
    await world.close();
  },
);

forBothDatabases(
  'another member lifts nothing, and what is stopped sends nothing',
  async (database) => {
    const world = await openCaseWorld(database);
    const { gifts: giftWorld, cases } = world;
    const hana = await giftWorld.sender(HANA);
    const taro = await giftWorld.sender(TARO);
    const { memberId } = hana;
    const opened = await cases.notMe({ memberId, by: 'account', actor: 'member' });
    assert.ok(opened);
    await giftWorld.refresh(taro);
    const tried = await cases.lift(await taro.session(), opened.number);
    assert.equal(!tried.ok && tried.refusal, 'case_not_found');
    await world.signInAgain(hana);
    const sent = await giftWorld.try(hana, { to: 'x@example.jp', amountMinor: 1_000n });
    assert.equal(sent.ok, false);
    await world.close();
  },
);

forBothDatabases(
  'the desk gives back what was charged, and untouched value with it is void',
  async (database) => {
    const world = await openCaseWorld(database);
    const { gifts: giftWorld, cases } = world;
    const hana = await giftWorld.sender(HANA);
    const gift = await giftWorld.sent(hana, { to: TARO, amountMinor: 3_000n });
    giftWorld.house.clock.advance(DAY_MS);
    const thief = giftWorld.stranger();
    await giftWorld.gifts.claim({ code: await giftWorld.codeTo(TARO) }, thief);
    await giftWorld.settle();
    const value = await giftWorld.gifts.collect(gift.giftId, thief);
    assert.ok(value.ok && value.value.code !== null);
    const { memberId } = hana;
    const opened = await cases.notMe({ memberId, by: 'account', actor: 'member' });
    assert.ok(opened);
    const act = { number: opened.number, issuerId: 1, actor: 'operator:a, operator:b' };
    const refunded = await database.transaction((on) =>
      cases.desk.refund(on, { ...act, giftId: gift.giftId }),
    );
    assert.ok(refunded.ok);
    await cases.desk.finish(refunded.value);
    await giftWorld.settle();
    const story = await cases.read({ memberId, number: opened.number });
    assert.equal(story?.gifts[0]?.outcome, 'refunded');
    assert.equal(story.gifts[0].refund, 'taken_back');
    assert.ok(story.events.some(({ kind }) => kind === 'taken_back'));
    const left = await giftWorld.house.engine.inquireBalance(
      { clientId: 1, issuerId: 1 },
      { by: 'code', code: value.value.code },
    );
    assert.equal(left.ok && left.value.spendableMinor > 0n, false);
    const twice = await database.transaction((on) =>
      cases.desk.refund(on, { ...act, giftId: gift.giftId }),
    );
    assert.equal(!twice.ok && twice.refusal, 'gift_not_charged');
    const early = await database.transaction((on) => cases.desk.close(on, { ...act, note: 'x' }));
    assert.equal(!early.ok && early.refusal, 'still_stopped');
    const other = { ...act, issuerId: 2 };
    const theirs = await database.transaction((on) => cases.desk.lift(on, other));
    assert.equal(!theirs.ok && theirs.refusal, 'case_not_found');
    const lifted = await database.transaction((on) => cases.desk.lift(on, act));
    assert.ok(lifted.ok);
    await cases.desk.finish(lifted.value);
    const closed = await database.transaction((on) => cases.desk.close(on, { ...act, note: 'x' }));
    assert.ok(closed.ok);
    await world.close();
  },
);

forBothDatabases(
  'by a number the same is done before the answer for a member, for anybody and for nobody; and no death loses it',
  async (database) => {
    const watched = watchStatements(database);
    let isDying = false;
    const world = await openCaseWorld(database, {
      change: (live) => ({
        ...live,
        database: watched.database,
        gifts: {
          ...live.gifts,
          voidAllOf: (...asked) =>
            isDying
              ? Promise.reject(new Error('the process died here'))
              : live.gifts.voidAllOf(...asked),
        },
      }),
    });
    const { gifts: giftWorld, cases } = world;
    const hana = await giftWorld.sender(HANA);
    await giftWorld.sent(hana, { to: 'nobody@example.jp', amountMinor: 1_000n });
    const ofMember = await world.noticeTo(HANA);
    const numbers = [ofMember, await world.noticeTo('nobody@example.jp'), 'KN-2222-2222-2222'];
    const done: string[][] = [];
    isDying = true;
    for (const number of numbers) {
      watched.forget();
      await cases.byNotice(number);
      const sent = watched.statements();
      const last = sent.findIndex((title) => title.includes('insertSaid'));
      done.push(sent.slice(0, last + 1));
      await cases.settled();
    }
    assert.ok((done[0]?.length ?? 0) >= 4, 'what a member is found by, what was said');
    assert.deepEqual(done[1], done[0]);
    assert.deepEqual(done[2], done[0]);
    assert.equal(await cases.inForce(hana.memberId), null);
    isDying = false;
    await cases.work();
    assert.equal(await cases.inForce(hana.memberId), null, 'the lease of the dead one runs');
    giftWorld.house.clock.advance(31_000);
    await cases.work();
    assert.ok(await cases.inForce(hana.memberId));
    const left = await database.query('select 1 from cases.said');
    assert.equal(left.length, 0);
    await world.close();
  },
);

forBothDatabases(
  "a desk sees and lifts its own issuer's part; what several have stopped waits for the last of them",
  async (database) => {
    const world = await openCaseWorld(database);
    const { gifts: giftWorld, cases } = world;
    const { clock } = giftWorld.house;
    const hana = await giftWorld.sender(HANA);
    const taro = await giftWorld.sender(TARO);
    const own = await giftWorld.sent(taro, { to: HANA, amountMinor: 5_000n });
    await giftWorld.gifts.claim({ giftId: own.giftId }, await giftWorld.claimantOf(hana));
    await giftWorld.settle();
    const { memberId } = hana;
    const words = 'spoken to the desk of the other issuer';
    const said = { memberId, by: 'support', actor: 'operator:other', issuerId: 2, words } as const;
    const opened = await cases.notMe(said);
    assert.ok(opened);
    const { number } = opened;
    await database.query(
      `insert into cases.holding
      select case_id, 900001, 2, 77, null, unit, 7000, 0, true, stopped_at, null from cases.holding`,
    );
    const ofDesk = async (issuerId: number): Promise<DeskStory> => {
      const story = await cases.desk.read({ issuerId, number });
      assert.ok(story);
      return story;
    };
    const ours = await ofDesk(1);
    assert.deepEqual(
      ours.holdings.map((held) => held.issuerId),
      [1],
    );
    assert.deepEqual(ours.others, { gifts: 0, holdings: 1, awaited: 1 });
    assert.deepEqual([ours.record.words, ours.record.actor], [null, 'other_desk']);
    assert.equal((await ofDesk(2)).record.words, words);
    assert.ok(ours.evidence.some(({ kind }) => kind === 'request'));
    assert.ok(!(await ofDesk(2)).evidence.some(({ kind }) => kind === 'request'));
    assert.equal(await cases.desk.read({ issuerId: 3, number }), null);

    const act = (issuerId: number) => ({ number, issuerId, actor: `operator:of ${issuerId}` });
    const lift = (issuerId: number) =>
      database.transaction((on) => cases.desk.lift(on, act(issuerId)));
    const close = (issuerId: number) =>
      database.transaction((on) =>
        cases.desk.close(on, { ...act(issuerId), note: 'spoke to her' }),
      );
    assert.ok((await lift(1)).ok);
    await cases.work();
    assert.equal(await cases.inForce(memberId), number, 'the stop of the other desk stands');
    assert.equal(await world.spendableOfWallet(memberId), 0n);
    const twice = await lift(1);
    assert.equal(!twice.ok && twice.refusal, 'already_lifted');
    assert.ok((await ofDesk(1)).record.liftedAt !== null);
    assert.equal((await ofDesk(2)).record.liftedAt, null);
    const early = await close(2);
    assert.equal(!early.ok && early.refusal, 'still_stopped');
    assert.ok((await close(1)).ok, 'it has nothing more to do');
    const note = { ...act(2), note: 'calls back at six', lookAt: clock.now() + 1_000 };
    assert.ok((await database.transaction((on) => cases.desk.note(on, note))).ok);
    assert.ok(!(await ofDesk(1)).events.some(({ kind }) => kind === 'note'), 'is its own');
    assert.notEqual((await ofDesk(1)).record.lookAt, note.lookAt);
    const list = (issuerId: number) =>
      cases.desk.list({ issuerId, isOpenOnly: true, before: null, size: 10 });
    assert.deepEqual([(await list(1)).length, (await list(2)).length], [0, 1]);

    // Said again, the whole of it is stopped, and both desks have to look again.
    assert.equal((await cases.notMe({ memberId, by: 'account', actor: 'member' }))?.isNew, false);
    assert.equal((await ofDesk(1)).record.liftedAt, null);
    assert.equal((await list(1)).length, 1);
    assert.ok((await lift(2)).ok);
    assert.equal(await cases.inForce(memberId), number);
    assert.ok((await lift(1)).ok);
    await cases.work();
    assert.equal(await cases.inForce(memberId), null);
    assert.equal(await world.spendableOfWallet(memberId), 5_000n);
    assert.ok((await close(1)).ok);
    assert.equal((await ofDesk(2)).record.closedAt, null);
    assert.ok((await close(2)).ok);
    const story = await cases.read({ memberId, number });
    assert.ok(story?.record.closedAt);
    const [lifted] = (await ofDesk(2)).events.filter(({ kind }) => kind === 'lifted');
    assert.equal(lifted?.actor, 'other_desk');
    await database.query('delete from cases.holding where instrument_id = 900001');
    await world.close();
  },
);
