import { runScript } from '../child.ts';
import { cpuSeconds, residentMb } from '../cpu.ts';
import { ms, perSecond, us, type BenchPart, type Figure } from '../part.ts';
import type { BenchPostgres } from '../postgres.ts';
import { activateCards, orderOverHttp, startServer } from '../served.ts';

interface LoadAnswer {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failed: number;
  readonly good: number;
  readonly ownCpuUs: number;
}

/** Real servers over real sockets: server, database and load generator are processes of their own on this machine. */
export const doors: BenchPart = {
  name: 'doors',
  isLong: false,
  async run({ seconds, startPostgres }) {
    const postgres = await startPostgres();
    const server = await startServer(postgres);
    try {
      const { sandbox } = server;
      const http = await orderOverHttp(sandbox);
      const numbers = await activateCards(sandbox);
      const till = {
        ...http,
        door: 'till',
        host: sandbox.till.host,
        port: sandbox.till.port,
        messages: numbers,
      };
      const at = { seconds, postgres, pid: server.pid };
      return [
        await measureDoor('Redemptions over HTTP, 200 connections', http, 200, at),
        await measureDoor('Redemptions over HTTP, 600 connections', http, 600, at),
        await measureDoor('Redemptions at the till, 200 connections', till, 200, at),
        {
          what: 'Resident memory of the server after that',
          ours: `${Math.round(residentMb(server.pid))} MB`,
          beside: '',
          ratio: '',
          note: '',
        },
      ];
    } finally {
      await server.stop();
      await postgres.stop();
    }
  },
};

async function measureDoor(
  what: string,
  order: object,
  connections: number,
  at: { seconds: number; postgres: BenchPostgres; pid: number },
): Promise<Figure> {
  const load = async (open: number, rate: number | null) => {
    const before = { server: cpuSeconds(at.pid), database: cpuSeconds(at.postgres.postmasterPid) };
    const run = `${what.length}-${open}-${rate === null ? 'full' : 'half'}-${Math.round(performance.now())}`;
    const answer = await runScript<LoadAnswer>('script-load.ts', {
      ...order,
      connections: open,
      seconds: at.seconds,
      perSecond: rate,
      run,
    });
    if (answer.failed > 0) throw new Error(`${answer.failed} of ${what} failed`);
    const serverUs = ((cpuSeconds(at.pid) - before.server) * 1e6) / answer.good;
    const databaseUs =
      ((cpuSeconds(at.postgres.postmasterPid) - before.database) * 1e6) / answer.good;
    return { ...answer, serverUs, databaseUs };
  };
  const full = await load(connections, null);
  const half = await load(64, full.perSecond / 2);
  return {
    what,
    ours: `${perSecond(full.perSecond)}, p99 ${ms(full.p99Ms)}; at half load p50 ${ms(half.p50Ms)}, p99 ${ms(half.p99Ms)}`,
    beside: '',
    ratio: '',
    note: `CPU a message: server ${us(full.serverUs)}, database ${us(full.databaseUs)}, load generator ${us(full.ownCpuUs)}`,
  };
}
