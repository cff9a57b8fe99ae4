import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const READY_WITHIN_MS = 120_000;

/** Starts the program on a folder, and stops it as soon as it is ready. An empty folder then has the demo in it. */
export function startOnce(folder: string, flags: readonly string[] = []): Promise<void> {
  const server = spawn(process.execPath, [...flags, MAIN, 'serve'], {
    env: { PATH: process.env['PATH'], PORT: '0', TILL_PORT: '0', KINKEN_DATA: folder },
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: READY_WITHIN_MS,
  });
  let written = '';
  server.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    written += chunk;
    if (!server.killed && /"msg":"ready[";]/.test(written)) server.kill('SIGTERM');
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`a server that was tried ended with ${code}`)),
    );
  });
}
