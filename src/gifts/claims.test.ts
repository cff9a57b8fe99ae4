/** Claims that wait, that ask, and what ends them; bounds of a sender; what recipients do not want. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forBothDatabases, openPglite } from '../../test/support/database.ts';
import {
  newGift,
  openGiftWorld,
  type GiftWorld,
  type Sender,
} from '../../test/support/gift-world.ts';
import { PRODUCTS } from '../../test/support/house.ts';
import { BERLIN } from '../../test/support/member-world.ts';
import type { Database } from '../kernel/database/index.ts';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
const TARO = 'taro@example.jp';

/** An account that was made a month ago, whose device was first seen yesterday. */
async function withNewDevice(world: GiftWorld): Promise<Sender> {
  const hana = await world.sender('hana@example.jp');
  world.house.clock.advance(30 * DAY_MS);
  const { deviceId } = await hana.session();
  await world.database.query('update members.device set first_seen_at = $2 where device_id = $1', [
    deviceId,
    new Date(world.house.clock.now() - DAY_MS),
  ]);
  await world.refresh(hana);
  return hana;
}

void test("a helper's gift is judged by what is odd about the helper, and about whoever is helped", async () => {
  const world = await openGiftWorld(await openPglite());
  const { wallets, gifts, database } = world;
  const { clock } = world.house;
  const grandma = await world.sender('grandma@example.jp');
  const mago = await world.sender('mago@example.jp');
  const { member } = await grandma.session();
  const helper = (await mago.session()).member;
  const may = { mayPay: false, dayMaxMinor: 0n, giveDayMaxMinor: 30_000n };
  assert.ok((await wallets.askForHelp(member, { ...may, email: helper.email })).ok);
  const helperId = (await wallets.helpedBy(helper))[0]?.helperId ?? '';
  assert.ok((await wallets.acceptHelping(helper, helperId)).ok);
  clock.advance(30 * DAY_MS);
  const claimedAt = async (to: string): Promise<string | undefined> => {
    await world.refresh(mago);
    const wanted = {
      helperId,
      memberId: member.memberId,
      gift: newGift(grandma, { to, requestId: `by-mago-${to}` }),
    };
    const sent = await gifts.sendAsHelper(await mago.session(), wanted, mago.browser.from);
    assert.ok(sent.ok, JSON.stringify(sent));
    await world.settle();
    clock.advance(HOUR_MS);
    const claimed = await gifts.claim({ code: await world.codeTo(to) }, world.stranger());
    assert.ok(claimed.ok);
    await world.settle();
    return (await gifts.sentBy(member.memberId, { before: null }))[0]?.state;
  };
  const odd = async (who: Sender) =>
    database.query(
      "update members.sign_in set oddities = '{impossible_travel}', at = $2 where member_id = $1",
      [who.memberId, new Date(clock.now())],
    );
  assert.equal(await claimedAt('one@example.jp'), 'charged');
  const [given] = await gifts.sentBy(member.memberId, { before: null });
  const writer = { email: helper.email, helped: member.email };
  assert.deepEqual(await gifts.writerOf(given?.giftId ?? 0n), writer, "the words are the helper's");
  await odd(mago);
  assert.notEqual(await claimedAt('two@example.jp'), 'charged', 'the helper has travelled');
  await database.query("update members.sign_in set oddities = '{}'");
  assert.equal(await claimedAt('three@example.jp'), 'charged');
  await odd(grandma);
  assert.notEqual(await claimedAt('four@example.jp'), 'charged', 'whoever is helped has');
  await world.close();
});

