/** What somebody tries at the pages of gifts who is not who they say, or wants more than a gift. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { test } from 'node:test';
import jpeg from 'jpeg-js';
import { forBothDatabases } from '../../../test/support/database.ts';
import { formOf, hiddenOf, openGiftPages, sendByForm } from '../../../test/support/gift-pages.ts';
import { PRODUCTS } from '../../../test/support/house.ts';
import { html, pageText } from '../../kernel/html.ts';
import { problemPart } from './gift-parts.ts';

forBothDatabases(
  'another member has no gift, no picture, no sheet and no method of mine',
  async (database) => {
    const pages = await openGiftPages(database);
    const { world } = pages;
    const hana = await world.sender('hana@example.jp');
    const gift = await world.sent(hana, { channel: 'link' });
    const eve = await world.sender('eve@example.jp');
    const visitor = pages.visitor(eve);
    await visitor.get('/en/gifts/send');
    const one = `/en/gifts/sent/${gift.giftId}`;
    for (const place of [one, `${one}/paper`, `${one}/picture`]) {
      assert.equal((await visitor.get(place)).status, 404, place);
    }
    for (const act of ['cancel', 'resend', 'address', 'confirm', 'repair']) {
      const answer = await visitor.post(`${one}/${act}`, {
        to: 'eve@example.jp',
        method: String(eve.methodId),
      });
      assert.equal(answer.status, 404, `${act} ${answer.place}`);
    }
    const received = await visitor.follow(await visitor.get(`/en/gifts/received/${gift.giftId}`));
    assert.equal(received.status, 404);
    await visitor.get('/en/account/payment');
    await visitor.post('/en/account/payment/remove', { method: String(hana.methodId) });
    assert.equal((await world.payments.methods(hana.memberId)).length, 1);
    const theirs = await sendByForm(visitor, eve, { method: String(hana.methodId) });
    assert.match(theirs.confirm.text, /Choose a way of paying/);
    assert.equal((await world.find(hana, gift.giftId)).state, 'sent');
    const stranger = pages.visitor();
    for (const place of ['/gifts', '/gifts/send', '/gifts/history', '/account/payment', one]) {
      const answer = await stranger.get(place);
      assert.deepEqual([answer.status, answer.place.endsWith('/sign-in')], [303, true], place);
    }
    await pages.close();
  },
);

forBothDatabases('a form without our token does nothing, wherever it is sent', async (database) => {
  const pages = await openGiftPages(database);
  const { world } = pages;
  const hana = await world.sender('hana@example.jp');
  const gift = await world.sent(hana);
  const visitor = pages.visitor(hana);
  const one = `/en/gifts/sent/${gift.giftId}`;
  await visitor.get(one);
  const places = [
    '/en/gifts/send',
    '/en/gifts/send/now',
    `${one}/cancel`,
    `${one}/resend`,
    `${one}/address`,
    '/en/gift',
    '/en/gift/claim',
    '/en/gift/decline',
    '/en/account/payment',
    '/en/account/payment/remove',
  ];
  for (const place of places) {
    const answer = await visitor.post(place, {
      ...formOf(hana),
      token: 'forged',
      to: 'eve@example.jp',
      method: String(hana.methodId),
      code: await world.codeTo('taro@example.jp'),
    });
    assert.equal(answer.status, 303, place);
    assert.match(answer.place, /\?form=refused$/, place);
    assert.ok(answer.place.startsWith('/en/'), 'and leads to no other site');
  }
  assert.equal((await world.find(hana, gift.giftId)).state, 'sent');
  assert.equal((await world.payments.methods(hana.memberId)).length, 1);
  await pages.close();
});

forBothDatabases(
  'what goes into the header of a mail is refused, and so is a link in the words',
  async (database) => {
    const pages = await openGiftPages(database);
    const { world } = pages;
    const hana = await world.sender('hana@example.jp');
    const visitor = pages.visitor(hana);
    const tried: readonly Record<string, string>[] = [
      { to: 'taro@example.jp\r\nBcc: eve@example.jp' },
      { to: 'taro@example.jp, eve@example.jp' },
      { senderName: 'Hana\r\nBcc: eve@example.jp' },
      { senderName: 'Kinken https://kinken.example' },
      { message: 'log in at kinken-login.example.com' },
    ];
    for (const change of tried) {
      const { made } = await sendByForm(visitor, hana, change);
      assert.equal(made.status, 422, JSON.stringify(change));
      assert.match(made.text, /role="alert"/);
    }
    await world.settle();
    assert.deepEqual(await world.told('eve@example.jp'), []);
    await pages.close();
  },
);

forBothDatabases(
  "a picture of one's own goes out drawn anew; what is no picture does not",
  async (database) => {
    const pages = await openGiftPages(database);
    const { world } = pages;
    const hana = await world.sender('hana@example.jp');
    const visitor = pages.visitor(hana);
    const form = hiddenOf((await visitor.get('/en/gifts/send')).text);
    const fields = { ...formOf(hana), request: form['request'] ?? '' };
    const confirm = await visitor.post('/en/gifts/send', fields);
    const hidden = hiddenOf(confirm.text);
    const page = await visitor.upload(
      '/en/gifts/send/now',
      hidden,
      Buffer.from('<svg onload=alert(1)>'),
    );
    assert.equal(page.status, 422);
    assert.match(page.text, /could not be read/);
    const dots = { width: 40, height: 30, data: Buffer.alloc(40 * 30 * 4, 120) };
    const photograph = Buffer.concat([
      jpeg.encode(dots, 90).data,
      Buffer.from('<script>hidden</script>'),
    ]);
    const made = await visitor.upload('/en/gifts/send/now', hidden, photograph);
    assert.equal(made.status, 303, made.text);
    await world.settle();
    const place = made.place.split('?')[0]!;
    const own = await visitor.get(`${place}/picture`);
    const taro = pages.visitor();
    await taro.follow(await taro.get(`/en/gift/${await world.codeTo('taro@example.jp')}`));
    for (const picture of [own, await taro.get('/en/gift/picture')]) {
      assert.equal(picture.header('content-type'), 'image/jpeg');
      assert.equal(picture.header('x-content-type-options'), 'nosniff');
      assert.match(picture.header('content-security-policy'), /sandbox/);
      assert.ok(!picture.bytes.includes('hidden'));
      assert.equal(jpeg.decode(picture.bytes).width, 40);
    }
    assert.equal((await pages.visitor().get('/en/gift/picture')).status, 404);
    const large = await visitor.upload('/en/gifts/send/now', hidden, Buffer.alloc(13_000_000));
    assert.match(large.text, /up to 6 MB/);
    await pages.close();
  },
);

forBothDatabases(
  'a large form of somebody who is not signed in is refused before it is read',
  async (database) => {
    const pages = await openGiftPages(database);
    const place = await pages.server.listen({ port: 0, host: '127.0.0.1' });
    const asked = request(`${place}/en/gifts/send/now`, {
      method: 'POST',
      headers: {
        'content-type': 'multipart/form-data; boundary=x',
        'content-length': '12000000',
        cookie: 'kinken_member.session_token=forged.forged',
      },
    });
    asked.flushHeaders(); // and nothing of the form
    const signal = AbortSignal.timeout(5_000);
    const [answer] = (await once(asked, 'response', { signal })) as [IncomingMessage];
    asked.destroy();
    assert.deepEqual([answer.statusCode, answer.headers.location], [303, '/en/sign-in']);
    assert.equal(answer.headers.connection, 'close');
    await pages.close();
  },
);

forBothDatabases('whoever has to show a factor has no picture drawn before', async (database) => {
  const pages = await openGiftPages(database);
  const { world } = pages;
  const hana = await world.sender('hana@example.jp');
  const visitor = pages.visitor(hana);
  const form = hiddenOf((await visitor.get('/en/gifts/send')).text);
  const fields = { ...formOf(hana), amount: '40,000', request: form['request'] ?? '' };
  const answer = await visitor.upload('/en/gifts/send/now', fields, Buffer.from('no picture'));
  assert.equal(answer.status, 303, answer.text);
  assert.match(answer.place, /^\/en\/step-up\?act=send_gift/);
  await world.refresh(hana);
  await database.query(
    `insert into members.day_limit (member_id, limit_minor, day, spent_minor)
    values ($1, 1000, '2026-01-01', 0)
    on conflict (member_id) do update set limit_minor = 1000`,
    [hana.memberId],
  );
  const tooMuch = { ...fields, amount: '3,000' };
  const over = await visitor.upload('/en/gifts/send/now', tooMuch, Buffer.from('no picture'));
  assert.equal(over.status, 422);
  assert.doesNotMatch(over.text, /could not be read/, 'nor whoever may send nothing more today');
  assert.match(over.text, /role="alert"/);
  await pages.close();
});

forBothDatabases(
  'a session alone sees no code of a link, of a sheet, or of what lies in the wallet',
  async (database) => {
    const pages = await openGiftPages(database);
    const { world } = pages;
    const hana = await world.sender('hana@example.jp');
    const taro = await world.sender('taro@example.jp');
    const gift = await world.sent(hana, { channel: 'link' });
    const mailed = await world.sent(hana);
    const code = await world.shareCode(hana, gift.giftId);
    const visitor = pages.visitor(hana);
    const one = `/en/gifts/sent/${gift.giftId}`;
    assert.ok((await visitor.get(one)).text.includes(`http://localhost/gift/${code}`), 'just sent');
    const named = await visitor.get(one, { host: 'evil.example' });
    assert.ok(
      named.text.includes(code) && !named.text.includes('evil.example'),
      'no host as asked',
    );
    world.house.clock.advance(24 * 3_600_000);
    const later = await visitor.get(one);
    assert.ok(!later.text.includes(code));
    assert.match(later.text, /\/en\/step-up\?act=send_gift/);
    const paper = await visitor.get(`${one}/paper`);
    assert.deepEqual([paper.status, paper.text.includes(code)], [303, false]);
    assert.match(paper.place, /^\/en\/step-up\?act=send_gift.*paper$/);
    await visitor.get(`/en/gifts/sent/${mailed.giftId}`);
    const address = await visitor.post(`/en/gifts/sent/${mailed.giftId}/address`, {
      to: 'eve@example.jp',
    });
    assert.equal(address.status, 422);
    assert.deepEqual(await world.told('eve@example.jp'), []);
    await world.refresh(hana);
    assert.ok((await visitor.get(`${one}/paper`)).text.includes(code));

    const recipient = pages.visitor(taro);
    await recipient.follow(await recipient.get(`/en/gifts/received/${mailed.giftId}`));
    await recipient.post('/en/gift/claim');
    await world.settle();
    const value = await recipient.get('/en/gift/open');
    assert.match(value.text, /It is in your wallet/);
    assert.ok(!value.text.includes('gift-code'));

    // The factor that was shown before a claim is no word for it, on the page that asks for one either.
    await world.house.stop({ productId: PRODUCTS.code, sellerId: 1 });
    world.house.clock.advance(60_000);
    assert.ok((await world.gifts.claim({ code }, world.stranger())).ok);
    const word = await visitor.post(`${one}/confirm`);
    assert.equal(word.status, 422);
    const [, step = ''] = /href="([^"]*step-up[^"]*)"/.exec(word.text) ?? [];
    assert.match(step, new RegExp(`after=${world.house.clock.now()}(&|$)`));
    await pages.close();
  },
);

forBothDatabases(
  'who guesses codes is slowed down, and hears the same of each',
  async (database) => {
    const pages = await openGiftPages(database);
    const { world } = pages;
    const hana = await world.sender('hana@example.jp');
    await world.sent(hana);
    const guesser = pages.visitor();
    await guesser.get('/en/gift');
    const statuses: number[] = [];
    for (let guess = 0; guess < 40 && statuses.at(-1) !== 429; guess += 1) {
      const letters = `ABCD-EFGH-JKLM-${String(2222 + guess).replaceAll(/[01]/g, '9')}`;
      const answer = await guesser.post('/en/gift', { code: letters });
      statuses.push(answer.status);
    }
    assert.equal(statuses.at(-1), 429);
    assert.ok(statuses.slice(0, -1).every((status) => status === 404));
    await pages.close();
  },
);

forBothDatabases('a code used by two at the same moment is claimed by one', async (database) => {
  const pages = await openGiftPages(database);
  const { world } = pages;
  const hana = await world.sender('hana@example.jp');
  const gift = await world.sent(hana, { channel: 'link' });
  world.house.clock.advance(3_600_000);
  const code = await world.shareCode(hana, gift.giftId);
  const people = [21, 22, 23].map((last) => pages.visitor(undefined, `198.51.100.${last}`));
  for (const each of people) await each.follow(await each.get(`/en/gift/${code}`));
  const answers = await Promise.all(people.map((each) => each.post('/en/gift/claim')));
  assert.equal(answers.filter(({ status }) => status === 303).length, 1);
  await world.settle();
  const shown = await Promise.all(people.map((each) => each.get('/en/gift/open')));
  assert.equal(shown.filter(({ text }) => text.includes('It is yours')).length, 1);
  assert.equal(shown.filter(({ text }) => text.includes('already claimed')).length, 2);
  await pages.close();
});

forBothDatabases(
  'no address leads to another site, and no number is more than a number',
  async (database) => {
    const pages = await openGiftPages(database);
    const visitor = pages.visitor(await pages.world.sender('hana@example.jp'));
    const places = [
      '/en/gift///evil.example',
      '/en/gift/%2F%2Fevil.example',
      '/en/gift/open?next=https://evil.example',
      '/en/gifts/send?form=https://evil.example',
      '/en/gifts/received/1?next=//evil.example',
      '/en/gifts/sent/0',
      '/en/gifts/sent/-1',
      '/en/gifts/sent/1e3',
      '/en/gifts/sent/999999999999999999999',
      "/en/gifts/sent/1'--",
      '/en/gifts?before=%00',
    ];
    for (const place of places) {
      const answer = await visitor.get(place);
      assert.ok(answer.status < 500, place);
      assert.ok(answer.place === '' || /^\/en\/gift(\/open)?$/.test(answer.place), answer.place);
      assert.ok(!answer.text.includes('evil.example"'), place);
    }
    await pages.close();
  },
);

void test('a helper is not sent to where the limit of whoever is helped is set', () => {
  const problem = { ok: false, refusal: 'too_much_today' } as const;
  const shown = { locale: 'en', token: '', problem } as const;
  const helping = { helperId: '1', name: 'Grandma', leftMinor: 1_000n };
  assert.match(pageText(problemPart(shown) || html``), /limit stands under/);
  const toHelper = pageText(problemPart({ ...shown, helping }) || html``);
  assert.match(toHelper, /of whom you help/);
  assert.doesNotMatch(toHelper, /limit stands under/);
});
