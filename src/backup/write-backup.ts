import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress } from 'node:zlib';
import type { Clock } from '../kernel/clock.ts';
import type { Database, Queryable } from '../kernel/database/index.ts';
import { listBackupMigrations } from './backup.sql.ts';
import { type BackupEnd, type BackupHead, LineHash, type TableLine } from './format.ts';
import { listTables } from './tables.ts';

export interface BackupWritten {
  readonly path: string;
  readonly tables: number;
  readonly rows: number;
  readonly bytes: number;
}

const ROWS_AT_ONCE = 2_000;

/**
 * Saves a whole database into one file, in one snapshot, while it is in use. On PostgreSQL nothing waits for
 * it; on the embedded database, which has one session, everything does: there a copy of the folder (`keepCopies`) is quicker.
 * The file is mode 0600 and takes its place only when it is whole. It holds no key: without the master key
 * it can be restored, but codes are not found in it (docs/operations/backup.md).
 */
export async function writeBackup(
  db: Database,
  path: string,
  clock: Clock,
): Promise<BackupWritten> {
  const unfinished = `${path}.new`;
  const packing = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 3 } });
  const file = createWriteStream(unfinished, { mode: 0o600 });
  const packed = pipeline(packing, file);
  packed.catch(() => {}); // told by the write that meets it
  try {
    const hash = new LineHash();
    const write = async (value: unknown): Promise<void> => {
      const line = `${JSON.stringify(value)}\n`;
      hash.add(line);
      if (!packing.write(line)) await Promise.race([once(packing, 'drain'), packed]);
    };
    const counts = await db.transaction((on) => writeTables(on, { db, clock, write }), 'snapshot');
    const end: BackupEnd = { rows: counts.rows, sha256: hash.end() };
    packing.end(`${JSON.stringify(end)}\n`);
    await packed;
    const bytes = await flush(unfinished);
    await rename(unfinished, path);
    return { path, ...counts, bytes };
  } catch (error) {
    packing.destroy();
    await rm(unfinished, { force: true });
    throw error;
  }
}

interface Writing {
  readonly db: Database;
  readonly clock: Clock;
  readonly write: (value: unknown) => Promise<void>;
}

async function writeTables(
  on: Queryable,
  writing: Writing,
): Promise<{ tables: number; rows: number }> {
  const { write, db, clock } = writing;
  const migrations = (await listBackupMigrations(on)).map((migration) => migration.name);
  const head: BackupHead = {
    format: 'kinken-backup-1',
    at: clock.now(),
    database: db.kind,
    migrations,
  };
  await write(head);
  const tables = await listTables(on);
  let rows = 0;
  for (const { table, columns } of tables) {
    const line: TableLine = { table, columns };
    await write(line);
    rows += await writeRows(on, table, write);
  }
  return { tables: tables.length, rows };
}

/** PostgreSQL's text of a whole row goes back into the same row on every machine. */
async function writeRows(on: Queryable, table: string, write: Writing['write']): Promise<number> {
  await on.script(
    `declare saved no scroll cursor for select saved_row::text as row from ${table} as saved_row`,
  );
  let count = 0;
  for (;;) {
    const rows = await on.query(`fetch ${ROWS_AT_ONCE} from saved`);
    for (const { row } of rows) await write(row);
    count += rows.length;
    if (rows.length < ROWS_AT_ONCE) break;
  }
  await on.script('close saved');
  return count;
}

async function flush(path: string): Promise<number> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}
