/** "Why can't I use my code?" on the demo, through the real page, the real API and the real mail. */
import assert from 'node:assert/strict';
import { after, before, describe, test, type TestContext } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { httpCaller, type HttpCaller } from '../support/door-callers.ts';
import {
  readSandbox,
  runProgram,
  startServer,
  demoFolder,
  type ServerProcess,
} from '../support/server-process.ts';
import { assertLooksRight } from './looks-right.ts';
import { openBrowser, openContext, type Look } from './web-browser.ts';

const closers: (() => unknown)[] = [];
const context: Pick<TestContext, 'after'> = {
  after: (close) => void closers.push(close as () => unknown),
};
const LOOKS: readonly Look[] = [
  { width: 390, colorScheme: 'light', locale: 'ja-JP', javaScriptEnabled: false },
  { width: 1280, colorScheme: 'dark', locale: 'en-GB' },
];

let server: ServerProcess;
let folder: string;
let call: HttpCaller;
let browser: Browser;
let sent = 0;

before(async () => {
  folder = demoFolder(context);
  server = await startServer(context, { folder });
  call = httpCaller(server.httpUrl, readSandbox(folder).http.apiKey);
  browser = await openBrowser();
});
after(async () => {
  await browser.close();
  if (server) await server.stop();
  const verified = await runProgram(['verify'], { KINKEN_DATA: folder });
  for (const close of closers.toReversed()) await close();
  assert.equal(verified.code, 0, verified.text);
});

async function did(path: string, body: object): Promise<Record<string, string>> {
  sent += 1;
  const told = await call(path, { body, requestId: `why-${sent}` });
  assert.equal(told.status, 200, told.text);
  return told.body;
}

async function newCode(amountMinor = 1_500): Promise<string> {
  const issued = await did('/v1/instruments', { productId: 'gift-code', amountMinor, unit: 'JPY' });
  return issued['code'] ?? '';
}

async function askOn(page: Page, code: string): Promise<void> {
  await page.fill('#text', code);
  await page.locator('form.ask button').click();
}

