/** Messages of ours from the side of a member: what is mine is told to me alone, and what comes back is said on the site. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { bounceMail } from '../../src/notices/testing/bounce-mail.ts';
import {
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
const EMAIL = 'Hana@example.jp';
const PASSWORD = 'blue dog on a long road';
const PHONE: Look = {
  width: 390,
  colorScheme: 'light',
  locale: 'ja-JP',
  javaScriptEnabled: false,
};
const DESK: Look = { width: 1280, colorScheme: 'dark', locale: 'en-GB' };

let server: ServerProcess;
let folder: string;
let browser: Browser;
let phone: BrowserContext;

before(async () => {
  folder = demoFolder(context);
  const environment = {
    KINKEN_MAIL_FROM: 'no-reply@shop.example',
    KINKEN_MAIL_BOUNCES: 'bounces@shop.example',
  };
  server = await startServer(context, { folder, environment });
  browser = await openBrowser();
  phone = await openContext(browser, PHONE);
  await signUp(await phone.newPage());
});
after(async () => {
  await browser?.close();
  if (server) await server.stop();
  for (const close of closers.toReversed()) await close();
});

const mails = (): { number: string; text: string }[] =>
  readdirSync(join(folder, 'outbox'))
    .filter((name) => name.endsWith('.eml'))
    .map((name) => ({
      number: name.slice(0, -'.eml'.length),
      text: readFileSync(join(folder, 'outbox', name), 'latin1'),
    }));

async function newest(): Promise<{ number: string; text: string }> {
  const list = await (await fetch(`${server.httpUrl}/en/demo/outbox`)).text();
  const number = /KN(-[2-9A-HJ-NP-Z]{4}){3}/.exec(list)?.[0] ?? '';
  const text = await (await fetch(`${server.httpUrl}/en/demo/outbox/${number}`)).text();
  return { number, text };
}

async function signUp(page: Page): Promise<void> {
  await page.goto(`${server.httpUrl}/ja/sign-up`);
  await page.fill('[name=email]', EMAIL);
  await page.locator('form.ask button').click();
  const { text } = await newest();
  await page.fill('[name=code]', /\b\d{8}\b/.exec(text)?.[0] ?? 'no code');
  await page.fill('[name=name]', 'はな');
  await page.fill('[name=password]', PASSWORD);
  await page.locator('form.ask button').click();
  assert.equal(new URL(page.url()).pathname, '/ja/account');
}

/** Somebody asks to become a member with an address that is one already: a notice to its owner. */
async function someNotice(): Promise<string> {
  const visit = await openContext(browser, DESK);
  const page = await visit.newPage();
  await page.goto(`${server.httpUrl}/en/sign-up`);
  await page.fill('[name=email]', EMAIL);
  await page.locator('form.ask button').click();
  await visit.close();
  return (await newest()).number;
}

async function check(page: Page, home: string, number: string): Promise<string> {
  await page.goto(`${server.httpUrl}${home}/check`);
  await page.fill('#number', number);
  await page.locator('form.ask button').click();
  return page.locator('h1').innerText();
}

