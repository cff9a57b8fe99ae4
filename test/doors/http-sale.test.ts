import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepCopies } from '../../src/backup/index.ts';
import { holdDirectory } from '../../src/clients/index.ts';
import { administration } from '../../src/doors/http/index.ts';
import { openKeyRing, systemRandom } from '../../src/kernel/crypto.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { purchasePlan } from '../../src/planner/contract.ts';
import { holdCatalogue } from '../../src/programmes/index.ts';
import { openPglite } from '../support/database.ts';
import { openWorld, type HttpWorld } from './http-world.ts';

const keyRing = openKeyRing(Buffer.alloc(32, 9));
const NAMES = { nameJa: '名前', nameEn: 'Name' };

interface SaleWorld extends AsyncDisposable {
  readonly world: HttpWorld;
  readonly stranger: string;
  readonly post: (url: string, body: unknown, key?: string) => ReturnType<HttpWorld['call']>;
  readonly get: (url: string, key?: string) => ReturnType<HttpWorld['call']>;
  readonly made: (url: string, body: unknown) => Promise<Readonly<Record<string, unknown>>>;
}

/** An issuer with a product, a seller and a tender, over HTTP; and a key of another issuer. */
async function openSaleWorld(): Promise<SaleWorld> {
  const database = await openPglite();
  await database.script(`
    insert into programmes.issuer (key, name_ja, name_en) values ('hana', 'はな', 'Hana'), ('yuki', 'ゆき', 'Yuki');
  `);
  const directory = await holdDirectory({ database, keyRing, log: silentLog() });
  const catalogue = await holdCatalogue(database);
  const world = await openWorld((parts) => {
    Object.assign(parts, { catalogue: () => catalogue.current() });
    const admin = administration({
      connection: database,
      keyRing,
      random: systemRandom,
      clock: parts.clock,
      catalogue: () => catalogue.current(),
      refresh: () => directory.refresh(),
      refreshCatalogue: () => catalogue.refresh(database),
      feedHead: async () => 'head',
      copies: keepCopies({ database, dataFolder: '/nowhere', clock: parts.clock }),
    });
    return { keyedPlugins: [admin] };
  });
  const post: SaleWorld['post'] = (url, body, key) =>
    world.call({ url: `/v1${url}`, body, key, requestId: null });
  const made: SaleWorld['made'] = async (url, body) => {
    const answered = await post(url, body);
    assert.equal(answered.status, 200, `${url}: ${answered.text}`);
    return answered.body;
  };
  await made('/admin/programmes', { key: 'gift', ...NAMES, unit: 'JPY' });
  await made('/admin/products', {
    key: 'code',
    programme: 'gift',
    kind: 'code',
    ...NAMES,
    codeShape: { alphabet: 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789', length: 16 },
    redeemsBy: ['code'],
    faceMinMinor: 500,
    faceMaxMinor: 50_000,
    isSoldByOfferOnly: true,
  });
  await made('/admin/sellers', { key: 'online', ...NAMES });
  return {
    world,
    stranger: world.key(undefined, { clientId: 9, issuerId: 2 }),
    post,
    made,
    get: (url, key) => world.call({ url: `/v1${url}`, key }),
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      directory.close();
      await database.close();
    },
  };
}

