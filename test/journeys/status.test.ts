/** The public record in a real browser: what a customer sees during the outage of FACTS 1.2, and how to be told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { createGuessThrottle } from '../../src/clients/index.ts';
import {
  type Incident,
  incidentHolderOf,
  type SubscriptionParts,
} from '../../src/incidents/index.ts';
import { addSystems } from '../../src/incidents/change-systems.ts';
import { loadRecord } from '../../src/incidents/load-record.ts';
import {
  AT,
  broken,
  incidentWith,
  PLACES,
  suspensionOf,
  SYSTEM,
} from '../../src/incidents/testing/konbini.ts';
import { openKeyRing, systemRandom } from '../../src/kernel/crypto.ts';
import { openNotices } from '../../src/notices/index.ts';
import { site, statusSite } from '../../src/web/index.ts';
import { openPglite } from '../support/database.ts';
import { openStatusWorld } from '../support/status-world.ts';
import { openWorld } from '../doors/http-world.ts';
import { assertLooksRight } from './looks-right.ts';
import { openBrowser, openContext, type Look } from './web-browser.ts';

const UPDATES: Incident['updates'] = [
  ['investigating', 'アプリの不具合を調べています。', null],
  ['identified', '店舗側のシステム障害です。19:19から有効化と利用ができません。', 1],
].map(([state, body, correctsId], at) => ({
  updateId: at + 1,
  incidentId: 1,
  state: state as 'identified',
  bodyJa: String(body),
  bodyEn: 'A system failure on the side of the shops, since 19:19.',
  changed: [],
  shownAt: AT - 60_000 + at,
  recordedAt: AT - 60_000 + at,
  recordedBy: 'operator:1',
  correctsId: correctsId as number | null,
}));
const OUTAGE = incidentWith(
  [
    broken(SYSTEM.net1, 'activate', '2019-12-20T19:19:00+09:00'),
    broken(SYSTEM.webMoney, 'redeem', '2019-12-20T19:19:00+09:00'),
    broken(SYSTEM.itunes, 'redeem', '2019-12-20T19:19:00+09:00'),
  ],
  {
    titleJa: '14チェーンでカードの有効化ができません',
    titleEn: 'Cards cannot be activated at 14 chains',
    state: 'identified',
    nextLookAt: AT + 3_600_000,
    updates: UPDATES,
  },
);
const PAST = incidentWith([broken(SYSTEM.web, 'buy', '2019-12-15T10:00:00+09:00')], {
  incidentId: 2,
  state: 'resolved',
  resolvedAt: Date.parse('2019-12-15T11:30:00+09:00'),
});

test('pages of the status are clean in axe, on phone and desk, light and dark, in both languages', async (context) => {
  await using open = await openStatusSite();
  const browser = await openBrowser();
  context.after(() => browser.close());
  const looks: Look[] = [
    { width: 390, colorScheme: 'light', locale: 'ja-JP' },
    { width: 1280, colorScheme: 'dark', locale: 'en-GB' },
  ];
  const paths = [
    '',
    '/incidents/inc_1',
    '/history',
    '/history/2019-12',
    '/subscribe',
    '/subscribed',
    '/end/x',
    '/confirm/x',
  ];
  for (const look of looks) {
    const window = await openContext(browser, look);
    const page = await window.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    for (const path of paths) {
      await page.goto(`${open.address}/${look.locale.slice(0, 2)}/status${path}`);
      await openDetails(page);
      await assertLooksRight(page, `status ${look.locale} ${look.colorScheme} ${path}`);
    }
    assert.deepEqual(
      complaints.filter((text) => !text.includes('status of 404')),
      [],
    );
    await window.close();
  }
});

test('a customer without JavaScript sees what not to buy, follows the incident and finds the way back', async (context) => {
  await using open = await openStatusSite();
  const browser = await openBrowser();
  context.after(() => browser.close());
  const window = await openContext(browser, {
    width: 390,
    colorScheme: 'light',
    locale: 'ja-JP',
    javaScriptEnabled: false,
  });
  const page = await window.newPage();
  await page.goto(`${open.address}/status`);
  const lawson = page.locator('li.line', { has: page.locator('h3', { hasText: /^lawson$/ }) });
  assert.match((await lawson.textContent()) ?? '', /いまは買わないでください/);
  await page.keyboard.press('Tab');
  assert.equal(
    await page.evaluate('document.activeElement.getAttribute("href")').catch(() => '#content'),
    '#content',
  );
  await page.locator('a', { hasText: '14チェーン' }).click();
  assert.match((await page.textContent('main')) ?? '', /訂正/);
  assert.equal(await page.locator('del').textContent(), 'アプリの不具合を調べています。');
  await page.goBack();
  await page.reload();
  assert.equal(await page.locator('h1').textContent(), 'ご利用状況');
});

test('somebody subscribes with the keyboard alone, confirms, and reads the page again without harm', async (context) => {
  await using open = await openStatusSite();
  const browser = await openBrowser();
  context.after(() => browser.close());
  const window = await openContext(browser, {
    width: 390,
    colorScheme: 'light',
    locale: 'ja-JP',
    javaScriptEnabled: false,
  });
  const page = await window.newPage();
  await page.goto(`${open.address}/ja/status/subscribe`);
  await page.locator('#address').focus();
  await page.keyboard.type('nobody');
  await page.keyboard.press('Enter');
  await page.locator('#address[aria-invalid=true]').waitFor();
  await page.locator('#address').fill('a@example.jp');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await page.locator('button[type=submit]').focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/subscribed$/);
  await page.reload();
  assert.equal(open.mails.length, 1, 'reading the page behind the form sends nothing');
  const confirm = open.mails[0]?.confirmUrl.replace(/^https?:\/\/[^/]+/, '') ?? '';
  await page.goto(open.address + confirm);
  assert.equal(await open.active(), 0, 'opening it, as mail programs do, confirms nothing');
  await page.locator('button[type=submit]').click();
  await page.waitForURL(/confirmed$/);
  assert.equal(await open.active(), 1);
  await page.goBack();
  await page.reload();
  assert.equal(await open.active(), 1);
});

test('documents, feed and pages answer conditionally, compressed, and to pages of others', async () => {
  await using open = await openStatusSite();
  const summary = await fetch(`${open.address}/api/v2/summary.json`);
  assert.equal(summary.headers.get('access-control-allow-origin'), '*');
  const document = (await summary.json()) as {
    components: { id: string; status: string }[];
    incidents: { id: string; incident_updates: unknown[] }[];
  };
  const lawson = document.components.find(({ id }) => id === 'hana.lawson.activate');
  assert.equal(lawson?.status, 'operational');
  const seven = document.components.find(({ id }) => id === 'hana.seven-eleven.activate');
  assert.equal(seven?.status, 'major_outage');
  assert.equal(document.incidents[0]?.incident_updates.length, 2);
  for (const path of [
    '/status',
    '/en/status',
    '/status/feed.atom',
    '/api/v2/incidents/unresolved.json',
  ]) {
    const first = await fetch(open.address + path);
    assert.equal(first.status, 200, path);
    const etag = first.headers.get('etag') ?? '';
    const again = await fetch(open.address + path, { headers: { 'if-none-match': etag } });
    assert.equal(again.status, 304, path);
    assert.equal(await again.text(), '');
    assert.match(first.headers.get('cache-control') ?? '', /stale-if-error/);
  }
  const feed = await (await fetch(`${open.address}/en/status/feed.atom`)).text();
  assert.match(feed, /^<\?xml version="1.0" encoding="utf-8"\?>\n<feed /);
  for (const path of [
    '/status/incidents/inc_9',
    '/status/history/2001-01',
    '/api/v2/nothing.json',
  ]) {
    assert.equal((await fetch(open.address + path)).status, 404, path);
  }
});

test('a form that another site wrote subscribes nobody, and somebody who subscribes many is slowed down', async () => {
  await using open = await openStatusSite();
  const post = (cookie: string, token: string, address: string) =>
    fetch(`${open.address}/ja/status/subscribe`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ token, channel: 'mail', address }).toString(),
    });
  assert.equal((await post('', 'x', 'v@example.jp')).status, 403);
  const form = await fetch(`${open.address}/ja/status/subscribe`);
  const cookie = (form.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const token = /name="token" value="([^"]+)"/.exec(await form.text())?.[1] ?? '';
  assert.equal((await post(cookie, `${token}x`, 'v@example.jp')).status, 403);
  const statuses: number[] = [];
  for (let each = 0; each < 8; each += 1) {
    statuses.push((await post(cookie, token, `v${each}@example.jp`)).status);
  }
  assert.equal(statuses[0], 303);
  assert.equal(statuses.at(-1), 429);
  assert.ok(open.mails.length < 8);
  const ended = await fetch(`${open.address}/status/end/1.${'A'.repeat(43)}`, { method: 'POST' });
  assert.equal(ended.status, 404);
});

async function openStatusSite() {
  const database = await openPglite();
  await database.script(
    `insert into programmes.issuer (key, name_ja, name_en) values ('hana', 'はな', 'Hana')`,
  );
  const world = openStatusWorld();
  await world.tell([OUTAGE, PAST]);
  world.suspend([suspensionOf({ sellerId: 1, tenderId: 7 }, '2019-12-20T19:00:00+09:00')]);
  await addSystems(database, [
    { issuerId: 1, kind: 'chain', partyId: 1, key: 'seven', nameJa: 'seven', nameEn: 'seven' },
  ]);
  const keyRing = openKeyRing(Buffer.alloc(32, 5));
  const record = incidentHolderOf(
    { clock: world.clock, places: () => PLACES },
    await loadRecord(database),
  );
  const mails: { confirmUrl: string }[] = [];
  let opening: Promise<unknown> = Promise.resolve();
  const http = await openWorld((parts) => {
    const { clock, log, metrics } = parts;
    const notices = openNotices({
      ...{ database, keys: keyRing, clock, random: systemRandom, log, metrics },
      carrier: { carry: async () => undefined, close: () => undefined },
      sender: { name: 'Kinken', address: 'no-reply@status.example' },
      dkim: null,
    });
    opening = notices;
    const subscriptions: SubscriptionParts = {
      ...{ connection: database, clock, keyRing, random: systemRandom, zone: 'Asia/Tokyo' },
      addresses: 'public',
      origin: () => 'https://status.example',
      record: () => record.current(),
      confirmWebhook: async () => true,
      notices: {
        async sendNotice(on, wanted) {
          if ('confirmUrl' in wanted.values) mails.push(wanted.values);
          return (await notices).sendNotice(on, wanted);
        },
        sendNotices: async (on, wanted) => (await notices).sendNotices(on, wanted),
      },
    };
    const hashAsker = (name: string) => name;
    const guesses = createGuessThrottle({
      clock,
      log,
      metrics: { ...metrics, ...QUIET },
      hashAsker,
    });
    return {
      plugins: [
        site({ ...parts, keyRing, random: systemRandom }), // styles and typeface
        statusSite({ log, board: world.board, subscriptions: { ...subscriptions, guesses } }),
      ],
    };
  });
  await opening; // inside a transaction of the embedded database it would wait for itself
  const address = await http.server.listen({ host: '127.0.0.1', port: 0 });
  return {
    address,
    mails,
    async active() {
      const rows = await database.query(
        `select 1 from incidents.subscription where state = 'active'`,
      );
      return rows.length;
    },
    async [Symbol.asyncDispose]() {
      await http.server.drain();
      await database.close();
    },
  };
}

/** The world's own throttle has registered the same figures. */
const QUIET = {
  counter: () => ({ inc: () => undefined }),
  reading: () => undefined,
} as never as object;

async function openDetails(page: Page): Promise<void> {
  await page.evaluate('document.querySelectorAll("details").forEach((each) => (each.open = true))');
}
