/**
 * Where a reader of the feed stands: for every lane the last batch it has wholly read and how many lines of
 * the next one, and the day of the last signed root. Readers treat it as opaque text; it is base64url of
 * a version byte and variable-length integers, about 150 bytes for 32 lanes.
 */
export interface FeedPosition {
  readonly rootDay: number; // days since 1970-01-01; -1 before the first
  readonly lanes: readonly LanePosition[]; // by lane
}

export interface LanePosition {
  readonly batchId: bigint; // wholly read
  readonly lines: number; // of the batch behind it
}

const VERSION = 1;
const LANES_MAX = 256;
const TEXT_MAX = 4_096;
const SHAPE = /^[A-Za-z0-9_-]+$/;

export function writeCursor(position: FeedPosition): string {
  const bytes: number[] = [VERSION];
  writeInteger(bytes, BigInt(position.rootDay + 1));
  writeInteger(bytes, BigInt(position.lanes.length));
  for (const { batchId, lines } of position.lanes) {
    writeInteger(bytes, batchId);
    writeInteger(bytes, BigInt(lines));
  }
  return Buffer.from(bytes).toString('base64url');
}

/** Null for a text that `writeCursor` would not have written. */
export function parseCursor(text: string): FeedPosition | null {
  if (text.length > TEXT_MAX || !SHAPE.test(text)) return null;
  const bytes = Buffer.from(text, 'base64url');
  const integers = readIntegers(bytes.subarray(1));
  if (bytes[0] !== VERSION || integers === null) return null;
  const [rootDay = 0n, count = 0n, ...rest] = integers;
  if (count < 1n || count > BigInt(LANES_MAX) || BigInt(rest.length) !== count * 2n) return null;
  const lanes: LanePosition[] = [];
  for (let at = 0; at < rest.length; at += 2) {
    lanes.push({ batchId: rest[at] ?? 0n, lines: Number(rest[at + 1] ?? 0n) });
  }
  const position = { rootDay: Number(rootDay) - 1, lanes };
  const isInRange = lanes.every(
    ({ batchId, lines }) => batchId < 2n ** 62n && Number.isSafeInteger(lines),
  );
  return isInRange && writeCursor(position) === text ? position : null;
}

function writeInteger(bytes: number[], value: bigint): void {
  let left = value;
  while (left > 127n) {
    bytes.push(Number(left & 127n) | 128);
    left >>= 7n;
  }
  bytes.push(Number(left));
}

function readIntegers(bytes: Uint8Array): bigint[] | null {
  const values: bigint[] = [];
  let value = 0n;
  let shift = 0n;
  for (const byte of bytes) {
    if (shift > 63n) return null;
    value |= BigInt(byte & 127) << shift;
    shift += 7n;
    if (byte > 127) continue;
    values.push(value);
    value = 0n;
    shift = 0n;
  }
  return shift === 0n ? values : null;
}
