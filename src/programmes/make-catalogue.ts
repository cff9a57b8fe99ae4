import type { Catalogue, CatalogueOfParties } from './catalogue.ts';
import type { Issuer, Merchant, Product, Programme, Seller } from './catalogue.ts';
import { OfferBook } from './offer-book.ts';
import type { Aggregator, Chain, Shop, Tender } from './sale.ts';
import { contentAt, type Timeline } from './timeline.ts';

export interface CatalogueParts {
  readonly version: number;
  readonly issuers: readonly Issuer[];
  readonly programmes: readonly Programme[];
  readonly products: readonly Product[];
  readonly sellers: readonly Seller[];
  readonly merchants: readonly Merchant[];
  readonly revised?: RevisedParts;
}

/** What has revisions, as far as this process knows them: the next reading goes on from here. */
export interface RevisedParts {
  readonly aggregators: ReadonlyMap<number, Aggregator>;
  readonly chains: ReadonlyMap<number, Chain>;
  readonly shops: ReadonlyMap<number, Shop>;
  readonly tenders: ReadonlyMap<number, Timeline<Tender>>;
  readonly offers: OfferBook;
}

const NOTHING_REVISED: RevisedParts = {
  aggregators: new Map(),
  chains: new Map(),
  shops: new Map(),
  tenders: new Map(),
  offers: OfferBook.EMPTY,
};

export function makeCatalogue(parts: CatalogueParts): Catalogue {
  const { shops, offers } = parts.revised ?? NOTHING_REVISED;
  const shopsByKey = new Map(
    [...shops.values()].map((shop) => [`${shop.sellerId}/${shop.key}`, shop]),
  );
  return {
    ...withoutOffers(parts),
    shops,
    offers,
    findShop: (sellerId, key) => shopsByKey.get(`${sellerId}/${key}`),
    offerAt: (route, at) => offers.at(route, at),
  };
}

export function withoutOffers(parts: CatalogueParts): CatalogueOfParties {
  const revised = parts.revised ?? NOTHING_REVISED;
  const { aggregators, chains } = revised;
  const tenders = lastWritten(revised.tenders);
  const find = {
    product: byKey(parts.products),
    seller: byKey(parts.sellers),
    merchant: byKey(parts.merchants),
    aggregator: byKey(aggregators.values()),
    chain: byKey(chains.values()),
    tender: byKey(tenders.values()),
  };
  return {
    version: parts.version,
    revised,
    issuers: byId(parts.issuers, (issuer) => issuer.issuerId),
    programmes: byId(parts.programmes, (programme) => programme.programmeId),
    products: byId(parts.products, (product) => product.productId),
    sellers: byId(parts.sellers, (seller) => seller.sellerId),
    merchants: byId(parts.merchants, (merchant) => merchant.merchantId),
    aggregators,
    chains,
    tenders,
    findProduct: find.product,
    findSeller: find.seller,
    findMerchant: find.merchant,
    findAggregator: find.aggregator,
    findChain: find.chain,
    findTender: find.tender,
    tenderAt: (tenderId, at) => contentAt(revised.tenders.get(tenderId) ?? [], at),
  };
}

function lastWritten(
  timelines: ReadonlyMap<number, Timeline<Tender>>,
): ReadonlyMap<number, Tender> {
  const newest = [...timelines].flatMap(([tenderId, [revision]]) =>
    revision === undefined ? [] : [[tenderId, revision.content] as const],
  );
  return new Map(newest);
}

function byId<Row>(rows: readonly Row[], idOf: (row: Row) => number): Map<number, Row> {
  return new Map(rows.map((row) => [idOf(row), row]));
}

function byKey<Row extends { issuerId: number; key: string }>(
  rows: Iterable<Row>,
): (issuerId: number, key: string) => Row | undefined {
  const known = new Map(Array.from(rows, (row) => [`${row.issuerId}/${row.key}`, row]));
  return (issuerId, key) => known.get(`${issuerId}/${key}`);
}
