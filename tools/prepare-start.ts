/**
 * The end of `npm ci`: what makes a start quick. The image of an empty, migrated database is made, and a server is
 * started once on a folder of its own, so that what Node compiles of it is kept. Whatever fails here only costs time.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migratedImage } from '../src/kernel/database/migrated-image.ts';
import { startOnce } from './start-once.ts';

try {
  await migratedImage();
  await startAside();
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  process.stdout.write(`The first start will take longer: ${reason}\n`);
}

async function startAside(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'kinken-prepare-'));
  try {
    await startOnce(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
