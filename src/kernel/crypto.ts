import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  hkdfSync,
  randomFillSync,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { assert, present } from './assert.ts';
import { openHmac, sha256, type Hmac } from './hmac.ts';

/**
 * Every key of a server, derived from one master key of 32 bytes by HKDF-SHA256 (R29). A look-up or
 * sealing key has an id, so that a new one can be added and the old ones still be read; the lane key
 * is permanent, because a code's lane must never change. docs/operations/keys.md says what is lost
 * with the master key.
 */
export interface KeyRing {
  /** 32 bytes; decides a code's lane and its home key. Never changes while the database lives. */
  laneDigest(text: string): Uint8Array;
  /** `c<key id>:<hash>` under every look-up key: the current one first. */
  lookUpNames(text: string): string[];
  /** The same under the current key only: what a new row is given. */
  lookUpName(text: string): string;
  /** 16 bytes over the canonical operation (R3). */
  contentHash(text: string): Uint8Array;
  /** 16 bytes over client, address and device of who guesses (R32). */
  askerHash(text: string): Uint8Array;
  /** 32 bytes that only this server can make: form tokens and cookies. */
  tokenHash(text: string): Uint8Array;
  /** 1 byte key id, 12 bytes nonce, the text under AES-256-GCM, 16 bytes tag. */
  seal(plain: string): Uint8Array;
  /** Throws when the bytes were changed or the key id is not on this ring. */
  unseal(sealed: Uint8Array): string;
  /** Ed25519 over the text of a daily root (R28). */
  signRoot(text: string): Uint8Array;
  /** 32 bytes. */
  readonly rootPublicKey: Uint8Array;
}

export const MASTER_KEY_BYTES = 32;

export interface KeyIds {
  readonly lookUp: readonly number[]; // 1 to 255; the last one is current
  readonly sealing: readonly number[];
}

export function openKeyRing(
  masterKey: Uint8Array,
  ids: KeyIds = { lookUp: [1], sealing: [1] },
  random: Random = systemRandom,
): KeyRing {
  assert(masterKey.length === MASTER_KEY_BYTES, 'a master key has 32 bytes');
  const derive = (purpose: string) =>
    Buffer.from(hkdfSync('sha256', masterKey, 'kinken', purpose, 32));
  const hmacFor = (purpose: string) => openHmac(derive(purpose));
  const lane = hmacFor('lane');
  const content = hmacFor('content');
  const asker = hmacFor('asker');
  const token = hmacFor('token');
  const lookUp = ids.lookUp.toReversed().map((id) => ({ id, hmac: hmacFor(`look-up ${id}`) }));
  const newest = present(lookUp[0], 'a ring has a look-up key');
  const sealing = new Map(ids.sealing.map((id) => [id, createSecretKey(derive(`sealing ${id}`))]));
  const sealingId = present(ids.sealing.at(-1), 'a ring has a sealing key');
  const root = signingKey(derive('daily root'));
  return {
    laneDigest: lane,
    lookUpNames: (text) => lookUp.map(({ id, hmac }) => lookUpName(id, hmac, text)),
    lookUpName: (text) => lookUpName(newest.id, newest.hmac, text),
    contentHash: (text) => content(text).subarray(0, 16),
    askerHash: (text) => asker(text).subarray(0, 16),
    tokenHash: token,
    seal: (plain) =>
      seal(sealingId, present(sealing.get(sealingId), 'it was just made'), plain, random),
    unseal: (sealed) => unseal(sealing, sealed),
    signRoot: (text) => sign(null, Buffer.from(text, 'utf8'), root),
    rootPublicKey: rawPublicKey(root),
  };
}

/** Anyone can check a daily root with the 32 bytes of the public key. */
export function isRootSignature(
  publicKey: Uint8Array,
  text: string,
  signature: Uint8Array,
): boolean {
  const key = createPublicKey({
    key: Buffer.concat([ED25519_PUBLIC_DER, publicKey]),
    format: 'der',
    type: 'spki',
  });
  return verify(null, Buffer.from(text, 'utf8'), key, signature);
}

