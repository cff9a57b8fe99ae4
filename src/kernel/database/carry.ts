import type { Queryable, Statement } from './queryable.ts';
import type { Reply } from './flight.ts';
import { type Message, statementName } from './session.ts';
import { encodeUntyped } from './values.ts';

/** Brings one message to a session and its reply back. Making the message may throw: a value that does not fit. */
export type Carry = (make: () => Message) => Promise<Reply>;

/** Everything that can carry a message can be queried, and all in the same way. */
export function queryableBy(carry: Carry): Queryable {
  return {
    rows<Row>(statement: Statement<Row>, values: readonly unknown[]): Promise<Row[]> {
      const { row } = statement;
      return carry(() => messageOf(statement, values)).then(({ rows }) => rows.map(row));
    },
    change(statement: Statement, values: readonly unknown[]): Promise<number> {
      return carry(() => messageOf(statement, values)).then(({ count }) => count);
    },
    async query(text: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
      const reply = await carry(() => ({
        title: text.slice(0, 60),
        name: statementName(text),
        text,
        values: values.map(encodeUntyped),
      }));
      const names = reply.columns.map((column) => column.name);
      return reply.rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at]])));
    },
    async script(text: string): Promise<void> {
      await carry(() => ({ title: text.slice(0, 60), text }));
    },
  };
}

function messageOf(statement: Statement<unknown>, values: readonly unknown[]): Message {
  const { title, name, text, encoders } = statement;
  return { title, name, text, values: encoders.map((encode, at) => encode(values[at])) };
}
