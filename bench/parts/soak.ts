import { residentMb } from '../cpu.ts';
import { runScript } from '../child.ts';
import { perSecond, type BenchPart } from '../part.ts';
import { orderOverHttp, startServer } from '../served.ts';

const MINUTES = 10;
const CONNECTIONS = 200;

/** Ten minutes of full load over HTTP: memory of the server, bytes on disk for each redemption. */
export const soak: BenchPart = {
  name: 'soak',
  isLong: true,
  async run({ startPostgres }) {
    const postgres = await startPostgres();
    const database = await postgres.open();
    const server = await startServer(postgres);
    const memory: number[] = [];
    const timer = setInterval(() => memory.push(residentMb(server.pid)), 5_000);
    try {
      const order = await orderOverHttp(server.sandbox);
      const sizeOf = async (): Promise<number> => {
        await database.script('checkpoint');
        const [row] = await database.query('select pg_database_size(current_database()) as bytes');
        return Number(row!['bytes']);
      };
      const before = await sizeOf();
      const load = await runScript<{ perSecond: number; good: number; failed: number }>(
        'script-load.ts',
        { ...order, connections: CONNECTIONS, seconds: MINUTES * 60, perSecond: null, run: 'soak' },
      );
      const bytes = ((await sizeOf()) - before) / load.good;
      const half = memory.length >> 1;
      const peak = (part: number[]): number => Math.round(Math.max(...part));
      return [
        {
          what: 'Ten minutes of full load over HTTP',
          ours: `${perSecond(load.perSecond)}; resident memory of the server at most ${peak(memory.slice(0, half))} MB in the first half, ${peak(memory.slice(half))} MB in the second; ${Math.round(bytes)} bytes on disk a redemption`,
          beside: '',
          ratio: '',
          note: `${load.failed} failed; disk without the write-ahead log`,
        },
      ];
    } finally {
      clearInterval(timer);
      await server.stop();
      await database.close();
      await postgres.stop();
    }
  },
};
