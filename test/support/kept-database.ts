import type { Connection, Database } from '../../src/kernel/database/index.ts';

/**
 * Makes a migrated database that a test has used as good as new, in a tenth of the time of making one: deletes what
 * was written, by the tables that hold anything, and puts back what the migrations had written.
 */
export interface Cleaner {
  /** False: a test changed what cannot be put back (a table, a trigger), and the database is to be thrown away. */
  clean(database: Database): Promise<boolean>;
}

/** database: freshly migrated and unused. What it holds now is what `clean` leads back to. */
export async function learnToClean(database: Database): Promise<Cleaner> {
  const shape = await shapeOf(database);
  const written = (await database.query(TABLES)).map((row) => String(row['name']));
  const filled = written
    .map((name) => `select '${name}' as name where exists (select from ${name})`)
    .join('\nunion all ');
  const seeds: string[] = [];
  for (const { name } of await database.query(filled))
    seeds.push(await seedOf(database, String(name)));
  return {
    async clean(used) {
      if ((await shapeOf(used)) !== shape) return false;
      const holding = (await used.query(filled)).map(({ name }) => String(name));
      await used.script(
        [
          'begin',
          `set local session_replication_role = 'replica'`, // no trigger, no foreign key
          ...holding.map((name) => `delete from ${name}`),
          ...seeds,
          RESTART,
          'commit',
        ].join(';\n'),
      );
      return true;
    },
  };
}

const FIRST_OWN_OID = 16_384; // whatever is not PostgreSQL's own

const TABLES = `select format('%I.%I', n.nspname, c.relname) as name
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and c.oid >= ${FIRST_OWN_OID} order by 1`;

/** Whatever DDL leaves behind. */
const SHAPE = `select concat_ws(' ',
  (select concat_ws('/', count(*), sum(relnatts), sum(hashtext(relname)::bigint))
    from pg_class where oid >= ${FIRST_OWN_OID}),
  (select concat_ws('/', count(*), count(*) filter (where tgenabled = 'O')) from pg_trigger),
  (select concat_ws('/', count(*), sum(hashtext(conname)::bigint)) from pg_constraint where oid >= ${FIRST_OWN_OID}),
  (select concat_ws('/', count(*), sum(hashtext(prosrc)::bigint)) from pg_proc where oid >= ${FIRST_OWN_OID}),
  (select count(*) from pg_roles), (select count(*) from pg_db_role_setting)) as shape`;

const RESTART = `select setval(seqrelid::regclass, seqstart, false) from pg_sequence
  where pg_sequence_last_value(seqrelid::regclass) is not null`;

async function shapeOf(database: Database): Promise<string> {
  return String((await database.query(SHAPE))[0]?.['shape']);
}

/** The statement that writes a table's rows again, whatever their types are. */
async function seedOf(database: Database, name: string): Promise<string> {
  const [row] = await database.query(
    `select quote_literal(jsonb_agg(to_jsonb(t))::text) as rows from ${name} t`,
  );
  return `insert into ${name} overriding system value
    select * from jsonb_populate_recordset(null::${name}, ${String(row?.['rows'])}::jsonb)`;
}

/** A database for one test after another. */
export interface Kept {
  /** To be closed before it is renewed; what still works on it then is refused. */
  open(): Promise<Database>;
  /** Rejects, or answers false, when it is not as good as new. */
  renew(): Promise<boolean>;
  discard(): Promise<void>;
}

/** Lends databases to tests; makes one when none is idle. */
export class KeptDatabases {
  readonly #make: () => Promise<Kept>;
  readonly #idle: Kept[] = [];
  readonly #uses = new Map<Kept, number>();

  constructor(make: () => Promise<Kept>) {
    this.#make = make;
  }

  /** A test that fails, or leaves work behind, leaves a database that nobody is lent again. */
  async lend<Value>(work: (database: Database) => Promise<Value>): Promise<Value> {
    const kept = this.#idle.pop() ?? (await this.#make());
    const database = await kept.open();
    let isGood = false;
    try {
      const value = await work(database);
      isGood = true;
      return value;
    } finally {
      await database.close();
      const uses = (this.#uses.get(kept) ?? 0) + 1;
      this.#uses.set(kept, uses);
      if (isGood && uses < USES_MAX && (await isRenewed(kept))) this.#idle.push(kept);
      else await kept.discard();
    }
  }
}

const USES_MAX = 40; // what is deleted stays in the files
const RENEWED_WITHIN_MS = 20_000;

async function isRenewed(kept: Kept): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), RENEWED_WITHIN_MS);
  });
  try {
    return await Promise.race([kept.renew(), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** The same database under a name that can be closed by itself. */
export function closable(inner: Database): Database {
  let isClosed = false;
  const open = (): Database => {
    if (isClosed) throw new Error('the database is closed');
    return inner;
  };
  const connection: Connection = {
    rows: async (statement, values) => open().rows(statement, values),
    change: async (statement, values) => open().change(statement, values),
    query: async (text, values) => open().query(text, values),
    script: async (text) => open().script(text),
    begin: (mode) => open().begin(mode),
    transaction: async (work, mode) => open().transaction(work, mode),
    async close() {
      isClosed = true;
      await inner.query('select 1'); // behind whatever was asked before
    },
  };
  return {
    ...connection,
    kind: inner.kind,
    connect: () => ({ ...connection, close: () => Promise.resolve() }),
    readNow: async () => open().readNow(),
  };
}
