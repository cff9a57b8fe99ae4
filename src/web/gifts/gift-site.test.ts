import assert from 'node:assert/strict';
import jpeg from 'jpeg-js';
import { forBothDatabases } from '../../../test/support/database.ts';
import { openGiftPages, type Visitor } from '../../../test/support/gift-pages.ts';
import { GIFT_TENDERS, type GiftWorld, type Sender } from '../../../test/support/gift-world.ts';
import { PRODUCTS } from '../../../test/support/house.ts';

const MESSAGE = '<script>alert(1)</script>\r\n<img src=x onerror=alert(2)> & "おめでとう"';

function formOf({ methodId }: Sender): Record<string, string> {
  return {
    product: String(PRODUCTS.code),
    amount: '3,000',
    method: String(methodId),
    channel: 'mail',
    to: 'taro@example.jp',
    recipientName: '太郎',
    senderName: 'はな <b>',
    message: MESSAGE,
    motif: 'cake',
    locale: 'ja',
    when: 'now',
    sendAt: '',
    openDays: '30',
  };
}

/** The hidden fields of the confirmation, as the browser sends them back. */
function hiddenOf(text: string): Record<string, string> {
  const found = text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g);
  return Object.fromEntries([...found].map(([, name = '', value = '']) => [name, unescape(value)]));
}

