import { present } from '../kernel/assert.ts';
import type { Connection, Queryable } from '../kernel/database/index.ts';
import type { Catalogue, CatalogueOfParties, Product, ProductKind } from './catalogue.ts';
import type { Programme, RedeemsBy } from './catalogue.ts';
import { makeCatalogue, withoutOffers, type CatalogueParts } from './make-catalogue.ts';
import { OfferBook } from './offer-book.ts';
import {
  readIssuers,
  readMerchants,
  readProducts,
  readProgrammes,
  readRevisions,
  readSellers,
  readVersion,
  type ReadProductsRow,
  type ReadRevisionsRow,
} from './read-catalogue.sql.ts';
import { aggregatorOf, chainOf, offerOf, sellerOf, shopOf, tenderOf } from './sale-content.ts';
import { withRevision, type Timelines } from './timeline.ts';

const DAY_MS = 86_400_000;
/** So long what has ended can still be asked for: orders are judged by when they arrived (R24). */
const KEPT_DAYS = 31;

/**
 * One consistent reading: the version is that of everything beside it. Of what is revised (offers above
 * all) only what is younger than `known` is read.
 */
export function loadCatalogue(connection: Connection, known?: Catalogue): Promise<Catalogue> {
  return connection.transaction((on) => readCatalogue(on, known), 'snapshot');
}

/** The same inside a transaction of somebody else. */
export async function readCatalogue(on: Queryable, known?: Catalogue): Promise<Catalogue> {
  const { version, keptFrom } = await versionOf(on);
  if (known?.version === version) return known;
  const [parts, revised] = await Promise.all([
    readParts(on, version),
    readRevised(on, { knownVersion: known?.version ?? 0, version, keptFrom, kinds: REVISED }),
  ]);
  return makeCatalogue({ ...parts, ...withRevisions(known, revised, keptFrom) });
}

/** Inside a transaction that holds the version's row: what a change is judged by. */
export async function readParties(on: Queryable): Promise<CatalogueOfParties> {
  const { version, keptFrom } = await versionOf(on);
  const [parts, revised] = await Promise.all([
    readParts(on, version),
    readRevised(on, { knownVersion: 0, version, keptFrom, kinds: REVISED_PARTIES }),
  ]);
  return withoutOffers({ ...parts, ...withRevisions(undefined, revised, keptFrom) });
}

/** Sellers stand in their rows, too: by these a change finds them, and reads what one of them is like. */
const REVISED_PARTIES = ['aggregator', 'chain', 'tender'];
const REVISED = [...REVISED_PARTIES, 'seller', 'shop', 'offer'];

async function versionOf(on: Queryable): Promise<{ version: number; keptFrom: number }> {
  const [row] = await readVersion(on);
  const { version, movedAt } = present(row, 'the catalogue has one version');
  return { version: Number(version), keptFrom: (movedAt ?? 0) - KEPT_DAYS * DAY_MS };
}

interface WantedRevisions {
  readonly knownVersion: number;
  readonly version: number;
  readonly keptFrom: number;
  readonly kinds: readonly string[];
}

function readRevised(on: Queryable, wanted: WantedRevisions): Promise<ReadRevisionsRow[]> {
  const { knownVersion, version, keptFrom, kinds } = wanted;
  const bounds = { knownVersion: BigInt(knownVersion), version: BigInt(version) };
  return readRevisions(on, { ...bounds, keptFrom, kinds: [...kinds] });
}

async function readParts(on: Queryable, version: number): Promise<Omit<CatalogueParts, 'revised'>> {
  const [issuers, programmes, products, sellers, merchants] = await Promise.all([
    readIssuers(on),
    readProgrammes(on),
    readProducts(on),
    readSellers(on),
    readMerchants(on),
  ]);
  const programmesById = new Map(programmes.map((each) => [each.programmeId, each]));
  return {
    version,
    issuers,
    programmes,
    products: products.map((row) => productOf(row, programmesById)),
    sellers,
    merchants,
  };
}

