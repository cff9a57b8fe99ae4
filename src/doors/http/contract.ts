/**
 * The HTTP surface of the value engine: what may come in, and what goes out. Unknown fields are refused,
 * every text and list has a bound, money is an integer of minor units with its unit beside it (R36).
 */
import { z } from 'zod';
import { isUnit } from '../../kernel/money.ts';
import { instant, problem, refusingIncident, suspension } from './problem-contract.ts';

export { instant, problem, refusingIncident, suspension };

export const BATCH_ITEMS_MAX = 1_000;
const HOLD_SECONDS_MAX = 31 * 24 * 60 * 60;

// --- parts ------------------------------------------------------------------------------------

export const requestId = z
  .string()
  .regex(/^[\x20-\x7e]{1,128}$/, '1 to 128 printable ASCII characters')
  .meta({ description: 'Chosen by the client; the same id again gives the same answer' });

/** Of a request that is new: what begins so is the engine's own, of an order (`src/orders`). */
const ownRequestId = z
  .string()
  .regex(
    /^(?!(?:cancel )?order )[\x20-\x7e]{1,128}$/,
    '1 to 128 printable ASCII characters; `order ` and `cancel order ` begin ids of orders',
  )
  .meta({ description: 'Chosen by the client; the same id again gives the same answer' });

export function isOwnRequestId(id: unknown): id is string {
  return ownRequestId.safeParse(id).success;
}

const amountMinor = z
  .int()
  .min(1)
  .max(Number.MAX_SAFE_INTEGER)
  .meta({
    description: 'Minor units of `unit`: 1500 is 1,500 yen, or 15 dollars',
    examples: [1500],
  });

const unit = z
  .string()
  .max(44)
  .refine(isUnit, 'an ISO 4217 code in capitals, or PTS:<programme>')
  .meta({ description: 'ISO 4217 code, or `PTS:<programme>` for points', examples: ['JPY'] });

const key = (of: string) =>
  z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'lower case letters, digits and hyphens, 40 at most')
    .meta({ description: `Key of the ${of} in the catalogue` });

const instrumentId = z
  .string()
  .regex(/^ins_[1-9][0-9]{0,18}$/, 'ins_ and digits')
  .meta({ examples: ['ins_4711'] });
const holdId = z
  .string()
  .regex(/^hld_[1-9][0-9]{0,18}$/, 'hld_ and digits')
  .meta({ examples: ['hld_4711'] });
const transferId = z.string().regex(/^trf_[1-9][0-9]{0,18}$/, 'trf_ and digits');
const reason = z.string().trim().min(1).max(200);

export const card = z
  .union(
    [
      z.strictObject({ code: z.string().min(1).max(200) }),
      z.strictObject({ number: z.string().min(1).max(40) }),
      z.strictObject({ barcode: z.string().min(1).max(40) }),
      z.strictObject({ instrumentId }),
    ],
    { error: 'name the card by exactly one of code, number, barcode or instrumentId' },
  )
  .meta({
    id: 'Card',
    description:
      'A card by its secret code, its printed number, the barcode that its holder shows (good once, for a minute), or (staff) its id',
  });

const freezeOwner = z.enum(['member', 'support', 'fraud', 'case', 'item']);
const sellerId = key('seller').optional();
const merchantId = key('merchant').optional();
const money = { amountMinor, unit };

/** How the buyer pays and who that is, as far as the seller says it: what offers, limits and the switch judge by. */
const sold = {
  tender: key('tender').optional().meta({ description: 'How the buyer pays: key of the tender' }),
  shop: key('shop').optional().meta({ description: 'In which shop of the seller' }),
  contract: z
    .string()
    .trim()
    .min(1)
    .max(64)
    .optional()
    .meta({
      description:
        'What pays: phone contract, account or card. Limits of the tender count by it. Only a keyed hash of it is kept.',
      examples: ['09012345678'],
    }),
  contractKind: z
    .string()
    .trim()
    .min(1)
    .max(40)
    .optional()
    .meta({ description: 'As the carrier calls it, where its limits differ by it' }),
  buyer: z
    .strictObject({
      line: z
        .enum(['own', 'other', 'wifi'])
        .optional()
        .meta({ description: 'Connected by the line that is charged, by another, or by Wi-Fi' }),
      device: z.enum(['phone', 'tablet', 'pc', 'till']).optional(),
      age: z.int().min(0).max(150).optional(),
    })
    .optional()
    .meta({ description: 'What is not said does not meet a condition that asks for it' }),
};