function unescape(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

/** Through the form and its confirmation; answers the place of the gift. */
async function send(visitor: Visitor, sender: Sender, change: Record<string, string> = {}) {
  const form = hiddenOf((await visitor.get('/en/gifts/send')).text);
  const confirm = await visitor.post('/en/gifts/send', {
    ...formOf(sender),
    request: form['request'] ?? '',
    ...change,
  });
  const made = await visitor.post('/en/gifts/send/now', hiddenOf(confirm.text));
  return { confirm, made };
}

async function out(world: GiftWorld): Promise<void> {
  await world.settle();
}

forBothDatabases(
  'a gift is sent by its form, shown as the letters that it is, claimed and charged once',
  async (database) => {
    const pages = await openGiftPages(database);
    const { world } = pages;
    const hana = await world.sender('hana@example.jp');
    const visitor = pages.visitor(hana);
    const { confirm, made } = await send(visitor, hana);
    assert.equal(confirm.status, 200, 'nothing is sent by looking at it once more');
    assert.match(confirm.text, /You are charged when the gift is claimed/);
    assert.equal(made.status, 303);
    assert.match(made.place, /^\/en\/gifts\/sent\/\d+\?done=made$/);
    await out(world);
    const place = made.place.split('?')[0]!;
    const shown = await visitor.get(place);
    assert.ok(shown.text.includes('&lt;script&gt;alert(1)&lt;/script&gt;'));
    assert.ok(!shown.text.includes('<script>') && !shown.text.includes('<img src=x'));

    const code = await world.codeTo('taro@example.jp');
    world.house.clock.advance(3_600_000);
    const taro = pages.visitor();
    const link = await taro.get(`/gift/${code}`);
    assert.deepEqual([link.status, link.place], [303, '/en/gift/open']);
    assert.ok(!link.place.includes(code), 'the code leaves the address');
    const opened = await taro.follow(link);
    assert.equal(opened.status, 200);
    assert.ok(opened.text.includes('&lt;script&gt;') && !opened.text.includes('<script>'));
    assert.match(opened.header('content-security-policy'), /default-src 'none'/);
    const [before] = (await world.kinds(hana, BigInt(place.split('/').at(-1)!))).slice(-1);
    assert.equal(before, 'opened');

    const claimed = await taro.post('/en/gift/claim');
    assert.equal(claimed.status, 303);
    await out(world);
    const value = await taro.get('/en/gift/open');
    assert.match(value.text, /It is yours/);
    assert.match(value.text, /gift-code">[A-Z0-9-]{8,}/);
    assert.match((await visitor.get(place)).text, /Claimed and paid/);
    const twice = await taro.post('/en/gift/claim');
    assert.ok([303, 422].includes(twice.status));
    const other = pages.visitor(undefined, '198.51.100.99');
    const late = await other.follow(await other.get(`/en/gift/${code}`));
    assert.match(late.text, /already claimed/);
    assert.ok(
      !late.text.includes('It is yours'),
      'whoever has only the code does not see the value',
    );
    await pages.close();
  },
);

forBothDatabases(
  'the same form sent twice is one gift, and a reload sends nothing',
  async (database) => {
    const pages = await openGiftPages(database);
    const { world } = pages;
    const hana = await world.sender('hana@example.jp');
    const visitor = pages.visitor(hana);
    const { confirm, made } = await send(visitor, hana);
    const again = await visitor.post('/en/gifts/send/now', hiddenOf(confirm.text));
    assert.equal(again.place, made.place);
    await out(world);
    const list = await visitor.get('/en/gifts');
    assert.equal(list.text.match(/\/gifts\/sent\/\d+"/g)?.length, 1);
    await pages.close();
  },
);

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
    const theirs = await send(visitor, eve, { method: String(hana.methodId) });
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
      const { made } = await send(visitor, hana, change);
      assert.equal(made.status, 422, JSON.stringify(change));
      assert.match(made.text, /role="alert"/);
    }
    await out(world);
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
    await out(world);
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

forBothDatabases(
  'a recipient reports a message and wants nothing of a sender; a link that is only fetched notes nothing',
  async (database) => {
    const pages = await openGiftPages(database);
    const { world } = pages;
    const hana = await world.sender('hana@example.jp');
    const gift = await world.sent(hana);
    const program = pages.visitor();
    await program.get(
      (await program.get(`/en/gift/${await world.codeTo('taro@example.jp')}`, {})).place,
      {},
    );
    assert.ok(!(await world.kinds(hana, gift.giftId)).includes('opened'));
    const taro = pages.visitor();
    await taro.follow(await taro.get(`/en/gift/${await world.codeTo('taro@example.jp')}`));
    const told = await taro.follow(
      await taro.post('/en/gift/report', { text: 'what was never written' }),
    );
    assert.match(told.text, /Your report is [A-Z0-9-]+/);
    const [report] = await database.query('select seen_sealed from checks.report');
    const seen = world.members.keys.unseal(report?.['seen_sealed'] as Uint8Array);
    assert.match(seen, /お誕生日おめでとう!/);
    assert.ok(!seen.includes('never written'));
    await taro.get('/en/gift/open');
    const declined = await taro.follow(await taro.post('/en/gift/decline'));
    assert.match(declined.text, /goes back to its sender/);
    await out(world);
    const shown = await pages.visitor(hana).get(`/en/gifts/sent/${gift.giftId}`);
    assert.match(shown.text, /Cancelled/);
    await pages.close();
  },
);

forBothDatabases(
  'a sender cancels, corrects the address, and sees all of it in one history',
  async (database) => {
    const pages = await openGiftPages(database);
    const { world } = pages;
    const hana = await world.sender('hana@example.jp', 'carrier_approves');
    const gift = await world.sent(hana);
    const visitor = pages.visitor(hana);
    const one = `/en/gifts/sent/${gift.giftId}`;
    await visitor.get(one);
    const old = await world.codeTo('taro@example.jp');
    const corrected = await visitor.follow(
      await visitor.post(`${one}/address`, { to: 'jiro@example.jp' }),
    );
    assert.match(corrected.text, /right address/);
    await out(world);
    const taro = pages.visitor();
    assert.equal(
      (await taro.follow(await taro.get(`/en/gift/${old}`))).status,
      404,
      'the old code is dead',
    );
    await visitor.get(one);
    const cancelled = await visitor.follow(await visitor.post(`${one}/cancel`));
    assert.match(cancelled.text, /state still">Cancelled/);
    await out(world);
    const history = await visitor.get('/en/gifts/history');
    for (const what of [
      'Made',
      'Charged',
      'Sent',
      'Notice written',
      'Address corrected',
      'Cancelled',
      'Given back in full',
    ]) {
      assert.ok(history.text.includes(what), what);
    }
    await pages.close();
  },
);

forBothDatabases(
  'a way of paying is added by its name and removed; its number is never whole',
  async (database) => {
    const pages = await openGiftPages(database);
    const hana = await pages.world.sender('hana@example.jp');
    const visitor = pages.visitor(hana);
    await visitor.get('/en/account/payment');
    const tender = String(GIFT_TENDERS.phone);
    const added = await visitor.post('/en/account/payment', { tender, card: 'carrier_approves' });
    assert.equal(added.status, 303);
    const page = await visitor.follow(added);
    assert.match(page.text, /Phone bill •••• 5678/);
    const wrong = await visitor.post('/en/account/payment', { tender, card: 'card_approves' });
    assert.match(wrong.text, /do not fit/);
    const [newest] = await pages.world.payments.methods(hana.memberId);
    await visitor.post('/en/account/payment/remove', { method: String(newest!.methodId) });
    assert.equal((await pages.world.payments.methods(hana.memberId)).length, 1);
    await pages.close();
  },
);

forBothDatabases(
  'who has to prove who it is does so before the confirmation, and finds the form again',
  async (database) => {
    const pages = await openGiftPages(database);
    const hana = await pages.world.sender('hana@example.jp');
    const visitor = pages.visitor(hana);
    const large = { amount: '40,000', message: 'そのまま残る' };
    const { confirm } = await send(visitor, hana, large);
    assert.equal(confirm.status, 303);
    assert.equal(confirm.place, '/en/step-up?act=send_gift&amount=40000&next=%2Fgifts%2Fsend');
    const form = await visitor.get('/en/gifts/send');
    assert.match(form.text, /value="40,000"/);
    assert.match(form.text, /そのまま残る/);
    const eve = pages.visitor(await pages.world.sender('eve@example.jp'));
    eve.cookies.set('kinken_gift_draft', visitor.cookies.get('kinken_gift_draft') ?? '');
    assert.ok(
      !(await eve.get('/en/gifts/send')).text.includes('そのまま残る'),
      'only to who wrote it',
    );
    await pages.world.refresh(hana);
    const { made } = await send(visitor, hana, large);
    assert.match(made.place, /\/gifts\/sent\/\d+\?done=made$/);
    assert.ok(!(await visitor.get('/en/gifts/send')).text.includes('そのまま残る'));
    await pages.close();
  },
);

forBothDatabases(
  'a gift that cannot be charged tells both sides, and is paid another way',
  async (database) => {
    const pages = await openGiftPages(database);
    const { world } = pages;
    const hana = await world.sender('hana@example.jp', 'card_funds_at_capture');
    const gift = await world.sent(hana);
    world.house.clock.advance(3_600_000);
    const taro = pages.visitor();
    await taro.follow(await taro.get(`/en/gift/${await world.codeTo('taro@example.jp')}`));
    await taro.post('/en/gift/claim');
    await out(world);
    assert.match((await taro.get('/en/gift/open')).text, /could not be paid yet/);
    const visitor = pages.visitor(hana);
    await visitor.get('/en/account/payment');
    const tender = String(GIFT_TENDERS.card);
    await visitor.post('/en/account/payment', { tender, card: 'card_approves' });
    const one = `/en/gifts/sent/${gift.giftId}`;
    assert.match((await visitor.get(one)).text, /Choose another way of paying/);
    const [newest] = await world.payments.methods(hana.memberId);
    await world.refresh(hana);
    const repaired = await visitor.post(`${one}/repair`, { method: String(newest!.methodId) });
    assert.match(repaired.place, /done=repaired$/, repaired.text);
    await out(world);
    assert.match((await taro.get('/en/gift/open')).text, /It is yours/);
    await pages.close();
  },
);
