import type { Environment } from '../kernel/config.ts';
import type { Printer } from './printer.ts';

/** One command of `kinken`. The table of all of them is `commands.ts`. */
export interface Command {
  readonly words: string; // `seller create`
  readonly summary: string; // one line
  readonly arguments?: readonly string[]; // names of what stands without an option, all needed
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly notes?: string; // shown under the options
  /** What does the same, or nearly, while a server has the embedded database; of a command that cannot ask it. */
  readonly besideServer?: string;
  run(invocation: Invocation): Promise<void>;
}

export interface OptionSpec {
  readonly describe: string;
  readonly value?: string; // what stands behind it; none: a switch
  readonly isRequired?: boolean;
}

/** What a person has asked for, and where to answer. */
export interface Invocation {
  readonly environment: Environment;
  readonly values: Values;
  readonly arguments: readonly string[];
  readonly print: Printer;
}

/** Options by their names; a switch is there or not. */
export interface Values {
  text(name: string): string | undefined;
  /** Throws WrongUse when it is missing. */
  needed(name: string): string;
  isSet(name: string): boolean;
}

/** The command was written wrongly; its help is named. Ends with 2. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse';
}

/** It was understood and not done; the sentence says why and what to do. Ends with 1. */
export class NotDone extends Error {
  override readonly name = 'NotDone';
}

/** A server was named that is not asked for this: what it works on is the database itself. */
export class OnDatabaseOnly extends NotDone {}

/** Options that every command takes. */
export const COMMON_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  help: { describe: 'Shows this' },
  json: { describe: 'Answers in JSON' },
};

/** For commands that speak to a database, or to the server that has it. */
export const HOUSE_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  issuer: { value: 'KEY', describe: 'Whose; needed when there are several issuers' },
};

export const SERVER_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  ...HOUSE_OPTIONS,
  server: { value: 'URL', describe: 'Asks a running server instead of the database (KINKEN_URL)' },
  'api-key': {
    value: 'KEY',
    describe: 'API key for it; better in KINKEN_KEY, where no list of processes shows it',
  },
};
