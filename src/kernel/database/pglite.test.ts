import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openPglite } from '../../../test/support/database.ts';
import { ConnectionLost, NotCommitted } from './errors.ts';
import { keepUp } from './pglite-upkeep.ts';
import { FolderInUse } from './folder-lock.ts';

function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'kinken-pglite-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A process that opens the folder, runs `source` with `database`, and then lives on until it is killed. */
async function childOn(
  context: TestContext,
  folder: string,
  source: string,
  tracer: readonly string[] = [],
): Promise<{ child: ChildProcess; said: string }> {
  const text = `
    import { openDatabase } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)};
    const database = await openDatabase({ folder: ${JSON.stringify(folder)} });
    ${source}
    process.stdout.write('done');
    setInterval(() => undefined, 1000);`;
  const command = [...tracer, process.execPath, '--input-type=module', '-e', text];
  const child = spawn(command[0]!, command.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] });
  context.after(() => child.kill('SIGKILL'));
  let said = '';
  for await (const chunk of child.stdout!) {
    said += String(chunk);
    if (said.endsWith('done')) break;
  }
  return { child, said };
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

test('what was committed is there after kill -9, what was not is gone', async (context) => {
  const folder = temporaryFolder(context);
  const { child } = await childOn(
    context,
    folder,
    `await database.script('create table public.kept (id int)');
     for (let id = 0; id < 50; id++) {
       await database.transaction(async (transaction) => {
         await transaction.query('insert into public.kept values ($1)', [id]);
       });
     }
     const open = database.begin();
     await open.query('insert into public.kept values (1000)');`,
  );
  await kill(child);
  const database = await openPglite({ folder });
  deepEqual(await database.query('select count(*), max(id) from public.kept'), [
    { count: 50n, max: 49 },
  ]);
  await database.close();
});

test('a folder in use refuses a second process and names the first', async (context) => {
  const folder = temporaryFolder(context);
  const { child } = await childOn(context, folder, '');
  await rejects(openPglite({ folder }), (error: Error) => {
    ok(error instanceof FolderInUse);
    return error.message.includes(`in use by process ${child.pid}`);
  });
  await kill(child);
  const database = await openPglite({ folder }); // the lock died with its process
  await rejects(openPglite({ folder }), FolderInUse); // nor twice in one process
  await database.close();
});

test('only the owner can read the data folder', async (context) => {
  const folder = join(temporaryFolder(context), 'data');
  const database = await openPglite({ folder });
  equal(statSync(folder).mode & 0o777, 0o700);
  equal(statSync(join(folder, 'lock.sqlite')).mode & 0o077, 0);
  await database.close();
});

test('an interrupted first start is begun again', async (context) => {
  const folder = temporaryFolder(context);
  const first = await openPglite({ folder });
  await first.close();
  rmSync(join(folder, 'postgres', 'PG_VERSION'));
  rmSync(join(folder, 'postgres'), { recursive: true });
  const again = await openPglite({ folder });
  deepEqual(await again.query('select 1 as one'), [{ one: 1 }]);
  await again.close();
  ok(!existsSync(join(folder, 'postgres.making')));
});

test('the log is on disk before a commit is answered, and only writers wait for it', async (context) => {
  if (!existsSync('/usr/bin/strace')) return context.skip('strace is not installed');
  const folder = temporaryFolder(context);
  const trace = join(folder, 'trace');
  const { child, said } = await childOn(
    context,
    folder,
    `const { writeSync, openSync } = await import('node:fs');
     const marks = openSync('/dev/null', 'w');
     const mark = (text) => writeSync(marks, 'MARK ' + text);
     await database.script('create table public.kept (id int)');
     for (let id = 0; id < 5; id++) {
       mark('write begins');
       await database.transaction(async (t) => { await t.query('insert into public.kept values ($1)', [id]); });
       mark('write answered');
     }
     for (let id = 0; id < 5; id++) {
       mark('read begins');
       await database.transaction(async (t) => { await t.query('select * from public.kept'); });
       mark('read answered');
     }
     mark('checkpoint begins');
     await database.script('checkpoint');
     mark('checkpoint answered');`,
    [
      'strace',
      '-D',
      '-f',
      '-y',
      '-s',
      '40',
      '-e',
      'trace=write,fsync,fdatasync,pwrite64',
      '-o',
      trace,
    ],
  );
  equal(said, 'done');
  await kill(child);
  const between = spansOf(readFileSync(trace, 'utf8'));
  equal(between['write']?.length, 5);
  for (const span of between['write'] ?? []) {
    const written = span.lastIndexOf('pwrite pg_wal');
    const flushed = span.lastIndexOf('fsync pg_wal');
    ok(written >= 0 && flushed > written, `the log was not flushed: ${span.join(', ')}`);
  }
  for (const span of between['read'] ?? [])
    deepEqual(
      span.filter((call) => call.startsWith('fsync')),
      [],
    );
  const checkpoint = between['checkpoint']?.[0] ?? [];
  ok(
    checkpoint.some((call) => call === 'fsync base'),
    'data files are flushed at a checkpoint',
  );
  ok(checkpoint.includes('fsync global'), 'pg_control is flushed at a checkpoint');
});

