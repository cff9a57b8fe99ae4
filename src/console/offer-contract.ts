/** Offers as the console changes them. Ids are the catalogue's. */
import { z } from 'zod';
import { newOffer, offerChange } from '../programmes/contract.ts';

const instant = z.iso.datetime({ offset: true });
const id = z.int().positive();

/** POST /offers: that a seller sells a product for a tender. */
export const offerWanted = z.strictObject({
  sellerId: id,
  productId: id,
  tenderId: id,
  ...newOffer.omit({ seller: true, product: true, tender: true }).shape,
});

/** PUT /offers/:offerId: what is not named stays. What was scheduled for later falls away. */
export const offerChanged = offerChange;

/** GET /offers/:offerId/history: every revision, the newest first, with who said it and when. */
export const offerHistory = z.object({
  revisions: z.array(
    z.object({
      validFrom: instant,
      validUntil: instant.nullable(), // at or before validFrom: it never came into force
      recordedAt: instant,
      by: z.string(),
      content: z.record(z.string(), z.unknown()),
    }),
  ),
});
