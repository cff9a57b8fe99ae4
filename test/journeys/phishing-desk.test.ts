/** Many people report a forged message that names one product; the fraud desk sees it and stops its sale. */
import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, before, test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { PROPOSAL_RULE } from '../../src/checks/index.ts';
import { readSandbox, startServer, temporaryFolder } from '../support/server-process.ts';
import { signIn, type ConsoleWorld } from './console-browser.ts';
import { openBrowser, type Look } from './web-browser.ts';

const PRODUCT = 'みほんギフトコード';
const PHONE: Look = { width: 390, colorScheme: 'light', locale: 'ja-JP' };
const DESK: Look = { width: 1280, colorScheme: 'dark', locale: 'en-GB' };

let browser: Browser;
let world: ConsoleWorld;
const endings: (() => unknown)[] = [];

before(async () => {
  browser = await openBrowser();
  const context = { after: (end: unknown) => void endings.push(end as () => unknown) };
  const folder = temporaryFolder(context);
  const server = await startServer(context, { folder });
  const { http, console: staff } = readSandbox(folder);
  const credentialsOf = (role: string) => staff.operators.find((each) => each.role === role)!;
  world = { server, address: `${server.httpUrl}/console`, apiKey: http.apiKey, credentialsOf };
});
after(async () => {
  await browser.close();
  for (const end of endings.toReversed()) await end();
});

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
  assert.match(answer, /いいえ。当方のものではありません/);
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
  await seen(page, 'proposed', PHONE);

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
  await seen(desk.page, 'all', DESK);
  await desk.context.close();
});

async function seen(page: Page, name: string, look: Look): Promise<void> {
  await page.locator('.loading').first().waitFor({ state: 'detached' });
  if (process.env['KINKEN_PICTURES'] !== undefined) {
    const file = `${process.env['KINKEN_PICTURES']}/phishing-${name}-${look.width}.png`;
    await page.screenshot({ path: file, fullPage: true });
  }
  const width = await page.evaluate<number>('document.documentElement.scrollWidth');
  assert.ok(width <= look.width, `${name} is wider than its window: ${width}`);
  const { violations } = await new AxeBuilder({ page }).analyze();
  assert.deepEqual(
    violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
    [],
  );
}
