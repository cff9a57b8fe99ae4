import { z } from 'zod';
import { newClient, newTerminal } from '../clients/contract.ts';
import { SCOPES } from '../clients/index.ts';
import { newOperator } from '../operators/contract.ts';
import { newOwner } from '../checks/contract.ts';
import { newDesk, newUsage } from '../questions/contract.ts';
import { newIssuer, newMerchant, newProduct, newProgramme } from '../programmes/contract.ts';

/** Everything that a story stands on before it begins, in the words of administration. */
export const world = z.strictObject({
  issuer: newIssuer,
  programmes: z.array(newProgramme).min(1).max(20),
  products: z.array(newProduct).min(1).max(100),
  merchants: z.array(newMerchant).max(100).default([]),
  /** Chains, tenders, sellers and offers: a file as `kinken import-offers` reads it, beside the scenario. */
  sale: z
    .string()
    .regex(/^[\w.-]{1,100}\.yaml$/, 'the name of a YAML file in the same folder')
    .nullable()
    .default(null),
  /** The seller that is the issuer's own shop: what it offers can be sent as a gift. */
  giftShop: z.string().max(40).nullable().default(null),
  clients: z
    .array(newClient.extend({ scopes: z.array(z.enum(SCOPES)).min(1) }))
    .min(1)
    .max(100),
  terminals: z.array(newTerminal).max(200).default([]),
  stock: z
    .array(
      z.strictObject({
        product: z.string(),
        faceMinor: z.int().positive().nullable().default(null),
        as: z.string().max(40), // numbers are <as>-1, <as>-2 ..., codes <as>-1-code ...
        count: z.int().min(1).max(1_000),
      }),
    )
    .max(50)
    .default([]),
  /** The issuer's own systems, as the public page tells them apart; none: one for all products. */
  systems: z
    .array(
      z.strictObject({
        key: z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/),
        nameJa: z.string().min(1).max(100),
        nameEn: z.string().min(1).max(100),
        products: z.array(z.string()).max(100),
        phases: z.array(z.enum(['buy', 'activate', 'redeem'])).min(1),
      }),
    )
    .max(50)
    .default([]),
  /** What the issuer, and companies that it vouches for, really send by. */
  senders: z.array(newOwner).max(50).default([]),
  desks: z.array(newDesk).max(100).default([]),
  usages: z
    .array(z.strictObject({ product: z.string(), usage: newUsage }))
    .max(100)
    .default([]),
  operators: z
    .array(newOperator.extend({ key: z.string().max(40) }))
    .max(20)
    .default([]),
});

export type World = z.output<typeof world>;
