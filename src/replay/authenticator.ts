import { createECDH, createHash, createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { systemRandom } from '../kernel/crypto.ts';

/** What a page asks of a passkey, as its script hands it to the browser. */
interface Options {
  readonly challenge: string;
  readonly rp?: { readonly id: string };
  readonly rpId?: string;
  readonly user?: { readonly id: string };
}

interface Passkey {
  readonly id: Buffer;
  readonly rpId: string;
  readonly userHandle: string;
  readonly key: KeyObject;
}

const PRESENT_AND_VERIFIED = 0x05;
const WITH_A_NEW_KEY = 0x40;

/**
 * Somebody's device that keeps passkeys (WebAuthn level 3, ES256, no attestation): it answers a page of the story
 * as a browser's own would, for the site that it really stands at.
 */
export class Authenticator {
  readonly #passkeys: Passkey[] = [];

  /** The answer that a form's script would fill in. Throws when there is no passkey for this site. */
  answer(use: 'make' | 'show', options: Options, origin: string): string {
    return JSON.stringify(
      use === 'make' ? this.#make(options, origin) : this.#show(options, origin),
    );
  }

  #make({ challenge, rp, user }: Options, origin: string): object {
    const rpId = siteOf(rp?.id, origin);
    const { key, point } = newKey();
    const id = Buffer.from(systemRandom.bytes(32));
    this.#passkeys.push({ id, rpId, userHandle: user?.id ?? '', key });
    const length = Buffer.alloc(2);
    length.writeUInt16BE(id.length);
    const aaguid = Buffer.alloc(16);
    const attested = Buffer.concat([aaguid, length, id, coseKey(point)]);
    const data = authenticatorData(rpId, PRESENT_AND_VERIFIED | WITH_A_NEW_KEY, attested);
    return {
      id: id.toString('base64url'),
      clientDataJSON: clientData('webauthn.create', challenge, origin).toString('base64url'),
      attestationObject: attestationOf(data).toString('base64url'),
      transports: ['internal'],
    };
  }

  #show({ challenge, rpId: wanted }: Options, origin: string): object {
    const rpId = siteOf(wanted, origin);
    const passkey = this.#passkeys.find((each) => each.rpId === rpId);
    if (passkey === undefined) throw new Error(`there is no passkey for ${rpId} here`);
    const data = authenticatorData(rpId, PRESENT_AND_VERIFIED, Buffer.alloc(0));
    const client = clientData('webauthn.get', challenge, origin);
    const signed = Buffer.concat([data, hashOf(client)]);
    return {
      id: passkey.id.toString('base64url'),
      clientDataJSON: client.toString('base64url'),
      authenticatorData: data.toString('base64url'),
      signature: sign('sha256', signed, passkey.key).toString('base64url'),
      userHandle: passkey.userHandle,
    };
  }
}

/** A browser uses a passkey only at the site that it is of: that is what a forged page cannot get around. */
function siteOf(rpId: string | undefined, origin: string): string {
  const { hostname } = new URL(origin);
  if (rpId === hostname) return rpId;
  throw new Error(`a page at ${hostname} asks for a passkey of ${rpId ?? 'nobody'}`);
}

function newKey(): { readonly key: KeyObject; readonly point: Buffer } {
  const secret = Buffer.from(systemRandom.bytes(32));
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(secret);
  const point = pair.getPublicKey(); // 04, x, y
  const part = (from: number) => point.subarray(from, from + 32).toString('base64url');
  const jwk = { kty: 'EC', crv: 'P-256', d: secret.toString('base64url'), x: part(1), y: part(33) };
  return { key: createPrivateKey({ key: jwk, format: 'jwk' }), point };
}

/** CBOR: { 1: 2, 3: -7, -1: 1, -2: x, -3: y }. */
function coseKey(point: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from('a5010203262001215820', 'hex'),
    point.subarray(1, 33),
    Buffer.from('225820', 'hex'),
    point.subarray(33, 65),
  ]);
}

/** CBOR: { fmt: 'none', attStmt: {}, authData }. */
function attestationOf(data: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(data.length);
  return Buffer.concat([
    Buffer.from('a3', 'hex'),
    text('fmt'),
    text('none'),
    text('attStmt'),
    Buffer.from('a0', 'hex'),
    text('authData'),
    Buffer.from('59', 'hex'),
    length,
    data,
  ]);
}

function text(word: string): Buffer {
  return Buffer.concat([Buffer.from([0x60 + word.length]), Buffer.from(word, 'ascii')]);
}

function authenticatorData(rpId: string, flags: number, attested: Buffer): Buffer {
  const counter = Buffer.alloc(4); // 0 for ever: it does not count
  return Buffer.concat([hashOf(Buffer.from(rpId)), Buffer.from([flags]), counter, attested]);
}

function clientData(type: string, challenge: string, origin: string): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
}

function hashOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
