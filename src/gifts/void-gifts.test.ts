/** "That was not me": everything that is not charged ends at one instant, whatever happens at that moment. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCaseWorld } from '../../test/support/case-world.ts';
import { forBothDatabases, openPostgres } from '../../test/support/database.ts';
import {
  newGift,
  openGiftWorld,
  type GiftWorld,
  type Sender,
} from '../../test/support/gift-world.ts';
import { hasPostgresBinaries } from '../../test/support/postgres-server.ts';
import { openPayments, sandboxProvider } from '../payments/index.ts';
import { CLOSING_MS } from '../wallets/index.ts';
import { openGifts } from './index.ts';
import { issueGifts } from './issue-gifts.ts';

const TOLD = { issuerId: 1, operator: 'support', askedAt: 0, note: 'daughter' };
const PHONE = '+819012345678';
const DAY_MS = 24 * 60 * 60_000;
const BY = { caseNumber: 'KC-TEST-0001' };

function stopAll(world: GiftWorld, { memberId }: Sender) {
  return world.database.transaction((on) => world.gifts.voidAllOf(on, memberId, BY));
}

forBothDatabases(
  'every state that is not charged ends in one instant, and what was charged is told',
  async (database) => {
    const world = await openGiftWorld(database);
    const { clock } = world.house;
    const hana = await world.sender('hana@example.jp');
    await world.refresh(hana);
    const to = (name: string) => `${name}@example.jp`;
    const sent = await world.sent(hana, { to: to('sent') });
    const opened = await world.sent(hana, { to: to('opened') });
    const claimed = await world.sent(hana, { to: to('claimed'), amountMinor: 10_000n });
    const charging = await world.sent(hana, { to: to('charging') });
    const charged = await world.sent(hana, { to: to('charged') });
    const over = await world.sent(hana, { to: to('over') });
    const later = await world.try(hana, { sendAt: clock.now() + 5 * DAY_MS });
    assert.ok(later.ok);
    await world.gifts.cancel(hana.memberId, over.giftId);
    await world.settle();
    await database.query('update gifts.gift set sender_device_at = made_at where gift_id = $1', [
      claimed.giftId,
    ]);
    clock.advance(DAY_MS);
    await world.gifts.noteOpened({ code: await world.codeTo(to('opened')) }, world.stranger());
    await world.gifts.claim({ code: await world.codeTo(to('charged')) }, world.stranger());
    await world.settle();
    await world.gifts.claim({ code: await world.codeTo(to('claimed')) }, world.stranger());
    await world.gifts.claim({ code: await world.codeTo(to('charging')) }, world.stranger());

    const mailed = (await world.told(hana.email)).length;
    const voided = await stopAll(world, hana);
    const states = voided.gifts.map(({ giftId, before, after }) => `${giftId} ${before} ${after}`);
    assert.deepEqual(states, [
      `${later.value.giftId} scheduled cancelled`,
      `${over.giftId} cancelled cancelled`,
      `${charged.giftId} charged charged`,
      `${charging.giftId} charging cancelled`,
      `${claimed.giftId} claimed cancelled`,
      `${opened.giftId} opened cancelled`,
      `${sent.giftId} sent cancelled`,
    ]);
    const ends = await database.query(
      'select distinct ended_at from gifts.gift where case_number is not null',
    );
    assert.equal(ends.length, 1, 'one instant');
    await world.refresh(hana);
    const more = await world.try(hana);
    assert.equal(!more.ok && more.refusal, 'sending_stopped');
    await world.settle();
    for (const gift of [sent, opened, claimed, charging]) {
      const now = await world.find(hana, gift.giftId);
      assert.equal(now.caseNumber, BY.caseNumber);
      assert.equal(now.payment, 'cancelled');
    }
    const { length: mailedNow } = await world.told(hana.email);
    assert.equal(mailedNow, mailed, 'the case tells its owner once, not a mail for each gift');
    const again = await stopAll(world, hana);
    assert.equal(again.gifts.filter(({ before, after }) => before !== after).length, 0);
    const late = await world.gifts.claim(
      { code: await world.codeTo(to('sent')) },
      world.stranger(),
    );
    assert.equal(!late.ok && late.state, 'cancelled');
    await database.transaction((on) => world.gifts.allowSending(on, hana.memberId));
    assert.ok((await world.try(hana)).ok);
    await world.settle();
    await world.close();
  },
);

forBothDatabases(
  'with an account ends everything of it that is not charged, and every way to pay',
  async (database) => {
    const world = await openGiftWorld(database);
    const { clock } = world.house;
    for (const why of ['closed', 'died'] as const) {
      const hana = await world.sender(`${why}@example.jp`);
      const { memberId } = hana;
      const { member } = await hana.session();
      if (why === 'closed') {
        assert.ok((await world.wallets.askToClose(member)).ok);
        clock.advance(CLOSING_MS - DAY_MS);
      }
      await world.refresh(hana);
      const to = (what: string) => `${what}.${why}@example.jp`;
      const sent = await world.sent(hana, { to: to('sent') });
      const charging = await world.sent(hana, { to: to('charging') });
      const charged = await world.sent(hana, { to: to('charged') });
      const later = await world.try(hana, { sendAt: clock.now() + 5 * DAY_MS });
      assert.ok(later.ok);
      clock.advance(DAY_MS + 1);
      const claimant = world.stranger();
      await world.gifts.claim({ code: await world.codeTo(to('charged')) }, claimant);
      await world.settle();
      await world.gifts.claim({ code: await world.codeTo(to('charging')) }, world.stranger());
      const mails = (await world.told(hana.email)).length;
      if (why === 'closed') await world.wallets.round();
      else await database.transaction((on) => world.wallets.recordDeath(on, { memberId, ...TOLD }));
      for (const { giftId } of [sent, charging, later.value]) {
        assert.equal((await world.find(hana, giftId)).state, 'cancelled');
      }
      assert.deepEqual(await world.payments.methods(memberId), []);
      await world.settle();
      for (const { giftId } of [sent, charging, later.value]) {
        const { payment } = await world.find(hana, giftId);
        assert.ok(payment === 'cancelled' || payment === 'refunded', String(payment));
      }
      assert.equal((await world.find(hana, charged.giftId)).payment, 'taken');
      assert.ok((await world.gifts.collect(charged.giftId, claimant)).ok);
      assert.equal((await world.told(to('sent')))[0], 'gift_news', 'the recipient hears of it');
      const more = (await world.told(hana.email)).length - mails;
      assert.equal(more, 1, 'of the end, and no mail for each gift');
    }
    await world.close();
  },
);

forBothDatabases(
  'a charge that succeeds behind the stop is given back in full',
  async (database) => {
    const world = await openGiftWorld(database);
    const hana = await world.sender('hana@example.jp', 'card_times_out_done');
    const gift = await world.sent(hana);
    world.house.clock.advance(DAY_MS);
    await world.gifts.claim({ code: await world.codeTo('taro@example.jp') }, world.stranger());
    await world.payments.work(); // the provider does it, and its answer is lost
    const [seen] = (await stopAll(world, hana)).gifts;
    assert.equal(seen?.before, 'charging');
    assert.equal(seen.isRefundWanted, true);
    await world.settle();
    const now = await world.find(hana, gift.giftId);
    assert.equal(now.state, 'cancelled');
    assert.equal(now.payment, 'refunded');
    const kinds = (await world.kinds(hana, gift.giftId)).join(' ');
    assert.match(kinds, /charging voided .*charged refunded$/);
    const [row] = await database.query(
      'select count(*)::int as issued from instruments.instrument',
    );
    assert.equal(row?.['issued'], 0);
    await world.close();
  },
);

forBothDatabases(
  'a stopped helper shows and sends nothing of others; what was sent for them ends with it, is told and given back',
  async (database) => {
    const { gifts: world, cases, ...place } = await openCaseWorld(database);
    const { wallets, gifts } = world;
    const grandma = await world.sender('grandma@example.jp');
    const mago = await world.sender('mago@example.jp');
    const { member } = await grandma.session();
    const helper = (await mago.session()).member;
    const { members } = world.members;
    await world.refresh(grandma);
    const { browser } = grandma;
    assert.ok(browser.take(await members.beginPhone(await grandma.session(), PHONE)).ok);
    const code = await world.members.codeOf(PHONE);
    assert.ok((await members.provePhone(await grandma.session(), code, browser.from)).ok);
    const may = { mayPay: true, dayMaxMinor: 3_000n, giveDayMaxMinor: 20_000n };
    assert.ok((await wallets.askForHelp(member, { email: helper.email, ...may })).ok);
    const [asked] = await wallets.helpedBy(helper);
    const helperId = asked?.helperId ?? '';
    assert.ok((await wallets.acceptHelping(helper, helperId)).ok);
    const send = async (to: string, requestId: string) => {
      await world.refresh(mago);
      const gift = newGift(grandma, { to, requestId });
      const wanted = { helperId, memberId: grandma.memberId, gift };
      return gifts.sendAsHelper(await mago.session(), wanted, mago.browser.from);
    };
    assert.ok((await send('taro@example.jp', 'first-of-a-helper')).ok);
    await world.settle();
    const [given] = await gifts.sentBy(grandma.memberId, { before: null });
    assert.ok(given);
    assert.equal((await world.told(PHONE))[0], 'helper_accepted', 'also by SMS');
    const [row] = await database.query('select sender_changed_at from gifts.gift');
    assert.ok(row?.['sender_changed_at'], 'a help of today is a change of the account');
    const poses = { ...(await world.claimantOf(mago)), receipt: gifts.newReceipt() };
    const posed = await gifts.claim({ code: await world.codeTo('taro@example.jp') }, poses);
    assert.equal(!posed.ok && posed.refusal, 'own_gift', 'nor is it for whoever sent it');
    const by = { memberId: helper.memberId, by: 'account', actor: 'member' } as const;
    const opened = await cases.notMe(by);
    assert.ok(opened);
    assert.equal((await world.find(grandma, given.giftId)).state, 'cancelled');
    assert.equal((await world.told(grandma.email))[0], 'gift_over');
    const story = await cases.read({ memberId: helper.memberId, number: opened.number });
    assert.equal(story?.gifts[0]?.gift.giftId, given.giftId);
    await place.signInAgain(mago);
    const more = await send('taro@example.jp', 'second-of-a-helper');
    assert.equal(!more.ok && more.refusal, 'helper_not_allowed');
    assert.equal(await wallets.helping(helper.memberId, helperId), undefined);
    // The sender's row alone is the stop's own instant: the wallet's stop lifted, it still refuses.
    await database.query('update wallets.stop set lifted_at = stopped_at');
    const late = await send('taro@example.jp', 'third-of-a-helper');
    assert.equal(!late.ok && late.refusal, 'sending_stopped');
    await world.settle();
    const own = await world.try(grandma, { to: 'jiro@example.jp' });
    assert.ok(own.ok, 'whoever is helped is not stopped');
    assert.ok((await wallets.askForHelp(member, { ...may, email: 'thief@example.jp' })).ok);
    await cases.notMe({ ...by, memberId: grandma.memberId });
    assert.deepEqual(await wallets.helpers(grandma.memberId), [], 'new help ends with the stop');
    assert.equal(await wallets.isStopped(grandma.memberId), true);
    await world.settle();
    await world.close();
  },
);

void test(
  'a stop, a claim, a charge and a cancel at the same moment: each gift ends in one way (PostgreSQL)',
  { skip: !hasPostgresBinaries() },
  async () => {
    const database = await openPostgres({ sessionsMax: 12 });
    const world = await openGiftWorld(database);
    const hana = await world.sender('hana@example.jp');
    const gifts = [];
    for (let number = 0; number < 12; number += 1) {
      gifts.push(await world.sent(hana, { channel: 'link', amountMinor: 1_000n }));
    }
    world.house.clock.advance(DAY_MS);
    const codes = await Promise.all(gifts.map(async ({ giftId }) => world.shareCode(hana, giftId)));
    // A second server: it shares the tables and nothing else.
    const providers = [sandboxProvider({ ...world.desk })];
    const other = await openGifts({
      ...world.desk,
      payments: openPayments({ ...world.desk, providers }),
    });
    const claims = codes.flatMap((code) => [
      world.gifts.claim({ code }, world.stranger()),
      other.claim({ code }, world.stranger()), // a second one at the same moment
    ]);
    const work = (async () => {
      for (let round = 0; round < 6; round += 1) {
        await Promise.all([world.gifts.work(), other.work()]);
      }
    })();
    const cancels = gifts
      .slice(0, 3)
      .map(({ giftId }) => world.gifts.cancel(hana.memberId, giftId));
    const stopping = (async () => {
      await claims[7];
      return database.transaction((on) => other.voidAllOf(on, hana.memberId, BY));
    })();
    const answers = await Promise.all(claims);
    const [voided] = await Promise.all([stopping, ...cancels]);
    await work;
    await world.settle();
    for (const [place, { giftId }] of gifts.entries()) {
      const one = answers[place * 2];
      const other = answers[place * 2 + 1];
      assert.ok(!(one?.ok === true && other?.ok === true), 'claimed once');
      const now = await world.find(hana, giftId);
      assert.ok(['charged', 'cancelled'].includes(now.state), now.state);
      const told = voided.gifts.find((each) => each.giftId === giftId);
      assert.equal(told?.after, now.state, 'what the case was told is how it ended');
      const money = now.state === 'charged' ? ['taken'] : ['cancelled', 'refunded'];
      assert.ok(money.includes(now.payment ?? ''), `${now.state} ${now.payment}`);
    }
    await world.close();
    await database.close();
  },
);

forBothDatabases(
  'a thief who has sent more than one page of gifts has sent none of them',
  async (database) => {
    const world = await openGiftWorld(database);
    const hana = await world.sender('hana@example.jp');
    const { giftId } = await world.sent(hana, { channel: 'link' });
    const columns = await database.query(
      `select string_agg(column_name, ', ') as names from information_schema.columns
      where table_schema = 'gifts' and table_name = 'gift'
        and column_name not in ('gift_id', 'request_id', 'code_name', 'code_sealed', 'payment_id')`,
    );
    const names = String(columns[0]?.['names']);
    await database.query(
      `insert into gifts.gift (request_id, ${names})
      select 'many ' || number, ${names} from gifts.gift, generate_series(1, 620) as number`,
    );
    const voided = await stopAll(world, hana);
    assert.equal(voided.gifts.length, 621);
    assert.ok(
      voided.gifts.every(({ before, after }) => before === 'sent' && after === 'cancelled'),
    );
    assert.equal(voided.gifts.at(-1)?.giftId, giftId, 'the newest first');
    const open = await database.query('select 1 from gifts.gift where ended_at is null');
    assert.equal(open.length, 0);
    await database.query('delete from gifts.event where gift_id <> $1', [giftId]);
    await database.query('delete from gifts.gift where gift_id <> $1', [giftId]);
    await world.settle();
    await world.close();
  },
);

forBothDatabases(
  'what comes when the account has closed is kept for its address, and comes back to whoever proves it',
  async (database) => {
    const world = await openGiftWorld(database);
    const { clock } = world.house;
    const email = 'taro@example.jp';
    const hana = await world.sender('hana@example.jp');
    const taro = await world.sender(email);
    const { member } = await taro.session();
    assert.ok((await world.wallets.askToClose(member)).ok);
    clock.advance(CLOSING_MS - DAY_MS);
    await world.refresh(hana);
    const { giftId } = await world.sent(hana, { to: email, amountMinor: 3_000n });
    clock.advance(DAY_MS + 1);
    const claimed = await world.gifts.claim({ giftId }, await world.claimantOf(taro));
    assert.equal(claimed.ok && claimed.value.state, 'charging');
    await world.wallets.round();
    assert.equal(await world.members.members.find(taro.browser.from.cookie), undefined, 'closed');
    await world.settle();
    assert.equal((await world.find(hana, giftId)).state, 'charged', 'it was claimed');
    assert.deepEqual(await world.wallets.holdings(taro.memberId), []);
    const again = (await (await world.sender(email)).session()).member;
    assert.notEqual(again.memberId, taro.memberId);
    assert.equal(await world.wallets.keptFor(again), 1);
    assert.equal(await world.wallets.takeBack(again), 1);
    const [back] = await world.wallets.holdings(again.memberId);
    assert.equal(back?.spendableMinor, 3_000n);
    const [kept] = await database.query(
      `select count(*)::int as tokens from payments.method
      where member_id = $1 and (token_sealed is not null or last_digits is not null)`,
      [taro.memberId],
    );
    assert.equal(kept?.['tokens'], 0, 'nor does anything stay of the card of the one that closed');
    await world.close();
  },
);

void test(
  'accounts that end and gifts that are issued at the same moment wait for each other in no circle (PostgreSQL)',
  { skip: !hasPostgresBinaries() },
  async () => {
    const database = await openPostgres({ sessionsMax: 12 });
    const world = await openGiftWorld(database);
    const hana = await world.sender('hana@example.jp');
    const taro = await world.sender('taro@example.jp');
    const giftIds: bigint[] = [];
    for (const [from, to] of [
      [hana, taro],
      [taro, hana],
    ] as const) {
      await world.refresh(from);
      const { giftId } = await world.sent(from, { to: to.email, amountMinor: 1_000n });
      world.house.clock.advance(DAY_MS);
      await world.gifts.claim({ giftId }, await world.claimantOf(to));
      giftIds.push(giftId);
    }
    await world.settle();
    /** As it ends, up to the last lock; undone, so that it can be tried again. */
    const end = async ({ memberId }: Sender): Promise<void> => {
      const on = database.begin();
      await world.wallets.recordDeath(on, { memberId, ...TOLD });
      await on.rollback();
    };
    const issue = () => issueGifts(world.desk, giftIds);
    for (let round = 0; round < 25; round += 1) {
      await database.query('update gifts.gift set instrument_id = null, is_in_wallet = false');
      await database.query("delete from gifts.event where kind = 'issued'");
      await Promise.all([end(hana), issue(), end(taro), issue(), end(hana), end(taro)]);
    }
    for (const [from, place] of [
      [hana, 0],
      [taro, 1],
    ] as const) {
      assert.equal((await world.find(from, giftIds[place]!)).state, 'charged');
    }
    const issued = await database.query(
      'select 1 from gifts.gift where instrument_id is not null and is_in_wallet',
    );
    assert.equal(issued.length, 2);
    await world.close();
    await database.close();
  },
);
