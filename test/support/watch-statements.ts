/** A database whose statements are written down: for what must do the same whatever it finds. */
import type { Database, Queryable, Transaction } from '../../src/kernel/database/index.ts';

export interface WatchedDatabase {
  readonly database: Database;
  /** By their titles, in the order in which they were sent. */
  statements(): readonly string[];
  forget(): void;
}

export function watchStatements(database: Database): WatchedDatabase {
  let sent: string[] = [];
  const watched = (on: Queryable): Queryable => ({
    rows(statement, values) {
      sent.push(statement.title);
      return on.rows(statement, values);
    },
    change(statement, values) {
      sent.push(statement.title);
      return on.change(statement, values);
    },
    query(text, values) {
      sent.push(text);
      return on.query(text, values);
    },
    script: (text) => on.script(text),
  });
  const inTransaction = (on: Transaction): Transaction => ({
    ...watched(on),
    commit: () => on.commit(),
    rollback: () => on.rollback(),
  });
  return {
    database: {
      ...watched(database),
      kind: database.kind,
      begin: (mode) => inTransaction(database.begin(mode)),
      transaction: (work, mode) => database.transaction((on) => work(inTransaction(on)), mode),
      connect: () => database.connect(),
      readNow: () => database.readNow(),
      close: () => database.close(),
    },
    statements: () => sent,
    forget() {
      sent = [];
    },
  };
}
