import { createHmac } from 'node:crypto';
import { CSRF_HEADER, ISSUER_HEADER } from '../console/index.ts';
import { present } from '../kernel/assert.ts';
import { wallClock } from '../kernel/clock.ts';
import { newSecret, systemRandom } from '../kernel/crypto.ts';
import type { Told, Visitor } from './visitor.ts';

/** An operator who has not chosen a password yet. */
export interface Enlisted {
  readonly email: string;
  readonly invitation: string;
}

/** By the keys of operators. */
export type Staff = ReadonlyMap<string, Enlisted>;

/**
 * Signs an operator in as a person does: a password by the invitation, and a second factor set up and proved. Returns the
 * headers that the console's application sends; the session is the visitor's.
 */
export async function signIn(
  visitor: Visitor,
  { email, invitation }: Enlisted,
  issuer: string,
): Promise<Readonly<Record<string, string>>> {
  const password = newSecret(systemRandom);
  let headers: Readonly<Record<string, string>> = { [ISSUER_HEADER]: issuer };
  const ask = async (method: 'GET' | 'POST', path: string, body?: unknown): Promise<Told> => {
    const told = await visitor.ask({ method, path: `/console/api${path}`, headers, body });
    if (told.status < 400) return told;
    throw new Error(`${email} cannot sign in, ${path}: ${told.status} ${told.text}`);
  };
  const readToken = async (): Promise<void> => {
    const { csrfToken } = (await ask('GET', '/session')).body as { csrfToken: string };
    headers = { ...headers, [CSRF_HEADER]: csrfToken };
  };
  await ask('POST', '/sign-in/password', { invitation, password });
  await ask('POST', '/sign-in', { email, password });
  await readToken();
  const begun = await ask('POST', '/account/second-factor', { password });
  const { uri } = begun.body as { uri: string };
  await ask('POST', '/account/second-factor/confirmation', { code: codeNow(uri) });
  await readToken(); // the second factor begins a new session
  return headers;
}

const STEP_MS = 30_000;

/** The six digits that an authenticator shows now (RFC 6238): the one thing that follows the machine's clock. */
function codeNow(uri: string): string {
  const secret = fromBase32(present(new URL(uri).searchParams.get('secret'), 'it has a secret'));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(wallClock.now() / STEP_MS)));
  const hash = createHmac('sha1', secret).update(counter).digest();
  const offset = hash[hash.length - 1]! & 0xf;
  return String((hash.readUInt32BE(offset) & 0x7f_ff_ff_ff) % 1_000_000).padStart(6, '0');
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function fromBase32(text: string): Buffer {
  const bits = text
    .replace(/=+$/, '')
    .split('')
    .map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  const bytes = bits.match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}
