import type { Instant } from '../clock.ts';
import type { Encoder } from './values.ts';

/** The columns of one row in the order of the statement, already read by `values.ts`. */
// oxlint-disable-next-line typescript/no-explicit-any -- the generated row function gives the types
export type RawRow = readonly any[];

/** A statement as tools/sql generates it from a `.sql` file. */
export interface Statement<Row = never> {
  readonly title: string; // `ledger/apply-batch.sql applyBalances`: for errors and metrics
  readonly name: string; // of the prepared statement on the server: its `statementName`
  readonly text: string;
  readonly encoders: readonly Encoder[]; // one a parameter
  readonly row: (columns: RawRow) => Row;
}

/** Whatever a statement can be run on: the database (each statement its own transaction) or a transaction. */
export interface Queryable {
  /** Called by generated functions: the rows of a statement. */
  rows<Row>(statement: Statement<Row>, values: readonly unknown[]): Promise<Row[]>;
  /** Called by generated functions: how many rows a statement without rows changed. */
  change(statement: Statement, values: readonly unknown[]): Promise<number>;
  /** One statement written on the spot, its columns named as in SQL: for tests, tools and libraries. */
  query(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** Several statements without parameters or rows: for migrations. */
  script(text: string): Promise<void>;
}

/** `snapshot` is one repeatable, read-only view of the whole database: for reports and `kinken verify`. */
export type TransactionMode = 'read committed' | 'snapshot';

/**
 * A transaction whose statements travel in the order they are issued, without waiting for one another:
 * all that is issued in one tick leaves in one flush. A statement that fails dooms the transaction.
 */
export interface Transaction extends Queryable {
  /** Rejects with NotCommitted (proved) or CommitUnknown (sent, and no answer came). */
  commit(): Promise<void>;
  /** Never rejects: a transaction that cannot be rolled back has lost its session, which rolls it back. */
  rollback(): Promise<void>;
}

/** Where a writer works: a session of its own on PostgreSQL, a fair turn at the only session on PGlite. */
export interface Connection extends Queryable {
  /** Opens a transaction at once; its `begin` leaves together with the statements issued behind it. */
  begin(mode?: TransactionMode): Transaction;
  /** Begins, works, commits; rolls back when the work throws. */
  transaction<Value>(
    work: (transaction: Transaction) => Promise<Value>,
    mode?: TransactionMode,
  ): Promise<Value>;
  close(): Promise<void>;
}

export type DatabaseKind = 'pglite' | 'postgres';

export interface Database extends Connection {
  readonly kind: DatabaseKind;
  /** A connection of its own for a writer; to be closed by whoever asked for it. */
  connect(): Connection;
  /** The database's own clock, which all processes on it share (R24). */
  readNow(): Promise<Instant>;
}
