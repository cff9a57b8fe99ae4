import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { holdDirectory, recordAct } from '../../src/clients/index.ts';
import { keepCopies } from '../../src/backup/index.ts';
import { COMMANDS, runCommand } from '../../src/cli/index.ts';
import { administration, cardBase } from '../../src/doors/http/index.ts';
import { closeItem } from '../../src/instruments/index.ts';
import { openKeyRing, systemRandom } from '../../src/kernel/crypto.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { createIssuer, holdCatalogue } from '../../src/programmes/index.ts';
import { openPglite } from '../support/database.ts';
import { openSmallHouse } from '../support/small-house.ts';
import { openWorld, type HttpWorld } from './http-world.ts';

const keyRing = openKeyRing(Buffer.alloc(32, 9));

interface AdminWorld extends AsyncDisposable {
  readonly world: HttpWorld;
  readonly directory: Awaited<ReturnType<typeof holdDirectory>>;
  readonly post: (url: string, body: unknown, key?: string) => ReturnType<HttpWorld['call']>;
}

async function openAdminWorld(): Promise<AdminWorld> {
  const database = await openPglite();
  await database.script(`
    insert into programmes.issuer (key, name_ja, name_en) values ('hana', 'はな', 'Hana'), ('yuki', 'ゆき', 'Yuki');
  `);
  const directory = await holdDirectory({ database, keyRing, log: silentLog() });
  const catalogue = await holdCatalogue(database);
  const world = await openWorld((parts) => ({
    keyedPlugins: [
      administration({
        connection: database,
        keyRing,
        random: systemRandom,
        clock: parts.clock,
        catalogue: () => catalogue.current(),
        refresh: () => directory.refresh(),
        refreshCatalogue: () => catalogue.refresh(database),
        feedHead: async () => 'head',
        copies: keepCopies({ database, dataFolder: '/nowhere', clock: parts.clock }),
      }),
    ],
  }));
  return {
    world,
    directory,
    post: (url, body, key) => world.call({ url: `/v1/admin${url}`, body, key, requestId: null }),
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      directory.close();
      await database.close();
    },
  };
}

const NAMES = { nameJa: '名前', nameEn: 'Name' };

