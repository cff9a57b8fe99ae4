/** Cases "that was not me" in the console. Everything here is customers' data: each look is audited. */
import { z } from 'zod';
import { reasonText } from './reason-text.ts';

const instant = z.number(); // milliseconds
const note = z.string().trim().min(1).max(500);
const unit = z.string();

/** GET /cases */
export const casesQuery = z.strictObject({
  which: z.enum(['open', 'all']).default('open'),
  before: z.coerce.bigint().min(1n).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

export const caseLine = z.object({
  number: z.string(), // KC-...
  openedBy: z.enum(['account', 'notice', 'support', 'password_change']),
  openedAt: instant,
  stoppedAt: instant.nullable(),
  lookAt: instant,
  liftedAt: instant.nullable(),
  closedAt: instant.nullable(),
});

export const casesAnswer = z.object({
  cases: z.array(caseLine),
  next: z.string().nullable(), // `before` of the next page
});

/** GET /cases/:number */
export const caseAnswer = z.object({
  record: caseLine.extend({
    memberId: z.string(),
    actor: z.string(),
    noticeNumber: z.string().nullable(),
    words: z.string().nullable(),
    liftedBy: z.string().nullable(),
    closedBy: z.string().nullable(),
    closingNote: z.string().nullable(),
  }),
  member: z.object({ email: z.string(), name: z.string() }).nullable(), // null: no member any more
  /** What is another issuer's: how much of it there is, and how many other desks have still to say their word. */
  others: z.object({ gifts: z.int(), holdings: z.int(), awaited: z.int() }),
  next: z.array(
    z.object({
      kind: z.string(),
      responsible: z.enum(['we', 'desk', 'member']),
      by: instant.nullable(),
      gifts: z.int(),
      isInTime: z.boolean(),
    }),
  ),
  gifts: z.array(
    z.object({
      giftId: z.string(),
      to: z.string().nullable(),
      amountMinor: z.number(),
      unit,
      madeAt: instant,
      claimedAt: instant.nullable(),
      chargedAt: instant.nullable(),
      stateBefore: z.string(),
      stateNow: z.string(),
      outcome: z.string(),
      isInTime: z.boolean(), // reported within the time from which its owner could know
    }),
  ),
  sums: z.array(z.object({ outcome: z.string(), unit, count: z.int(), amountMinor: z.number() })),
  holdings: z.array(
    z.object({
      instrumentId: z.string(), // ins_...
      product: z.object({ nameJa: z.string(), nameEn: z.string() }).nullable(),
      maskedNumber: z.string().nullable(),
      unit,
      spendableMinor: z.number(),
      heldMinor: z.number(),
      isFrozen: z.boolean(),
      releasedAt: instant.nullable(),
    }),
  ),
  events: z.array(
    z.object({
      eventNo: z.int(),
      at: instant,
      kind: z.string(),
      actor: z.string(),
      note: z.string().nullable(),
    }),
  ),
  evidence: z.array(
    z.object({
      kind: z.enum(['sign_in', 'device', 'notice', 'request']),
      at: instant,
      content: z.record(z.string(), z.unknown()).nullable(), // null: erased
    }),
  ),
});

/** POST /members/find: an address is nobody's business, so it stands in no web address. */
export const memberForm = z.strictObject({
  whom: z.string().trim().min(3).max(254), // the mail address, or the number of a message of ours
  reason: reasonText(500), // why somebody looks: `called from ...`
});

export const memberAnswer = z.object({
  memberId: z.string(),
  name: z.string(),
  email: z.string(),
  locale: z.enum(['ja', 'en']),
  caseInForce: z.string().nullable(),
});

/** POST /cases: by phone. */
export const newCase = z.strictObject({
  memberId: z.string().min(1).max(100),
  words: z.string().trim().max(1_000),
});

export const openedCase = z.object({ number: z.string(), isNew: z.boolean() });

/** POST /cases/:number/notes */
export const noteForm = z.strictObject({ note, lookAt: instant });

/** POST /cases/:number/close */
export const closeCaseForm = z.strictObject({ note });

/** POST /cases/:number/lift: asks a second person. */
export const liftForm = z.strictObject({ reason: reasonText(1_000) });

/** POST /cases/:number/refunds: asks a second person. */
export const refundForm = z.strictObject({
  giftId: z.string().regex(/^[1-9][0-9]{0,17}$/),
  reason: reasonText(1_000),
});

export const askedForTwo = z.object({ approvalId: z.string() });

export type ShownCase = z.infer<typeof caseAnswer>;
export type CaseLine = z.infer<typeof caseLine>;
