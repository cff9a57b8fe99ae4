/**
 * One program: `serve` runs the server; every other word is a command of src/cli. It only dispatches.
 * What Node has compiled is kept beside the installed packages, for what is loaded after it was asked to:
 * of two thousand files, reading them anew takes half of the time of a start. `npm ci` ends with a first run.
 */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(
  fileURLToPath(new URL('../node_modules/.cache/kinken/compiled', import.meta.url)),
);
const { COMMANDS, runCommand } = await import('./cli/index.ts');
const { BOOK_COMMANDS, MEASURE_CHECK, REPLAY, SERVE } = await import('./server/index.ts');

process.umask(0o077); // what this program writes is its owner's alone (R29)

const streams = {
  out: (text: string) => void process.stdout.write(text),
  error: (text: string) => void process.stderr.write(text),
};

process.exitCode = await runCommand(
  [SERVE, REPLAY, MEASURE_CHECK, ...BOOK_COMMANDS, ...COMMANDS],
  process.argv.slice(2),
  {
    environment: process.env,
    streams,
  },
);
