import { createHash } from 'node:crypto';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Instant } from '../kernel/clock.ts';

/**
 * The journal of a batch: every row that the batch changed, as one line of canonical text, in the
 * text format of PostgreSQL's COPY (tab between fields, `\N` for null). It is what the chain's hash
 * covers (R28), what the feed and the settlement read, and what `verify` holds against the tables.
 * The format is a protocol: docs/protocols/chain.md, and a change of it is a new first field of the head.
 */
export type JournalValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | readonly bigint[]
  | { readonly [key: string]: string | number | boolean | null };

/** First line of a journal; the format's version stands first. */
export interface JournalHead {
  readonly lane: number;
  readonly batchId: bigint;
  readonly at: Instant;
  readonly operationCount: number;
  readonly lastId: bigint;
}

const VERSION = 'kinken-journal-1';

export function journalHead(head: JournalHead): string {
  return journalLine(VERSION, [head.lane, head.batchId, head.at, head.operationCount, head.lastId]);
}

/** One changed row: the table's name, then its journalled columns in their fixed order. */
export function journalLine(table: string, values: readonly JournalValue[]): string {
  const fields = [table];
  for (let at = 0; at < values.length; at += 1) fields.push(journalField(values[at]!));
  return fields.join('\t'); // at once, and not piece by piece: a third of the time, and most of the garbage
}

function journalField(value: JournalValue): string {
  if (value === null) return '\\N';
  if (typeof value === 'string') return escape(value);
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (typeof value !== 'object') return String(value); // instants are milliseconds
  if (value instanceof Uint8Array) return hexOf(value);
  if (Array.isArray(value)) return `{${value.join(',')}}`;
  return escape(canonicalJson(value as Record<string, string | number | boolean | null>));
}

function hexOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('hex');
}

function canonicalJson(value: Record<string, string | number | boolean | null>): string {
  return JSON.stringify(value, Object.keys(value).sort());
}

const SPECIAL = /[\\\t\n\r]/;
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
};
const UNESCAPES: Readonly<Record<string, string>> = { '\\': '\\', t: '\t', n: '\n', r: '\r' };

function escape(text: string): string {
  return SPECIAL.test(text)
    ? text.replace(/[\\\t\n\r]/g, (found) => ESCAPES[found] ?? found)
    : text;
}

/** Fields of one line; null for `\N`. The inverse of `journalLine` up to the types of the fields. */
export function splitJournalLine(line: string): (string | null)[] {
  return line.split('\t').map((field) => {
    if (field === '\\N') return null;
    return field.includes('\\')
      ? field.replace(/\\([\\tnr])/g, (_found, letter: string) => UNESCAPES[letter] ?? letter)
      : field;
  });
}

/** SHA-256 over the hash of the batch before it and the journal's text, in UTF-8. */
export function journalHash(previousHash: Uint8Array, text: Uint8Array | string): Uint8Array {
  return createHash('sha256').update(previousHash).update(text).digest();
}

/**
 * As it is stored: zstd, level 1. Told how much there is, it makes tables of that size: 25 us for 4 KB, where
 * it took 42.
 */
export function packJournal(text: Uint8Array | string): Uint8Array {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'utf8') : text;
  const chunkSize = Math.max(CHUNK_MIN, bytes.length >> 1);
  return zstdCompressSync(bytes, { params: ZSTD, chunkSize, pledgedSrcSize: bytes.length });
}

/** Throws on bytes that are not a packed journal; verify reports the batch. */
export function unpackJournal(content: Uint8Array): string {
  return zstdDecompressSync(content).toString('utf8');
}

const CHUNK_MIN = 512; // of what comes out, which is a fifth of what goes in
const ZSTD = { 100: 1 }; // ZSTD_c_compressionLevel
