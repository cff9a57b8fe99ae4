/** A database whose statements are written down: for what must do the same whatever it finds. */
import type {
  Connection,
  Database,
  Queryable,
  Transaction,
} from '../../src/kernel/database/index.ts';

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
  const onConnection = (on: Connection): Connection => ({
    ...watched(on),
    begin: (mode) => inTransaction(on.begin(mode)),
    transaction: (work, mode) => on.transaction((inner) => work(inTransaction(inner)), mode),
    close: () => on.close(),
  });
  return {
    database: {
      ...onConnection(database),
      kind: database.kind,
      connect: () => onConnection(database.connect()),
      readNow: () => database.readNow(),
    },
    statements: () => sent,
    forget() {
      sent = [];
    },
  };
}
