import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { migrate, MIGRATIONS, readMigrations } from './migrate.ts';
import { openPglite } from './pglite.ts';

type Image = Uint8Array<ArrayBuffer>;

const CACHE = new URL('../../../node_modules/.cache/kinken/', import.meta.url);

/** What an image depends on besides the migrations and PGlite's version. */
const SHAPED_BY = ['./migrate.ts', './migrated-image.ts', './pglite-folder.ts'];

/** Behind the image: what was cut off or lies wrong on the disk is no image. */
const CHECKSUM_BYTES = 32;

/**
 * An empty, migrated PGlite as bytes: what a new embedded database begins with. initdb and all migrations take nine
 * seconds of processor time and unpacking this one and a half, so `npm ci` ends with making it. It lies beside the
 * installed packages under a name that changes with the migrations and with PGlite; without it a start takes longer.
 */
export async function findMigratedImage(): Promise<Image | undefined> {
  try {
    const kept = new Uint8Array(await readFile(await placeOfImage()));
    const image = kept.subarray(0, -CHECKSUM_BYTES);
    const isWhole = checksumOf(image).equals(kept.subarray(-CHECKSUM_BYTES));
    return isWhole ? image : undefined;
  } catch {
    return undefined;
  }
}

/** For tests and tools, and for the end of `npm ci`: made and kept where it is not there. */
export function migratedImage(): Promise<Image> {
  return (image ??= foundOrMade());
}

let image: Promise<Image> | undefined;

async function foundOrMade(): Promise<Image> {
  const found = await findMigratedImage();
  if (found !== undefined) return found;
  const made = await makeImage();
  await keep(await placeOfImage(), made);
  return made;
}

async function makeImage(): Promise<Image> {
  const database = await openPglite({ lockTimeoutMs: 0, idleInTransactionTimeoutMs: 60_000 });
  await migrate(database);
  const bytes = await database.dumpImage();
  await database.close();
  return bytes;
}

async function placeOfImage(): Promise<URL> {
  const hash = createHash('sha256').update(await pgliteVersion());
  for (const migration of await readMigrations(MIGRATIONS)) hash.update(migration.sha256);
  for (const source of SHAPED_BY) hash.update(await readFile(new URL(source, import.meta.url)));
  return new URL(`migrated-${hash.digest('hex').slice(0, 24)}.image`, CACHE);
}

function pgliteVersion(): Promise<string> {
  return readFile(new URL('../package.json', import.meta.resolve('@electric-sql/pglite')), 'utf8');
}

function checksumOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** Written aside and renamed: several processes may do this at once. */
async function keep(file: URL, bytes: Image): Promise<void> {
  const aside = new URL(`${file.href}.${process.pid}`);
  await mkdir(CACHE, { recursive: true });
  await writeFile(aside, [bytes, checksumOf(bytes)]);
  await rename(aside, file);
}
