import { present } from '../kernel/assert.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { Result } from '../kernel/result.ts';
import { accepted, refused } from '../kernel/result.ts';
import { changeCatalogue, NOW_IS_IN_MS } from './change-catalogue.ts';
import type { CatalogueDesk, CatalogueRefusal, Change, RevisedKind } from './change-catalogue.ts';
import { insertSellers, updateSeller } from './change-catalogue.sql.ts';
import { findIssuer } from './change-issuers.ts';
import {
  insertAggregators,
  insertChains,
  insertOffers,
  insertShops,
  insertTenders,
} from './change-sale.sql.ts';
import type { Catalogue } from './catalogue.ts';
import { countOffers, type OffersFile } from './import-contract.ts';
import { readCatalogue } from './load-catalogue.ts';
import {
  planImport,
  type ImportDifference,
  type ImportKind,
  type ImportPlan,
  type ImportProblem,
} from './plan-import.ts';

export interface ImportReport extends ImportPlan {
  readonly problems: readonly ImportProblem[]; // with one of them nothing was done
  readonly isDone: boolean;
}

/**
 * Brings in what is sold where: all of the file in one transaction, or nothing of it. What is as the file
 * says already stays untouched, so the same file again changes nothing.
 */
export async function importOffers(
  desk: CatalogueDesk,
  issuerKey: string,
  file: OffersFile,
): Promise<Result<ImportReport, CatalogueRefusal>> {
  let report: ImportReport = { problems: [], differences: [], unchanged: 0, isDone: false };
  const wanted = Object.fromEntries(
    Object.entries(file).map(([section, things]) => [section, things.length]),
  );
  const named = { act: 'offers.import', subject: issuerKey, wanted, leadMs: leadOf(file) };
  const result = await changeCatalogue<ImportReport, 'issuer_not_found' | 'nothing_to_keep'>(
    desk,
    named,
    async (change) => {
      const issuer = findIssuer(change.catalogue, issuerKey);
      if (issuer === undefined) return refused('issuer_not_found');
      const catalogue = await readCatalogue(change.on);
      const { issuerId } = issuer;
      const { problems, plan } = planImport(file, catalogue, { ...change, issuerId });
      report = { problems, ...plan, isDone: problems.length === 0 };
      if (problems.length > 0 || plan.differences.length === 0) return refused('nothing_to_keep');
      await new Keeping(change, catalogue, issuerId).keepAll(plan.differences);
      return accepted(report);
    },
  );
  if (!result.ok && result.refusal === 'issuer_not_found') return refused(result.refusal);
  return accepted(report);
}

/** With all that else happens on a busy machine; what takes longer is done anew, to begin later. */
const OFFER_TAKES_MS = 0.2;

function leadOf(file: OffersFile): number {
  return NOW_IS_IN_MS + Math.ceil(countOffers(file) * OFFER_TAKES_MS);
}

/** What `importOffers` would do, as things are now. Nothing is written. */
export function previewImport(
  catalogue: Catalogue,
  file: OffersFile,
  where: { readonly issuerId: number; readonly at: number },
): ImportReport {
  const place = { ...where, soon: where.at + leadOf(file), makesPast: false };
  const { problems, plan } = planImport(file, catalogue, place);
  return { problems, ...plan, isDone: false };
}

const ORDER: readonly ImportKind[] = ['aggregator', 'chain', 'seller', 'tender', 'shop', 'offer'];
/** Which field names what, and under which name its id is kept. */
const LINKS: Readonly<Record<string, readonly [RevisedKind, string]>> = {
  aggregator: ['aggregator', 'aggregatorId'],
  chain: ['chain', 'chainId'],
  seller: ['seller', 'sellerId'],
  product: ['product', 'productId'],
  tender: ['tender', 'tenderId'],
  chargedThrough: ['tender', 'chargedThroughTenderId'],
  spends: ['product', 'spendsProductId'],
};

/** Writes a plan: each kind behind those that it names, whose ids it then knows. */
class Keeping {
  readonly #change: Change;
  readonly #catalogue: Catalogue;
  readonly #issuerId: number;
  readonly #made = new Map<string, number>();

  constructor(change: Change, catalogue: Catalogue, issuerId: number) {
    this.#change = change;
    this.#catalogue = catalogue;
    this.#issuerId = issuerId;
  }

  async keepAll(differences: readonly ImportDifference[]): Promise<void> {
    for (const { kind, all } of ORDER.flatMap((each) => wavesOf(each, differences))) {
      const fresh = all.filter(({ isNew }) => isNew);
      if (fresh.length > 0) await this.#insert(kind, fresh);
      const revisions = all.map((each) => ({
        kind,
        thingId: this.#idOf(kind, each.key),
        issuerId: this.#issuerId,
        validFrom: each.validFrom,
        content: this.#contentOf(each),
      }));
      if (kind === 'seller') await this.#updateSellers(all);
      for (let from = 0; from < revisions.length; from += ROWS_AT_ONCE) {
        await this.#change.keep(revisions.slice(from, from + ROWS_AT_ONCE));
      }
    }
  }

