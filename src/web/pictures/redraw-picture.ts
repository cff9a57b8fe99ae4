import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { isHonestPng } from './judge-png.ts';

/** A picture as dots: four bytes each, row by row. */
interface Dots {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A telephone's photograph has 12 million dots. */
export const PIXELS_MAX = 13_000_000;
const SIDE_MAX = 1_280;
/** Tried in turn, until it is small enough: the longer side, and the quality. */
const SIZES = [
  [SIDE_MAX, 80],
  [SIDE_MAX, 60],
  [960, 60],
  [640, 50],
] as const;
const BYTES_MAX = 1_000_000;
const DECODER_MEGABYTES = 512;

/**
 * Draws a picture anew: what goes out was made here of the dots alone. What else was in the file (where and when it
 * was taken, a page, a program, a second picture) is not among them. Null: it is no JPEG or PNG, or has too many dots.
 */
export function redrawPicture(bytes: Uint8Array): Uint8Array | null {
  const dots = isPng(bytes) ? readPng(bytes) : isJpeg(bytes) ? readJpeg(bytes) : null;
  if (dots === null) return null;
  for (const [side, quality] of SIZES) {
    const drawn = jpeg.encode({ ...shrunk(dots, side) }, quality).data;
    if (drawn.length <= BYTES_MAX) return new Uint8Array(drawn);
  }
  return null;
}

function isPng(bytes: Uint8Array): boolean {
  const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  return SIGNATURE.every((byte, place) => bytes[place] === byte);
}

function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

function readPng(bytes: Uint8Array): Dots | null {
  if (!isHonestPng(bytes, PIXELS_MAX)) return null;
  const { width, height, data } = PNG.sync.read(Buffer.from(bytes));
  return { width, height, data: onWhite(data) };
}

function readJpeg(bytes: Uint8Array): Dots | null {
  const { width, height, data } = jpeg.decode(bytes, {
    useTArray: true,
    formatAsRGBA: true,
    tolerantDecoding: false,
    maxResolutionInMP: PIXELS_MAX / 1_000_000,
    maxMemoryUsageInMB: DECODER_MEGABYTES,
  });
  return turned({ width, height, data }, orientationOf(bytes));
}

function onWhite(data: Uint8Array): Uint8Array {
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3]! / 255;
    if (alpha === 1) continue;
    for (let part = 0; part < 3; part += 1) {
      data[at + part] = Math.round(data[at + part]! * alpha + 255 * (1 - alpha));
    }
    data[at + 3] = 255;
  }
  return data;
}

/** Each dot is the mean of those that it stands for. */
function shrunk({ width, height, data }: Dots, sideMax: number): Dots {
  const scale = Math.min(1, sideMax / Math.max(width, height));
  if (scale === 1) return { width, height, data };
  const toWidth = Math.max(1, Math.round(width * scale));
  const toHeight = Math.max(1, Math.round(height * scale));
  const to = new Uint8Array(toWidth * toHeight * 4);
  for (let y = 0; y < toHeight; y += 1) {
    const top = Math.floor((y * height) / toHeight);
    const bottom = Math.max(top + 1, Math.floor(((y + 1) * height) / toHeight));
    for (let x = 0; x < toWidth; x += 1) {
      const left = Math.floor((x * width) / toWidth);
      const right = Math.max(left + 1, Math.floor(((x + 1) * width) / toWidth));
      writeMean({ width, height, data }, { left, right, top, bottom }, to, (y * toWidth + x) * 4);
    }
  }
  return { width: toWidth, height: toHeight, data: to };
}

function writeMean(
  { width, data }: Dots,
  box: {
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
  },
  to: Uint8Array,
  at: number,
): void {
  let [red, green, blue] = [0, 0, 0];
  for (let y = box.top; y < box.bottom; y += 1) {
    for (let x = box.left; x < box.right; x += 1) {
      const from = (y * width + x) * 4;
      red += data[from]!;
      green += data[from + 1]!;
      blue += data[from + 2]!;
    }
  }
  const count = (box.right - box.left) * (box.bottom - box.top);
  to[at] = red / count;
  to[at + 1] = green / count;
  to[at + 2] = blue / count;
  to[at + 3] = 255;
}

/** A camera that was held upright writes so, and only there: 1 to 8 (EXIF 2.3, 4.6.4). */
function orientationOf(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1]!;
    if (marker === 0xda) return 1; // the picture itself begins
    const length = view.getUint16(at + 2);
    const isExif = marker === 0xe1 && length >= 16 && view.getUint32(at + 4) === 0x45786966;
    if (isExif) return readOrientation(bytes.subarray(at + 10, at + 2 + length));
    at += 2 + length;
  }
  return 1;
}

function readOrientation(tiff: Uint8Array): number {
  if (tiff.length < 14) return 1;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const isLittle = view.getUint16(0) === 0x4949;
  const start = view.getUint32(4, isLittle);
  if (start + 2 > tiff.length) return 1;
  const count = view.getUint16(start, isLittle);
  for (let entry = 0; entry < Math.min(count, 100); entry += 1) {
    const at = start + 2 + entry * 12;
    if (at + 12 > tiff.length) return 1;
    if (view.getUint16(at, isLittle) !== 0x0112) continue;
    const value = view.getUint16(at + 8, isLittle);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

function turned(dots: Dots, orientation: number): Dots {
  if (orientation === 1) return dots;
  const { width, height } = dots;
  const isOnSide = orientation >= 5;
  const [toWidth, toHeight] = isOnSide ? [height, width] : [width, height];
  const from = new Uint32Array(dots.data.slice().buffer, 0, width * height);
  const to = new Uint32Array(width * height);
  for (let y = 0; y < toHeight; y += 1) {
    for (let x = 0; x < toWidth; x += 1) {
      const [fromX, fromY] = sourceOf(orientation, x, y, width, height);
      to[y * toWidth + x] = from[fromY * width + fromX]!;
    }
  }
  return { width: toWidth, height: toHeight, data: new Uint8Array(to.buffer) };
}

function sourceOf(orientation: number, x: number, y: number, width: number, height: number) {
  switch (orientation) {
    case 2:
      return [width - 1 - x, y] as const;
    case 3:
      return [width - 1 - x, height - 1 - y] as const;
    case 4:
      return [x, height - 1 - y] as const;
    case 5:
      return [y, x] as const;
    case 6:
      return [y, height - 1 - x] as const;
    case 7:
      return [width - 1 - y, height - 1 - x] as const;
    default:
      return [width - 1 - y, x] as const;
  }
}
