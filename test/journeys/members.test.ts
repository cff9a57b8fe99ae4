/** A customer becomes a member, signs in on two devices and looks after the account, through the real pages. */
import assert from 'node:assert/strict';
import { after, before, describe, test, type TestContext } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { startServer, demoFolder, type ServerProcess } from '../support/server-process.ts';
import { assertLooksRight } from './looks-right.ts';
import { openBrowser, openContext } from './web-browser.ts';

const closers: (() => unknown)[] = [];
const context: Pick<TestContext, 'after'> = {
  after: (close) => void closers.push(close as () => unknown),
};
const EMAIL = 'Hana@example.jp';
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

before(async () => {
  server = await startServer(context, { folder: demoFolder(context) });
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  if (server) await server.stop();
  for (const close of closers.toReversed()) await close();
});

async function codeFromMail(): Promise<string> {
  const list = await (await fetch(`${server.httpUrl}/en/demo/outbox`)).text();
  const number = /KN(-[2-9A-HJ-NP-Z]{4}){3}/.exec(list)?.[0] ?? '';
  const mail = await (await fetch(`${server.httpUrl}/en/demo/outbox/${number}`)).text();
  return /\b\d{8}\b/.exec(mail)?.[0] ?? 'no code';
}

async function signIn(page: Page, home: string): Promise<void> {
  await page.goto(`${server.httpUrl}${home}/sign-in`);
  await page.fill('[name=email]', EMAIL);
  await page.fill('[name=password]', PASSWORD);
  await page.locator('form.ask button').click();
}

void describe('a member', () => {
  void test('signs up on a phone without JavaScript, in on a desk with a code, and ends that device', async () => {
    const phone = await openContext(browser, PHONE);
    const page = await phone.newPage();
    await page.goto(`${server.httpUrl}/account`);
    assert.equal(new URL(page.url()).pathname, '/ja/sign-in', 'nobody is signed in');
    await page.getByRole('link', { name: '会員登録' }).click();
    await page.fill('[name=email]', EMAIL);
    await page.locator('form.ask button').click();
    assert.equal(await page.locator('h1').innerText(), '確認コードを入力してください');
    await page.fill('[name=code]', await codeFromMail());
    await page.fill('[name=name]', 'はな <b>');
    await page.fill('[name=password]', 'password2024!');
    await page.locator('form.ask button').click();
    assert.match(await page.locator('[role=alert]').innerText(), /流出|推測/);
    assert.equal(await page.inputValue('[name=password]'), '', 'no secret is filled in again');
    await page.fill('[name=code]', await codeFromMail());
    await page.fill('[name=password]', PASSWORD);
    await page.locator('form.ask button').click();
    assert.equal(new URL(page.url()).pathname, '/ja/account');
    assert.match(
      await page.locator('.lead').innerText(),
      /はな <b> さん/,
      'as it was typed, as text',
    );

    const desk = await openContext(browser, DESK);
    const other = await desk.newPage();
    await signIn(other, '/en');
    assert.equal(new URL(other.url()).pathname, '/en/sign-in/code');
    await assertLooksRight(other, 'sign-in-code');
    await other.fill('[name=code]', await codeFromMail());
    await other.locator('form.ask button').click();
    assert.equal(new URL(other.url()).pathname, '/en/account');
    for (const place of ['/account', '/account/history', '/account/security', '/inbox']) {
      await other.goto(`${server.httpUrl}/en${place}`);
      assert.equal(new URL(other.url()).pathname, `/en${place}`);
      await assertLooksRight(other, place);
    }
    assert.match(await other.locator('main').innerText(), /新しい端末からログインがありました/);
    assert.doesNotMatch(
      await other.locator('main').innerText(),
      /\b\d{8}\b/,
      'no code in the inbox',
    );

    await page.goto(`${server.httpUrl}/ja/account`);
    await page.getByRole('button', { name: /をログアウトする$/ }).click();
    await other.goto(`${server.httpUrl}/en/account`);
    assert.equal(new URL(other.url()).pathname, '/en/sign-in', 'ended from the phone');
    await assertLooksRight(other, 'sign-in');
    for (const cookie of await phone.cookies()) {
      assert.deepEqual([cookie.httpOnly, cookie.sameSite], [true, 'Lax'], cookie.name);
    }
    await phone.close();
    await desk.close();
  });

  void test('confirms who it is before a limit is raised, and stops what was not asked for', async () => {
    // The checker of pages is a script: it needs a browser that runs some.
    const phone = await openContext(browser, { ...PHONE, javaScriptEnabled: true });
    const page = await phone.newPage();
    await signIn(page, '/ja');
    await page.fill('[name=code]', await codeFromMail());
    await page.locator('form.ask button').click();
    await page.goto(`${server.httpUrl}/ja/account`);
    await page.getByRole('button', { name: 'ログアウト', exact: true }).click();
    await signIn(page, '/ja');
    assert.equal(
      new URL(page.url()).pathname,
      '/ja/account',
      'a known device, by the password alone',
    );
    await page.goto(`${server.httpUrl}/ja/account/security`);
    const raise = async () => {
      await page.fill('[name=limit]', '８0,000');
      await page.getByRole('button', { name: '上限額を変更する' }).click();
    };
    await raise();
    assert.equal(new URL(page.url()).pathname, '/ja/step-up');
    await page.getByRole('button', { name: '確認コードを送る' }).click();
    await assertLooksRight(page, 'step-up');
    await page.fill('[name=code]', '12345678');
    await page.getByRole('button', { name: '確認する' }).click();
    assert.match(await page.locator('[role=alert]').innerText(), /違/);
    await page.fill('[name=code]', await codeFromMail());
    await page.getByRole('button', { name: '確認する' }).click();
    assert.equal(new URL(page.url()).pathname, '/ja/account/security', 'back where it was asked');
    await raise();
    assert.match(await page.locator('[role=status]').innerText(), /1日後に/);
    assert.match(await page.locator('main').innerText(), /80,000 円に上げます/);
    await assertLooksRight(page, 'limit-waits');
    await page.goto(`${server.httpUrl}/ja/account`);

    // Somebody with the mailbox asks for recovery elsewhere; the owner stops it without signing in.
    const desk = await openContext(browser, DESK);
    const other = await desk.newPage();
    await other.goto(`${server.httpUrl}/en/recover`);
    await assertLooksRight(other, 'recover');
    await other.fill('[name=email]', EMAIL);
    await other.locator('form.ask button').click();
    await other.fill('[name=code]', await codeFromMail());
    await other.locator('form.ask button').click();
    assert.equal(new URL(other.url()).pathname, '/en/recover/wait');
    await assertLooksRight(other, 'recover-waits');
    await page.getByRole('button', { name: 'ログアウト', exact: true }).click();
    await page.goto(`${server.httpUrl}/ja/stop-change`);
    await assertLooksRight(page, 'stop-change');
    await page.getByRole('button', { name: /^止める:アカウントの再設定/ }).click();
    assert.match(await page.locator('[role=status]').innerText(), /止めました/);
    await other.reload();
    assert.match(await other.locator('.lead').innerText(), /was stopped/);
    await phone.close();
    await desk.close();
  });

  void test('is asked nothing by a form of somebody else', async () => {
    const told = await fetch(`${server.httpUrl}/ja/account/end-others`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'token=planted',
      redirect: 'manual',
    });
    assert.equal(told.headers.get('location'), '/ja/account?form=refused');
    const page = await fetch(`${server.httpUrl}/ja/sign-in?form=refused`);
    assert.equal(page.status, 403);
  });
});
