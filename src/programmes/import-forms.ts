import { isDeepStrictEqual } from 'node:util';
import type { Instant } from '../kernel/clock.ts';
import type { Catalogue, Product } from './catalogue.ts';
import type { ImportKind } from './plan-import.ts';
import { toJson } from './sale-content.ts';
import type { Tender } from './sale.ts';
import { opensAt } from './timeline.ts';

/** A thing as the file has it: by keys, amounts as numbers. */
export type Form = Readonly<Record<string, unknown>>;

/** What names what, per kind: field, and the kind that it names. */
const NAMES: Readonly<Record<ImportKind, Readonly<Record<string, ImportKind | 'product'>>>> = {
  aggregator: {},
  chain: { aggregator: 'aggregator' },
  seller: { chain: 'chain' },
  tender: { chargedThrough: 'tender', spends: 'product' },
  shop: { seller: 'seller' },
  offer: { seller: 'seller', product: 'product', tender: 'tender' },
};

/** The catalogue of one issuer in the file's form, and what the file adds to it. */
export class Known {
  readonly #catalogue: Catalogue;
  readonly #issuerId: number;
  readonly #at: Instant;
  readonly #added = new Map<string, Form>();

  constructor(catalogue: Catalogue, issuerId: number, at: Instant) {
    this.#catalogue = catalogue;
    this.#issuerId = issuerId;
    this.#at = at;
  }

  add(kind: ImportKind, key: string, form: Form): void {
    this.#added.set(`${kind} ${key}`, form);
  }

  /** A sentence about the first thing that is named and is not there. */
  missingOf(kind: ImportKind, form: Form): string | null {
    for (const [field, named] of Object.entries(NAMES[kind])) {
      const key = form[field];
      if (typeof key === 'string' && !this.#has(named, key)) return `there is no ${named} "${key}"`;
    }
    const { chargedThrough: through, key } = form as Readonly<Record<string, string | null>>;
    if (kind !== 'tender' || through == null) return null;
    const root = this.#added.get(`tender ${through}`) ?? this.before('tender', through, this.#at);
    const isRoot = root?.['chargedThrough'] == null && through !== key;
    return isRoot ? null : `tender "${through}" is charged through another itself`;
  }

  /** What an offer is judged by. */
  partsOf(offer: { readonly product: string; readonly tender: string }): {
    readonly product: Product | undefined;
    readonly tender: Pick<Tender, 'limitUnit' | 'canLoadPrepaid'> | undefined;
  } {
    const { tender: key } = offer;
    const added = this.#added.get(`tender ${key}`) as unknown as Tender | undefined;
    return {
      product: this.#catalogue.findProduct(this.#issuerId, offer.product),
      tender: added ?? this.#catalogue.findTender(this.#issuerId, key),
    };
  }

  /** As it is at the instant, in the file's form; undefined: there is none. */
  before(kind: ImportKind, key: string, at: Instant): Form | undefined {
    const issuerId = this.#issuerId;
    const asked = Math.max(at, this.#at);
    const catalogue = this.#catalogue.asAt(asked);
    if (kind === 'aggregator') return formOf(catalogue.findAggregator(issuerId, key));
    if (kind === 'chain') return this.#named(formOf(catalogue.findChain(issuerId, key)));
    if (kind === 'seller') return this.#named(formOf(catalogue.findSeller(issuerId, key)));
    if (kind === 'tender') {
      const tender = catalogue.findTender(issuerId, key);
      return this.#named(formOf(tender && (catalogue.tenderAt(tender.tenderId, asked) ?? tender)));
    }
    const [sellerKey = '', second = '', tenderKey = ''] = key.split('/');
    const seller = catalogue.findSeller(issuerId, sellerKey);
    if (seller === undefined) return undefined;
    if (kind === 'shop') return this.#named(formOf(catalogue.findShop(seller.sellerId, second)));
    const product = catalogue.findProduct(issuerId, second);
    const tender = catalogue.findTender(issuerId, tenderKey);
    if (product === undefined || tender === undefined) return undefined;
    const route = { ...seller, ...product, ...tender };
    const offer = catalogue.offers.at(route, asked) ?? catalogue.offers.lastWritten(route);
    return this.#named(formOf(offer));
  }

  /** From when on a place is there. */
  opensAt(kind: Exclude<ImportKind, 'tender' | 'offer'>, key: string): Instant {
    const catalogue = this.#catalogue;
    const { aggregators, chains, sellers, shops } = catalogue.revised;
    const issuerId = this.#issuerId;
    if (kind === 'aggregator') {
      return opensAt(aggregators.get(catalogue.findAggregator(issuerId, key)?.aggregatorId ?? 0));
    }
    if (kind === 'chain') {
      return opensAt(chains.get(catalogue.findChain(issuerId, key)?.chainId ?? 0));
    }
    const [sellerKey = '', shopKey = ''] = key.split('/');
    const sellerId = catalogue.findSeller(issuerId, sellerKey)?.sellerId ?? 0;
    if (kind === 'seller') return opensAt(sellers.get(sellerId));
    return opensAt(shops.get(catalogue.findShop(sellerId, shopKey)?.shopId ?? 0));
  }

  /** Ids as keys. */
  #named(form: Form | undefined): Form | undefined {
    if (form === undefined) return undefined;
    const named: Record<string, unknown> = { ...form };
    for (const [id, field, things] of this.#idFields()) {
      if (!(id in form)) continue;
      delete named[id];
      named[field] = form[id] === null ? null : things.get(form[id] as number)?.key;
    }
    return named;
  }

  #idFields(): [string, string, ReadonlyMap<number, { readonly key: string }>][] {
    const { aggregators, chains, sellers, products, tenders } = this.#catalogue;
    return [
      ['aggregatorId', 'aggregator', aggregators],
      ['chainId', 'chain', chains],
      ['sellerId', 'seller', sellers],
      ['productId', 'product', products],
      ['tenderId', 'tender', tenders],
      ['chargedThroughTenderId', 'chargedThrough', tenders],
      ['spendsProductId', 'spends', products],
    ];
  }

  #has(kind: ImportKind | 'product', key: string): boolean {
    if (this.#added.has(`${kind} ${key}`)) return true;
    return kind === 'product'
      ? this.#catalogue.findProduct(this.#issuerId, key) !== undefined
      : this.before(kind, key, this.#at) !== undefined;
  }
}

/** Fields that differ. What both leave empty is the same. */
export function differenceOf(before: Form | undefined, after: Form) {
  const changed: Record<string, { before: unknown; after: unknown }> = {};
  for (const field of Object.keys(after)) {
    const [was, will] = [before?.[field] ?? null, after[field] ?? null];
    if (!isDeepStrictEqual(was, will)) changed[field] = { before: was, after: will };
  }
  return changed;
}

function formOf(thing: object | undefined): Form | undefined {
  return thing && toJson(thing);
}
