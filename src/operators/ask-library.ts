import { createHash } from 'node:crypto';
import { ADDRESS_HEADER, LIBRARY_ORIGIN, LIBRARY_PATH } from './library-address.ts';
import type { Library } from './open-library.ts';

/** The browser behind a request, as far as the library may know it. */
export interface From {
  readonly cookie: string | undefined;
  readonly address: string;
  readonly userAgent: string | undefined;
  /** A browser that is known: the library's limits by address are not shared with it. */
  readonly browser?: string | null;
}

export interface LibraryAnswer {
  readonly isDone: boolean;
  readonly isThrottled: boolean;
  readonly retryAfterMs: number;
  readonly code: string; // of its refusal
  readonly body: Readonly<Record<string, unknown>>;
  readonly cookies: readonly string[]; // Set-Cookie, as they are
}

const USER_AGENT_MAX = 200;
const COOKIE_MAX = 8_000;

/** One of the library's endpoints, asked as a browser would: so its rate limits and checks hold. */
export async function askLibrary(
  library: () => Promise<Library>,
  path: string,
  body: object,
  from: From,
): Promise<LibraryAnswer> {
  const headers = new Headers({
    'content-type': 'application/json',
    origin: LIBRARY_ORIGIN, // where it really comes from our routes have judged
    [ADDRESS_HEADER]: addressFor(from),
    'user-agent': (from.userAgent ?? '').slice(0, USER_AGENT_MAX),
  });
  if (from.cookie !== undefined) headers.set('cookie', from.cookie.slice(0, COOKIE_MAX));
  const { handler } = await library();
  const response = await handler(
    new Request(`${LIBRARY_ORIGIN}${LIBRARY_PATH}${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    }),
  );
  if (response.status >= 500) throw new Error(`the sign-in library failed at ${path}`);
  const answered = readBody(await response.text());
  return {
    isDone: response.ok,
    isThrottled: response.status === 429,
    retryAfterMs: Number(response.headers.get('x-retry-after') ?? '60') * 1_000,
    code: typeof answered['code'] === 'string' ? answered['code'] : '',
    body: answered,
    cookies: response.headers.getSetCookie(),
  };
}

/** The library counts by address, and takes nothing else for a name: a known browser gets one of nobody's (RFC 4193). */
function addressFor({ address, browser }: From): string {
  if (browser === null || browser === undefined) return address;
  const digits = createHash('sha256').update(browser, 'utf8').digest('hex').slice(0, 14);
  const groups = `fd${digits}`.match(/.{4}/g) ?? [];
  return `${groups.join(':')}::1`;
}

function readBody(text: string): Readonly<Record<string, unknown>> {
  if (text === '') return {};
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