void describe('the page', () => {
  void test('tells whoever holds the code, without JavaScript; Back and reload are harmless', async () => {
    const code = await newCode();
    const context = await openContext(browser, LOOKS[0]!);
    const page = await context.newPage();
    await page.goto(server.httpUrl);
    await page.getByText('メニュー', { exact: true }).click();
    await page.getByRole('link', { name: 'コードが使えないとき' }).click();
    await askOn(page, code.toLowerCase());
    assert.equal(await page.locator('h1').innerText(), 'このコードは使えます');
    assert.equal(new URL(page.url()).pathname, '/ja/why/answer');
    assert.doesNotMatch(await page.content(), new RegExp(code, 'i'));

    await did('/v1/redemptions', { card: { code }, amountMinor: 1_500, unit: 'JPY' });
    await page.reload();
    assert.equal(await page.locator('h1').innerText(), 'すでに使われています', 'as it is now');
    await page.getByRole('link', { name: 'Read this page in English' }).click();
    assert.equal(await page.locator('h1').innerText(), 'It has been used');
    await page.goBack();
    await page.goBack();
    assert.equal(await page.locator('#text').inputValue(), '', 'the code does not come back');
    for (const cookie of await context.cookies()) {
      assert.deepEqual([cookie.httpOnly, cookie.sameSite], [true, 'Lax']);
    }
    await context.close();
  });

  void test('"that was not me": one report whatever is pressed twice, the rest is stopped, the desk is told', async () => {
    const code = await newCode(3_000);
    await did('/v1/redemptions', { card: { code }, amountMinor: 1_000, unit: 'JPY' });
    const context = await openContext(browser, LOOKS[0]!);
    const page = await context.newPage();
    await page.goto(`${server.httpUrl}/ja/why`);
    await askOn(page, code);
    await page.fill('#words', '<img src=x onerror=alert(1)>\r\nBcc: thief@example.com');
    await page.locator('.not-me button').click();
    const number = await page.locator('.report-number').innerText();
    assert.match(number, /^RP-[2-9A-Z]{4}-[2-9A-Z]{4}$/);
    assert.match(await page.locator('main').innerText(), /残っている価値を止めました/);
    await page.reload();
    assert.equal(await page.locator('.report-number').innerText(), number);
    await page.goBack();
    assert.equal(await page.locator('h1').innerText(), '安全のために止めています');
    await page.locator('.not-me button').click();
    assert.equal(await page.locator('.report-number').innerText(), number, 'said twice');
    const refused = await call('/v1/redemptions', {
      body: { card: { code }, amountMinor: 1_000, unit: 'JPY' },
      requestId: 'why-stopped',
      headers: { 'accept-language': 'ja' },
    });
    assert.equal(refused.body.code, 'instrument_frozen');
    assert.equal(refused.body.holder.title, '安全のために止めています', 'the clerk hears the same');

    await page.goto(`${server.httpUrl}/ja/demo/outbox`);
    await page
      .getByRole('link', { name: new RegExp(number) })
      .first()
      .click();
    const mail = await page.locator('.mail').innerText();
    assert.match(mail, new RegExp(number));
    assert.match(mail, /<img src=x onerror=alert\(1\)>/, 'as words, not as a picture');
    assert.equal(await page.locator('.mail img').count(), 0);
    await context.close();
  });

  void test('a wrong code, one of nobody, and what is no code are one page', async () => {
    const seen = new Set<string>();
    for (const code of ['ABCDEFGHJKLMNPQR', 'RQPNMLKJHGFEDCBA', 'ZZZZYYYYXXXXWWWW']) {
      const context = await openContext(browser, LOOKS[1]!);
      const page = await context.newPage();
      await page.goto(`${server.httpUrl}/en/why`);
      await askOn(page, code);
      assert.equal(await page.locator('h1').innerText(), 'No code like this was found');
      seen.add(await page.locator('main .result').innerText());
      await context.close();
    }
    assert.equal(seen.size, 1);
  });

  void test('who guesses has to wait; a card number alone says nothing', async () => {
    const context = await openContext(browser, LOOKS[0]!);
    const page = await context.newPage();
    const { number } = readSandbox(folder).cards[0]!;
    const isStopped = async () =>
      (await page.locator('h1').innerText()) === 'しばらくお待ちください';
    // The delay doubles with each wrong try: a slow machine needs some more.
    for (let time = 0; time < 14 && (time === 0 || !(await isStopped())); time += 1) {
      await page.goto(`${server.httpUrl}/ja/why`);
      await page.locator('input[value=number]').check();
      await askOn(page, number);
      if (time > 0) continue;
      assert.equal(await page.locator('h1').innerText(), 'この内容ではお答えできません');
      assert.doesNotMatch(
        await page.locator('main').innerText(),
        /1,500|3,000|有効になっていません/,
      );
    }
    assert.ok(await isStopped());
    await context.close();
  });

  void test('what is mistyped in the form is said beside its field, and nothing typed is lost but the code', async () => {
    const context = await openContext(browser, LOOKS[0]!);
    const page = await context.newPage();
    await page.goto(`${server.httpUrl}/ja/why`);
    await page.locator('main summary').first().press('Enter');
    await page.fill('#amount', '千五百円');
    await page.fill('#receipt', '"><script>alert(1)</script>');
    await askOn(page, 'ABCD');
    assert.equal(
      await page.locator('#amount-error').innerText(),
      '金額は数字だけで入力してください。',
    );
    assert.equal(await page.locator('#amount').inputValue(), '千五百円');
    assert.equal(await page.locator('#receipt').inputValue(), '"><script>alert(1)</script>');
    assert.equal(await page.locator('#text').inputValue(), '');
    await context.close();
  });

  void test('a form of another site, or without cookies, looks nothing up and says why', async () => {
    const post = (path: string, form: Record<string, string>, headers = {}) =>
      fetch(`${server.httpUrl}${path}`, {
        method: 'POST',
        body: new URLSearchParams(form),
        headers,
        redirect: 'manual',
      });
    const refused = await post('/ja/why', { text: 'ABCD' });
    assert.equal(refused.status, 403);
    assert.match(await refused.text(), /Cookie を使える設定に/);
    const form = await fetch(`${server.httpUrl}/ja/why`);
    const cookie = form.headers.get('set-cookie')?.split(';')[0] ?? '';
    const token = /name="token" value="([^"]+)"/.exec(await form.text())?.[1] ?? '';
    const crossSite = { cookie, 'sec-fetch-site': 'cross-site' };
    assert.equal((await post('/ja/why', { text: 'ABCD', token }, crossSite)).status, 403);
    assert.equal(
      (await post('/ja/why', { text: 'A'.repeat(9_000), token }, { cookie })).status,
      413,
    );
    const lonely = await post('/ja/why/not-me', { token }, { cookie });
    assert.deepEqual([lonely.status, lonely.headers.get('location')], [303, '/ja/why']);
    const forged = { cookie: `${cookie}; kinken_why=AAAA; kinken_reported=AAAA` };
    for (const path of ['/ja/why/answer', '/ja/why/reported']) {
      const sentBack = await fetch(`${server.httpUrl}${path}`, {
        headers: forged,
        redirect: 'manual',
      });
      assert.deepEqual([sentBack.status, sentBack.headers.get('location')], [303, '/ja/why']);
    }
  });

  void test('every state of it is without a violation of accessibility, on phone and desk', async () => {
    const used = await newCode();
    await did('/v1/redemptions', { card: { code: used }, amountMinor: 1_500, unit: 'JPY' });
    for (const look of LOOKS) {
      const context = await openContext(browser, { ...look, javaScriptEnabled: true });
      const page = await context.newPage();
      let seen = 0;
      const check = () => assertLooksRight(page, `why ${(seen += 1)}`);
      await page.goto(`${server.httpUrl}/why`);
      // By key: a font that arrives moves what the mouse would press.
      for (const summary of await page.locator('main summary').all()) await summary.press('Enter');
      await check();
      await page.fill('#amount', 'x');
      await askOn(page, 'ABCD');
      await check();
      for (const code of [used, 'AAAAOAAAABBBBCC0']) {
        await page.goto(`${server.httpUrl}/why`);
        await askOn(page, code);
        await check();
      }
      await page.goto(`${server.httpUrl}/demo/outbox`);
      await check();
      await context.close();
    }
  });

  void test('is asked with the keyboard alone', async () => {
    const context = await openContext(browser, LOOKS[1]!);
    const page = await context.newPage();
    await page.goto(`${server.httpUrl}/en/why`);
    const focused = () => page.evaluate('document.activeElement.id || document.activeElement.name');
    for (let time = 0; time < 20 && (await focused()) !== 'by'; time += 1)
      await page.keyboard.press('Tab');
    assert.equal(await focused(), 'by');
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'text');
    await page.keyboard.type('ZZZZYYYYXXXXWWW2');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/why/answer');
    assert.equal(await page.locator('h1').innerText(), 'No code like this was found');
    await context.close();
  });
});