/** What was known with what was recorded since, in the order in which it was. */
function withRevisions(
  known: Catalogue | undefined,
  rows: readonly ReadRevisionsRow[],
  keptFrom: number,
): Pick<CatalogueParts, 'revised'> {
  const of = (kind: string) => rows.filter((row) => row.kind === kind);
  const before = known?.revised;
  const places = (kind: 'aggregator' | 'chain' | 'seller' | 'shop') =>
    of(kind).map(withoutBeginning);
  const offers = of('offer').map((row) => ({ validFrom: row.validFrom, content: offerOf(row) }));
  return {
    revised: {
      aggregators: withRows(before?.aggregators, places('aggregator'), aggregatorOf, keptFrom),
      chains: withRows(before?.chains, places('chain'), chainOf, keptFrom),
      sellers: withRows(before?.sellers, places('seller'), sellerOf, keptFrom),
      shops: withRows(before?.shops, places('shop'), shopOf, keptFrom),
      tenders: withRows(before?.tenders, of('tender'), tenderOf, keptFrom),
      offers: (before?.offers ?? OfferBook.EMPTY).with(offers, keptFrom),
    },
  };
}

/** A place that was not made for a day to come has been there at every instant that can be asked for. */
function withoutBeginning(row: ReadRevisionsRow): ReadRevisionsRow {
  const wasAlwaysThere = row.isFirstOfPlace && row.validFrom <= row.recordedAt;
  return wasAlwaysThere ? { ...row, validFrom: 0 } : row;
}

function withRows<Thing>(
  known: Timelines<Thing> | undefined,
  rows: readonly ReadRevisionsRow[],
  thingOf: (row: ReadRevisionsRow) => Thing,
  keptFrom: number,
): Timelines<Thing> {
  if (known !== undefined && rows.length === 0) return known;
  const timelines = new Map(known);
  for (const row of rows) {
    const revision = { validFrom: row.validFrom, content: thingOf(row) };
    timelines.set(row.thingId, withRevision(timelines.get(row.thingId) ?? [], revision, keptFrom));
  }
  return timelines;
}

function productOf(row: ReadProductsRow, programmes: ReadonlyMap<number, Programme>): Product {
  const programme = present(programmes.get(row.programmeId), 'a product has a programme');
  return {
    productId: row.productId,
    programmeId: row.programmeId,
    issuerId: programme.issuerId,
    key: row.key,
    kind: row.kind as ProductKind, // product_kind_known
    nameJa: row.nameJa,
    nameEn: row.nameEn,
    unit: programme.unit,
    zone: programme.zone,
    graceDays: programme.graceDays,
    facesMinor: row.facesMinor,
    faceMinMinor: row.faceMinMinor,
    faceMaxMinor: row.faceMaxMinor,
    codeShape: codeShapeOf(row),
    numberShape: numberShapeOf(row),
    validityDays: row.validityDays,
    redeemsBy: row.redeemsBy as RedeemsBy[], // product_redeems_somehow
    isReactivatable: row.isReactivatable,
    isSoldByOfferOnly: row.isSoldByOfferOnly,
    limits: {
      balanceMaxMinor: row.balanceMaxMinor,
      loadMinMinor: row.loadMinMinor,
      loadMaxMinor: row.loadMaxMinor,
      loadDayMaxMinor: row.loadDayMaxMinor,
      loadMonthMaxMinor: row.loadMonthMaxMinor,
      redeemDayMaxMinor: row.redeemDayMaxMinor,
      redeemMonthMaxMinor: row.redeemMonthMaxMinor,
    },
  };
}

function codeShapeOf(row: ReadProductsRow): Product['codeShape'] {
  if (row.codeAlphabet === null) return null;
  return {
    alphabet: row.codeAlphabet,
    length: present(row.codeLength, 'product_code_whole'),
    prefix: present(row.codePrefix, 'product_code_whole'),
    groups: present(row.codeGroups, 'product_code_whole'),
    foldsKana: row.codeFoldsKana,
  };
}

function numberShapeOf(row: ReadProductsRow): Product['numberShape'] {
  if (row.numberPrefix === null) return null;
  return { prefix: row.numberPrefix, digits: present(row.numberDigits, 'product_number_whole') };
}
