/** What "that was not me" stops beside value: what waits in the account, whatever else fails, by whichever address. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { openCaseWorld } from '../../test/support/case-world.ts';
import { forBothDatabases, openPglite } from '../../test/support/database.ts';
import type { GiftWorld, Sender } from '../../test/support/gift-world.ts';
import { CEREMONY, softPasskey } from '../../test/support/soft-passkey.ts';

const HANA = 'hana@example.jp';
const THIEF = 'thief@example.jp';
const PHONE = '+819012345678';
const DAY_MS = 24 * 60 * 60_000;

/** A thief in the account asks for another address, and waits. */
async function askForAddress(world: GiftWorld, hana: Sender, email = THIEF): Promise<void> {
  const { members } = world.members;
  const { browser } = hana;
  await world.refresh(hana);
  const session = await hana.session();
  assert.ok(browser.take(await members.beginAddressChange(session, email)).ok);
  const code = await world.members.codeOf(email);
  assert.ok(browser.take(await members.proveAddressChange(session, code, browser.from)).ok);
}

forBothDatabases(
  'what a thief has asked for before the stop never comes true, of every kind',
  async (database) => {
    const heldBefore: unknown[] = [];
    const world = await openCaseWorld(database, {
      change: (live) => ({
        ...live,
        members: {
          ...live.members,
          async cancelWaiting(on, wanted) {
            heldBefore.push(...(await on.query('select member_id from members.hold')));
            return live.members.cancelWaiting(on, wanted);
          },
        },
      }),
    });
    const { gifts: giftWorld, cases } = world;
    const { members } = giftWorld.members;
    const { clock } = giftWorld.house;
    const hana = await giftWorld.sender(HANA);
    const { memberId } = hana;
    const { limitMinor } = await members.limits(memberId);
    await askForAddress(giftWorld, hana);
    const session = await hana.session();
    const raised = await members.changeDayLimit(session, limitMinor + 10_000n, hana.browser.from);
    assert.equal(raised.ok && raised.value, 'waits');
    const wanted = { memberId, email: 'other-thief@example.jp' };
    assert.ok((await members.beginSupportRecovery(wanted)).ok);
    const away = giftWorld.members.browser();
    away.take(await members.beginRecovery({ email: HANA, locale: 'en' }, away.from));
    assert.ok(
      away.take(await members.proveRecovery(await giftWorld.members.codeOf(HANA), away.from)).ok,
    );
    assert.equal((await members.waitingChanges(session)).length, 4);

    assert.ok(await cases.notMe({ memberId, by: 'account', actor: 'member' }));
    assert.equal(heldBefore.length, 1, 'what begins meanwhile takes turns, and sees the stop');
    const { changes } = await members.evidence(memberId, clock.now() - DAY_MS);
    assert.deepEqual(
      new Set(changes.map((each) => `${each.state} ${each.settledBy}`)),
      new Set(['cancelled case']),
    );
    clock.advance(5 * DAY_MS);
    assert.equal((await members.recoveryOf(away.from))?.state, 'cancelled');
    assert.equal((await members.beginRecoveryEnd(away.from)).ok, false);
    clock.advance(15 * DAY_MS);
    assert.equal(await members.settleDueChanges(), 0);
    assert.equal((await members.findByEmail(database, HANA))?.memberId, memberId);
    assert.equal((await members.limits(memberId)).limitMinor, limitMinor);
    await world.close();
  },
);

forBothDatabases(
  'while a case is in force no recovery begins, by the mailbox or by the desk, and behind it one does',
  async (database) => {
    const world = await openCaseWorld(database);
    const { gifts: giftWorld, cases } = world;
    const { members } = giftWorld.members;
    const { memberId } = await giftWorld.sender(HANA);
    const recover = async (): Promise<string> => {
      const away = giftWorld.members.browser();
      away.take(await members.beginRecovery({ email: HANA, locale: 'en' }, away.from));
      const code = await giftWorld.members.codeOf(HANA);
      const proved = away.take(await members.proveRecovery(code, away.from));
      return proved.ok ? 'waits' : proved.refusal;
    };
    const byDesk = async (): Promise<string> => {
      const begun = await members.beginSupportRecovery({ memberId, email: THIEF });
      return begun.ok ? 'waits' : begun.refusal;
    };
    const opened = await cases.notMe({ memberId, by: 'account', actor: 'member' });
    assert.ok(opened);
    assert.deepEqual([await recover(), await byDesk()], ['account_stopped', 'account_stopped']);
    const { changes } = await members.evidence(memberId, 0);
    assert.equal(changes.length, 0);
    const act = { number: opened.number, issuerId: 1, actor: 'operator:a, operator:b' };
    assert.ok((await database.transaction((on) => cases.desk.lift(on, act))).ok);
    await cases.work();
    assert.deepEqual([await recover(), await byDesk()], ['waits', 'waits']);
    await world.close();
  },
);

