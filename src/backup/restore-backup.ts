import { createReadStream } from 'node:fs';
import { createZstdDecompress } from 'node:zlib';
import type { Database, Queryable } from '../kernel/database/index.ts';
import { listBackupMigrations } from './backup.sql.ts';
import {
  type BackupEnd,
  type BackupHead,
  BackupRefused,
  LineHash,
  type TableLine,
} from './format.ts';
import { type BackupTable, listTables } from './tables.ts';

export interface BackupRestored {
  readonly head: BackupHead;
  readonly rows: number;
}

const ROWS_AT_ONCE = 1_000;

/**
 * Puts a backup into a database that is migrated and otherwise new, in one transaction. The file is read
 * through and proved whole before the first row is written; `kinken verify` then proves the books. BackupRefused
 * for a file or a database that does not fit; nothing is changed then.
 */
export async function restoreBackup(db: Database, path: string): Promise<BackupRestored> {
  const head = await checkFile(path);
  const rows = await db.transaction(async (on) => {
    const tables = await listTables(on);
    await checkDatabase(on, head);
    await on.script(`truncate ${tables.map(({ table }) => table).join(', ')}`);
    const count = await insertRows(on, path, tables);
    for (const { table } of tables) await moveIdentities(on, table);
    return count;
  });
  return { head, rows };
}

/** The head of a file that is whole. */
async function checkFile(path: string): Promise<BackupHead> {
  const hash = new LineHash();
  let head: BackupHead | undefined;
  let last: string | undefined;
  let lines = 0;
  try {
    for await (const line of readLines(path)) {
      head ??= JSON.parse(line) as BackupHead;
      if (last !== undefined) hash.add(`${last}\n`);
      last = line;
      lines += 1;
    }
  } catch (error) {
    throw new BackupRefused(`${path} cannot be read as a backup: ${(error as Error).message}`);
  }
  if (head?.format !== 'kinken-backup-1' || last === undefined || lines < 2) {
    throw new BackupRefused(`${path} is not a backup that this version reads`);
  }
  if (hashNamedIn(last) !== hash.end()) throw new BackupRefused(`${path} was cut short or changed`);
  return head;
}

/** Of the line that should be the last one; undefined where the file ends in the middle of another. */
function hashNamedIn(line: string): string | undefined {
  try {
    return (JSON.parse(line) as Partial<BackupEnd> | null)?.sha256;
  } catch {
    return undefined;
  }
}

async function checkDatabase(on: Queryable, head: BackupHead): Promise<void> {
  const here = (await listBackupMigrations(on)).map((migration) => migration.name);
  if (here.join() !== head.migrations.join()) {
    throw new BackupRefused(
      `the backup has the migrations up to ${head.migrations.at(-1)}, the database up to ${here.at(-1)}: ` +
        'restore it with the version that made it, then start the newer one',
    );
  }
  const [used] = await on.query(
    'select exists (select from ledger.batch) or exists (select from programmes.issuer) as is_used',
  );
  if (used?.['is_used'] === true) {
    throw new BackupRefused('the database is in use: a backup is restored into a new one');
  }
}

async function insertRows(
  on: Queryable,
  path: string,
  tables: readonly BackupTable[],
): Promise<number> {
  let table: BackupTable | undefined;
  let waiting: string[] = [];
  let rows = 0;
  const flush = async (): Promise<void> => {
    if (table !== undefined && waiting.length > 0) await insert(on, table, waiting);
    rows += waiting.length;
    waiting = [];
  };
  for await (const line of readLines(path)) {
    const value = JSON.parse(line) as string | BackupHead | TableLine | BackupEnd;
    if (typeof value === 'string') {
      waiting.push(value);
      if (waiting.length >= ROWS_AT_ONCE) await flush();
    } else if ('table' in value) {
      await flush();
      table = tableOf(value, tables);
    }
  }
  await flush();
  return rows;
}

function tableOf(line: TableLine, tables: readonly BackupTable[]): BackupTable {
  const found = tables.find(({ table }) => table === line.table);
  if (found?.columns.join() !== line.columns.join()) {
    throw new BackupRefused(`the table ${line.table} of the backup is not like the one here`);
  }
  return found as BackupTable;
}

/** `offset 0` keeps the row from being read from its text once for every column. */
async function insert(
  on: Queryable,
  { table, columns }: BackupTable,
  rows: readonly string[],
): Promise<void> {
  await on.query(
    `insert into ${table} (${columns.join(', ')}) overriding system value
    select (saved.saved_row).*
    from (select line::${table} as saved_row from unnest($1::text[]) as line offset 0) as saved`,
    [rows],
  );
}

/** Numbers that the database gives out go on behind the restored ones, up or down. */
async function moveIdentities(on: Queryable, table: string): Promise<void> {
  const identities = await on.query(
    `select attribute.attname as name
    from pg_attribute as attribute
    where attribute.attrelid = $1::regclass
      and attribute.attidentity <> ''`,
    [table],
  );
  for (const { name } of identities) {
    const column = String(name);
    await on.query(
      `select setval(
        seqrelid::regclass,
        case
          when seqincrement > 0 then coalesce((select max("${column}") from ${table}), 0) + 1
          else coalesce((select min("${column}") from ${table}), 0) - 1
        end,
        false
      )
      from pg_sequence
      where seqrelid = pg_get_serial_sequence('${table}', '${column}')::regclass`,
    );
  }
}

/** Lines end with a line feed and nothing else: the rows may hold every other separator. */
async function* readLines(path: string): AsyncGenerator<string> {
  const unpacked = createZstdDecompress().setEncoding('utf8');
  const packed = createReadStream(path);
  packed.on('error', (error) => unpacked.destroy(error));
  packed.pipe(unpacked);
  let rest = '';
  for await (const chunk of unpacked as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
