import { Secret, TOTP } from 'otpauth';
import type { Queryable } from '../kernel/database/index.ts';
import type { Context } from './context.ts';
import { findAuthenticator, keepAuthenticator, takeAuthenticatorStep } from './members.sql.ts';
import { digitsOf } from './proofs.ts';

const PERIOD_MS = 30_000;
const SECRET_BYTES = 20;

export interface AuthenticatorBegun {
  readonly key: string; // base32, as a person types it into the application
  readonly uri: string; // otpauth://
}

/** A new secret, worth nothing until a code of it was shown. Undefined: one is set already. */
export async function beginAuthenticator(
  { keyRing, random, clock }: Pick<Context, 'keyRing' | 'random' | 'clock'>,
  on: Queryable,
  { memberId, email }: { readonly memberId: string; readonly email: string },
): Promise<AuthenticatorBegun | undefined> {
  const key = new Secret({ buffer: Uint8Array.from(random.bytes(SECRET_BYTES)).buffer }).base32;
  const secretSealed = keyRing.seal(key);
  const kept = await keepAuthenticator(on, { memberId, secretSealed, at: clock.now() });
  return kept === 0 ? undefined : { key, uri: totpOf(key, email).toString() };
}

/** Each code is good once, for the step it belongs to and one on either side, by our clock. */
export async function checkAuthenticatorCode(
  { keyRing, clock }: Pick<Context, 'keyRing' | 'clock'>,
  on: Queryable,
  memberId: string,
  typed: string,
): Promise<boolean> {
  const [row] = await findAuthenticator(on, { memberId });
  if (row === undefined) return false;
  const at = clock.now();
  const totp = totpOf(keyRing.unseal(row.secretSealed), '');
  const delta = totp.validate({ token: digitsOf(typed), timestamp: at, window: 1 });
  if (delta === null) return false;
  const step = BigInt(Math.floor(at / PERIOD_MS) + delta);
  return (await takeAuthenticatorStep(on, { memberId, step, at })) === 1;
}

function totpOf(key: string, label: string): TOTP {
  return new TOTP({ issuer: 'Kinken', label, secret: Secret.fromBase32(key) });
}
