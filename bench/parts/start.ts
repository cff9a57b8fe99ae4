import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOnce } from '../../tools/start-once.ts';
import { ms, type BenchPart, type Figure } from '../part.ts';

const TIMES = 5;

/** The program as people start it, until its line `ready`, on the embedded database: with the demo to make, and without. */
export const start: BenchPart = {
  name: 'start',
  isLong: false,
  async run() {
    const first: number[] = [];
    const later: number[] = [];
    for (let time = 0; time < TIMES; time += 1) {
      const folder = mkdtempSync(join(tmpdir(), 'kinken-bench-'));
      try {
        first.push(await startOnce(join(folder, 'data')));
        later.push(await startOnce(join(folder, 'data')));
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
    return [
      figureOf('The first start', first, 'ready with 1,100 blank cards; limit 8 s'),
      figureOf('A later start', later, 'ready; limit 4 s'),
    ];
  },
};

function figureOf(what: string, measuredMs: readonly number[], note: string): Figure {
  const [best = 0, , median = 0, , worst = 0] = measuredMs.toSorted((one, other) => one - other);
  const spread = `median of ${TIMES}, ${ms(best)} to ${ms(worst)}`;
  return { what, ours: `${ms(median)} (${spread})`, beside: '', ratio: '', note };
}
