/**
 * Logs: JSON when nobody looks at them, short lines at a terminal. No body, no query, no header and no
 * path goes in (a path may hold anything a caller typed): only routes, ids of ours, and refusals.
 */
import { pino, type DestinationStream, type Logger } from 'pino';

export type { Logger };

/** What must never be written even when somebody logs a whole object by mistake. */
const SECRETS = [
  'authorization',
  'cookie',
  'code',
  'secret',
  'apiKey',
  'password',
  'gcClaimCode',
  'pin',
  'body',
  'headers',
  'url',
];

export interface LogOptions {
  readonly level?: string;
  readonly isTerminal: boolean;
  readonly write: (line: string) => void;
}

export function createLog({ level = 'info', isTerminal, write }: LogOptions): Logger {
  const destination: DestinationStream = {
    write: isTerminal ? (line) => write(shortLine(line)) : write,
  };
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
        censor: '[hidden]',
      },
      serializers: { error: errorFacts, err: errorFacts },
    },
    destination,
  );
}

/** The program's own, on its standard output. Whoever reads it may go: the server does not go with them. */
export function processLog(level?: string): Logger {
  process.stdout.on('error', () => undefined);
  return createLog({
    level,
    isTerminal: process.stdout.isTTY === true,
    write: (line) => process.stdout.write(line),
  });
}

export function silentLog(): Logger {
  return createLog({ level: 'silent', isTerminal: false, write: () => undefined });
}

/** Name, sentence and stack: an error's other properties may carry what a caller sent. */
function errorFacts(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: 'something that is no error was thrown' };
  const { name, message, stack, cause } = error;
  const constraint = 'constraint' in error ? error.constraint : undefined;
  return {
    name,
    message,
    constraint,
    stack,
    cause: cause instanceof Error ? errorFacts(cause) : undefined,
  };
}

function shortLine(line: string): string {
  const { level, time, msg, error, ...facts } = JSON.parse(line) as Record<string, unknown>;
  const words = Object.entries(facts).map(([name, value]) => `${name}=${factText(value)}`);
  const failure = error as { stack?: string } | undefined;
  const clock = String(time).slice(11, 19);
  const mark = level === 'info' ? '' : `${String(level).toUpperCase()} `;
  return `${clock} ${mark}${[msg, ...words].join('  ')}\n${failure?.stack ? `${failure.stack}\n` : ''}`;
}

function factText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
