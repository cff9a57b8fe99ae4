import type { KeyRing } from '../kernel/crypto.ts';
import { laneOfId } from '../kernel/ids.ts';
import { lastOfCode, normaliseCode, normaliseNumber, numberLane, textHash } from './code-shape.ts';
import type { TenderKind } from '../programmes/index.ts';
import type { CardReference, HiddenCode } from './operation.ts';

/** A card as the write path knows it before it has read anything: never the code itself. */
export interface NamedCard {
  /** R2: the same for the request, its repeat and its reversal, also after look-up keys were rotated. */
  readonly homeKey: string;
  readonly lane: number;
  /** Names it may have in card_name, the likeliest first; none when it was named by its id. */
  readonly names: readonly string[];
  readonly instrumentId: bigint | null;
}

/**
 * Finds lane and names from what a client sent, without a look-up. Total: what can be no card's name
 * gets a lane and no names, so it is searched for and not found like any wrong code (R32).
 */
export function nameCard(card: CardReference, keys: KeyRing, laneCount: number): NamedCard {
  if (card.by === 'code') return nameCode(card.code, keys, laneCount);
  if (card.by === 'number') return nameNumber(card.number, keys, laneCount);
  if (card.by === 'barcode') return nameNothing(card.barcode, keys, laneCount);
  return {
    homeKey: `i:${card.instrumentId}`,
    lane: laneOfId(card.instrumentId) % laneCount,
    names: [],
    instrumentId: card.instrumentId,
  };
}

function nameCode(text: string, keys: KeyRing, laneCount: number): NamedCard {
  const code = normaliseCode(text);
  if (code === null) return nameNothing(text, keys, laneCount);
  const digest = keys.laneDigest(code);
  return {
    homeKey: `c:${base64url16(digest)}`,
    lane: laneOfDigest(digest, laneCount),
    names: keys.lookUpNames(code),
    instrumentId: null,
  };
}

function nameNumber(text: string, keys: KeyRing, laneCount: number): NamedCard {
  const number = normaliseNumber(text);
  if (number === null) return nameNothing(text, keys, laneCount);
  const name = numberName(number);
  return { homeKey: name, lane: numberLane(number, laneCount), names: [name], instrumentId: null };
}

/** Hashed, because it may be a code with a slip of the hand, and a home key is stored. */
function nameNothing(text: string, keys: KeyRing, laneCount: number): NamedCard {
  const digest = keys.laneDigest(`not a name: ${text.slice(0, 256)}`);
  return {
    homeKey: `x:${base64url16(digest)}`,
    lane: laneOfDigest(digest, laneCount),
    names: [],
    instrumentId: null,
  };
}

/** The name of a normalised number in card_name, and its home key. */
export function numberName(number: string): string {
  return `n:${number}`;
}

/** A request that names no card, hold or member is at home where its id says (R2). */
export function requestLane(clientId: number, requestId: string, laneCount: number): number {
  return textHash(`${clientId}:${requestId}`) % laneCount;
}

/**
 * The subject of the counter of a contract: a keyed hash that carries its own lane. The tender is the one that
 * it is charged through in the end, so carriers that share a limit share a counter (R21).
 */
export function contractSubject(
  contract: { readonly issuerId: number; readonly tenderId: number; readonly name: string },
  keys: KeyRing,
  laneCount: number,
): bigint {
  const { issuerId, tenderId, name } = contract;
  const digest = keys.laneDigest(`contract ${issuerId} ${tenderId}: ${name}`);
  const bits = Buffer.from(digest.buffer, digest.byteOffset).readBigUInt64BE(4) >> 9n;
  return (bits << 8n) | BigInt(laneOfDigest(digest, laneCount));
}

/** Width, case and everything but letters and digits say nothing about which contract is meant. Empty: nothing is. */
export function normaliseContract(name: string): string {
  return name
    .normalize('NFKC')
    .toUpperCase()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** A Japanese number as it is dialled abroad: behind 81, nine or ten digits, with or without the zero. */
const FROM_ABROAD = /^(?:0081|81)0?([1-9][0-9]{8,9})$/;

/** A normal contract as what is counted: of a phone bill, the number as it is dialled at home. */
export function countedContract(normal: string, kind: TenderKind | null): string {
  return kind === 'carrier' ? normal.replace(FROM_ABROAD, '0$1') : normal;
}

/** The lane that a code's keyed hash gives; the code in its normal form. */
export function codeLane(normalCode: string, keys: KeyRing, laneCount: number): number {
  return laneOfDigest(keys.laneDigest(normalCode), laneCount);
}

export interface CodeHiding {
  readonly keys: KeyRing;
  readonly laneCount: number;
  /** Whether it can be shown again: to the client that issued it, or to the printer of its run. */
  readonly isShownAgain: boolean;
}

/**
 * A code as the write path may see it. `shown` is what is sealed: the code as it is printed. Null for
 * what no code can be.
 */
export function hiddenCode(shown: string, hiding: CodeHiding): HiddenCode | null {
  const code = normaliseCode(shown);
  if (code === null) return null;
  const [name = '', ...otherNames] = hiding.keys.lookUpNames(code);
  return {
    name,
    otherNames,
    homeLane: codeLane(code, hiding.keys, hiding.laneCount),
    sealed: hiding.isShownAgain ? hiding.keys.seal(shown) : null,
    lastFour: lastOfCode(code),
  };
}

function laneOfDigest(digest: Uint8Array, laneCount: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = digest;
  return (((a << 24) | (b << 16) | (c << 8) | d) >>> 0) % laneCount;
}

function base64url16(digest: Uint8Array): string {
  return Buffer.from(digest.buffer, digest.byteOffset, 16).toString('base64url');
}
