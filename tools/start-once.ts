import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { monotonicMs } from '../src/kernel/clock.ts';

const PROGRAM = fileURLToPath(new URL('../bin/kinken', import.meta.url));
const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const READY_WITHIN_MS = 120_000;

/**
 * Starts the program on a folder, and stops it as soon as it is ready; resolves with the milliseconds until then. An
 * empty folder then has the demo in it. Without flags of Node it is the very command that people start, so that what
 * Node keeps of it, which it does for each set of flags, is theirs too.
 */
export async function startOnce(folder: string, flags?: readonly string[]): Promise<number> {
  const [command, ...words] = flags === undefined ? [PROGRAM] : [process.execPath, ...flags, MAIN];
  const startedAt = monotonicMs();
  let readyAt: number | undefined;
  const server = spawn(command, [...words, 'serve'], {
    env: { PATH: process.env['PATH'], PORT: '0', TILL_PORT: '0', KINKEN_DATA: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: READY_WITHIN_MS,
    killSignal: 'SIGKILL',
  });
  let written = '';
  let complained = '';
  server.stderr.setEncoding('utf8').on('data', (chunk: string) => (complained += chunk));
  server.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    written += chunk;
    if (readyAt !== undefined || !/"msg":"ready[";]/.test(written)) return;
    readyAt = monotonicMs();
    server.kill('SIGTERM');
  });
  const [code] = (await once(server, 'close')) as [number | null];
  if (code !== 0 || readyAt === undefined) {
    const how =
      code === null ? `was not done within ${READY_WITHIN_MS / 1000} s` : `ended with ${code}`;
    throw new Error(`a server that was tried ${how}: ${complained.slice(-500)}`);
  }
  return readyAt - startedAt;
}
