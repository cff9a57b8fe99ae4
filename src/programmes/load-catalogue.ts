import { present } from '../kernel/assert.ts';
import type { Connection, Queryable } from '../kernel/database/index.ts';
import type {
  Catalogue,
  Issuer,
  Merchant,
  Product,
  ProductKind,
  Programme,
  RedeemsBy,
  Seller,
} from './catalogue.ts';
import {
  readIssuers,
  readMerchants,
  readProducts,
  readProgrammes,
  readSellers,
  readVersion,
  type ReadProductsRow,
} from './read-catalogue.sql.ts';

/** One consistent reading: the version is that of everything beside it. */
export function loadCatalogue(connection: Connection): Promise<Catalogue> {
  return connection.transaction(readCatalogue, 'snapshot');
}

/** The same inside a transaction that holds the version's row, as changes do. */
export async function readCatalogue(on: Queryable): Promise<Catalogue> {
  const [versions, issuers, programmes, products, sellers, merchants] = await Promise.all([
    readVersion(on),
    readIssuers(on),
    readProgrammes(on),
    readProducts(on),
    readSellers(on),
    readMerchants(on),
  ]);
  const programmesById = byId(programmes, (programme) => programme.programmeId);
  return makeCatalogue({
    version: Number(present(versions[0], 'the catalogue has one version').version),
    issuers,
    programmes,
    products: products.map((row) => productOf(row, programmesById)),
    sellers,
    merchants,
  });
}

export interface CatalogueParts {
  readonly version: number;
  readonly issuers: readonly Issuer[];
  readonly programmes: readonly Programme[];
  readonly products: readonly Product[];
  readonly sellers: readonly Seller[];
  readonly merchants: readonly Merchant[];
}

export function makeCatalogue(parts: CatalogueParts): Catalogue {
  const products = byKey(parts.products);
  const sellers = byKey(parts.sellers);
  const merchants = byKey(parts.merchants);
  return {
    version: parts.version,
    issuers: byId(parts.issuers, (issuer) => issuer.issuerId),
    programmes: byId(parts.programmes, (programme) => programme.programmeId),
    products: byId(parts.products, (product) => product.productId),
    sellers: byId(parts.sellers, (seller) => seller.sellerId),
    merchants: byId(parts.merchants, (merchant) => merchant.merchantId),
    findProduct: (issuerId, key) => products.get(`${issuerId}/${key}`),
    findSeller: (issuerId, key) => sellers.get(`${issuerId}/${key}`),
    findMerchant: (issuerId, key) => merchants.get(`${issuerId}/${key}`),
  };
}

function byId<Row>(rows: readonly Row[], idOf: (row: Row) => number): Map<number, Row> {
  return new Map(rows.map((row) => [idOf(row), row]));
}

function byKey<Row extends { issuerId: number; key: string }>(
  rows: readonly Row[],
): Map<string, Row> {
  return new Map(rows.map((row) => [`${row.issuerId}/${row.key}`, row]));
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
