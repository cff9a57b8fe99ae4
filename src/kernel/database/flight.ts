import pg from 'pg';
import { isServerError, type ServerError } from './errors.ts';
import type { RawRow } from './queryable.ts';
import { decoders } from './values.ts';

/** A statement that is prepared on the server under its name, with its values. */
export interface PreparedMessage {
  readonly title: string;
  readonly name: string;
  readonly text: string;
  readonly values: readonly (string | Buffer | null)[]; // a Buffer is in binary form
}

export interface Reply {
  readonly rows: RawRow[];
  readonly columns: readonly { readonly name: string }[];
  readonly count: number; // rows read or changed
  readonly command: string; // of the last statement: 'COMMIT', 'ROLLBACK', 'UPDATE' ...
}

interface Column {
  readonly name: string;
  readonly decode: (text: string) => unknown;
}

/** What a session's server has prepared, by name: the columns that it said, undefined until it has. */
export type PreparedStatements = Map<string, readonly Column[] | undefined>;

interface Passenger {
  readonly message: PreparedMessage;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (reason: unknown) => void;
  readonly rows: RawRow[];
  columns: readonly Column[] | undefined;
  tag: string; // 'UPDATE 3'
  misread: unknown;
}

/**
 * The statements of one tick with one sync behind them all, so that the server answers in one write, and says a
 * statement's columns once a session. Behind one that fails it passes over the rest: only statements of one
 * transaction may travel together, and its commit or rollback not with them.
 *
 * pg's client takes queries of no other class than its own into a pipeline, so this is one.
 */
export class Flight extends (pg.Query as unknown as new (config: object) => object) {
  readonly #prepared: PreparedStatements;
  readonly #passengers: Passenger[] = [];
  #at = 0; // whose answers come in

  constructor(prepared: PreparedStatements) {
    super({ text: '' });
    this.#prepared = prepared;
  }

  board(message: PreparedMessage): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const answer = { rows: [], columns: undefined, tag: '', misread: undefined };
      this.#passengers.push({ message, resolve, reject, ...answer });
    });
  }

  /** Called by pg's client when the messages are to be written. */
  submit(wire: Wire): null {
    for (const passenger of this.#passengers) {
      const { name, text, values } = passenger.message;
      if (!this.#prepared.has(name)) {
        wire.close({ type: 'S', name }); // what an earlier failure may have left; none is no mistake
        wire.parse({ name, text });
        this.#prepared.set(name, undefined);
      }
      wire.bind({ statement: name, values });
      passenger.columns = this.#prepared.get(name);
      if (passenger.columns === undefined) wire.describe({ type: 'P' });
      wire.execute();
    }
    wire.sync();
    return null;
  }

  handleRowDescription({ fields }: { readonly fields: readonly FieldSaid[] }): void {
    this.#passengers[this.#at]!.columns = fields.map(({ name, dataTypeID }) => ({
      name,
      decode: decoders.getTypeParser(dataTypeID),
    }));
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    const passenger = this.#passengers[this.#at]!;
    try {
      passenger.rows.push(
        passenger.columns!.map(({ decode }, place) => {
          const field = fields[place]!;
          return field === null ? null : decode(field);
        }),
      );
    } catch (error) {
      passenger.misread ??= error;
    }
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    const passenger = this.#passengers[this.#at]!;
    passenger.tag = text;
    passenger.columns ??= [];
    this.#prepared.set(passenger.message.name, passenger.columns);
    this.#at += 1;
  }

  handleEmptyQuery(): void {
    this.#at += 1;
  }

  /** Nothing is told before: a statement without a transaction commits with the sync. */
  handleReadyForQuery(): void {
    for (const passenger of this.#passengers.splice(0)) arrive(passenger);
  }

  /** Of the statement that is under way, or of the sync, when the server says it; else the connection is gone. */
  handleError(error: Error): void {
    const passengers = this.#passengers.splice(0);
    for (const { message } of passengers)
      if (this.#prepared.get(message.name) === undefined) this.#prepared.delete(message.name);
    const isOfOne = isServerError(error) && this.#at < passengers.length;
    passengers.forEach((passenger, place) => {
      if (!isOfOne || place === this.#at) passenger.reject(error);
      else if (place < this.#at) arrive(passenger);
      else passenger.reject(passedOver());
    });
  }
}

function arrive({ rows, columns = [], tag, misread, resolve, reject }: Passenger): void {
  if (misread !== undefined) {
    reject(misread);
    return;
  }
  const words = tag.split(' ');
  resolve({ rows, columns, count: Number(words.at(-1)) || 0, command: words[0]! });
}

/** What the server would say of a statement behind a failed one, were it asked. */
function passedOver(): ServerError {
  const message = 'current transaction is aborted, commands ignored until end of transaction block';
  return Object.assign(new Error(message), { severity: 'ERROR', code: '25P02' });
}

interface FieldSaid {
  readonly name: string;
  readonly dataTypeID: number;
}

/** What pg's client hands to its queries: it writes the messages of the protocol. */
interface Wire {
  close(prepared: { type: 'S'; name: string }): void;
  parse(statement: { name: string; text: string }): void;
  bind(portal: { statement: string; values: PreparedMessage['values'] }): void;
  describe(portal: { type: 'P' }): void;
  execute(): void;
  sync(): void;
}
