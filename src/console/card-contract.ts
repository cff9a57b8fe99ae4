/** Search and the story of a card in the console. Every answer is a look at a customer's data, and audited. */
import { z } from 'zod';
import { reasonText } from './reason-text.ts';

const instant = z.number(); // milliseconds
const amount = z.number();
const named = z.object({ key: z.string(), nameJa: z.string(), nameEn: z.string() });

/** POST /cards/search: not a GET, so that a number or a code stands in no address and no history. */
export const cardQuestion = z.strictObject({ text: z.string().trim().min(4).max(200) });

export const foundCard = z.object({
  instrumentId: z.string(), // ins_...
  product: named,
  unit: z.string(),
  state: z.enum(['blank', 'active', 'used', 'expired', 'voided']),
  isFrozen: z.boolean(),
  maskedNumber: z.string().nullable(),
  codeLastFour: z.string().nullable(),
  faceMinor: amount.nullable(),
  seller: named.nullable(), // who sold it
  activatedAt: instant.nullable(),
});

export const cardSearchAnswer = z.object({
  /** As what the text was understood; null: as nothing that there is. */
  by: z.enum(['instrument', 'number', 'code', 'last_four', 'request']).nullable(),
  cards: z.array(foundCard),
  requests: z.array(
    z.object({
      requestId: z.string(),
      client: z.string(),
      kind: z.string(),
      outcome: z.string(),
      arrivedAt: instant,
      instrumentId: z.string().nullable(),
    }),
  ),
  isCut: z.boolean(), // there are more: ask more narrowly
});

/** GET /cards/:instrumentId */
export const cardStoryQuery = z.strictObject({
  before: z.coerce.number().int().min(0).max(8_640_000_000_000_000).optional(), // of the requests
});

export const cardStory = z.object({
  card: foundCard,
  spendableMinor: amount,
  heldMinor: amount,
  lots: z.array(
    z.object({
      lotId: z.string(),
      lotClass: z.enum(['paid', 'free', 'limited']),
      loadedMinor: amount,
      remainingMinor: amount,
      heldMinor: amount,
      expiresAt: instant.nullable(),
      isFrozen: z.boolean(),
    }),
  ),
  holds: z.array(
    z.object({
      holdId: z.string(),
      client: z.string(),
      merchant: named.nullable(),
      amountMinor: amount,
      capturedMinor: amount,
      openedAt: instant,
      expiresAt: instant,
    }),
  ),
  freezes: z.array(
    z.object({
      owner: z.enum(['member', 'support', 'fraud', 'case', 'item']),
      reason: z.string(),
      openedAt: instant,
      liftedAt: instant.nullable(),
    }),
  ),
  /** What the engine could not settle by itself and waits for a person. */
  items: z.array(
    z.object({
      itemId: z.string(),
      cause: z.string(),
      requestId: z.string(),
      amountMinor: amount.nullable(),
      openedAt: instant,
    }),
  ),
  requests: z.array(
    z.object({
      requestId: z.string(),
      client: z.string(),
      kind: z.string(),
      outcome: z.string(), // accepted, reversed_unseen, or a refusal
      arrivedAt: instant,
      decidedAt: instant,
      seller: named.nullable(),
      merchant: named.nullable(),
      amountMinor: amount.nullable(),
      balanceMinor: amount.nullable(),
      undoneMinor: amount,
      isReversed: z.boolean(),
    }),
  ),
  next: instant.nullable(), // for `before`
  transfers: z.array(
    z.object({
      transferId: z.string(),
      kind: z.string(),
      requestId: z.string(),
      decidedAt: instant,
      direction: z.enum(['in', 'out']),
      amountMinor: amount,
    }),
  ),
  /** In force now, and of this product, programme or seller; `places`: what else each is limited to. */
  suspensions: z.array(
    z.object({
      suspensionId: z.number(),
      operations: z.array(z.string()),
      effect: z.string(),
      textJa: z.string(),
      textEn: z.string(),
      places: z.array(named),
    }),
  ),
  /** As which desk the reader may freeze it; null: not at all. */
  freezesAs: z.enum(['support', 'fraud']).nullable(),
});

/** POST /cards/:instrumentId/freeze and /unfreeze */
export const freezeForm = z.strictObject({ reason: reasonText(200) });
