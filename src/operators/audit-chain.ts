import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { findAuditRowBefore, findFirstAuditAt, readAuditHashes } from './audit.sql.ts';

/** The trail as the daily signed root names it: its rows up to the last one of the day. */
export const AUDIT_CHAIN = {
  name: 'audit',

  async findFirstAt(on: Queryable) {
    const [row] = await findFirstAuditAt(on);
    return row?.at ?? null;
  },

  async findHeadBefore(on: Queryable, instant: Instant) {
    const [row] = await findAuditRowBefore(on, { instant });
    return row === undefined ? null : { id: row.auditId, hash: row.hash };
  },

  async readHashes(on: Queryable, ids: readonly bigint[]) {
    const rows = await readAuditHashes(on, { ids });
    return new Map(rows.map(({ auditId, hash }) => [auditId, hash]));
  },
} as const;
