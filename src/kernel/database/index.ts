/**
 * The database, behind one small interface for both kinds: PGlite in a data folder, or PostgreSQL.
 *
 *   const database = await openDatabase({ folder: 'data' });          // or { url: 'postgres://...' }
 *   await migrate(database);
 *
 * Statements live in `.sql` files; `npm run sql` writes a typed function for each beside it:
 *
 *   import { findAccounts } from './read-accounts.sql.ts';
 *   const accounts = await findAccounts(database, { lanes, ids });     // a transaction of its own
 *
 *   await database.transaction(async (transaction) => {                // begin ... commit or rollback
 *     await applyBalances(transaction, { lane, accountIds, deltasMinor });
 *   });
 *
 * A writer has its own connection and pipelines. What is issued in one tick leaves in one flush; answers
 * come in order; one that fails dooms the rest, and `commit` then says so:
 *
 *   const connection = database.connect();
 *   const transaction = connection.begin();                            // wave 1: begin, lock, read
 *   const [lanes, requests] = await Promise.all([
 *     lockLanes(transaction, { lanes }),
 *     findRequests(transaction, { lanes, ids }),
 *   ]);
 *   const written = [insertTransfers(transaction, ...), applyBalances(transaction, ...)];
 *   const committed = transaction.commit();                            // wave 2: writes and commit
 *   await committed;                                                   // or NotCommitted, CommitUnknown
 *
 * Do not use the database inside a transaction on it: PGlite has one session, which the transaction has.
 * How values travel is in `values.ts`; tests open databases by `test/support/database.ts`.
 */
import { findMigratedImage } from './migrated-image.ts';
import { openPglite } from './pglite.ts';
import { openPostgres } from './postgres.ts';
import type { Database } from './queryable.ts';

export interface DatabaseOptions {
  readonly url?: string; // a PostgreSQL; without it the embedded database in `folder`
  readonly folder?: string; // where the embedded database lives; in memory, and empty, without one
  readonly sessionsMax?: number; // PostgreSQL: sessions besides the writers'
  readonly lockTimeoutMs?: number;
  readonly idleInTransactionTimeoutMs?: number;
}

/** R27: a process that stopped must not hold the turns for ever. */
const LIMITS = { lockTimeoutMs: 5_000, idleInTransactionTimeoutMs: 10_000, sessionsMax: 8 };

/** A new folder begins with the migrated image where one is kept: `migrate` then has nothing to do. */
export function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { url, ...rest } = options;
  if (url !== undefined) return openPostgres({ ...LIMITS, ...rest, url });
  const beginsWith = rest.folder === undefined ? {} : { findImage: findMigratedImage };
  return openPglite({ ...LIMITS, ...rest, ...beginsWith });
}

export {
  CommitUnknown,
  ConnectionLost,
  NotCommitted,
  StatementFailed,
  ValueRefused,
} from './errors.ts';
export { FolderInUse } from './folder-lock.ts';
export type {
  Connection,
  Database,
  DatabaseKind,
  Queryable,
  RawRow,
  Statement,
  Transaction,
  TransactionMode,
} from './queryable.ts';
export { findPending, migrate, MIGRATIONS, type Migration, MigrationRefused } from './migrate.ts';
export { statementName } from './session.ts';
export { encode, encodeArray } from './values.ts';