void test('what is sold where is made and changed over HTTP, with its history; others see nothing', async () => {
  await using sale = await openSaleWorld();
  const { made, get, post, world, stranger } = sale;
  await made('/admin/aggregators', { key: 'net', ...NAMES });
  await made('/admin/chains', { key: 'mart', ...NAMES, aggregator: 'net' });
  await made('/admin/sellers/online/change', { chain: 'mart' });
  const later = { chain: null, validFrom: '2099-04-01T00:00:00+09:00' };
  await made('/admin/sellers/online/change', later);
  const gone = await post('/admin/chains/mart/change', { validFrom: '2000-01-01T00:00:00Z' });
  assert.deepEqual([gone.status, gone.body['reason']], [400, 'valid_from_past']);
  await made('/admin/shops', { seller: 'online', key: 'station', ...NAMES });
  await made('/admin/sellers/online/shops/station/change', { nameEn: 'Station' });
  await made('/admin/tenders', { key: 'bill', kind: 'carrier', carrier: 'docomo', ...NAMES });
  const core = { key: 'core', ...NAMES, phases: ['activate', 'redeem'], products: ['code'] };
  await made('/admin/systems', core);
  const changed = await made('/admin/systems/core/change', { phases: ['redeem'], nameEn: 'Core' });
  assert.deepEqual([changed['nameEn'], changed['phases']], ['Core', ['redeem']]);
  assert.equal((await post('/admin/systems', core)).status, 409);
  for (const wrong of [{ phases: [] }, { nameEn: 'x'.repeat(101) }, { products: ['none'] }]) {
    const refused = await post('/admin/systems/core/change', wrong);
    assert.ok([400, 404].includes(refused.status), JSON.stringify(wrong));
  }
  assert.equal((await post('/admin/systems/core/change', {}, stranger)).status, 404);
  const offer = await made('/admin/offers', {
    seller: 'online',
    product: 'code',
    tender: 'bill',
    amountMaxMinor: 10_000,
  });
  const offerId = Number(offer['offerId']);
  assert.equal(offer['amountMaxMinor'], 10_000);
  world.clock.advance(60_000);
  await made(`/admin/offers/${offerId}/change`, { amountMaxMinor: 5_000 });
  await made('/admin/tenders/bill/change', { monthLimits: [{ limitMinor: 30_000 }] });

  const history = await get(`/admin/history/offer/${offerId}`);
  const revisions = history.body['revisions'] as Readonly<Record<string, unknown>>[];
  assert.deepEqual(
    revisions.map(({ actor, content }) => [
      actor,
      (content as { amountMaxMinor: number }).amountMaxMinor,
    ]),
    [
      ['client:shop', 5_000],
      ['client:shop', 10_000],
    ],
  );
  assert.equal(revisions[1]?.['validUntil'], revisions[0]?.['validFrom']);

  for (const url of ['/aggregators', '/chains', '/shops', '/tenders', '/offers', '/systems']) {
    const own = Object.values((await get(`/admin${url}`)).body)[0] as unknown[];
    assert.equal(own.length, 1, url);
    const others = Object.values((await get(`/admin${url}`, stranger)).body)[0];
    assert.deepEqual(others, [], url);
  }
  const elsewhere = await get(`/admin/history/offer/${offerId}`, stranger);
  assert.deepEqual(elsewhere.body['revisions'], []);
  const taken = await post(`/admin/offers/${offerId}/change`, { amountMaxMinor: 1_000 }, stranger);
  assert.equal(taken.status, 404);
  const past = await post(`/admin/offers/${offerId}/change`, { validFrom: '2000-01-01T00:00:00Z' });
  assert.deepEqual([past.status, past.body['reason']], [400, 'valid_from_past']);
  const readOnly = world.key(['read']);
  assert.equal((await get('/admin/offers', readOnly)).status, 403);
  assert.equal((await post('/admin/systems', core, readOnly)).status, 403);
});

void test('a file is brought in over HTTP: first what it would do, then whole, or refused whole', async () => {
  await using sale = await openSaleWorld();
  const { made, get, post } = sale;
  const file = {
    tenders: [{ key: 'cash', kind: 'cash', ...NAMES }],
    offers: [{ seller: ['online'], product: 'code', tender: 'cash', amountMaxMinor: 3_000 }],
  };
  const dry = await made('/admin/offers-import', { file, isDryRun: true });
  assert.deepEqual([dry['isDone'], dry['changed']], [false, 2]);
  assert.deepEqual((await get('/admin/tenders')).body['tenders'], []);
  const done = await made('/admin/offers-import', { file, isDryRun: false });
  assert.deepEqual([done['isDone'], done['changed']], [true, 2]);
  const again = await made('/admin/offers-import', { file, isDryRun: false });
  assert.deepEqual([again['changed'], again['unchanged']], [0, 2]);

  const wrong = { offers: [{ seller: 'nowhere', product: 'code', tender: 'cash' }] };
  const refused = await made('/admin/offers-import', { file: wrong, isDryRun: false });
  assert.deepEqual(
    [refused['isDone'], refused['problems']],
    [false, [{ path: ['offers', 0], sentence: 'there is no seller "nowhere"' }]],
  );
  const shapeless = await post('/admin/offers-import', { file: { offers: 3 }, isDryRun: true });
  assert.equal(shapeless.status, 400);
  const big = await post('/admin/offers-import', { file: { x: 'x'.repeat(3_000_000) } });
  assert.equal(big.status, 413);
});

void test('a seller asks what can be bought, and is answered for its own issuer only', async () => {
  await using sale = await openSaleWorld();
  const { made, post, world, stranger } = sale;
  await made('/admin/tenders', { key: 'bill', kind: 'carrier', carrier: 'docomo', ...NAMES });
  await made('/admin/offers', { seller: 'online', product: 'code', tender: 'bill' });
  world.clock.advance(2_000); // an offer begins a second behind its commit
  const asked = { carrier: 'docomo', amountMinor: 3_000 };
  const plan = purchasePlan.parse(await made('/purchase-plans', asked));
  assert.equal(plan.nothing, null);
  const [step] = plan.routes[0]?.steps ?? [];
  assert.deepEqual(
    [step?.seller.key, step?.tender.key, step?.largestMinor, step?.isAmountSold],
    ['online', 'bill', 50_000, true],
  );
  const others = purchasePlan.parse((await post('/purchase-plans', asked, stranger)).body);
  assert.deepEqual([others.routes, others.nothing?.cause], [[], 'nothing_offered']);
  assert.equal((await post('/purchase-plans', asked, world.key(['read']))).status, 403);
  assert.equal((await post('/purchase-plans', { carrier: 'docomo' })).status, 400);
  assert.equal((await post('/purchase-plans', { ...asked, amountMinor: 0.5 })).status, 400);
});
