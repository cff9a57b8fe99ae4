import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '../../test/support/server-process.ts';
import { ms, type BenchPart, type Figure } from '../part.ts';

const TIMES = 5;

/** From the command to the line `ready`, on the embedded database: with the demo to make, and without. */
export const start: BenchPart = {
  name: 'start',
  isLong: false,
  async run() {
    const first: number[] = [];
    const later: number[] = [];
    for (let time = 0; time < TIMES; time += 1) {
      const folder = mkdtempSync(join(tmpdir(), 'kinken-bench-'));
      try {
        first.push(await startAndStop(join(folder, 'data')));
        later.push(await startAndStop(join(folder, 'data')));
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

async function startAndStop(folder: string): Promise<number> {
  let kill = (): unknown => undefined;
  const after = (end: () => unknown): void => {
    kill = end;
  };
  try {
    const server = await startServer({ after }, { folder });
    await server.stop();
    return server.startedInMs;
  } finally {
    kill();
  }
}

function figureOf(what: string, measuredMs: readonly number[], note: string): Figure {
  const [best = 0, , median = 0, , worst = 0] = measuredMs.toSorted((one, other) => one - other);
  const spread = `median of ${TIMES}, ${ms(best)} to ${ms(worst)}`;
  return { what, ours: `${ms(median)} (${spread})`, beside: '', ratio: '', note };
}
