/**
 * Codes, keys and the master key never in clear: not in logs, answers to mistakes, events, figures, files,
 * nor in any column; card numbers outside the database only masked. Every door is driven with secrets in
 * places where they do not belong, at the loudest log level, and then everything is searched.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sandbox } from '../../src/demo/index.ts';
import { dayIn } from '../../src/kernel/calendar.ts';
import { MovedClock, wallClock } from '../../src/kernel/clock.ts';
import { openKeyRing } from '../../src/kernel/crypto.ts';
import { type Database, openDatabase } from '../../src/kernel/database/index.ts';
import { deliverRootFile, makeDueRoots } from '../../src/ledger/index.ts';
import { holdCatalogue } from '../../src/programmes/index.ts';
import { settleDay } from '../../src/settlement/index.ts';
import { makeDatabase, startPostgresServer } from '../support/database.ts';
import { agcodCaller, ask, httpCaller, tillCaller, tillMessage } from '../support/door-callers.ts';
import { hasPostgresBinaries, type PostgresServer } from '../support/postgres-server.ts';
import {
  readSandbox,
  runProgram,
  startServer,
  temporaryFolder,
} from '../support/server-process.ts';

const MASTER_KEY = Buffer.from('a master key of thirty-two bytes').toString('base64');
const DAY_MS = 24 * 60 * 60 * 1000;
const ZONE = 'Asia/Tokyo';

void test('nothing leaks (PGlite)', (context) => leakNothing(context, null));
void test('nothing leaks (PostgreSQL)', { skip: !hasPostgresBinaries() }, async (context) => {
  const postgres = await startPostgresServer();
  context.after(() => postgres.stop());
  await leakNothing(context, postgres);
});

/** What must stay secret, and where it might have gone. */
interface Hunt {
  readonly secrets: Map<string, string>;
  readonly numbers: Set<string>;
  readonly told: Map<string, string>; // outside the database
}

async function leakNothing(context: TestContext, postgres: PostgresServer | null): Promise<void> {
  const folder = join(temporaryFolder(context), 'data');
  mkdirSync(folder, { mode: 0o700 });
  const environment = {
    KINKEN_LOG: 'trace',
    KINKEN_MASTER_KEY: MASTER_KEY,
    ...(postgres && { DATABASE_URL: await makeDatabase(postgres) }),
  };
  const words = postgres === null ? [] : ['--demo'];
  const server = await startServer(context, { folder, environment, words });
  const sandbox = readSandbox(folder);
  const hunt: Hunt = { secrets: new Map(), numbers: new Set(), told: new Map() };
  hunt.secrets.set('master key', MASTER_KEY);
  hunt.secrets.set('API key', sandbox.http.apiKey);
  hunt.secrets.set('AGCOD secret', sandbox.agcod.secretAccessKey);

  const receiver = await openFailingReceiver(context, hunt);
  await driveHttp(sandbox, hunt, receiver);
  await driveAgcod(sandbox, hunt);
  await driveTill(sandbox, hunt);
  await sleep(3_000); // the webhook is tried
  assert.ok(hunt.told.has('a webhook'), 'the webhook was tried');
  await readFeedAndFigures(sandbox, hunt);
  assert.equal((await server.stop()).code, 0);
  hunt.told.set('the log', server.output());
  assert.ok(server.output().split('\n').length > 3, 'something was logged');

  const verified = await runProgram(['verify'], { ...environment, KINKEN_DATA: folder });
  assert.equal(verified.code, 0, verified.text);
  const { DATABASE_URL: url } = { DATABASE_URL: undefined, ...environment };
  const database = await openDatabase(url === undefined ? { folder } : { url });
  await writeDailyFiles(database, folder, hunt);
  const stored = await everyColumn(database);
  await database.close();
  searchAll(hunt, stored);
  searchFiles(hunt, postgres?.folder ?? join(folder, 'postgres'));
}

