import { NotDone } from './command.ts';
import type { Invocation } from './command.ts';

/** A running server, asked with an API key that has the scopes of administration. */
export interface ServerDesk {
  ask(
    method: 'GET' | 'POST',
    path: string,
    sent?: unknown,
    idempotencyKey?: string, // where value moves
  ): Promise<Record<string, unknown>>;
}

/** The server that was named by --server or KINKEN_URL; undefined: the database is meant. */
export function serverOf({ values, environment }: Invocation): ServerDesk | undefined {
  const url = values.text('server') ?? environment['KINKEN_URL'];
  if (url === undefined || url === '') return undefined;
  const key = values.text('api-key') ?? environment['KINKEN_KEY'];
  if (key === undefined || key === '') {
    throw new NotDone('A server is asked with an API key: set KINKEN_KEY');
  }
  return {
    ask: (method, path, sent, idempotencyKey) =>
      ask(new URL(`/v1${path}`, url), { method, key, sent, idempotencyKey }),
  };
}

interface Question {
  readonly method: 'GET' | 'POST';
  readonly key: string;
  readonly sent: unknown;
  readonly idempotencyKey: string | undefined;
}

/** Some thousand cards at once on a busy machine take a while. */
const TIMEOUT_MS = 120_000;

async function ask(url: URL, question: Question): Promise<Record<string, unknown>> {
  const { method, key, sent, idempotencyKey } = question;
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(sent !== undefined && { 'content-type': 'application/json' }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    },
    ...(sent !== undefined && { body: JSON.stringify(sent) }),
    redirect: 'error', // a key goes nowhere but where it was sent
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error: Error) => {
    throw new NotDone(`${url.origin} does not answer: ${causeOf(error)}`);
  });
  const text = await response.text();
  const answer = readJson(text);
  if (response.ok) return answer;
  throw new NotDone(problemText(response.status, answer));
}

function readJson(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function causeOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** RFC 9457, with our list of fields. */
function problemText(status: number, problem: Record<string, unknown>): string {
  const { title, detail, errors } = problem;
  const fields = Array.isArray(errors)
    ? (errors as { field?: string; message?: string }[]).map(
        (one) => `${one.field}: ${one.message}`,
      )
    : [];
  const sentences = [title, detail, ...fields].filter((one) => typeof one === 'string');
  return sentences.length === 0 ? `The server answered ${status}` : sentences.join('\n');
}
