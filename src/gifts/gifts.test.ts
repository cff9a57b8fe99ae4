/** The ordinary life of a gift, on both databases; every test ends with the books, the gifts and the money agreeing. */
import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { openGiftWorld } from '../../test/support/gift-world.ts';
import { verifyGifts } from './verify-gifts.ts';

const DAY_MS = 24 * 60 * 60_000;
const TARO = 'taro@example.jp';

forBothDatabases(
  'a gift is charged when it is claimed, and its history says all of it',
  async (database) => {
    const world = await openGiftWorld(database);
    const hana = await world.sender('hana@example.jp');
    const gift = await world.sent(hana, { to: 'Taro@Example.jp' });
    assert.equal(gift.plan, 'authorise_then_capture');
    assert.equal(gift.payment, 'authorised');
    const code = await world.codeTo('Taro@example.jp');
    const taro = world.stranger();
    world.house.clock.advance(DAY_MS);
    await world.gifts.noteOpened({ code }, taro);
    const opened = await world.gifts.open({ code: code.toLowerCase() }, taro);
    assert.ok(opened.ok);
    assert.equal(opened.value.words?.message, 'お誕生日おめでとう!');
    assert.equal((await world.gifts.claim({ code }, taro)).ok, true);
    await world.settle();

    const value = await world.gifts.collect(gift.giftId, taro);
    assert.ok(value.ok && value.value.code !== null);
    assert.equal(await world.house.spendable({ by: 'code', code: value.value.code }), 3_000n);
    const again = await world.gifts.collect(gift.giftId, taro);
    assert.deepEqual(again, value);
    const other = await world.gifts.collect(gift.giftId, world.stranger());
    assert.equal(other.ok, false, 'who has only the code does not see the value');

    const charged = await world.find(hana, gift.giftId);
    assert.equal(charged.state, 'charged');
    assert.equal(charged.payment, 'taken');
    assert.equal(
      (await world.kinds(hana, gift.giftId)).join(' '),
      'made begun authorised sent told told opened claimed charging charged issued told',
    );
    const told = await world.told(hana.email);
    assert.deepEqual(told.slice(0, 2), ['gift_charged', 'gift_sent']);
    await world.close();
  },
);

forBothDatabases(
  'a signed-in member finds a gift without its code, and it lands in the wallet',
  async (database) => {
    const world = await openGiftWorld(database);
    const hana = await world.sender('hana@example.jp');
    const taro = await world.sender(TARO);
    const gift = await world.sent(hana);
    world.house.clock.advance(60 * 60_000);
    const claimant = await world.claimantOf(taro);
    const [received] = await world.gifts.receivedBy(claimant);
    assert.equal(received?.giftId, gift.giftId);
    const strangers = await world.claimantOf(await world.sender('jiro@example.jp'));
    assert.deepEqual(await world.gifts.receivedBy(strangers), []);
    const tried = await world.gifts.claim({ giftId: gift.giftId }, strangers);
    assert.equal(!tried.ok && tried.refusal, 'gift_not_found');
    const own = await world.gifts.claim(
      { code: await world.codeTo(TARO) },
      await world.claimantOf(hana),
    );
    assert.equal(!own.ok && own.refusal, 'own_gift');
    assert.ok((await world.gifts.claim({ giftId: gift.giftId }, claimant)).ok);
    await world.settle();
    const [holding] = await world.wallets.holdings(taro.memberId);
    assert.equal(holding?.spendableMinor, 3_000n);
    assert.equal(holding.how, 'gift');
    const value = await world.gifts.collect(gift.giftId, claimant);
    assert.ok(value.ok && value.value.isInWallet);
    assert.equal(value.value.code, null, 'nobody walks around what the wallet asks for');
    assert.equal((await world.gifts.receivedBy(claimant))[0]?.isInWallet, true);
    await world.close();
  },
);