forBothDatabases(
  'a claim that looks odd waits for a day, and the sender may stop it, or let it through',
  async (database) => {
    const world = await openGiftWorld(database);
    const { clock } = world.house;
    const hana = await withNewDevice(world);
    const gifts = [
      await world.sent(hana, { to: TARO, amountMinor: 10_000n }),
      await world.sent(hana, { to: 'jiro@example.jp', amountMinor: 10_000n }),
      await world.sent(hana, { to: 'saburo@example.jp', amountMinor: 10_000n }),
    ];
    clock.advance(HOUR_MS);
    await world.refresh(hana); // as at the sending: fresh, and before the claims
    clock.advance(1);
    const taro = world.stranger();
    const claimed = await world.gifts.claim({ code: await world.codeTo(TARO) }, taro);
    assert.ok(claimed.ok);
    assert.equal(claimed.value.state, 'claimed');
    assert.equal(claimed.value.waitsUntil, clock.now() + DAY_MS);
    const early = await world.gifts.collect(gifts[0]!.giftId, taro);
    assert.equal(!early.ok && early.state, 'claimed');
    assert.equal((await world.told(hana.email))[0], 'gift_claim_waits');
    await world.gifts.claim({ code: await world.codeTo('jiro@example.jp') }, world.stranger());
    const seen = await world.find(hana, gifts[1]!.giftId);
    assert.deepEqual(seen.signs, ['sender_new_device', 'claimant_unknown', 'large']);
    const stopped = await world.gifts.cancel(hana.memberId, gifts[1]!.giftId);
    assert.ok(stopped.ok && stopped.value.state === 'cancelled');
    await world.gifts.claim({ code: await world.codeTo('saburo@example.jp') }, world.stranger());
    const waiting = await world.find(hana, gifts[2]!.giftId);
    assert.ok(waiting.waitsUntil === clock.now() + DAY_MS && waiting.asksUntil === null);
    const unsaid = await world.gifts.confirm(await hana.session(), waiting.giftId);
    assert.equal(!unsaid.ok && unsaid.refusal, 'fresh_factor_needed', 'it was shown before');
    clock.advance(1);
    await world.refresh(hana);
    assert.ok((await world.gifts.confirm(await hana.session(), waiting.giftId)).ok);
    await world.settle();
    assert.equal((await world.find(hana, waiting.giftId)).state, 'charged');
    clock.advance(DAY_MS - 2);
    await world.gifts.work();
    assert.equal((await world.find(hana, gifts[0]!.giftId)).state, 'claimed');
    clock.advance(1);
    await world.settle();
    assert.equal((await world.find(hana, gifts[0]!.giftId)).state, 'charged');
    assert.ok((await world.gifts.collect(gifts[0]!.giftId, taro)).ok);
    assert.deepEqual((await world.told(TARO)).slice(0, 1), ['gift_news']);
    assert.equal((await world.find(hana, gifts[1]!.giftId)).payment, 'cancelled');
    await world.close();
  },
);

forBothDatabases(
  'a stop thrown behind the sending lets the gift stand, and asks for the sender before it is charged',
  async (database) => {
    const world = await openGiftWorld(database);
    const { clock } = world.house;
    const hana = await world.sender('hana@example.jp');
    const [first, second] = [
      await world.sent(hana),
      await world.sent(hana, { to: 'jiro@example.jp' }),
    ];
    const later = await world.try(hana, { sendAt: clock.now() + 2 * DAY_MS });
    assert.ok(later.ok && later.value.state === 'scheduled');
    await world.house.stop({ productId: PRODUCTS.code, sellerId: 1 });
    clock.advance(DAY_MS);
    await world.refresh(hana);
    const refused = await world.try(hana);
    assert.equal(!refused.ok && refused.refusal, 'suspended');
    for (const to of [TARO, 'jiro@example.jp']) {
      const claimed = await world.gifts.claim({ code: await world.codeTo(to) }, world.stranger());
      assert.ok(claimed.ok && claimed.value.asksUntil === clock.now() + 7 * DAY_MS);
    }
    assert.equal((await world.told(hana.email))[0], 'gift_claim_asks');
    clock.advance(1);
    await world.refresh(hana);
    const confirmed = await world.gifts.confirm(await hana.session(), first.giftId);
    assert.ok(confirmed.ok);
    await world.settle();
    assert.equal(
      (await world.find(hana, first.giftId)).state,
      'charged',
      'R24: it was sold before',
    );
    clock.advance(7 * DAY_MS);
    await world.settle();
    const unsaid = await world.find(hana, second.giftId);
    assert.equal(unsaid.state, 'expired');
    assert.equal(unsaid.payment, 'cancelled');
    const [news] = await world.members.mails('jiro@example.jp');
    assert.match(news?.content?.text ?? '', /贈った方の確認がなかったため/, 'nobody took it back');
    const unsent = await world.find(hana, later.value.giftId);
    assert.equal(unsent.state, 'refused', 'a scheduled gift is judged by the instant it goes out');
    assert.equal(unsent.refusal, 'suspended');
    assert.equal(unsent.payment, 'cancelled');
    assert.ok((await world.told(hana.email)).includes('gift_not_sent'));
    await world.close();
  },
);