forBothDatabases(
  'what cannot be read keeps nothing from being stopped, and is read by the next round, once',
  async (database) => {
    let isBroken = true;
    let reads = 0;
    const failing = <Asked extends unknown[], Read>(live: (...asked: Asked) => Promise<Read>) => {
      return (...asked: Asked): Promise<Read> => {
        reads += 1;
        return isBroken ? Promise.reject(new Error('cannot be read')) : live(...asked);
      };
    };
    const world = await openCaseWorld(database, {
      change: (live) => ({
        ...live,
        stories: {
          ...live.stories,
          read: failing((...asked: Parameters<typeof live.stories.read>) =>
            live.stories.read(...asked),
          ),
        },
        inbox: {
          ...live.inbox,
          list: failing((...asked: Parameters<typeof live.inbox.list>) =>
            live.inbox.list(...asked),
          ),
        },
        gifts: {
          ...live.gifts,
          sentBy: failing((...asked: Parameters<typeof live.gifts.sentBy>) =>
            live.gifts.sentBy(...asked),
          ),
        },
        members: {
          ...live.members,
          evidence: failing((...asked: Parameters<typeof live.members.evidence>) =>
            live.members.evidence(...asked),
          ),
        },
      }),
    });
    const { gifts: giftWorld, cases } = world;
    const hana = await giftWorld.sender(HANA);
    const { memberId } = hana;
    const gift = await giftWorld.sent(hana, { to: THIEF });
    const opened = await cases.notMe({ memberId, by: 'account', actor: 'member' });
    assert.ok(opened?.isNew);
    assert.equal((await giftWorld.find(hana, gift.giftId)).state, 'cancelled');
    assert.equal(await giftWorld.members.members.find(hana.browser.from.cookie), undefined);
    isBroken = false;
    const { number } = opened;
    const story = await cases.read({ memberId, number });
    assert.ok(story?.record.stoppedAt, 'frozen');
    const seen = async () => (await cases.desk.read({ issuerId: 1, number }))?.evidence;
    assert.deepEqual(await seen(), []);
    giftWorld.house.clock.advance(31_000);
    assert.equal(await cases.work(), 1);
    const evidence = await seen();
    assert.ok(evidence?.some(({ kind }) => kind === 'sign_in'));

    reads = 0;
    const again = await cases.notMe({ memberId, by: 'account', actor: 'member' });
    assert.equal(again?.isNew, false);
    assert.equal(reads, 1, 'whose gifts it touches, and nothing of what was seen');
    assert.deepEqual(await seen(), evidence);
    await world.close();
  },
);

forBothDatabases(
  'after a takeover the messages at the former address still stop the account, and the owner is told there',
  async (database) => {
    const world = await openCaseWorld(database);
    const { gifts: giftWorld, cases } = world;
    const { members } = giftWorld.members;
    const { clock } = giftWorld.house;
    const hana = await giftWorld.sender(HANA);
    const before = await world.noticeTo(HANA);
    await askForAddress(giftWorld, hana);
    clock.advance(4 * DAY_MS);
    assert.equal(await members.settleDueChanges(), 1);
    assert.equal(
      (await members.findByEmail(database, THIEF))?.memberId,
      hana.memberId,
      'taken over',
    );
    const moved = await world.noticeTo(HANA);
    clock.advance(DAY_MS);
    // Whoever has the address next is another member: what was written before is not of theirs.
    const next = await giftWorld.sender(HANA);
    const toNext = await world.noticeTo(HANA);

    assert.equal(await cases.byNotice(moved), 'taken');
    await cases.settled();
    const number = await cases.inForce(hana.memberId);
    assert.ok(number, 'the one whose message it was');
    assert.equal(await cases.inForce(next.memberId), null);
    assert.equal((await giftWorld.told(THIEF))[0], 'case_opened');
    assert.notEqual((await giftWorld.told(HANA))[0], 'case_opened', "another's mailbox by now");
    assert.equal(await cases.byNotice(before), 'taken');
    await cases.settled();
    assert.equal(await cases.inForce(next.memberId), null);
    assert.equal(await cases.byNotice(toNext), 'taken');
    await cases.settled();
    assert.ok(await cases.inForce(next.memberId));
    await world.close();
  },
);