async function driveHttp(sandbox: Sandbox, hunt: Hunt, webhookUrl: string): Promise<void> {
  const { http } = sandbox;
  const call = httpCaller(http.baseUrl, http.apiKey);
  const yen = { amountMinor: 1_500, unit: 'JPY' };
  const issued = await call('/v1/instruments', {
    requestId: 'i-1',
    body: { productId: 'gift-code', ...yen },
  });
  assert.equal(issued.status, 200, issued.text);
  const code = String(issued.body.code);
  hunt.secrets.set('issued code', code);
  const card = { code };
  const fine = await call('/v1/redemptions', { requestId: 'r-1', body: { card, ...yen } });
  assert.equal(fine.status, 200, fine.text);
  await call('/v1/reversals', { requestId: 'r-2', body: { requestId: 'r-1', card } });
  await call('/v1/freezes', { requestId: 'f-1', body: { card, reason: 'support' } });

  const webhook = { clientId: 'mihon-mart', url: webhookUrl, kinds: [] };
  const made = await call('/v1/admin/webhooks', { body: webhook });
  assert.equal(made.status, 200, made.text);
  hunt.secrets.set('webhook secret', String(made.body.secret));
  const key = await call('/v1/admin/clients/mihon-mart/keys', { body: { scopes: ['read'] } });
  assert.equal(key.status, 200, key.text);
  hunt.secrets.set('another API key', key.body.apiKey);

  let mistakesMade = 0;
  const post = (path: string, body: unknown, headers = {}) =>
    call(path, { requestId: `bad-${(mistakesMade += 1)}`, body, headers });
  const order = { card, ...yen };
  const mistakes = [
    post('/v1/redemptions', { ...order, card: { number: code } }),
    post('/v1/redemptions', { ...order, card: { instrumentId: code } }),
    post('/v1/redemptions', { ...order, card: { code: { code } } }),
    post('/v1/redemptions', { ...order, card: { code: `${code.slice(0, -1)}!` } }),
    post('/v1/redemptions', { ...order, [code]: code }),
    post('/v1/redemptions', { ...order, unit: code }),
    post('/v1/redemptions', { ...order, amountMinor: code }),
    post('/v1/redemptions', { ...order, merchantId: code }),
    post('/v1/redemptions', order), // frozen
    post('/v1/redemptions', `{"card":{"code":"${code}"},"amountMinor":`),
    post('/v1/redemptions', `{"card":{"code":"${code}"},"card":{"code":"${code}"}}`),
    post('/v1/redemptions', `{"card":{"code":"${code}"},"pad":"${'x'.repeat(70_000)}"}`),
    post('/v1/redemptions', `<card>${code}</card>`, { 'content-type': 'application/xml' }),
    post('/v1/redemptions', code, { 'content-type': code.toLowerCase() }),
    post('/v1/instruments', { productId: code, ...yen }),
    post('/v1/holds/hld_1/captures', { code }),
    post('/v1/moves', { ...order, to: { number: code } }),
    post('/v1/batches', { operations: [{ requestId: 'b-1', kind: code, card, ...yen }] }),
    post('/v1/admin/products', { key: code, name: code }),
    post('/v1/admin/clients', { key: code }),
    call('/v1/balance-inquiries', { body: { card: { number: code } } }),
    call(`/v1/requests/x?number=${code}`),
    call(`/v1/instruments/${code}`),
    call(`/v1/instruments/${code}/transfers?before=${code}`),
    call(`/v1/events?after=${code}`),
    call(`/v1/${code}?${code}=${http.apiKey}`),
    call(`/${code}`, { headers: { accept: 'text/html' } }),
    call(`/v1/funds?unit=${code}`),
    call('/v1/events', { headers: { authorization: `Bearer ${code}` } }),
    call('/v1/events', { headers: { authorization: `Basic ${http.apiKey}` } }),
    call('/v1/events', { headers: { 'x-forwarded-for': code, 'user-agent': code } }),
    call(`/v1/redemptions?code=${code}`, { method: 'DELETE' }),
    ask(`${http.baseUrl}/`, {
      method: 'POST',
      body: new URLSearchParams({ code, token: code }),
      headers: { cookie: `token=${code}` },
    }),
    ask(`${http.baseUrl}/balance?code=${code}`, { method: 'POST', body: code }),
  ];
  for (const [place, mistake] of mistakes.entries()) {
    const { status, text } = await mistake;
    assert.ok(status < 500, `mistake ${place} was answered ${status}: ${text}`);
    hunt.told.set(`the answer to mistake ${place}`, text);
  }
}

