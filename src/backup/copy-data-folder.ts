import { constants } from 'node:fs';
import { cp, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from '../kernel/assert.ts';
import type { Database } from '../kernel/database/index.ts';

/** PostgreSQL's own folder inside the data folder. */
const INNER = 'postgres';
/** Often enough that a transaction which only waits for a copy is not taken for a stopped one. */
const SIGN_OF_LIFE_MS = 2_000;

/**
 * Copies the embedded database of a running server: its only session is held, so nothing is written, the
 * buffers are flushed, and the files are copied and flushed in turn. Operations wait meanwhile. The copy is a data folder that a server opens;
 * it holds no key and no lock.
 */
export async function copyDataFolder(
  db: Database,
  dataFolder: string,
  target: string,
): Promise<void> {
  assert(db.kind === 'pglite', 'only the embedded database has a data folder');
  await mkdir(target, { recursive: true, mode: 0o700 });
  const making = join(target, `${INNER}.new`);
  await rm(making, { recursive: true, force: true });
  await db.transaction(async (on) => {
    await on.script('checkpoint');
    const alive = setInterval(() => void on.query('select 1').catch(() => {}), SIGN_OF_LIFE_MS);
    try {
      await cp(join(dataFolder, INNER), making, {
        recursive: true,
        mode: constants.COPYFILE_FICLONE,
        errorOnExist: true,
        force: false,
      });
    } finally {
      clearInterval(alive);
    }
  });
  await flushTree(making);
  await rename(making, join(target, INNER));
  await flush(target);
}

async function flushTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await flushTree(path);
    else if (entry.isFile()) await flush(path);
  }
  await flush(folder);
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