/** SHA-256 of a secret that has 256 random bits: what is stored of an API key. */
export function hashSecret(secret: string): Uint8Array {
  return Buffer.from(sha256(secret), 'latin1');
}

/** In a time that depends only on the lengths. */
export function isSameSecret(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Where random bits come from: the system's, or a seeded one in the simulation. */
export interface Random {
  bytes(length: number): Uint8Array;
  /** A whole number from 0 to bound - 1, each as likely as the others; bound at most 2^32. */
  below(bound: number): number;
}

/** A new secret of 256 bits as 43 letters, digits, `-` and `_`. */
export function newSecret(random: Random = systemRandom): string {
  return Buffer.from(random.bytes(32)).toString('base64url');
}

const POOL_BYTES = 8192;

/** Bytes are drawn from the system 8 KiB at a time: a call of its own for each took ten times as long. */
function openSystemRandom(): Random {
  const pool = Buffer.alloc(POOL_BYTES);
  let used = POOL_BYTES;
  const take = (length: number): number => {
    if (used + length > POOL_BYTES) {
      randomFillSync(pool);
      used = 0;
    }
    used += length;
    return used - length;
  };
  return {
    bytes(length) {
      if (length > POOL_BYTES / 8) return randomFillSync(Buffer.alloc(length));
      const start = take(length);
      const bytes = Buffer.from(pool.subarray(start, start + length));
      pool.fill(0, start, start + length); // a key that was handed out does not stay here
      return bytes;
    },
    below(bound) {
      assert(
        Number.isInteger(bound) && bound > 0 && bound <= TWO_TO_32,
        'a bound is from 1 to 2^32',
      );
      return bound <= 256
        ? drawBelow(bound, 256, () => pool.readUInt8(take(1)))
        : drawBelow(bound, TWO_TO_32, () => pool.readUInt32LE(take(4)));
    },
  };
}

const TWO_TO_32 = 2 ** 32;

/** Draws again what lies past the largest multiple of the bound, so that no number is favoured. */
function drawBelow(bound: number, range: number, draw: () => number): number {
  const limit = range - (range % bound);
  let drawn = draw();
  while (drawn >= limit) drawn = draw();
  return drawn % bound;
}

export const systemRandom: Random = openSystemRandom();

function lookUpName(id: number, hmac: Hmac, text: string): string {
  return `c${id}:${hmac(text).toString('base64url', 0, 16)}`;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

function seal(id: number, key: KeyObject, plain: string, random: Random): Uint8Array {
  const head = Buffer.concat([Buffer.of(id), random.bytes(NONCE_BYTES)]);
  const cipher = createCipheriv('aes-256-gcm', key, head.subarray(1));
  cipher.setAAD(head.subarray(0, 1));
  return Buffer.concat([head, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

function unseal(keys: ReadonlyMap<number, KeyObject>, sealed: Uint8Array): string {
  assert(
    sealed.length >= 1 + NONCE_BYTES + TAG_BYTES,
    'what is sealed has a key id, a nonce and a tag',
  );
  const id = sealed[0] ?? 0;
  const key = present(keys.get(id), `sealing key ${id} is on the ring (KINKEN_SEALING_KEY_IDS)`);
  const body = sealed.subarray(1 + NONCE_BYTES, sealed.length - TAG_BYTES);
  const cipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + NONCE_BYTES));
  cipher.setAAD(sealed.subarray(0, 1));
  cipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  return Buffer.concat([cipher.update(body), cipher.final()]).toString('utf8');
}

/** What RFC 8410 puts before the 32 bytes of a private and of a public key. */
const ED25519_PRIVATE_DER = Buffer.from('302e020100300506032b657004220420', 'hex');
const ED25519_PUBLIC_DER = Buffer.from('302a300506032b6570032100', 'hex');

function signingKey(seed: Uint8Array): KeyObject {
  return createPrivateKey({
    key: Buffer.concat([ED25519_PRIVATE_DER, seed]),
    format: 'der',
    type: 'pkcs8',
  });
}

function rawPublicKey(privateKey: KeyObject): Uint8Array {
  const der = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return der.subarray(ED25519_PUBLIC_DER.length);
}
