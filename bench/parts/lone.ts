import { fillCards, fillCatalogue } from '../fill.ts';
import { costed, keys, openBench, redeemer } from '../engine-bench.ts';
import { ms, times, type BenchPart } from '../part.ts';
import { openPlain } from '../plain.ts';

/** One request at a time in an idle server: what waiting for a batch would cost. */
export const lone: BenchPart = {
  name: 'lone',
  isLong: false,
  async run({ seconds, startPostgres }) {
    const postgres = await startPostgres();
    const database = await postgres.open();
    try {
      await fillCatalogue(database);
      const bench = await openBench(database);
      const numbers = await fillCards(bench.engine, keys, bench.catalogue.current(), 1_000);
      await database.script('vacuum analyze');
      const load = { inFlight: 1, seconds: Math.min(seconds, 5), warmUpSeconds: 1 };
      const plain = await openPlain(database, 1, bench.engine.laneCount, 'lone');
      const redeem = (index: number): Promise<boolean> =>
        plain.redeem(index, numbers[index % numbers.length]!, 10n);
      const beside = await costed(redeem, load, postgres.postmasterPid);
      const ours = await costed(redeemer(bench.engine, numbers), load, postgres.postmasterPid);
      await plain.close();
      await bench.engine.close();
      return [
        {
          what: 'A lone request, median',
          ours: `${ms(ours.p50Ms)} (p99 ${ms(ours.p99Ms)})`,
          beside: `${ms(beside.p50Ms)} (p99 ${ms(beside.p99Ms)})`,
          ratio: times(ours.p50Ms / beside.p50Ms),
          note: 'one operation in flight, an idle lane does not wait',
        },
      ];
    } finally {
      await database.close();
      await postgres.stop();
    }
  },
};
