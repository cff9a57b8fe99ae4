/** "Is this from you?" on the demo, through the real page, the real API, the real mail and the real desk. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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
const SENDER = 'no-reply@shop.example';

let server: ServerProcess;
let folder: string;
let call: HttpCaller;
let browser: Browser;
let mail: Buffer;

before(async () => {
  folder = demoFolder(context);
  server = await startServer(context, { folder, environment: { KINKEN_MAIL_FROM: SENDER } });
  const sandbox = readSandbox(folder);
  call = httpCaller(server.httpUrl, sandbox.http.apiKey);
  browser = await openBrowser();
  mail = await someMail();
});
after(async () => {
  await browser.close();
  if (server) await server.stop();
  const verified = await runProgram(['verify'], { KINKEN_DATA: folder });
  for (const close of closers.toReversed()) await close();
  assert.equal(verified.code, 0, verified.text);
});

/** A mail that the server has really sent: the confirmation of a subscription. */
async function someMail(): Promise<Buffer> {
  const page = await (await openContext(browser, LOOKS[1]!)).newPage();
  await page.goto(`${server.httpUrl}/en/status/subscribe`);
  await page.fill('input[name=address]', 'hanako@example.jp');
  await page.locator('input[name=component]').first().check();
  await page.locator('main form button').first().click();
  const outbox = join(folder, 'outbox');
  for (let tries = 0; tries < 100; tries += 1) {
    const [file] = existing(outbox);
    if (file !== undefined) return readFileSync(join(outbox, file));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('no mail went out');
}

function existing(path: string): string[] {
  try {
    return readdirSync(path).filter((name) => name.endsWith('.eml'));
  } catch {
    return [];
  }
}

const heading = (page: Page) => page.locator('h1').innerText();

void describe('the page', () => {
  void test('knows a mail of ours again from its file, without JavaScript; Back and reload are harmless', async () => {
    const visit = await openContext(browser, LOOKS[0]!);
    const page = await visit.newPage();
    await page.goto(server.httpUrl);
    await page.getByText('メニュー', { exact: true }).click();
    await page.getByRole('link', { name: 'これは本物?' }).click();
    await page.locator('main summary').press('Enter');
    await page.setInputFiles('#mail', {
      name: 'mail.eml',
      mimeType: 'message/rfc822',
      buffer: mail,
    });
    await page.locator('form.ask button').click();
    assert.equal(await heading(page), 'はい。当社が書いたメッセージです');
    assert.equal(new URL(page.url()).pathname, '/ja/check/answer');
    assert.doesNotMatch(await page.content(), /hanako/, 'nothing of its recipient');
    assert.equal(await page.locator('form[action$="/report"]').count(), 0);
    await page.reload();
    assert.equal(await heading(page), 'はい。当社が書いたメッセージです');
    await page.getByRole('link', { name: 'Read this page in English' }).click();
    assert.equal(await heading(page), 'Yes, we wrote this message');
    await page.goBack();
    await page.goBack();
    assert.equal(await heading(page), 'このメッセージは本物ですか?');
    await visit.close();
  });

  void test('tells a forgery and takes its report; pressed once, shown as often as one likes', async () => {
    const visit = await openContext(browser, LOOKS[1]!);
    const page = await visit.newPage();
    await page.goto(`${server.httpUrl}/en/check`);
    await page.fill(
      '#text',
      'Your Gift code is stopped: https://shop-example.login.test/ KN-2222-3333-4444',
    );
    await page.locator('form.ask button').click();
    assert.equal(await heading(page), 'No, this is not from us');
    await page.locator('form[action$="/report"] button').click();
    assert.equal(await heading(page), 'We have your report');
    assert.match(
      await page.locator('.report-number').innerText(),
      /^PH-[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$/,
    );
    await page.reload();
    assert.equal(await heading(page), 'We have your report');
    await visit.close();
  });

  void test('says what is wrong with a form, and takes none that is not its own', async () => {
    const visit = await openContext(browser, LOOKS[1]!);
    const page = await visit.newPage();
    await page.goto(`${server.httpUrl}/en/check`);
    await page.locator('form.ask button').click();
    assert.match(await page.locator('[role=alert]').innerText(), /Fill in at least one/);
    const stranger = await fetch(`${server.httpUrl}/en/check`, {
      method: 'POST',
      body: new FormData(),
    });
    assert.equal(stranger.status, 403);
    const buffer = Buffer.alloc(2_000_000, 'x');
    await page.locator('main summary').press('Enter');
    await page.setInputFiles('#mail', { name: 'long.eml', mimeType: 'message/rfc822', buffer });
    await page.locator('form.ask button').click();
    assert.match(await page.locator('[role=alert]').innerText(), /larger than 1 MB/);
    await visit.close();
  });

  void test('has no violations, on a phone and on a desk', async () => {
    for (const look of LOOKS) {
      const visit = await openContext(browser, { ...look, javaScriptEnabled: true });
      const page = await visit.newPage();
      await page.goto(`${server.httpUrl}/check`);
      await assertLooksRight(page, 'check-form');
      await page.fill('#text', 'https://kinken-shop.evil.test/ KN-2222-3333-4444');
      await page.locator('form.ask button').click();
      await assertLooksRight(page, 'check-answer');
      await page.locator('form[action$="/report"] button').click();
      await assertLooksRight(page, 'check-reported');
      await visit.close();
    }
  });
});

void describe('the API', () => {
  void test('says the same as the page, in the language of who asks', async () => {
    const check = async (body: object) => {
      const told = await call('/v1/message-checks', { body });
      assert.equal(told.status, 200, told.text);
      return told.body as Record<string, unknown>;
    };
    const ours = await check({ mail: mail.toString('base64') });
    assert.equal(ours['verdict'], 'ours');
    const forged = await check({ sender: 'support@evil.test', text: 'カードを確認してください' });
    assert.equal(forged['verdict'], 'not_ours');
    const nothing = await call('/v1/message-checks', { body: {} });
    assert.equal(nothing.status, 400);
  });

  void test('a company that is written into the register is known at once', async () => {
    const body = {
      key: 'denwa',
      nameJa: '電話会社',
      nameEn: 'The carrier',
      channels: [{ kind: 'web_host', value: 'Denwa.Example' }],
    };
    const written = await call('/v1/admin/message-senders', { body });
    assert.equal(written.status, 200, written.text);
    const told = await call('/v1/message-checks', { body: { link: 'https://my.denwa.example/' } });
    assert.equal((told.body as Record<string, unknown>)['verdict'], 'ours');
    const wrong = { ...body, channels: [{ kind: 'phone', value: 'abc' }] };
    assert.equal((await call('/v1/admin/message-senders', { body: wrong })).status, 400);
  });
});
