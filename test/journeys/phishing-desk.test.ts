/** The desks: forged messages that many report, lists of forged sites, and members who call or have died. */
import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, before, test } from 'node:test';
import jpeg from 'jpeg-js';
import type { Browser, Page } from 'playwright-core';
import { PROPOSAL_RULE } from '../../src/checks/index.ts';
import { httpCaller } from '../support/door-callers.ts';
import { readSandbox, startServer, demoFolder } from '../support/server-process.ts';
import { signIn, tabTo, type ConsoleWorld } from './console-browser.ts';
import { assertLooksRight } from './looks-right.ts';
import { openBrowser, openContext, type Look } from './web-browser.ts';

const PRODUCT = 'みほんギフトコード';
const PHONE: Look = { width: 390, colorScheme: 'light', locale: 'ja-JP' };
const DESK: Look = { width: 1280, colorScheme: 'dark', locale: 'en-GB' };

let browser: Browser;
let world: ConsoleWorld;
let code: string; // bought before anything is stopped
const memberEmail = 'sora@example.jp';
const endings: (() => unknown)[] = [];

before(async () => {
  browser = await openBrowser();
  const context = { after: (end: unknown) => void endings.push(end as () => unknown) };
  const folder = demoFolder(context);
  const server = await startServer(context, { folder });
  const { http, console: staff } = readSandbox(folder);
  const credentialsOf = (role: string) => staff.operators.find((each) => each.role === role)!;
  world = { server, address: `${server.httpUrl}/console`, apiKey: http.apiKey, credentialsOf };
  const body = { productId: 'gift-code', amountMinor: 3_000, unit: 'JPY' };
  const call = httpCaller(server.httpUrl, http.apiKey);
  const issued = await call('/v1/instruments', { body, requestId: 'one' });
  assert.equal(issued.status, 200, issued.text);
  code = issued.body.code;
});
after(async () => {
  await browser.close();
  for (const end of endings.toReversed()) await end();
});

/** Somebody with value of this issuer: a desk that has nothing to do with a member records no death. */
async function signUpWithCode(): Promise<void> {
  const url = world.server.httpUrl;
  const context = await openContext(browser, { ...PHONE, javaScriptEnabled: false });
  const page = await context.newPage();
  const send = () => page.locator('form.ask button').first().click();
  await page.goto(`${url}/ja/sign-up`);
  await page.fill('[name=email]', memberEmail);
  await send();
  const list = await (await fetch(`${url}/en/demo/outbox`)).text();
  const row = list.split('<li>').find((each) => each.includes(memberEmail)) ?? '';
  const number = /KN(-[2-9A-HJ-NP-Z]{4}){3}/.exec(row)?.[0] ?? '';
  const mail = await (await fetch(`${url}/en/demo/outbox/${number}`)).text();
  await page.fill('[name=code]', /\b\d{8}\b/.exec(mail)?.[0] ?? 'no code');
  await page.fill('[name=name]', 'そら');
  await page.fill('[name=password]', 'blue dog on a long road');
  await send();
  await page.goto(`${url}/ja/wallet/add`);
  await page.fill('[name=code]', code);
  await send();
  await page.getByText('3,000').first().waitFor();
  await context.close();
}

/** As somebody at another network does it, without scripts: the machine has every address of 127/8. */
async function report(network: number): Promise<void> {
  const cookies = new Map<string, string>();
  const ask = (method: 'GET' | 'POST', path: string, form?: Record<string, string>) =>
    askFrom(`127.0.${network}.1`, { method, path, cookies, form });
  const fill = async (page: string, to: string, form: Record<string, string>) => {
    const token = /name="token" value="([^"]+)"/.exec(await ask('GET', page))?.[1] ?? '';
    await ask('POST', to, { token, ...form });
  };
  const text = `${PRODUCT} の残高が失効します。 https://kinken-gift.evil.test/login KN-2222-3333-4444`;
  await fill('/ja/check', '/ja/check', { text });
  const answer = await ask('GET', '/ja/check/answer');
  assert.match(answer, /いいえ。当社のものではありません/);
  const product = /<option value="(\d+)" selected/.exec(answer)?.[1] ?? '';
  const contact = `someone${network}@example.jp`;
  await fill('/ja/check/answer', '/ja/check/report', { product, contact });
  assert.match(await ask('GET', '/ja/check/reported'), /PH-/);
}

interface Asked {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly cookies: Map<string, string>;
  readonly form: Record<string, string> | undefined;
}

