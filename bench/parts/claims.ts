import { claimUnderLoad, type ClaimLoadReport } from '../../test/support/claim-load.ts';
import { cpuSeconds } from '../cpu.ts';
import { ms, perSecond, type BenchPart, type Figure } from '../part.ts';

/** What is promised, and about what two cores can do: more cannot be charged than is asked for. */
const ASKED = [500, 1_000];
const SEED = 20_160_504;

/** Claims with charging at two servers, by a provider of whose calls three in a hundred come to nothing known (R23). */
export const claims: BenchPart = {
  name: 'claims',
  isLong: false,
  async run({ seconds, startPostgres }) {
    const figures: Figure[] = [];
    for (const asked of ASKED) {
      const postgres = await startPostgres();
      const database = await postgres.open();
      try {
        const load = { gifts: 2 * seconds * asked, perSecond: asked, seed: SEED };
        const report = await claimUnderLoad(database, load, () => cpuSeconds(process.pid));
        figures.push(figureOf(asked, report));
      } finally {
        await database.close();
        await postgres.stop();
      }
    }
    return figures;
  },
};

function figureOf(asked: number, report: ClaimLoadReport): Figure {
  return {
    what: `Gifts claimed, charged and issued, of ${perSecond(asked)}`,
    ours: `${perSecond(report.perSecond)} (p50 ${ms(report.p50Ms)}, p99 ${ms(report.p99Ms)})`,
    beside: `${perSecond(asked)} asked for`,
    ratio: `${report.twice} twice, ${report.differences.length} differences`,
    note: `${report.claimed} claimed, ${report.behind} not yet issued when the last claim had come, ${report.timeouts} calls with an unknown outcome, ${report.cpuMs.toFixed(2)} ms of processor time a gift, load of the machine ${report.load}`,
  };
}