test('a whole business is set up over HTTP, and other issuers see nothing of it', async () => {
  await using admin = await openAdminWorld();
  const { post, world, directory } = admin;
  const made = async (url: string, body: unknown) => {
    const answered = await post(url, body);
    assert.equal(answered.status, 200, `${url}: ${answered.text}`);
    return answered.body;
  };
  await made('/programmes', { key: 'gift', ...NAMES, unit: 'JPY' });
  await made('/sellers', { key: 'konbini', ...NAMES });
  await made('/merchants', { key: 'cafe', ...NAMES });
  const codeShape = { alphabet: 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789', length: 16 };
  const product = {
    key: 'code',
    programme: 'gift',
    kind: 'code',
    ...NAMES,
    codeShape,
    redeemsBy: ['code'],
  };
  await made('/products', { ...product, faceMinMinor: 500, faceMaxMinor: 50_000 });
  await made('/products/code/change', { nameEn: 'New name' });
  await made('/clients', { key: 'shop', name: 'Shop', sellerId: 'konbini', merchantId: 'cafe' });
  const { apiKey, apiKeyId } = await made('/clients/shop/keys', { scopes: ['redeem'] });
  assert.equal(directory.findCaller(String(apiKey))?.client.key, 'shop');
  await made('/partners', {
    partnerId: 'Hana1',
    clientId: 'shop',
    productId: 'code',
    isSandbox: true,
  });
  const signing = await made('/partners/Hana1/signing-keys', {});
  await made('/terminals', {
    clientId: 'shop',
    merchantId: 'cafe',
    sellerId: 'konbini',
    merchantCode: 'CAFE0001',
    terminalCode: 'T1',
  });
  const hook = await made('/webhooks', { clientId: 'shop', url: 'https://shop.example/kinken' });
  assert.match(String(hook['secret']), /^whsec_/);

  const lists = [
    '/clients',
    '/clients/shop/keys',
    '/terminals',
    '/partners',
    '/webhooks',
    '/merchants',
    '/sellers',
    '/programmes',
    '/products',
  ];
  for (const url of lists) {
    const listed = await world.call({ url: `/v1/admin${url}` });
    assert.equal(listed.status, 200, listed.text);
    assert.equal((Object.values(listed.body)[0] as unknown[]).length, 1, url);
    for (const secret of [apiKey, signing['secretAccessKey'], hook['secret']]) {
      assert.equal(listed.text.includes(String(secret)), false, `${url} shows a secret`);
    }
  }

  const stranger = world.key(undefined, { clientId: 9, issuerId: 2 });
  for (const url of lists.filter((each) => each !== '/clients/shop/keys')) {
    const listed = await world.call({ url: `/v1/admin${url}`, key: stranger });
    assert.deepEqual(Object.values(listed.body)[0], [], url);
  }
  for (const [url, body] of [
    ['/clients/shop/state', { isActive: false }],
    ['/clients/shop/keys', { scopes: ['read'] }],
    [`/keys/${String(apiKeyId)}/revocation`, {}],
    ['/partners/Hana1/signing-keys', {}],
    [`/signing-keys/${String(signing['accessKeyId'])}/revocation`, {}],
    ['/terminals/1/state', { isActive: false }],
    ['/webhooks/1/state', { isActive: false }],
  ] as const) {
    assert.equal((await post(url, body, stranger)).status, 404, url);
  }

  await made(`/keys/${String(apiKeyId)}/revocation`, {});
  assert.equal(directory.findCaller(String(apiKey)), undefined, 'a revoked key stops at once');
});

test('what cannot be made is refused with its reason', async () => {
  await using admin = await openAdminWorld();
  const { post, world } = admin;
  await post('/clients', { key: 'shop', name: 'Shop' });
  const again = await post('/clients', { key: 'shop', name: 'Shop' });
  assert.deepEqual([again.status, again.body['code']], [409, 'already_exists']);
  const seller = await post('/clients', { key: 'other', name: 'Other', sellerId: 'nobody' });
  assert.deepEqual([seller.status, seller.body['reason']], [400, 'seller_not_found']);
  const keyMaker = world.key(['admin:keys']);
  const wider = await post('/clients/shop/keys', { scopes: ['issue'] }, keyMaker);
  assert.deepEqual([wider.status, wider.body['code']], [403, 'scope_not_held']);
  // What a partner, a till or a webhook can do, only somebody can give who can do it.
  const maker = world.key(['admin:partners', 'admin:terminals', 'admin:webhooks']);
  const shopId = { clientId: 'shop' };
  for (const [url, body] of [
    ['/partners', { ...shopId, partnerId: 'Hana1', productId: 'code' }],
    ['/partners/Hana1/signing-keys', {}],
    [
      '/terminals',
      { ...shopId, merchantId: 'a', sellerId: 'b', merchantCode: 'A1', terminalCode: 'T1' },
    ],
    ['/webhooks', { ...shopId, url: 'https://shop.example/' }],
  ] as const) {
    const given = await post(url, body, maker);
    assert.deepEqual([given.status, given.body['code']], [403, 'scope_not_held'], url);
  }
  assert.equal((await world.call({ url: '/v1/admin/clients/%00/keys' })).status, 400);
  const hook = await post('/webhooks', { clientId: 'shop', url: 'http://shop.example/' });
  assert.deepEqual([hook.status, hook.body['reason']], [400, 'url_not_allowed']);
  for (const body of [
    { key: 'Shop', name: 'x' },
    { key: 'a', name: '' },
    { key: 'a', name: 'x', admin: true },
  ]) {
    assert.equal((await post('/clients', body)).status, 400);
  }
});

/** Its own engine on its own database, and commands that know the address of the server and a key. */
async function openCardServer(folder: string) {
  const database = await openPglite();
  const house = await openSmallHouse(database);
  await createIssuer(house.desk, { key: 'another', ...NAMES });
  await house.catalogue.refresh(database);
  const world = await openWorld((parts) => ({
    keyedPlugins: [
      cardBase({
        connection: database,
        keyRing: house.keys,
        random: systemRandom,
        clock: parts.clock,
        engine: house.engine,
        catalogue: () => house.catalogue.current(),
        refresh: async () => undefined,
        refreshCatalogue: () => assert.fail('nothing here changes the catalogue'),
        feedHead: async () => 'head',
        copies: keepCopies({ database, dataFolder: '/nowhere', clock: parts.clock }),
      }),
    ],
  }));
  const KINKEN_URL = await world.server.listen({ host: '127.0.0.1', port: 0 });
  const environment = { KINKEN_URL, KINKEN_KEY: world.key(['admin:cards', 'staff']) };
  return {
    house,
    world,
    say: async (line: string) => {
      let out = '';
      let error = '';
      const streams = {
        out: (text: string) => (out += text),
        error: (text: string) => (error += text),
      };
      const words = line.split(' ').map((word) => word.replace('~', folder));
      const code = await runCommand(COMMANDS, words, { environment, streams });
      assert.equal(code, 0, error);
      return JSON.parse(out) as Record<string, unknown>;
    },
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await house.close();
      await database.close();
    },
  };
}

