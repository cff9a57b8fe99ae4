import { fillCards, fillCatalogue } from '../fill.ts';
import { costed, keys, openBench, redeemer, type Costed } from '../engine-bench.ts';
import { median, ms, perSecond, times, us, type BenchPart, type Figure } from '../part.ts';
import { openPlain } from '../plain.ts';
import { appendRaw } from '../raw.ts';

const CARDS = 10_000;

/**
 * How many wait for their answer at once. Their number divided by the rate is their mean latency, and the slowest
 * hundredth waits twice as long: the first stays below 100 ms in a good hour of the machine, the second in a bad one, and
 * the third is for 60 ms.
 */
const IN_FLIGHT = [380, 240, 140];

/** The machine's speed changes from minute to minute, so both are measured in turns, and compared turn by turn. */
const TURNS = 3;

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
      const load = { seconds: Math.max(3, seconds / 2), warmUpSeconds: 2 };
      const runPlain = async (connections: number, run: string): Promise<Costed> => {
        const target = await openPlain(database, connections, laneCount, run);
        const redeem = (index: number): Promise<boolean> =>
          target.redeem(index, numbers[(index * 7919) % numbers.length]!, 10n);
        const measured = await costed(
          redeem,
          { ...load, inFlight: connections },
          postgres.postmasterPid,
        );
        await target.close();
        return measured;
      };
      const runOurs = async (inFlight: number): Promise<Costed> => {
        const bench = await openBench(database);
        const measured = await costed(
          redeemer(bench.engine, numbers),
          { ...load, inFlight },
          postgres.postmasterPid,
        );
        await bench.engine.close();
        return measured;
      };
      const turns: Turn[] = [];
      for (let turn = 0; turn < TURNS; turn += 1) {
        const plain = [
          await runPlain(16, `plain-16-${turn}`),
          await runPlain(32, `plain-32-${turn}`),
        ];
        turns.push({
          plain: quickest(plain),
          ours: [],
        });
        for (const inFlight of IN_FLIGHT) turns.at(-1)?.ours.push(await runOurs(inFlight));
      }
      const raw = await appendRaw(database, 400, seconds);
      const most = median(turns.map(({ ours }) => ours[0]?.perSecond ?? 0));
      return [
        ...IN_FLIGHT.map((inFlight, at) =>
          compare(
            `Redemptions, ${inFlight} in flight`,
            turns.map(({ ours }) => ours[at]!),
            turns.map(({ plain }) => plain),
          ),
        ),
        {
          what: 'Share of the raw speed',
          ours: perSecond(most),
          beside: perSecond(raw),
          ratio: `${Math.round((most / raw) * 100)}%`,
          note: 'beside: appending the same request and transfer rows in batches of 400, no logic',
        },
      ];
    } finally {
      await database.close();
      await postgres.stop();
    }
  },
};

interface Turn {
  readonly plain: Costed; // the quicker of its two
  readonly ours: Costed[]; // as IN_FLIGHT
}

/** Medians over the turns; the ratio is that of a turn, and the note says all of them. */
function compare(what: string, own: readonly Costed[], beside: readonly Costed[]): Figure {
  const ours = medians(own);
  const plain = medians(beside);
  const ratios = own.map(({ perSecond: rate }, turn) => rate / beside[turn]!.perSecond);
  return {
    what,
    ours: `${perSecond(ours.perSecond)}, p50 ${ms(ours.p50Ms)}, p99 ${ms(ours.p99Ms)}`,
    beside: `${perSecond(plain.perSecond)}, p50 ${ms(plain.p50Ms)}, p99 ${ms(plain.p99Ms)}`,
    ratio: times(median(ratios)),
    note: `turns ${ratios.map(times).join(', ')}; CPU an operation: ours ${us(ours.ownCpuUs)} + database ${us(ours.databaseCpuUs)}; plain ${us(plain.ownCpuUs)} + ${us(plain.databaseCpuUs)}`,
  };
}

function quickest(runs: readonly Costed[]): Costed {
  return runs.reduce((one, other) => (one.perSecond > other.perSecond ? one : other));
}

function medians(runs: readonly Costed[]): Costed {
  const of = (key: keyof Costed): number => median(runs.map((run) => run[key]));
  return {
    perSecond: of('perSecond'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    failed: 0,
    ownCpuUs: of('ownCpuUs'),
    databaseCpuUs: of('databaseCpuUs'),
  };
}
