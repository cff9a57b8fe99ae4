import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { MovedClock } from '../kernel/clock.ts';
import { openKeyRing, systemRandom } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import { silentLog } from '../kernel/log.ts';
import { createMetrics } from '../kernel/metrics.ts';
import { loadCatalogue } from '../programmes/index.ts';
import { readAudit, verifyAudit } from '../operators/index.ts';
import {
  askerName,
  createApiKey,
  createClient,
  createGuessThrottle,
  createPartner,
  createSigningKey,
  createTerminal,
  createWebhook,
  holdDirectory,
  keepGuesses,
  listWebhooks,
  partnerDirectory,
  revokeApiKey,
  revokeSigningKey,
  setClientActive,
  terminalDirectory,
  type ClientDesk,
  type Visitor,
} from './index.ts';

const START = Date.UTC(2026, 3, 1);
const keyRing = openKeyRing(Buffer.alloc(32, 7));

async function openDesk(database: Database) {
  await database.script(`
    insert into programmes.issuer (key, name_ja, name_en) values ('hana', 'はな', 'Hana'), ('yuki', 'ゆき', 'Yuki');
    insert into programmes.programme (issuer_id, key, name_ja, name_en, unit) values (1, 'gift', 'ギフト', 'Gift', 'JPY');
    insert into programmes.seller (issuer_id, key, name_ja, name_en) values (1, 'konbini', 'コンビニ', 'Konbini');
    insert into programmes.merchant (issuer_id, key, name_ja, name_en) values (1, 'cafe', '喫茶', 'Cafe');
    insert into programmes.product (programme_id, key, kind, name_ja, name_en, face_min_minor, face_max_minor,
      code_alphabet, code_length, code_prefix, code_groups, redeems_by)
    values (1, 'code', 'code', 'コード', 'Code', 500, 50000, 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789', 16, '', 4, '{code}');
  `);
  const directory = await holdDirectory({ database, keyRing, log: silentLog() });
  const catalogue = await loadCatalogue(database);
  const clock = new MovedClock(START);
  const desk: ClientDesk = {
    connection: database,
    keyRing,
    clock,
    random: systemRandom,
    catalogue,
    issuerId: 1,
    actor: 'client:office',
    refresh: () => directory.refresh(),
  };
  return { desk, directory, catalogue, clock };
}

const SHOP = {
  key: 'shop',
  name: 'Shop',
  sellerId: 'konbini',
  merchantId: 'cafe',
  funding: 'seller',
} as const;

forBothDatabases(
  'a client and its key work at once, and stop at once when revoked',
  async (database) => {
    const { desk, directory } = await openDesk(database);
    assert.equal((await createClient(desk, SHOP)).ok, true);
    assert.deepEqual(await createClient(desk, SHOP), { ok: false, refusal: 'key_taken' });
    const created = await createApiKey(desk, 'shop', { scopes: ['redeem', 'redeem'] }, null);
    assert.ok(created.ok);
    const { apiKey, apiKeyId } = created.value;
    assert.match(apiKey, /^kk_[A-Za-z0-9_-]{43}$/);

    const caller = directory.findCaller(apiKey);
    assert.equal(caller?.client.key, 'shop');
    assert.deepEqual([...(caller?.scopes ?? [])], ['redeem']);
    assert.equal(directory.findCaller(`${apiKey.slice(0, -1)}_`), undefined);

    const other = { ...desk, issuerId: 2 };
    assert.deepEqual(await revokeApiKey(other, apiKeyId), {
      ok: false,
      refusal: 'api_key_not_found',
    });
    assert.equal((await revokeApiKey(desk, apiKeyId)).ok, true);
    assert.equal(directory.findCaller(apiKey), undefined);
    directory.close();
  },
);

forBothDatabases('a revocation by another process is known within a second', async (database) => {
  const { desk, directory } = await openDesk(database);
  await createClient(desk, SHOP);
  const created = await createApiKey(desk, 'shop', { scopes: ['redeem'] }, null);
  assert.ok(created.ok);
  const elsewhere = { ...desk, refresh: async () => undefined };
  await setClientActive(elsewhere, 'shop', false);
  assert.notEqual(directory.findCaller(created.value.apiKey), undefined);
  await directory.refresh(); // what its timer does every second
  assert.equal(directory.findCaller(created.value.apiKey), undefined);
  directory.close();
});

forBothDatabases('a key cannot give a scope that it does not have', async (database) => {
  const { desk, directory } = await openDesk(database);
  await createClient(desk, SHOP);
  const held = new Set(['admin:keys', 'read'] as const);
  const wider = await createApiKey(desk, 'shop', { scopes: ['read', 'issue'] }, held);
  assert.deepEqual(wider, { ok: false, refusal: 'scope_not_held' });
  assert.equal((await createApiKey(desk, 'shop', { scopes: ['read'] }, held)).ok, true);
  directory.close();
});

