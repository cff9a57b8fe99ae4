import type { Instant } from '../kernel/clock.ts';
import type { Route } from './catalogue.ts';
import type { Offer } from './sale.ts';
import { contentAt, withRevision, type Revision, type Timeline } from './timeline.ts';

type ByTender = ReadonlyMap<number, Timeline<Offer>>;
type ByProduct = ReadonlyMap<number, ByTender>;

/** Offers of one block of ids; with 100,000 of them a change copies one block, not all. */
type Block = readonly (Timeline<Offer> | undefined)[];
const BLOCK = 256;

/**
 * All offers as one immutable value, by route and by id. With a change, what it does not touch is shared
 * with the book before it: batches in flight keep the one that they were judged by.
 */
export class OfferBook {
  static readonly EMPTY = new OfferBook(new Map(), [], 0);
  readonly size: number;
  readonly #sellers: ReadonlyMap<number, ByProduct>;
  readonly #blocks: readonly (Block | undefined)[];

  private constructor(
    sellers: ReadonlyMap<number, ByProduct>,
    blocks: readonly (Block | undefined)[],
    size: number,
  ) {
    this.#sellers = sellers;
    this.#blocks = blocks;
    this.size = size;
  }

  /** As it was in force at the instant, also where it had ended; undefined where there was none yet. */
  at(route: Route, at: Instant): Offer | undefined {
    const timeline = this.#timelineOfRoute(route);
    return timeline && contentAt(timeline, at);
  }

  /** Whether the seller has an offer of the product by any tender, an ended one too. */
  hasOffer(sellerId: number, { productId }: { readonly productId: number }, at: Instant): boolean {
    for (const timeline of this.#sellers.get(sellerId)?.get(productId)?.values() ?? []) {
      if (contentAt(timeline, at) !== undefined) return true;
    }
    return false;
  }

  /** The tender by which the seller offers the product, an ended offer too; null: none, or several. */
  onlyTender(
    sellerId: number,
    { productId }: { readonly productId: number },
    at: Instant,
  ): number | null {
    let only: number | null = null;
    for (const [tenderId, timeline] of this.#sellers.get(sellerId)?.get(productId) ?? []) {
      if (contentAt(timeline, at) === undefined) continue;
      if (only !== null) return null;
      only = tenderId;
    }
    return only;
  }

  /** By the newest word of it, whenever that comes into force. */
  lastWritten(route: Route): Offer | undefined {
    return this.#timelineOfRoute(route)?.[0]?.content;
  }

  byId(offerId: number, at: Instant): Offer | undefined {
    const timeline = this.#timeline(offerId);
    return timeline && contentAt(timeline, at);
  }

  /** Everything that is known of one: what is in force, what is to come, what was. */
  timelineOf(offerId: number): Timeline<Offer> {
    return this.#timeline(offerId) ?? [];
  }

  /** Those in force at the instant, ended ones too, in order of their ids. */
  *inForce(at: Instant): Generator<Offer> {
    for (const block of this.#blocks) {
      for (const timeline of block ?? []) {
        const offer = timeline && contentAt(timeline, at);
        if (offer !== undefined) yield offer;
      }
    }
  }

  /** All, each by its newest word. */
  *lastWrittenAll(): Generator<Offer> {
    for (const block of this.#blocks) {
      for (const timeline of block ?? []) {
        const [newest] = timeline ?? [];
        if (newest !== undefined) yield newest.content;
      }
    }
  }

  *ofSeller(sellerId: number, at: Instant): Generator<Offer> {
    for (const byTender of this.#sellers.get(sellerId)?.values() ?? []) {
      for (const timeline of byTender.values()) {
        const offer = contentAt(timeline, at);
        if (offer !== undefined) yield offer;
      }
    }
  }

  /** The book with these recorded on top, in the order in which they were recorded. */
  with(revisions: readonly Revision<Offer>[], keptFrom: Instant): OfferBook {
    if (revisions.length === 0) return this;
    const sellers = new Map(this.#sellers);
    const blocks = [...this.#blocks];
    const own = new Set<object>(); // what was made here may still be written
    let { size } = this;
    for (const revision of revisions) {
      const { offerId, sellerId, productId, tenderId } = revision.content;
      const place = Math.floor(offerId / BLOCK);
      const block = owned(blocks[place], own, (known) => [...(known ?? [])]);
      blocks[place] = block;
      const before = block[offerId % BLOCK] ?? [];
      if (before.length === 0) size += 1;
      const timeline = withRevision(before, revision, keptFrom);
      block[offerId % BLOCK] = timeline;
      const products = ownedIn(sellers, sellerId, own);
      const tenders = ownedIn(products, productId, own);
      tenders.set(tenderId, timeline);
    }
    return new OfferBook(sellers, blocks, size);
  }

  #timelineOfRoute({ sellerId, productId, tenderId }: Route): Timeline<Offer> | undefined {
    return this.#sellers.get(sellerId)?.get(productId)?.get(tenderId);
  }

  #timeline(offerId: number): Timeline<Offer> | undefined {
    return this.#blocks[Math.floor(offerId / BLOCK)]?.[offerId % BLOCK];
  }
}

function owned<Known extends object, Own extends object>(
  known: Known | undefined,
  own: Set<object>,
  copy: (known: Known | undefined) => Own,
): Own {
  if (known !== undefined && own.has(known)) return known as object as Own;
  const made = copy(known);
  own.add(made);
  return made;
}

/** The map behind a key, copied once before it is written. */
function ownedIn<Value>(
  maps: Map<number, ReadonlyMap<number, Value>>,
  key: number,
  own: Set<object>,
): Map<number, Value> {
  const map = owned(maps.get(key), own, (known) => new Map(known));
  maps.set(key, map);
  return map;
}
