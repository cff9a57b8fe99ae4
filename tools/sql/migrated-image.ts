import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { migrate, MIGRATIONS } from '../../src/kernel/database/index.ts';
import { readMigrations } from '../../src/kernel/database/migrate.ts';
import { openPglite } from '../../src/kernel/database/pglite.ts';

const CACHE = new URL('../../node_modules/.cache/kinken/', import.meta.url);

/** What an image depends on besides the migrations. */
const SHAPED_BY = [
  '../../package-lock.json',
  '../../src/kernel/database/migrate.ts',
  '../../src/kernel/database/pglite-folder.ts',
  './migrated-image.ts',
];

/**
 * An empty, migrated PGlite as bytes. Making one takes seconds and loading one a fraction of that, so it is
 * kept beside the installed packages under a name that changes with the migrations and with PGlite.
 */
export function migratedImage(): Promise<Uint8Array<ArrayBuffer>> {
  return (image ??= keptImage());
}

let image: Promise<Uint8Array<ArrayBuffer>> | undefined;

async function keptImage(): Promise<Uint8Array<ArrayBuffer>> {
  const file = new URL(`migrated-${await fingerprint()}.tar`, CACHE);
  try {
    return new Uint8Array(await readFile(file));
  } catch {
    const made = await makeImage();
    await keep(file, made);
    return made;
  }
}

async function makeImage(): Promise<Uint8Array<ArrayBuffer>> {
  const database = await openPglite({
    lockTimeoutMs: 0,
    idleInTransactionTimeoutMs: 60_000,
    initdb: ['--wal-segsize=1'], // a smaller image loads in half the time
  });
  await migrate(database);
  const bytes = await database.dumpImage();
  await database.close();
  return bytes;
}

async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  for (const migration of await readMigrations(MIGRATIONS)) hash.update(migration.sha256);
  for (const source of SHAPED_BY) hash.update(await readFile(new URL(source, import.meta.url)));
  return hash.digest('hex').slice(0, 24);
}

/** Written aside and renamed: several test processes may do this at once. */
async function keep(file: URL, bytes: Uint8Array): Promise<void> {
  const aside = new URL(`${file.href}.${process.pid}`);
  await mkdir(CACHE, { recursive: true });
  await writeFile(aside, bytes);
  await rename(aside, file);
}
