/** Reports "that was not me" in the console. Every list is a look at customers' words, and audited. */
import { z } from 'zod';

const instant = z.number(); // milliseconds

/** GET /reports */
export const reportsQuery = z.strictObject({
  which: z.enum(['open', 'all']).default('open'),
  before: z.coerce.bigint().min(1n).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

export const report = z.object({
  number: z.string(), // RP-...
  instrumentId: z.string(), // ins_...
  product: z.object({ key: z.string(), nameJa: z.string(), nameEn: z.string() }),
  reportedAt: instant,
  words: z.string().nullable(),
  contact: z.string().nullable(),
  isStopped: z.boolean(), // what was left on the card was frozen
  closedAt: instant.nullable(),
  closedBy: z.string().nullable(),
  closingNote: z.string().nullable(),
});

export const reportsAnswer = z.object({
  reports: z.array(report),
  next: z.string().nullable(), // `before` of the next page
});

/** POST /reports/:number/close */
export const closeForm = z.strictObject({ note: z.string().trim().min(1).max(500) });

export type ShownReport = z.infer<typeof report>;
