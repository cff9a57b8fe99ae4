import { assert } from './assert.ts';

/**
 * Ids that we give out carry their lane in the last eight bits, so any request finds its lane without
 * a look-up: counter * 256 + lane, a bigint of at most 2^63 - 1. Outside they are text with a prefix.
 */
export type IdPrefix = 'ins' | 'hld' | 'trf';

export const LANES_MAX = 256;
/** How many lanes a database is made with; fixed for good. */
export const LANES_OF_A_NEW_DATABASE = 32;
const ID_MAX = 2n ** 63n - 1n;
const PUBLIC_ID = /^(ins|hld|trf)_([1-9][0-9]{0,18})$/;

export function makeId(counter: bigint, lane: number): bigint {
  assert(Number.isInteger(lane) && lane >= 0 && lane < LANES_MAX, 'a lane is from 0 to 255');
  const id = counter * 256n + BigInt(lane);
  assert(counter > 0n && id <= ID_MAX, 'an id fits in 63 bits');
  return id;
}

export function laneOfId(id: bigint): number {
  return Number(id & 255n);
}

export function counterOfId(id: bigint): bigint {
  return id >> 8n;
}

/** `ins_12545`: an instrument, a hold (`hld_`) or a transfer (`trf_`). */
export function publicId(prefix: IdPrefix, id: bigint): string {
  return `${prefix}_${id}`;
}

/** Null for everything that `publicId` would not have written. */
export function parsePublicId(prefix: IdPrefix, text: string): bigint | null {
  const found = PUBLIC_ID.exec(text);
  if (found?.[1] !== prefix) return null;
  const id = BigInt(found[2] ?? '0');
  return id <= ID_MAX && counterOfId(id) > 0n ? id : null;
}
