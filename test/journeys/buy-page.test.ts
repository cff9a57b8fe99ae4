import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { openKeyRing, systemRandom } from '../../src/kernel/crypto.ts';
import type { Catalogue } from '../../src/programmes/index.ts';
import { makeSwitchboard, type Suspension } from '../../src/suspensions/index.ts';
import { buySite, sendErrorPage, site } from '../../src/web/index.ts';
import { carriersOf, stop } from '../support/carriers-2018.ts';
import { openPglite } from '../support/database.ts';
import { openWorld } from '../doors/http-world.ts';
import { assertLooksRight } from './looks-right.ts';
import { openBrowser, openContext, type Look } from './web-browser.ts';

let browser: Browser;
let catalogue: Catalogue;
let address: string;
let stops: readonly Suspension[] = [];
const closers: (() => Promise<unknown>)[] = [];

before(async () => {
  const database = await openPglite();
  closers.push(() => database.close());
  catalogue = await carriersOf(database);
  const keyRing = openKeyRing(Buffer.alloc(32, 5));
  const world = await openWorld((parts) => ({
    plugins: [
      site({ ...parts, keyRing, random: systemRandom }),
      buySite({
        clock: parts.clock,
        catalogue: () => catalogue,
        switchboard: () => makeSwitchboard(stops, 1),
      }),
    ],
    sendErrorPage,
  }));
  closers.push(async () => world[Symbol.asyncDispose]());
  address = await world.server.listen({ host: '127.0.0.1', port: 0 });
  browser = await openBrowser();
  closers.push(() => browser.close());
});
after(async () => {
  for (const close of closers.toReversed()) await close();
});

const PHONE: Look = { width: 390, colorScheme: 'light', locale: 'ja-JP', javaScriptEnabled: false };
const LOOKS: readonly Look[] = [
  { width: 390, colorScheme: 'light', locale: 'ja-JP' },
  { width: 390, colorScheme: 'dark', locale: 'en-GB' },
  { width: 1280, colorScheme: 'light', locale: 'ja-JP' },
  { width: 1280, colorScheme: 'dark', locale: 'en-GB' },
];

async function onPage(look: Look, work: (page: Page) => Promise<void>): Promise<void> {
  const context = await openContext(browser, look);
  try {
    await work(await context.newPage());
  } finally {
    await context.close();
  }
}

const SHOP_STOP = () =>
  stop(catalogue, 1, { seller: 'docomo-online', product: 'apple-code' }, '2018-02-03T15:03:00');

const USE_STOP = (): Suspension => {
  const stopped = stop(catalogue, 2, { product: 'apple-code' }, '2018-02-03T15:03:00');
  return { ...stopped, scope: { ...stopped.scope, operations: ['use'] } };
};

void test('a buyer without JavaScript asks what 3,000 yen buy, and may go back and reload', async () => {
  stops = [];
  await onPage(PHONE, async (page) => {
    await page.goto(`${address}/buy`);
    await page.getByLabel('買いたい金額').fill('３，０００円');
    await page.getByLabel('買いたいもの').selectOption('apple-code');
    await page.getByLabel('携帯電話料金での支払い').selectOption('docomo');
    await page.getByLabel('スマートフォン').check();
    await page.getByRole('button', { name: '買える方法を調べる' }).click();
    assert.equal(await page.locator('h1').innerText(), '3,000円を買える方法');
    const found = await page.locator('.way').allInnerTexts();
    assert.ok(found.some((text) => /ドコモオンラインショップ[\s\S]*販売中[\s\S]*すぐ/.test(text)));
    await page.reload();
    assert.equal(await page.locator('h1').innerText(), '3,000円を買える方法');
    assert.equal(await page.getByLabel('買いたい金額').inputValue(), '３，０００円');
    await page.goBack();
    assert.equal(await page.locator('h1').innerText(), 'いま買える方法を調べる');
    await page.goForward();
    await page.getByRole('link', { name: 'Read this page in English' }).click();
    assert.equal(await page.locator('h1').innerText(), 'Ways to buy for ¥3,000');
  });
});

void test('a shop that is closed says since when, why, and that no date is known', async () => {
  stops = [SHOP_STOP()];
  await onPage(PHONE, async (page) => {
    await page.goto(`${address}/ja/buy?amount=3000&product=apple-code&carrier=docomo&device=phone`);
    const closed = page.locator('.way.closed');
    assert.equal(await closed.count(), 1);
    const text = await closed.innerText();
    for (const said of [
      'ドコモオンラインショップ',
      '販売停止中',
      '販売を停止しています。',
      '2018年2月3日 15:03',
      'まだ決まっていません',
    ]) {
      assert.ok(text.includes(said), `${said} in ${text}`);
    }
    assert.ok((await page.locator('.way:not(.closed)').count()) > 0);
  });
});

