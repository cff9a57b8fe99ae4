import { z } from 'zod';
import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { later } from '../kernel/later.ts';
import { isChallenge, isFirstAnswer, newChallenge, type Ceremony } from './challenge.ts';
import type { Context } from './context.ts';
import { findPasskey, insertPasskey, listPasskeys, usePasskey } from './passkeys.sql.ts';

/** What a browser's script hands to the browser, as JSON with base64url for bytes. */
export type PasskeyOptions = Readonly<Record<string, unknown>>;

const BYTES = z
  .string()
  .max(8_000)
  .regex(/^[A-Za-z0-9_-]+$/);
const CREATED = z.object({
  id: BYTES,
  clientDataJSON: BYTES,
  attestationObject: BYTES,
  transports: z.array(z.string().max(20)).max(8).default([]),
});
const SHOWN = z.object({
  id: BYTES,
  clientDataJSON: BYTES,
  authenticatorData: BYTES,
  signature: BYTES,
  userHandle: BYTES.nullable().default(null),
});
/** As browsers name them; others are not said back to one. */
const TRANSPORTS: ReadonlySet<string> = new Set([
  'internal',
  'hybrid',
  'usb',
  'nfc',
  'ble',
  'smart-card',
]);
const library = later(() => import('@simplewebauthn/server'));

const ALGORITHMS = [-8, -7, -257]; // EdDSA, ES256, RS256
const TIMEOUT_MS = 5 * 60_000;

export interface PasskeyOwner {
  readonly memberId: string;
  readonly email: string;
  readonly name: string;
}

export function creationOptions(
  context: Pick<Context, 'keyRing' | 'random' | 'clock'>,
  { memberId, email, name }: PasskeyOwner,
  ceremony: Ceremony,
  existing: readonly { readonly credentialId: string }[],
): PasskeyOptions {
  return {
    challenge: newChallenge(context, 'create', ceremony),
    rp: { id: ceremony.rpId, name: 'Kinken' },
    user: { id: Buffer.from(memberId).toString('base64url'), name: email, displayName: name },
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
    timeout: TIMEOUT_MS,
    excludeCredentials: existing.map(({ credentialId }) => ({
      type: 'public-key',
      id: credentialId,
    })),
    authenticatorSelection: {
      residentKey: 'required', // so that nobody types an address to be known by it
      requireResidentKey: true,
      userVerification: 'required',
    },
    attestation: 'none',
  };
}

/** `of`: the only member whose passkeys are asked for; else whoever has one here. */
export function requestOptions(
  context: Pick<Context, 'keyRing' | 'random' | 'clock'>,
  ceremony: Ceremony,
  of: readonly { readonly credentialId: string; readonly transports: readonly string[] }[] = [],
): PasskeyOptions {
  return {
    challenge: newChallenge(context, 'get', ceremony),
    rpId: ceremony.rpId,
    timeout: TIMEOUT_MS,
    userVerification: 'required',
    allowCredentials: of.map(({ credentialId, transports }) => ({
      type: 'public-key',
      id: credentialId,
      transports,
    })),
  };
}

export interface MadePasskey {
  readonly credentialId: string;
  readonly publicKey: Uint8Array;
  readonly signCount: bigint;
  readonly transports: readonly string[];
  readonly isSynced: boolean;
  readonly challenge: string;
}

/** What the browser has made, when it is what was asked for; undefined: it is not. */
export async function readMadePasskey(
  context: Context,
  text: string,
  ceremony: Ceremony,
): Promise<MadePasskey | undefined> {
  const made = parsed(CREATED, text);
  if (made === undefined) return undefined;
  let challenge = '';
  const packaged = await library();
  try {
    const { verified, registrationInfo } = await packaged.verifyRegistrationResponse({
      response: {
        id: made.id,
        rawId: made.id,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: made.clientDataJSON,
          attestationObject: made.attestationObject,
        },
      },
      expectedChallenge(given) {
        challenge = given;
        return isChallenge(context, given, 'create', ceremony);
      },
      expectedOrigin: ceremony.origin,
      expectedRPID: ceremony.rpId,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    });
    if (!verified) return undefined;
    const { credential, credentialBackedUp } = registrationInfo;
    return {
      credentialId: credential.id,
      publicKey: credential.publicKey,
      signCount: BigInt(credential.counter),
      transports: made.transports.filter((each) => TRANSPORTS.has(each)),
      isSynced: credentialBackedUp,
      challenge,
    };
  } catch (error) {
    return refusedBy(context, error);
  }
}