// --- what moves value -------------------------------------------------------------------------

const issue = { productId: key('product'), ...money, sellerId, ...sold };
const activate = {
  card,
  amountMinor: amountMinor.optional(),
  unit: unit.optional(),
  sellerId,
  ...sold,
};
const deactivate = { card };
const load = {
  card,
  ...money,
  lotClass: z.enum(['paid', 'free', 'limited']).default('paid'),
  sellerId,
  ...sold,
};
const redeem = { card, ...money, merchantId, isPartialAllowed: z.boolean().default(false) };
const giveBack = { card, ...money, merchantId, originalRequestId: requestId.optional() };
const hold = {
  card,
  ...money,
  merchantId,
  durationSeconds: z
    .int()
    .min(1)
    .max(HOLD_SECONDS_MAX)
    .default(7 * 24 * 60 * 60),
};
const capture = {
  ...money,
  isFinal: z
    .boolean()
    .default(false)
    .meta({ description: 'Releases what is left of the hold. Without it more may be captured.' }),
};
const freeze = { card, owner: freezeOwner.default('support'), reason };
const unfreeze = { card, owner: freezeOwner.default('support') };
const makeVoid = { card, reason };
const move = { card, to: card, amountMinor: amountMinor.optional(), unit: unit.optional() };
const fund = { clientId: key('client'), direction: z.enum(['in', 'out']), ...money };
const original = { card: card.optional(), holdId: holdId.optional() };

/** Bodies of the single routes, by what they do. */
export const BODIES = {
  issue: z.strictObject(issue).meta({ id: 'Issue' }),
  activate: z.strictObject(activate).meta({ id: 'Activate' }),
  deactivate: z.strictObject(deactivate).meta({ id: 'Deactivate' }),
  load: z.strictObject(load).meta({ id: 'Load' }),
  redeem: z.strictObject(redeem).meta({ id: 'Redeem' }),
  return: z.strictObject(giveBack).meta({ id: 'Return' }),
  hold: z.strictObject(hold).meta({ id: 'Hold' }),
  capture: z.strictObject(capture).meta({ id: 'Capture' }),
  release: z.strictObject({}).nullish().meta({ id: 'Release' }),
  freeze: z.strictObject(freeze).meta({ id: 'Freeze' }),
  unfreeze: z.strictObject(unfreeze).meta({ id: 'Unfreeze' }),
  void: z.strictObject(makeVoid).meta({ id: 'Void' }),
  move: z.strictObject(move).meta({ id: 'Move' }),
  reverse: z.strictObject({ requestId, ...original }).meta({ id: 'Reverse' }),
  fund: z.strictObject(fund).meta({ id: 'Fund' }),
} as const;

export type ValueKind = keyof typeof BODIES;
export type Body<Kind extends ValueKind> = z.output<(typeof BODIES)[Kind]>;

const item = <Kind extends ValueKind, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) =>
  z.strictObject({ requestId: ownRequestId, kind: z.literal(kind), ...shape });

/** One operation of a batch: its own request id, its kind, and the body of that kind. */
export const batchItem = z
  .discriminatedUnion('kind', [
    item('issue', issue),
    item('activate', activate),
    item('deactivate', deactivate),
    item('load', load),
    item('redeem', redeem),
    item('return', giveBack),
    item('hold', hold),
    item('capture', { holdId, ...capture }),
    item('release', { holdId }),
    item('freeze', freeze),
    item('unfreeze', unfreeze),
    item('void', makeVoid),
    item('move', move),
    item('reverse', { originalRequestId: requestId, ...original }),
    item('fund', fund),
  ])
  .meta({ id: 'BatchItem' });

export const batch = z
  .strictObject({ operations: z.array(batchItem).min(1).max(BATCH_ITEMS_MAX) })
  .meta({ id: 'Batch' });

export type BatchItem = z.output<typeof batchItem>;

// --- what is asked ----------------------------------------------------------------------------

