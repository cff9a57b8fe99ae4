import type { Instant } from '../kernel/clock.ts';
import type { Catalogue, CatalogueOfParties } from './catalogue.ts';
import type { Issuer, Merchant, Product, Programme, Seller } from './catalogue.ts';
import { OfferBook } from './offer-book.ts';
import type { Aggregator, Chain, Shop, Tender } from './sale.ts';
import { contentAt, type Timelines } from './timeline.ts';

export interface CatalogueParts {
  readonly version: number;
  readonly issuers: readonly Issuer[];
  readonly programmes: readonly Programme[];
  readonly products: readonly Product[];
  readonly sellers: readonly Seller[]; // by their rows: one without a revision is like this at every instant
  readonly merchants: readonly Merchant[];
  readonly revised?: RevisedParts;
}

/** What has revisions, as far as this process knows them: the next reading goes on from here. */
export interface RevisedParts {
  readonly aggregators: Timelines<Aggregator>;
  readonly chains: Timelines<Chain>;
  readonly sellers: Timelines<Seller>;
  readonly shops: Timelines<Shop>;
  readonly tenders: Timelines<Tender>;
  readonly offers: OfferBook;
}

const NOTHING_REVISED: RevisedParts = {
  aggregators: new Map(),
  chains: new Map(),
  sellers: new Map(),
  shops: new Map(),
  tenders: new Map(),
  offers: OfferBook.EMPTY,
};

export function makeCatalogue(parts: CatalogueParts): Catalogue {
  const revised = parts.revised ?? NOTHING_REVISED;
  const whole = { ...parts, revised };
  const { offers } = revised;
  const steps = stepsOf(revised);
  const views = new Map<number, Catalogue>();

  /** `step`: how many of the steps have come. */
  function viewAt(step: number): Catalogue {
    const known = views.get(step);
    if (known !== undefined) return known;
    // Behind the last step everything is as it was last written: what had been scheduled behind it has fallen away.
    const places = placesOf(whole, step === steps.length ? null : (steps[step - 1] ?? -Infinity));
    const shopsByKey = new Map(
      [...places.shops.values()].map((shop) => [`${shop.sellerId}/${shop.key}`, shop]),
    );
    const view: Catalogue = {
      ...partiesOf(whole, places),
      shops: places.shops,
      offers,
      findShop: (sellerId, key) => shopsByKey.get(`${sellerId}/${key}`),
      shopAt: (shopId, at) => contentAt(revised.shops.get(shopId) ?? [], at),
      offerAt: (route, at) => offers.at(route, at),
      asAt: (at) => viewAt(countUpTo(steps, at)),
    };
    views.set(step, view);
    return view;
  }

  return viewAt(steps.length);
}

export function withoutOffers(parts: CatalogueParts): CatalogueOfParties {
  const whole = { ...parts, revised: parts.revised ?? NOTHING_REVISED };
  return partiesOf(whole, placesOf(whole, null));
}

type WholeParts = CatalogueParts & { readonly revised: RevisedParts };

interface Places {
  readonly aggregators: ReadonlyMap<number, Aggregator>;
  readonly chains: ReadonlyMap<number, Chain>;
  readonly sellers: ReadonlyMap<number, Seller>;
  readonly shops: ReadonlyMap<number, Shop>;
}

/** As they are at the instant, or as they were last written. */
function placesOf({ sellers, revised }: WholeParts, at: Instant | null): Places {
  const rows = byId(sellers, (seller) => seller.sellerId);
  return {
    aggregators: shownAt(revised.aggregators, at),
    chains: shownAt(revised.chains, at),
    sellers: new Map([...rows, ...shownAt(revised.sellers, at)]),
    shops: shownAt(revised.shops, at),
  };
}

/** What has not begun is shown as it will begin: what comes after it can be prepared. */
function shownAt<Thing>(
  timelines: Timelines<Thing>,
  at: Instant | null,
): ReadonlyMap<number, Thing> {
  const shown = new Map<number, Thing>();
  for (const [id, timeline] of timelines) {
    const revision =
      at === null
        ? timeline[0]
        : (timeline.find((each) => each.validFrom <= at) ?? timeline.at(-1));
    if (revision !== undefined) shown.set(id, revision.content);
  }
  return shown;
}

/** The instants at which a place becomes another than it was, ascending; those of what is the same since it began are none. */
function stepsOf({ aggregators, chains, sellers, shops }: RevisedParts): readonly Instant[] {
  const steps = new Set<Instant>();
  for (const timelines of [aggregators, chains, sellers, shops]) {
    for (const timeline of timelines.values()) {
      for (const { validFrom } of timeline.slice(0, -1)) steps.add(validFrom);
    }
  }
  return [...steps].toSorted((one, other) => one - other);
}

/** How many of them are at or before the instant. */
function countUpTo(ascending: readonly Instant[], at: Instant): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function partiesOf(parts: WholeParts, places: Places): CatalogueOfParties {
  const { revised } = parts;
  const { aggregators, chains, sellers } = places;
  const rows = byId(parts.sellers, (seller) => seller.sellerId);
  const tenders = shownAt(revised.tenders, null);
  const find = {
    product: byKey(parts.products),
    seller: byKey(sellers.values()),
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
    sellers,
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
    chainAt: (chainId, at) => contentAt(revised.chains.get(chainId) ?? [], at),
    sellerAt(sellerId, at) {
      const timeline = revised.sellers.get(sellerId);
      return timeline === undefined ? rows.get(sellerId) : contentAt(timeline, at);
    },
  };
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