forBothDatabases('a promise that has died is asked for anew at the claim', async (database) => {
  const world = await openGiftWorld(database);
  const hana = await world.sender('hana@example.jp');
  const gift = await world.sent(hana);
  world.house.clock.advance(20 * DAY_MS);
  await world.gifts.claim({ code: await world.codeTo(TARO) }, world.stranger());
  await world.settle();
  assert.equal((await world.find(hana, gift.giftId)).state, 'charged');
  const steps = await database.query('select step from payments.attempt order by step');
  assert.deepEqual(
    steps.map(({ step }) => step),
    ['authorise', 'authorise', 'capture'],
  );
  await world.close();
});

forBothDatabases(
  'a phone bill is charged at sending and given back in full when the gift is cancelled',
  async (database) => {
    const world = await openGiftWorld(database);
    const hana = await world.sender('hana@example.jp', 'carrier_approves');
    const gift = await world.sent(hana);
    assert.equal(gift.plan, 'charge_at_sending');
    assert.equal(gift.payment, 'taken');
    const cancelled = await world.gifts.cancel(hana.memberId, gift.giftId);
    assert.ok(cancelled.ok);
    assert.equal(cancelled.value.state, 'cancelled');
    await world.settle();
    assert.equal((await world.find(hana, gift.giftId)).payment, 'refunded');
    assert.match(
      (await world.kinds(hana, gift.giftId)).join(' '),
      /^made begun charged sent told told cancelled told told refunded$/,
    );
    const late = await world.gifts.claim({ code: await world.codeTo(TARO) }, world.stranger());
    assert.equal(!late.ok && late.state, 'cancelled', 'whoever has the code hears the truth');
    assert.equal((await world.told(TARO))[0], 'gift_news');
    // Its sender is not told anywhere that nothing was paid.
    const textTo = async (): Promise<string> =>
      (await world.members.mails(hana.email))[0]?.content?.text ?? '';
    const jiro = 'jiro@example.jp';
    const next = await world.sent(hana, { to: jiro, amountMinor: 1_000n });
    const [notice] = await database.query(
      `select notice_number from gifts.event where gift_id = $1 and facts ->> 'to' = 'recipient'`,
      [next.giftId],
    );
    const number = String(notice?.['notice_number']);
    await database.transaction((on) => world.gifts.noteBounced(on, number));
    assert.match(
      await textTo(),
      /You were charged at sending; if you cancel it, all of it is given back/,
    );
    world.house.clock.advance(60 * 60_000);
    const claimed = await world.gifts.claim({ code: await world.codeTo(jiro) }, world.stranger());
    assert.ok(claimed.ok);
    await world.settle();
    assert.match(await textTo(), /was claimed\. You were charged when you sent it/);
    const later = await world.try(hana, { sendAt: world.house.clock.now() + DAY_MS });
    assert.equal(!later.ok && later.refusal, 'tender_not_for_later', 'nobody is there to pay then');

    const ken = await world.sender('ken@example.jp', 'carrier_no_refund');
    const kept = await world.sent(ken, { recipientName: 'Q.Support' });
    assert.ok((await world.gifts.cancel(ken.memberId, kept.giftId)).ok);
    await world.settle();
    assert.equal((await world.find(ken, kept.giftId)).payment, 'not_refunded');
    assert.deepEqual((await world.told(ken.email)).slice(0, 2), ['gift_not_refunded', 'gift_over']);
    const mails = await world.members.mails(ken.email);
    const texts = mails.map(({ content }) => content?.text).join('\n');
    assert.match(texts, /Q\. Support/);
    assert.doesNotMatch(texts, /Q\.Support/, 'no mail program makes a link of it');
    assert.deepEqual((await verifyGifts(database)).notRefunded, [kept.giftId]);
    await world.close();
  },
);

