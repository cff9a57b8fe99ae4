import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { assertLooksRight } from './looks-right.ts';
import {
  openBrowser,
  openContext,
  openWebWorld,
  RIGHT_CODE,
  type Look,
  type WebWorld,
} from './web-browser.ts';

let browser: Browser;
before(async () => {
  browser = await openBrowser();
});
after(() => browser.close());

const LOOKS: readonly Look[] = [
  { width: 390, colorScheme: 'light', locale: 'ja-JP' },
  { width: 390, colorScheme: 'dark', locale: 'ja-JP' },
  { width: 1280, colorScheme: 'light', locale: 'en-GB' },
  { width: 1280, colorScheme: 'dark', locale: 'en-GB' },
];

test('a holder looks up a balance without JavaScript; Back and reload are harmless', async () => {
  await using web = await openWebWorld();
  const context = await openContext(browser, { ...LOOKS[0], javaScriptEnabled: false } as Look);
  const page = await context.newPage();
  await page.goto(web.address);
  assert.equal(await page.locator('html').getAttribute('lang'), 'ja');
  await ask(page, 'ａｂｃｄ-efgh-jklm-2345');
  assert.equal(await page.locator('.amount').innerText(), '12,500円');
  assert.equal(await page.locator('.state').innerText(), '使えます');
  assert.match(await page.locator('main').innerText(), /2027年3月31日 まで/);
  assert.match(await page.locator('main').innerText(), /末尾 2345/);
  assert.equal(new URL(page.url()).pathname, '/ja/balance');
  assert.doesNotMatch(page.url(), /ABCD|2345/i);
  assert.doesNotMatch(await page.content(), /ABCDEFGH|abcdefgh|ａｂｃｄ/i);

  await page.reload();
  assert.equal(await page.locator('.amount').innerText(), '12,500円');
  await page.getByRole('link', { name: 'Read this page in English' }).click();
  assert.equal(await page.locator('.amount').innerText(), '¥12,500');
  await page.goBack();
  await page.goBack();
  assert.equal(await page.locator('#code').inputValue(), '', 'the code does not come back');

  for (const cookie of await context.cookies()) {
    assert.deepEqual([cookie.httpOnly, cookie.sameSite], [true, 'Lax']);
  }
  web.world.clock.advance(301_000);
  await page.goto(`${web.address}/ja/balance`);
  assert.equal(new URL(page.url()).pathname, '/ja', 'after five minutes it is asked again');
  await context.close();
});

test('a code that is not there is told in the same way, whatever is wrong with it', async () => {
  await using web = await openWebWorld();
  web.world.engine.addCard({ code: 'OTHERISSUER12345', issuerId: 99, balanceMinor: 5n });
  const seen = new Set<string>();
  for (const code of [
    'NONSENSE',
    'ABCDEFGHJKLM2346',
    'OTHERISSUER12345',
    '<script>alert(1)</script>',
  ]) {
    const context = await openContext(browser, LOOKS[2] as Look);
    const page = await context.newPage();
    await page.goto(web.address);
    await ask(page, code);
    assert.equal(await page.locator('h1').innerText(), 'No gift code like this was found');
    seen.add((await page.locator('main').innerHTML()).replace(/value="[^"]{43}"/, ''));
    await context.close();
  }
  assert.equal(seen.size, 1);
});

test('somebody who guesses on the page has to wait, and is told in clear words', async () => {
  await using web = await openWebWorld();
  const context = await openContext(browser, LOOKS[0] as Look);
  const page = await context.newPage();
  for (let time = 0; time < 7; time += 1) {
    await page.goto(web.address);
    await ask(page, `WRONG${time}`);
  }
  assert.equal(await page.locator('h1').innerText(), 'しばらくお待ちください');
  assert.match(await page.locator('main').innerText(), /1 秒後にもう一度お試しください/);
  await context.close();

  const elsewhere = await openContext(browser, LOOKS[0] as Look);
  const other = await elsewhere.newPage();
  await other.goto(web.address);
  await ask(other, RIGHT_CODE);
  assert.equal(await other.locator('.amount').innerText(), '12,500円');
  await elsewhere.close();
});

test('a form that another site wrote, or without cookies, looks nothing up', async () => {
  await using web = await openWebWorld();
  const post = (form: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(`${web.address}/balance`, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers,
      redirect: 'manual',
    });
  assert.equal((await post({ code: RIGHT_CODE })).status, 403);
  const home = await fetch(web.address);
  const cookie = home.headers.get('set-cookie')?.split(';')[0] ?? '';
  const token = /name="token" value="([^"]+)"/.exec(await home.text())?.[1] ?? '';
  assert.equal((await post({ code: RIGHT_CODE, token })).status, 403, 'no cookie');
  assert.equal((await post({ code: RIGHT_CODE, token: 'x'.repeat(43) }, { cookie })).status, 403);
  const crossSite = { cookie, 'sec-fetch-site': 'cross-site' };
  assert.equal((await post({ code: RIGHT_CODE, token }, crossSite)).status, 403);
  assert.equal((await post({ code: '  ', token }, { cookie })).status, 422);
  assert.equal((await post({ code: 'A'.repeat(5_000), token }, { cookie })).status, 413);
  const right = await post({ code: RIGHT_CODE, token }, { cookie });
  assert.deepEqual([right.status, right.headers.get('location')], [303, '/ja/balance']);
  assert.doesNotMatch(right.headers.get('set-cookie') ?? '', /2345/);
  assert.doesNotMatch(web.world.logLines.join(''), new RegExp(RIGHT_CODE));
});

