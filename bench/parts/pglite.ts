import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, openDatabase } from '../../src/kernel/database/index.ts';
import { fillCards, fillCatalogue } from '../fill.ts';
import { costed, keys, openBench, redeemer } from '../engine-bench.ts';
import { ms, perSecond, us, type BenchPart } from '../part.ts';

/** The embedded database on disk, flushed at each commit. */
export const pglite: BenchPart = {
  name: 'pglite',
  isLong: false,
  async run({ seconds }) {
    const folder = mkdtempSync(join(tmpdir(), 'kinken-bench-'));
    const database = await openDatabase({ folder });
    try {
      await migrate(database);
      await fillCatalogue(database);
      const bench = await openBench(database, { writers: 1, batchMax: 500 });
      const numbers = await fillCards(bench.engine, keys, bench.catalogue.current(), 10_000);
      const load = { inFlight: 1_000, seconds, warmUpSeconds: 2 };
      const ours = await costed(redeemer(bench.engine, numbers), load, null);
      await bench.engine.close();
      return [
        {
          what: 'The embedded database (PGlite), engine',
          ours: `${perSecond(ours.perSecond)}, p50 ${ms(ours.p50Ms)}, p99 ${ms(ours.p99Ms)}`,
          beside: '',
          ratio: '',
          note: `CPU an operation ${us(ours.ownCpuUs)}, all in one process; on disk, flushed before each answer`,
        },
      ];
    } finally {
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
