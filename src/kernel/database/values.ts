/**
 * Values as they travel: PostgreSQL's text form, read and written here for both databases alike; arrays of fixed
 * types are written in binary form (`binary-arrays.ts`).
 *
 *   int2 int4 oid float4 float8  number          timestamptz  number, epoch milliseconds (floor)
 *   int8                         bigint, always  date         'YYYY-MM-DD'
 *   numeric                      string          bytea        Buffer; any Uint8Array goes in
 *   text varchar name uuid       string          json jsonb   what JSON.parse gives
 *   bool                         boolean         arrays       arrays of these, one dimension
 *
 * timestamp without time zone, money and intervals are not read: the generator refuses them.
 */
import {
  type BinaryArrayEncoder,
  encodeByteStrings,
  encodeInstants,
  encodeInt4s,
  encodeInt8s,
} from './binary-arrays.ts';
import { ValueRefused } from './errors.ts';

/** Writes one parameter, as text or (a Buffer) in binary form; null stays null. */
export type Encoder = (value: unknown) => string | Buffer | null;
type TextEncoder = (value: unknown) => string | null;
type Decoder = (text: string) => unknown;

interface ValueType {
  readonly typescript: string;
  readonly encode: TextEncoder;
  readonly decode: Decoder;
  readonly isPlainInArrays: boolean; // its text never needs quotes inside an array literal
}

const integer = plain('number', encodeNumber, Number);
const text = quoted('string', encodeText, (written) => written);
const json = quoted(
  'unknown',
  (value) => JSON.stringify(value),
  (written) => JSON.parse(written),
);

const VALUE_TYPES = {
  bool: plain('boolean', encodeBoolean, (written) => written === 't'),
  int2: integer,
  int4: integer,
  oid: integer,
  float4: integer,
  float8: integer,
  int8: plain('bigint', encodeBigint, BigInt),
  numeric: plain('string', encodeText, (written) => written),
  text,
  varchar: text,
  name: text,
  uuid: text,
  char: text,
  date: plain('string', encodeText, (written) => written),
  timestamptz: quoted('Instant', encodeInstant, decodeInstant),
  bytea: quoted('Uint8Array', encodeBytes, decodeBytes),
  json,
  jsonb: json,
} satisfies Record<string, ValueType>;

export type ValueTypeName = keyof typeof VALUE_TYPES;

/** PostgreSQL's fixed type numbers: `[of the type, of its array]`. */
const TYPE_NUMBERS: Readonly<Record<ValueTypeName, readonly [number, number]>> = {
  bool: [16, 1000],
  bytea: [17, 1001],
  char: [18, 1002],
  name: [19, 1003],
  int8: [20, 1016],
  int2: [21, 1005],
  int4: [23, 1007],
  text: [25, 1009],
  oid: [26, 1028],
  json: [114, 199],
  float4: [700, 1021],
  float8: [701, 1022],
  varchar: [1043, 1015],
  date: [1082, 1182],
  timestamptz: [1184, 1185],
  numeric: [1700, 1231],
  uuid: [2950, 2951],
  jsonb: [3802, 3807],
};

const TYPES_BY_NUMBER = new Map<number, { name: ValueTypeName; isArray: boolean }>();
const DECODERS = new Map<number, Decoder>();
for (const [key, [ofType, ofArray]] of Object.entries(TYPE_NUMBERS)) {
  const name = key as ValueTypeName;
  TYPES_BY_NUMBER.set(ofType, { name, isArray: false });
  TYPES_BY_NUMBER.set(ofArray, { name, isArray: true });
  const { decode } = VALUE_TYPES[name];
  DECODERS.set(ofType, decode);
  DECODERS.set(ofArray, (written) => decodeArray(written, decode));
}

/** Encoders by name, as generated code uses them: `encode.int8`, `encodeArray.text`. */
export const encode = mapTypes((type) => type.encode);
export const encodeArray: Readonly<Record<ValueTypeName, Encoder>> = {
  ...mapTypes(arrayEncoder),
  int4: binaryArrayEncoder(encodeInt4s),
  int8: binaryArrayEncoder(encodeInt8s),
  timestamptz: binaryArrayEncoder(encodeInstants),
  bytea: binaryArrayEncoder(encodeByteStrings),
};

/** What tools/sql writes for a type number; undefined for a type that we do not read. */
export function typeByNumber(
  typeNumber: number,
): { name: ValueTypeName; isArray: boolean; typescript: string } | undefined {
  const found = TYPES_BY_NUMBER.get(typeNumber);
  return found && { ...found, typescript: VALUE_TYPES[found.name].typescript };
}

/** In the shape that pg asks for. A type we do not know stays text. */
export const decoders = {
  getTypeParser: (typeNumber: number): Decoder => DECODERS.get(typeNumber) ?? asWritten,
};

/** A parameter of a statement written on the spot: its type is the server's to infer. */
export function encodeUntyped(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return writeArray(value, (item) => quote(encodeUntyped(item) ?? ''));
  if (value instanceof Uint8Array) return encodeBytes(value);
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'string') return value;
  if (typeof value === 'object') return JSON.stringify(value);
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
    return String(value);
  }
  throw new ValueRefused(`a ${typeof value} is not a value`);
}

function plain(typescript: string, encodeOne: TextEncoder, decode: Decoder): ValueType {
  return { typescript, encode: orNull(encodeOne), decode, isPlainInArrays: true };
}

