import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forBothDatabases } from '../../test/support/database.ts';
import { MovedClock } from '../kernel/clock.ts';
import type { Connection } from '../kernel/database/index.ts';
import { newProduct, newProgramme } from './contract.ts';
import type { OffersFile } from './import-contract.ts';
import {
  createIssuer,
  createProduct,
  createProgramme,
  importOffers,
  loadCatalogue,
  previewImport,
  readImportFile,
  type CatalogueDesk,
} from './index.ts';

const NAMES = { nameJa: '名前', nameEn: 'Name' };
const START = Date.parse('2018-01-31T15:00:00Z');

const FILE = `
aggregators:
  - { key: net, nameJa: 回線, nameEn: Net }
chains:
  - { key: mart, nameJa: マート, nameEn: Mart, aggregator: net }
sellers:
  - { key: mart-east, nameJa: マート東, nameEn: Mart East, chain: mart }
  - { key: online, nameJa: オンライン, nameEn: Online }
shops:
  - { seller: mart-east, key: station, nameJa: 駅前, nameEn: Station }
tenders:
  - key: ymobile-bill
    kind: carrier
    nameJa: ワイモバイルまとめて支払い
    nameEn: Y!mobile bill
    carrier: ymobile
    chargedThrough: softbank-bill
  - key: softbank-bill
    kind: carrier
    nameJa: ソフトバンクまとめて支払い
    nameEn: SoftBank bill
    carrier: softbank
    monthLimits:
      - { ageTo: 11, limitMinor: 2000 }
      - { ageFrom: 20, limitMinor: 100000 }
      - { limitMinor: 20000 }
    sessionMinutes: 14
  - { key: cash, kind: cash, nameJa: 現金, nameEn: Cash }
offers:
  - { seller: [mart-east, online], product: gift, tender: cash }
  - seller: online
    product: gift
    tender: softbank-bill
    amountMaxMinor: 10000
    conditions: { ownLineOnly: true, devices: [phone] }
    endsAt: 2018-04-01T00:00:00+09:00
`;

forBothDatabases(
  'a file of offers is brought in whole, and again it changes nothing',
  async (database) => {
    const { desk, read } = await worldOn(database);
    const first = await imported(desk, FILE);
    assert.deepEqual(
      first.differences.map(({ kind, key }) => `${kind} ${key}`),
      [
        'aggregator net',
        'chain mart',
        'seller mart-east',
        'seller online',
        'tender ymobile-bill',
        'tender softbank-bill',
        'tender cash',
        'shop mart-east/station',
        'offer mart-east/gift/cash',
        'offer online/gift/cash',
        'offer online/gift/softbank-bill',
      ],
    );
    const catalogue = await read();
    const issuerId = 1;
    const seller = catalogue.findSeller(issuerId, 'mart-east');
    const chain = catalogue.findChain(issuerId, 'mart');
    assert.equal(seller?.chainId, chain?.chainId);
    assert.equal(chain?.aggregatorId, catalogue.findAggregator(issuerId, 'net')?.aggregatorId);
    assert.equal(catalogue.findShop(seller?.sellerId ?? 0, 'station')?.nameEn, 'Station');
    const bill = catalogue.findTender(issuerId, 'softbank-bill');
    assert.equal(bill?.monthLimits[1]?.limitMinor, 100_000n);
    const through = catalogue.findTender(issuerId, 'ymobile-bill');
    assert.equal(through?.chargedThroughTenderId, bill?.tenderId);
    const route = routeOf(catalogue, 'online', 'softbank-bill');
    const offer = catalogue.offerAt(route, START + 2_000);
    assert.equal(offer?.amountMaxMinor, 10_000n);
    assert.deepEqual(offer?.conditions, { ownLineOnly: true, devices: ['phone'] });
    assert.equal(offer?.endsAt, Date.parse('2018-03-31T15:00:00Z'));

    const again = await imported(desk, FILE);
    assert.deepEqual([again.differences, again.unchanged], [[], 11]);
    assert.equal((await read()).version, catalogue.version);
  },
);