test('every page in every look is without a violation of accessibility', async () => {
  await using web = await openWebWorld();
  for (const look of LOOKS) {
    const context = await openContext(browser, look);
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('console', (message) => problems.push(message.text()));
    page.on('requestfailed', (request) => {
      const reason = request.failure()?.errorText;
      if (reason !== 'net::ERR_ABORTED') problems.push(`${request.url()}: ${reason}`); // the page was left
    });
    const [home, answer, ...others] = pagesOf(web);
    const isThorough = (look.width === 390) === (look.colorScheme === 'dark'); // each page in both
    for (const visit of [home, answer, ...(isThorough ? others : [])]) {
      assert.ok(visit);
      await visit(page);
      await assertLooksRight(page, `${new URL(page.url()).pathname} ${look.colorScheme}`);
    }
    const unexpected = problems.filter((text) => !/status of (403|404|422|429)/.test(text));
    assert.deepEqual(unexpected, [], 'no style, script or font was refused');
    await context.close();
  }
});

test('pages are closed to scripts, frames and other places', async () => {
  await using web = await openWebWorld();
  for (const path of ['/', '/en', '/docs', '/nowhere']) {
    const answered = await fetch(web.address + path, { headers: { accept: 'text/html' } });
    const policy = answered.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe|script-src/);
    assert.doesNotMatch(
      await answered.text(),
      /<script|<style| style=| on\w+=|https?:\/\/(?!127|shop\.example)/,
    );
  }
});

function pagesOf({ world, address }: WebWorld): ((page: Page) => Promise<unknown>)[] {
  const card = world.engine.cards[0];
  assert.ok(card);
  const inState =
    (state: 'active' | 'blank' | 'used' | 'expired' | 'voided', isFrozen = false) =>
    async (page: Page) => {
      Object.assign(card, { state, isFrozen });
      await page.goto(address);
      await ask(page, RIGHT_CODE);
      await page.locator('.state').waitFor();
    };
  return [
    (page) => page.goto(address),
    inState('active'),
    inState('active', true),
    inState('blank'),
    inState('used'),
    inState('expired'),
    inState('voided'),
    async (page) => {
      await page.goto(address);
      await ask(page, 'WRONG');
    },
    (page) => page.goto(`${address}/nowhere`),
    (page) => page.goto(`${address}/docs`),
  ];
}

async function ask(page: Page, code: string): Promise<void> {
  await page.locator('#code').fill(code);
  await page.locator('button[type=submit]').click();
  await page.locator('h1').waitFor();
}
