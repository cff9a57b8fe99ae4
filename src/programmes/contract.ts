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
  unit: unitText(),
  zone: zoneName().default('Asia/Tokyo'),
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
  isSoldByOfferOnly: z.boolean().describe('Whether a sale needs an offer that is valid'),
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
  isSoldByOfferOnly: productFields.isSoldByOfferOnly.default(false),
  limits: productFields.limits.default({}),
  isWeakCodeAccepted: productFields.isWeakCodeAccepted.default(false),
});
export const productChange = z.strictObject(productFields).partial();

const instant = z.iso
  .datetime({ offset: true })
  .transform((text) => Date.parse(text))
  .describe('As 2026-04-01T00:00:00+09:00');
const validFrom = instant.optional().describe('From when on; absent: now. Never in the past');

const names = { nameJa, nameEn };
export const newAggregator = z.strictObject({ key, ...names, validFrom });
export const aggregatorChange = z.strictObject({ ...names, validFrom }).partial();

const chainFields = { ...names, aggregator: key.nullable() };
export const newChain = z.strictObject({
  key,
  ...chainFields,
  aggregator: chainFields.aggregator.default(null).describe('Null: connected to the issuer itself'),
  validFrom,
});
export const chainChange = z.strictObject({ ...chainFields, validFrom }).partial();

export const newShop = z.strictObject({ seller: key, key, ...names, validFrom });
export const shopChange = z.strictObject({ ...names, validFrom }).partial();

const age = z.int().min(0).max(150);
const monthLimit = z.strictObject({
  ageFrom: age.default(0).describe('Inclusive'),
  ageTo: age.nullable().default(null).describe('Inclusive; null: no end'),
  contract: z
    .string()
    .trim()
    .min(1)
    .max(40)
    .nullable()
    .default(null)
    .describe('Null: any contract'),
  limitMinor: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
});
const leadTimeMs = z.int().min(0).max(31_622_400_000).describe('From paying to having');
const tenderFields = {
  ...names,
  carrier: key.nullable().describe('Whose phone bill it is'),
  zone: zoneName(),
  limitUnit: unitText(),
  monthLimits: z.array(monthLimit).max(100).describe('The first that fits holds; empty: no limit'),
  resetDay: z.int().min(1).max(28).describe('A period begins on this day of the month'),
  refundWindowDays: z.int().min(0).max(3_650).nullable(),
  isPartialRefund: z.boolean(),
  sessionMinutes: z.int().min(1).max(10_080).nullable(),
  authorisationMinutes: z.int().min(1).max(525_600).nullable(),
  canLoadPrepaid: z.boolean(),
  leadTimeMs,
  chargedThrough: key.nullable().describe('Key of the tender whose limit it shares'),
  spends: key.nullable().describe('Key of the prepaid product whose balance it spends'),
};
export const newTender = z.strictObject({
  key,
  kind: z.enum(['cash', 'carrier', 'card', 'points']),
  ...tenderFields,
  carrier: tenderFields.carrier.default(null),
  zone: tenderFields.zone.default('Asia/Tokyo'),
  limitUnit: tenderFields.limitUnit.default('JPY'),
  monthLimits: tenderFields.monthLimits.default([]),
  resetDay: tenderFields.resetDay.default(1),
  refundWindowDays: tenderFields.refundWindowDays.default(null),
  isPartialRefund: tenderFields.isPartialRefund.default(false),
  sessionMinutes: tenderFields.sessionMinutes.default(null),
  authorisationMinutes: tenderFields.authorisationMinutes.default(null),
  canLoadPrepaid: tenderFields.canLoadPrepaid.default(false),
  leadTimeMs: leadTimeMs.default(0),
  chargedThrough: tenderFields.chargedThrough.default(null),
  spends: tenderFields.spends.default(null),
  validFrom,
});
export const tenderChange = z.strictObject({ ...tenderFields, validFrom }).partial();

const conditions = z.strictObject({
  ownLineOnly: z.boolean().optional().describe("Only on the carrier's own line"),
  noWifi: z.boolean().optional(),
  devices: z
    .array(z.enum(['phone', 'tablet', 'pc', 'till']))
    .min(1)
    .max(4)
    .optional(),
});
const offerFields = {
  amountMinMinor: bound.describe('Null: what the product says'),
  amountMaxMinor: bound.describe('Null: what the product says'),
  leadTimeMs: leadTimeMs.nullable().describe('Null: what the tender says'),
  conditions,
  endsAt: instant.nullable().describe('At this instant it is over; null: until further notice'),
};
const offerKeys = { seller: key, product: key, tender: key };
export const newOffer = z.strictObject({
  ...offerKeys,
  ...offerFields,
  amountMinMinor: offerFields.amountMinMinor.default(null),
  amountMaxMinor: offerFields.amountMaxMinor.default(null),
  leadTimeMs: offerFields.leadTimeMs.default(null),
  conditions: conditions.default({}),
  endsAt: offerFields.endsAt.default(null),
  validFrom,
});
export const offerChange = z.strictObject({ ...offerFields, validFrom }).partial();

const sellerFields = { nameJa, nameEn, chain: key.nullable() };
export const newSeller = z.strictObject({
  key,
  ...sellerFields,
  chain: sellerFields.chain.default(null),
  validFrom,
});
export const sellerChange = z.strictObject({ ...sellerFields, validFrom }).partial();

const merchantFields = { nameJa, nameEn };
export const newMerchant = z.strictObject({ key, ...merchantFields });
export const merchantChange = z.strictObject(merchantFields).partial();

function unitText() {
  return z.string().refine(isUnit, 'three capitals of ISO 4217, or PTS:<programme> for points');
}

function zoneName() {
  return z.string().refine(isZone, "one of the IANA's time zones, as Asia/Tokyo");
}

export type NewAggregator = z.infer<typeof newAggregator>;
export type AggregatorChange = z.infer<typeof aggregatorChange>;
export type NewChain = z.infer<typeof newChain>;
export type ChainChange = z.infer<typeof chainChange>;
export type NewShop = z.infer<typeof newShop>;
export type ShopChange = z.infer<typeof shopChange>;
export type NewTender = z.infer<typeof newTender>;
export type TenderChange = z.infer<typeof tenderChange>;
export type NewOffer = z.infer<typeof newOffer>;
export type OfferChange = z.infer<typeof offerChange>;
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
