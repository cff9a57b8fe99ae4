/** The console as its people use it: one stops, another one resumes, everybody can read every page. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { wallClock } from '../../src/kernel/clock.ts';
import { openConsoleWorld, sell, signIn, tabTo, type ConsoleWorld } from './console-browser.ts';
import { assertLooksRight } from './looks-right.ts';
import { openBrowser, type Look } from './web-browser.ts';

let browser: Browser;
let world: ConsoleWorld;
const endings: (() => unknown)[] = [];

before(async () => {
  browser = await openBrowser();
  world = await openConsoleWorld({ after: (end) => void endings.push(end as () => unknown) });
});
after(async () => {
  await browser.close();
  for (const end of endings.toReversed()) await end();
});

test('a stop is thrown by keyboard alone, and a second operator approves the resumption', async () => {
  const sold = await sell(world, 'before the stop');
  assert.equal(sold.status, 200, await sold.clone().text());
  const manager = await signIn(browser, world, { role: 'channel_manager' });
  const { page } = manager;

  await tabTo(page, '停止と再開');
  await page.keyboard.press('Enter');
  await tabTo(page, '販売・利用を止める');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: '販売・利用を止める' }).waitFor();
  await tabTo(page, '商品');
  await chooseByKeyboard(page, 'みほんギフトコード');
  await page.locator('.preview').getByText('みほんギフトコード', { exact: true }).first().waitFor();
  await page.locator('.preview .big-figure').first().waitFor();
  await tabTo(page, '社内向けの理由');
  await page.keyboard.type('不正購入の報告が続いている');
  await tabTo(page, '内容を確認して止める');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await tabTo(page, '今すぐ止める');
  await page.keyboard.press('Enter');

  await page.locator('.state.large').getByText('停止中').waitFor();
  assert.match(await page.locator('.instant strong').innerText(), /^\d\d:\d\d:\d\d$/);
  const refused = await sell(world, 'after the stop');
  const problem = (await refused.json()) as { code: string; detail: string };
  assert.equal(problem.code, 'suspended', JSON.stringify(problem));

  await page.getByRole('link', { name: '再開・終了を申請する' }).click();
  await page.getByLabel('申請の理由').fill('対策を確認した');
  await page.getByRole('button', { name: '承認を求める' }).click();
  await page.getByText('ご自身の申請は承認できません').waitFor();
  assert.equal(await page.getByRole('button', { name: 'この内容を承認する' }).count(), 0);
  const approvalAddress = page.url();
  assert.equal((await sell(world, 'while it waits')).status, refused.status);

  const second = await signIn(browser, world, { role: 'administrator' });
  await second.page.goto(approvalAddress);
  await second.page.getByText('対策を確認した').first().waitFor();
  await second.page.getByRole('button', { name: 'この内容を承認する' }).click();
  await second.page.locator('.state.large').getByText('承認済み').waitFor();
  await untilSold('after the resumption');

  await page.goto(`${world.address}/switch?which=past`);
  await page.locator('.state').getByText('再開済み').first().waitFor();
  assert.deepEqual([...manager.complaints, ...second.complaints], []);
  await manager.context.close();
  await second.context.close();
});

test('a tender is made and changed on a telephone; what is wrong stands beside its field', async () => {
  const { context, page, complaints } = await signIn(browser, world, {
    role: 'channel_manager',
    look: { width: 390, colorScheme: 'light', locale: 'en-GB' },
  });
  await page.goto(`${world.address}/offers/parts/tenders/new`);
  await page.getByLabel('Name in Japanese').fill('おさいふ払い');
  await page.getByRole('button', { name: 'Add a limit' }).click();
  await page.getByLabel('Limit a month').fill('3万');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  const key = page.getByLabel('Key', { exact: true });
  await page.locator('input.mono:focus').waitFor(); // the first of them
  assert.equal(await key.getAttribute('aria-invalid'), 'true');
  assert.equal(await page.locator('.field-error').count(), 3);
  await key.fill('cash'); // is there already
  await page.getByLabel('Name in English').fill('Purse');
  await page.getByLabel('Limit a month').fill('30,000');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.locator('.field-error').getByText('This key is taken').waitFor();
  await key.fill('purse');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Purse' }).waitFor();
  await page.getByRole('link', { name: 'Change', exact: true }).click();
  await page.getByLabel('Day of reset').fill('16');
  await page.getByLabel('At a time').check();
  await page.getByLabel('Starts at').fill('2031-04-01T00:00');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Day of reset: day 1 of the month → day 16 of the month').waitFor();
  assert.match(
    await page.locator('.story li').first().innerText(),
    /^since 01\/04\/2031 00:00:00/i,
  );
  complaints.splice(0, complaints.filter((each) => each.includes('409')).length);
  assert.deepEqual(complaints, []);
  await context.close();
});

const LOOKS: readonly Look[] = [
  { width: 390, colorScheme: 'light', locale: 'ja-JP' },
  { width: 1280, colorScheme: 'dark', locale: 'en-GB' },
];

const PAGES = [
  '',
  '/switch',
  '/switch?which=past',
  '/switch/new',
  '/switch/1',
  '/switch/1/change',
  '/switch/1/wording',
  '/incidents',
  '/incidents/new',
  '/incidents/maintenance',
  '/incidents/systems',
  '/incidents/systems/new',
  '/cards',
  '/offers',
  '/offers/1',
  '/offers/1/change',
  '/offers/new',
  '/offers/import',
  '/offers/parts/tenders',
  '/offers/parts/tenders/1/change',
  '/offers/parts/sellers/1',
  '/approvals',
  '/approvals?which=all',
  '/audit',
  '/operators',
  '/operators/new',
  '/account',
  '/nowhere',
];

for (const look of LOOKS) {
  const name = `${look.locale}, ${look.width} wide, ${look.colorScheme}`;
  test(`every page is without a violation of accessibility: ${name}`, async () => {
    const { context, page, complaints } = await signIn(browser, world, {
      role: 'administrator',
      look,
    });
    for (const path of PAGES) {
      await page.goto(world.address + path);
      await page.locator('h1').waitFor();
      await page.locator('.loading').first().waitFor({ state: 'detached' });
      assert.equal(await page.locator('html').getAttribute('lang'), look.locale.slice(0, 2));
      await assertLooksRight(page, `${path} ${name}`);
    }
    assert.deepEqual(complaints, [], 'no script, style or request was refused');
    await context.close();
  });
}

test('the sign-in can be used by everybody, and says what is wrong without saying which', async () => {
  const context = await browser.newContext({
    locale: 'ja-JP',
    viewport: { width: 390, height: 844 },
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(`${world.address}/switch`);
  await page.getByRole('heading', { level: 1, name: 'サインイン' }).waitFor();
  await assertLooksRight(page, 'sign-in');
  for (const email of [world.credentialsOf('auditor').email, 'nobody@console.example']) {
    await page.getByLabel('メールアドレス').fill(email);
    await page.getByLabel('パスワード').fill('certainly not the password');
    await page.getByRole('button', { name: 'サインイン' }).click();
    await page.getByRole('alert').waitFor();
    assert.match(
      await page.getByRole('alert').innerText(),
      /メールアドレスまたはパスワードが違います/,
    );
  }
  await context.close();
});

test('a second factor is set up, asked for at the next sign-in, and works', async () => {
  const first = await signIn(browser, world, { role: 'auditor' });
  const { password } = world.credentialsOf('auditor');
  await first.page.goto(`${world.address}/account`);
  await first.page.getByLabel('パスワード', { exact: true }).fill(password);
  await first.page.getByRole('button', { name: '設定を始める' }).click();
  const secret = (await first.page.locator('.secret').innerText()).replaceAll(' ', '');
  assert.match(secret, /^[A-Z2-7]{16,}$/);
  await assertLooksRight(first.page, 'setting up a second factor');
  await first.page.getByLabel('確認コード').fill(codeOf(secret));
  await first.page.getByRole('button', { name: '確認して設定を終える' }).click();
  await first.page.locator('.state').getByText('設定済み').waitFor();
  await first.page.getByRole('button', { name: 'サインアウト' }).click();
  await first.page.getByRole('heading', { level: 1, name: 'サインイン' }).waitFor();

  const { email } = world.credentialsOf('auditor');
  await first.page.getByLabel('メールアドレス').fill(email);
  await first.page.getByLabel('パスワード').fill(password);
  await first.page.getByRole('button', { name: 'サインイン' }).click();
  await first.page.getByLabel('確認コード').fill(codeOf(secret));
  await first.page.getByRole('button', { name: 'サインイン' }).click();
  await first.page.locator('#side').waitFor({ state: 'attached' });
  await first.context.close();
});

/** The six digits of an authenticator (RFC 6238), as it shows them now. */
function codeOf(secret: string): string {
  const bits = secret
    .split('')
    .map((letter) =>
      'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
    )
    .join('');
  const key = Buffer.from(bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(wallClock.now() / 30_000)));
  const hash = createHmac('sha1', key).update(step).digest();
  const number = hash.readUInt32BE(hash[19]! & 0x0f) & 0x7fff_ffff;
  return String(number % 1_000_000).padStart(6, '0');
}

