import type { z } from 'zod';
import type { Result } from '../kernel/result.ts';
import { serverOf } from './ask-server.ts';
import { HOUSE_OPTIONS, NotDone, SERVER_OPTIONS } from './command.ts';
import type { Command, Invocation, Values } from './command.ts';
import { givenFields, judgeFields, optionsOf } from './fields.ts';
import type { Fields } from './fields.ts';
import { inHouse, issuerOf } from './open-house.ts';
import type { House } from './open-house.ts';
import type { Issuer } from '../programmes/index.ts';

/**
 * A command of administration: the use case itself where the database can be opened, the same use case
 * over HTTP where a server has it (R35).
 */
export interface Change<Schema extends z.ZodType> {
  readonly words: string;
  readonly summary: string;
  /** Options that say which one is meant, and become no field. */
  readonly which?: Fields;
  readonly fields: Fields;
  readonly schema: Schema;
  readonly notes?: string;
  /** Where a server does it; without this only the database can be asked. */
  readonly path?: (values: Values) => string;
  readonly act: (
    house: House,
    desk: Desk,
    sent: z.output<Schema>,
  ) => Promise<Result<unknown, string>>;
}

export interface Desk {
  readonly issuer: Issuer;
  readonly values: Values;
}

export function changeCommand<Schema extends z.ZodType>(change: Change<Schema>): Command {
  const { words, summary, notes, path, which = {} } = change;
  return {
    words,
    summary,
    ...(notes !== undefined && { notes }),
    options: { ...optionsOf(which), ...optionsOf(change.fields), ...optionsFor(path) },
    async run(invocation) {
      const given = givenFields(change.fields, invocation.values);
      const sent = judgeFields(change.fields, given, change.schema);
      const server = path && serverOf(invocation);
      if (path !== undefined && server !== undefined) {
        const answer = await server.ask('POST', `/admin${path(invocation.values)}`, given);
        invocation.print.thing(answer);
        return;
      }
      const result = await inHouse(invocation.environment, (house) =>
        change.act(house, deskOf(house, invocation), sent),
      );
      invocation.print.thing(doneOr(result) as object);
    },
  };
}

export interface Listing {
  readonly words: string;
  readonly summary: string;
  readonly name: string; // of the list in the answer, here and over HTTP
  readonly columns: readonly string[];
  readonly which?: Fields;
  readonly path?: (values: Values) => string;
  readonly besideServer?: string;
  readonly read: (house: House, desk: Desk) => Promise<Result<readonly object[], string>>;
}

export function listCommand(listing: Listing): Command {
  const { words, summary, name, columns, path, besideServer, which = {} } = listing;
  return {
    words,
    summary,
    ...(besideServer !== undefined && { besideServer }),
    options: { ...optionsOf(which), ...optionsFor(path) },
    async run(invocation) {
      const server = path && serverOf(invocation);
      if (path !== undefined && server !== undefined) {
        const answer = await server.ask('GET', `/admin${path(invocation.values)}`);
        invocation.print.list(name, answer[name] as object[], columns);
        return;
      }
      const rows = await inHouse(invocation.environment, (house) =>
        listing.read(house, deskOf(house, invocation)),
      );
      invocation.print.list(name, doneOr(rows), columns);
    },
  };
}

function optionsFor(path: unknown): Command['options'] {
  return path === undefined ? HOUSE_OPTIONS : SERVER_OPTIONS;
}

function deskOf(house: House, invocation: Invocation): Desk {
  return { issuer: issuerOf(house, invocation), values: invocation.values };
}

/** A refusal of a use case as a sentence, with its name for programs. */
export function doneOr<Value>(result: Result<Value, string>): Value {
  if (result.ok) return result.value;
  throw new NotDone(`Refused: ${result.refusal.replaceAll('_', ' ')} (${result.refusal})`);
}
