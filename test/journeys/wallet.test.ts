/** A member adds a code, pays with it at a till and online by barcode, lets somebody help, and goes: through real doors. */
import assert from 'node:assert/strict';
import { after, before, describe, test, type TestContext } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Sandbox } from '../../src/demo/index.ts';
import {
  httpCaller,
  tillCaller,
  tillMessage,
  type HttpCaller,
  type TillCaller,
} from '../support/door-callers.ts';
import {
  sandboxOf,
  startServer,
  demoFolder,
  type ServerProcess,
} from '../support/server-process.ts';
import { assertLooksRight } from './looks-right.ts';
import { openBrowser, openContext } from './web-browser.ts';

const closers: (() => unknown)[] = [];
const context: Pick<TestContext, 'after'> = {
  after: (close) => void closers.push(close as () => unknown),
};
const PASSWORD = 'blue dog on a long road';
const PHONE = {
  width: 390,
  colorScheme: 'light',
  locale: 'ja-JP',
  javaScriptEnabled: false,
} as const;
const DESK = { width: 1280, colorScheme: 'dark', locale: 'en-GB' } as const;

let server: ServerProcess;
let browser: Browser;
let sandbox: Sandbox;
let api: HttpCaller;
let till: TillCaller;
let requests = 0;

before(async () => {
  const folder = demoFolder(context);
  server = await startServer(context, { folder });
  sandbox = sandboxOf(server, folder);
  api = httpCaller(server.httpUrl, sandbox.http.apiKey);
  till = await tillCaller(sandbox);
  browser = await openBrowser();
});
after(async () => {
  till?.end();
  await browser?.close();
  if (server) await server.stop();
  for (const close of closers.toReversed()) await close();
});

async function codeFromMail(to: string): Promise<string> {
  const list = await (await fetch(`${server.httpUrl}/en/demo/outbox`)).text();
  const row = list.split('<li>').find((each) => each.includes(to)) ?? '';
  const number = /KN(-[2-9A-HJ-NP-Z]{4}){3}/.exec(row)?.[0] ?? '';
  const mail = await (await fetch(`${server.httpUrl}/en/demo/outbox/${number}`)).text();
  return /\b\d{8}\b/.exec(mail)?.[0] ?? 'no code';
}

/** A member with a page of its own. */
async function member(email: string, look: typeof PHONE | typeof DESK): Promise<Page> {
  const opened: BrowserContext = await openContext(browser, look);
  const page = await opened.newPage();
  await page.goto(`${server.httpUrl}${look.locale === 'ja-JP' ? '/ja' : '/en'}/sign-up`);
  await page.fill('[name=email]', email);
  await page.locator('form.ask button').click();
  await page.fill('[name=code]', await codeFromMail(email));
  await page.fill('[name=name]', look.locale === 'ja-JP' ? 'はな' : 'Taro');
  await page.fill('[name=password]', PASSWORD);
  await page.locator('form.ask button').click();
  assert.match(new URL(page.url()).pathname, /\/account$/);
  return page;
}

async function issued(amountMinor: number): Promise<string> {
  requests += 1;
  const body = { productId: 'gift-code', amountMinor, unit: 'JPY' };
  const told = await api('/v1/instruments', { body, requestId: `issue-${requests}` });
  assert.equal(told.status, 200, told.text);
  return told.body.code;
}

async function pathOf(page: Page): Promise<string> {
  return new URL(page.url()).pathname;
}

/** As it is seen by others who are signed in as the same: on a phone, and on a desk in the dark. */
async function looksRight(page: Page, name: string): Promise<void> {
  const storageState = await page.context().storageState();
  const seen = await browser.newContext({ storageState, locale: 'ja-JP' }); // where axe runs
  const other = await seen.newPage();
  await other.goto(page.url());
  for (const [width, colorScheme] of [
    [375, 'light'],
    [1280, 'dark'],
  ] as const) {
    await other.emulateMedia({ colorScheme });
    await other.setViewportSize({ width, height: 800 });
    await assertLooksRight(other, name);
  }
  await seen.close();
}

async function digitsOf(page: Page): Promise<string> {
  return (await page.locator('.digits').innerText()).replaceAll(/\s/g, '');
}

/** To the page behind the holding's form, with a fresh code where it is asked for. */
async function payingPage(page: Page, max = '5000'): Promise<void> {
  await page.selectOption('[name=max]', max);
  await page.locator('form.ask button').click();
}

async function added(page: Page, code: string): Promise<void> {
  const home = (await pathOf(page)).startsWith('/ja') ? '/ja' : '/en';
  await page.goto(`${server.httpUrl}${home}/wallet/add`);
  await page.fill('[name=code]', code);
  await page.locator('form.ask button').first().click();
}

