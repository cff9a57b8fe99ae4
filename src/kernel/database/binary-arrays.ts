import { ValueRefused } from './errors.ts';

/**
 * Arrays of fixed types in PostgreSQL's binary form. The text form of an instant costs 1.5 µs more, half here
 * and half in the server, of bytes 0.9, of an integer 0.1 (arrays of 250, 2026-11); texts are cheaper as text.
 *
 * The form: dimensions (1), whether there are nulls, the type number of the items, their count, the lower
 * bound (1); then for each item its length, -1 for null, and its bytes. All big-endian.
 */
export type BinaryArrayEncoder = (values: readonly unknown[]) => Buffer;

const HEAD_BYTES = 20;
const EMPTY_BYTES = 12;
const NULL_LENGTH = -1;
/** 2000-01-01T00:00:00Z, from which PostgreSQL counts microseconds. */
const EPOCH_MS = 946_684_800_000;
const INFINITY_HIGH = 0x7fff_ffff;
const LOW_WORD = 2 ** 32;

// By place and not by `of`: an iterator makes an object for each value, a twelfth of all garbage of a redemption.

export const encodeInt4s = fixedArray(23, 4, (into, at, value) => {
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number' || (number | 0) !== number) throw refused('an int4', value);
  into.setInt32(at, number);
});

export const encodeInt8s = fixedArray(20, 8, (into, at, value) => {
  if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) throw refused('a bigint', value);
  const whole = typeof value === 'bigint' ? value : BigInt(value as number);
  if (whole !== BigInt.asIntN(64, whole)) throw refused('an int8', value);
  into.setBigInt64(at, whole);
});

export const encodeInstants = fixedArray(1184, 8, (into, at, value) => {
  if (typeof value !== 'number' || Number.isNaN(value)) throw refused('an instant', value);
  if (value === Infinity) {
    into.setInt32(at, INFINITY_HIGH);
    into.setUint32(at + 4, LOW_WORD - 1);
    return;
  }
  const microseconds = (Math.trunc(value) - EPOCH_MS) * 1000;
  const high = Math.floor(microseconds / LOW_WORD);
  into.setInt32(at, high);
  into.setUint32(at + 4, microseconds - high * LOW_WORD);
});

export const encodeByteStrings: BinaryArrayEncoder = (values) => {
  let size = HEAD_BYTES + 4 * values.length;
  for (let place = 0; place < values.length; place += 1) {
    const value = values[place];
    if (value === null || value === undefined) continue;
    if (!(value instanceof Uint8Array)) throw refused('bytes', value);
    size += value.byteLength;
  }
  const array = newArray(size, 17, values.length);
  let at = HEAD_BYTES;
  let hasNulls = 0;
  for (let place = 0; place < values.length; place += 1) {
    const value = values[place] as Uint8Array | null | undefined;
    if (value === null || value === undefined) {
      at = array.writeInt32BE(NULL_LENGTH, at);
      hasNulls = 1;
    } else {
      at = array.writeInt32BE(value.byteLength, at);
      array.set(value, at);
      at += value.byteLength;
    }
  }
  return ended(array, at, hasNulls);
};

function fixedArray(
  typeNumber: number,
  bytes: 4 | 8,
  write: (into: DataView, at: number, value: unknown) => void,
): BinaryArrayEncoder {
  return (values) => {
    const array = newArray(HEAD_BYTES + (4 + bytes) * values.length, typeNumber, values.length);
    // A Buffer writes the bytes of a bigint one by one: 0.15 us each, where a DataView takes 0.01.
    const into = new DataView(array.buffer, array.byteOffset, array.byteLength);
    let at = HEAD_BYTES;
    let hasNulls = 0;
    for (let place = 0; place < values.length; place += 1) {
      const value = values[place];
      if (value === null || value === undefined) {
        into.setInt32(at, NULL_LENGTH);
        at += 4;
        hasNulls = 1;
      } else {
        into.setInt32(at, bytes);
        write(into, at + 4, value);
        at += 4 + bytes;
      }
    }
    return ended(array, at, hasNulls);
  };
}

/** Not filled: every byte that is sent is written. An array of none has no dimensions, and ends there. */
function newArray(size: number, typeNumber: number, count: number): Buffer {
  const array = Buffer.allocUnsafe(size);
  array.writeInt32BE(count === 0 ? 0 : 1, 0);
  array.writeInt32BE(0, 4);
  array.writeInt32BE(typeNumber, 8);
  array.writeInt32BE(count, 12);
  array.writeInt32BE(1, 16);
  return array;
}

function ended(array: Buffer, at: number, hasNulls: number): Buffer {
  array.writeInt32BE(hasNulls, 4);
  return array.subarray(0, at === HEAD_BYTES ? EMPTY_BYTES : at);
}

function refused(expected: string, value: unknown): ValueRefused {
  return new ValueRefused(`${expected} was expected, not ${typeof value}`);
}
