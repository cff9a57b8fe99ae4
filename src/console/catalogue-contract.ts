/** What is sold, where and how, in the console: names for choosing, offers with their state and history. */
import { z } from 'zod';

const instant = z.iso.datetime({ offset: true });
const named = z.object({
  id: z.int(),
  key: z.string(),
  nameJa: z.string(),
  nameEn: z.string(),
});

/** GET /catalogue: everything of the issuer that can be named, small enough to choose from. Offers are not in it. */
export const catalogueNames = z.object({
  programmes: z.array(named.extend({ unit: z.string() })),
  products: z.array(named.extend({ programmeId: z.int(), kind: z.string() })),
  sellers: z.array(named.extend({ chainId: z.int().nullable() })),
  chains: z.array(named.extend({ aggregatorId: z.int().nullable() })),
  aggregators: z.array(named),
  tenders: z.array(named.extend({ kind: z.string(), carrier: z.string().nullable() })),
  merchants: z.array(named),
});

export const offerState = z.enum(['on_sale', 'suspended', 'resumed_with_conditions', 'ended']);

/** GET /offers: newest first, by page. */
export const offersQuery = z.strictObject({
  productId: z.coerce.number().int().optional(),
  sellerId: z.coerce.number().int().optional(),
  tenderId: z.coerce.number().int().optional(),
  state: offerState.optional(),
  page: z.coerce.number().int().min(1).max(10_000).default(1),
});

export const shownOffer = z.object({
  offerId: z.int(),
  seller: named,
  product: named,
  tender: named,
  unit: z.string(),
  amountMinMinor: z.number().nullable(),
  amountMaxMinor: z.number().nullable(),
  leadTimeMs: z.number().nullable(),
  conditions: z.object({
    ownLineOnly: z.boolean().optional(),
    noWifi: z.boolean().optional(),
    devices: z.array(z.string()).optional(),
  }),
  validFrom: instant,
  endsAt: instant.nullable(),
  state: offerState,
  suspensionId: z.int().nullable(), // of the state, where it is not the offer's own
});

export const offerList = z.object({
  total: z.int(),
  pageSize: z.int(),
  offers: z.array(shownOffer),
});

/** GET /offers/:offerId */
export const offerDetail = shownOffer;
