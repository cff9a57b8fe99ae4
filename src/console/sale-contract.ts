/**
 * Who sells and how is paid, in the console: aggregators, chains, sellers, shops and tenders, one by one. What is
 * sent is what `/v1/admin` takes (src/programmes/contract.ts), and what is shown has the same words.
 */
import { z } from 'zod';

const instant = z.iso.datetime({ offset: true });

/** GET /sale/:kind, by key, a page of them. `find`: what the key or a name has in it. */
export const saleQuery = z.strictObject({
  page: z.coerce.number().int().min(1).max(100_000).default(1),
  find: z.string().trim().max(100).optional(),
  seller: z.coerce.number().int().positive().optional(), // whose shops
});

/** GET /sale/:kind/:id, as it is now: beside its names what a form of its kind has as fields: others named by their keys, no identities. */
export const saleThing = z.object({
  id: z.int(),
  key: z.string(),
  nameJa: z.string(),
  nameEn: z.string(),
  fields: z.record(z.string(), z.unknown()),
});

export const saleList = z.object({
  total: z.int(),
  pageSize: z.int(),
  things: z.array(saleThing),
});

/** GET /sale/:kind/:id/history, the newest first, 200 at most. */
export const saleHistory = z.object({
  revisions: z.array(
    z.object({
      validFrom: instant,
      validUntil: instant.nullable(), // at or before validFrom: it never came into force
      recordedAt: instant,
      by: z.string(),
      fields: z.record(z.string(), z.unknown()),
    }),
  ),
});