forBothDatabases(
  'what a file changes is told field by field before and behind it',
  async (database) => {
    const { desk, read, clock } = await worldOn(database);
    await imported(desk, FILE);
    clock.advance(2_000);
    const changed = FILE.replace('amountMaxMinor: 10000', 'amountMaxMinor: 5000').replace(
      'nameEn: Online',
      'nameEn: On line',
    );
    const file = fileOf(changed);
    const preview = previewImport(await read(), file, { issuerId: 1, at: clock.now() });
    const told = preview.differences.map(({ kind, key, isNew, fields }) => [
      kind,
      key,
      isNew,
      fields,
    ]);
    assert.deepEqual(told, [
      ['seller', 'online', false, { nameEn: { before: 'Online', after: 'On line' } }],
      [
        'offer',
        'online/gift/softbank-bill',
        false,
        { amountMaxMinor: { before: 10_000, after: 5_000 } },
      ],
    ]);
    const before = await read();
    assert.equal(before.findSeller(1, 'online')?.nameEn, 'Online');
    const report = await imported(desk, changed);
    assert.deepEqual(report.differences, preview.differences);
    const after = await read();
    assert.equal(after.findSeller(1, 'online')?.nameEn, 'On line');
    const route = routeOf(after, 'online', 'softbank-bill');
    const begins = report.differences[1]?.validFrom ?? 0;
    assert.ok(begins >= clock.now() + 1_000, 'behind the commit');
    assert.equal(after.offerAt(route, begins)?.amountMaxMinor, 5_000n);
    assert.equal(after.offerAt(route, begins - 1)?.amountMaxMinor, 10_000n);

    // A shop that opens later is changed without a day, and opens no earlier for that.
    const opens = clock.now() + 86_400_000;
    const shop = (more: string) =>
      `sellers:\n  - { key: west, nameJa: 西, nameEn: West${more} }\nshops:\n  - { seller: west, key: gate, nameJa: 門, nameEn: Gate${more} }\n`;
    await imported(desk, shop(`, validFrom: ${new Date(opens).toISOString()}`));
    clock.advance(2_000);
    const renamed = await imported(desk, shop('').replaceAll('nameEn: ', 'nameEn: New '));
    assert.deepEqual(
      renamed.differences.map(({ key, validFrom }) => [key, validFrom]),
      [
        ['west', opens],
        ['west/gate', opens],
      ],
    );
    assert.equal((await read()).revised.sellers.get(3)?.at(-1)?.validFrom, opens);
    assert.equal(
      (await imported(desk, shop('').replaceAll('nameEn: ', 'nameEn: New '))).unchanged,
      2,
    );
  },
);

forBothDatabases(
  'a file with a mistake is refused whole, each mistake with its place',
  async (database) => {
    const { desk, read } = await worldOn(database);
    const before = await read();
    const file = fileOf(`
sellers:
  - { key: online, nameJa: 店, nameEn: Shop, chain: nowhere }
  - { key: second, nameJa: 店, nameEn: Shop }
tenders:
  - { key: cash, kind: cash, nameJa: 現金, nameEn: Cash }
  - { key: dollars, kind: card, nameJa: ドル, nameEn: Dollars, limitUnit: USD }
offers:
  - { seller: second, product: gift, tender: cash }
  - { seller: second, product: gift, tender: cash }
  - { seller: second, product: nothing, tender: cash }
  - { seller: second, product: gift, tender: cash, amountMinMinor: 60000, amountMaxMinor: 70000 }
  - { seller: second, product: gift, tender: dollars }
  - { seller: second, product: card, tender: cash }
`);
    const result = await importOffers(desk, 'demo', file);
    assert.ok(result.ok);
    assert.equal(result.value.isDone, false);
    assert.deepEqual(
      result.value.problems.map(({ path, sentence }) => [path.join('.'), sentence]),
      [
        ['sellers.0', 'there is no chain "nowhere"'],
        ['offers.1', 'offer second/gift/cash stands in this file twice'],
        ['offers.2', 'there is no product "nothing"'],
        ['offers.3', 'offer second/gift/cash: amount outside product'],
        ['offers.4', 'offer second/gift/dollars: unit differs'],
        ['offers.5', 'offer second/card/cash: tender loads no prepaid'],
      ],
    );
    assert.equal((await read()).version, before.version);
  },
);

