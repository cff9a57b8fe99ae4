import { fillCards, fillCatalogue } from '../fill.ts';
import { costed, keys, openBench, redeemer } from '../engine-bench.ts';
import { ms, perSecond, times, type BenchPart } from '../part.ts';

/** Far more in flight than the queue takes: what is refused is refused at once, the rest keeps its rate. */
export const overload: BenchPart = {
  name: 'overload',
  isLong: false,
  async run({ seconds, startPostgres }) {
    const postgres = await startPostgres();
    const database = await postgres.open();
    try {
      await fillCatalogue(database);
      const bench = await openBench(database, { queueMax: 2_000 });
      const numbers = await fillCards(bench.engine, keys, bench.catalogue.current(), 10_000);
      await database.script('vacuum analyze');
      const redeem = redeemer(bench.engine, numbers);
      const load = { seconds, warmUpSeconds: 2 };
      const normal = await costed(redeem, { ...load, inFlight: 1_000 }, postgres.postmasterPid);
      let done = 0;
      let refused = 0;
      const tooMuch = await costed(
        async (index) => {
          const isDone = await redeem(index);
          if (isDone) done += 1;
          else {
            refused += 1;
            await new Promise((resolve) => setTimeout(resolve, 100)); // a client that was told 503 waits
          }
          return true;
        },
        { ...load, inFlight: 8_000 },
        postgres.postmasterPid,
      );
      await bench.engine.close();
      const rate = done / (seconds + load.warmUpSeconds);
      return [
        {
          what: 'Overload: 8,000 in flight, a queue of 2,000',
          ours: `${perSecond(rate)} done, ${perSecond(refused / (seconds + 2))} told to come again, p99 ${ms(tooMuch.p99Ms)}`,
          beside: `${perSecond(normal.perSecond)}, p99 ${ms(normal.p99Ms)}`,
          ratio: times(rate / normal.perSecond),
          note: 'beside: 1,000 in flight',
        },
      ];
    } finally {
      await database.close();
      await postgres.stop();
    }
  },
};
