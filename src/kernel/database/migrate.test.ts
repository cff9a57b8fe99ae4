import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { forBothDatabases, openPostgres } from '../../../test/support/database.ts';
import { monotonicMs } from '../clock.ts';
import {
  findPending,
  migrate,
  type Migration,
  MigrationRefused,
  MIGRATIONS,
  readMigrations,
} from './migrate.ts';

const FIRST = '-- breaking: no\ncreate table public.first (first_id int);\n';
const SECOND = '-- breaking: yes, first is gone\ndrop table public.first;\n';

async function folderOf(files: Record<string, string>): Promise<URL> {
  const folder = await mkdtemp(join(tmpdir(), 'kinken-migrations-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return pathToFileURL(`${folder}/`);
}

function names(migrations: readonly Migration[]): string[] {
  return migrations.map((migration) => migration.name);
}

/** The test database has been migrated by the real migrations; these tests begin with none. */
const FORGET = 'delete from kernel.migration';

forBothDatabases('migrations are applied once, in order', async (database) => {
  await database.script(FORGET);
  const folder = await folderOf({ '0001_first.sql': FIRST });
  deepEqual(names(await findPending(database, folder)), ['0001_first']);
  deepEqual(names(await migrate(database, folder)), ['0001_first']);
  deepEqual(await migrate(database, folder), []);
  await writeFile(new URL('0002_second.sql', folder), SECOND);
  const applied = await migrate(database, folder);
  deepEqual(
    applied.map(({ name, isBreaking }) => [name, isBreaking]),
    [['0002_second', true]],
  );
  deepEqual(await findPending(database, folder), []);
  await rm(folder, { recursive: true });
});

forBothDatabases('a changed or missing file is refused and changes nothing', async (database) => {
  await database.script(FORGET);
  const folder = await folderOf({ '0001_first.sql': FIRST });
  await migrate(database, folder);
  await writeFile(new URL('0001_first.sql', folder), `${FIRST}-- an afterthought\n`);
  await rejects(migrate(database, folder), /0001_first was changed after it was applied/);
  await rm(new URL('0001_first.sql', folder));
  await rejects(
    migrate(database, folder),
    /has migration 0001_first, which this version does not know/,
  );
});

forBothDatabases('a migration that fails leaves nothing behind', async (database) => {
  await database.script(FORGET);
  const folder = await folderOf({ '0001_first.sql': `${FIRST}select 1 / 0;\n` });
  await rejects(migrate(database, folder), /division by zero/);
  const [row] = await database.query(`select to_regclass('public.first') as first`);
  equal(row?.['first'], null);
  deepEqual(names(await findPending(database, folder)), ['0001_first']);
});

test('processes that migrate at once do it once', async () => {
  const database = await openPostgres();
  await database.script(FORGET);
  const folder = await folderOf({ '0001_first.sql': FIRST, '0002_second.sql': SECOND });
  const applied = await Promise.all([1, 2, 3, 4].map(() => migrate(database, folder)));
  equal(applied.flat().length, 2);
  await database.close();
});

test('a migration waits shortly for a table, lets those behind it pass, and is done at a later attempt', async () => {
  const database = await openPostgres();
  await database.script(FORGET);
  const folder = await folderOf({ '0001_first.sql': FIRST });
  await migrate(database, folder);
  await writeFile(
    new URL('0002_second.sql', folder),
    '-- breaking: no\ncreate table public.second ();\nalter table public.first add b int;\n',
  );
  const long = database.connect();
  const holding = long.begin();
  await holding.query('select count(*) from public.first');
  const hasty = { lockTimeoutMs: 20, pauseMs: 1, attempts: 2 };
  await rejects(migrate(database, folder, hasty), (error: Error) => {
    ok(error instanceof MigrationRefused);
    return /0002_second could not have its tables in 2 attempts.*pg_stat_activity/.test(
      error.message,
    );
  });
  deepEqual(names(await findPending(database, folder)), ['0002_second']);
  const patient = migrate(database, folder, { ...hasty, attempts: 100_000 });
  const asking = `select pid from pg_locks where relation = 'public.first'::regclass and not granted`;
  const until = monotonicMs() + 30_000;
  while ((await database.query(asking)).length === 0) ok(monotonicMs() < until, 'it asks');
  equal((await database.query('select first_id from public.first')).length, 0);
  await holding.rollback();
  deepEqual(names(await patient), ['0002_second']);
  await long.close();
  await database.close();
});

test('a migration must say whether it breaks, and numbers have no gaps', async () => {
  const silent = await folderOf({ '0001_first.sql': 'create table first ();\n' });
  await rejects(readMigrations(silent), MigrationRefused);
  const gap = await folderOf({ '0001_first.sql': FIRST, '0003_third.sql': FIRST });
  await rejects(readMigrations(gap), /0003_third should be number 2/);
});

test('the migrations of this tree are in order', async () => {
  await readMigrations(MIGRATIONS);
});
