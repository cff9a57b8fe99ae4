import { openEngine, verifyBooks } from '../instruments/index.ts';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forBothDatabases } from '../../test/support/database.ts';
import { wallClock } from '../kernel/clock.ts';
import { hashSecret, openKeyRing, systemRandom } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import { holdCatalogue } from '../programmes/index.ts';
import {
  gatherSandbox,
  isDemoUnfinished,
  makeDemoParties,
  makeDemoValue,
  renewDemoKeys,
  writeSandbox,
  type DemoTools,
} from './index.ts';
import { makeDemoKeys } from './make-demo.ts';

const DOORS = {
  httpUrl: 'http://127.0.0.1:8080',
  agcodUrl: 'http://127.0.0.1:8080',
  region: 'us-west-2',
  till: { host: '127.0.0.1', port: 8583 },
};

forBothDatabases(
  'the demo has a thousand blank POSA cards, funds, keys and a sandbox file for its owner only',
  async (database) => {
    const tools = await toolsOn(database);
    const engine = await openedEngine(tools, database);
    const secrets = await makeDemoValue(tools, engine);
    const [blank] = await database.query(
      `select count(*)::int as cards from instruments.instrument join programmes.product using (product_id)
     where state = 'blank' and kind = 'posa'`,
    );
    assert.equal(blank?.['cards'], 1_000);
    const sandbox = await gatherSandbox(tools, secrets, DOORS);
    assert.equal(sandbox.cards.length, 100);
    for (const card of sandbox.cards) {
      assert.match(card.number, /^9912\d{15}$/);
      assert.deepEqual(Object.keys(card), ['number', 'faceMinor', 'unit', 'productId']);
      assert.ok([1_500, 3_000, 5_000, 10_000].includes(card.faceMinor));
    }
    assert.deepEqual(Object.keys(sandbox), [
      'http',
      'agcod',
      'till',
      'console',
      'member',
      'cards',
      'variableCards',
    ]);
    assert.equal(sandbox.http.baseUrl, DOORS.httpUrl);
    assert.equal(sandbox.member.url, 'http://localhost:8080/sign-in', 'where passkeys are made');
    assert.equal(sandbox.member.email, 'hanako@member.example');
    assert.ok(sandbox.member.password.length >= 20);
    assert.deepEqual(sandbox.till, {
      host: '127.0.0.1',
      port: 8583,
      dialect: 'iso87',
      terminalId: 'TILL0001',
      merchantId: 'MIHONMART000001',
    });
    assert.equal(await isDemoUnfinished(tools), false);
    await withFolder(async (folder) => {
      const file = await writeSandbox(folder, sandbox);
      assert.equal(statSync(file).mode & 0o777, 0o600);
      assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), sandbox);
      await assert.rejects(writeSandbox(folder, sandbox), /EEXIST/);
    });
    await engine.close();
    assert.deepEqual((await verifyBooks(database)).findings, []);
  },
);

forBothDatabases(
  'a demo that was killed half way is finished by the next start, with nothing twice',
  async (database) => {
    const tools = await toolsOn(database);
    assert.equal(await isDemoUnfinished(tools), true);
    await makeDemoParties(tools);
    const first = await openedEngine(tools, database);
    let answers = 0;
    const dying = {
      laneCount: first.laneCount,
      submit: async (operation: Parameters<typeof first.submit>[0]) => {
        answers += 1;
        if (answers > 100) throw new Error('killed');
        return first.submit(operation);
      },
    };
    await assert.rejects(makeDemoValue(tools, dying), /killed/);
    assert.equal(await isDemoUnfinished(tools), true);
    await first.close();
    await makeDemoParties(tools);
    const engine = await openedEngine(tools, database);
    await makeDemoValue(tools, engine);
    const [made] = await database.query(
      'select count(number)::int as cards, count(*)::int as all from instruments.instrument',
    );
    assert.equal(made?.['cards'], 1_100);
    assert.equal(made?.['all'], 1_100 + 87, 'ninety sales, and three that were refused');
    assert.equal(await isDemoUnfinished(tools), false);
    await engine.close();
    assert.deepEqual((await verifyBooks(database)).findings, []);
  },
);

forBothDatabases('renewed keys work and the old ones do not', async (database) => {
  const tools = await toolsOn(database);
  await makeDemoParties(tools);
  const old = await makeDemoKeys(tools);
  const renewed = await renewDemoKeys(tools, old.accessKeyId);
  assert.notEqual(renewed.apiKey, old.apiKey);
  assert.notEqual(renewed.secretAccessKey, old.secretAccessKey);
  const live = await database.query(
    'select key_hash from clients.api_key where revoked_at is null',
  );
  const signing = await database.query(
    'select access_key_id from clients.signing_key where revoked_at is null',
  );
  assert.deepEqual(signing, [{ access_key_id: renewed.accessKeyId }]);
  assert.deepEqual(
    live.map((row) => row['key_hash']),
    [hashSecret(renewed.apiKey)],
  );
});

async function toolsOn(database: Database): Promise<DemoTools> {
  return {
    connection: database,
    catalogue: await holdCatalogue(database),
    keys: openKeyRing(new Uint8Array(32).fill(9)),
    clock: wallClock,
    random: systemRandom,
    refreshClients: async () => undefined,
  };
}

async function openedEngine(tools: DemoTools, database: Database) {
  await makeDemoParties(tools);
  return openEngine({ ...tools, database });
}

async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'kinken-demo-'));
  try {
    await run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
