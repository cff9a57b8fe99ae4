/** Stops as they are sent to us by machines and at the command line: by the keys of the catalogue. */
import { z } from 'zod';
import { accepted, refused, type Result } from '../kernel/result.ts';
import type { Catalogue } from '../programmes/index.ts';
import { ANNOUNCED_MAX } from './announced.ts';
import type { ScopeRefusal } from './scope.ts';
import type { Scope } from './suspension.ts';
import type { NewSuspension } from './throw-suspension.ts';

const key = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'lower case letters, digits and hyphens, 40 at most');
const instant = z.iso.datetime({ offset: true });
const text = z.string().trim().min(1).max(2_000);

export const scopeByKeys = z
  .strictObject({
    programme: key.optional(),
    product: key.optional(),
    seller: key.optional(),
    chain: key.optional(),
    aggregator: key.optional(),
    tender: key.optional(),
    merchant: key.optional(),
    soldBy: key.optional().meta({ description: 'Seller that sold the card' }),
    operations: z
      .array(z.enum(['sell', 'activate', 'load', 'redeem', 'earn', 'use']))
      .max(6)
      .default([])
      .meta({ description: 'None named: every one' }),
  })
  .meta({
    description: 'What is not named is meant whatever it is; {} is everything of the issuer',
  });

/** A stop. It is never lifted this way: that needs two people of the staff. */
export const suspensionOrder = z
  .strictObject({
    scope: scopeByKeys,
    startsAt: instant
      .nullable()
      .default(null)
      .meta({ description: 'Null: a second after it is written, or when it was announced' }),
    announcedText: z
      .string()
      .trim()
      .min(1)
      .max(ANNOUNCED_MAX)
      .nullable()
      .default(null)
      .meta({
        description: 'When, as it was announced; kept, and read where it can be',
        examples: ['2018年2月7日 午後12時00分'],
      }),
    expectedEnd: instant.nullable().default(null),
    internalReason: text,
    textJa: text,
    textEn: text,
    criteria: z.string().trim().max(2_000).default(''),
  })
  .meta({ id: 'SuspensionOrder' });

export type SuspensionOrder = z.output<typeof suspensionOrder>;

/** The order with ids of the issuer's things; another's are not there. */
export function readOrder(
  catalogue: Catalogue,
  issuerId: number,
  order: SuspensionOrder,
): Result<NewSuspension, ScopeRefusal> {
  const scope = readScope(catalogue, issuerId, order.scope);
  if (!scope.ok) return scope;
  const { startsAt, expectedEnd, ...said } = order;
  const dateOf = (written: string | null) => (written === null ? null : Date.parse(written));
  return accepted({
    ...said,
    scope: scope.value,
    startsAt: dateOf(startsAt),
    expectedEnd: dateOf(expectedEnd),
  });
}

function readScope(
  catalogue: Catalogue,
  issuerId: number,
  keys: SuspensionOrder['scope'],
): Result<Scope, ScopeRefusal> {
  const programme = [...catalogue.programmes.values()].find(
    (each) => each.issuerId === issuerId && each.key === keys.programme,
  );
  const product = found(keys.product, (key) => catalogue.findProduct(issuerId, key));
  const seller = found(keys.seller, (key) => catalogue.findSeller(issuerId, key));
  const soldBy = found(keys.soldBy, (key) => catalogue.findSeller(issuerId, key));
  const chain = found(keys.chain, (key) => catalogue.findChain(issuerId, key));
  const aggregator = found(keys.aggregator, (key) => catalogue.findAggregator(issuerId, key));
  const tender = found(keys.tender, (key) => catalogue.findTender(issuerId, key));
  const merchant = found(keys.merchant, (key) => catalogue.findMerchant(issuerId, key));
  if (keys.programme !== undefined && programme === undefined)
    return refused('programme_not_found');
  if (product === undefined) return refused('product_not_found');
  if (seller === undefined || soldBy === undefined) return refused('seller_not_found');
  if (chain === undefined) return refused('chain_not_found');
  if (aggregator === undefined) return refused('aggregator_not_found');
  if (tender === undefined) return refused('tender_not_found');
  if (merchant === undefined) return refused('merchant_not_found');
  return accepted({
    issuerId,
    programmeId: programme?.programmeId ?? 0,
    productId: product?.productId ?? 0,
    sellerId: seller?.sellerId ?? 0,
    chainId: chain?.chainId ?? 0,
    aggregatorId: aggregator?.aggregatorId ?? 0,
    tenderId: tender?.tenderId ?? 0,
    merchantId: merchant?.merchantId ?? 0,
    soldBySellerId: soldBy?.sellerId ?? 0,
    operations: keys.operations,
  });
}

/** Null: not named. Undefined: named, and not there. */
function found<Thing>(
  key: string | undefined,
  find: (key: string) => Thing | undefined,
): Thing | null | undefined {
  return key === undefined ? null : find(key);
}
