import { fillCards, fillCatalogue } from '../fill.ts';
import { costed, keys, openBench, redeemer } from '../engine-bench.ts';
import { residentMb } from '../cpu.ts';
import { perSecond, type BenchPart } from '../part.ts';

const MINUTES = 10;

/** Ten minutes of full load: memory of the process, bytes on disk for each redemption. */
export const soak: BenchPart = {
  name: 'soak',
  isLong: true,
  async run({ startPostgres }) {
    const postgres = await startPostgres();
    const database = await postgres.open();
    try {
      await fillCatalogue(database);
      const bench = await openBench(database);
      const numbers = await fillCards(bench.engine, keys, bench.catalogue.current(), 10_000);
      const sizeOf = async (): Promise<number> => {
        await database.script('checkpoint');
        const [row] = await database.query('select pg_database_size(current_database()) as bytes');
        return Number(row!['bytes']);
      };
      const before = await sizeOf();
      const memory: number[] = [];
      const timer = setInterval(() => memory.push(residentMb(process.pid)), 5_000);
      const load = { inFlight: 400, seconds: MINUTES * 60, warmUpSeconds: 5 };
      let done = 0;
      const redeem = redeemer(bench.engine, numbers);
      const ours = await costed(
        async (index) => ((await redeem(index)) ? ((done += 1), true) : false),
        load,
        postgres.postmasterPid,
      );
      clearInterval(timer);
      const bytes = ((await sizeOf()) - before) / done;
      await bench.engine.close();
      const half = memory.length >> 1;
      const peak = (part: number[]): number => Math.round(Math.max(...part));
      return [
        {
          what: 'Ten minutes of full load',
          ours: `${perSecond(ours.perSecond)}; resident memory at most ${peak(memory.slice(0, half))} MB in the first half, ${peak(memory.slice(half))} MB in the second; ${Math.round(bytes)} bytes on disk a redemption`,
          beside: '',
          ratio: '',
          note: 'engine and load generator in one process; disk without the write-ahead log',
        },
      ];
    } finally {
      await database.close();
      await postgres.stop();
    }
  },
};
