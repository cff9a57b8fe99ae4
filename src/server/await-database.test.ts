import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { readConfig } from '../kernel/config.ts';
import { createLog } from '../kernel/log.ts';
import { hasPostgresBinaries, startPostgresServer } from '../../test/support/postgres-server.ts';
import { startServer } from './index.ts';

const NO_BINARIES = hasPostgresBinaries() ? false : 'no PostgreSQL binaries are installed';

void test(
  'a server that starts while its database is away serves the public status that it kept, then everything',
  { skip: NO_BINARIES },
  async (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'kinken-away-'));
    context.after(() => rmSync(folder, { recursive: true, force: true }));
    const postgres = await startPostgresServer();
    context.after(() => postgres.stop());
    const port = await freePort();
    const config = readConfig({
      KINKEN_DATA: folder,
      KINKEN_MASTER_KEY: Buffer.alloc(32, 3).toString('base64'),
      DATABASE_URL: postgres.urlOf('postgres'),
      PORT: String(port),
      TILL_PORT: '0',
    });
    const said: string[] = [];
    const write = (line: string): void => void said.push(line);
    const log = createLog({ level: 'warn', isTerminal: false, write });
    const start = () => startServer({ config, log, isDemoAsked: false });
    const first = await start();
    assert.equal(said.filter((line) => line.includes('KINKEN_PUBLIC_URL is not set')).length, 1);
    const before = await (await fetch(`${first.httpUrl}/status`)).text();
    await setTimeout(500); // what was made last is on disk
    await first.stop();
    await postgres.killHard();

    const starting = start();
    const kept = await whenServed(`http://127.0.0.1:${port}/ja/status`);
    assert.equal(kept.status, 200);
    assert.match(await kept.text(), /<h1/);
    assert.ok(before.length > 0);
    const summary = await fetch(`http://127.0.0.1:${port}/api/v2/summary.json`);
    assert.equal(summary.status, 200);
    assert.match(JSON.stringify(await summary.json()), /status/);
    const other = await fetch(`http://127.0.0.1:${port}/v1/instruments`);
    assert.deepEqual([other.status, other.headers.get('retry-after')], [503, '5']);
    await other.arrayBuffer();
    await postgres.restart();
    const again = await starting;
    context.after(() => again.stop());
    assert.equal((await fetch(`${again.httpUrl}/readyz`)).status, 200);
  },
);

async function whenServed(url: string): Promise<Response> {
  for (let time = 0; time < 100; time += 1) {
    const answer = await fetch(url).catch(() => null);
    if (answer !== null) return answer;
    await setTimeout(100);
  }
  throw new Error('nothing was served');
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((listening) => probe.listen(0, '127.0.0.1', () => listening()));
  const address = probe.address();
  await new Promise((closed) => probe.close(closed));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
