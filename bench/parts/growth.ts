import { fillCards, fillCatalogue } from '../fill.ts';
import { costed, keys, openBench, redeemer } from '../engine-bench.ts';
import { ms, perSecond, times, us, type BenchPart } from '../part.ts';

/** The same load over 10,000 cards and over a million. */
export const growth: BenchPart = {
  name: 'growth',
  isLong: true,
  async run({ seconds, startPostgres }) {
    const postgres = await startPostgres();
    const database = await postgres.open();
    try {
      await fillCatalogue(database);
      const bench = await openBench(database);
      const catalogue = bench.catalogue.current();
      // Long enough that the pages which a checkpoint makes dear are written once before it counts.
      const load = { inFlight: 800, seconds, warmUpSeconds: 15 };
      const few = await fillCards(bench.engine, keys, catalogue, 10_000, 1);
      await database.script('vacuum analyze');
      await database.script('checkpoint');
      const small = await costed(redeemer(bench.engine, few), load, postgres.postmasterPid);
      const began = performance.now();
      const many = await fillCards(bench.engine, keys, catalogue, 990_000, 2);
      const filledIn = (performance.now() - began) / 1000;
      await database.script('vacuum analyze');
      const all = [...few, ...many];
      const large = await costed(redeemer(bench.engine, all), load, postgres.postmasterPid);
      await bench.engine.close();
      return [
        {
          what: 'Redemptions over 1,000,000 cards',
          ours: `${perSecond(large.perSecond)}, p99 ${ms(large.p99Ms)}`,
          beside: `${perSecond(small.perSecond)}, p99 ${ms(small.p99Ms)}`,
          ratio: times(large.perSecond / small.perSecond),
          note: `beside: over 10,000; 990,000 cards with value were made at ${perSecond(990_000 / filledIn)}; CPU an operation ${us(large.ownCpuUs)} + database ${us(large.databaseCpuUs)}, beside ${us(small.ownCpuUs)} + ${us(small.databaseCpuUs)}`,
        },
      ];
    } finally {
      await database.close();
      await postgres.stop();
    }
  },
};
