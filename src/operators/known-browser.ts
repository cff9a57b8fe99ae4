import type { Clock } from '../kernel/clock.ts';
import { isSameSecret, type KeyRing } from '../kernel/crypto.ts';
import type { From } from './ask-library.ts';

/**
 * A browser in which an operator has come in before holds a token for that operator: what others guess, also from
 * the same network, does not keep it out. The token opens nothing; the password is asked for as everywhere.
 */
const COOKIE = 'kinken_console_browser';
const KNOWN_MS = 180 * 24 * 60 * 60 * 1000;
const OPERATORS_MAX = 5; // at one browser
const TOKEN = /^([0-9a-z]{8,9})~([A-Za-z0-9_-]{22})~([A-Za-z0-9_-]{43})$/; // since, who, mark

interface Parts {
  readonly keyRing: KeyRing;
  readonly clock: Clock;
}

/** The token that the browser holds for this operator; null: it is not known, or no longer. */
export function knownBrowser(parts: Parts, email: string, { cookie }: From): string | null {
  const who = nameOf(parts, email);
  return tokensIn(cookie).find((token) => isOurs(parts, token) && whoOf(token) === who) ?? null;
}

/** The same where it is not told yet whose it is: one that some operator has come in by. */
export function knownToAnybody(parts: Parts, { cookie }: From): string | null {
  return tokensIn(cookie).findLast((token) => isOurs(parts, token)) ?? null;
}

/** The cookie by which the browser is known from now on. */
export function rememberBrowser(parts: Parts, email: string, { cookie }: From): string {
  const who = nameOf(parts, email);
  const others = tokensIn(cookie).filter((token) => whoOf(token) !== who && isOurs(parts, token));
  const since = parts.clock.now().toString(36);
  const token = `${since}~${who}~${markOf(parts, since, who)}`;
  const held = [...others, token].slice(-OPERATORS_MAX);
  const seconds = KNOWN_MS / 1_000;
  return `${COOKIE}=${held.join('.')}; Max-Age=${seconds}; Path=/console; HttpOnly; SameSite=Strict`;
}

function tokensIn(cookie: string | undefined): string[] {
  const pair = (cookie ?? '').split(';').find((part) => part.trim().startsWith(`${COOKIE}=`));
  const held = pair?.trim().slice(COOKIE.length + 1) ?? '';
  return held
    .split('.')
    .filter((token) => TOKEN.test(token))
    .slice(-OPERATORS_MAX);
}

function isOurs(parts: Parts, token: string): boolean {
  const [, since = '', who = '', mark = ''] = TOKEN.exec(token) ?? [];
  const isRight = isSameSecret(Buffer.from(mark), Buffer.from(markOf(parts, since, who)));
  return isRight && parts.clock.now() - Number.parseInt(since, 36) < KNOWN_MS;
}

function whoOf(token: string): string | undefined {
  return TOKEN.exec(token)?.[2];
}

function nameOf({ keyRing }: Parts, email: string): string {
  const hash = keyRing.tokenHash(`console browser of|${email.toLowerCase()}`);
  return Buffer.from(hash).toString('base64url').slice(0, 22);
}

function markOf({ keyRing }: Parts, since: string, who: string): string {
  return Buffer.from(keyRing.tokenHash(`console browser|${since}|${who}`)).toString('base64url');
}