forBothDatabases(
  'the message of a stop goes to every address, and its number at the former one is as good',
  async (database) => {
    const world = await openCaseWorld(database);
    const { gifts: giftWorld, cases } = world;
    const hana = await giftWorld.sender(HANA);
    const { memberId } = hana;
    await askForAddress(giftWorld, hana);
    const { members } = giftWorld.members;
    const { browser } = hana;
    assert.ok(browser.take(await members.beginPhone(await hana.session(), PHONE)).ok);
    const code = await giftWorld.members.codeOf(PHONE);
    assert.ok((await members.provePhone(await hana.session(), code, browser.from)).ok);
    giftWorld.house.clock.advance(4 * DAY_MS);
    assert.equal(await members.settleDueChanges(), 1);
    giftWorld.house.clock.advance(4 * DAY_MS); // the number is no young one any more
    const opened = await cases.notMe({ memberId, by: 'account', actor: 'member' });
    assert.ok(opened);
    for (const to of [HANA, THIEF, PHONE]) {
      assert.equal((await giftWorld.told(to))[0], 'case_opened', to);
    }
    const bySms = await world.noticeTo(PHONE);
    const story = await cases.read({ memberId, number: opened.number });
    assert.ok(story);
    const seen = (await cases.desk.read({ issuerId: 1, number: opened.number }))?.evidence ?? [];
    const [first] = (await giftWorld.members.mails(HANA)).toReversed();
    assert.ok(
      seen.some(({ content }) => content?.['number'] === first?.number),
      'also of before',
    );
    for (const number of [await world.noticeTo(HANA), bySms]) {
      const inForce = (await cases.inForce(memberId)) ?? '';
      const lifted = await database.transaction((on) =>
        cases.desk.lift(on, { number: inForce, issuerId: 1, actor: 'operator:a' }),
      );
      assert.ok(lifted.ok);
      assert.equal(await cases.byNotice(number), 'taken');
      await cases.settled();
      assert.ok(await cases.inForce(memberId));
    }
    await world.close();
  },
);

void test('whoever holds the telephone has no word in its removal, which a passkey has asked for', async () => {
  const database = await openPglite();
  const world = await openCaseWorld(database);
  const { gifts: giftWorld, cases } = world;
  const { members } = giftWorld.members;
  const { clock } = giftWorld.house;
  const setPhone = async (of: Sender, number: string) => {
    assert.ok(of.browser.take(await members.beginPhone(await of.session(), number)).ok);
    const code = await giftWorld.members.codeOf(number);
    assert.ok((await members.provePhone(await of.session(), code, of.browser.from)).ok);
  };
  const hana = await giftWorld.sender(HANA);
  const { memberId, browser } = hana;
  await giftWorld.refresh(hana);
  await setPhone(hana, PHONE);
  await giftWorld.refresh(hana);
  const made = softPasskey().make(await members.askToMakePasskey(await hana.session(), CEREMONY));
  const given = { credential: made, name: 'key', ceremony: CEREMONY };
  assert.ok((await members.addPasskey(await hana.session(), given, browser.from)).ok);
  clock.advance(8 * DAY_MS);
  const remove = async () => {
    await giftWorld.refresh(hana);
    assert.ok((await members.removePhone(await hana.session(), browser.from)).ok);
  };
  const waiting = async () => {
    const { changes } = await members.evidence(memberId, clock.now() - DAY_MS);
    return changes.filter(({ state }) => state === 'waiting').length;
  };
  await remove();
  const [sms] = await giftWorld.members.mails(PHONE);
  assert.match(sms?.content?.text ?? '', /The number below does not stop it/, 'and says so');
  await members.cancelByNotice(await world.noticeTo(PHONE), browser.from);
  assert.equal(await waiting(), 1, 'not by the number of an SMS');
  await members.cancelByNotice(await world.noticeTo(HANA), browser.from);
  assert.equal(await waiting(), 0, 'by that of the mail');
  await remove();
  await askForAddress(giftWorld, hana);
  assert.equal(await cases.byNotice(await world.noticeTo(PHONE)), 'taken');
  await cases.settled();
  assert.ok(await cases.inForce(memberId));
  assert.equal(await waiting(), 1, 'the other change is over');
  clock.advance(3 * DAY_MS);
  assert.equal(await members.settleDueChanges(), 1);
  assert.equal(await members.phone(memberId), undefined);

  // A number that was set shortly before a case goes with it.
  const taro = await giftWorld.sender(THIEF);
  await giftWorld.refresh(taro);
  await setPhone(taro, '+818011112222');
  assert.ok(await cases.notMe({ memberId: taro.memberId, by: 'account', actor: 'member' }));
  assert.equal(await members.phone(taro.memberId), undefined);
  await world.close();
  await database.close();
});

forBothDatabases(
  'two who gave each other gifts are stopped at the same moment, and neither waits for the other for ever',
  async (database) => {
    const world = await openCaseWorld(database);
    const { gifts: giftWorld, cases } = world;
    const hana = await giftWorld.sender(HANA);
    const taro = await giftWorld.sender(THIEF);
    const sent = [
      { of: hana, gift: await giftWorld.sent(hana, { to: THIEF, amountMinor: 1_000n }) },
      { of: taro, gift: await giftWorld.sent(taro, { to: HANA, amountMinor: 1_000n }) },
    ];
    const members = [hana, taro, taro, hana]; // each is said twice
    const opened = await Promise.all(
      members.map(({ memberId }) => cases.notMe({ memberId, by: 'account', actor: 'member' })),
    );
    assert.equal(new Set(opened.map((each) => each?.number)).size, 2);
    for (const { of, gift } of sent) {
      assert.equal((await giftWorld.find(of, gift.giftId)).state, 'cancelled');
    }
    await world.close();
  },
);