test('cards are stocked and brought in, and items closed, through a running server as on its database', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kinken-card-base-'));
  try {
    await using cards = await openCardServer(folder);
    const { house, world, say } = cards;
    const run = await say('stock --product prepaid --count 120 --json');
    assert.deepEqual([run['state'], run['cardCount']], ['made', 120]);
    const { runs } = (await say('run list --json')) as { runs: unknown[] };
    assert.deepEqual(runs, [run]);
    assert.deepEqual(await say(`run continue --run ${String(run['runId'])} --json`), run);

    const long = 'x'.repeat(4_000); // so many of them that the file has two parts
    const lines = [
      'number,code,product,state,balance_minor,unit',
      '9800000000000001,AAAA-BBBB-01,posa,active,1500,JPY',
      ...Array.from({ length: 105 }, () => long),
      '',
      '9800000000000002,,prepaid,frozen,700,JPY',
      '9800000000000001,,posa,active,1500,JPY',
      'a\u0000b,,posa,active,1500,JPY',
    ];
    writeFileSync(join(folder, 'base.csv'), lines.join('\n'));
    const result = await say('import ~/base.csv --json');
    assert.deepEqual([result['cardCount'], result['refusedCount']], [2, 107]);
    const report = readFileSync(join(folder, 'base.csv.refused.csv'), 'utf8');
    assert.ok(report.endsWith('\n107,line_not_readable\n110,taken\n111,line_not_readable\n'));
    assert.deepEqual(await say('import ~/base.csv --json'), result);
    assert.equal(readFileSync(join(folder, 'base.csv.refused.csv'), 'utf8'), report);

    const { issuerId, clientId } = house;
    const card = { by: 'code', code: 'aaaabbbb01' } as const;
    const asked = { issuerId, clientId, requestId: 'v', arrivedAt: Date.now(), reason: 'lost' };
    await house.engine.submit({ ...asked, kind: 'void', card });
    const { items } = (await say('items list --json')) as { items: { itemId: string }[] };
    assert.equal(items.length, 1);
    const itemId = items[0]!.itemId;

    const stranger = world.key(undefined, { clientId: 9, issuerId: 2 });
    const post = (url: string, body: unknown, key: string) =>
      world.call({ url: `/v1/admin${url}`, body, key, requestId: null });
    const part = { part: 1, firstLine: 2, columns: 'product,state,unit', lines: ['a'] };
    const own = world.key();
    for (const [url, body] of [
      ['/runs/1/continuation', {}],
      ['/imports/1/parts', part],
      ['/imports/1/end', { refusedCount: 0 }],
      [`/items/${itemId}/closing`, { note: 'mine' }],
    ] as const) {
      assert.equal((await post(url, body, stranger)).status, 404, url);
      const narrow = world.key(['admin:catalogue']);
      assert.equal((await post(url, body, narrow)).body['code'], 'scope_missing', url);
    }
    const first = { ...part, columns: lines[0] };
    const others = Array.from(
      { length: 99 },
      (_none, at) => `98000000000001${at + 10},,posa,blank,,JPY`,
    );
    for (const [body, reason] of [
      [{ ...part, columns: 'pin' }, 'columns_not_known'],
      [{ ...first, lines: [lines[1], lines[1]] }, 'part_differs'],
      [{ ...first, lines: [lines[1]?.replace('BBBB', 'CCCC')] }, 'part_differs'], // as many cards as before
      [{ ...first, lines: [...others, lines[1], lines[1]] }, 'part_differs'], // and some where there were none
    ] as const) {
      const refused = await post('/imports/1/parts', body, own);
      assert.deepEqual([refused.status, refused.body['reason']], [400, reason]);
    }
    const late = await post('/imports/1/parts', { ...first, part: 3 }, own);
    assert.deepEqual([late.status, late.body['reason']], [400, 'import_ended']);
    assert.match(JSON.stringify(late.body['errors']), /file of their own/, 'and what to do');
    const [made] = await house.database.query(
      'select count(*)::int as cards from instruments.instrument',
    );
    assert.equal(made?.['cards'], 122, 'a part that is refused has made no card');
    const wanted = { productId: 'posa', cardCount: 1, faceMinor: 1_500 };
    const unread = await post('/runs', wanted, own);
    assert.deepEqual([unread.status, unread.body['reason']], [400, 'recipient_missing']);

    const trail = await house.database.query(
      `select act, subject, detail::jsonb as detail from operators.audit where act ~ '^(run|import)' order by audit_id`,
    );
    const fileSha256 = createHash('sha256').update(lines.join('\n')).digest('hex');
    const begun = { act: 'import.begin', subject: 'import 1', detail: { fileSha256 } };
    const sums = { cardCount: 2, refusedCount: 107 };
    const ended = { act: 'import.end', subject: 'import 1', detail: sums };
    const started = { product: 'prepaid', cardCount: 120 };
    const came = (part: number, firstLine: number, lineCount: number) => ({
      ...{ act: 'import.part', subject: 'import 1' },
      detail: { part, firstLine, lineCount },
    });
    assert.deepEqual(trail, [
      { act: 'run.start', subject: 'run 1', detail: started },
      ...[begun, came(1, 2, 101), came(2, 103, 9), ended],
      ...[begun, ended],
    ]);

    // Two parts that say of themselves that they begin at the same line: each card comes in as it was.
    const frozen = (number: string) => [`${number},,prepaid,frozen,700,JPY`];
    const next = await post('/imports', { fileSha256: 'a'.repeat(64) }, own);
    const parts = `/imports/${String(next.body['importId'])}/parts`;
    const columns = lines[0];
    for (const [part, number] of [
      [1, '9800000000000021'] as const,
      [2, '9800000000000022'] as const,
    ]) {
      const body = { part, firstLine: 2, columns, lines: frozen(number) };
      assert.equal((await post(parts, body, own)).body['cardCount'], 1);
    }
    const [freezes] = await house.database.query(
      `select count(*)::int as cards from instruments.instrument
       where number in ('9800000000000021', '9800000000000022') and open_freezes = 1`,
    );
    assert.equal(freezes?.['cards'], 2);

    const killed = {
      connection: house.database,
      clock: house.desk.clock,
      record: recordAct({ clock: house.desk.clock, actor: 'somebody', issuerId }),
      engine: { submit: () => Promise.reject(new Error('killed')) },
    };
    const closed = { issuerId, clientId, itemId: BigInt(itemId), note: 'begun' };
    await assert.rejects(closeItem(killed, closed), /killed/);
    await say(`items close --item ${itemId} --note settled --json`);
    assert.deepEqual(await say('items list --json'), { items: [] });
    assert.equal((await post(`/items/${itemId}/closing`, { note: 'again' }, own)).status, 404);
    const closings = await house.database.query(
      `select act, actor, subject, detail::jsonb ->> 'note' as note from operators.audit where act ~ '^item' order by audit_id`,
    );
    const subject = `item ${itemId}`;
    assert.deepEqual(closings, [
      { act: 'item.closing', actor: 'somebody', subject, note: 'begun' }, // and then its process died
      { act: 'item.closing', actor: 'client:shop', subject, note: 'settled' },
      { act: 'item.close', actor: 'client:shop', subject, note: 'settled' },
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