function askFrom(localAddress: string, { method, path, cookies, form }: Asked): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const headers = {
    ...(cookie !== '' && { cookie }),
    ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
  };
  const request = httpRequest(`${world.server.httpUrl}${path}`, { method, localAddress, headers });
  request.on('error', reject).on('response', (response) => {
    for (const set of response.headers['set-cookie'] ?? []) {
      const [name = '', ...value] = (set.split(';')[0] ?? '').split('=');
      cookies.set(name, value.join('='));
    }
    let text = '';
    response.setEncoding('utf8').on('data', (part: string) => (text += part));
    response.on('end', () => resolve(text));
  });
  request.end(form && String(new URLSearchParams(form)));
  return promise;
}

test('five networks report the same product, and the fraud desk is led to the switch', async () => {
  for (let network = 1; network < PROPOSAL_RULE.reporters; network += 1) await report(network);
  const fraud = await signIn(browser, world, { role: 'fraud', look: PHONE });
  const { page } = fraud;
  await page.goto(`${world.address}/phishing`);
  await page.getByText('いま提案はありません').waitFor();
  await page.getByText('kinken-gift.evil.test/login').first().waitFor();
  assert.equal(
    await page.locator('a[href*="evil.test"]').count(),
    0,
    'a link of a forgery is words',
  );
  await report(PROPOSAL_RULE.reporters);
  await page.reload();
  await page.getByText('5か所から届け出がありました').waitFor();
  await seen(page, 'proposed');

  await page.getByRole('link', { name: '停止の画面へ進む' }).click();
  await page.getByRole('heading', { level: 1, name: '販売・利用を止める' }).waitFor();
  assert.match(page.url(), /productId=\d+/);
  await page.getByLabel('社内向けの理由').fill('にせのメールの届け出が続いている');
  await page.getByRole('button', { name: '内容を確認して止める' }).click();
  await page.getByRole('button', { name: '今すぐ止める' }).click();
  await page.locator('.state.large').getByText('停止中').waitFor();

  await page.goto(`${world.address}/phishing`);
  const choice = page.getByLabel('判断の結果');
  await choice.waitFor();
  await page.locator('option', { hasText: PRODUCT }).first().waitFor({ state: 'attached' });
  const stop = await page.locator('option', { hasText: PRODUCT }).first().getAttribute('value');
  await choice.selectOption(stop ?? '');
  await page.getByLabel('調べたことと対応').first().fill('停止した');
  await page.getByRole('button', { name: '判断を記録する' }).click();
  await page.getByText('停止した', { exact: true }).first().waitFor();
  await page.getByRole('link', { name: '停止を見る' }).waitFor();

  const newest = await page.locator('article h2').first().innerText();
  const closing = page.locator('article', { hasText: newest });
  await closing.getByLabel('調べたことと対応').fill('同じ文面');
  await closing.getByRole('button', { name: '対応済みにする' }).click();
  await page.getByText(newest).waitFor({ state: 'detached' });
  await page.goto(`${world.address}/phishing?which=all`);
  await page.getByText('同じ文面').first().waitFor();
  assert.deepEqual(fraud.complaints, []);
  await fraud.context.close();

  const desk = await signIn(browser, world, { role: 'fraud', look: DESK });
  await desk.page.goto(`${world.address}/phishing?which=all`);
  await desk.page.getByText('Reports of forged messages').first().waitFor();
  await desk.page.getByText('PH-').first().waitFor();
  await seen(desk.page, 'all');
  await desk.context.close();
});

