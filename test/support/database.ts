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
  startPostgresServer,
} from './postgres-server.ts';

export { type PostgresServer, startPostgresServer } from './postgres-server.ts';

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
  const server = await sharedServer();
  return openDatabase({ ...LIMITS, ...options, url: await makeDatabase(server) });
}

/** The address of a fresh, migrated database on a server: for what opens it itself, such as a child process. */
export async function makeDatabase(server: PostgresServer): Promise<string> {
  await (templates.get(server) ?? makeTemplate(server));
  databasesMade += 1;
  const name = `test_${databasesMade}`;
  await onServer(server, `create database ${name} template ${TEMPLATE}`);
  return server.urlOf(name);
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
const templates = new Map<PostgresServer, Promise<void>>();
let databasesMade = 0;
let shared: Promise<PostgresServer> | undefined;

function sharedServer(): Promise<PostgresServer> {
  return (shared ??= startMigratedServer());
}

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/kinken/', import.meta.url));

/** A server that has the migrated template: made once, and copied by every process after that. No test of a power cut uses it. */
async function startMigratedServer(): Promise<PostgresServer> {
  const kept = await migratedData();
  const server = await startPostgresServer({ fsync: 'off' }, kept);
  templates.set(server, Promise.resolve());
  return server;
}

async function migratedData(): Promise<string> {
  const hash = createHash('sha256').update(postgresFingerprint());
  for (const migration of await readMigrations(MIGRATIONS)) hash.update(migration.sha256);
  const data = `${CACHE}postgres-${hash.digest('hex').slice(0, 24)}`;
  if (existsSync(data)) return data;
  await mkdir(CACHE, { recursive: true });
  const server = await startPostgresServer();
  await makeTemplate(server);
  // Another process may have been first: its data are as good.
  await server.stopAndKeep(data).catch((error: unknown) => {
    if (!existsSync(data)) throw error;
  });
  return data;
}

function makeTemplate(server: PostgresServer): Promise<void> {
  const making = (async () => {
    await onServer(server, `create database ${TEMPLATE}`);
    const database = await openDatabase({ url: server.urlOf(TEMPLATE) });
    await migrate(database);
    await database.close();
  })();
  templates.set(server, making);
  return making;
}

async function onServer(server: PostgresServer, statement: string): Promise<void> {
  await inDatabase(server.urlOf('postgres'), (database) => database.script(statement));
}
