/** The switch in the console: what is sent and answered. Ids are the catalogue's; null is what is not named. */
import { z } from 'zod';
import { reasonText } from './reason-text.ts';

const id = z.int().positive();
const instant = z.iso.datetime({ offset: true });
const text = z.string().trim().min(1).max(2_000);
const reason = reasonText(2_000);
/** The newest phase that the sender has seen: with what came since, the change is refused as changed. */
const afterPhaseNo = z.int().nonnegative();

export const SUSPENSION_DIMENSIONS = [
  'programmeId',
  'productId',
  'sellerId',
  'chainId',
  'aggregatorId',
  'tenderId',
  'merchantId',
  'soldBySellerId',
] as const;

export const stoppedOperation = z.enum(['sell', 'activate', 'load', 'redeem', 'earn', 'use']);

/** The part of everything of the issuer (header Kinken-Issuer) that is meant: what is null is meant whatever it is; no operation means every one. */
export const suspensionScope = z.strictObject({
  programmeId: id.nullable().default(null),
  productId: id.nullable().default(null),
  sellerId: id.nullable().default(null),
  chainId: id.nullable().default(null),
  aggregatorId: id.nullable().default(null),
  tenderId: id.nullable().default(null),
  merchantId: id.nullable().default(null),
  soldBySellerId: id.nullable().default(null),
  operations: z.array(stoppedOperation).max(6).default([]),
});

/** What a stop of this scope would do, before anything is done: POST /suspensions/preview. */
export const previewQuestion = z.strictObject({ scope: suspensionScope });

export const newSuspension = z.strictObject({
  scope: suspensionScope,
  startsAt: instant.nullable().default(null), // null: now, which is the commit and a second
  expectedEnd: instant.nullable().default(null),
  announcedText: z.string().trim().max(200).nullable().default(null), // when, as it was announced
  internalReason: text,
  textJa: text,
  textEn: text,
  criteria: z.string().trim().max(2_000).default(''),
});

export const buyerConditions = z.strictObject({
  ownLineOnly: z.boolean().default(false),
  noWifi: z.boolean().default(false),
  devices: z
    .array(z.enum(['phone', 'tablet', 'pc', 'till']))
    .max(4)
    .default([]), // none named: any
});

/** Lets something through again, or ends it for good: always asked for, and done by a second person's approval. */
export const suspensionChange = z.strictObject({
  afterPhaseNo,
  effect: z.enum(['lifted', 'conditions', 'ended']),
  conditions: buyerConditions.nullable().default(null),
  startsAt: instant.nullable().default(null), // null: when it is approved
  textJa: text,
  textEn: text,
  reason,
});

/** What one person may do with a suspension that stands: word it anew, or stop again what was resumed. */
export const suspensionWording = z.strictObject({
  afterPhaseNo,
  stopsAgain: z.boolean().default(false),
  expectedEnd: instant.nullable().default(null),
  textJa: text,
  textEn: text,
  criteria: z.string().trim().max(2_000).default(''),
  reason,
});

const named = z.object({ id: z.int(), nameJa: z.string(), nameEn: z.string() });
const count = z.int().nonnegative();

const offerNamed = z.object({
  offerId: z.int().nullable(), // null: sold without an offer of its own
  seller: named,
  product: named,
  tender: named.nullable(),
});

export const suspensionPreview = z.object({
  offers: z.object({ count, first: z.array(offerNamed) }),
  /** Of the last hours, each with an entry, also where nothing was sold. */
  hours: z.array(
    z.object({ at: instant, count, amountMinor: z.number(), unit: z.string().nullable() }),
  ),
  openOrders: z.object({ count }),
  /** What was used in the same hours, by the place of use, the most used first; null: it stops no use. */
  uses: z
    .array(
      z.object({ merchant: named, count, amountMinor: z.number(), unit: z.string().nullable() }),
    )
    .nullable(),
  /** Tenders that are charged through the stopped one and are not stopped with it. */
  chargedThrough: z.array(named),
  /** Operations that it leaves as they are. */
  operationsLeft: z.array(stoppedOperation),
  /** Other ways to buy the same that stay open. */
  staysOpen: z.object({ count, first: z.array(offerNamed) }),
});

export const suspensionState = z.enum(['scheduled', 'stopped', 'conditions', 'ended', 'lifted']);

const phase = z.object({
  phaseNo: z.int(),
  effect: z.enum(['stopped', 'conditions', 'ended', 'lifted']),
  conditions: buyerConditions.nullable(),
  startsAt: instant,
  expectedEnd: instant.nullable(),
  textJa: z.string(),
  textEn: z.string(),
  criteria: z.string(),
  reason: z.string(),
  by: z.string(), // names
  approvedBy: z.string().nullable(),
  recordedAt: instant,
});

export const shownSuspension = z.object({
  suspensionId: z.int(),
  /** What it names, in words; nothing: everything of the issuer. */
  names: z.array(named.extend({ dimension: z.enum(SUSPENSION_DIMENSIONS) })),
  operations: z.array(stoppedOperation),
  state: suspensionState,
  startsAt: instant,
  expectedEnd: instant.nullable(),
  announcedText: z.string().nullable(),
  internalReason: z.string(),
  criteria: z.string(),
  textJa: z.string(),
  textEn: z.string(),
  conditions: buyerConditions.nullable(),
  thrownBy: z.string(),
  thrownAt: instant,
  told: z.object({ all: count, confirmed: count, failed: count }),
  openApprovalId: z.string().nullable(), // a change of it waits for a second person
});

export const suspensionList = z.object({ suspensions: z.array(shownSuspension), total: count });

/** POST /suspensions/:suspensionId/open-orders/cancellation: how many were ended. */
export const cancelledOrders = z.object({ cancelled: count });

export const suspensionDetail = shownSuspension.extend({
  /** Asked for on this route and not paid yet; none where it stops no sale. */
  openOrders: z.object({ count }),
  phases: z.array(phase),
  tellings: z.array(
    z.object({
      client: z.string(),
      state: z.enum(['waiting', 'told', 'confirmed', 'failed']),
      attempts: count,
      toldAt: instant.nullable(),
      confirmedAt: instant.nullable(),
    }),
  ),
  /** Sold before the stop and neither finished nor reversed. */
  unresolved: z.object({
    count,
    first: z.array(
      z.object({ requestId: z.string(), client: z.string(), at: instant, state: z.string() }),
    ),
  }),
  /** Buyers of the stopped route who have bought by another since. */
  displacement: z.object({
    buyers: count, // who bought on the stopped route before
    moved: count,
    since: instant,
    routes: z.array(
      z.object({
        product: named,
        seller: named.nullable(),
        tender: named.nullable(),
        buyers: count,
        purchases: count,
        amountMinor: z.number(),
        unit: z.string().nullable(),
        firstAt: instant,
      }),
    ),
  }),
});

/** The answer to a throw: the instant from which it holds, as the switch has set it. */
export const thrownSuspension = z.object({
  suspensionId: z.int(),
  startsAt: instant,
  isNow: z.boolean(), // a second after its commit
});

export const askedApproval = z.object({ approvalId: z.string() });
