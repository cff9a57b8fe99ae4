/** A member has died: what is known of it, and what two of the staff decide. A customer's data: each look is audited. */
import { z } from 'zod';
import { reasonText } from './reason-text.ts';

const instant = z.number(); // milliseconds

/** What is asked of a second person names the paper, not the family: an approval is kept in clear. */
export const death = z.strictObject({
  memberId: z.string().min(1).max(100),
  reference: z.string().regex(/^[A-Za-z0-9-]{3,40}$/, 'the number under which the paper is kept'),
});

/** POST /members/deaths, and /members/deaths/taken-back: asks a second person. */
export const deathForm = death.extend({ reason: reasonText(500) });

const holdings = z.array(
  z.object({
    instrumentId: z.string(), // ins_...
    product: z.object({ nameJa: z.string(), nameEn: z.string() }).nullable(),
    maskedNumber: z.string().nullable(),
    unit: z.string(),
    spendableMinor: z.number(),
    isFrozen: z.boolean(),
  }),
);

/** GET /members/:memberId/death: whether it is recorded, and this issuer's value in the wallet. */
export const deathAnswer = z.object({
  isConcerned: z.boolean(), // only then does this issuer's desk record a death
  death: z
    .object({
      toldAt: instant,
      issuer: z.object({ nameJa: z.string(), nameEn: z.string() }).nullable(), // whose desk takes it back; null: any
      toldBy: z.string().nullable(), // this and the next, null: staff of another issuer have recorded it
      reference: z.string().nullable(),
    })
    .nullable(),
  holdings,
});

export type ShownDeath = z.infer<typeof deathAnswer>;

/** GET /approvals/:approvalId/member: of whom a second person decides that. It stands in no approval, for those are kept. */
export const decidedMember = z.object({ name: z.string(), email: z.string(), holdings });

export type DecidedMember = z.infer<typeof decidedMember>;
