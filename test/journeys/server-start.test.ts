/** The first minutes of somebody new: the program as the README says, on an empty folder. */
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Sandbox } from '../../src/demo/index.ts';
import { ask, httpCaller } from '../support/door-callers.ts';
import {
  readSandbox,
  runProgram,
  startServer,
  temporaryFolder,
} from '../support/server-process.ts';

void test('a first start makes a demo to try, and a second start finds it', async (context) => {
  const folder = join(temporaryFolder(context), 'data');
  const server = await startServer(context, { folder });
  const sandbox = readSandbox(folder);
  assert.equal(server.sandboxFile, join(folder, 'sandbox.json'));
  assertSandbox(sandbox);
  assert.equal(sandbox.http.baseUrl, server.httpUrl, 'the ports are those that were free');
  assert.deepEqual([sandbox.till.host, sandbox.till.port], [server.till.host, server.till.port]);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.equal(statSync(join(folder, 'sandbox.json')).mode & 0o777, 0o600);

  await assertAnswers(server.httpUrl);
  await assertLives(server.httpUrl);
  const code = await followReadme(sandbox);

  const verifying = await runProgram(['verify'], { KINKEN_DATA: folder });
  assert.equal(verifying.code, 1);
  assert.match(verifying.text, /in use by process \d+.*stop it first/s);
  assert.equal((await server.stop('SIGINT')).code, 0);
  const verified = await runProgram(['verify'], { KINKEN_DATA: folder });
  assert.equal(verified.code, 0, verified.text);

  const again = await startServer(context, { folder });
  assert.equal(again.sandboxFile, server.sandboxFile, 'it says again where they lie');
  assert.deepEqual(readSandbox(folder), sandbox, 'keys are made once');
  const call = httpCaller(again.httpUrl, sandbox.http.apiKey);
  const kept = await call('/v1/balance-inquiries', { body: { card: { code } } });
  assert.equal(kept.body.balanceMinor, 1_500, kept.text);
  assert.equal((await again.stop()).code, 0);
});

/** Exactly as the issue says: other programs read it. */
function assertSandbox(sandbox: Sandbox): void {
  const { http, agcod, till, cards } = sandbox;
  assert.deepEqual(Object.keys(sandbox), [
    'http',
    'agcod',
    'till',
    'console',
    'member',
    'cards',
    'variableCards',
  ]);
  assert.deepEqual(Object.keys(http), ['baseUrl', 'apiKey']);
  const agcodKeys = ['partnerId', 'accessKeyId', 'secretAccessKey', 'region', 'mockPartnerId'];
  assert.deepEqual(Object.keys(agcod), ['baseUrl', ...agcodKeys]);
  assert.deepEqual(Object.keys(till), ['host', 'port', 'dialect', 'terminalId', 'merchantId']);
  assert.ok(cards.length >= 50);
  for (const card of cards) {
    assert.deepEqual(Object.keys(card), ['number', 'faceMinor', 'unit', 'productId']);
  }
  assert.equal(new Set(cards.map(({ number }) => number)).size, cards.length);
}

async function assertAnswers(url: string): Promise<void> {
  for (const path of ['/docs', '/openapi.json', '/healthz', '/readyz', '/metrics']) {
    assert.equal((await ask(`${url}${path}`)).status, 200, path);
  }
  assert.equal((await ask(`${url}/openapi.json`)).body.openapi, '3.1.0');
  assert.match((await ask(`${url}/metrics`)).text, /^kinken_operations_waiting 0$/m);
  for (const [language, words] of [
    ['ja', /残高/],
    ['en', /balance/i],
  ] as const) {
    const page = await ask(`${url}/`, { headers: { 'accept-language': language } });
    assert.equal(page.status, 200);
    assert.match(page.text, new RegExp(`<html[^>]* lang="${language}"`));
    assert.match(page.text, words);
  }
}

/** Something has happened already: places, a stop, and an outage that is over. */
async function assertLives(url: string): Promise<void> {
  const { body } = await ask(`${url}/api/v2/summary.json`);
  const ids = body.components.map(({ id }: { id: string }) => id);
  assert.ok(ids.includes('demo.chain-mihon-mart.activate'), ids.join());
  assert.equal(body.suspensions[0].tender, 'tsuki-light-bill');
  const past = (await ask(`${url}/api/v2/incidents.json`)).body.incidents;
  assert.ok(past.some(({ status }: { status: string }) => status === 'resolved'));
}

/** "A first redemption", step by step; answers the code. */
async function followReadme({ http }: Sandbox): Promise<string> {
  const call = httpCaller(http.baseUrl, http.apiKey);
  const yen = (amountMinor: number) => ({ amountMinor, unit: 'JPY' });
  const issue = { requestId: 'my-first-issue', body: { productId: 'gift-code', ...yen(1_500) } };
  const issued = await call('/v1/instruments', issue);
  assert.equal(issued.status, 200, issued.text);
  const repeated = await call('/v1/instruments', issue);
  assert.equal(repeated.text, issued.text);
  assert.equal(repeated.headers.get('idempotency-replayed'), 'true');
  const card = { code: String(issued.body.code) };

  const sale = { requestId: 'my-first-sale', body: { card, ...yen(500) } };
  const sold = await call('/v1/redemptions', sale);
  assert.equal(sold.body.balanceMinor, 1_000, sold.text);
  assert.equal((await call('/v1/redemptions', sale)).text, sold.text);
  const asked = await call('/v1/balance-inquiries', { body: { card } });
  assert.equal(asked.body.balanceMinor, 1_000);
  const undo = { requestId: 'my-first-undo', body: { requestId: 'my-first-sale', card } };
  const undone = await call('/v1/reversals', undo);
  assert.equal(undone.status, 200, undone.text);
  assert.equal((await call('/v1/reversals', undo)).text, undone.text);
  const after = await call('/v1/balance-inquiries', { body: { card } });
  assert.equal(after.body.balanceMinor, 1_500);
  return card.code;
}
