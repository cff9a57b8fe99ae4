/** Approvals by a second person in the console: what is sent and answered. Instants are milliseconds. */
import { z } from 'zod';

const person = z.object({ operatorId: z.string(), name: z.string() });
const note = z.string().trim().max(1_000);
/** Of the change as it was shown: what is approved is that and nothing else. */
const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** GET /approvals */
export const approvalsQuery = z.strictObject({
  which: z.enum(['open', 'unreviewed', 'all']).default('open'),
  before: z.coerce.bigint().min(1n).max(9_007_199_254_740_991n).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

/** GET /approvals/:approvalId, and the answer to every decision. */
export const shownApproval = z.object({
  approvalId: z.number(),
  kind: z.string(),
  change: z.unknown(),
  hash,
  summary: z.object({ ja: z.string(), en: z.string() }),
  reason: z.string(),
  askedBy: person,
  askedAt: z.number(),
  expiresAt: z.number(),
  state: z.enum(['open', 'approved', 'refused', 'withdrawn', 'broken_glass', 'expired']),
  decidedBy: person.nullable(),
  decidedAt: z.number().nullable(),
  decidedNote: z.string().nullable(),
  result: z.unknown(),
  reviewedBy: person.nullable(),
  reviewedAt: z.number().nullable(),
  reviewNote: z.string().nullable(),
  shownOnce: z.string().nullable().optional(), // an invitation, in the answer to the approval only
});

export const approvalList = z.object({
  approvals: z.array(shownApproval),
  next: z.string().nullable(), // for `before`
});

/** POST /approvals/:approvalId/approve */
export const approveForm = z.strictObject({ hash });
/** POST /approvals/:approvalId/break-glass: alone, with a reason of 20 characters at least. */
export const breakGlassForm = z.strictObject({ hash, reason: note });
/** POST /approvals/:approvalId/refuse and /review */
export const noteForm = z.strictObject({ note });
