/** What the console begins with: GET /overview. Amounts are of one unit each; counts are of what arrived. */
import { z } from 'zod';

const instant = z.iso.datetime({ offset: true });
const count = z.int().nonnegative();

const hour = z.object({
  sold: count, // issues, activations and loads
  soldAmounts: z.array(z.object({ unit: z.string(), amountMinor: z.number() })),
  activated: count,
  redeemed: count,
  redeemedAmounts: z.array(z.object({ unit: z.string(), amountMinor: z.number() })),
  refused: count,
  reversed: count,
});

export const overview = z.object({
  at: instant,
  lastHour: hour,
  hourBefore: hour,
  /** The last hours minute by minute; minutes without anything are left out. */
  minutes: z.array(
    z.object({ at: instant, sold: count, activated: count, redeemed: count, refused: count }),
  ),
  refusals: z.array(
    z.object({
      refusal: z.string(),
      kind: z.string(),
      count,
      productJa: z.string().nullable(),
      productEn: z.string().nullable(),
      sellerJa: z.string().nullable(),
      sellerEn: z.string().nullable(),
    }),
  ),
  engine: z.object({ lanes: count, writers: count, waiting: count }),
  /** Each part of the server, and what is wrong with it; null: nothing. */
  health: z.array(z.object({ part: z.string(), trouble: z.string().nullable() })),
  stopsInForce: count,
  incidentsOpen: count,
});
