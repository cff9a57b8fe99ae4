import {
  type Connection,
  type Queryable,
  type Statement,
  statementName,
  type Transaction,
} from '../database/index.ts';

/**
 * The sign-in library speaks to PostgreSQL through a pool like pg's. This is one over our own connection, so
 * that both databases serve it alike and a transaction of the library's is one of ours.
 */
export function libraryPool(connection: Connection) {
  return {
    async connect() {
      return new AuthClient(connection);
    },
    async end() {
      // The connection is not the library's to close.
    },
  };
}

interface Answer {
  readonly command: string;
  readonly rowCount: number;
  readonly rows: Record<string, unknown>[];
}

class AuthClient {
  readonly #connection: Connection;
  #transaction: Transaction | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async query(text: string, values: readonly unknown[] = []): Promise<Answer> {
    const word = (/^\s*(\w+)/.exec(text)?.[1] ?? '').toUpperCase();
    if (word === 'BEGIN' || word === 'START') {
      this.#transaction = this.#connection.begin();
      return answerOf(word, []);
    }
    if (word === 'COMMIT' || word === 'ROLLBACK') {
      const transaction = this.#transaction;
      this.#transaction = undefined;
      await (word === 'COMMIT' ? transaction?.commit() : transaction?.rollback());
      return answerOf(word, []);
    }
    const on: Queryable = this.#transaction ?? this.#connection;
    if (word === 'SELECT' || word === 'WITH' || /\breturning\b/i.test(text)) {
      const rows = await on.query(text, values);
      return answerOf(word, rows.map(withDates));
    }
    const rowCount = await on.change(statementOf(text, values.length), values);
    return { command: word, rowCount, rows: [] };
  }

  release(): void {
    void this.#transaction?.rollback(); // one that was left open
    this.#transaction = undefined;
  }
}

function answerOf(command: string, rows: Record<string, unknown>[]): Answer {
  return { command, rowCount: rows.length, rows };
}

/** Our instants are numbers; the library wants them as dates. */
function withDates(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      /_(at|until)$/.test(name) && typeof value === 'number' ? new Date(value) : value,
    ]),
  );
}

/** A statement of the library's own making: its types are the server's to infer. */
function statementOf(text: string, count: number): Statement {
  return {
    title: `sign-in library: ${text.slice(0, 60)}`,
    name: statementName(text),
    text,
    encoders: Array.from({ length: count }, () => asText),
    row: () => undefined as never,
  };
}

function asText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number);
}
