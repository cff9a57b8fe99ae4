/** The audit trail in the console. */
import { z } from 'zod';

const text = z.string().trim().min(1).max(200);

/** GET /audit, newest first. */
export const auditQuery = z.strictObject({
  actor: text.optional(), // `operator:<id>`, or as it stands in the trail
  subject: text.optional(),
  kind: z.enum(['act', 'look']).optional(),
  before: z.coerce.bigint().min(1n).max(9_007_199_254_740_991n).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(100),
});

export const auditList = z.object({
  rows: z.array(
    z.object({
      auditId: z.number(),
      at: z.number(),
      actor: z.string(),
      actorName: z.string().nullable(),
      kind: z.enum(['act', 'look']),
      act: z.string(),
      subject: z.string(),
      subjectName: z.string().nullable(), // where it is a person of the staff
      detail: z.unknown(),
    }),
  ),
  next: z.string().nullable(),
});
