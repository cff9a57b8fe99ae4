import { sellWhileSwitching } from '../../test/support/switch-load.ts';
import { ms, perSecond, type BenchPart } from '../part.ts';

const PER_SECOND = 1_000;

/** Sales while stops go on and off: whether the switch costs them anything, and whether it is ever late (R19). */
export const switching: BenchPart = {
  name: 'switch',
  isLong: false,
  async run({ seconds, startPostgres }) {
    const postgres = await startPostgres();
    const database = await postgres.open();
    try {
      const load = { seconds: Math.max(seconds, 10), perSecond: PER_SECOND, everyMs: 1_200 };
      const report = await sellWhileSwitching(database, load);
      const { sold, stopped, changes, wrongSide, nearestMs } = report;
      return [
        {
          what: 'Sales while a stop goes on and off',
          ours: `${perSecond(report.perSecond)} (p99 ${ms(report.p99Ms)})`,
          beside: `${perSecond(PER_SECOND)} asked for`,
          ratio: `${wrongSide} on the wrong side`,
          note: `${sold} sold, ${stopped} refused, ${changes} changes; the nearest ${nearestMs} ms from its instant`,
        },
      ];
    } finally {
      await database.close();
      await postgres.stop();
    }
  },
};
