/** A passkey without a device: makes and shows what a browser's script would send. ES256, attestation "none". */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { Ceremony, PasskeyOptions } from '../../src/members/index.ts';

export interface SoftPasskey {
  readonly credentialId: string;
  make(options: PasskeyOptions): string;
  /** `with`: what a thief or a broken authenticator would do otherwise. */
  show(options: PasskeyOptions, otherwise?: Partial<Shown>): string;
}

interface Shown {
  readonly origin: string;
  readonly isVerified: boolean;
  readonly count: number; // by itself one more each time
  readonly userHandle: string;
}

export const CEREMONY: Ceremony = {
  rpId: 'localhost',
  origin: 'http://localhost:8080',
  browserId: 'a browser of a test',
};

const PRESENT = 1;
const VERIFIED = 4;
const ATTESTED = 64;

export function softPasskey(): SoftPasskey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const id = randomBytes(32);
  const credentialId = id.toString('base64url');
  let count = 0;
  let owner = '';
  const head = (rpId: string, flags: number, signCount: number) => {
    const bytes = Buffer.alloc(37);
    createHash('sha256').update(rpId).digest().copy(bytes);
    bytes.writeUInt8(flags, 32);
    bytes.writeUInt32BE(signCount, 33);
    return bytes;
  };
  const said = (type: string, challenge: unknown, origin: string) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  return {
    credentialId,
    make(options) {
      const { rp, user, challenge } = options as {
        readonly rp: { readonly id: string };
        readonly user: { readonly id: string };
        readonly challenge: string;
      };
      owner = user.id;
      // The key as COSE: {1: 2, 3: -7, -1: 1, -2: x, -3: y}
      const key = Buffer.concat([
        Buffer.from([0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32]),
        Buffer.from(x, 'base64url'),
        Buffer.from([0x22, 0x58, 32]),
        Buffer.from(y, 'base64url'),
      ]);
      const data = Buffer.concat([
        head(rp.id, PRESENT + VERIFIED + ATTESTED, count),
        Buffer.alloc(16),
        Buffer.from([0, id.length]),
        id,
        key,
      ]);
      // {"fmt": "none", "attStmt": {}, "authData": bytes}
      const attested = Buffer.concat([
        Buffer.from([0xa3, 0x63]),
        Buffer.from('fmt'),
        Buffer.from([0x64]),
        Buffer.from('none'),
        Buffer.from([0x67]),
        Buffer.from('attStmt'),
        Buffer.from([0xa0, 0x68]),
        Buffer.from('authData'),
        Buffer.from([0x58, data.length]),
        data,
      ]);
      return JSON.stringify({
        id: credentialId,
        clientDataJSON: said('webauthn.create', challenge, CEREMONY.origin).toString('base64url'),
        attestationObject: attested.toString('base64url'),
        transports: ['internal'],
      });
    },
    show(options, otherwise = {}) {
      const { rpId, challenge } = options as { readonly rpId: string; readonly challenge: string };
      count = otherwise.count ?? count + 1;
      const flags = PRESENT + (otherwise.isVerified === false ? 0 : VERIFIED);
      const data = head(rpId, flags, count);
      const client = said('webauthn.get', challenge, otherwise.origin ?? CEREMONY.origin);
      const signed = Buffer.concat([data, createHash('sha256').update(client).digest()]);
      return JSON.stringify({
        id: credentialId,
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: sign('sha256', signed, privateKey).toString('base64url'),
        userHandle: otherwise.userHandle ?? owner,
      });
    },
  };
}
