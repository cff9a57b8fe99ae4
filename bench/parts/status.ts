import { setTimeout as pause } from 'node:timers/promises';
import { runScript } from '../child.ts';
import { cpuSeconds } from '../cpu.ts';
import { ms, perSecond, times, us, type BenchPart, type Figure } from '../part.ts';
import { startServer, type ServedBench } from '../served.ts';

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
    const server = await startServer(postgres, 'fatal'); // what a server without its database says is no news here
    try {
      await pause(3_000); // until its components are on the page
      const up = await measureAll(server, seconds, 'its database is up');
      await postgres.stop();
      return [...up, ...(await measureAll(server, seconds, 'its database is down'))];
    } finally {
      await server.kill();
    }
  },
};

async function measureAll(server: ServedBench, seconds: number, when: string): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const path of PATHS) figures.push(await measure(server, path, seconds, when));
  return figures;
}

async function measure(
  server: ServedBench,
  path: string,
  seconds: number,
  when: string,
): Promise<Figure> {
  const before = cpuSeconds(server.pid);
  const { hostname: host, port } = new URL(server.sandbox.http.baseUrl);
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