void describe('a message of ours', () => {
  void test('is told to its owner with day and subject, and to nobody else, also at the same browser', async () => {
    const number = await someNotice();
    const page = await phone.newPage();
    assert.match(
      await check(page, '/ja', number),
      /^はい。20\d\d年.*に「This address is a member's already」をお送りしました$/,
    );
    await assertLooksRight(page, 'messages-mine');
    const answered = page.url();
    const stranger = await openContext(browser, DESK);
    const other = await stranger.newPage();
    assert.equal(await check(other, '/en', number), 'We cannot tell from this alone');
    assert.doesNotMatch(await other.content(), /already|hana/i);
    await assertLooksRight(other, 'messages-strangers');
    await stranger.close();

    const cookies = await phone.cookies();
    const [session, ...others] = [
      cookies.filter(({ name }) => /session/.test(name)),
      cookies.filter(({ name }) => !/session/.test(name)),
    ];
    assert.ok(session.length > 0);
    await phone.clearCookies();
    await phone.addCookies(others.flat());
    await page.goto(answered);
    assert.equal(new URL(page.url()).pathname, '/ja/check', 'signed out, it is not shown again');
    await phone.addCookies(session);
    await page.close();
  });

  void test('by SMS comes to a proved number, and strangers who type its number read the same as of any other', async () => {
    const page = await phone.newPage();
    const place = (of: string) => `${server.httpUrl}${of}`;
    const fill = async () => {
      await page.goto(place('/ja/account/security'));
      await page.fill('#account-phone-phone', '０９０－１２３４－５６７８');
      await page.getByRole('button', { name: '確認コードをSMSで送る' }).click();
    };
    await fill();
    if (new URL(page.url()).pathname === '/ja/step-up') {
      await page.locator('form[action="/ja/step-up/send"] button').click();
      await page.fill('[name=code]', /\b\d{8}\b/.exec((await newest()).text)?.[0] ?? 'no code');
      await page.locator('form[action="/ja/step-up/mail"] button').click();
      await fill();
    }
    assert.equal(new URL(page.url()).pathname, '/ja/account/phone/code');
    await assertLooksRight(page, 'messages-phone-code');
    const sent = await newest();
    await page.fill('[name=code]', /\b\d{8}\b/.exec(sent.text)?.[0] ?? 'no code');
    await page.getByRole('button', { name: 'この番号を登録する' }).click();
    assert.match(await page.locator('[role=status]').innerText(), /電話番号を登録しました/);
    assert.match(await page.locator('main').innerText(), /０９０－１２３４－５６７８/);
    await assertLooksRight(page, 'messages-phone');

    // It stands in the owner's inbox; to a stranger each number is as good as another.
    await page.goto(place('/ja/inbox'));
    const told = /SMS, ?お知らせ番号 (KN(?:-[2-9A-HJ-NP-Z]{4}){3})/.exec(
      await page.locator('main').innerText(),
    )?.[1];
    assert.ok(told);
    assert.match(await check(page, '/ja', told), /^はい。20\d\d年/);
    const stranger = await openContext(browser, DESK);
    const other = await stranger.newPage();
    const stopped = async (number: string) => {
      await other.goto(place('/en/stop-change'));
      await other.locator('form.ask input[type=text]').fill(number);
      await other.locator('form.ask button').click();
      return (await other.locator('main').innerText()).replaceAll(number, '');
    };
    assert.equal(await stopped(told), await stopped('KN-2222-3333-4444'));
    assert.equal(await check(other, '/en', told), 'We cannot tell from this alone');
    assert.doesNotMatch(await other.content(), /090|１２３４|hana|SMS|telephone/i);
    await stranger.close();
    await page.close();
  });

  void test('that came back three times stops the mail, says so on the site, and goes on when its owner says so', async () => {
    while (mails().length < 3) await someNotice();
    for (const { text } of mails()) {
      const back = /^Return-Path: <(bounces\+.*)>\r$/m.exec(text)?.[1] ?? '';
      const piped = await runProgram(['bounce'], { KINKEN_DATA: folder }, bounceMail(back));
      assert.equal(piped.code, 0, piped.text);
    }
    const page = await phone.newPage();
    for (let tries = 0; tries < 60; tries += 1) {
      await page.goto(`${server.httpUrl}/ja/inbox`);
      if ((await page.locator('#mail-stopped').count()) > 0) break;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    await assertLooksRight(page, 'messages-stopped');
    assert.match(
      await page.locator('main').innerText(),
      /Hana@example\.jp 宛てのメールが何度も戻ってきたため/,
    );
    const before = mails().length;
    const number = await someNotice();
    await page.goto(`${server.httpUrl}/ja/inbox`);
    assert.match(
      await page.locator('main').innerText(),
      new RegExp(number),
      'it stands in the inbox',
    );
    assert.equal(mails().length, before, 'and is not sent');
    await page.getByRole('button', { name: 'このアドレスで合っています' }).click();
    assert.equal(new URL(page.url()).pathname, '/ja/inbox');
    assert.equal(await page.locator('#mail-stopped').count(), 0);
    await page.close();

    const desk = await openContext(browser, DESK);
    await desk.addCookies(await phone.cookies());
    const other = await desk.newPage();
    await other.goto(`${server.httpUrl}/en/inbox`);
    await assertLooksRight(other, 'messages-inbox');
    await desk.close();
  });
});
