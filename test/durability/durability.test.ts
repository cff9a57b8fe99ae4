/**
 * Real processes on real databases, killed for real. `KINKEN_KILLS=20` kills as often as the promise says;
 * three times without.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Database,
  type DatabaseOptions,
  openDatabase,
} from '../../src/kernel/database/index.ts';
import { makeDatabase, openPglite, startPostgresServer } from '../support/database.ts';
import { hasPostgresBinaries } from '../support/postgres-server.ts';
import { BusyServers, judgeBooks, openShop, type Tally } from './busy-servers.ts';

const KILLS = Number(process.env['KINKEN_KILLS'] ?? 3);
const OPTIONS = { skip: !hasPostgresBinaries(), timeout: 300_000 + KILLS * 15_000 };

void test('a killed server has lost no answer and done nothing twice', OPTIONS, async (context) => {
  const server = await startPostgresServer();
  context.after(() => server.stop());
  const options = { url: await makeDatabase(server) };
  await onShop(await openDatabase(options), options, context, killServers);
});

void test('a killed database loses no answer, and its servers go on', OPTIONS, async (context) => {
  const server = await startPostgresServer();
  context.after(() => server.stop());
  const options = { url: await makeDatabase(server) };
  const database = await openDatabase(options);
  await onShop(database, options, context, async (servers) => {
    const busy = await servers.start();
    for (let kill = 0; kill < KILLS; kill += 1) {
      await busy.accepts(50);
      await sleep(someMs());
      await server.killHard();
      await sleep(someMs());
      await server.restart();
    }
    await busy.accepts(50);
    await busy.end();
  });
});

void test(
  'a killed server on the embedded database has lost no answer',
  OPTIONS,
  async (context) => {
    const folder = await mkdtemp(join(tmpdir(), 'kinken-durability-'));
    const options = { folder };
    const shop = await openPglite(options);
    const { numbers, opening } = await openShop(shop);
    await shop.close();
    const servers = new BusyServers(options, numbers);
    await killServers(servers);
    const database = await openDatabase(options);
    report(context, await judgeBooks(database, servers, opening));
    await database.close();
    await rm(folder, { recursive: true });
  },
);

void test('two servers on one database are right at the same time', OPTIONS, async (context) => {
  const server = await startPostgresServer();
  context.after(() => server.stop());
  const options = { url: await makeDatabase(server) };
  await onShop(await openDatabase(options), options, context, async (servers) => {
    const both = await Promise.all([servers.start(), servers.start()]);
    await Promise.all(both.map((busy) => busy.accepts(500)));
    await Promise.all(both.map((busy) => busy.end()));
  });
});

/** R27. */
void test(
  'a stopped server does not stop the other, and goes on rightly',
  OPTIONS,
  async (context) => {
    const lockTimeoutMs = 500;
    const idleInTransactionTimeoutMs = 1_000;
    const server = await startPostgresServer();
    context.after(() => server.stop());
    const url = await makeDatabase(server);
    const options = { url, lockTimeoutMs, idleInTransactionTimeoutMs };
    await onShop(await openDatabase({ url }), options, context, async (servers) => {
      const stopped = await servers.start();
      const other = await servers.start();
      for (let stop = 0; stop < KILLS; stop += 1) {
        await Promise.all([stopped.accepts(30), other.accepts(30)]);
        stopped.process.kill('SIGSTOP');
        const from = performance.now();
        await sleep(idleInTransactionTimeoutMs + 4_000);
        const gap = longestGap(other.acceptedAt, from, performance.now());
        context.diagnostic(`the other waited ${Math.round(gap)} ms at most`);
        const slackMs = 2_000; // of a machine that does other things, too
        assert.ok(gap < idleInTransactionTimeoutMs + 2 * lockTimeoutMs + slackMs, `${gap} ms`);
        stopped.process.kill('SIGCONT');
      }
      await Promise.all([stopped.accepts(100), other.accepts(100)]);
      await Promise.all([stopped.end(), other.end()]);
    });
  },
);

async function killServers(servers: BusyServers): Promise<void> {
  for (let kill = 0; kill < KILLS; kill += 1) {
    const busy = await servers.start();
    await busy.accepts(50);
    await sleep(someMs());
    await busy.kill();
  }
  const last = await servers.start();
  await last.accepts(50);
  await last.end();
}

async function onShop(
  database: Database,
  options: DatabaseOptions,
  context: TestContext,
  work: (servers: BusyServers) => Promise<void>,
): Promise<void> {
  const { numbers, opening } = await openShop(database);
  await database.close(); // a killed server would take its sessions along
  const servers = new BusyServers(options, numbers);
  context.after(() => servers.killAll());
  await work(servers);
  const after = await openDatabase(options);
  report(context, await judgeBooks(after, servers, opening));
  await after.close();
}

function report(context: TestContext, tally: Tally): void {
  const { answered, unanswered, doneUnseen } = tally;
  context.diagnostic(`${answered} answered, ${unanswered} not, of which ${doneUnseen} were done`);
  assert.ok(answered > 100, 'there was load');
}

/** When exactly it dies is left to chance, on purpose: the tables say afterwards what was right. */
function someMs(): number {
  return 20 + Math.random() * 300;
}

function longestGap(times: readonly number[], from: number, to: number): number {
  const within = [from, ...times.filter((at) => at > from && at < to), to];
  return Math.max(...within.slice(1).map((at, place) => at - within[place]!));
}
