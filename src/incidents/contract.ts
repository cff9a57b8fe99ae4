import { z } from 'zod';

/** What is sent to make or change one of the issuer's own systems, over HTTP, in the console and by command. */
const key = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'lower-case letters, digits and hyphens, 40 at most');
const name = z.string().trim().min(1).max(100);
const phase = z.enum(['buy', 'activate', 'redeem']);
const fields = {
  nameJa: name.describe('Name in Japanese'),
  nameEn: name.describe('Name in English'),
  products: z.array(key).max(200).describe('Keys of the products that need it; empty: all'),
  phases: z
    .array(phase)
    .min(1)
    .max(3)
    .refine((each) => new Set(each).size === each.length, 'each once')
    .describe('What can fail there'),
  position: z.int().min(0).max(9_999).describe('Its place on the page, the smallest first'),
  isShown: z.boolean().describe('Whether the public sees it'),
};
export const newSystem = z.strictObject({
  key,
  ...fields,
  products: fields.products.default([]),
  position: fields.position.default(0),
  isShown: fields.isShown.default(true),
});
/** Of an aggregator, a chain or a seller: its names, place and whether it is seen; what it serves is the catalogue's. */
export const systemChange = z.strictObject(fields).partial();

export type NewSystemSent = z.output<typeof newSystem>;
export type SystemChangeSent = z.output<typeof systemChange>;
