/** Gifts in a real browser, on a phone and at a desk: sent, looked at, claimed, stopped. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import jpeg from 'jpeg-js';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openPglite } from '../support/database.ts';
import { openGiftPages, type GiftPages } from '../support/gift-pages.ts';
import { CLOSING_MS } from '../../src/wallets/index.ts';
import type { Sender } from '../support/gift-world.ts';
import { assertLooksRight } from './looks-right.ts';
import { openBrowser, openContext, type Look } from './web-browser.ts';

/** Scripts run for axe alone: what the pages send has none, and their policy would let none run. */
const PHONE: Look = { width: 390, colorScheme: 'light', locale: 'ja-JP' };
const DESK: Look = { width: 1280, colorScheme: 'dark', locale: 'en-GB' };

let pages: GiftPages;
let browser: Browser;
let address: string;
let close: () => Promise<void>;

before(async () => {
  const database = await openPglite();
  pages = await openGiftPages(database);
  address = await pages.server.listen({ host: '127.0.0.1', port: 0 });
  browser = await openBrowser();
  close = () => database.close();
});
after(async () => {
  await browser?.close();
  await pages?.close();
  await close?.();
});

async function contextOf(look: Look, sender?: Sender): Promise<BrowserContext> {
  const context = await openContext(browser, look);
  const cookies = [...(sender?.browser.cookies ?? [])];
  await context.addCookies(cookies.map(([name, value]) => ({ name, value, url: address })));
  return context;
}

/** Nothing that axe finds, nothing wider than the screen. */
async function looksRight(page: Page, name: string): Promise<void> {
  assert.equal(await page.locator('script').count(), 0);
  await assertLooksRight(page, name);
}

async function settle(): Promise<void> {
  await pages.world.settle();
}