forBothDatabases('partners, terminals and webhooks are given to their doors', async (database) => {
  const { desk, directory, catalogue } = await openDesk(database);
  await createClient(desk, SHOP);
  const partner = await createPartner(desk, {
    partnerId: 'Hana1',
    clientId: 'shop',
    productId: 'code',
    isSandbox: true,
    callsPerSecondMax: 10,
  });
  assert.equal(partner.ok, true);
  const key = await createSigningKey(desk, 'Hana1');
  assert.ok(key.ok);
  const { accessKeyId, secretAccessKey } = key.value;
  const found = partnerDirectory(directory, () => catalogue).findByAccessKey(accessKeyId);
  assert.equal(found?.secretAccessKey, secretAccessKey);
  assert.equal(found?.partner.mockPartnerId, 'Mana1');
  await revokeSigningKey(desk, accessKeyId);
  assert.equal(directory.findSigningKey(accessKeyId), undefined);

  const terminal = await createTerminal(desk, {
    clientId: 'shop',
    merchantId: 'cafe',
    sellerId: 'konbini',
    merchantCode: 'CAFE0001',
    terminalCode: 'T1',
    dialect: 'iso87',
    addresses: ['10.0.0.0/8'],
    certificateFingerprint: null,
    valueMaxMinor: 50_000,
    missesMax: 10,
  });
  assert.equal(terminal.ok, true);
  const tills = terminalDirectory(directory, () => desk.catalogue);
  assert.equal(tills.find('CAFE0001', 'T1')?.valueMaxMinor, 50_000n);
  await setClientActive(desk, 'shop', false);
  assert.equal(tills.find('CAFE0001', 'T1')?.isActive, false, 'a disabled company has no tills');

  const url = 'http://hooks.example/kinken';
  const refusedUrl = await createWebhook(desk, { clientId: 'shop', url, kinds: [] }, '');
  assert.deepEqual(refusedUrl, { ok: false, refusal: 'url_not_allowed' });
  const made = await createWebhook(
    desk,
    { clientId: 'shop', url: 'https://hooks.example/k', kinds: [] },
    'c1',
  );
  assert.equal(made.ok, true);
  assert.equal((await listWebhooks(desk))[0]?.url, 'https://hooks.example/k');
  directory.close();
});

forBothDatabases(
  'every change stands in the chained trail by its own transaction, without its secret',
  async (database) => {
    const { desk, directory } = await openDesk(database);
    await createClient(desk, SHOP);
    const created = await createApiKey(desk, 'shop', { scopes: ['read'] }, null);
    assert.ok(created.ok);
    await createApiKey(desk, 'nobody', { scopes: ['read'] }, null);
    const all = { actor: null, subject: null, kind: null, before: null, size: 10 };
    const rows = await readAudit(database, { ...all, issuerId: desk.issuerId });
    assert.deepEqual(
      rows.map(({ actor, act, subject }) => [actor, act, subject]),
      [
        ['client:office', 'api-key.create', 'shop'],
        ['client:office', 'client.create', 'shop'],
      ],
    );
    assert.deepEqual(await verifyAudit(database), { rows: 2, finding: null });
    const written = JSON.stringify(rows, (_key, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    assert.equal(written.includes(created.value.apiKey.slice(3)), false);
    directory.close();
  },
);

forBothDatabases(
  'guesses outlive a restart, and two processes count together',
  async (database) => {
    const clock = new MovedClock(START);
    const open = async () => {
      const throttle = createGuessThrottle({
        clock,
        log: silentLog(),
        metrics: createMetrics({ withProcess: false }),
        hashAsker: (name) => askerName(keyRing.askerHash(name)),
      });
      return {
        throttle,
        keeper: await keepGuesses({ throttle, database, clock, log: silentLog() }),
      };
    };
    const visitor: Visitor = {
      clientId: 7,
      address: '192.0.2.1',
      device: null,
      peerAddress: '::1',
    };
    const one = await open();
    const two = await open();
    for (let time = 0; time < 4; time += 1) {
      for (const { throttle } of [one, two]) {
        assert.equal(throttle.admit(visitor), 0);
        throttle.settle(visitor, true);
      }
    }
    await one.keeper.close();
    await two.keeper.close();
    const restarted = await open();
    assert.ok(restarted.throttle.admit(visitor) > 0, 'eight misses together are more than five');
    assert.equal(restarted.throttle.admit({ ...visitor, address: '192.0.2.2' }), 0);
    const rows = await database.query('select asker from clients.guess');
    assert.equal(JSON.stringify(rows).includes('192.0.2'), false);
    await restarted.keeper.close();
  },
);
