import { parseArgs } from 'node:util';
import { ConnectionLost, FolderInUse, MigrationRefused } from '../kernel/database/index.ts';
import { WrongSetting } from '../kernel/config.ts';
import type { Environment } from '../kernel/config.ts';
import { COMMON_OPTIONS, NotDone, OnDatabaseOnly, WrongUse } from './command.ts';
import type { Command, OptionSpec, Values } from './command.ts';
import { openPrinter } from './printer.ts';
import type { Streams } from './printer.ts';

/** 0: done. 1: understood and not done. 2: not understood. */
export type ExitCode = 0 | 1 | 2;

/** Finds the command in the table, reads its options, runs it, and says plainly what went wrong. */
export async function runCommand(
  commands: readonly Command[],
  words: readonly string[],
  world: { readonly environment: Environment; readonly streams: Streams },
): Promise<ExitCode> {
  const { environment, streams } = world;
  const command = findCommand(commands, words);
  if (command === undefined) return helpOnAll(commands, words, streams);
  try {
    const parsed = parse(command, words.slice(command.words.split(' ').length));
    if (parsed.values.isSet('help')) {
      streams.out(helpText(command));
      return 0;
    }
    checkNeeds(command, parsed);
    const print = openPrinter(streams, parsed.values.isSet('json'));
    await command.run({ environment, values: parsed.values, arguments: parsed.positionals, print });
    return 0;
  } catch (error) {
    return tell(error, command, streams);
  }
}

/** The longest words that are a command: `run list` before `run`. */
function findCommand(commands: readonly Command[], words: readonly string[]): Command | undefined {
  const typed = words.join(' ');
  return commands
    .filter((command) => typed === command.words || typed.startsWith(`${command.words} `))
    .toSorted((one, other) => other.words.length - one.words.length)[0];
}

interface Parsed {
  readonly values: Values;
  readonly positionals: readonly string[];
}

function parse(command: Command, words: readonly string[]): Parsed {
  const specs = { ...COMMON_OPTIONS, ...command.options };
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [
      name,
      { type: spec.value === undefined ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
  const text = (name: string) => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    positionals,
    values: {
      text,
      isSet: (name) => values[name] !== undefined && values[name] !== false,
      needed(name) {
        const value = text(name);
        if (value === undefined || value === '') throw new WrongUse(`--${name} is missing`);
        return value;
      },
    },
  };
}

function checkNeeds(command: Command, { values, positionals }: Parsed): void {
  for (const [name, spec] of Object.entries(command.options)) {
    if (spec.isRequired === true) values.needed(name);
  }
  const wanted = command.arguments ?? [];
  const missing = wanted[positionals.length];
  if (missing !== undefined) throw new WrongUse(`${missing} is missing`);
  if (positionals.length > wanted.length) {
    throw new WrongUse(`"${positionals[wanted.length]}" is one word too many`);
  }
}

function tell(error: unknown, command: Command, streams: Streams): ExitCode {
  if (error instanceof WrongUse || isParseError(error)) {
    const said = unknownOption(error, command) ?? error.message;
    streams.error(`${said}\nSee: kinken ${command.words} --help\n`);
    return 2;
  }
  if (error instanceof FolderInUse || error instanceof OnDatabaseOnly) {
    streams.error(`${error.message}\n${besideServer(error, command)}`);
    return 1;
  }
  if (isPlain(error)) {
    streams.error(`${error.message}\n`);
    return 1;
  }
  streams.error(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 1;
}

/** Its sentence says what is to be done; a stack would only hide it. */
function isPlain(error: unknown): error is Error {
  const plain = [NotDone, WrongSetting, ConnectionLost, MigrationRefused];
  if (plain.some((kind) => error instanceof kind)) return true;
  return error instanceof Error && 'syscall' in error && 'path' in error; // a file, a folder
}

/** R35: what can be done where a server has the database, by what this command can. */
function besideServer(error: Error, { options, besideServer: other }: Command): string {
  if (options['server'] !== undefined) {
    return 'Ask the server that has it, by --server URL with an API key in KINKEN_KEY, or stop it first.\n';
  }
  const stop = 'This command cannot ask a server: stop it first, and start it again afterwards.\n';
  const without = other === undefined ? '' : `Without a stop: ${other}.\n`;
  return `${error instanceof FolderInUse ? stop : ''}${without}`;
}

function isParseError(error: unknown): error is Error {
  return (
    error instanceof TypeError &&
    String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS')
  );
}

/** Node's own sentence goes on about arguments that begin with a hyphen. */
function unknownOption(error: Error, { words, options }: Command): string | null {
  if ((error as { code?: unknown }).code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return null;
  const name = /'(-+[^']*)'/.exec(error.message)?.[1] ?? '';
  const asksServer = ['--server', '--api-key'].includes(name) && options['server'] === undefined;
  const why = asksServer ? ': it works on the database itself' : '';
  return `"kinken ${words}" has no option ${name}${why}.`;
}

/** `kinken`, `kinken help gifts`, `kinken gifts --help`, and what is no command. */
function helpOnAll(
  commands: readonly Command[],
  words: readonly string[],
  streams: Streams,
): ExitCode {
  const [first = '', ...rest] = words.filter((word) => !word.startsWith('-'));
  const isHelp = first === 'help';
  const typed = (isHelp ? rest : [first, ...rest]).join(' ');
  const command = isHelp ? findCommand(commands, rest) : undefined;
  if (command !== undefined) {
    streams.out(helpText(command));
    return 0;
  }
  const near = commands.filter(({ words: known }) => `${known} `.startsWith(`${typed} `));
  const isAsked = typed === '' || (near.length > 0 && (isHelp || words.includes('--help')));
  const shown = near.length > 0 ? near : commands.filter((each) => isOfGroup(each, typed));
  const listed = shown.length > 0 ? shown : commands;
  const width = Math.max(...listed.map((each) => each.words.length));
  const lines = listed.map((each) => `  ${each.words.padEnd(width)}  ${each.summary}`);
  const text = `kinken COMMAND [options]\n\n${lines.join('\n')}\n\nkinken COMMAND --help says more.\n`;
  if (isAsked) streams.out(text);
  else streams.error(`There is no command "${typed}".\n\n${text}`);
  return isAsked ? 0 : 2;
}

function isOfGroup({ words }: Command, typed: string): boolean {
  return words.split(' ')[0] === typed.split(' ')[0];
}

export function helpText(command: Command): string {
  const behind = (command.arguments ?? []).map((name) => ` ${name}`).join('');
  const specs = Object.entries({ ...command.options, ...COMMON_OPTIONS });
  const left = (name: string, spec: OptionSpec) =>
    `--${name}${spec.value === undefined ? '' : ` ${spec.value}`}`;
  const width = Math.max(...specs.map(([name, spec]) => left(name, spec).length));
  const lines = specs.map(([name, spec]) => {
    const needed = spec.isRequired === true ? ' (needed)' : '';
    return `  ${left(name, spec).padEnd(width)}  ${spec.describe}${needed}`;
  });
  const { notes, besideServer: other } = command;
  const without =
    other && `Where a server has the embedded database: stop it first. Without a stop: ${other}.`;
  const under = [notes, without].map((text) => (text === undefined ? '' : `\n${text}\n`)).join('');
  return `kinken ${command.words}${behind} [options]\n\n${command.summary}.\n\n${lines.join('\n')}\n${under}`;
}
