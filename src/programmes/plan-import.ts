import type { Instant } from '../kernel/clock.ts';
import type { Catalogue } from './catalogue.ts';
import { beginOf } from './change-catalogue.ts';
import { judgeOffer, termsOf } from './change-offers.ts';
import type { NewOffer } from './contract.ts';
import { differenceOf, Known, type Form } from './import-forms.ts';
import {
  combinationsOf,
  countOffers,
  FILE_OFFERS_MAX,
  type OffersFile,
} from './import-contract.ts';

/** What is wrong, and with what of the file: `['offers', 12]`. */
export interface ImportProblem {
  readonly path: readonly (string | number)[];
  readonly sentence: string;
}

export type ImportKind = 'aggregator' | 'chain' | 'seller' | 'tender' | 'shop' | 'offer';

/** One thing that the file would make or change. */
export interface ImportDifference {
  readonly kind: ImportKind;
  readonly key: string; // `seller/product/tender` of an offer
  readonly isNew: boolean;
  readonly fields: Readonly<Record<string, { readonly before: unknown; readonly after: unknown }>>;
  readonly validFrom: Instant;
  readonly form: Form; // as the file has it, whole
}

export interface ImportPlan {
  readonly differences: readonly ImportDifference[];
  readonly unchanged: number;
}

/** Whose catalogue a file is brought into, and when: `soon` is when what it says of offers is in force. */
export interface ImportPlace {
  readonly issuerId: number;
  readonly at: Instant;
  readonly soon: Instant;
  readonly makesPast: boolean;
}

/**
 * What a file would do to the catalogue, decided before anything is written. All its problems are found in
 * one go; with one of them the whole file is refused.
 */
export function planImport(
  file: OffersFile,
  catalogue: Catalogue,
  where: ImportPlace,
): { readonly problems: readonly ImportProblem[]; readonly plan: ImportPlan } {
  const planning = new Planning(catalogue, where);
  planning.takeAll('aggregator', 'aggregators', file.aggregators);
  planning.takeAll('chain', 'chains', file.chains);
  planning.takeAll('seller', 'sellers', file.sellers);
  planning.takeAll('tender', 'tenders', file.tenders);
  planning.takeAll('shop', 'shops', file.shops);
  planning.takeOffers(file.offers);
  const { problems, differences, unchanged } = planning;
  return { problems, plan: { differences, unchanged } };
}

type Path = readonly (string | number)[];

class Planning {
  readonly problems: ImportProblem[] = [];
  readonly differences: ImportDifference[] = [];
  unchanged = 0;
  readonly #known: Known;
  readonly #at: Instant;
  readonly #place: ImportPlace;
  readonly #seen = new Map<string, Path>();

  constructor(catalogue: Catalogue, place: ImportPlace) {
    this.#known = new Known(catalogue, place.issuerId, place.at);
    this.#at = place.at;
    this.#place = place;
  }

  takeAll(kind: ImportKind, section: string, things: readonly Form[]): void {
    // Named first, so that two of the same kind may name one another in any order.
    for (const thing of things) this.#known.add(kind, keyOf(kind, thing), thing);
    for (const [place, thing] of things.entries()) this.#take(kind, thing, [section, place]);
  }

  takeOffers(lines: OffersFile['offers']): void {
    const count = countOffers({ offers: lines });
    if (count > FILE_OFFERS_MAX) {
      const sentence = `the offers of this file are ${count} with all combinations; ${FILE_OFFERS_MAX} are the most`;
      this.problems.push({ path: ['offers'], sentence });
      return;
    }
    for (const [place, line] of lines.entries()) {
      for (const offer of combinationsOf(line)) {
        const path: Path = ['offers', place];
        if (this.#judgeOffer(offer, path)) this.#take('offer', offer, path);
      }
    }
  }

  #take(kind: ImportKind, thing: Form, path: Path): void {
    const key = keyOf(kind, thing);
    const name = `${kind} ${key}`;
    if (this.#seen.has(name)) return this.#refuse(path, `${name} stands in this file twice`);
    this.#seen.set(name, path);
    const missing = this.#known.missingOf(kind, thing);
    if (missing !== null) return this.#refuse(path, missing);
    const { validFrom: wanted, ...form } = thing as Form & { readonly validFrom?: Instant };
    const begins = this.#beginOf(kind, key, wanted);
    const before = this.#known.before(kind, key, begins ?? this.#at);
    const fields = differenceOf(before, form);
    if (before !== undefined && Object.keys(fields).length === 0) {
      this.unchanged += 1;
      return;
    }
    if (begins === null) {
      return this.#refuse(path, `${name} begins in the past: leave validFrom out for now`);
    }
    if (before !== undefined && kind === 'tender' && 'kind' in fields) {
      return this.#refuse(path, `${name} keeps its kind: make another tender`);
    }
    const isNew = before === undefined;
    this.differences.push({ kind, key, isNew, fields, validFrom: begins, form });
  }

  /** Null: it is past. A place that opens later is changed from then on where no day is said: a new name opens no shop. */
  #beginOf(kind: ImportKind, key: string, wanted: Instant | undefined): Instant | null {
    if (wanted !== undefined || isJudged(kind)) return beginOf(this.#place, wanted);
    return Math.max(this.#place.at, this.#known.opensAt(kind, key));
  }

  #judgeOffer(wanted: NewOffer, path: Path): boolean {
    const { product, tender } = this.#known.partsOf(wanted);
    if (product === undefined || tender === undefined) return true; // said by what is missing
    const refusal = judgeOffer(
      { ...termsOf(wanted), validFrom: wanted.validFrom ?? this.#at },
      { product, tender },
    );
    if (refusal === null) return true;
    const sentence = `offer ${keyOf('offer', wanted)}: ${refusal.replaceAll('_', ' ')}`;
    this.#refuse(path, sentence);
    return false;
  }

  #refuse(path: Path, sentence: string): void {
    this.problems.push({ path, sentence });
  }
}

/** What a sale is judged by begins behind the commit that brings it; names and places are so at once. */
function isJudged(kind: ImportKind): kind is 'tender' | 'offer' {
  return kind === 'offer' || kind === 'tender';
}

export function keyOf(kind: ImportKind, thing: Form): string {
  const { key, seller, product, tender } = thing as Readonly<Record<string, string>>;
  if (kind === 'offer') return `${seller}/${product}/${tender}`;
  return kind === 'shop' ? `${seller}/${key}` : `${key}`;
}
