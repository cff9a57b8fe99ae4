import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { listAuditBefore } from './change-clients.sql.ts';

export interface AuditRow {
  readonly auditId: bigint;
  readonly at: Instant;
  readonly actor: string;
  readonly act: string;
  readonly subject: string;
  readonly detail: unknown;
}

const NEWEST = 2n ** 63n - 1n;

/** Newest first, over all issuers: for whoever runs the server. */
export async function readAudit(
  on: Queryable,
  page: { readonly before: bigint | null; readonly size: number },
): Promise<readonly AuditRow[]> {
  return listAuditBefore(on, { before: page.before ?? NEWEST, size: page.size });
}