async function driveAgcod(sandbox: Sandbox, hunt: Hunt): Promise<void> {
  const call = agcodCaller(sandbox);
  const { partnerId } = sandbox.agcod;
  const value = { currencyCode: 'JPY', amount: 2_000 };
  const order = { creationRequestId: `${partnerId}-1`, partnerId, value };
  const created = await call('CreateGiftCard', order);
  assert.equal(created.body.status, 'SUCCESS', created.text);
  const code = String(created.body.gcClaimCode);
  hunt.secrets.set('claim code', code);
  const mistakes = [
    call('CreateGiftCard', { ...order, value: { currencyCode: code, amount: 1 } }),
    call('CreateGiftCard', { ...order, partnerId: code }),
    call('CreateGiftCard', `{"gcClaimCode":"${code}"`),
    call('CreateGiftCard', `<CreateGiftCardRequest><a>${code}</b>`, 'application/xml'),
    call('CancelGiftCard', { creationRequestId: `${partnerId}-9`, partnerId, gcId: code }),
    call('ActivateGiftCard', {
      activationRequestId: `${partnerId}-2`,
      partnerId,
      cardNumber: code,
      value,
    }),
    call('ActivationStatusCheck', {
      statusCheckRequestId: `${partnerId}-3`,
      partnerId,
      cardNumber: code,
    }),
    call(code, { code }),
    ask(`${sandbox.agcod.baseUrl}/CreateGiftCard`, {
      method: 'POST',
      body: code,
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${code}, Signature=${sandbox.agcod.secretAccessKey}`,
      },
    }),
  ];
  for (const [place, mistake] of mistakes.entries()) {
    hunt.told.set(`AGCOD's answer to mistake ${place}`, (await mistake).text);
  }
}

async function driveTill(sandbox: Sandbox, hunt: Hunt): Promise<void> {
  const { number = '', faceMinor = 0 } = sandbox.cards[0] ?? {};
  hunt.numbers.add(number);
  const code = hunt.secrets.get('issued code') ?? '';
  const till = await tillCaller(sandbox);
  const about = { number, amountMinor: faceMinor, code: '900000' };
  const activation = tillMessage(sandbox, 1, about).fields;
  assert.equal((await till.send('0200', activation))?.[39], '00');
  const wrong = number.slice(0, -1) + ((Number(number.at(-1)) + 1) % 10);
  hunt.numbers.add(wrong);
  await till.send('0200', tillMessage(sandbox, 2, { ...about, number: wrong }).fields);
  await till.send('0200', tillMessage(sandbox, 3, { ...about, code: '000000' }).fields);
  await till.send('0200', { ...activation, 11: '000004', 41: code.slice(0, 8) });
  await till.send('0220', tillMessage(sandbox, 5, { ...about, number: wrong }).fields);
  till.end();
  for (const text of [code, `0200${code}`, `${number}=${code}`]) {
    const line = await tillCaller(sandbox);
    const body = Buffer.from(text, 'latin1');
    line.sendRaw(Buffer.concat([Buffer.from([0, body.length]), body]));
    await sleep(50);
    line.end();
  }
  const call = httpCaller(sandbox.http.baseUrl, sandbox.http.apiKey);
  const spent = { card: { number }, amountMinor: 99_999, unit: 'JPY' };
  for (const card of [{ number }, { number: wrong }]) {
    const { text } = await call('/v1/redemptions', {
      requestId: `n-${hunt.told.size}`,
      body: { ...spent, card },
    });
    hunt.told.set(`the refusal ${hunt.told.size}`, text);
  }
}

async function readFeedAndFigures(sandbox: Sandbox, hunt: Hunt): Promise<void> {
  const call = httpCaller(sandbox.http.baseUrl, sandbox.http.apiKey);
  let events = '';
  for (let next = ''; ;) {
    const page = await call(`/v1/events?limit=100${next && `&after=${next}`}`);
    assert.equal(page.status, 200, page.text);
    events += page.text;
    next = page.body.next;
    if (page.body.hasMore === false) break;
  }
  assert.match(events, /mihon/);
  hunt.told.set('the feed', events);
  hunt.told.set('the figures', (await call('/metrics')).text);
  for (const list of ['clients', 'webhooks', 'terminals', 'partners']) {
    hunt.told.set(`the list of ${list}`, (await call(`/v1/admin/${list}`)).text);
  }
}

/** A receiver that breaks, and keeps what it was sent. */
async function openFailingReceiver(context: TestContext, hunt: Hunt): Promise<string> {
  const server: Server = createServer((request, response) => {
    request.setEncoding('utf8').on('data', (chunk: string) => {
      hunt.told.set('a webhook', `${hunt.told.get('a webhook') ?? ''}${chunk}`);
    });
    request.on('end', () => response.writeHead(500).end('broken'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}

/** Settlement and root as they are written when the day is over. */
async function writeDailyFiles(database: Database, folder: string, hunt: Hunt): Promise<void> {
  const catalogue = (await holdCatalogue(database)).current();
  const [issuerId = 0] = catalogue.issuers.keys();
  const day = dayIn(wallClock.now(), ZONE);
  const later = new MovedClock(wallClock.now() + 2 * DAY_MS);
  const order = { issuerId, day, zone: ZONE, folder: join(folder, 'settlement') };
  assert.ok((await settleDay(database, catalogue, later, order)).length > 0);
  const keys = openKeyRing(Buffer.from(MASTER_KEY, 'base64'));
  for (const root of await makeDueRoots(database, later, keys)) {
    await deliverRootFile(join(folder, 'roots'), root);
  }
  for (const place of ['settlement', 'roots']) {
    const files = filesIn(join(folder, place));
    assert.ok(files.length > 0, `${place} are there`);
    for (const file of files) hunt.told.set(file, readFileSync(file, 'utf8'));
  }
}

/** Each row of each table as text; bytes stand there in hexadecimal. */
async function everyColumn(database: Database): Promise<Map<string, string>> {
  const tables = await database.query(`
    select table_schema || '.' || quote_ident(table_name) as name
    from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`);
  const stored = new Map<string, string>();
  for (const table of tables) {
    const name = String(table['name']);
    const rows = await database.query(`select each_row::text as text from ${name} as each_row`);
    stored.set(name, rows.map((row) => String(row['text'])).join('\n'));
  }
  assert.ok(stored.size > 20, 'every table is read');
  assert.match(stored.get('instruments.instrument') ?? '', /991201/, 'numbers are found there');
  return stored;
}

function searchAll({ secrets, numbers, told }: Hunt, stored: ReadonlyMap<string, string>): void {
  const leaks: string[] = [];
  for (const [place, text] of [...told, ...stored]) {
    for (const [what, secret] of secrets) {
      assert.ok(secret.length >= 16, `${what} is known`);
      if (formsOf(secret).some((form) => text.includes(form))) leaks.push(`${what} in ${place}`);
    }
  }
  for (const [place, text] of told) {
    for (const number of numbers) if (text.includes(number)) leaks.push(`a number in ${place}`);
  }
  assert.deepEqual(leaks, []);
}

/** As printed, as typed, and as a careless program would keep it. */
function formsOf(secret: string): string[] {
  const bare = secret.replaceAll('-', '');
  const texts = [secret, bare, secret.toLowerCase(), bare.toLowerCase()];
  const kept = texts.flatMap((text) => {
    const bytes = Buffer.from(text, 'utf8');
    return [bytes.toString('hex'), bytes.toString('base64').replace(/=+$/, '')];
  });
  const decoded = Buffer.from(secret.replace(/^kk_/, ''), 'base64');
  return [...texts, ...kept, decoded.toString('hex')];
}

/** The log of changes, the heap, and PostgreSQL's own log: what no query shows. */
function searchFiles({ secrets }: Hunt, folder: string): void {
  const leaks: string[] = [];
  for (const file of filesIn(folder)) {
    const bytes = readFileSync(file);
    for (const [what, secret] of secrets) {
      const forms = [secret, secret.replaceAll('-', '')];
      if (forms.some((form) => bytes.includes(form))) leaks.push(`${what} in ${basename(file)}`);
    }
  }
  assert.deepEqual(leaks, []);
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
