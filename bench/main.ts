/**
 * `npm run bench`: measures ours beside a plain implementation in the same run and prints a table.
 *
 *   npm run bench                    the short parts, some minutes
 *   npm run bench -- engine lone     only these
 *   npm run bench -- --long          also the long ones: a million cards, ten minutes of load
 */
import { cpus, totalmem } from 'node:os';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { check } from './parts/check.ts';
import { claims } from './parts/claims.ts';
import { doors } from './parts/doors.ts';
import { engine } from './parts/engine.ts';
import { gate } from './parts/gate.ts';
import { growth } from './parts/growth.ts';
import { lone } from './parts/lone.ts';
import { overload } from './parts/overload.ts';
import { pglite } from './parts/pglite.ts';
import { processes } from './parts/processes.ts';
import { soak } from './parts/soak.ts';
import { start } from './parts/start.ts';
import { status } from './parts/status.ts';
import { switching } from './parts/switch.ts';
import type { Figure } from './part.ts';
import { LANES } from './engine-bench.ts';
import { POSTGRES_SETTINGS, startBenchPostgres } from './postgres.ts';
import { notesBehind } from './result.ts';

const PARTS = [
  engine,
  lone,
  overload,
  processes,
  doors,
  pglite,
  start,
  gate,
  switching,
  claims,
  check,
  status,
  growth,
  soak,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    long: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '10' },
  },
});
const chosen = PARTS.filter((part) =>
  positionals.length > 0 ? positionals.includes(part.name) : values.long || !part.isLong,
);
const unknown = positionals.filter((name) => !PARTS.some((part) => part.name === name));
if (unknown.length > 0) {
  console.error(`There is no part "${unknown[0]}": ${PARTS.map((part) => part.name).join(', ')}`);
  process.exit(2);
}

const settings = Object.entries(POSTGRES_SETTINGS).map(([name, value]) => `${name}=${value}`);
const head = `Measured ${new Date().toISOString().slice(0, 10)} on ${cpus().length} x ${cpus()[0]?.model.trim()}, \
${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}; PostgreSQL 18 from npm with fsync and \
synchronous_commit on, ${settings.join(', ')}; ${LANES} lanes.`;
console.log(`${head}\n`);
const figures: Figure[] = [];
for (const part of chosen) {
  console.error(`... ${part.name}`);
  const found = await part.run({
    seconds: Number(values.seconds),
    startPostgres: startBenchPostgres,
  });
  figures.push(...found);
  for (const figure of found)
    console.error(
      `    ${figure.what}: ${figure.ours} | ${figure.beside} | ${figure.ratio} | ${figure.note}`,
    );
}
const table = [
  '| what | ours | beside | ratio | |',
  '|---|---|---|---|---|',
  ...figures.map(
    (one) => `| ${one.what} | ${one.ours} | ${one.beside} | ${one.ratio} | ${one.note} |`,
  ),
].join('\n');
console.log(table);
mkdirSync(new URL('results/', import.meta.url), { recursive: true });
const name = positionals.length > 0 ? positionals.join('-') : values.long ? 'long' : 'short';
const file = new URL(`results/${name}.md`, import.meta.url);
const notes = existsSync(file) ? notesBehind(readFileSync(file, 'utf8')) : '';
writeFileSync(file, `${head}\n\n${table}\n${notes}`);
process.exit(0);
