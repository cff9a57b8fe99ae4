import { assert } from '../../kernel/assert.ts';
import type { Dialect } from './dialect.ts';
import { isContentAllowed } from './field.ts';
import type { FieldShape } from './field.ts';
import { prefixBytes, writePrefix } from './framing.ts';

/** Field values by number: text as it stands on the wire, binary fields in lower-case hex. */
export type Fields = readonly (string | undefined)[];

export interface Message {
  readonly mti: string;
  readonly header: string; // hex; empty where the dialect has none
  readonly fields: Fields;
}

export type FaultReason =
  | 'too_short' // no message type, or no bitmap
  | 'mti_not_digits'
  | 'bitmap_not_hex'
  | 'field_unknown'
  | 'length_not_digits'
  | 'length_too_large'
  | 'field_cut'
  | 'content_not_allowed'
  | 'bytes_left_over';

/** Where a message is wrong: 0 is its type, 1 the bitmap, 129 what follows the last field. */
export interface Fault {
  readonly field: number;
  readonly reason: FaultReason;
}

export type Parsed =
  | { readonly ok: true; readonly value: Message }
  | {
      readonly ok: false;
      readonly fault: Fault;
      /** What could be read all the same, each field of it valid; null without a message type. */
      readonly readable: Message | null;
    };

const FIELDS = 129;
const MTI_BYTES = 4;

/**
 * Reads one message body. Never throws and never reads outside of it. A field with wrong content
 * but a known length is stepped over, so that what follows (the STAN above all) can still be
 * answered.
 */
export function parseMessage(dialect: Dialect, body: Buffer): Parsed {
  const headerBytes = dialect.framing.headerBytes;
  const bitmapAt = headerBytes + MTI_BYTES;
  if (body.length < bitmapAt) return unreadable({ field: 0, reason: 'too_short' });
  if (!isContentAllowed('n', body, headerBytes, bitmapAt)) {
    return unreadable({ field: 0, reason: 'mti_not_digits' });
  }
  const fields = emptyFields();
  const message: Message = {
    mti: body.toString('latin1', headerBytes, bitmapAt),
    header: headerBytes === 0 ? '' : body.toString('hex', 0, headerBytes),
    fields,
  };
  const bitmap = readBitmap(dialect, body, bitmapAt);
  if (!bitmap.ok) {
    return { ok: false, fault: { field: 1, reason: bitmap.reason }, readable: message };
  }
  const fault = readFields(dialect, body, bitmap, fields);
  return fault === null ? { ok: true, value: message } : { ok: false, fault, readable: message };
}

function unreadable(fault: Fault): Parsed {
  return { ok: false, fault, readable: null };
}

const EMPTY: Fields = Array.from({ length: FIELDS }, () => undefined);

export function emptyFields(): (string | undefined)[] {
  return EMPTY.slice();
}

type Bitmap =
  | { readonly ok: true; readonly bits: Buffer; readonly end: number }
  | { readonly ok: false; readonly reason: FaultReason };

/** Bit 1 says that 8 more bytes follow, whether or not any of their bits is set. */
function readBitmap(dialect: Dialect, body: Buffer, at: number): Bitmap {
  const unit = dialect.bitmap === 'binary' ? 8 : 16;
  if (body.length < at + unit) return { ok: false, reason: 'too_short' };
  const first =
    dialect.bitmap === 'binary'
      ? (body[at] as number)
      : Number.parseInt(body.toString('latin1', at, at + 2), 16);
  const end = at + ((first & 0x80) === 0 ? unit : unit * 2);
  if (body.length < end) return { ok: false, reason: 'too_short' };
  if (dialect.bitmap === 'binary') return { ok: true, bits: body.subarray(at, end), end };
  const text = body.toString('latin1', at, end);
  if (!/^[0-9A-Fa-f]+$/.test(text)) return { ok: false, reason: 'bitmap_not_hex' };
  return { ok: true, bits: Buffer.from(text, 'hex'), end };
}

/**
 * Fills `fields`; the first fault is told. Stops where the place of the next field is not known.
 */
