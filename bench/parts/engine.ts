import { fillCards, fillCatalogue } from '../fill.ts';
import { costed, keys, openBench, redeemer, type Costed } from '../engine-bench.ts';
import { ms, perSecond, times, us, type BenchPart, type Figure } from '../part.ts';
import { openPlain } from '../plain.ts';
import { appendRaw } from '../raw.ts';

const CARDS = 10_000;

/**
 * How many wait for their answer at once. Their number divided by the rate is their mean latency, and the slowest
 * hundredth waits twice as long: these are for 100 ms and for 60 ms.
 */
const IN_FLIGHT = { many: 440, few: 220 };

/** The write path beside the plain implementation, on one PostgreSQL, one hot merchant, in turns. */
export const engine: BenchPart = {
  name: 'engine',
  isLong: false,
  async run({ seconds, startPostgres }) {
    const postgres = await startPostgres();
    const database = await postgres.open();
    try {
      await fillCatalogue(database);
      const first = await openBench(database);
      const numbers = await fillCards(first.engine, keys, first.catalogue.current(), CARDS);
      const { laneCount } = first.engine;
      await first.engine.close();
      await database.script('vacuum analyze');
      const load = { seconds, warmUpSeconds: 2 };
      const plain: Costed[] = [];
      for (const connections of [16, 32]) {
        const target = await openPlain(database, connections, laneCount, `plain-${connections}`);
        const redeem = (index: number): Promise<boolean> =>
          target.redeem(index, numbers[(index * 7919) % numbers.length]!, 10n);
        plain.push(
          await costed(redeem, { ...load, inFlight: connections }, postgres.postmasterPid),
        );
        await target.close();
      }
      const best = plain.reduce((one, other) => (one.perSecond > other.perSecond ? one : other));
      const measure = async (inFlight: number): Promise<Costed> => {
        const bench = await openBench(database);
        const measured = await costed(
          redeemer(bench.engine, numbers),
          { ...load, inFlight },
          postgres.postmasterPid,
        );
        await bench.engine.close();
        return measured;
      };
      const many = await measure(IN_FLIGHT.many);
      const few = await measure(IN_FLIGHT.few);
      const raw = await appendRaw(database, 400, seconds);
      return [
        ...compare(`Redemptions, ${IN_FLIGHT.many} in flight`, many, best),
        ...compare(`Redemptions, ${IN_FLIGHT.few} in flight`, few, best),
        {
          what: 'Share of the raw speed',
          ours: perSecond(many.perSecond),
          beside: perSecond(raw),
          ratio: `${Math.round((many.perSecond / raw) * 100)}%`,
          note: 'beside: appending the same request and transfer rows in batches of 400, no logic',
        },
      ];
    } finally {
      await database.close();
      await postgres.stop();
    }
  },
};

function compare(what: string, ours: Costed, plain: Costed): Figure[] {
  return [
    {
      what,
      ours: `${perSecond(ours.perSecond)}, p50 ${ms(ours.p50Ms)}, p99 ${ms(ours.p99Ms)}`,
      beside: `${perSecond(plain.perSecond)}, p50 ${ms(plain.p50Ms)}, p99 ${ms(plain.p99Ms)}`,
      ratio: times(ours.perSecond / plain.perSecond),
      note: `CPU an operation: ours ${us(ours.ownCpuUs)} + database ${us(ours.databaseCpuUs)}; plain ${us(plain.ownCpuUs)} + ${us(plain.databaseCpuUs)}`,
    },
  ];
}