function quoted(typescript: string, encodeOne: TextEncoder, decode: Decoder): ValueType {
  return { typescript, encode: orNull(encodeOne), decode, isPlainInArrays: false };
}

function orNull(encodeOne: TextEncoder): TextEncoder {
  return (value) => (value === null || value === undefined ? null : encodeOne(value));
}

function mapTypes(
  make: (type: ValueType) => TextEncoder,
): Readonly<Record<ValueTypeName, TextEncoder>> {
  const made = Object.entries(VALUE_TYPES).map(([name, type]) => [name, make(type)]);
  return Object.fromEntries(made) as Record<ValueTypeName, TextEncoder>;
}

function asWritten(written: string): string {
  return written;
}

function encodeNumber(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw new ValueRefused(`a number was expected, not ${typeof value}`);
}

/** Integers may come as numbers where they are exact. */
function encodeBigint(value: unknown): string {
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) return String(value);
  throw new ValueRefused(`a bigint was expected, not ${typeof value}`);
}

function encodeText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new ValueRefused(`text was expected, not ${typeof value}`);
}

function encodeBoolean(value: unknown): string {
  if (typeof value === 'boolean') return value ? 't' : 'f';
  throw new ValueRefused(`a boolean was expected, not ${typeof value}`);
}

function encodeInstant(value: unknown): string {
  if (value === Infinity) return 'infinity';
  if (typeof value === 'number') return new Date(value).toISOString();
  throw new ValueRefused(`an instant was expected, not ${typeof value}`);
}

/** `2024-01-02 03:04:05.123456+00`: every session speaks UTC. */
function decodeInstant(written: string): number {
  if (written === 'infinity') return Infinity;
  if (written[4] !== '-' || !written.endsWith('+00')) {
    throw new RangeError(`not an instant of this era: ${written}`);
  }
  return Date.UTC(
    digits(written, 0, 4),
    digits(written, 5, 7) - 1,
    digits(written, 8, 10),
    digits(written, 11, 13),
    digits(written, 14, 16),
    digits(written, 17, 19),
    written[19] === '.' ? digits(written.slice(20, -3).padEnd(3, '0'), 0, 3) : 0,
  );
}

/** Without a piece of text for each: of a wide row, half of the time of reading it went there. */
function digits(written: string, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at += 1) number = number * 10 + written.charCodeAt(at) - 48;
  return number;
}

function encodeBytes(value: unknown): string {
  if (!(value instanceof Uint8Array)) {
    throw new ValueRefused(`bytes were expected, not ${typeof value}`);
  }
  return `\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}`;
}

function decodeBytes(written: string): Buffer {
  return Buffer.from(written.slice(2), 'hex');
}

function arrayEncoder(type: ValueType): TextEncoder {
  const item = type.isPlainInArrays
    ? (value: unknown) => type.encode(value) ?? 'NULL'
    : (value: unknown) => quote(type.encode(value) ?? 'NULL');
  return orNull((value) => {
    if (!Array.isArray(value)) throw new ValueRefused(`an array was expected, not ${typeof value}`);
    return writeArray(value, item);
  });
}

function binaryArrayEncoder(encodeAll: BinaryArrayEncoder): Encoder {
  return (value) => {
    if (value === null || value === undefined) return null;
    if (!Array.isArray(value)) throw new ValueRefused(`an array was expected, not ${typeof value}`);
    return encodeAll(value);
  };
}

function writeArray(values: readonly unknown[], write: (value: unknown) => string): string {
  const written: string[] = [];
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    written.push(value === null || value === undefined ? 'NULL' : write(value));
  }
  return `{${written.join(',')}}`;
}

const NEEDS_ESCAPE = /["\\]/;
const TO_ESCAPE = /["\\]/g;

/** Most texts of ours: `redeem`, `n:6003...`; quoted they cost twice. Unquoted `null`, in any case, would be none. */
const NEEDS_NO_QUOTES = /^(?!null$)[\w:.-]+$/i;

function quote(written: string): string {
  if (NEEDS_NO_QUOTES.test(written)) return written;
  return NEEDS_ESCAPE.test(written) ? `"${written.replace(TO_ESCAPE, '\\$&')}"` : `"${written}"`;
}

/** Reads `{1,2,NULL}` and `{"a \"b\"",c}`; arrays have one dimension here. */
function decodeArray(written: string, decode: Decoder): unknown[] {
  const values: unknown[] = [];
  if (written === '{}') return values;
  if (written[0] !== '{' || written[1] === '{') {
    throw new RangeError(`not a plain array: ${written.slice(0, 40)}`);
  }
  const end = written.length - 1;
  let at = 1;
  while (at < end) {
    if (written[at] === '"') {
      const close = closingQuote(written, at + 1);
      values.push(decode(unescape(written.slice(at + 1, close))));
      at = close + 2;
    } else {
      const comma = written.indexOf(',', at);
      const until = comma === -1 ? end : comma;
      const item = written.slice(at, until);
      values.push(item === 'NULL' ? null : decode(item));
      at = until + 1;
    }
  }
  return values;
}

function closingQuote(written: string, from: number): number {
  let at = from;
  while (written[at] !== '"') at += written[at] === '\\' ? 2 : 1;
  return at;
}

function unescape(item: string): string {
  return item.includes('\\') ? item.replace(/\\(.)/gs, '$1') : item;
}
