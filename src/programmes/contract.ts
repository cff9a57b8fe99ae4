import { z } from 'zod';
import { isZone } from '../kernel/calendar.ts';
import { isUnit } from '../kernel/money.ts';

/**
 * What administration sends, over HTTP as JSON and from the command line as options. Names are in
 * both languages always: a customer reads them.
 */
const key = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'lower-case letters, digits and hyphens, 40 at most')
  .describe('What people and machines call it; never changes');
const nameJa = z.string().trim().min(1).max(100).describe('Name in Japanese');
const nameEn = z.string().trim().min(1).max(100).describe('Name in English');
/** Minor units; a whole number that JSON carries exactly (R36). */
const amountMinor = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const bound = amountMinor.nullable();

const issuerFields = { nameJa, nameEn };
export const newIssuer = z.strictObject({ key, ...issuerFields });
export const issuerChange = z.strictObject(issuerFields).partial();

const programmeFields = {
  nameJa,
  nameEn,
  graceDays: z
    .int()
    .min(0)
    .max(3_650)
    .describe('How long an expired lot lives again when its use is reversed'),
};
export const newProgramme = z.strictObject({
  key,
  ...programmeFields,
  graceDays: programmeFields.graceDays.default(14),
  unit: z.string().refine(isUnit, 'three capitals of ISO 4217, or PTS:<programme> for points'),
  zone: z
    .string()
    .refine(isZone, "one of the IANA's time zones, as Asia/Tokyo")
    .default('Asia/Tokyo'),
});
export const programmeChange = z.strictObject(programmeFields).partial();

export const codeShape = z.strictObject({
  alphabet: z.string().min(2).max(200),
  length: z.int().min(1).max(64).describe('Characters drawn, without the prefix'),
  prefix: z.string().max(32).default(''),
  groups: z
    .int()
    .min(0)
    .max(64)
    .default(4)
    .describe('Characters between hyphens when shown; 0 for none'),
  foldsKana: z.boolean().default(false),
});
export const numberShape = z.strictObject({
  prefix: z
    .string()
    .regex(/^[0-9]{0,12}$/, 'digits')
    .default(''),
  digits: z.int().min(8).max(19).describe('All digits, with the prefix and the check digit'),
});
const limits = z.strictObject({
  balanceMaxMinor: bound,
  loadMinMinor: bound,
  loadMaxMinor: bound,
  loadDayMaxMinor: bound,
  loadMonthMaxMinor: bound,
  redeemDayMaxMinor: bound,
  redeemMonthMaxMinor: bound,
});

const productFields = {
  nameJa,
  nameEn,
  facesMinor: z
    .array(amountMinor)
    .max(100)
    .describe('Faces on sale; empty: any from faceMinMinor to faceMaxMinor'),
  faceMinMinor: amountMinor,
  faceMaxMinor: amountMinor,
  codeShape: codeShape.nullable(),
  numberShape: numberShape.nullable(),
  validityDays: z.int().min(1).max(36_500).nullable().describe('Null: value never expires'),
  redeemsBy: z
    .array(z.enum(['code', 'number', 'member']))
    .min(1)
    .max(3),
  isReactivatable: z.boolean(),
  limits: limits.partial(),
  isWeakCodeAccepted: z
    .boolean()
    .describe('For a card base that is brought in: its codes may be weak, and none is ever minted'),
};
export const newProduct = z.strictObject({
  key,
  programme: key.describe('Key of the programme'),
  kind: z.enum(['code', 'posa', 'prepaid']),
  ...productFields,
  facesMinor: productFields.facesMinor.default([]),
  codeShape: productFields.codeShape.default(null),
  numberShape: productFields.numberShape.default(null),
  validityDays: productFields.validityDays.default(null),
  isReactivatable: productFields.isReactivatable.default(false),
  limits: productFields.limits.default({}),
  isWeakCodeAccepted: productFields.isWeakCodeAccepted.default(false),
});
export const productChange = z.strictObject(productFields).partial();

const sellerFields = { nameJa, nameEn, chain: key.nullable() };
export const newSeller = z.strictObject({
  key,
  ...sellerFields,
  chain: sellerFields.chain.default(null),
});
export const sellerChange = z.strictObject(sellerFields).partial();

const merchantFields = { nameJa, nameEn };
export const newMerchant = z.strictObject({ key, ...merchantFields });
export const merchantChange = z.strictObject(merchantFields).partial();

export type NewIssuer = z.infer<typeof newIssuer>;
export type IssuerChange = z.infer<typeof issuerChange>;
export type NewProgramme = z.infer<typeof newProgramme>;
export type ProgrammeChange = z.infer<typeof programmeChange>;
export type NewProduct = z.infer<typeof newProduct>;
export type ProductChange = z.infer<typeof productChange>;
export type NewSeller = z.infer<typeof newSeller>;
export type SellerChange = z.infer<typeof sellerChange>;
export type NewMerchant = z.infer<typeof newMerchant>;
export type MerchantChange = z.infer<typeof merchantChange>;
