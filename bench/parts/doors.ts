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

const AT_HALF_LOAD = 64; // connections

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
      const door = { seconds, postgres, serverPid: server.pid };
      const overHttp = await loadDoor(door, http, 200, null);
      const overMore = await loadDoor(door, http, 600, null);
      const overHalf = await loadDoor(door, http, AT_HALF_LOAD, overHttp.perSecond / 2);
      const atTill = await loadDoor(door, till, 200, null);
      const atHalf = await loadDoor(door, till, AT_HALF_LOAD, atTill.perSecond / 2);
      return [
        figureOf('Redemptions over HTTP, 200 connections', overHttp),
        figureOf('Redemptions over HTTP, 600 connections', overMore),
        figureOf(`The same at half the load of 200, ${AT_HALF_LOAD} connections`, overHalf),
        figureOf('Redemptions at the till, 200 connections', atTill),
        figureOf(`The same at half the load, ${AT_HALF_LOAD} connections`, atHalf),
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

interface Door {
  readonly seconds: number;
  readonly postgres: BenchPostgres;
  readonly serverPid: number;
}

interface DoorLoad extends LoadAnswer {
  readonly serverUs: number; // of processor time, a message
  readonly databaseUs: number;
}

/** perSecondAsked: null: as much as it gives. */
async function loadDoor(
  { seconds, postgres, serverPid }: Door,
  order: object,
  connections: number,
  perSecondAsked: number | null,
): Promise<DoorLoad> {
  const serverBefore = cpuSeconds(serverPid);
  const databaseBefore = cpuSeconds(postgres.postmasterPid);
  const answer = await runScript<LoadAnswer>('script-load.ts', {
    ...order,
    connections,
    seconds,
    perSecond: perSecondAsked,
    run: `${connections}-${Math.round(performance.now())}`,
  });
  if (answer.failed > 0) throw new Error(`${answer.failed} redemptions failed`);
  return {
    ...answer,
    serverUs: ((cpuSeconds(serverPid) - serverBefore) * 1e6) / answer.good,
    databaseUs: ((cpuSeconds(postgres.postmasterPid) - databaseBefore) * 1e6) / answer.good,
  };
}

function figureOf(what: string, load: DoorLoad): Figure {
  return {
    what,
    ours: `${perSecond(load.perSecond)}, p50 ${ms(load.p50Ms)}, p99 ${ms(load.p99Ms)}`,
    beside: '',
    ratio: '',
    note: `CPU a message: server ${us(load.serverUs)}, database ${us(load.databaseUs)}, load generator ${us(load.ownCpuUs)}`,
  };
}
