import { z } from 'zod';
import { ADVICES } from '../incidents/index.ts';
import { isUnit } from '../kernel/money.ts';
import { BUYER_DEVICES, BUYER_LINES } from '../programmes/index.ts';
import type { Question } from './question.ts';

/** What is asked over HTTP. Everything but the amount may be left unsaid. */
const key = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'lower-case letters, digits and hyphens');

export const purchaseQuestion = z
  .strictObject({
    carrier: key.nullable().default(null).describe('Whose phone bill can be used, as tenders say'),
    device: z.enum(BUYER_DEVICES).nullable().default(null),
    line: z
      .enum(BUYER_LINES)
      .nullable()
      .default(null)
      .describe("The carrier's own line, another one, or wireless LAN"),
    amountMinor: z.int().min(1).max(Number.MAX_SAFE_INTEGER),
    unit: z.string().refine(isUnit, 'three capitals of ISO 4217').default('JPY'),
    productId: key.nullable().default(null).describe('What is wanted; null: whatever there is'),
    age: z.int().min(0).max(150).nullable().default(null),
    contractKind: z.string().trim().min(1).max(40).nullable().default(null),
    payBy: z
      .array(z.enum(['cash', 'card', 'points']))
      .max(3)
      .default(['cash', 'card'])
      .describe('Ways of paying besides the phone bill'),
  })
  .meta({ id: 'PurchaseQuestion' });

export function questionOf(sent: z.output<typeof purchaseQuestion>): Question {
  const { productId: productKey, amountMinor, ...rest } = sent;
  return { ...rest, productKey, amountMinor: BigInt(amountMinor) };
}

const instant = z.iso.datetime();
const minor = z.int().min(0);
const named = z.object({ key: z.string(), nameJa: z.string(), nameEn: z.string() });
const conditions = z.object({
  ownLineOnly: z.boolean().optional(),
  noWifi: z.boolean().optional(),
  devices: z.array(z.enum(BUYER_DEVICES)).optional(),
});
const until = z
  .object({ at: instant, isCertain: z.boolean().describe('False: it is expected') })
  .nullable();
const cause = z.enum(['suspended', 'conditions_not_met', 'ended', 'not_yet', 'limit']);
const parties = { seller: named, product: named, tender: named };

const step = z.object({
  ...parties,
  leastMinor: minor,
  largestMinor: minor.describe("In one purchase, the month's limit considered"),
  facesMinor: z.array(minor).describe('Empty: any amount between'),
  isAmountSold: z.boolean(),
  monthLimit: z
    .object({ leastMinor: minor, mostMinor: minor })
    .nullable()
    .describe('The two differ where age or contract were not said'),
  leadTimeMs: z.int(),
  conditions,
  until: instant.nullable(),
});

export const purchasePlan = z
  .object({
    at: instant,
    routes: z.array(
      z.object({
        steps: z.array(step).min(1).max(2).describe('The first of two loads what pays the second'),
        isAmountSold: z.boolean(),
        largestMinor: minor.nullable().describe('Null for two steps: for the amount asked only'),
        leadTimeMs: z.int(),
        until: instant.nullable(),
        advice: z.enum(ADVICES).describe('Whether what is bought can be activated and used now'),
        isUseless: z.boolean().describe('True: it is sold, but do not buy it now'),
        warning: z
          .object({ textJa: z.string(), textEn: z.string() })
          .nullable()
          .describe('What to tell the buyer; null: everything works'),
      }),
    ),
    closed: z.array(
      z.object({
        ...parties,
        cause,
        since: instant.nullable(),
        until,
        conditions: conditions.nullable(),
        suspensionId: z.int().nullable(),
        textJa: z.string().nullable(),
        textEn: z.string().nullable(),
        criteria: z.string().nullable(),
      }),
    ),
    nothing: z
      .object({ cause: z.enum([...cause.options, 'nothing_offered']), until })
      .nullable()
      .describe('Null: something can be bought, if not for this amount then for another'),
    isComplete: z.boolean().describe('False: more is sold than was looked at; name a product'),
  })
  .meta({ id: 'PurchasePlan' });
