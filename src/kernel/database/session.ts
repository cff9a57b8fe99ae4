import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';
import pg from 'pg';
import { ConnectionLost, isServerError, type ServerError, StatementFailed } from './errors.ts';
import { Flight, type PreparedMessage, type PreparedStatements, type Reply } from './flight.ts';
import { decoders } from './values.ts';

/** One statement on its way, prepared; or a text of one or several statements by the simple protocol. */
export type Message = PreparedMessage | { readonly title: string; readonly text: string };

export interface SessionLimits {
  readonly lockTimeoutMs: number;
  readonly idleInTransactionTimeoutMs: number;
}

/**
 * One session on the server, by pg's client in pipeline mode: statements leave in the order they are
 * sent, all of one tick in one write, and their answers come back in that order.
 */
export class Session {
  readonly #client: pg.Client;
  readonly #prepared: PreparedStatements = new Map();
  #flight: Flight | undefined; // takes what is sent in this tick
  #isCorked = false;
  #lost: Error | undefined;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  static async open(config: pg.ClientConfig, settings: readonly string[]): Promise<Session> {
    const client = new pg.Client({ ...config, pipeline: true, types: decoders } as pg.ClientConfig);
    const session = new Session(client);
    client.on('error', (error) => session.#lose(error));
    client.on('end', () => session.#lose(new Error('the connection ended')));
    try {
      await client.connect();
      await client.query(settings.join(';'));
    } catch (error) {
      session.#lose(error as Error);
      void client.end().catch(() => undefined);
      throw new ConnectionLost(`the database cannot be reached: ${reasonOf(error)}`, {
        cause: error,
      });
    }
    return session;
  }

  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  async send(message: Message): Promise<Reply> {
    if (this.#lost) throw new ConnectionLost(`${message.title}: ${this.#lost.message}`);
    this.#cork();
    try {
      if ('name' in message)
        return await (this.#flight ??= new Flight(this.#prepared)).board(message);
      this.#depart(); // what was sent before travels before
      return replyFrom(await this.#client.query({ text: message.text, rowMode: 'array' }));
    } catch (error) {
      if (isServerError(error)) throw this.#failureOf(message, error);
      throw new ConnectionLost(`${message.title}: ${(error as Error).message}`, { cause: error });
    }
  }

  async close(): Promise<void> {
    this.#lose(new Error('the session was closed'));
    await this.#client.end();
  }

  /** Gives the session up: whatever it holds on the server is rolled back with it. */
  abandon(reason: Error): void {
    this.#lose(reason);
    this.#stream.destroy();
  }

  get #stream(): Duplex {
    return (this.#client as unknown as { connection: { stream: Duplex } }).connection.stream;
  }

  #failureOf(message: Message, error: ServerError): StatementFailed {
    const failure = new StatementFailed(message.title, error);
    if (failure.isFatal) this.#lose(failure);
    return failure;
  }

  #lose(error: Error): void {
    this.#lost ??= error;
  }

  #depart(): void {
    const flight = this.#flight;
    this.#flight = undefined;
    if (flight) this.#client.query(flight as unknown as pg.Submittable);
  }

  /** Holds back what is written in this tick, so that it leaves in one system call. */
  #cork(): void {
    if (this.#isCorked) return;
    const stream = this.#stream;
    this.#isCorked = true;
    stream.cork();
    process.nextTick(() => {
      this.#isCorked = false;
      this.#depart();
      stream.uncork();
    });
  }
}

/** What every session is told first, so that both databases read and write alike. */
export const COMMON_SETTINGS: readonly string[] = [
  `set timezone = 'UTC'`,
  `set datestyle = 'ISO'`,
  `set bytea_output = 'hex'`,
  `set client_min_messages = 'warning'`,
  `set application_name = 'kinken'`,
  `set default_transaction_isolation = 'read committed'`,
  `set jit = off`, // compiling a plan costs more than any statement of ours runs
];

/** Limits for a server with other sessions. PGlite has no one to wait for, and its timers end it. */
export function limitSettings(limits: SessionLimits): string[] {
  return [
    `set lock_timeout = ${Math.round(limits.lockTimeoutMs)}`,
    `set idle_in_transaction_session_timeout = ${Math.round(limits.idleInTransactionTimeoutMs)}`,
  ];
}

/** The name under which a text is prepared: the same text has the same name in every process. */
export function statementName(text: string): string {
  return `k${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
}

/** Several statements in one message give several results; the last one speaks for them. */
function replyFrom(result: pg.QueryArrayResult | pg.QueryArrayResult[]): Reply {
  const last = Array.isArray(result) ? result.at(-1) : result;
  return {
    rows: last?.rows ?? [],
    columns: last?.fields ?? [],
    count: last?.rowCount ?? 0,
    command: last?.command ?? '',
  };
}

/** A name with several addresses fails with an error for each, and none of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
