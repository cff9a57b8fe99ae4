/** Reports of forged messages in the console, and the stops that they propose. Every list is a look, and audited. */
import { z } from 'zod';

const instant = z.number(); // milliseconds
const named = z.object({ id: z.int(), nameJa: z.string(), nameEn: z.string() }).nullable();

/** GET /phishing-reports */
export const phishingQuery = z.strictObject({
  which: z.enum(['open', 'all']).default('open'),
  before: z.coerce.bigint().min(1n).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

export const phishingReport = z.object({
  number: z.string(), // PH-...
  product: named,
  seller: named,
  verdict: z.enum(['ours', 'not_ours', 'cannot_tell']),
  reasons: z.array(z.string()),
  reasonWords: z.array(z.object({ nameJa: z.string(), nameEn: z.string() })),
  hosts: z.array(z.string()),
  seen: z
    .object({
      sender: z.string().nullable(),
      subject: z.string().nullable(),
      text: z.string(),
      links: z.array(z.string()),
    })
    .nullable(), // null: erased
  contact: z.string().nullable(),
  hasPicture: z.boolean(),
  reportedAt: instant,
  closedAt: instant.nullable(),
  closedBy: z.string().nullable(),
  closingNote: z.string().nullable(),
});

export const phishingAnswer = z.object({
  reports: z.array(phishingReport),
  next: z.string().nullable(), // `before` of the next page
});

/** GET /phishing-proposals: the switch is thrown where it always is, and named here. */
export const stopProposal = z.object({
  proposalId: z.int(),
  product: named,
  seller: named,
  reporters: z.int(),
  proposedAt: instant,
  decidedAt: instant.nullable(),
  decidedBy: z.string().nullable(),
  suspensionId: z.int().nullable(),
  note: z.string().nullable(),
});

export const proposalAnswer = z.object({ proposals: z.array(stopProposal) });

const note = z.string().trim().min(1).max(500);

/** GET /phishing-reports/:number/picture: as it was drawn anew by us. */
export const pictureAnswer = z.object({ mediaType: z.literal('image/jpeg'), base64: z.string() });

/** POST /phishing-reports/:number/close */
export const closePhishingForm = z.strictObject({ note });

/** POST /phishing-proposals/:id/decide: with the suspension that was thrown for it, or null: dismissed. */
export const decideProposalForm = z.strictObject({
  suspensionId: z.int().positive().nullable(),
  note,
});

export type ShownPhishingReport = z.infer<typeof phishingReport>;
export type ShownStopProposal = z.infer<typeof stopProposal>;