void describe('the API', () => {
  void test('says what the page says, in the language asked for', async () => {
    const code = await newCode();
    const japanese = { headers: { 'accept-language': 'ja' } };
    const told = await call('/v1/code-questions', { body: { card: { code } }, ...japanese });
    assert.equal(told.status, 200, told.text);
    assert.deepEqual(
      [told.body.cause, told.body.title, told.body.safety, told.body.balanceMinor],
      ['usable', 'このコードは使えます', 'safe', 1_500],
    );
    assert.equal(told.headers.get('content-language'), 'ja');
    assert.doesNotMatch(told.text, new RegExp(code));
  });

  void test("refuses what it cannot understand, and another issuer's keys do not exist", async () => {
    const ask = (body: object) => call('/v1/code-questions', { body });
    const card = { code: 'ABCD' };
    for (const body of [{}, { card: {} }, { card: { ...card, number: '1' } }, { card, x: 1 }]) {
      assert.equal((await ask(body)).status, 400, JSON.stringify(body));
    }
    const unknown = await ask({ card, product: 'nobody-sells-this' });
    assert.deepEqual([unknown.status, unknown.body.errors[0].field], [400, 'product']);
    const keyless = httpCaller(server.httpUrl, 'kk_none');
    assert.equal((await keyless('/v1/code-questions', { body: { card } })).status, 401);
  });

  void test('is slowed for the end user who guesses, and for nobody else', async () => {
    const as = (device: string, code: string) =>
      call('/v1/code-questions', {
        body: { card: { code } },
        headers: { 'kinken-end-user-address': '203.0.113.9', 'kinken-end-user-device': device },
      });
    let last = 0;
    for (let time = 0; time < 14 && last !== 429; time += 1)
      last = (await as('guesser', `WRONG${time}`)).status;
    assert.equal(last, 429);
    assert.equal((await as('another', await newCode())).status, 200);
  });
});
