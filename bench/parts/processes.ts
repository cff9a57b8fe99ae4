import { runScript } from '../child.ts';
import type { Measured } from '../drive.ts';
import { keys, openBench } from '../engine-bench.ts';
import { fillCards, fillCatalogue } from '../fill.ts';
import { median, ms, perSecond, times, type BenchPart } from '../part.ts';

const TURNS = 3; // the machine's speed changes from minute to minute

interface Turn {
  readonly alone: Measured;
  readonly both: readonly Measured[];
}

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
      const turns: Turn[] = [];
      for (let turn = 0; turn < TURNS; turn += 1) {
        turns.push({ alone: await one(1_000), both: await Promise.all([one(500), one(500)]) });
      }
      const ratios = turns.map(({ alone, both }) => sumOf(both) / alone.perSecond);
      const p99Of = (runs: readonly Measured[]): number =>
        Math.max(...runs.map((run) => run.p99Ms));
      return [
        {
          what: 'Two server processes on one database',
          ours: `${perSecond(median(turns.map(({ both }) => sumOf(both))))}, p99 ${ms(median(turns.map(({ both }) => p99Of(both))))}`,
          beside: `${perSecond(median(turns.map(({ alone }) => alone.perSecond)))}, p99 ${ms(median(turns.map(({ alone }) => alone.p99Ms)))}`,
          ratio: times(median(ratios)),
          note: `turns ${ratios.map(times).join(', ')}; beside: one process; 1,000 in flight in all; both cores are busy with one`,
        },
      ];
    } finally {
      await database.close();
      await postgres.stop();
    }
  },
};

function sumOf(runs: readonly Measured[]): number {
  return runs.reduce((total, run) => total + run.perSecond, 0);
}