test('a role sees the pages that it may see, and no others', async () => {
  const { context, page } = await signIn(browser, world, { role: 'support' });
  const links = await page.locator('#side ul a').allInnerTexts();
  assert.deepEqual(
    links.map((text) => text.trim()),
    [
      '概況',
      '停止と再開',
      '障害情報',
      'カードを調べる',
      '覚えのない利用',
      'にせのメッセージ',
      '会員',
      '会員の事案',
      '販売条件',
    ],
  );
  await page.goto(`${world.address}/switch`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  assert.equal(await page.getByRole('link', { name: '販売・利用を止める' }).count(), 0);
  await page.goto(`${world.address}/audit`);
  await page.getByText('この操作の権限がありません').waitFor();
  await context.close();
});

/** In a list that has the focus: down until it says what is wanted. */
async function chooseByKeyboard(page: Page, wanted: string): Promise<void> {
  for (let steps = 0; steps < 50; steps += 1) {
    const chosen = await page.evaluate<string>(
      'document.activeElement.selectedOptions[0].textContent',
    );
    if (chosen === wanted) return;
    await page.keyboard.press('ArrowDown');
  }
  throw new Error(`${wanted} is not in the list`);
}

/** A resumption holds from a second after its commit. */
async function untilSold(name: string): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    if ((await sell(world, `${name} ${attempt}`)).ok) return;
    await setTimeout(200);
  }
  throw new Error(`nothing was sold again: ${name}`);
}
