/**
 * Databases for tests: real ones, migrated, each test its own.
 *
 *   forBothDatabases('a balance never falls below its floor', async (database) => { ... });
 *
 *   const database = await openPglite();        // in memory, or { folder } on disk
 *   const database = await openPostgres();      // its own database on this process's server
 *   const server = await startPostgresServer({ shared_buffers: '256MB' });   // to kill and restart
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  type Database,
  migrate,
  MIGRATIONS,
  openDatabase,
} from '../../src/kernel/database/index.ts';
import { readMigrations } from '../../src/kernel/database/migrate.ts';
import { migratedImage } from '../../src/kernel/database/migrated-image.ts';
import * as pglite from '../../src/kernel/database/pglite.ts';
import { closable, KeptDatabases, learnToClean } from './kept-database.ts';
import {
  hasPostgresBinaries,
  postgresFingerprint,
  type PostgresServer,
  startPostgresServer as startServer,
} from './postgres-server.ts';

export type { PostgresServer } from './postgres-server.ts';

export interface TestDatabaseOptions {
  readonly folder?: string; // PGlite only: on disk instead of in memory
  readonly sessionsMax?: number; // PostgreSQL only
  readonly lockTimeoutMs?: number;
  readonly idleInTransactionTimeoutMs?: number;
}

const LIMITS = { lockTimeoutMs: 5_000, idleInTransactionTimeoutMs: 10_000 };

export async function openPglite(
  options: TestDatabaseOptions = {},
): Promise<pglite.PgliteDatabase> {
  const settings = ['shared_buffers=8MB']; // the usual 128 take half of the time of opening
  return pglite.openPglite({ ...LIMITS, ...options, settings, image: await migratedImage() });
}

/** A fresh, migrated database on the server of this process. */
export async function openPostgres(options: TestDatabaseOptions = {}): Promise<Database> {
  return openDatabase({ ...LIMITS, ...options, url: await makeDatabase() });
}

/**
 * The address of a fresh, migrated database, on this process's server or on one of its own: for what opens it itself,
 * such as a command or a child process. A command opens it sooner than PGlite.
 */
export async function makeDatabase(server?: PostgresServer): Promise<string> {
  const on = server ?? (await sharedServer());
  databasesMade += 1;
  const name = `test_${databasesMade}`;
  await onServer(on, `create database ${name} template ${TEMPLATE}`);
  return on.urlOf(name);
}

/** A server to kill, to restart or to read the log of, as durable as in production. */
export async function startPostgresServer(
  settings: Readonly<Record<string, string>> = {},
): Promise<PostgresServer> {
  return startServer(settings, await migratedData());
}

/** Registers a test twice: on PGlite and on PostgreSQL. Each gets a database as good as new, closed behind it. */
export function forBothDatabases(
  name: string,
  work: (database: Database, context: TestContext) => Promise<void>,
): void {
  void test(`${name} (PGlite)`, (context) =>
    keptPglite.lend((database) => work(database, context)));
  void test(`${name} (PostgreSQL)`, { skip: !hasPostgresBinaries() }, (context) =>
    keptPostgres.lend((database) => work(database, context)),
  );
}

/** An embedded database as good as new, for as long as the work takes: in a tenth of the time of opening one. */
export function onPglite<Value>(work: (database: Database) => Promise<Value>): Promise<Value> {
  return keptPglite.lend(work);
}

const keptPglite = new KeptDatabases(async () => {
  const inner = await openPglite();
  const cleaner = await learnToClean(inner);
  return {
    open: () => Promise.resolve(closable(inner)),
    renew: () => cleaner.clean(inner),
    discard: () => inner.close(),
  };
});

const keptPostgres = new KeptDatabases(async () => {
  const url = await makeDatabase(await sharedServer());
  const cleaner = await inDatabase(url, learnToClean);
  return {
    open: () => openDatabase({ ...LIMITS, url }),
    renew: () => inDatabase(url, (database) => cleaner.clean(database)),
    discard: () => Promise.resolve(), // it goes with its server
  };
});

async function inDatabase<Value>(
  url: string,
  work: (database: Database) => Promise<Value>,
): Promise<Value> {
  const database = await openDatabase({ ...LIMITS, url, sessionsMax: 1 });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

const TEMPLATE = 'kinken_migrated';
let databasesMade = 0;
let shared: Promise<PostgresServer> | undefined;

/** No test of a kill uses it. */
function sharedServer(): Promise<PostgresServer> {
  return (shared ??= startPostgresServer({ fsync: 'off' }));
}

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/kinken/', import.meta.url));

/** The data of a server that has the migrated template: made once, and what every server begins with after that. */
async function migratedData(): Promise<string> {
  const hash = createHash('sha256').update(postgresFingerprint());
  for (const migration of await readMigrations(MIGRATIONS)) hash.update(migration.sha256);
  const data = `${CACHE}postgres-${hash.digest('hex').slice(0, 24)}`;
  if (existsSync(data)) return data;
  await mkdir(CACHE, { recursive: true });
  const server = await startServer();
  await makeTemplate(server);
  // Another process may have been first: its data are as good.
  await server.stopAndKeep(data).catch((error: unknown) => {
    if (!existsSync(data)) throw error;
  });
  return data;
}

async function makeTemplate(server: PostgresServer): Promise<void> {
  await onServer(server, `create database ${TEMPLATE}`);
  const database = await openDatabase({ url: server.urlOf(TEMPLATE) });
  await migrate(database);
  await database.close();
}

async function onServer(server: PostgresServer, statement: string): Promise<void> {
  await inDatabase(server.urlOf('postgres'), (database) => database.script(statement));
}
