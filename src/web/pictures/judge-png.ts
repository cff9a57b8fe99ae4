import { inflateSync } from 'node:zlib';

const HEADER = 0x49484452; // IHDR
const DATA = 0x49444154; // IDAT
const END = 0x49454e44; // IEND
const SIGNATURE_LENGTH = 8;
const HEADER_LENGTH = 13;
const FRAME_LENGTH = 12; // of a chunk: its length, its name, its sum
const SIDE_MAX = 20_000;
/** By the kind of its colours: how many numbers each dot has. */
const CHANNELS: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
]);

interface PngParts {
  readonly header: Uint8Array;
  readonly data: readonly Uint8Array[];
}

/**
 * Whether a PNG unpacks to what its header says and to no more: the decoder unpacks some kinds without an end, in
 * memory that no limit of a thread counts. It is unpacked here first, to the length that it may have.
 */
export function isHonestPng(bytes: Uint8Array, pixelsMax: number): boolean {
  const parts = partsOf(bytes);
  if (parts === null || parts.header.length !== HEADER_LENGTH || parts.data.length === 0) {
    return false;
  }
  const length = unpackedLength(parts.header, pixelsMax);
  if (length === null) return false;
  try {
    return inflateSync(Buffer.concat(parts.data), { maxOutputLength: length }).length === length;
  } catch {
    return false; // it is longer, or was never packed
  }
}

/** Exactly one header, in front: the decoder would take the last one. Null: it is built in another way. */
function partsOf(bytes: Uint8Array): PngParts | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data: Uint8Array[] = [];
  let header: Uint8Array | null = null;
  for (let at = SIGNATURE_LENGTH; at + FRAME_LENGTH <= bytes.length;) {
    const length = view.getUint32(at);
    const name = view.getUint32(at + 4);
    if (at + FRAME_LENGTH + length > bytes.length) return null;
    const body = bytes.subarray(at + 8, at + 8 + length);
    if ((name === HEADER) !== (header === null)) return null;
    if (name === HEADER) header = body;
    if (name === DATA) data.push(body);
    if (name === END) return header === null ? null : { header, data };
    at += FRAME_LENGTH + length;
  }
  return null;
}

/** Rows one below the other, each behind a byte that says how it is written. Null: it is of a kind that is not taken. */
function unpackedLength(header: Uint8Array, pixelsMax: number): number | null {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const isSized = width > 0 && height > 0 && width <= SIDE_MAX && height <= SIDE_MAX;
  const channels = CHANNELS.get(view.getUint8(9));
  const isInterlaced = view.getUint8(12) !== 0;
  if (!isSized || width * height > pixelsMax || channels === undefined || isInterlaced) return null;
  const rowBytes = Math.ceil((width * channels * view.getUint8(8)) / 8);
  const length = (rowBytes + 1) * height;
  return length <= pixelsMax * 4 + SIDE_MAX ? length : null;
}
