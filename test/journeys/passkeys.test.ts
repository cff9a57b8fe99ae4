/** Passkeys in a real browser with a virtual authenticator: made at sign-up, shown at sign-in and for a change, removed. */
import assert from 'node:assert/strict';
import { after, before, describe, test, type TestContext } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startServer, demoFolder, type ServerProcess } from '../support/server-process.ts';
import { assertLooksRight } from './looks-right.ts';
import { openBrowser, openContext } from './web-browser.ts';

const closers: (() => unknown)[] = [];
const context: Pick<TestContext, 'after'> = {
  after: (close) => void closers.push(close as () => unknown),
};
const EMAIL = 'Aoi@example.jp';
const PHONE = { width: 390, colorScheme: 'light', locale: 'ja-JP' } as const;
const DESK = { width: 1280, colorScheme: 'dark', locale: 'en-GB' } as const;

let server: ServerProcess;
let origin: string;
let browser: Browser;

before(async () => {
  server = await startServer(context, { folder: demoFolder(context) });
  origin = server.httpUrl.replace('127.0.0.1', 'localhost');
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  if (server) await server.stop();
  for (const close of closers.toReversed()) await close();
});

interface Authenticator {
  credentials(): Promise<readonly { readonly signCount: number; readonly credentialId: string }[]>;
  /** Somebody is there and shows a finger, or not. */
  verified(isVerified: boolean): Promise<void>;
}

async function withAuthenticator(page: Page): Promise<Authenticator> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    async credentials() {
      const found = await session.send('WebAuthn.getCredentials', { authenticatorId });
      return found.credentials.map(({ signCount, credentialId }) => ({ signCount, credentialId }));
    },
    async verified(isUserVerified) {
      await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
    },
  };
}

async function codeFromMail(): Promise<string> {
  const list = await (await fetch(`${server.httpUrl}/en/demo/outbox`)).text();
  const number = /KN(-[2-9A-HJ-NP-Z]{4}){3}/.exec(list)?.[0] ?? '';
  const mail = await (await fetch(`${server.httpUrl}/en/demo/outbox/${number}`)).text();
  return /\b\d{8}\b/.exec(mail)?.[0] ?? 'no code';
}

const passkeyButton = (page: Page) => page.locator('form[data-passkey] button');
const placeOf = (page: Page) => new URL(page.url()).pathname;

void describe('a passkey', () => {
  let phone: BrowserContext;
  let page: Page;
  let authenticator: Authenticator;

  void test('is offered first at sign-up, and makes a member without a password', async () => {
    phone = await openContext(browser, PHONE);
    page = await phone.newPage();
    authenticator = await withAuthenticator(page);
    const broken: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') broken.push(message.text());
    });
    // By the number of the machine there are none: the page says where they are.
    await page.goto(`${server.httpUrl}/ja/sign-up`);
    await page.getByRole('link', { name: `${origin}/ja/sign-up` }).click();
    await page.waitForURL(`${origin}/ja/sign-up`);
    assert.equal(await page.getByRole('link', { name: origin }).count(), 0, 'and here they are');
    await page.fill('[name=email]', EMAIL);
    await page.locator('form.ask button').click();
    const outbox = page.locator('form[data-passkey] .hint a');
    assert.equal(await outbox.getAttribute('href'), '/ja/demo/outbox', 'the mail is in the demo');
    // The password is folded, by the script of the page, which may come behind the page.
    await page.locator('main details:not([open])').waitFor({ state: 'attached' });
    await assertLooksRight(page, 'sign-up');
    const form = page.locator('form[data-passkey]');
    await form.locator('[name=code]').fill(await codeFromMail());
    await form.locator('[name=name]').fill('あおい');
    await passkeyButton(page).click();
    await page.waitForURL('**/ja/account');
    assert.equal((await authenticator.credentials()).length, 1);
    assert.deepEqual(broken, [], 'the policy of the page refuses nothing of ours');
  });

  void test('opens the account without an address being typed, and counts', async () => {
    await page.goto(`${origin}/ja/account`);
    await page.getByRole('button', { name: 'ログアウト', exact: true }).click();
    await page.waitForURL('**/ja/sign-in');
    await assertLooksRight(page, 'sign-in-passkey');
    const before = (await authenticator.credentials())[0]?.signCount ?? 0;
    await passkeyButton(page).click();
    await page.waitForURL('**/ja/account');
    assert.ok(((await authenticator.credentials())[0]?.signCount ?? 0) > before);
    await page.goto(`${origin}/ja/account/history`);
    assert.doesNotMatch(await page.locator('tbody tr').first().innerText(), /新しい端末/);
  });

  void test('is worth nothing without its owner, and an answer is good once', async () => {
    await page.goto(`${origin}/ja/account`);
    await page.getByRole('button', { name: 'ログアウト', exact: true }).click();
    await page.waitForURL('**/ja/sign-in');
    await authenticator.verified(false);
    await passkeyButton(page).click();
    await page.locator('[data-problem]:not([hidden])').waitFor();
    assert.equal(placeOf(page), '/ja/sign-in');
    await authenticator.verified(true);
    const sent = page.waitForRequest((request) => request.url().endsWith('/ja/sign-in/passkey'));
    await passkeyButton(page).click();
    const body = (await sent).postData() ?? '';
    await page.waitForURL('**/ja/account');
    await page.getByRole('button', { name: 'ログアウト', exact: true }).click();
    await page.waitForURL('**/ja/sign-in');
    const again = await phone.request.post(`${origin}/ja/sign-in/passkey`, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      data: body,
      maxRedirects: 0,
    });
    assert.equal(again.status(), 422);
    await passkeyButton(page).click();
    await page.waitForURL('**/ja/account');
  });

  void test('is made once at an authenticator, the last way in stays, and another authenticator opens nothing', async () => {
    await page.goto(`${origin}/ja/account/security`);
    await page.getByLabel('パスキーの名前').fill('予備の鍵');
    await assertLooksRight(page, 'security');
    await passkeyButton(page).click();
    // The same authenticator holds one already: the browser refuses a second.
    await page.locator('[data-problem]:not([hidden])').waitFor();
    const only = page.getByRole('button', { name: /を削除する$/ });
    await only.click();
    assert.match(await page.locator('[role=alert]').first().innerText(), /最後のパスキー/);
    const desk = await openContext(browser, DESK);
    const other = await desk.newPage();
    await withAuthenticator(other);
    await other.goto(`${origin}/en/sign-in`);
    await passkeyButton(other).click();
    await other.locator('[data-problem]:not([hidden])').waitFor();
    assert.equal(placeOf(other), '/en/sign-in', 'another authenticator knows nobody here');
    await desk.close();
  });

  void test('is not offered where browsers have none, and pages without one run no script', async () => {
    const plain = await fetch(`${server.httpUrl}/ja/sign-in`);
    assert.doesNotMatch(plain.headers.get('content-security-policy') ?? '', /script-src/);
    assert.doesNotMatch(await plain.text(), /data-passkey|<script/);
    const here = await fetch(`${origin}/ja/sign-in`);
    assert.match(here.headers.get('content-security-policy') ?? '', /script-src 'self'$/);
    assert.doesNotMatch(await here.text(), /<script>|onclick|javascript:/);
    await phone.close();
  });
});
