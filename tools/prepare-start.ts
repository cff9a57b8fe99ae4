/**
 * The end of `npm ci`: what makes a start quick. The image of an empty, migrated database is made, and a server is
 * started once on a folder of its own, so that what Node compiles of it is kept. Whatever fails here only costs time.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migratedImage } from '../src/kernel/database/migrated-image.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const READY_WITHIN_MS = 120_000;

try {
  await migratedImage();
  await startOnce();
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  process.stdout.write(`The first start will take longer: ${reason}\n`);
}

async function startOnce(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'kinken-prepare-'));
  try {
    await runUntilReady(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runUntilReady(folder: string): Promise<void> {
  const server = spawn(process.execPath, [MAIN, 'serve'], {
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