forBothDatabases(
  'a scheduled gift goes out by itself, once, however often it is looked at',
  async (database) => {
    const world = await openGiftWorld(database);
    const { clock } = world.house;
    const hana = await world.sender('hana@example.jp');
    const answer = await world.try(hana, { sendAt: clock.now() + DAY_MS, openDays: 2 });
    assert.ok(answer.ok);
    const { giftId } = answer.value;
    await world.settle();
    assert.equal((await world.find(hana, giftId)).state, 'scheduled');
    clock.advance(DAY_MS + HOUR_MS); // nobody was there at its instant
    await Promise.all([world.gifts.work(), world.gifts.work(), world.gifts.work()]);
    await world.settle();
    const sent = await world.find(hana, giftId);
    assert.equal(sent.state, 'sent');
    assert.equal(sent.expiresAt, (sent.sentAt ?? 0) + 2 * DAY_MS, 'as long as was said');
    const kinds = await world.kinds(hana, giftId);
    assert.equal(kinds.filter((kind) => kind === 'sent').length, 1);
    assert.deepEqual(await world.told(TARO), ['gift_received']);
    await world.close();
  },
);

forBothDatabases(
  'a sender has bounds: fresh factors, an amount and a number a day',
  async (database) => {
    const world = await openGiftWorld(database);
    const { clock } = world.house;
    const hana = await world.sender('hana@example.jp');
    clock.advance(2 * DAY_MS);
    const stale = await world.try(hana, { amountMinor: 20_000n });
    assert.equal(!stale.ok && stale.refusal, 'fresh_factor_needed');
    assert.ok(!stale.ok && (stale.factors?.length ?? 0) > 0);
    await world.refresh(hana);
    for (let number = 0; number < 2; number += 1) {
      assert.ok((await world.try(hana, { amountMinor: 25_000n })).ok);
    }
    const tooMuch = await world.try(hana, { amountMinor: 500n });
    assert.equal(!tooMuch.ok && tooMuch.refusal, 'too_much_today');
    const [first] = await world.gifts.sentBy(hana.memberId, { before: null });
    await world.gifts.cancel(hana.memberId, first?.giftId ?? 0n);
    const answers = [];
    for (let number = 0; number < 19; number += 1)
      answers.push(await world.try(hana, { amountMinor: 500n }));
    assert.equal(answers.filter(({ ok }) => ok).length, 18, 'cancelled ones count as well');
    const last = answers.at(-1);
    assert.equal(last?.ok === false && last.refusal, 'too_many_gifts');
    await world.settle();
    await world.close();
  },
);

forBothDatabases(
  'the limit of a contract that is exceeded only at the claim gives everything back',
  async (database) => {
    const world = await openGiftWorld(database);
    const hana = await world.sender('hana@example.jp', 'carrier_approves');
    await world.refresh(hana);
    const gifts = [];
    for (const to of [TARO, 'jiro@example.jp']) {
      gifts.push(await world.sent(hana, { to, amountMinor: 6_000n }));
    }
    world.house.clock.advance(DAY_MS);
    for (const to of [TARO, 'jiro@example.jp']) {
      await world.gifts.claim({ code: await world.codeTo(to) }, world.stranger());
    }
    await world.settle();
    const [one, two] = await Promise.all(gifts.map(({ giftId }) => world.find(hana, giftId)));
    assert.deepEqual(new Set([one?.state, two?.state]), new Set(['charged', 'refused']));
    const refused = one?.state === 'refused' ? one : two;
    assert.equal(refused?.refusal, 'tender_limit_exceeded');
    assert.equal(refused.payment, 'refunded');
    assert.ok((await world.told(hana.email)).includes('gift_over'));
    await world.close();
  },
);

