import type { Connection, Queryable } from '../kernel/database/index.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import {
  findIssuer,
  type Catalogue,
  type CatalogueDesk,
  type CatalogueOfParties,
} from '../programmes/index.ts';
import type { NewDesk, NewUsage } from './contract.ts';
import { readDesks, readUsages, saveDesk, saveUsage } from './desks.sql.ts';

/** Whom a customer turns to: for a product, or for what a seller or a chain has sold. */
export interface Desk {
  readonly deskId: number;
  readonly issuerId: number;
  readonly key: string;
  readonly productId: number | null;
  readonly chainId: number | null;
  readonly sellerId: number | null;
  readonly nameJa: string;
  readonly nameEn: string;
  readonly hoursJa: string;
  readonly hoursEn: string;
  readonly phone: string | null;
  readonly mail: string | null;
  readonly url: string | null;
  readonly repliesJa: string | null;
  readonly repliesEn: string | null;
}

/** Where a product can be used, as its holder is told. */
export interface Usage {
  readonly productId: number;
  readonly countries: readonly string[]; // empty: everywhere
  readonly whereJa: string;
  readonly whereEn: string;
}

export interface DeskBook {
  readonly desks: readonly Desk[];
  readonly usages: ReadonlyMap<number, Usage>;
}

export interface DeskHolder {
  current(): DeskBook;
  refresh(on: Queryable): Promise<DeskBook>;
}

const DESKS_MAX = 10_000;

export async function holdDesks(on: Queryable): Promise<DeskHolder> {
  let book = await readBook(on);
  return {
    current: () => book,
    refresh: async (again) => (book = await readBook(again)),
  };
}

async function readBook(on: Queryable): Promise<DeskBook> {
  const [desks, usages] = await Promise.all([readDesks(on, { most: DESKS_MAX }), readUsages(on)]);
  return { desks, usages: new Map(usages.map((usage) => [usage.productId, usage])) };
}

export interface DeskWanted {
  readonly issuerId: number;
  readonly responsible: 'sale' | 'value';
  readonly productId: number | null;
  readonly sellerId: number | null;
}

/**
 * Who answers. For a sale that went wrong: the seller's desk, then its chain's; and where neither has one,
 * whoever owes the value: the product's, then the issuer's. A customer never has to find that out.
 */
export function findDesk(
  { desks }: DeskBook,
  catalogue: Pick<Catalogue, 'sellers'>,
  wanted: DeskWanted,
): Desk | undefined {
  const { issuerId, responsible, productId, sellerId } = wanted;
  const own = desks.filter((desk) => desk.issuerId === issuerId);
  const seller = sellerId === null ? undefined : catalogue.sellers.get(sellerId);
  if (responsible === 'sale' && seller?.issuerId === issuerId) {
    const ofSale =
      own.find((desk) => desk.sellerId === seller.sellerId) ??
      own.find((desk) => desk.chainId !== null && desk.chainId === seller.chainId);
    if (ofSale) return ofSale;
  }
  return (
    own.find((desk) => desk.productId !== null && desk.productId === productId) ??
    own.find(({ productId: ofProduct, chainId, sellerId: ofSeller }) =>
      [ofProduct, chainId, ofSeller].every((one) => one === null),
    )
  );
}

export type DeskRefusal =
  | 'issuer_not_found'
  | 'product_not_found'
  | 'chain_not_found'
  | 'seller_not_found';

/** Writes a desk of an issuer, new or anew, with its audit row. */
export function writeDesk(
  desk: CatalogueDesk,
  catalogue: CatalogueOfParties,
  issuerKey: string,
  wanted: NewDesk,
): Promise<Result<{ readonly key: string }, DeskRefusal>> {
  const issuer = findIssuer(catalogue, issuerKey);
  if (issuer === undefined) return Promise.resolve(refused('issuer_not_found'));
  const { issuerId } = issuer;
  const { product: productKey, chain: chainKey, seller: sellerKey, ...words } = wanted;
  const product = productKey === null ? null : catalogue.findProduct(issuerId, productKey);
  if (product === undefined) return Promise.resolve(refused('product_not_found'));
  const chain = chainKey === null ? null : catalogue.findChain(issuerId, chainKey);
  if (chain === undefined) return Promise.resolve(refused('chain_not_found'));
  const seller = sellerKey === null ? null : catalogue.findSeller(issuerId, sellerKey);
  if (seller === undefined) return Promise.resolve(refused('seller_not_found'));
  return recorded(
    desk,
    { act: 'desk.write', subject: `${issuerKey}/${wanted.key}`, wanted },
    (on) =>
      saveDesk(on, {
        ...words,
        issuerId,
        productId: product?.productId ?? null,
        chainId: chain?.chainId ?? null,
        sellerId: seller?.sellerId ?? null,
      }).then(() => ({ key: wanted.key })),
  );
}

/** Says where a product can be used. */
export function writeUsage(
  desk: CatalogueDesk,
  catalogue: CatalogueOfParties,
  where: { readonly issuer: string; readonly product: string },
  wanted: NewUsage,
): Promise<Result<{ readonly product: string }, DeskRefusal>> {
  const issuer = findIssuer(catalogue, where.issuer);
  if (issuer === undefined) return Promise.resolve(refused('issuer_not_found'));
  const product = catalogue.findProduct(issuer.issuerId, where.product);
  if (product === undefined) return Promise.resolve(refused('product_not_found'));
  const subject = `${where.issuer}/${where.product}`;
  return recorded(desk, { act: 'usage.write', subject, wanted }, (on) =>
    saveUsage(on, { ...wanted, productId: product.productId }).then(() => ({
      product: where.product,
    })),
  );
}

async function recorded<Value>(
  desk: { readonly connection: Connection; readonly record: CatalogueDesk['record'] },
  named: { readonly act: string; readonly subject: string; readonly wanted: object },
  write: (on: Queryable) => Promise<Value>,
): Promise<Result<Value, DeskRefusal>> {
  const { act, subject, wanted } = named;
  const written = await desk.connection.transaction(async (transaction) => {
    const value = await write(transaction);
    await desk.record(transaction, { act, subject, detail: { ...wanted } });
    return value;
  });
  return accepted(written);
}