test('what cannot be read is told with its line', () => {
  const problemsOf = (text: string) => {
    const read = readImportFile(text);
    return read.ok ? [] : read.problems.map(({ line, sentence }) => `${line}: ${sentence}`);
  };
  assert.match(problemsOf('offers:\n  - { seller: a\n')[0] ?? '', /^\d+: /);
  assert.deepEqual(
    problemsOf('offers:\n  - seller: a\n    product: b\n    tender: c\n    price: 3\n'),
    ['5: offers: Unrecognized key: "price"'],
  );
  assert.match(
    problemsOf('tenders:\n  - key: cash\n    kind: gold\n    nameJa: 金\n    nameEn: Gold\n')[0] ??
      '',
    /^3: tenders\.kind: /,
  );
  assert.match(problemsOf('chains: 3')[0] ?? '', /^1: chains: /);
  assert.match(problemsOf('a: &a [x,x]\nb: &b [*a,*a]\n')[0] ?? '', /Unrecognized key/);
  const bomb = [
    'a: &a0 [x]',
    ...Array.from({ length: 12 }, (_, at) => `a${at}: &a${at + 1} [${`*a${at},`.repeat(10)}]`),
  ];
  assert.match(problemsOf(bomb.join('\n'))[0] ?? '', /aliases/);
  assert.match(problemsOf('key: !!js/function x')[0] ?? '', /^1: /);
});

async function worldOn(database: Connection) {
  const clock = new MovedClock(START);
  const record = async () => undefined;
  const desk: CatalogueDesk = { connection: database, clock, actor: 'test', record };
  await createIssuer(desk, { key: 'demo', ...NAMES });
  await createProgramme(desk, 'demo', newProgramme.parse({ key: 'yen', ...NAMES, unit: 'JPY' }));
  for (const wanted of [
    {
      key: 'gift',
      kind: 'code',
      codeShape: { alphabet: '23456789ABCDEFGHJKLMNPQRSTUVWXYZ', length: 16 },
      redeemsBy: ['code'],
    },
    {
      key: 'card',
      kind: 'prepaid',
      numberShape: { prefix: '99', digits: 16 },
      redeemsBy: ['number'],
    },
  ]) {
    const faces = { faceMinMinor: 500, faceMaxMinor: 50_000 };
    const product = newProduct.parse({ programme: 'yen', ...NAMES, ...faces, ...wanted });
    const made = await createProduct(desk, 'demo', product);
    assert.ok(made.ok);
  }
  return { desk, clock, read: () => loadCatalogue(database) };
}

async function imported(desk: CatalogueDesk, text: string) {
  const result = await importOffers(desk, 'demo', fileOf(text));
  assert.ok(result.ok);
  assert.deepEqual(result.value.problems, []);
  return result.value;
}

function fileOf(text: string): OffersFile {
  const read = readImportFile(text);
  assert.ok(read.ok, read.ok ? '' : JSON.stringify(read.problems));
  return read.value.file;
}

function routeOf(
  catalogue: Awaited<ReturnType<typeof loadCatalogue>>,
  seller: string,
  tender: string,
) {
  return {
    sellerId: catalogue.findSeller(1, seller)?.sellerId ?? 0,
    productId: catalogue.findProduct(1, 'gift')?.productId ?? 0,
    tenderId: catalogue.findTender(1, tender)?.tenderId ?? 0,
  };
}