void describe('a wallet', () => {
  let hana: Page;
  let code: string;

  void test('takes a code, which opens nothing any more, and shows the balance by expiry', async () => {
    hana = await member('hana@example.jp', PHONE);
    await hana.goto(`${server.httpUrl}/ja/wallet`);
    await looksRight(hana, 'wallet-empty');
    code = await issued(12_000);
    await hana.goto(`${server.httpUrl}/ja/wallet/add`);
    await looksRight(hana, 'wallet-add');
    await added(hana, 'ABCD-EFGH-JKLM-NPQR');
    assert.match(await hana.locator('[role=alert]').innerText(), /見つかりません/);
    assert.equal(await hana.inputValue('[name=code]'), '');
    await added(hana, code);
    assert.equal(await pathOf(hana), '/ja/wallet');
    assert.match(
      await hana.locator('main').innerText(),
      /元のコードはもう使えません[\s\S]*12,000円/,
    );
    await looksRight(hana, 'wallet');
    await hana.reload();
    assert.equal(await hana.locator('.holdings li').count(), 1, 'reload is harmless');
    const old = await api('/v1/redemptions', {
      body: { card: { code }, amountMinor: 100, unit: 'JPY' },
      requestId: 'old-code',
    });
    assert.equal(old.status, 422, old.text);
    await hana.locator('.holdings a').click();
    assert.match(await hana.locator('table').innerText(), /12,000円/);
    await looksRight(hana, 'holding');
  });

  void test('pays at a till once by barcode, and a repeat and a reversal are the same request', async () => {
    await payingPage(hana);
    assert.match(await pathOf(hana), /\/pay$/);
    await looksRight(hana, 'pay');
    const digits = await digitsOf(hana);
    await hana.reload();
    assert.equal(await digitsOf(hana), digits, 'reload shows the same one');
    const sale = tillMessage(sandbox, 1, { number: digits, amountMinor: 1_500, code: '003000' });
    assert.equal((await till.send('0200', sale.fields))?.['39'], '00');
    assert.equal(
      (await till.send('0200', sale.fields))?.['39'] ?? '00',
      '00',
      'a repeat is told the same',
    );
    const second = tillMessage(sandbox, 2, { number: digits, amountMinor: 100, code: '003000' });
    assert.equal((await till.send('0200', second.fields))?.['39'], '54', 'used');
    const undo = {
      ...sale.fields,
      11: '000003',
      90: `0200${sale.fields['11']}${sale.fields['7']}${'0'.repeat(22)}`,
    };
    assert.equal((await till.send('0400', undo))?.['39'], '00');
    await hana.goto(`${server.httpUrl}/ja/wallet/history`);
    assert.match(
      await hana.locator('table').innerText(),
      /取り消し[\s\S]*お支払い[\s\S]*コードから残高を移動/,
    );
    await looksRight(hana, 'history');
  });

  void test('pays online by the same digits, once of two at the same moment; a guess is a wrong number', async () => {
    await hana.goto(`${server.httpUrl}/ja/wallet`);
    await hana.locator('.holdings a').click();
    await payingPage(hana, '3000');
    const barcode = await digitsOf(hana);
    const pay = (requestId: string, card: object, amountMinor = 800) =>
      api('/v1/redemptions', { body: { card, amountMinor, unit: 'JPY' }, requestId });
    const above = await pay('above', { barcode }, 3_001);
    assert.deepEqual([above.status, above.body.code], [422, 'barcode_over'], above.text);
    const both = await Promise.all([pay('one', { barcode }), pay('two', { code: barcode })]);
    assert.deepEqual(both.map(({ status }) => String(status)).toSorted(), ['200', '422']);
    const paid = both[0]?.status === 200 ? 'one' : 'two';
    const again = await pay(paid, { barcode });
    assert.equal(again.headers.get('idempotency-replayed'), 'true');
    const guess = await pay('guess', { barcode: `9890${'0'.repeat(15)}` });
    assert.equal(guess.status, 404);
    const asNumber = await pay('as-number', { barcode: sandbox.cards[0]?.number });
    assert.equal(asNumber.status, 404, 'a number is no barcode');
  });

  void test('is helped by family within bounds; another member finds none of it; the help is over at once', async () => {
    const taro = await member('taro@example.jp', DESK);
    await hana.goto(`${server.httpUrl}/ja/helping`);
    await hana.fill('[name=email]', 'taro@example.jp');
    await hana.selectOption('[name=may]', '3000');
    await hana.locator('form.ask button').click();
    assert.match(await hana.locator('[role=status]').innerText(), /お願いのメール/);
    await looksRight(hana, 'helping');
    await taro.goto(`${server.httpUrl}/en/helping`);
    await taro.getByRole('button', { name: /^Agree to help/ }).click();
    await taro.getByRole('link', { name: /^Wallet of/ }).click();
    const helped = await pathOf(taro);
    await looksRight(taro, 'helped');
    await taro.locator('.holdings a').first().click();
    const card = await pathOf(taro);
    await payingPage(taro, '1000');
    const digits = await digitsOf(taro);
    const body = { card: { barcode: digits }, amountMinor: 300, unit: 'JPY' };
    assert.equal((await api('/v1/redemptions', { body, requestId: 'by-taro' })).status, 200);
    await taro.goto(`${server.httpUrl}${card}/pay?max=3000`);
    assert.match(await taro.locator('main').innerText(), /¥2,700 at most\. That is what is left/);
    await hana.goto(`${server.httpUrl}/ja/wallet/history`);
    assert.match(await hana.locator('table').innerText(), /Taro さん（お手伝い）/);

    const stranger = await member('stranger@example.jp', DESK);
    const own = card.replace(/^.*\//, '/en/wallet/');
    for (const place of [helped, card, `${card}/pay`, own, `${own}/pay`]) {
      const told = await stranger.goto(`${server.httpUrl}${place}`);
      assert.equal(told?.status(), 404, `${place} is nobody else's`);
    }
    await hana.goto(`${server.httpUrl}/ja/helping`);
    await hana.getByRole('button', { name: /のお手伝いを終わらせる$/ }).click();
    assert.equal((await taro.goto(`${server.httpUrl}${card}/pay`))?.status(), 404, 'at once');
  });

  void test('gives a copy of everything, and is closed only after a wait in which it can be kept', async () => {
    await hana.goto(`${server.httpUrl}/ja/account/copy`);
    await looksRight(hana, 'copy');
    const [file] = await Promise.all([
      hana.waitForEvent('download'),
      hana.locator('main form button').click(),
    ]);
    const chunks: Buffer[] = [];
    for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer);
    const copy = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
    const parts = [
      'member',
      'signIns',
      'wallet',
      'notices',
      'giftsSent',
      'paymentMethods',
      'cases',
    ];
    for (const part of parts) assert.ok(part in copy, part);
    assert.equal((copy['member'] as { email: string }).email, 'hana@example.jp');
    await hana.goto(`${server.httpUrl}/ja/account/close`);
    assert.match(await hana.content(), /送ったギフトはどうなりますか/);
    await looksRight(hana, 'close');
    await hana.locator('main form button').click();
    assert.match(await hana.locator('[role=status]').innerText(), /退会になります/);
    await hana.goto(`${server.httpUrl}/ja/wallet`);
    assert.match(await hana.locator('[role=status]').innerText(), /退会になります/);
    await hana.goto(`${server.httpUrl}/ja/account/close`);
    await hana.locator('[role=status] button').click();
    assert.match(await hana.locator('[role=status]').innerText(), /取り消しました/);
  });

  void test('stands in the navigation, where the page that is shown is marked; help is for everybody', async () => {
    for (const [place, name] of [
      ['/ja/help', 'ヘルプ'],
      ['/ja/status', 'ご利用状況'],
      ['/ja', '残高照会'],
    ] as const) {
      const page = await (await openContext(browser, PHONE)).newPage();
      await page.goto(`${server.httpUrl}${place}`);
      const menu = page.locator('.menu');
      assert.ok((await menu.boundingBox())!.height < 8, 'it takes no row before it is asked for');
      await page.getByText('メニュー', { exact: true }).focus();
      await page.keyboard.press('Enter');
      assert.equal(await menu.locator('[aria-current=page]').innerText(), name);
      if (place === '/ja/help') await looksRight(page, 'help');
      await page.context().close();
    }
    await hana.goto(`${server.httpUrl}/ja/wallet`);
    const here = hana.locator('.menu [aria-current=page]');
    assert.equal(await here.isVisible(), false);
    await hana.setViewportSize({ width: 1280, height: 800 });
    assert.equal(await here.innerText(), 'ウォレット', 'in rows at a desk');
    assert.equal(sandbox.member.email, 'hanako@member.example');
  });

  void test('is stopped by "that was not me", and its owner reads what happened and what comes next', async () => {
    await hana.setViewportSize({ width: 390, height: 844 });
    await hana.goto(`${server.httpUrl}/ja/not-me`);
    await hana.fill('[name=words]', '覚えのない支払いがあります');
    await looksRight(hana, 'not-me');
    await hana.locator('form.ask button').click();
    assert.equal(await pathOf(hana), '/ja/not-me/stopped');
    assert.match(await hana.locator('main').innerText(), /受付番号は KC-[\s\S]*このあとのこと/);
    await looksRight(hana, 'stopped');
    await hana.getByRole('link', { name: 'ログイン', exact: true }).first().click();
    await hana.fill('[name=email]', 'hana@example.jp');
    await hana.fill('[name=password]', PASSWORD);
    await hana.locator('form.ask button').click();
    if ((await pathOf(hana)).endsWith('/code')) {
      await hana.fill('[name=code]', await codeFromMail('hana@example.jp'));
      await hana.locator('form.ask button').click();
    }
    assert.match(await hana.locator('[role=status]').innerText(), /一時停止/, 'at the first page');
    await hana.getByRole('link', { name: '止めた理由' }).click();
    await hana.locator('main ul a').first().click();
    assert.match(
      await hana.locator('main').innerText(),
      /覚えのない支払いがあります[\s\S]*元に戻す/,
    );
    await looksRight(hana, 'case');
  });
});
