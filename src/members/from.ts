import type { Place } from './place.ts';

/** The browser behind a request, as it may be judged and written down. */
export interface From {
  readonly cookie: string | undefined;
  readonly address: string;
  readonly userAgent: string | undefined;
}

/** The same, with where it is. */
export interface SeenFrom extends Place {
  readonly address: string;
  readonly cookie: string | undefined;
  readonly userAgent: string;
}

const USER_AGENT_MAX = 200;
const COOKIE_MAX = 8_000;

export function seenFrom({ cookie, address, userAgent }: From, place: Place): SeenFrom {
  return {
    ...place,
    address,
    cookie: cookie?.slice(0, COOKIE_MAX),
    userAgent: (userAgent ?? '').replace(/\p{Cc}/gu, ' ').slice(0, USER_AGENT_MAX),
  };
}

export function readCookie(cookie: string | undefined, name: string): string | undefined {
  for (const part of (cookie ?? '').split(';')) {
    const [key, value] = part.trim().split('=', 2);
    if (key === name) return value;
  }
  return undefined;
}
