import type { Instant } from '../kernel/clock.ts';
import { journalHash, journalHead, unpackJournal } from './journal.ts';
import type { LaneRow } from './rows.ts';
import type { Findings } from './verify-finding.ts';

/** A batch as it stands in the table. */
export interface StoredBatch {
  readonly lane: number;
  readonly batchId: bigint;
  readonly at: Instant;
  readonly operationCount: number;
  readonly lastId: bigint;
  readonly previousHash: Uint8Array;
  readonly hash: Uint8Array;
  readonly content: Uint8Array;
}

/** How far a lane's chain has been followed. */
export interface ChainPosition {
  readonly batchId: bigint;
  readonly hash: Uint8Array;
  readonly at: Instant;
  readonly lastId: bigint;
}

export const CHAIN_START: ChainPosition = {
  batchId: 0n,
  hash: new Uint8Array(32),
  at: 0,
  lastId: 0n,
};

/**
 * Follows the chain over one more batch. Returns the journal's text, or null where it cannot be read.
 * The walk goes on behind a broken link, so that one wrong batch is one finding.
 */
export function followChain(
  position: ChainPosition,
  batch: StoredBatch,
  findings: Findings,
): string | null {
  const { lane } = batch;
  const add = (
    kind: 'batch_missing' | 'batch_previous_hash' | 'batch_time' | 'batch_counter',
    column: string,
    stands: string,
    expected: string,
  ): void =>
    findings.add({
      kind,
      lane,
      table: 'batch',
      key: String(batch.batchId),
      column,
      stands,
      expected,
    });

  const expectedId = position.batchId + 1n;
  if (batch.batchId !== expectedId) {
    add('batch_missing', 'batchId', String(batch.batchId), String(expectedId));
  } else if (!isSame(batch.previousHash, position.hash)) {
    add('batch_previous_hash', 'previousHash', hex(batch.previousHash), hex(position.hash));
  }
  if (batch.at < position.at) add('batch_time', 'at', String(batch.at), `${position.at} or later`);
  if (batch.lastId < position.lastId) {
    add('batch_counter', 'lastId', String(batch.lastId), `${position.lastId} or more`);
  }
  return readJournal(batch, findings);
}

function readJournal(batch: StoredBatch, findings: Findings): string | null {
  const { lane } = batch;
  const place = { lane, table: 'batch', key: String(batch.batchId) };
  const text = readableJournal(batch);
  if (text === null) {
    const expected = 'a journal packed with zstd';
    findings.add({
      kind: 'batch_content',
      ...place,
      column: 'content',
      stands: 'bytes that cannot be read',
      expected,
    });
    return null;
  }
  const hash = journalHash(batch.previousHash, text);
  if (!isSame(hash, batch.hash)) {
    findings.add({
      kind: 'batch_hash',
      ...place,
      column: 'hash',
      stands: hex(batch.hash),
      expected: hex(hash),
    });
  }
  const head = text.slice(0, endOfLine(text, 0));
  const expected = journalHead(batch);
  if (head !== expected) {
    findings.add({
      kind: 'batch_content',
      ...place,
      column: 'content',
      stands: head.slice(0, 200),
      expected,
    });
  }
  return text;
}

/** The journal of a batch whose chain was followed before; null where it cannot be read. */
export function readableJournal(batch: StoredBatch): string | null {
  try {
    return unpackJournal(batch.content);
  } catch {
    return null;
  }
}

/** The lane's own row stands where its last batch left it. */
export function checkLaneHead(row: LaneRow, position: ChainPosition, findings: Findings): void {
  const pairs: readonly (readonly [string, string, string])[] = [
    ['lastBatchId', String(row.lastBatchId), String(position.batchId)],
    ['lastHash', hex(row.lastHash), hex(position.hash)],
    ['lastId', String(row.lastId), String(position.lastId)],
    ['lastAt', String(row.lastAt), String(position.at)],
  ];
  for (const [column, stands, expected] of pairs) {
    if (stands === expected) continue;
    findings.add({
      kind: 'lane_head',
      lane: row.lane,
      table: 'lane',
      key: '',
      column,
      stands,
      expected,
    });
    return;
  }
}

/**
 * Calls `take` for every row line of a journal; its first line is the head. The lines are strings of
 * their own, so that one that is kept does not keep the whole journal in memory.
 */
export function eachRowLine(text: string, take: (line: string) => void): void {
  const bytes = Buffer.from(text, 'utf8');
  let start = endOfLineIn(bytes, 0) + 1;
  while (start < bytes.length) {
    const end = endOfLineIn(bytes, start);
    if (end > start) take(bytes.toString('utf8', start, end));
    start = end + 1;
  }
}

function endOfLineIn(bytes: Buffer, from: number): number {
  const end = bytes.indexOf(NEWLINE, from);
  return end === -1 ? bytes.length : end;
}

const NEWLINE = 10;

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