forBothDatabases(
  'a recipient who does not want a sender gets no more mail, and the sender no reason',
  async (database) => {
    const world = await openGiftWorld(database);
    const hana = await world.sender('hana@example.jp');
    const { giftId } = await world.sent(hana);
    const declined = await world.gifts.declineSender(
      { code: await world.codeTo(TARO) },
      world.stranger(),
    );
    assert.ok(declined.ok);
    assert.equal((await world.find(hana, giftId)).state, 'cancelled');
    const more = await world.try(hana, { to: 'TARO@example.jp' });
    assert.equal(!more.ok && more.refusal, 'recipient_not_reachable');

    const other = await world.sent(hana, { to: 'gone@example.jp' });
    const number = await noticeTo('recipient', { database, giftId: other.giftId });
    const isOurs = await database.transaction((on) => world.gifts.noteBounced(on, number));
    assert.equal(isOurs, true);
    const back = await world.find(hana, other.giftId);
    assert.notEqual(back.bouncedAt, null);
    assert.deepEqual(
      [back.mayResend, back.mayCorrect],
      [false, true],
      'nothing refused is offered',
    );
    assert.equal((await world.told(hana.email))[0], 'gift_bounced');
    const bounced = await world.try(hana, { to: 'gone@example.jp' });
    assert.equal(!bounced.ok && bounced.refusal, 'recipient_not_reachable', 'the same answer');
    await world.settle();
    await world.close();
  },
);

/** The number of the newest notice of a gift, as its row has it. */
async function noticeTo(
  who: 'sender' | 'recipient',
  { database, giftId }: { readonly database: Database; readonly giftId: bigint },
): Promise<string> {
  const [row] = await database.query(
    `select notice_number from gifts.event
    where gift_id = $1 and facts ->> 'to' = $2
    order by event_id desc limit 1`,
    [giftId, who],
  );
  return String(row?.['notice_number']);
}

forBothDatabases(
  'a sender sees the numbers of the own notices, never of those to the recipient: they stop an account',
  async (database) => {
    const world = await openGiftWorld(database);
    const hana = await world.sender('hana@example.jp');
    const { giftId } = await world.sent(hana);
    const own = await noticeTo('sender', { database, giftId });
    const foreign = await noticeTo('recipient', { database, giftId });
    for (const ofGift of [giftId, null]) {
      const events = await world.gifts.history(hana.memberId, { giftId: ofGift, before: null });
      const numbers = events.flatMap(({ noticeNumber }) => noticeNumber ?? []);
      assert.deepEqual(numbers, [own]);
      const told = events.filter(({ facts }) => facts['to'] === 'recipient');
      assert.equal(told.length, 1, 'that something was written to the recipient stays in it');
      assert.ok(!numbers.includes(foreign));
    }
    await world.close();
  },
);

forBothDatabases(
  'guessing claim codes is slowed down, and a wrong code says nothing',
  async (database) => {
    const world = await openGiftWorld(database);
    const hana = await world.sender('hana@example.jp');
    await world.sent(hana);
    const right = await world.codeTo(TARO);
    const answers = new Set<string>();
    for (let tries = 0; tries < 60; tries += 1) {
      const code = right.replace(/.$/, '23456789ABCDEFGH'[tries % 16] ?? '2');
      if (code === right) continue;
      const answer = await world.gifts.claim({ code }, world.stranger(BERLIN));
      answers.add(answer.ok ? 'claimed' : answer.refusal);
    }
    assert.deepEqual([...answers], ['gift_not_found', 'too_many_attempts']);
    const stopped = await world.gifts.claim({ code: right }, world.stranger(BERLIN));
    assert.equal(!stopped.ok && stopped.refusal, 'too_many_attempts');
    world.house.clock.advance(DAY_MS);
    assert.ok(
      (await world.gifts.claim({ code: right }, world.stranger())).ok,
      'others are not kept out',
    );
    await world.settle();
    await world.close();
  },
);
