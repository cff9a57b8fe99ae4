import { runScript } from '../child.ts';
import type { Measured } from '../drive.ts';
import { keys, openBench } from '../engine-bench.ts';
import { fillCards, fillCatalogue } from '../fill.ts';
import { ms, perSecond, times, type BenchPart } from '../part.ts';

/** Two server processes on one database do at least as much as one. */
export const processes: BenchPart = {
  name: 'processes',
  isLong: false,
  async run({ seconds, startPostgres }) {
    const postgres = await startPostgres();
    const database = await postgres.open();
    try {
      await fillCatalogue(database);
      const bench = await openBench(database);
      await fillCards(bench.engine, keys, bench.catalogue.current(), 10_000);
      await bench.engine.close();
      await database.script('vacuum analyze');
      const one = (inFlight: number): Promise<Measured> =>
        runScript('script-engine.ts', { url: postgres.url, seconds, inFlight });
      const alone = await one(1_000);
      const both = await Promise.all([one(500), one(500)]);
      const sum = both.reduce((total, { perSecond: rate }) => total + rate, 0);
      const p99 = Math.max(...both.map(({ p99Ms }) => p99Ms));
      return [
        {
          what: 'Two server processes on one database',
          ours: `${perSecond(sum)}, p99 ${ms(p99)}`,
          beside: `${perSecond(alone.perSecond)}, p99 ${ms(alone.p99Ms)}`,
          ratio: times(sum / alone.perSecond),
          note: 'beside: one process; 1,000 in flight in all; both cores are busy with one',
        },
      ];
    } finally {
      await database.close();
      await postgres.stop();
    }
  },
};