/** False: the challenge was answered before, or the credential is somebody's. */
export async function keepPasskey(
  context: Pick<Context, 'clock'>,
  on: Queryable,
  { challenge, ...made }: MadePasskey,
  { memberId, name }: { readonly memberId: string; readonly name: string },
): Promise<boolean> {
  if (!(await isFirstAnswer(context, on, challenge))) return false;
  return (await insertPasskey(on, { ...made, memberId, name, at: context.clock.now() })) === 1;
}

export type ShownPasskey =
  | {
      readonly isRight: true;
      readonly memberId: string;
      readonly since: Instant;
      /** In the transaction of what it opens; false: this very answer was given before. */
      readonly use: (on: Queryable) => Promise<boolean>;
    }
  /** memberId: whose it would be. */
  | { readonly isRight: false; readonly memberId: string | null };

export async function readShownPasskey(
  context: Context,
  text: string,
  ceremony: Ceremony,
): Promise<ShownPasskey> {
  const shown = parsed(SHOWN, text);
  if (shown === undefined) return { isRight: false, memberId: null };
  const [known] = await findPasskey(context.database, { credentialId: shown.id });
  if (known === undefined) return { isRight: false, memberId: null };
  const { memberId, credentialId } = known;
  const wrong = { isRight: false, memberId } as const;
  const owner = Buffer.from(shown.userHandle ?? '', 'base64url').toString();
  if (shown.userHandle !== null && owner !== memberId) return wrong;
  let challenge = '';
  const packaged = await library();
  try {
    const { verified, authenticationInfo } = await packaged.verifyAuthenticationResponse({
      response: {
        id: shown.id,
        rawId: shown.id,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: shown.clientDataJSON,
          authenticatorData: shown.authenticatorData,
          signature: shown.signature,
        },
      },
      expectedChallenge(given) {
        challenge = given;
        return isChallenge(context, given, 'get', ceremony);
      },
      expectedOrigin: ceremony.origin,
      expectedRPID: ceremony.rpId,
      credential: {
        id: credentialId,
        publicKey: Uint8Array.from(known.publicKey),
        counter: Number(known.signCount),
      },
      requireUserVerification: true,
    });
    if (!verified) return wrong;
    const { newCounter, credentialBackedUp: isSynced } = authenticationInfo;
    const signCount = BigInt(newCounter);
    return {
      isRight: true,
      memberId,
      since: known.madeAt,
      async use(on) {
        if (!(await isFirstAnswer(context, on, challenge))) return false;
        const at = context.clock.now();
        return (await usePasskey(on, { credentialId, signCount, isSynced, at })) === 1;
      },
    };
  } catch (error) {
    refusedBy(context, error);
    return wrong;
  }
}

export interface ShownPasskeyRow {
  readonly credentialId: string;
  readonly name: string;
  readonly isSynced: boolean;
  readonly madeAt: Instant;
  readonly lastUsedAt: Instant | null;
}

export async function passkeysOf(on: Queryable, memberId: string): Promise<ShownPasskeyRow[]> {
  const rows = await listPasskeys(on, { memberId });
  return rows.map(({ transports: _said, ...row }) => row);
}

function parsed<Shape>(schema: z.ZodType<Shape>, text: string): Shape | undefined {
  if (text.length > TEXT_MAX) return undefined;
  try {
    const read = schema.safeParse(JSON.parse(text));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}

export const TEXT_MAX = 12_000;

/** The library says by throwing what is wrong with an answer; it is the browser's, so it is no fault of ours. */
function refusedBy({ log }: Pick<Context, 'log'>, error: unknown): undefined {
  const said = error instanceof Error ? error.message.slice(0, 200) : 'something thrown';
  log.info({ said }, 'a passkey was refused');
  return undefined;
}
