import type { FastifyReply, FastifyRequest } from 'fastify';
import { isSameSecret, newSecret, type KeyRing, type Random } from '../kernel/crypto.ts';

/**
 * A visit is a random cookie; forms carry a keyed hash of it, so a form that another site wrote is not
 * taken. It says nothing of who visits, and ends with the browser.
 */
export interface Visit {
  readonly id: string;
  readonly token: string;
}

const VISIT = 'kinken_visit';
const LOOKED_UP = 'kinken_looked_up';
const LOOKED_UP_SECONDS = 300;
/** A browser keeps 4,096 bytes of one. */
const SEALED_LENGTH_MAX = 3_800;

/** The visit of this browser; a new one when it has none. */
export function visitOf(
  request: FastifyRequest,
  reply: FastifyReply,
  { keyRing, random }: { readonly keyRing: KeyRing; readonly random: Random },
): Visit {
  const given = readCookie(request, VISIT);
  const isKnown = given !== undefined && /^[A-Za-z0-9_-]{43}$/.test(given);
  const id = isKnown ? given : newSecret(random);
  if (!isKnown) setCookie(request, reply, VISIT, id);
  return { id, token: tokenOf(id, keyRing) };
}

/** The visit whose token came with a form; undefined for a form that is not ours. */
export function visitOfForm(
  request: FastifyRequest,
  token: unknown,
  keyRing: KeyRing,
): Visit | undefined {
  const id = readCookie(request, VISIT);
  if (id === undefined || typeof token !== 'string') return undefined;
  if (request.headers['sec-fetch-site'] === 'cross-site') return undefined;
  const right = tokenOf(id, keyRing);
  return isSameSecret(Buffer.from(token), Buffer.from(right)) ? { id, token: right } : undefined;
}

/** What was looked up last, for the page behind the form: sealed, for five minutes, never the code. */
export interface LookedUp {
  readonly instrumentId: string | null; // null: no card has that code
  readonly issuerId: number;
  readonly lastFour: string | null;
  readonly until: number;
}

export function keepLookedUp(
  request: FastifyRequest,
  reply: FastifyReply,
  keyRing: KeyRing,
  lookedUp: Omit<LookedUp, 'until'>,
  now: number,
): void {
  keepSealed(request, reply, keyRing, { name: LOOKED_UP, value: lookedUp, now });
}

export function readLookedUp(
  request: FastifyRequest,
  keyRing: KeyRing,
  now: number,
): LookedUp | undefined {
  return readSealed<LookedUp>(request, keyRing, LOOKED_UP, now);
}

/** Keeps something in the browser that only we can read or change: for five minutes, for the page behind a form. */
export function keepSealed(
  request: FastifyRequest,
  reply: FastifyReply,
  keyRing: KeyRing,
  { name, value, now }: { readonly name: string; readonly value: object; readonly now: number },
): void {
  const text = JSON.stringify({ ...value, of: name, until: now + LOOKED_UP_SECONDS * 1_000 });
  const sealed = Buffer.from(keyRing.seal(text)).toString('base64url');
  setCookie(request, reply, name, sealed, LOOKED_UP_SECONDS);
}

export function readSealed<Value extends object>(
  request: FastifyRequest,
  keyRing: KeyRing,
  name: string,
  now: number,
): Value | undefined {
  const value = readCookie(request, name);
  if (value === undefined || value.length > SEALED_LENGTH_MAX) return undefined;
  try {
    const text = keyRing.unseal(Buffer.from(value, 'base64url'));
    const kept = JSON.parse(text) as Value & { readonly of: string; readonly until: number };
    return kept.of === name && kept.until > now ? kept : undefined;
  } catch {
    return undefined; // sealed by another key, or changed
  }
}

function tokenOf(id: string, keyRing: KeyRing): string {
  return Buffer.from(keyRing.tokenHash(`form ${id}`)).toString('base64url');
}

export function readCookie(request: FastifyRequest, name: string): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [key, value] = part.trim().split('=', 2);
    if (key === name) return value;
  }
  return undefined;
}

export function setCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  name: string,
  value: string,
  maxAgeSeconds?: number,
): void {
  const parts = [`${name}=${value}`, 'Path=/', 'HttpOnly', 'SameSite=Lax'];
  if (request.protocol === 'https') parts.push('Secure');
  if (maxAgeSeconds !== undefined) parts.push(`Max-Age=${maxAgeSeconds}`);
  reply.header('set-cookie', parts.join('; '));
}
