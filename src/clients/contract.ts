import { z } from 'zod';
import { SCOPES } from './scopes.ts';

/** What administration sends of clients, over HTTP as JSON and from the command line as options. */
const key = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'lower-case letters, digits and hyphens, 40 at most')
  .describe('What people and machines call it; never changes');
const keyOf = (thing: string) => key.describe(`Key of the ${thing}`);

export const newClient = z.strictObject({
  key,
  name: z.string().trim().min(1).max(100),
  sellerId: keyOf('seller that it sells as').nullable().default(null),
  merchantId: keyOf('merchant that it takes payment as').nullable().default(null),
  funding: z
    .enum(['seller', 'funds'])
    .default('seller')
    .describe("Who pays for what it issues: its seller's receivable, or what it has paid in"),
});

export const newApiKey = z.strictObject({
  scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length),
});

export const newPartner = z.strictObject({
  partnerId: z.string().regex(/^[A-Za-z0-9]{5}$/, 'five letters and digits'),
  clientId: keyOf('client'),
  productId: keyOf('product that CreateGiftCard issues'),
  isSandbox: z.boolean().default(false),
  callsPerSecondMax: z.int().min(1).max(1_000).default(10),
});

/** DE42 has 15 characters, DE41 8; without the padding. */
const terminalText = (lengthMax: number) =>
  z.string().regex(new RegExp(`^[\\x21-\\x7e]([\\x20-\\x7e]{0,${lengthMax - 2}}[\\x21-\\x7e])?$`));
const address = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);

export const newTerminal = z.strictObject({
  clientId: keyOf('client'),
  merchantId: keyOf('merchant that is paid here'),
  sellerId: keyOf('seller that owes for what is activated here'),
  merchantCode: terminalText(15).describe('DE42'),
  terminalCode: terminalText(8).describe('DE41'),
  dialect: z
    .string()
    .regex(/^[a-z0-9-]{1,20}$/)
    .default('iso87'),
  addresses: z
    .array(address)
    .max(50)
    .default([])
    .describe('Where it may call from; none: loopback'),
  certificateFingerprint: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'SHA-256 in hex')
    .nullable()
    .default(null),
  valueMaxMinor: z.int().min(1).max(Number.MAX_SAFE_INTEGER).nullable().default(null),
  missesMax: z.int().min(1).max(100_000).default(100).describe('Unknown cards in an hour'),
});

export const newWebhook = z.strictObject({
  clientId: keyOf('client'),
  url: z.url({ protocol: /^https?$/ }).max(500),
  kinds: z
    .array(z.string().regex(/^[a-z][a-z0-9_.]{0,59}$/))
    .max(50)
    .default([])
    .describe('Kinds of events; none: every kind'),
});

export const activeChange = z.strictObject({ isActive: z.boolean() });

export type NewClient = z.output<typeof newClient>;
export type NewApiKey = z.output<typeof newApiKey>;
export type NewPartner = z.output<typeof newPartner>;
export type NewTerminal = z.output<typeof newTerminal>;
export type NewWebhook = z.output<typeof newWebhook>;