function readFields(
  dialect: Dialect,
  body: Buffer,
  bitmap: { readonly bits: Buffer; readonly end: number },
  fields: (string | undefined)[],
): Fault | null {
  const text = body.toString('latin1'); // once: a call for each field took twice as long
  let at = bitmap.end;
  let fault: Fault | null = null;
  const fieldsMax = bitmap.bits.length * 8;
  for (let field = 2; field <= fieldsMax; field += 1) {
    const bit = field - 1;
    if (((bitmap.bits[bit >> 3] as number) & (0x80 >> (bit & 7))) === 0) continue;
    const shape = dialect.shapes[field];
    if (shape === undefined) return fault ?? { field, reason: 'field_unknown' };
    const start = at + shape.lengthDigits;
    const length = shape.lengthDigits === 0 ? shape.lengthMax : readLength(body, at, start);
    if (length === -1) return fault ?? { field, reason: 'length_not_digits' };
    if (length > shape.lengthMax) return fault ?? { field, reason: 'length_too_large' };
    const end = start + length;
    if (end > body.length) return fault ?? { field, reason: 'field_cut' };
    if (isContentAllowed(shape.content, body, start, end)) {
      fields[field] =
        shape.content === 'b' ? body.toString('hex', start, end) : text.slice(start, end);
    } else {
      fault ??= { field, reason: 'content_not_allowed' };
    }
    at = end;
  }
  if (at !== body.length) return fault ?? { field: FIELDS, reason: 'bytes_left_over' };
  return fault;
}

/** The decimal number between two places; -1 where it is cut or no number. */
function readLength(body: Buffer, from: number, to: number): number {
  if (to > body.length) return -1;
  let length = 0;
  for (let index = from; index < to; index += 1) {
    const digit = (body[index] as number) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    length = length * 10 + digit;
  }
  return length;
}

/**
 * One message with its length before it, ready for the wire. What does not fit its field is our
 * fault.
 */
export function encodeMessage(dialect: Dialect, message: Message): Buffer {
  const { framing } = dialect;
  assert(
    message.header.length === framing.headerBytes * 2,
    'a header is as long as its dialect says',
  );
  const written = writeFields(dialect, message.fields);
  // One string written at once: a call into the buffer for each field took twice as long.
  const body = `${textOfHex(message.header)}${message.mti}${written.bitmap}${written.text}`;
  const target = Buffer.allocUnsafe(prefixBytes(framing) + body.length);
  writePrefix(framing, target, body.length);
  target.write(body, prefixBytes(framing), 'latin1');
  assertContents(dialect, message.fields, target, target.length - written.text.length);
  return target;
}

/** The bitmap and the fields behind it, as text of one byte a character. */
function writeFields(dialect: Dialect, fields: Fields): { bitmap: string; text: string } {
  const bits = Buffer.alloc(16);
  let isSecond = dialect.secondBitmap === 'always';
  let text = '';
  for (let field = 2; field < FIELDS; field += 1) {
    const value = fields[field];
    if (value === undefined) continue;
    if (field > 64) isSecond = true;
    const bit = field - 1;
    bits[bit >> 3] = (bits[bit >> 3] as number) | (0x80 >> (bit & 7));
    text += writeField(dialect, field, value);
  }
  if (isSecond) bits[0] = (bits[0] as number) | 0x80;
  const bytes = isSecond ? 16 : 8;
  const bitmap =
    dialect.bitmap === 'binary'
      ? bits.toString('latin1', 0, bytes)
      : bits.toString('hex', 0, bytes).toUpperCase();
  return { bitmap, text };
}

function writeField(dialect: Dialect, field: number, value: string): string {
  const shape = dialect.shapes[field];
  assert(shape !== undefined, 'only described fields are sent');
  const { lengthDigits, lengthMax } = shape;
  const text = shape.content === 'b' ? textOfHex(value) : value;
  const isFitting = lengthDigits === 0 ? text.length === lengthMax : text.length <= lengthMax;
  assert(isFitting, 'a value has the length of its field');
  return lengthDigits === 0 ? text : String(text.length).padStart(lengthDigits, '0') + text;
}

function assertContents(dialect: Dialect, fields: Fields, target: Buffer, from: number): void {
  let at = from;
  for (let field = 2; field < FIELDS; field += 1) {
    const value = fields[field];
    if (value === undefined) continue;
    const { content, lengthDigits } = dialect.shapes[field] as FieldShape;
    const start = at + lengthDigits;
    at = start + (content === 'b' ? value.length / 2 : value.length);
    assert(isContentAllowed(content, target, start, at), 'a value has the content of its field');
  }
}

function textOfHex(hex: string): string {
  return hex === '' ? '' : Buffer.from(hex, 'hex').toString('latin1');
}
