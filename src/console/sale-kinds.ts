import type { z } from 'zod';
import type { Instant } from '../kernel/clock.ts';
import type { Result } from '../kernel/result.ts';
import {
  aggregatorChange,
  chainChange,
  newAggregator,
  newChain,
  newSeller,
  newShop,
  newTender,
  sellerChange,
  shopChange,
  tenderChange,
} from '../programmes/contract.ts';
import {
  changeAggregator,
  changeChain,
  changeSeller,
  changeShop,
  changeTender,
  createAggregator,
  createChain,
  createSeller,
  createShop,
  createTender,
  type Catalogue,
  type CatalogueDesk,
  type PartyRefusal,
  type REVISED_KINDS,
} from '../programmes/index.ts';

/** What every kind of them has. */
export interface Thing {
  readonly issuerId: number;
  readonly key: string;
  readonly nameJa: string;
  readonly nameEn: string;
}

/** One kind of what a sale is made of: how it is found, shown, made and changed. */
export interface SaleKindOf<New extends z.ZodType, Changed extends z.ZodType> {
  readonly url: 'aggregators' | 'chains' | 'sellers' | 'shops' | 'tenders';
  readonly kind: (typeof REVISED_KINDS)[number];
  readonly newBody: New;
  readonly changeBody: Changed;
  all(catalogue: Catalogue): ReadonlyMap<number, Thing>;
  create(
    desk: CatalogueDesk,
    issuer: string,
    body: z.output<New>,
  ): Promise<Result<object, PartyRefusal>>;
  change(
    desk: CatalogueDesk,
    where: { readonly issuer: string; readonly thing: Thing; readonly catalogue: Catalogue },
    body: z.output<Changed>,
  ): Promise<Result<object, PartyRefusal>>;
}

function kindOf<New extends z.ZodType, Changed extends z.ZodType>(
  kind: SaleKindOf<New, Changed>,
): SaleKindOf<z.ZodType, z.ZodType> {
  return kind as unknown as SaleKindOf<z.ZodType, z.ZodType>; // a body is read by the kind's own contract
}

export const SALE_KINDS: readonly SaleKindOf<z.ZodType, z.ZodType>[] = [
  kindOf({
    url: 'aggregators',
    kind: 'aggregator',
    newBody: newAggregator,
    changeBody: aggregatorChange,
    all: ({ aggregators }) => aggregators,
    create: createAggregator,
    change: (desk, { issuer, thing }, body) =>
      changeAggregator(desk, { issuer, aggregator: thing.key }, body),
  }),
  kindOf({
    url: 'chains',
    kind: 'chain',
    newBody: newChain,
    changeBody: chainChange,
    all: ({ chains }) => chains,
    create: createChain,
    change: (desk, { issuer, thing }, body) =>
      changeChain(desk, { issuer, chain: thing.key }, body),
  }),
  kindOf({
    url: 'sellers',
    kind: 'seller',
    newBody: newSeller,
    changeBody: sellerChange,
    all: ({ sellers }) => sellers,
    create: createSeller,
    change: (desk, { issuer, thing }, body) =>
      changeSeller(desk, { issuer, seller: thing.key }, body),
  }),
  kindOf({
    url: 'shops',
    kind: 'shop',
    newBody: newShop,
    changeBody: shopChange,
    all: ({ shops }) => shops,
    create: createShop,
    change: (desk, { issuer, thing, catalogue }, body) => {
      const { sellerId } = thing as Thing & { readonly sellerId: number };
      const seller = catalogue.sellers.get(sellerId)?.key ?? '';
      return changeShop(desk, { issuer, seller, shop: thing.key }, body);
    },
  }),
  kindOf({
    url: 'tenders',
    kind: 'tender',
    newBody: newTender,
    changeBody: tenderChange,
    all: ({ tenders }) => tenders,
    create: createTender,
    change: (desk, { issuer, thing }, body) =>
      changeTender(desk, { issuer, tender: thing.key }, body),
  }),
];

/** Tenders may be scheduled: their map has what was written last, and a form begins with what is. */
export function thingAt(catalogue: Catalogue, kind: string, id: number, at: Instant) {
  return kind === 'tender' ? catalogue.tenderAt(id, at) : undefined;
}

/** Others by their keys, under the names by which a form sends them; the thing's own identities left out. */
export function fieldsOf(
  catalogue: Catalogue,
  content: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const { aggregators, chains, sellers, tenders, products } = catalogue;
  const LINKS: readonly [string, string, ReadonlyMap<number, { readonly key: string }>][] = [
    ['aggregatorId', 'aggregator', aggregators],
    ['chainId', 'chain', chains],
    ['sellerId', 'seller', sellers],
    ['chargedThroughTenderId', 'chargedThrough', tenders],
    ['spendsProductId', 'spends', products],
  ];
  const links = LINKS.flatMap(([from, to, things]) => {
    if (!(from in content)) return [];
    const id = content[from];
    return [[to, id === null ? null : (things.get(Number(id))?.key ?? `#${Number(id)}`)]];
  });
  const ids = new Set(LINKS.map(([from]) => from));
  const rest = Object.entries(content).filter(([name]) => !ids.has(name) && !NOT_SHOWN.has(name));
  return Object.fromEntries([...rest, ...links]) as Record<string, unknown>;
}

const NOT_SHOWN = new Set(['issuerId', 'tenderId', 'shopId']);
