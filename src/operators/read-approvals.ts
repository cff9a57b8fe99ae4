import { present } from '../kernel/assert.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { hashOfChange, type Approval, type ApprovalState } from './approval.ts';
import { listApprovals } from './approvals.sql.ts';
import type { Operator } from './operator.ts';

export interface ApprovalPage {
  readonly which: 'open' | 'unreviewed' | 'all';
  readonly before: bigint | null;
  readonly size: number;
}

/** Who looks, and when: another issuer's approvals do not exist, and one whose time has come is expired. */
export interface Viewer {
  readonly operator: Operator;
  readonly now: Instant;
}

const NEWEST = 2n ** 63n - 1n;

/** Newest first. */
export async function readApprovals(
  on: Queryable,
  { operator, now }: Viewer,
  { which, before, size }: ApprovalPage,
): Promise<readonly Approval[]> {
  const only = { onlyIssuerId: operator.issuerId, onlyApprovalId: null };
  const rows = await listApprovals(on, { ...only, which, size, before: before ?? NEWEST, now });
  return rows.map((row) => approvalOf(row, now));
}

export async function findApproval(
  on: Queryable,
  { operator, now }: Viewer,
  approvalId: bigint,
): Promise<Approval | undefined> {
  const only = { onlyIssuerId: operator.issuerId, onlyApprovalId: approvalId };
  const page = { which: 'all', size: 1, before: NEWEST };
  const [row] = await listApprovals(on, { ...only, ...page, now });
  return row && approvalOf(row, now);
}

export async function getApproval(
  on: Queryable,
  viewer: Viewer,
  approvalId: bigint,
): Promise<Approval> {
  return present(await findApproval(on, viewer, approvalId), 'the approval is in its table');
}

type ListedRow = Awaited<ReturnType<typeof listApprovals>>[number];

function approvalOf(row: ListedRow, now: Instant): Approval {
  const state = row.state as ApprovalState;
  const person = (operatorId: string | null, name: string | null) =>
    operatorId === null ? null : { operatorId, name: name ?? '' };
  return {
    approvalId: row.approvalId,
    issuerId: row.issuerId,
    kind: row.kind,
    change: JSON.parse(row.change) as unknown,
    hash: Buffer.from(hashOfChange(row)).toString('hex'),
    summary: { ja: row.summaryJa, en: row.summaryEn },
    reason: row.reason,
    askedBy: { operatorId: row.askedBy, name: row.askedByName },
    askedAt: row.askedAt,
    expiresAt: row.expiresAt,
    state: state === 'open' && now >= row.expiresAt ? 'expired' : state,
    decidedBy: person(row.decidedBy, row.decidedByName),
    decidedAt: row.decidedAt,
    decidedNote: row.decidedNote,
    result: row.result === null ? null : (JSON.parse(row.result) as unknown),
    reviewedBy: person(row.reviewedBy, row.reviewedByName),
    reviewedAt: row.reviewedAt,
    reviewNote: row.reviewNote,
  };
}
