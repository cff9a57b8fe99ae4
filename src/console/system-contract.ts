/** Systems of the status page in the console; what is sent is src/incidents/contract.ts. */
import { z } from 'zod';

const named = z.object({ nameJa: z.string(), nameEn: z.string() });

export const shownSystem = named.extend({
  key: z.string(),
  kind: z.enum(['issuer', 'aggregator', 'chain', 'seller', 'merchant']),
  products: z.array(z.string()), // keys; empty: all
  phases: z.array(z.enum(['buy', 'activate', 'redeem'])),
  position: z.int(),
  isShown: z.boolean(),
  dependsOn: z.array(named), // the nearest first, the issuer's own last
});

/** GET /systems: all of the issuer, as the page has them. */
export const systemList = z.object({ systems: z.array(shownSystem) });
