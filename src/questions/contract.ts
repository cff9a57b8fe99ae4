import { z } from 'zod';
import { SIGHTS } from './question.ts';

/** What administration and callers send of desks, places of use and questions. */
const key = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'lower-case letters, digits and hyphens, 40 at most');
const keyOf = (thing: string) => key.describe(`Key of the ${thing}`);
const line = (lengthMax: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(lengthMax)
    .regex(/^\P{Cc}*$/u, 'one line');

export const newDesk = z
  .strictObject({
    key: keyOf('desk: one that is there is written anew'),
    product: keyOf('product that it answers for').nullable().default(null),
    chain: keyOf('chain whose sales it answers for').nullable().default(null),
    seller: keyOf('seller whose sales it answers for').nullable().default(null),
    nameJa: line(100),
    nameEn: line(100),
    hoursJa: line(200),
    hoursEn: line(200),
    phone: z
      .string()
      .regex(/^\+?[0-9][0-9 -]{2,30}$/, 'digits, spaces and hyphens')
      .nullable()
      .default(null),
    mail: z.email().max(254).nullable().default(null),
    url: z
      .url({ protocol: /^https$/ })
      .max(500)
      .nullable()
      .default(null),
    repliesJa: line(200).nullable().default(null),
    repliesEn: line(200).nullable().default(null),
  })
  .refine(
    ({ product, chain, seller }) =>
      [product, chain, seller].filter((one) => one !== null).length <= 1,
    'a desk is of a product, of a chain, of a seller, or of none: the issuer',
  )
  .refine(
    ({ phone, mail, url }) => (phone ?? mail ?? url) !== null,
    'a desk can be reached somehow',
  );

export const newUsage = z.strictObject({
  countries: z
    .array(z.string().regex(/^[A-Z]{2}$/, 'two capitals (ISO 3166-1)'))
    .max(250)
    .default([])
    .describe('Where it can be used; none: everywhere'),
  whereJa: line(300),
  whereEn: line(300),
});

const instant = z.iso.datetime({ offset: true });
const amountMinor = z.int().min(1).max(Number.MAX_SAFE_INTEGER);

export const codeQuestion = z.strictObject({
  card: z.union(
    [
      z.strictObject({ code: z.string().min(1).max(200) }),
      z.strictObject({ number: z.string().min(1).max(40) }),
    ],
    { error: 'name the card by exactly one of code and number' },
  ),
  product: keyOf('product that the holder takes it for').optional(),
  bought: z
    .strictObject({
      seller: keyOf('seller').optional(),
      at: instant.optional(),
      amountMinor: amountMinor.optional(),
      receipt: z.string().trim().min(1).max(128).optional(),
    })
    .default({})
    .describe(
      'A number counts only with proof of purchase: the amount, and the receipt or seller and time',
    ),
  tried: z
    .strictObject({
      doing: z.enum(['use', 'load']).default('use'),
      merchant: keyOf('merchant').optional(),
      isElsewhere: z.boolean().default(false),
      at: instant.optional(),
      country: z
        .string()
        .regex(/^[A-Z]{2}$/, 'two capitals (ISO 3166-1)')
        .optional(),
      amountMinor: amountMinor.optional(),
      saw: z.enum(SIGHTS).optional(),
    })
    .prefault({}),
});

export type NewDesk = z.output<typeof newDesk>;
export type NewUsage = z.output<typeof newUsage>;
export type SentQuestion = z.output<typeof codeQuestion>;