export const balanceInquiry = z.strictObject({ card }).meta({ id: 'BalanceInquiry' });
export const requestInquiry = z.strictObject({ requestId, card: card.nullish() }).meta({
  id: 'RequestInquiry',
  description: 'Leave `card` out to look under any card; null: it named none',
});
export const requestPath = z.strictObject({ requestId });
export const requestQuery = z.strictObject({ number: z.string().min(1).max(40).optional() });
export const instrumentPath = z.strictObject({ id: z.string().min(1).max(40) });
export const holdPath = z.strictObject({ id: z.string().min(1).max(40) });
export const transfersQuery = z.strictObject({
  before: transferId.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const fundsQuery = z.strictObject({ unit });
export const eventsQuery = z.strictObject({
  after: z
    .string()
    .regex(/^[\x21-\x7e]{1,4096}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

// --- answers ----------------------------------------------------------------------------------

const state = z.enum(['blank', 'active', 'used', 'expired', 'voided']);

export const answer = z
  .strictObject({
    outcome: z.literal('accepted'),
    kind: z.string(),
    requestId: z.string(),
    decidedAt: instant,
    instrumentId: instrumentId.optional(),
    productId: z.string().optional(),
    amountMinor: z
      .int()
      .optional()
      .meta({ description: 'What moved: may be less when isPartialAllowed' }),
    unit: z.string().optional(),
    balanceMinor: z
      .int()
      .optional()
      .meta({ description: 'What can be spent of the card right after' }),
    state: state.optional(),
    expiresAt: instant.nullable().optional(),
    holdId: holdId.optional(),
    heldMinor: z.int().optional(),
    isOriginalKnown: z
      .boolean()
      .optional()
      .meta({ description: 'Of a reversal: had its original been seen' }),
    code: z
      .string()
      .optional()
      .meta({ description: 'Of an issue: shown to the client that issued it' }),
    number: z.string().optional(),
    maskedNumber: z.string().optional(),
  })
  .meta({ id: 'Answer' });

/** What the switch says to whoever was refused by it. */
export const batchAnswer = z
  .strictObject({
    answers: z.array(
      z.union([answer, z.looseObject({ outcome: z.literal('refused'), requestId: z.string() })]),
    ),
  })
  .meta({ id: 'BatchAnswer', description: 'One answer an operation, in the order they came' });

export const balance = z
  .strictObject({
    instrumentId,
    productId: z.string(),
    unit: z.string(),
    state,
    isFrozen: z.boolean(),
    balanceMinor: z.int().meta({ description: 'What can be spent now' }),
    heldMinor: z.int(),
    faceMinor: z.int().nullable(),
    maskedNumber: z.string().nullable(),
    lots: z.array(
      z.strictObject({
        class: z.enum(['paid', 'free', 'limited']),
        balanceMinor: z.int(),
        heldMinor: z.int(),
        expiresAt: instant.nullable(),
      }),
    ),
  })
  .meta({ id: 'Balance' });

export const requestOutcome = z
  .looseObject({
    outcome: z.enum(['not_seen', 'accepted', 'reversed', 'refused']),
    requestId: z.string(),
  })
  .meta({
    id: 'RequestOutcome',
    description: '`not_seen` is not "will not happen": only a reversal closes a request',
  });

export const transfersPage = z
  .strictObject({
    transfers: z.array(
      z.strictObject({
        transferId,
        kind: z.string(),
        requestId: z.string(),
        decidedAt: instant,
        direction: z.enum(['in', 'out']),
        amountMinor: z.int(),
      }),
    ),
    next: transferId
      .nullable()
      .meta({ description: 'Give it as `before` for the next page; null: no more' }),
  })
  .meta({ id: 'TransfersPage' });

export const fundsAnswer = z
  .strictObject({ balanceMinor: z.int(), unit: z.string() })
  .meta({ id: 'Funds' });

export const eventsPage = z
  .strictObject({
    events: z.array(z.looseObject({ id: z.string(), type: z.string(), at: instant })),
    next: z
      .string()
      .meta({ description: 'Give it as `after` next time, also when there was nothing' }),
    hasMore: z.boolean().meta({ description: 'Ask again at once; false: later' }),
  })
  .meta({ id: 'EventsPage' });
