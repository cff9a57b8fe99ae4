import type { FastifyInstance } from 'fastify';
import { accepted } from '../kernel/result.ts';
import { readAudit } from '../operators/index.ts';
import { auditQuery } from './audit-contract.ts';
import { consoleRoute, type ConsoleParts } from './route.ts';
import { readStaffNames } from './staff-names.ts';

/** The trail itself. To read it is a look too: whoever watches the watchers leaves a row. */
export function auditRoutes(scope: FastifyInstance, parts: ConsoleParts): void {
  consoleRoute(scope, parts, {
    method: 'GET',
    url: '/audit',
    permission: 'audit:see',
    concerns: 'all',
    audit: 'look',
    query: auditQuery,
    act: async ({ issuerId }, { query }) => {
      const { actor = null, subject = null, kind = null, before = null, limit } = query;
      const asked = { actor, subject, kind, before, size: limit, issuerId };
      const rows = await readAudit(parts.connection, asked);
      const next = rows.length === limit ? String(rows.at(-1)?.auditId) : null;
      const nameOf = await readStaffNames(parts.connection);
      const shown = rows.map((row) => {
        const name = nameOf(row.subject);
        return { ...row, subjectName: name === row.subject ? null : name };
      });
      return accepted({ rows: shown, next });
    },
  });
}
