import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import {
  forBothDatabases,
  makeDatabase,
  openPglite,
  openPostgres,
  startPostgresServer,
} from '../../../test/support/database.ts';
import { CommitUnknown, ConnectionLost, NotCommitted, type StatementFailed } from './errors.ts';
import { openDatabase } from './index.ts';
import type { Queryable } from './queryable.ts';

const TABLE =
  'create table public.thing (thing_id int primary key, other_id int references public.thing deferrable initially deferred)';

async function things(on: Queryable): Promise<unknown[]> {
  const rows = await on.query('select thing_id from public.thing order by thing_id');
  return rows.map((row) => row['thing_id']);
}

function add(on: Queryable, id: number, other: number | null = null) {
  return on.query('insert into public.thing (thing_id, other_id) values ($1, $2)', [id, other]);
}

forBothDatabases(
  'statements issued together run in order and commit together',
  async (database) => {
    await database.script(TABLE);
    const transaction = database.begin();
    const answers = Promise.all([
      add(transaction, 1),
      things(transaction),
      add(transaction, 2),
      things(transaction),
    ]);
    const committed = transaction.commit();
    deepEqual(
      (await answers).map((answer) => answer.length),
      [0, 1, 0, 2],
    );
    await committed;
    deepEqual(await things(database), [1, 2]);
  },
);

forBothDatabases(
  'a failed statement dooms what is behind it, commit included',
  async (database) => {
    await database.script(TABLE);
    const transaction = database.begin();
    const first = add(transaction, 1);
    const twice = add(transaction, 1);
    const behind = add(transaction, 2);
    const committed = transaction.commit();
    await first;
    await rejects(twice, (error: StatementFailed) => {
      equal(error.code, '23505');
      equal(error.constraint, 'thing_pkey');
      return true;
    });
    await rejects(behind, (error: StatementFailed) => error.code === '25P02');
    await rejects(committed, NotCommitted);
    deepEqual(await things(database), []);
    await add(database, 1); // the statement that failed serves again, and what was passed over too
    deepEqual(await things(database), [1]);
  },
);

forBothDatabases(
  'failures that nobody awaits do not end the process',
  async (database, context) => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', listen);
    context.after(() => process.off('unhandledRejection', listen));
    await rejects(
      database.transaction(async (transaction) => {
        void transaction.query('select 1 / 0');
        void transaction.query('select 2');
      }),
      (error: NotCommitted) => (error.cause as StatementFailed).code === '22012',
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    deepEqual(unhandled, []);
  },
);

forBothDatabases('a value that does not fit dooms the transaction as well', async (database) => {
  await database.script(TABLE);
  const transaction = database.begin();
  void add(transaction, 1);
  const wrong = transaction.query('select $1::int', [Symbol('wrong') as unknown]);
  await rejects(wrong);
  await rejects(transaction.commit(), NotCommitted);
  deepEqual(await things(database), []);
});

forBothDatabases('a commit that the server refuses is proved undone', async (database) => {
  await database.script(TABLE);
  const transaction = database.begin();
  void add(transaction, 1, 99); // the reference is checked at commit
  await rejects(transaction.commit(), (error: NotCommitted) => {
    ok(error instanceof NotCommitted);
    return (error.cause as StatementFailed).code === '23503';
  });
  // Alone it is refused behind its own answer, and was not told as done.
  await rejects(add(database, 1, 99), (error: StatementFailed) => error.code === '23503');
  deepEqual(await things(database), []);
});

forBothDatabases(
  'work that throws is rolled back, and its session serves again',
  async (database) => {
    await database.script(TABLE);
    const work = database.transaction(async (transaction) => {
      await add(transaction, 1);
      throw new RangeError('on purpose');
    });
    await rejects(work, RangeError);
    deepEqual(await things(database), []);
  },
);

forBothDatabases('transactions asked for at once are served in turn', async (database) => {
  await database.script(TABLE);
  const writers = Array.from({ length: 20 }, (_, id) =>
    database.transaction(async (transaction) => {
      await transaction.query('select 1');
      await add(transaction, id);
    }),
  );
  await Promise.all(writers);
  equal((await things(database)).length, 20);
});

forBothDatabases('a snapshot sees one moment and cannot write', async (database) => {
  await database.script(TABLE);
  await database
    .transaction(async (snapshot) => {
      deepEqual(await things(snapshot), []);
      await rejects(add(snapshot, 1), (error: StatementFailed) => error.code === '25006');
    }, 'snapshot')
    .catch((error: unknown) => ok(error instanceof NotCommitted));
});

forBothDatabases('a prepared statement serves every later run on its session', async (database) => {
  await database.transaction(async (transaction) => {
    for (let run = 0; run < 20; run++) await transaction.query('select $1::int as it', [run]);
    const prepared = await transaction.query(
      `select count(*) as times from pg_prepared_statements where statement = 'select $1::int as it'`,
    );
    equal(prepared[0]?.['times'], 1n);
  });
});

for (const open of [openPglite, openPostgres]) {
  void test(`a transaction left idle is rolled back and lets others in (${open.name})`, async () => {
    const database = await open({ idleInTransactionTimeoutMs: 200 });
    await database.script(TABLE);
    const forgotten = database.begin();
    await add(forgotten, 1);
    await new Promise((resolve) => setTimeout(resolve, 400));
    deepEqual(await things(database), []);
    await rejects(forgotten.commit(), NotCommitted);
    await database.close();
  });
}

void test('a lock that is not given in time fails the statement', async () => {
  const database = await openPostgres({ lockTimeoutMs: 100 });
  await database.script(TABLE);
  await add(database, 1);
  const holder = database.begin();
  await holder.query('select * from public.thing for update');
  const waiting = database.query('select * from public.thing for update');
  await rejects(waiting, (error: StatementFailed) => error.code === '55P03');
  await holder.rollback();
  await database.close();
});

void test('a session that dies before the commit leaves nothing; after it was sent, nobody knows', async () => {
  const server = await startPostgresServer();
  const url = await makeDatabase(server);
  const database = await openDatabase({ url });
  await database.script(TABLE);
  // The commit hangs on a deferred trigger, so that the server dies while it works on it.
  await database.script(`
    create function public.wait() returns trigger language plpgsql as $$ begin perform pg_sleep(30); return null; end $$;
    create table public.slow (slow_id int);
    create constraint trigger wait after insert on public.slow deferrable initially deferred for each row execute function public.wait();`);

  const before = database.begin();
  await add(before, 1);
  const during = database.begin();
  const inserted = during.query('insert into public.slow values (1)');
  const committed = during.commit();
  await inserted;
  await server.killHard();
  await rejects(committed, CommitUnknown);
  await rejects(before.commit(), NotCommitted);
  await rejects(database.query('select 1'), ConnectionLost);

  await server.restart();
  deepEqual(await things(database), []);
  await database.close();
  await server.stop();
});