/** The system calls on the database's files between two marks, as `fsync pg_wal`. */
function spansOf(trace: string): Record<string, string[][]> {
  const spans: Record<string, string[][]> = {};
  let span: string[] | undefined;
  for (const line of trace.split('\n')) {
    const mark = /MARK (\w+) (begins|answered)/.exec(line);
    if (mark?.[2] === 'begins') (spans[mark[1]!] ??= []).push((span = []));
    else if (mark) span = undefined;
    const call = /\b(fsync|fdatasync|pwrite|write)(?:64)?\(\d+<[^>]*\/postgres\/(\w+)/.exec(line);
    if (call) span?.push(`${call[1]} ${call[2]}`);
  }
  return spans;
}

test('a log that cannot be flushed answers no commit', async (context) => {
  if (!existsSync('/usr/bin/strace')) return context.skip('strace is not installed');
  const folder = temporaryFolder(context);
  const made = await openPglite({ folder });
  await made.script('create table public.kept (id int)');
  await made.close();
  const failing = 'inject=fsync:error=EIO:when=60+'; // the disk goes bad at the sixtieth flush
  const { child, said } = await childOn(
    context,
    folder,
    `let id = 0;
     for (;;) {
       const transaction = database.begin();
       void transaction.query('insert into public.kept values ($1)', [id]);
       const failure = await transaction.commit().catch((error) => error);
       if (failure) { process.stdout.write(id + ' ' + failure.name + ' '); break; }
       id += 1;
     }`,
    ['strace', '-D', '-f', '-o', '/dev/null', '-e', 'trace=fsync', '-e', failing],
  );
  const [answered, failure] = said.split(' ');
  ok(Number(answered) > 0);
  equal(failure, 'CommitUnknown');
  await kill(child);
  const database = await openPglite({ folder });
  const [kept] = await database.query('select count(*) as rows from public.kept');
  ok(Number(kept?.['rows']) >= Number(answered));
  await database.close();
});

test('a database that ends itself fails what is under way, and the next session recovers it', async (context) => {
  const folder = temporaryFolder(context);
  const database = await openPglite({ folder });
  await database.script('create table public.kept (id int)');
  await database.query('insert into public.kept values (1)');
  const open = database.begin();
  await open.script('set local idle_in_transaction_session_timeout = 50'); // its end comes by a timer
  await open.query('insert into public.kept values (2)');
  await new Promise((resolve) => setTimeout(resolve, 200));
  await rejects(open.query('select 1'), ConnectionLost);
  await rejects(open.commit(), NotCommitted);
  deepEqual(await database.query('select id from public.kept'), [{ id: 1 }]);
  await database.close();
});

test('upkeep removes old versions of rows and keeps the log short', async (context) => {
  const database = await openPglite({ folder: temporaryFolder(context) });
  await database.script(`
    create table public.kept (id int primary key, filling text);
    insert into public.kept select id, repeat('x', 1000) from generate_series(1, 10000) as id`);
  for (let round = 0; round < 6; round++) await database.script('update public.kept set id = id');
  await keepUp(database);
  const [dead] = await database.query(
    `select n_dead_tup as rows from pg_stat_user_tables where relname = 'kept'`,
  );
  equal(dead?.['rows'], 0n);
  const [log] = await database.query(
    `select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn)::bigint as bytes from pg_control_checkpoint()`,
  );
  ok((log?.['bytes'] as bigint) < 1_000_000n);
  await database.close();
});