void test('what is sold and cannot be used is said above the list: do not buy it', async () => {
  stops = [USE_STOP()];
  await onPage(PHONE, async (page) => {
    await page.goto(`${address}/ja/buy?amount=3000&product=apple-code&carrier=docomo&device=phone`);
    const notice = await page.locator('h1 ~ .notice').innerText();
    assert.match(notice, /買えますが、使えません/);
    assert.match(notice, /いまは買わないでください/);
    assert.doesNotMatch(await page.locator('ul.ways').first().innerText(), /販売中/);
    await page.goto(`${address}/en/buy?amount=3000&product=apple-code&carrier=docomo&device=phone`);
    assert.match(await page.locator('.notice').innerText(), /Sold, but cannot be used/);
  });
});

void test('where nothing is sold the page says why, until when, and what to do', async () => {
  stops = [
    stop(catalogue, 1, { product: 'apple-code' }, '2018-02-03T15:03:00', {
      expectedEnd: '2030-04-01T10:00:00',
    }),
  ];
  await onPage(PHONE, async (page) => {
    await page.goto(`${address}/ja/buy?amount=3000&product=apple-code&carrier=au`);
    assert.equal(await page.locator('h1').innerText(), '3,000円を買える方法は、いまありません');
    const notice = await page.locator('.notice').innerText();
    assert.match(notice, /販売は停止されています/);
    assert.match(notice, /2030年4月1日 10:00 ごろの再開/);
    await page.goto(`${address}/en/buy?amount=3000&product=no-such-thing&carrier=au`);
    assert.match(await page.locator('.notice').innerText(), /Nobody sells it this way/);
  });
});

void test('what cannot be read is said at its field, and stays as it was typed', async () => {
  stops = [];
  for (const [query, wrong] of [
    ['amount=abc', 'amount'],
    ['amount=', 'amount'],
    ['amount=0', 'amount'],
    ['amount=99999999999', 'amount'],
    ['amount=1000&age=-3', 'age'],
    [`amount=1000&age=${'9'.repeat(500)}`, 'age'],
  ] as const) {
    const answer = await fetch(`${address}/ja/buy?${query}`);
    assert.equal(answer.status, 422, query);
    assert.match(await answer.text(), new RegExp(`id="${wrong}-error"`), query);
  }
  const odd = await fetch(
    `${address}/ja/buy?amount=1000&carrier=%3Cscript%3E&device=%22%3E&product=${'x'.repeat(3_000)}`,
  );
  assert.equal(odd.status, 200);
  assert.doesNotMatch(await odd.text(), /<script>/);
});

void test('the keyboard alone asks and reads the answer', async () => {
  stops = [SHOP_STOP()];
  await onPage({ ...LOOKS[2]!, locale: 'en-GB' }, async (page) => {
    await page.goto(`${address}/en/buy`);
    await page.locator('#amount').focus();
    await page.keyboard.type('5000');
    await page.keyboard.press('Tab');
    await page.keyboard.type('App');
    await page.keyboard.press('Tab');
    await page.keyboard.type('docomo');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/amount=5000/);
    assert.equal(new URL(page.url()).searchParams.get('carrier'), 'docomo');
    assert.match(await page.locator('h1').innerText(), /5,000/);
  });
});

void test(
  'no page of it breaks a rule of accessibility, in any look',
  { timeout: 120_000 },
  async () => {
    stops = [SHOP_STOP(), USE_STOP()];
    for (const look of LOOKS) {
      await onPage(look, async (page) => {
        const home = look.locale === 'ja-JP' ? '/ja' : '/en';
        for (const query of [
          '',
          '?amount=3000&product=apple-code&carrier=docomo&device=phone',
          '?amount=3000&carrier=nobody',
          '?amount=nothing',
        ]) {
          await page.goto(`${address}${home}/buy${query}`);
          await assertLooksRight(page, `buy ${query} ${look.colorScheme}`);
        }
      });
    }
  },
);

void test('whoever asks without end waits, and keeps what was typed', async () => {
  const question = `${address}/ja/buy?amount=3000&carrier=docomo`;
  const ask = async (url: string) => {
    const answer = await fetch(url, { headers: { connection: 'close' } });
    await answer.arrayBuffer();
    return answer;
  };
  let stopped = await ask(question);
  for (let time = 0; time < 60 && stopped.status !== 429; time += 1) stopped = await ask(question);
  assert.equal(stopped.status, 429, 'some questions later');
  assert.match(stopped.headers.get('retry-after') ?? '', /^[1-9][0-9]?$/);
  assert.equal((await ask(`${address}/ja/buy`)).status, 200, 'the form itself is for everybody');
  await onPage(LOOKS[0]!, async (page) => {
    await page.goto(question);
    assert.match(await page.locator('main [role=alert]').innerText(), /秒ほど待って/);
    assert.equal(await page.locator('#amount').inputValue(), '3000');
    await assertLooksRight(page, 'buy waits');
  });
});
