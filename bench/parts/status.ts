import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runScript } from '../child.ts';
import { cpuSeconds } from '../cpu.ts';
import { ms, perSecond, times, us, type BenchPart, type Figure } from '../part.ts';
import type { BenchPostgres } from '../postgres.ts';

interface PagesAnswer {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failed: number;
  readonly all: number;
  readonly ownCpuUs: number;
}

const PATHS = ['/ja/status', '/api/v2/summary.json'] as const;
const WANTED_PER_SECOND = 5_000;
const READERS = 64;

/** The public status over real sockets, with its database and then without: server and readers share this machine. */
export const status: BenchPart = {
  name: 'status',
  isLong: false,
  async run({ seconds, startPostgres }) {
    const postgres = await startPostgres();
    const server = await startServer(postgres);
    try {
      const up = await measureAll(server, seconds, 'its database is up');
      await postgres.stop();
      return [...up, ...(await measureAll(server, seconds, 'its database is down'))];
    } finally {
      await server.stop();
    }
  },
};

async function measureAll(server: Server, seconds: number, when: string): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const path of PATHS) figures.push(await measure(server, path, seconds, when));
  return figures;
}

interface Server {
  readonly pid: number;
  readonly url: URL;
}

async function measure(
  server: Server,
  path: string,
  seconds: number,
  when: string,
): Promise<Figure> {
  const before = cpuSeconds(server.pid);
  const { hostname: host, port } = server.url;
  const answer = await runScript<PagesAnswer>('script-pages.ts', {
    host,
    port: Number(port),
    path,
    connections: READERS,
    seconds,
  });
  const serverUs = ((cpuSeconds(server.pid) - before) * 1e6) / answer.all;
  return {
    what: `${path}, ${when}`,
    ours: `${perSecond(answer.perSecond)}, p50 ${ms(answer.p50Ms)}, p99 ${ms(answer.p99Ms)}`,
    beside: `${perSecond(WANTED_PER_SECOND)} wanted`,
    ratio: times(answer.perSecond / WANTED_PER_SECOND),
    note: `CPU a request: server ${us(serverUs)}, readers ${us(answer.ownCpuUs)}${answer.failed > 0 ? `; ${answer.failed} failed` : ''}`,
  };
}

async function startServer(postgres: BenchPostgres) {
  const folder = mkdtempSync(join(tmpdir(), 'kinken-bench-'));
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, 'serve', '--demo'], {
    env: {
      ...process.env,
      DATABASE_URL: postgres.url,
      KINKEN_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
      KINKEN_DATA: folder,
      PORT: '0',
      TILL_PORT: '0',
      KINKEN_LOG: 'fatal',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const sandbox = await untilThere(join(folder, 'sandbox.json'));
  await new Promise((resolve) => setTimeout(resolve, 3_000)); // until its components are on the page
  return {
    pid: child.pid!,
    url: new URL(sandbox.http.baseUrl),
    async stop() {
      child.kill('SIGKILL'); // its database is gone: there is nothing to finish
      await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function untilThere(file: string): Promise<{ readonly http: { readonly baseUrl: string } }> {
  for (let tries = 0; tries < 600; tries += 1) {
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as { http: { baseUrl: string } };
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error('the server did not start within 60 s');
}
