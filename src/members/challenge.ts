import { hashSecret, isSameSecret } from '../kernel/crypto.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { Context } from './context.ts';
import { takeChallenge } from './passkeys.sql.ts';

/** Where a passkey is made and asked, and by which browser: found by the pages, from what the browser said. */
export interface Ceremony {
  readonly rpId: string;
  readonly origin: string;
  readonly browserId: string; // a cookie's: a challenge is of one browser
}

export const CHALLENGE_MS = 10 * 60_000;
const CHANCE_BYTES = 16;
const TIME_BYTES = 6;
const MAC_BYTES = 16;

export type ChallengeUse = 'create' | 'get';

/** Made of chance, time and a keyed hash of both: nothing is kept of one that nobody answers. */
export function newChallenge(
  context: Pick<Context, 'keyRing' | 'random' | 'clock'>,
  use: ChallengeUse,
  { browserId }: Ceremony,
): string {
  const head = Buffer.alloc(CHANCE_BYTES + TIME_BYTES);
  head.set(context.random.bytes(CHANCE_BYTES));
  head.writeUIntBE(context.clock.now(), CHANCE_BYTES, TIME_BYTES);
  return Buffer.concat([head, macOf(context, head, use, browserId)]).toString('base64url');
}

export function isChallenge(
  context: Pick<Context, 'keyRing' | 'clock'>,
  challenge: string,
  use: ChallengeUse,
  { browserId }: Ceremony,
): boolean {
  const bytes = Buffer.from(challenge, 'base64url');
  if (bytes.length !== CHANCE_BYTES + TIME_BYTES + MAC_BYTES) return false;
  const head = bytes.subarray(0, CHANCE_BYTES + TIME_BYTES);
  const mac = bytes.subarray(CHANCE_BYTES + TIME_BYTES);
  const age = context.clock.now() - head.readUIntBE(CHANCE_BYTES, TIME_BYTES);
  const isOurs = isSameSecret(mac, macOf(context, head, use, browserId));
  return isOurs && age >= 0 && age < CHALLENGE_MS;
}

/** False: it was answered before. */
export async function isFirstAnswer(
  { clock }: Pick<Context, 'clock'>,
  on: Queryable,
  challenge: string,
): Promise<boolean> {
  const challengeHash = hashSecret(challenge);
  return (await takeChallenge(on, { challengeHash, at: clock.now() })) === 1;
}

function macOf(
  { keyRing }: Pick<Context, 'keyRing'>,
  head: Buffer,
  use: ChallengeUse,
  browserId: string,
): Uint8Array {
  const text = `passkey challenge|${use}|${browserId}|${head.toString('base64url')}`;
  return keyRing.tokenHash(text).subarray(0, MAC_BYTES);
}
