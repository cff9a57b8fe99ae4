/**
 * One program: `serve` runs the server; every other word is a command of src/cli. It only dispatches.
 */
import { COMMANDS, runCommand } from './cli/index.ts';
import { BOOK_COMMANDS, REPLAY, SERVE } from './server/index.ts';

process.umask(0o077); // what this program writes is its owner's alone (R29)

const streams = {
  out: (text: string) => void process.stdout.write(text),
  error: (text: string) => void process.stderr.write(text),
};

process.exitCode = await runCommand(
  [SERVE, REPLAY, ...BOOK_COMMANDS, ...COMMANDS],
  process.argv.slice(2),
  {
    environment: process.env,
    streams,
  },
);