  async #insert(kind: ImportKind, fresh: readonly ImportDifference[]): Promise<void> {
    const { on } = this.#change;
    for (let from = 0; from < fresh.length; from += ROWS_AT_ONCE) {
      const some = fresh.slice(from, from + ROWS_AT_ONCE);
      const contents = some.map((each) => this.#contentOf(each));
      const ids = await insertNew(on, kind, { issuerId: this.#issuerId, contents });
      const keys = new Map(
        contents.map((content, at) => [identityOf(kind, content), some[at]?.key]),
      );
      for (const [identity, id] of ids) this.#made.set(`${kind} ${keys.get(identity)}`, id);
    }
  }

  async #updateSellers(all: readonly ImportDifference[]): Promise<void> {
    const { at } = this.#change;
    for (const each of all.filter(({ isNew, validFrom }) => !isNew && validFrom <= at)) {
      const { nameJa, nameEn, chainId } = this.#contentOf(each) as unknown as SellerContent;
      const sellerId = this.#idOf('seller', each.key);
      await updateSeller(this.#change.on, { sellerId, nameJa, nameEn, chainId });
    }
  }

  /** As it is kept: ids for keys. */
  #contentOf({ form }: ImportDifference): Content {
    const content: Record<string, unknown> = {};
    for (const [field, value] of Object.entries(form)) {
      const link = LINKS[field];
      if (link === undefined) content[field] = value;
      else content[link[1]] = typeof value === 'string' ? this.#idOf(link[0], value) : null;
    }
    return content;
  }

  #idOf(kind: RevisedKind, key: string): number {
    const id = this.#made.get(`${kind} ${key}`) ?? this.#knownId(kind, key);
    return present(id, `the plan has judged that ${kind} ${key} is there`);
  }

  #knownId(kind: RevisedKind, key: string): number | undefined {
    const { issuerId } = { issuerId: this.#issuerId };
    const catalogue = this.#catalogue;
    if (kind === 'aggregator') return catalogue.findAggregator(issuerId, key)?.aggregatorId;
    if (kind === 'chain') return catalogue.findChain(issuerId, key)?.chainId;
    if (kind === 'seller') return catalogue.findSeller(issuerId, key)?.sellerId;
    if (kind === 'product') return catalogue.findProduct(issuerId, key)?.productId;
    if (kind === 'tender') return catalogue.findTender(issuerId, key)?.tenderId;
    const [sellerKey = '', second = '', tender = ''] = key.split('/');
    const sellerId = catalogue.findSeller(issuerId, sellerKey)?.sellerId ?? 0;
    if (kind === 'shop') return catalogue.findShop(sellerId, second)?.shopId;
    const productId = catalogue.findProduct(issuerId, second)?.productId ?? 0;
    const tenderId = catalogue.findTender(issuerId, tender)?.tenderId ?? 0;
    return catalogue.offers.lastWritten({ sellerId, productId, tenderId })?.offerId;
  }
}

interface Wave {
  readonly kind: ImportKind;
  readonly all: readonly ImportDifference[];
}

/** Tenders that are charged through others come behind these. */
function wavesOf(kind: ImportKind, differences: readonly ImportDifference[]): Wave[] {
  const all = differences.filter((each) => each.kind === kind);
  if (kind !== 'tender') return [{ kind, all }];
  const isRoot = ({ form }: ImportDifference) => form['chargedThrough'] === null;
  return [
    { kind, all: all.filter(isRoot) },
    { kind, all: all.filter((each) => !isRoot(each)) },
  ];
}

/** A statement carries so many rows at most. */
const ROWS_AT_ONCE = 5_000;

type Content = Readonly<Record<string, unknown>>;
interface SellerContent {
  readonly key: string;
  readonly nameJa: string;
  readonly nameEn: string;
  readonly chainId: number | null;
}

/** By what a row that comes back is known again. */
function identityOf(kind: ImportKind, content: Content): string {
  const { key, sellerId, productId, tenderId } = content as Readonly<Record<string, string>>;
  if (kind === 'offer') return `${sellerId}/${productId}/${tenderId}`;
  return kind === 'shop' ? `${sellerId}/${key}` : `${key}`;
}

async function insertNew(
  on: Queryable,
  kind: ImportKind,
  { issuerId, contents }: { readonly issuerId: number; readonly contents: readonly Content[] },
): Promise<[string, number][]> {
  const texts = (field: string) => contents.map((content) => content[field] as string);
  const numbers = (field: string) => contents.map((content) => content[field] as number);
  const back = (rows: readonly object[], idName: string): [string, number][] =>
    rows.map((row) => [identityOf(kind, row as Content), (row as Content)[idName] as number]);
  const keys = texts('key');
  switch (kind) {
    case 'aggregator':
      return back(await insertAggregators(on, { issuerId, keys }), 'aggregatorId');
    case 'chain':
      return back(await insertChains(on, { issuerId, keys }), 'chainId');
    case 'tender':
      return back(await insertTenders(on, { issuerId, keys, kinds: texts('kind') }), 'tenderId');
    case 'seller': {
      const names = { namesJa: texts('nameJa'), namesEn: texts('nameEn') };
      const rows = { issuerId, keys, ...names, chainIds: numbers('chainId') };
      return back(await insertSellers(on, rows), 'sellerId');
    }
    case 'shop':
      return back(
        await insertShops(on, { issuerId, keys, sellerIds: numbers('sellerId') }),
        'shopId',
      );
    case 'offer': {
      const [sellerIds, productIds] = [numbers('sellerId'), numbers('productId')];
      const rows = { issuerId, sellerIds, productIds, tenderIds: numbers('tenderId') };
      return back(await insertOffers(on, rows), 'offerId');
    }
  }
}
