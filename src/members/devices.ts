import { hashSecret, newSecret } from '../kernel/crypto.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { Context } from './context.ts';
import { insertDevice, touchDevice } from './devices.sql.ts';
import { readCookie, type SeenFrom } from './from.ts';
import { setCookie } from './proofs.ts';

/**
 * A device is a browser that has shown a second factor: its cookie holds a secret of its own for each member
 * who has done so there. The secret is made new when that happens, so nobody can plant one that he knows.
 */
const DEVICE_COOKIE = 'kinken_device';
const DEVICE_SECONDS = 400 * 24 * 60 * 60; // as long as browsers keep one
const MEMBERS_MAX = 5; // at one browser: a family
const SECRET = /^[A-Za-z0-9_-]{43}$/;
/** After this a second factor is asked for again. */
export const PROVEN_MS = 180 * 24 * 60 * 60_000;

export function deviceHashes(from: SeenFrom): Uint8Array[] {
  return secretsOf(from).map(hashSecret);
}

function secretsOf({ cookie }: SeenFrom): string[] {
  const held = readCookie(cookie, DEVICE_COOKIE) ?? '';
  return held
    .split('.')
    .filter((each) => SECRET.test(each))
    .slice(-MEMBERS_MAX);
}

export interface MadeDevice {
  readonly deviceId: string;
  readonly cookie: string;
}

export async function makeDevice(
  { random }: Pick<Context, 'random'>,
  on: Queryable,
  {
    memberId,
    from,
    at,
  }: { readonly memberId: string; readonly from: SeenFrom; readonly at: number },
): Promise<MadeDevice> {
  const secret = newSecret(random);
  const deviceId = newSecret(random);
  const { userAgent, country, network } = from;
  const secretHash = hashSecret(secret);
  await insertDevice(on, { deviceId, memberId, secretHash, userAgent, country, network, at });
  const held = [...secretsOf(from), secret].slice(-MEMBERS_MAX);
  return { deviceId, cookie: setCookie(DEVICE_COOKIE, held.join('.'), DEVICE_SECONDS) };
}

export async function seeDevice(
  on: Queryable,
  deviceId: string,
  { from, at }: { readonly from: SeenFrom; readonly at: number },
): Promise<void> {
  const { userAgent, country, network } = from;
  await touchDevice(on, { deviceId, userAgent, country, network, at });
}
