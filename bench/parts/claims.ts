import { claimUnderLoad } from '../../test/support/claim-load.ts';
import { cpuSeconds } from '../cpu.ts';
import { ms, perSecond, type BenchPart } from '../part.ts';

const PER_SECOND = 500;
const SEED = 20_160_504;

/** Claims with charging at two servers, by a provider of whose calls three in a hundred come to nothing known (R23). */
export const claims: BenchPart = {
  name: 'claims',
  isLong: false,
  async run({ seconds, startPostgres }) {
    const postgres = await startPostgres();
    const database = await postgres.open();
    try {
      const load = { gifts: 2 * seconds * PER_SECOND, perSecond: PER_SECOND, seed: SEED };
      const report = await claimUnderLoad(database, load, () => cpuSeconds(process.pid));
      return [
        {
          what: 'Gifts claimed, charged and issued',
          ours: `${perSecond(report.perSecond)} (p50 ${ms(report.p50Ms)}, p99 ${ms(report.p99Ms)})`,
          beside: `${perSecond(PER_SECOND)} asked for`,
          ratio: `${report.twice} twice, ${report.differences.length} differences`,
          note: `${report.claimed} claimed, ${report.behind} not yet issued when the last claim had come, ${report.timeouts} calls with an unknown outcome, ${report.cpuMs.toFixed(2)} ms of processor time a gift, load of the machine ${report.load}`,
        },
      ];
    } finally {
      await database.close();
      await postgres.stop();
    }
  },
};