test('a screenshot is drawn anew, and shown to the desk alone', async () => {
  const context = await openContext(browser, { ...PHONE, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${world.server.httpUrl}/ja/check`);
  await page.fill('[name=text]', '口座を止めました。 https://kinken-gift.evil.test/');
  await page.getByRole('button', { name: '確認する' }).click();
  const file = (name: string, buffer: Buffer) => ({ name, mimeType: 'image/jpeg', buffer });
  await page.setInputFiles('[name=picture]', file('large.jpg', Buffer.alloc(7_000_000, 1)));
  await page.getByRole('button', { name: '届け出る' }).click();
  assert.match(await page.locator('[role=alert]').innerText(), /画像が大きすぎます/);
  const dots = { width: 300, height: 500, data: Buffer.alloc(300 * 500 * 4, 120) };
  await page.setInputFiles('[name=picture]', file('screen.jpg', jpeg.encode(dots, 80).data));
  await page.getByRole('button', { name: '届け出る' }).click();
  const number = /PH-[\w-]+/.exec(await page.locator('main').innerText())?.[0] ?? 'none';
  await page.goto(`${world.server.httpUrl}/ja/check/answer`);
  await page.setInputFiles('[name=picture]', file('no-picture.jpg', Buffer.from('<svg/>')));
  await page.getByRole('button', { name: '届け出る' }).click();
  assert.match(await page.locator('main').innerText(), /画像は読み取れなかった/);
  await context.close();

  const fraud = await signIn(browser, world, { role: 'fraud', look: DESK });
  await fraud.page.goto(`${world.address}/phishing`);
  const card = fraud.page.locator('article', { hasText: number });
  await card.getByRole('button', { name: 'Show the picture' }).click();
  const picture = card.getByRole('img', { name: /picture of a screen/ });
  await picture.waitFor();
  const width = "document.querySelector('.seen-picture').naturalWidth";
  assert.equal(await fraud.page.evaluate(width), 300);
  await seen(fraud.page, 'picture');
  assert.deepEqual(fraud.complaints, []);
  await fraud.context.close();
});

test('a list of forged sites is looked at, brought in, and stands there with its name and day', async () => {
  const fraud = await signIn(browser, world, { role: 'fraud', look: PHONE });
  const { page } = fraud;
  await page.goto(`${world.address}/phishing`);
  await page.getByRole('link', { name: 'にせのサイトの一覧を取り込む' }).click();
  await page.getByText('まだ取り込んでいません').waitFor();
  const csv =
    'date,URL,description\n2026-04-01,https://a.evil.test/x,Kinken\nnever,https://b.test/,K\n';
  const buffer = Buffer.from(csv);
  await page.setInputFiles('#host-list', { name: 'april.csv', mimeType: 'text/csv', buffer });
  await tabTo(page, '取り込む内容を見る');
  await page.keyboard.press('Enter');
  await page.getByText('1 件のホスト(1 行)を取り込めます').waitFor();
  await page.getByText('3 行目: 日付が読み取れません').waitFor();
  await seen(page, 'list');
  await page.getByRole('button', { name: '取り込む', exact: true }).click();
  await page.getByText('1 件のホスト(1 行)を取り込みました').waitFor();
  await page.getByRole('cell', { name: 'april.csv' }).waitFor();
  assert.deepEqual(fraud.complaints, []);
  await fraud.context.close();
});

test('somebody calls: the member is found, all is stopped, and a death is recorded by two', async () => {
  await signUpWithCode();
  const support = await signIn(browser, world, { role: 'support', look: PHONE });
  const { page } = support;
  const find = async (who: Page, reason: string): Promise<void> => {
    await who.goto(`${world.address}/members`);
    await who.locator('form input').nth(0).fill(memberEmail);
    await who.locator('form input').nth(1).fill(reason);
    await who.keyboard.press('Enter');
    await who.getByText(memberEmail).waitFor();
  };
  await find(page, '本人から電話');
  await page.getByRole('heading', { name: '会員が亡くなったとき' }).waitFor();
  await seen(page, 'member');
  await tabTo(page, 'すべて止める');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: /事案 KC-/ }).waitFor();
  await page.locator('.state').getByText('停止中').first().waitFor();
  await seen(page, 'case');
  await page.getByLabel('調べたこと').fill('折り返し電話した');
  await tabTo(page, '記録する');
  await page.keyboard.press('Enter');
  await page.getByText('折り返し電話した').first().waitFor();
  await page.goto(`${world.address}/cases`);
  await page.getByRole('link', { name: /^KC-/ }).waitFor();
  await seen(page, 'cases');

  await find(page, 'ご家族から書面');
  await page.getByLabel('届け出の書類の番号').fill('D-2026-17');
  await page.getByLabel('確認したこと').fill('死亡診断書の写しを確認');
  await page.getByRole('button', { name: '承認を申し込む' }).click();
  await page.getByText('まだ何も止まっていません').waitFor();
  await page.getByText('不正対策かコンプライアンスの担当者が承認します').waitFor(); // and no page that is shut to support
  assert.deepEqual(support.complaints, []);
  await support.context.close();

  const second = await signIn(browser, world, { role: 'fraud', look: DESK });
  await second.page.goto(`${world.address}/approvals`);
  await second.page.getByRole('link', { name: /D-2026-17/ }).click();
  await second.page.getByText(memberEmail).waitFor(); // of whom it is decided
  await seen(second.page, 'to-decide');
  await second.page.getByRole('button', { name: /^Approve/ }).click();
  await second.page.getByText('Approved').first().waitFor();
  await find(second.page, 'to see that it is done');
  await second.page.getByText('recorded as having died').waitFor();
  await second.page.getByText('D-2026-17').waitFor();
  await second.page.getByRole('heading', { name: 'The member lives' }).waitFor();
  assert.equal(await second.page.getByRole('button', { name: 'Stop everything' }).count(), 0);
  await seen(second.page, 'died');
  await second.page.goto(`${world.address}/cases`);
  await second.page.getByRole('link', { name: /^KC-/ }).click();
  await second.page.getByRole('heading', { level: 1, name: /KC-/ }).waitFor();
  await seen(second.page, 'case');
  assert.deepEqual(second.complaints, []);
  await second.context.close();
});

async function seen(page: Page, name: string): Promise<void> {
  await page.locator('.loading').first().waitFor({ state: 'detached' });
  await assertLooksRight(page, `phishing-${name}`);
}