forBothDatabases(
  'what is not claimed in time expires, and the promise is let go',
  async (database) => {
    const world = await openGiftWorld(database);
    const hana = await world.sender('hana@example.jp');
    const gift = await world.sent(hana, { openDays: 3 });
    const code = await world.codeTo(TARO);
    world.house.clock.advance(3 * DAY_MS);
    const late = await world.gifts.claim({ code }, world.stranger());
    assert.equal(!late.ok && late.state, 'expired', 'also before the round has seen it');
    await world.settle();
    const expired = await world.find(hana, gift.giftId);
    assert.equal(expired.state, 'expired');
    assert.equal(expired.payment, 'cancelled');
    assert.match((await world.kinds(hana, gift.giftId)).join(' '), /expired told released$/);
    await world.close();
  },
);

forBothDatabases(
  'a mistyped address is corrected: the code that went astray is dead',
  async (database) => {
    const world = await openGiftWorld(database);
    const hana = await world.sender('hana@example.jp');
    const { giftId } = await world.sent(hana, { to: 'tarp@example.jp' });
    const astray = await world.codeTo('tarp@example.jp');
    const correct = async (to: string) =>
      world.gifts.correctAddress(await hana.session(), { giftId, to }, hana.browser.from);
    const wrong = await correct('taro');
    assert.equal(!wrong.ok && wrong.refusal, 'address_not_valid');
    const corrected = await correct(TARO);
    assert.ok(corrected.ok);
    assert.equal(corrected.value.to, TARO);
    const dead = await world.gifts.claim({ code: astray }, world.stranger());
    assert.equal(!dead.ok && dead.refusal, 'gift_not_found');
    const first = await world.codeTo(TARO);
    assert.ok((await world.gifts.resend(hana.memberId, giftId)).ok);
    assert.equal(await world.codeTo(TARO), first, 'it is sent again with the same code');
    for (let tries = 0; tries < 4; tries += 1) await world.gifts.resend(hana.memberId, giftId);
    const more = await world.gifts.resend(hana.memberId, giftId);
    assert.equal(!more.ok && more.refusal, 'too_many_resends');
    world.house.clock.advance(DAY_MS);
    assert.ok((await world.gifts.claim({ code: first }, world.stranger())).ok);
    await world.settle();
    assert.equal((await world.find(hana, giftId)).state, 'charged');
    await world.refresh(hana);
    const late = await correct('jiro@example.jp');
    assert.equal(!late.ok && late.state, 'charged');
    await world.close();
  },
);

forBothDatabases(
  'a gift that cannot be charged tells both sides the truth, and another way of paying repairs it',
  async (database) => {
    const world = await openGiftWorld(database);
    const hana = await world.sender('hana@example.jp', 'card_funds_at_capture');
    const { giftId } = await world.sent(hana);
    const code = await world.codeTo(TARO);
    world.house.clock.advance(DAY_MS);
    const taro = world.stranger();
    await world.gifts.claim({ code }, taro);
    await world.settle();
    const refused = await world.find(hana, giftId);
    assert.equal(refused.state, 'refused');
    assert.equal(refused.declined, 'funds');
    assert.equal(refused.repairUntil, world.house.clock.now() + 7 * DAY_MS);
    const seen = await world.gifts.open({ code }, taro);
    assert.ok(seen.ok && seen.value.repairUntil === refused.repairUntil && seen.value.isMine);
    assert.equal((await world.told(hana.email))[0], 'gift_not_charged');
    assert.equal((await world.told(TARO))[0], 'gift_news');

    const good = await world.payments.addMethod({
      memberId: hana.memberId,
      tenderId: 4,
      tenderKind: 'card',
      token: 'card_approves',
    });
    assert.ok(good.ok);
    const stale = await world.gifts.repair(await hana.session(), giftId, good.value.methodId);
    assert.equal(!stale.ok && stale.refusal, 'fresh_factor_needed', 'a day later');
    await world.refresh(hana);
    const repaired = await world.gifts.repair(await hana.session(), giftId, good.value.methodId);
    assert.ok(repaired.ok, repaired.ok ? '' : repaired.refusal);
    await world.settle();
    const [mail] = await world.members.mails(hana.email);
    assert.match(mail?.content?.text ?? '', /was claimed\. You were charged\.\n/);
    assert.equal((await world.find(hana, giftId)).state, 'charged');
    assert.ok((await world.gifts.collect(giftId, taro)).ok);
    await world.close();
  },
);

