import { createHash } from 'node:crypto';
import { assert, present } from '../kernel/assert.ts';
import { isoInstant, type Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import {
  insertAuditRow,
  listAuditPage,
  moveAuditHead,
  readAuditChain,
  readAuditHead,
  takeAuditTurn,
} from './audit.sql.ts';
import { canonicalJson } from './canonical.ts';

/** What was done or looked at. `detail` never holds a secret, nor a code or a whole number of a card. */
export interface ActNamed {
  readonly act: string; // `suspension.throw`
  readonly subject: string; // what it was done to, by its id or key
  readonly detail: Readonly<Record<string, unknown>>;
}

export type AuditKind = 'act' | 'look';

export interface AuditEntry extends ActNamed {
  readonly at: Instant;
  readonly issuerId: number | null;
  readonly actor: string; // `operator:<id>`, `command line`, `server`
  readonly kind: AuditKind;
}

const SUBJECT_MAX = 200;
const DETAIL_MAX = 8_000;

/**
 * Appends one row in the transaction of its cause, behind every other row of the trail. To be called last:
 * it takes the trail's turn, which all acts of the staff wait for.
 */
export async function appendAudit(on: Queryable, entry: AuditEntry): Promise<bigint> {
  const [head] = await takeAuditTurn(on);
  const { auditId: lastId, hash: previousHash } = present(head, 'the trail has its head');
  const row = {
    auditId: lastId + 1n,
    at: entry.at,
    issuerId: entry.issuerId,
    actor: entry.actor,
    kind: entry.kind,
    act: entry.act,
    subject: entry.subject.slice(0, SUBJECT_MAX),
    detail: boundedDetail(entry.detail),
    previousHash,
  };
  const hash = hashOf(row);
  await insertAuditRow(on, { ...row, hash });
  await moveAuditHead(on, { auditId: row.auditId, hash });
  return row.auditId;
}

/** A detail that is too long is kept as its hash and its beginning, so that the trail stays readable. */
function boundedDetail(detail: ActNamed['detail']): string {
  const text = canonicalJson(detail);
  if (text.length <= DETAIL_MAX) return text;
  const sha256 = createHash('sha256').update(text, 'utf8').digest('hex');
  return canonicalJson({ length: text.length, sha256, begins: text.slice(0, DETAIL_MAX / 4) });
}

interface ChainedRow {
  readonly auditId: bigint;
  readonly at: Instant;
  readonly issuerId: number | null;
  readonly actor: string;
  readonly kind: string;
  readonly act: string;
  readonly subject: string;
  readonly detail: string;
  readonly previousHash: Uint8Array;
}

/** SHA-256 over one line of JSON: docs/operations/operators.md describes it, so that anyone can check it. */
function hashOf(row: ChainedRow): Uint8Array {
  const line = canonicalJson([
    Buffer.from(row.previousHash).toString('hex'),
    String(row.auditId),
    isoInstant(row.at),
    row.issuerId,
    row.actor,
    row.kind,
    row.act,
    row.subject,
    row.detail,
  ]);
  return createHash('sha256').update(line, 'utf8').digest();
}

export interface AuditQuery {
  readonly before: bigint | null;
  readonly size: number;
  readonly issuerId: number | null; // null: every issuer's
  readonly actor: string | null;
  readonly subject: string | null;
  readonly kind: AuditKind | null;
}

export interface AuditRow extends Omit<AuditEntry, 'detail'> {
  readonly auditId: bigint;
  readonly actorName: string | null; // of an operator
  readonly detail: unknown;
}

const NEWEST = 2n ** 63n - 1n;

/** Newest first. */
export async function readAudit(on: Queryable, query: AuditQuery): Promise<readonly AuditRow[]> {
  const rows = await listAuditPage(on, {
    before: query.before ?? NEWEST,
    size: query.size,
    onlyIssuerId: query.issuerId,
    onlyActor: query.actor,
    onlySubject: query.subject,
    onlyKind: query.kind,
  });
  return rows.map((row) => ({
    ...row,
    kind: row.kind as AuditKind,
    detail: JSON.parse(row.detail) as unknown,
  }));
}

/** What is wrong with the trail: the first row, and how. */
export interface AuditFinding {
  readonly auditId: bigint;
  readonly column: 'auditId' | 'previousHash' | 'hash' | 'head';
  readonly stands: string;
  readonly expected: string;
}

export interface AuditReport {
  readonly rows: number;
  readonly finding: AuditFinding | null;
}

const PAGE = 1_000;
const BEFORE_ALL = new Uint8Array(32);

/** Follows the chain from its first row: numbers without gaps, hashes as they must be, the head at the end. */
export async function verifyAudit(on: Queryable): Promise<AuditReport> {
  let last = { auditId: 0n, hash: BEFORE_ALL as Uint8Array };
  let rows = 0;
  for (;;) {
    const page = await readAuditChain(on, { after: last.auditId, size: PAGE });
    for (const row of page) {
      const finding = judgeRow(row, last);
      if (finding !== null) return { rows, finding };
      last = row;
      rows += 1;
    }
    if (page.length < PAGE) break;
  }
  const [head] = await readAuditHead(on);
  const finding = judgeHead(head, last);
  return { rows, finding };
}

function judgeRow(
  row: ChainedRow & { readonly hash: Uint8Array },
  last: { readonly auditId: bigint; readonly hash: Uint8Array },
): AuditFinding | null {
  const found = (
    column: AuditFinding['column'],
    stands: string,
    expected: string,
  ): AuditFinding => ({ auditId: row.auditId, column, stands, expected });
  if (row.auditId !== last.auditId + 1n) {
    return found('auditId', String(row.auditId), String(last.auditId + 1n));
  }
  if (hex(row.previousHash) !== hex(last.hash)) {
    return found('previousHash', hex(row.previousHash), hex(last.hash));
  }
  const hash = hashOf(row);
  return hex(row.hash) === hex(hash) ? null : found('hash', hex(row.hash), hex(hash));
}

function judgeHead(
  head: { readonly auditId: bigint; readonly hash: Uint8Array } | undefined,
  last: { readonly auditId: bigint; readonly hash: Uint8Array },
): AuditFinding | null {
  const stands = head === undefined ? 'nothing' : `${head.auditId} ${hex(head.hash)}`;
  const expected = `${last.auditId} ${hex(last.hash)}`;
  if (stands === expected) return null;
  assert(last.auditId >= 0n, 'a trail begins at 1');
  return { auditId: last.auditId, column: 'head', stands, expected };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
