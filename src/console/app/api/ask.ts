import { monotonicMs } from '../../../kernel/clock.ts';
import type { Locale } from '../text.ts';

/** The server said no, or nothing. `detail` is written for the person at the screen, in its language. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number; // 0: the server was not reached
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly fields: readonly FieldProblem[];
  readonly retryAfterSeconds: number | null;

  constructor(status: number, problem: Problem) {
    super(problem.title ?? problem.code ?? String(status));
    this.status = status;
    this.code = problem.code ?? 'unknown';
    this.title = problem.title ?? '';
    this.detail = problem.detail ?? '';
    this.fields = problem.errors ?? [];
    this.retryAfterSeconds = problem.retryAfterSeconds ?? null;
  }
}

export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

interface Problem {
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly FieldProblem[];
  readonly retryAfterSeconds?: number;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

const API = '/console/api';
const WAIT_MAX_MS = 30_000;
const ALONE_AFTER_MS = 60_000;

/** What goes along with every call: that a page of ours asks, for which issuer, and whether anybody is there. */
const along = { csrfToken: '', issuerKey: '', touchedAtMs: 0 };

export function askAs(session: { readonly csrfToken: string; readonly issuerKey: string }): void {
  Object.assign(along, session);
}

/** A screen that nobody touches goes on showing, and the session of whoever has left it ends all the same. */
export function noteTouches(): void {
  const note = (): void => {
    along.touchedAtMs = monotonicMs();
  };
  for (const kind of ['pointerdown', 'keydown']) addEventListener(kind, note, { passive: true });
}

/** One call of the console's API. */
export async function ask<Answer>(method: Method, path: string, body?: unknown): Promise<Answer> {
  const answered = await reach(method, path, body);
  const content: unknown = await contentOf(answered);
  if (!answered.ok) throw new Refused(answered.status, (content ?? {}) as Problem);
  return content as Answer;
}

/** Leaves out what is not asked for, so that an address says only what was chosen. */
export function withQuery(
  path: string,
  query: Readonly<Record<string, string | number | boolean | null | undefined>>,
): string {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') words.set(name, String(value));
  }
  const text = words.toString();
  return text === '' ? path : `${path}?${text}`;
}

async function reach(method: Method, path: string, body: unknown): Promise<Response> {
  try {
    return await fetch(API + path, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      signal: AbortSignal.timeout(WAIT_MAX_MS),
      headers: {
        accept: 'application/json',
        'accept-language': document.documentElement.lang as Locale,
        ...(along.csrfToken !== '' && { 'kinken-csrf': along.csrfToken }),
        ...(along.issuerKey !== '' && { 'kinken-issuer': along.issuerKey }),
        ...(monotonicMs() - along.touchedAtMs > ALONE_AFTER_MS && { 'kinken-watching': '1' }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  } catch {
    throw new Refused(0, { code: 'not_reached' });
  }
}

async function contentOf(answered: Response): Promise<unknown> {
  if (answered.status === 204) return null;
  try {
    return await answered.json();
  } catch {
    return null;
  }
}
