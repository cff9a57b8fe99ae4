/**
 *   npm run simulate -- --seed 17          one seed, as it ran before
 *   npm run simulate -- --seeds 5000       as many as asked, from seed 1 on (or --from N)
 */
import { parseArgs } from 'node:util';
import { runSeed, type SeedReport } from './run-seed.ts';
import { openBooks } from './simulated-books.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
  },
});
const first = Number(values.seed ?? values.from);
const count = values.seed === undefined ? Number(values.seeds) : 1;
const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const database = await openBooks();
const started = performance.now();
const total = new Map<string, number>();
let failed = 0;
for (let seed = first; seed < first + count; seed += 1) {
  try {
    tally(await runSeed(database, seed));
    if (seed % 100 === 0) say(`seed ${seed}`);
  } catch (error) {
    failed += 1;
    say(`seed ${seed} failed; replay it with: npm run simulate -- --seed ${seed}`);
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}
const ms = performance.now() - started;
for (const [name, number] of total) say(`${name}: ${number}`);
say(`${count} seeds, ${failed} failed, ${Math.round(ms / count)} ms a seed`);
await database.close();
process.exitCode = failed === 0 ? 0 : 1;

function tally(report: SeedReport): void {
  const add = (name: string, number: number): void => {
    total.set(name, (total.get(name) ?? 0) + number);
  };
  add('requests', report.requests);
  add('accepted', report.accepted);
  for (const [name, number] of Object.entries(report.counts)) add(name, number);
  for (const [refusal, number] of report.refusals) add(`refused ${refusal}`, number);
  if (count === 1) say(`digest ${report.digest}`);
}