void describe('a gift', () => {
  void test('is sent from a phone, and claimed at a desk', async () => {
    const { world } = pages;
    const hana = await world.sender('hana@example.jp');
    const phone = await (await contextOf(PHONE, hana)).newPage();
    await phone.goto(`${address}/gifts`);
    await looksRight(phone, 'gifts-empty');
    await phone.goto(`${address}/account/payment`);
    await looksRight(phone, 'payment');
    await phone.goto(`${address}/gifts/send`);
    await looksRight(phone, 'send');
    await phone.fill('[name=amount]', '３，０００円');
    await phone.fill('[name=to]', 'taro@example.jp');
    await phone.fill('[name=recipientName]', '太郎');
    await phone.fill('[name=message]', 'お誕生日おめでとう！\nまた遊びに行こうね。');
    await phone.check('[name=motif][value=flower]');
    await phone.getByRole('button', { name: '確認へ進む' }).click();
    assert.match(await phone.locator('main').innerText(), /まだ贈っていません/);
    await looksRight(phone, 'confirm');
    await phone.getByRole('button', { name: 'このギフトを贈る' }).click();
    await settle();
    await phone.reload();
    assert.match(await phone.locator('.state').first().innerText(), /受け取り待ち/);
    await looksRight(phone, 'sent');

    world.house.clock.advance(3_600_000);
    const desk = await (await contextOf(DESK)).newPage();
    await desk.goto(`${address}/en/gift`);
    await looksRight(desk, 'code');
    await desk.fill('[name=code]', (await world.codeTo('taro@example.jp')).toLowerCase());
    await desk.getByRole('button', { name: 'Look at the gift' }).click();
    assert.equal(new URL(desk.url()).pathname, '/en/gift/open');
    await looksRight(desk, 'opened');
    await desk.getByRole('button', { name: 'Claim it' }).click();
    await settle();
    await desk.goto(`${address}/en/gift/open`);
    assert.match(await desk.locator('main').innerText(), /It is yours/);
    await looksRight(desk, 'claimed');
    await desk.goBack();
    await desk.reload();
    await settle();
    await phone.reload();
    const history = await phone.locator('table').innerText();
    for (const what of ['作成', '贈りました', '開かれました', '受け取りの申し込み', '支払い完了']) {
      assert.ok(history.includes(what), what);
    }
    await looksRight(phone, 'charged');
  });

  void test("of one's own picture is printed, and stopped while its claim waits", async () => {
    const { world } = pages;
    const jiro = await world.sender('jiro@example.jp');
    const desk = await (await contextOf(DESK, jiro)).newPage();
    await desk.goto(`${address}/en/gifts/send`);
    await looksRight(desk, 'send');
    // What is done here is done where no script runs; what comes of it is looked at once more where axe does.
    const bare = await (await contextOf({ ...DESK, javaScriptEnabled: false }, jiro)).newPage();
    await bare.goto(desk.url());
    await bare.fill('[name=amount]', '3000');
    await bare.check('[name=channel][value=print]');
    await bare.fill('[name=message]', 'For you');
    await bare.getByRole('button', { name: 'Go on to confirm' }).click();
    const dots = { width: 600, height: 400, data: Buffer.alloc(600 * 400 * 4, 150) };
    const buffer = jpeg.encode(dots, 80).data;
    await bare.setInputFiles('[name=picture]', { name: 'me.jpg', mimeType: 'image/jpeg', buffer });
    await bare.getByRole('button', { name: 'Send this gift' }).click();
    await settle();
    const sentAt = bare.url();
    await desk.goto(sentAt);
    await looksRight(desk, 'link');
    await desk.getByRole('link', { name: 'Open the sheet for printing' }).click();
    await desk.emulateMedia({ media: 'print' });
    await looksRight(desk, 'paper');
    const code = await desk.locator('.gift-code').innerText();
    await desk.emulateMedia({ media: 'screen' });

    const barePhone = await contextOf({ ...PHONE, javaScriptEnabled: false });
    const taro = await barePhone.newPage();
    await taro.goto(`${address}/gift/${code}`);
    assert.ok(!taro.url().includes(code));
    const natural = await taro.locator('.gift-picture').getAttribute('src');
    assert.equal(natural, '/ja/gift/picture');
    await taro.getByRole('button', { name: '受け取る', exact: true }).click();
    assert.match(await taro.locator('main').innerText(), /確認/);
    const scripted = await contextOf(PHONE);
    await scripted.addCookies(await barePhone.cookies());
    const phone = await scripted.newPage();
    await phone.goto(taro.url());
    assert.match(await phone.locator('main').innerText(), /確認/);
    await looksRight(phone, 'waiting');
    await desk.goto(sentAt);
    await looksRight(desk, 'asked');
    await bare.reload();
    await bare.getByRole('link', { name: 'Stop this claim' }).click();
    await desk.goto(bare.url());
    await looksRight(desk, 'stop');
    await bare.getByRole('button', { name: 'Stop this claim' }).click();
    assert.match(await bare.locator('.state').first().innerText(), /Cancelled/);
    await settle();
    await desk.goto(`${address}/en/gifts`);
    await looksRight(desk, 'gifts');
    await desk.goto(`${address}/en/gifts/history`);
    await looksRight(desk, 'history');
    await phone.goto(`${address}/gift/open`);
    assert.match(await phone.locator('main').innerText(), /取り消されました|見つかりません/);
    await looksRight(phone, 'withdrawn');
  });

  void test('that is open when its sender closes the account is withdrawn, and given back', async () => {
    const { world } = pages;
    const saku = await world.sender('saku@example.jp', 'carrier_approves');
    const open = await world.sent(saku, { to: 'taro@example.jp' });
    const sender = await (await contextOf(PHONE, saku)).newPage();
    const recipient = await (await contextOf({ ...PHONE, javaScriptEnabled: false })).newPage();
    const link = `${address}/gift/${await world.codeTo('taro@example.jp')}`;
    await recipient.goto(link);
    assert.equal(await recipient.getByRole('button', { name: '受け取る', exact: true }).count(), 1);
    assert.ok((await world.wallets.askToClose((await saku.session()).member)).ok);
    world.house.clock.advance(CLOSING_MS);
    await world.wallets.round();
    await settle();
    await recipient.goto(link);
    assert.match(await recipient.locator('main').innerText(), /取り消されました/);
    assert.equal((await world.told('taro@example.jp'))[0], 'gift_news');
    assert.deepEqual(
      [open.payment, (await world.find(saku, open.giftId)).payment],
      ['taken', 'refunded'],
    );
    await sender.goto(`${address}/gifts/sent/${open.giftId}`);
    assert.ok(
      !(await sender.content()).includes('taro@example.jp'),
      'nobody is signed in there any more',
    );
  });
});