forBothDatabases(
  'a gift that nobody repairs in time is over, once, and both sides are told',
  async (database) => {
    const world = await openGiftWorld(database);
    const hana = await world.sender('hana@example.jp', 'card_funds_at_capture');
    const { giftId } = await world.sent(hana);
    const code = await world.codeTo(TARO);
    world.house.clock.advance(DAY_MS);
    const taro = world.stranger();
    await world.gifts.claim({ code }, taro);
    await world.settle();
    const { repairUntil } = await world.find(hana, giftId);
    world.house.clock.advance((repairUntil ?? 0) - world.house.clock.now() - 1);
    await world.settle();
    assert.equal((await world.told(hana.email))[0], 'gift_not_charged', 'not before its time');
    world.house.clock.advance(1);
    await world.settle();
    world.house.clock.advance(DAY_MS);
    await world.settle();
    const over = await world.find(hana, giftId);
    assert.equal(over.state, 'refused');
    assert.equal(over.declined, 'funds', 'it says why');
    assert.equal(over.endedAt, repairUntil);
    assert.match(
      (await world.kinds(hana, giftId)).join(' '),
      /refused told told expired told told$/,
    );
    assert.deepEqual((await world.told(hana.email)).slice(0, 2), ['gift_over', 'gift_not_charged']);
    assert.deepEqual((await world.told(TARO)).slice(0, 2), ['gift_news', 'gift_news']);
    const [news] = await world.members.mails(TARO);
    assert.match(news?.content?.text ?? '', /このギフトは終わりました/);
    await world.refresh(hana);
    const late = await world.gifts.repair(await hana.session(), giftId, hana.methodId);
    assert.equal(!late.ok && late.state, 'refused');
    assert.equal((await world.gifts.claim({ code }, world.stranger())).ok, false);
    await world.close();
  },
);

forBothDatabases(
  'the same form is the same gift, and a gift of others does not exist',
  async (database) => {
    const world = await openGiftWorld(database);
    const hana = await world.sender('hana@example.jp');
    const jiro = await world.sender('jiro@example.jp');
    const once = await world.sent(hana, { requestId: 'one-form-of-hana' });
    const again = await world.try(hana, { requestId: 'one-form-of-hana' });
    assert.ok(again.ok);
    assert.equal(again.value.giftId, once.giftId);
    const other = await world.try(hana, { requestId: 'one-form-of-hana', amountMinor: 3_001n });
    assert.equal(!other.ok && other.refusal, 'request_id_reused');
    assert.equal(await world.gifts.findSent(jiro.memberId, once.giftId), undefined);
    assert.deepEqual(await world.kinds(jiro, once.giftId), []);
    for (const answer of [
      await world.gifts.cancel(jiro.memberId, once.giftId),
      await world.gifts.resend(jiro.memberId, once.giftId),
      await world.gifts.correctAddress(
        await jiro.session(),
        { giftId: once.giftId, to: 'jiro@example.jp' },
        jiro.browser.from,
      ),
      await world.gifts.shareCode(await jiro.session(), once.giftId),
      await world.gifts.confirm(await jiro.session(), once.giftId),
      await world.gifts.repair(await jiro.session(), once.giftId, jiro.methodId),
    ]) {
      assert.equal(!answer.ok && answer.refusal, 'gift_not_found');
    }
    const foreign = await world.try(hana, { methodId: jiro.methodId });
    assert.equal(!foreign.ok && foreign.refusal, 'method_not_found');
    await world.close();
  },
);
