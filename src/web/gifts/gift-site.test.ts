import assert from 'node:assert/strict';
import { forBothDatabases } from '../../../test/support/database.ts';
import { formOf, hiddenOf, openGiftPages, sendByForm } from '../../../test/support/gift-pages.ts';
import { GIFT_TENDERS, newGift } from '../../../test/support/gift-world.ts';

forBothDatabases(
  'a gift is sent by its form, shown as the letters that it is, claimed and charged once',
  async (database) => {
    const pages = await openGiftPages(database);
    const { world } = pages;
    const hana = await world.sender('hana@example.jp');
    const visitor = pages.visitor(hana);
    const { confirm, made } = await sendByForm(visitor, hana);
    assert.equal(confirm.status, 200, 'nothing is sent by looking at it once more');
    assert.match(confirm.text, /You are charged when the gift is claimed/);
    assert.equal(made.status, 303);
    assert.match(made.place, /^\/en\/gifts\/sent\/\d+\?done=made$/);
    await world.settle();
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
    await world.settle();
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
    const hana = await world.sender('hana@example.jp', 'card_late');
    const visitor = pages.visitor(hana);
    const { confirm, made } = await sendByForm(visitor, hana);
    const asked = await visitor.follow(made);
    assert.match(
      asked.text,
      /Your gift is under way[\s\S]*The payment company has not answered yet/,
    );
    assert.ok(!asked.text.includes('Nothing was asked for yet'));
    const again = await visitor.post('/en/gifts/send/now', hiddenOf(confirm.text));
    assert.equal(again.place, made.place);
    const filledIn = { ...hiddenOf(confirm.text), message: 'see evil.example/gift' };
    const changed = await visitor.post('/en/gifts/send', filledIn);
    assert.match(changed.text, /<textarea[^>]*>\s*see evil.example\/gift<[\s\S]*Go on to confirm/);
    const { change: _, ...going }: Record<string, string> = filledIn;
    const refused = await visitor.post('/en/gifts/send', going);
    assert.match(refused.text, /A message has no link/, 'before it is confirmed');
    await world.settle();
    const list = await visitor.get('/en/gifts');
    assert.equal(list.text.match(/\/gifts\/sent\/\d+"/g)?.length, 1);
    assert.match(list.text, /Waiting to be claimed/);
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
    assert.match(seen, /<hana@example\.jp>/, 'the desk finds whose words they are');
    assert.ok(!told.text.includes('hana@example.jp'), 'and nobody else hears it');
    await taro.get('/en/gift/open');
    const declined = await taro.follow(await taro.post('/en/gift/decline'));
    assert.match(declined.text, /goes back to its sender/);
    assert.match(declined.text, /href="\/en\/help"/, 'and its page is no dead end');
    const unasked = await pages.visitor().get('/en/gift/declined');
    assert.deepEqual([unasked.status, unasked.place], [303, '/en/gift'], 'who declined nothing');
    await world.settle();
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
    await world.settle();
    const taro = pages.visitor();
    assert.equal(
      (await taro.follow(await taro.get(`/en/gift/${old}`))).status,
      404,
      'the old code is dead',
    );
    await visitor.get(one);
    const behind = /¥3,000[\s\S]*given back[\s\S]*jiro@example\.jp[\s\S]*cannot be undone/;
    assert.match((await visitor.get(`${one}/cancel`)).text, behind);
    const cancelled = await visitor.follow(await visitor.post(`${one}/cancel`));
    assert.match(cancelled.text, /state still"[\s\S]*<span>Cancelled/);
    assert.equal((await visitor.get(`${one}/cancel`)).place, one, 'done once');
    await world.settle();
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
    const totals = /Charged in all<\/dt>\s*<dd>¥3,000<[\s\S]*Given back in all<\/dt>\s*<dd>¥3,000</;
    assert.match(history.text, totals);
    assert.match(history.text, /What remains paid<\/dt>\s*<dd>¥0</);
    assert.match(history.text, /Notice written[\s\S]*To the recipient/);

    const jun = await world.sender('jun@example.jp');
    const later = await world.try(jun, { sendAt: world.house.clock.now() + 86_400_000 });
    assert.ok(later.ok);
    const ahead = `/en/gifts/sent/${later.value.giftId}`;
    const planner = pages.visitor(jun);
    assert.match((await planner.get(ahead)).text, /lives for 7 days[\s\S]*Nothing was sent yet/);
    const changed = await planner.post(`${ahead}/address`, { to: 'jiro@example.jp' });
    assert.match(
      (await planner.follow(changed)).text,
      /When its time comes it goes to the new one/,
    );
    const [told] = await world.members.mails('jun@example.jp');
    assert.match(told?.content?.text ?? '', /Nothing was sent yet/);
    const ended = await planner.follow(await planner.post(`${ahead}/cancel`));
    assert.doesNotMatch(ended.text, /Reservation let go/, 'nothing was reserved yet');

    const robbed = await world.sender('robbed@example.jp', 'card_stolen');
    const never = await world.try(robbed);
    assert.ok(never.ok);
    await world.settle();
    const refused = await pages.visitor(robbed).get(`/en/gifts/sent/${never.value.giftId}`);
    assert.match(
      refused.text,
      /It was not sent: this way of paying may not[\s\S]*\/en\/gifts\/send"/,
    );
    assert.match(refused.text, /<td>[\s\S]*this way of paying may not be used/, 'in its history');
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
    assert.match(page.text, /way of paying is added[\s\S]*\/en\/gifts\/send/);
    assert.match(page.text, /<strong>phone •••• 5678/, 'as its sender tells it from another one');
    const [phone] = await pages.world.payments.methods(hana.memberId);
    const ofPhone = { ...hana, methodId: phone!.methodId };
    const { confirm, made } = await sendByForm(visitor, ofPhone, { openDays: '60' });
    assert.match(confirm.text, /open for so long cannot be paid this way/);
    assert.ok(!confirm.text.includes('Send this gift'), 'what cannot be paid so is not confirmed');
    assert.equal(made.status, 422);
    await visitor.get('/en/account/payment');
    const wrong = await visitor.post('/en/account/payment', { tender, card: 'card_approves' });
    assert.match(wrong.text, /do not fit/);
    const [newest] = await pages.world.payments.methods(hana.memberId);
    await visitor.post('/en/account/payment/remove', { method: String(newest!.methodId) });
    assert.equal((await pages.world.payments.methods(hana.memberId)).length, 1);
    const jun = pages.visitor(await pages.world.sender('jun@example.jp'));
    for (const [next, place] of [
      ['/gifts/send', '/en/gifts/send'],
      ['/gifts/sent/12', '/en/gifts/sent/12'],
      ['//evil.example/gifts/send', '/en/account/payment?done=added'],
      ['/gifts/send@evil.example', '/en/account/payment?done=added'],
    ] as const) {
      const form = await jun.get(`/en/account/payment?next=${encodeURIComponent(next)}`);
      assert.equal(form.text.includes(`name="next" value="${next}"`), place.endsWith(next));
      const given = { tender, card: 'carrier_approves', next };
      assert.equal((await jun.post('/en/account/payment', given)).place, place);
    }
    await pages.close();
  },
);

forBothDatabases(
  'who has to prove who it is does so before the confirmation, and finds the form again',
  async (database) => {
    const pages = await openGiftPages(database);
    const hana = await pages.world.sender('hana@example.jp');
    const visitor = pages.visitor(hana);
    const little = await sendByForm(visitor, hana, { amount: '100' });
    assert.match(little.confirm.text, /This amount cannot be sent/, 'before it is confirmed');
    const large = { amount: '40,000', message: 'そのまま残る' };
    const { confirm } = await sendByForm(visitor, hana, large);
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
    const { made } = await sendByForm(visitor, hana, large);
    assert.match(made.place, /\/gifts\/sent\/\d+\?done=made$/);
    const next = await visitor.get('/en/gifts/send');
    assert.ok(!next.text.includes('そのまま残る'));
    assert.match(next.text, /value="en" lang="en" selected/, 'the language that is read');
    const { made: more } = await sendByForm(visitor, hana, { ...large, amount: '10,500' });
    assert.match(more.text, /Left for today: ¥10,000\. A new day begins on 3 March 2026 at 00:00/);
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
    await world.settle();
    assert.match((await taro.get('/en/gift/open')).text, /could not be paid yet/);
    const visitor = pages.visitor(hana);
    await visitor.get('/en/account/payment');
    const tender = String(GIFT_TENDERS.card);
    await visitor.post('/en/account/payment', { tender, card: 'card_approves' });
    const one = `/en/gifts/sent/${gift.giftId}`;
    const refused = await visitor.get(`${one}?done=made`);
    assert.match(refused.text, /Choose another way of paying/);
    assert.ok(!refused.text.includes('under way'), 'nothing is said to go well that does not');
    const [newest] = await world.payments.methods(hana.memberId);
    await world.refresh(hana);
    const repaired = await visitor.post(`${one}/repair`, { method: String(newest!.methodId) });
    assert.match(repaired.place, /done=repaired$/, repaired.text);
    await world.settle();
    assert.match((await taro.get('/en/gift/open')).text, /It is yours/);
    await pages.close();
  },
);

forBothDatabases(
  'a helper sends within bounds, by name, with a factor of their own, and is out in the same instant',
  async (database) => {
    const pages = await openGiftPages(database);
    const { world } = pages;
    const { wallets, gifts } = world;
    const grandma = await world.sender('grandma@example.jp');
    const mago = await world.sender('mago@example.jp');
    const { member } = await grandma.session();
    const helper = (await mago.session()).member;
    const help = async (giveDayMaxMinor: bigint) => {
      const may = { mayPay: false, dayMaxMinor: 0n, giveDayMaxMinor };
      assert.ok((await wallets.askForHelp(member, { email: helper.email, ...may })).ok);
      const asked = (await wallets.helpedBy(helper)).find(({ isAccepted }) => !isAccepted);
      assert.ok((await wallets.acceptHelping(helper, asked?.helperId ?? '')).ok);
      return asked?.helperId ?? '';
    };
    const seeing = await help(0n);
    const helperId = await help(4_000n);
    const visitor = pages.visitor(mago);
    const place = `/en/helping/${helperId}/gift`;
    assert.equal((await visitor.get(`/en/helping/${seeing}/gift`)).status, 404, 'not allowed');
    assert.equal((await pages.visitor(grandma).get(place)).status, 404, "another's help");

    const send = async (to: string) => {
      const page = await visitor.get(place);
      assert.equal(page.status, 200);
      assert.ok(!page.text.includes('name="channel"'), 'by mail alone');
      const { request = '' } = hiddenOf(page.text);
      const fields = { ...formOf(grandma), channel: 'link', when: 'later', to, amount: '3000' };
      const confirm = await visitor.post(place, { ...fields, request });
      return visitor.post(`${place}/now`, hiddenOf(confirm.text));
    };
    const made = await send('taro@example.jp');
    assert.deepEqual([made.status, made.place], [303, `/en/helping/${helperId}?done=gave`]);
    await world.settle();
    const [gift] = await gifts.sentBy(grandma.memberId, { before: null });
    assert.deepEqual([gift?.channel, gift?.words?.helperName], ['mail', helper.name]);
    const events = await gifts.history(grandma.memberId, { giftId: null, before: null });
    const first = events.find(({ kind }) => kind === 'made');
    assert.deepEqual([first?.actor, first?.facts['helper']], ['helper', helperId]);
    const [told] = await world.members.mails(grandma.email);
    assert.match(told?.content?.text ?? '', /who helps you, sent a gift from your account/);
    assert.deepEqual(await gifts.sentBy(helper.memberId, { before: null }), []);
    for (const [of, kind] of [
      [grandma.memberId, 'helper_gave'],
      [helper.memberId, 'helping_gave'],
    ] as const) {
      const acts = await wallets.history(of, null);
      assert.ok(acts.some(({ what, amountMinor }) => what.kind === kind && amountMinor === 3_000n));
    }
    const code = await world.codeTo('taro@example.jp');
    const opened = await pages.visitor().follow(await pages.visitor().get(`/en/gift/${code}`));
    assert.equal(opened.text.includes(`"${helper.name}"`), false);

    const before = await world.members.members.limits(grandma.memberId);
    const much = await send('jiro@example.jp');
    assert.match(much.text, /more than you may send as a helper today/);
    const after = await world.members.members.limits(grandma.memberId);
    assert.equal(after.leftMinor, before.leftMinor, 'what was not sent is not counted');

    // The day after: the factor is the helper's, whatever the helped one has shown.
    world.house.clock.advance(24 * 3_600_000);
    const wanted = (requestId: string) => ({
      helperId,
      memberId: grandma.memberId,
      gift: newGift(grandma, { to: 'jiro@example.jp', requestId, amountMinor: 3_000n }),
    });
    const stale = await gifts.sendAsHelper(
      await mago.session(),
      wanted('a'.repeat(43)),
      mago.browser.from,
    );
    assert.equal(!stale.ok && stale.refusal, 'fresh_factor_needed');
    await world.refresh(mago);
    const odd = { ...wanted('b'.repeat(43)), memberId: helper.memberId };
    const posed = await gifts.sendAsHelper(await mago.session(), odd, mago.browser.from);
    assert.equal(posed.ok, false, 'only from the account of whoever is helped');
    const session = await mago.session();
    const [ended, sent] = await Promise.all([
      wallets.endHelping(member, helperId),
      gifts.sendAsHelper(session, wanted('c'.repeat(43)), mago.browser.from),
    ]);
    assert.ok(ended.ok);
    const late = await gifts.sendAsHelper(session, wanted('d'.repeat(43)), mago.browser.from);
    assert.equal(!late.ok && late.refusal, 'helper_not_allowed');
    const count = (await gifts.sentBy(grandma.memberId, { before: null })).length;
    assert.equal(count, sent.ok ? 2 : 1, 'before the end, or not at all');
    assert.equal((await visitor.get(place)).status, 404);
    await pages.close();
  },
);
