import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { StatementFailed } from './errors.ts';
import type { Connection, Database, Queryable } from './queryable.ts';

/**
 * A file of `migrations/`, such as `0007_gifts.sql`. Its first line says whether the version before it still
 * works with it.
 */
export interface Migration {
  readonly number: number;
  readonly name: string; // of the file, without `.sql`
  readonly text: string;
  readonly sha256: string; // of the text, hexadecimal
  readonly isBreaking: boolean;
}

/** The folder of migrations and the database do not agree; the message says how. */
export class MigrationRefused extends Error {
  override readonly name = 'MigrationRefused';
}

/** The migrations of this source tree. */
export const MIGRATIONS = new URL('../../../migrations/', import.meta.url);

/**
 * How a migration waits for a table that another transaction holds. Whoever comes to the table after it waits behind
 * it, so it waits shortly, gives back what it has, lets the others pass, and begins anew.
 */
export interface LockPatience {
  readonly lockTimeoutMs: number;
  readonly pauseMs: number;
  readonly attempts: number;
}

const PATIENCE: LockPatience = { lockTimeoutMs: 2_000, pauseMs: 1_000, attempts: 30 };

/**
 * Brings a database up to date and answers what it applied. Each migration is one transaction; an advisory
 * lock lets one process migrate while others wait. What was applied once must stay as it was: its checksum is kept.
 */
export async function migrate(
  database: Database,
  folder = MIGRATIONS,
  patience = PATIENCE,
): Promise<Migration[]> {
  const migrations = await readMigrations(folder);
  const pending = await pendingOf(database, migrations);
  if (pending.length === 0) return [];
  const connection = database.connect();
  try {
    await connection.transaction(async (transaction) => {
      await transaction.script(takeTurn(patience));
      await transaction.script(KERNEL_TABLES);
    });
    const applied: Migration[] = [];
    for (const migration of pending) {
      const applying = () => applyOnce(connection, migrations, { migration, patience });
      if (await patiently(applying, migration, patience)) applied.push(migration);
    }
    return applied;
  } finally {
    await connection.close();
  }
}

/** Which migrations of the folder a database lacks, without changing it: for the readiness of a server. */
export async function findPending(
  database: Queryable,
  folder = MIGRATIONS,
): Promise<readonly Migration[]> {
  return pendingOf(database, await readMigrations(folder));
}

async function pendingOf(
  database: Queryable,
  migrations: readonly Migration[],
): Promise<readonly Migration[]> {
  const [known] = await database.query(
    `select to_regclass('kernel.migration') is not null as known`,
  );
  if (!known?.['known']) return migrations;
  const applied = await findApplied(database);
  checkApplied(migrations, applied);
  return migrations.slice(applied.length);
}

export async function readMigrations(folder: URL): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => FILE_NAME.test(name)).toSorted();
  const migrations = await Promise.all(names.map((name) => readMigration(folder, name)));
  migrations.forEach((migration, at) => {
    if (migration.number === at + 1) return;
    throw new MigrationRefused(
      `${migration.name} should be number ${at + 1}: migrations are numbered from 0001 without gaps`,
    );
  });
  return migrations;
}

const FILE_NAME = /^\d{4}_[a-z0-9_]+\.sql$/;
const FIRST_LINE = /^-- breaking: (no|yes, .+)$/;

/** Any number will do that nobody else takes for an advisory lock in this database. */
const MIGRATION_LOCK = 5_269_837;

/** Waits for the process that migrates as long as that takes, and for tables not long. */
function takeTurn({ lockTimeoutMs }: LockPatience): string {
  return `
set local lock_timeout = 0;
select pg_advisory_xact_lock(${MIGRATION_LOCK});
set local lock_timeout = ${lockTimeoutMs};`;
}

const KERNEL_TABLES = `
create schema if not exists kernel;
create table if not exists kernel.migration (
  number int primary key,
  name text not null,
  sha256 text not null, -- of the file as it was applied
  applied_at timestamptz not null default clock_timestamp()
);`;

async function readMigration(folder: URL, file: string): Promise<Migration> {
  const text = await readFile(new URL(file, folder), 'utf8');
  const firstLine = text.slice(0, text.indexOf('\n'));
  const breaking = FIRST_LINE.exec(firstLine)?.[1];
  if (breaking === undefined) {
    throw new MigrationRefused(
      `${file} must begin with the line "-- breaking: no" or "-- breaking: yes, <why>"`,
    );
  }
  return {
    number: Number(file.slice(0, 4)),
    name: file.slice(0, -'.sql'.length),
    text,
    sha256: createHash('sha256').update(text).digest('hex'),
    isBreaking: breaking !== 'no',
  };
}

async function patiently<Value>(
  work: () => Promise<Value>,
  { name }: Migration,
  { attempts, pauseMs }: LockPatience,
): Promise<Value> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isHeldUp(error)) throw error;
      if (attempt >= attempts)
        throw new MigrationRefused(heldUpText(name, attempts), { cause: error });
    }
    await setTimeout(pauseMs);
  }
}

/** A table could not be had in time, or two waited for each other. */
function isHeldUp(error: unknown): boolean {
  return error instanceof StatementFailed && ['55P03', '40P01'].includes(error.code);
}

function heldUpText(name: string, attempts: number): string {
  return (
    `migration ${name} could not have its tables in ${attempts} attempts, and nothing of it was done: a long transaction ` +
    `holds one. Servers that run go on. Find it (select pid, xact_start, state, query from pg_stat_activity ` +
    `where xact_start is not null order by xact_start), let it end or end it, then migrate again`
  );
}

/** Looks again under the lock: another process may have applied it since. */
async function applyOnce(
  connection: Connection,
  migrations: readonly Migration[],
  { migration, patience }: { readonly migration: Migration; readonly patience: LockPatience },
): Promise<boolean> {
  return connection.transaction(async (transaction) => {
    await transaction.script(takeTurn(patience));
    const applied = await findApplied(transaction);
    checkApplied(migrations, applied);
    if (applied.length >= migration.number) return false;
    await transaction.script(migration.text);
    await transaction.query(
      `insert into kernel.migration (number, name, sha256) values ($1, $2, $3)`,
      [migration.number, migration.name, migration.sha256],
    );
    return true;
  });
}

interface Applied {
  readonly number: number;
  readonly name: string;
  readonly sha256: string;
}

async function findApplied(on: Queryable): Promise<Applied[]> {
  const rows = await on.query(`select number, name, sha256 from kernel.migration order by number`);
  return rows as unknown as Applied[];
}

function checkApplied(migrations: readonly Migration[], applied: readonly Applied[]): void {
  for (const [at, row] of applied.entries()) {
    const migration = migrations[at];
    if (!migration) {
      throw new MigrationRefused(
        `the database has migration ${row.name}, which this version does not know: start a newer version`,
      );
    }
    if (migration.name !== row.name || migration.sha256 !== row.sha256) {
      throw new MigrationRefused(
        `migration ${row.name} was changed after it was applied (the file is now ${migration.name}): ` +
          `restore it, and write what you need as a new migration`,
      );
    }
  }
}
