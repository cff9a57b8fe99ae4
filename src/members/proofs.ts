import { hashSecret, isSameSecret, newSecret } from '../kernel/crypto.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { Context } from './context.ts';
import { readCookie } from './from.ts';
import { countProofMiss, endProof, insertProof, lockProof } from './proofs.sql.ts';
import type { LockProofRow } from './proofs.sql.ts';

export const PROOF_COOKIE = 'kinken_proof';
export const PROOF_MS = 15 * 60_000;
const MISSES_MAX = 5;
const CODE_DIGITS = 8;
const SECRET = /^[A-Za-z0-9_-]{43}$/;

export type Purpose =
  | 'sign_up'
  | 'sign_in'
  | 'mail_first'
  | 'step_up'
  | 'recovery'
  | 'recovery_end'
  | 'new_address'
  | 'new_phone';

export interface NewProof {
  readonly purpose: Purpose;
  readonly kind: 'mail' | 'authenticator' | 'sms';
  readonly email: string;
  readonly emailTyped: string;
  readonly memberId: string | null;
  /** By SMS: the number, sealed. */
  readonly contentSealed?: Uint8Array;
}

/** Eight digits: with five tries and three mails in an hour, a guess is one in millions. */
export function newCode({ random }: Pick<Context, 'random'>): string {
  return String(random.below(10 ** CODE_DIGITS)).padStart(CODE_DIGITS, '0');
}

/** Something that waits for its code, at this browser alone. Gives back the cookie. */
export async function beginProof(
  { keyRing, random, clock }: Pick<Context, 'keyRing' | 'random' | 'clock'>,
  on: Queryable,
  wanted: NewProof,
  code: string,
): Promise<{ readonly cookie: string; readonly expiresAt: Instant }> {
  const secret = newSecret(random);
  const at = clock.now();
  const expiresAt = at + PROOF_MS;
  const codeHash = keyRing.tokenHash(`member code|${secret}|${code}`);
  const secretHash = hashSecret(secret);
  const contentSealed = wanted.contentSealed ?? null;
  await insertProof(on, { ...wanted, contentSealed, secretHash, codeHash, at, expiresAt });
  return { cookie: setCookie(PROOF_COOKIE, secret, PROOF_MS / 1_000), expiresAt };
}

export type Waiting = LockProofRow & { readonly secret: string; readonly secretHash: Uint8Array };

/** What this browser waits with, its row locked; undefined: nothing, or it is over. */
export async function findWaiting(
  { clock }: Pick<Context, 'clock'>,
  on: Queryable,
  cookie: string | undefined,
  purpose: Purpose,
): Promise<Waiting | undefined> {
  const secret = readCookie(cookie, PROOF_COOKIE);
  if (secret === undefined || !SECRET.test(secret)) return undefined;
  const secretHash = hashSecret(secret);
  const [row] = await lockProof(on, { secretHash, purpose, now: clock.now() });
  if (row === undefined || row.misses >= MISSES_MAX) return undefined;
  return { ...row, secret, secretHash };
}

/** Full width or half, with a space in the middle: the digits count. */
export function digitsOf(typed: string): string {
  return typed.normalize('NFKC').replace(/[\s-]/g, '').slice(0, 20);
}

export function isCodeOf({ keyRing }: Pick<Context, 'keyRing'>, waiting: Waiting, typed: string) {
  const given = keyRing.tokenHash(`member code|${waiting.secret}|${digitsOf(typed)}`);
  return isSameSecret(given, waiting.codeHash);
}

export async function countMiss(on: Queryable, { secretHash }: Waiting): Promise<void> {
  await countProofMiss(on, { secretHash });
}

/** The right code was typed: it is good no second time, and mail reaches its address. */
export async function endShown(
  { confirmAddress }: Pick<Context, 'confirmAddress'>,
  on: Queryable,
  waiting: Waiting,
): Promise<string> {
  if (waiting.kind === 'mail') await confirmAddress(on, waiting.emailTyped);
  return endWaiting(on, waiting);
}

/** It was shown, and is good no second time. */
export async function endWaiting(on: Queryable, { secretHash }: Waiting): Promise<string> {
  await endProof(on, { secretHash });
  return setCookie(PROOF_COOKIE, '', 0);
}

export function setCookie(name: string, value: string, maxAgeSeconds: number): string {
  return `${name}=${value}; Max-Age=${maxAgeSeconds}; Path=/; HttpOnly; SameSite=Lax`;
}
