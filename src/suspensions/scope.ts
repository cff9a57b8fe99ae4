import { accepted, refused, type Result } from '../kernel/result.ts';
import type { Catalogue, Merchant, Seller } from '../programmes/index.ts';
import { DIMENSIONS, type Dimension, type Scope } from './suspension.ts';

/** Why a scope names nothing; in the order in which they are checked. */
export type ScopeRefusal =
  | 'issuer_not_found'
  | 'programme_not_found'
  | 'product_not_found'
  | 'seller_not_found'
  | 'chain_not_found'
  | 'aggregator_not_found'
  | 'tender_not_found'
  | 'merchant_not_found'
  | 'scope_contradicts_itself'; // a seller that is not of the chain: nothing would ever be stopped

interface Named {
  readonly issuerId: number;
  readonly key: string;
  readonly nameJa: string;
  readonly nameEn: string;
}

/** What each dimension is called, and where its things are. */
const THINGS: Readonly<
  Record<
    Dimension,
    {
      readonly refusal: ScopeRefusal;
      readonly find: (catalogue: Catalogue, id: number) => Named | undefined;
    }
  >
> = {
  programmeId: {
    refusal: 'programme_not_found',
    find: (catalogue, id) => catalogue.programmes.get(id),
  },
  productId: { refusal: 'product_not_found', find: (catalogue, id) => catalogue.products.get(id) },
  sellerId: { refusal: 'seller_not_found', find: (catalogue, id) => catalogue.sellers.get(id) },
  chainId: { refusal: 'chain_not_found', find: (catalogue, id) => catalogue.chains.get(id) },
  aggregatorId: {
    refusal: 'aggregator_not_found',
    find: (catalogue, id) => catalogue.aggregators.get(id),
  },
  tenderId: { refusal: 'tender_not_found', find: (catalogue, id) => catalogue.tenders.get(id) },
  merchantId: {
    refusal: 'merchant_not_found',
    find: (catalogue, id) => catalogue.merchants.get(id),
  },
  soldBySellerId: {
    refusal: 'seller_not_found',
    find: (catalogue, id) => catalogue.sellers.get(id),
  },
};

/** Everything that is named is of the issuer, another's is not there; and it can all be meant at once. */
export function judgeScope(catalogue: Catalogue, scope: Scope): Result<Scope, ScopeRefusal> {
  if (!catalogue.issuers.has(scope.issuerId)) return refused('issuer_not_found');
  for (const dimension of DIMENSIONS) {
    const id = scope[dimension];
    if (id === 0) continue;
    const { find, refusal } = THINGS[dimension];
    if (find(catalogue, id)?.issuerId !== scope.issuerId) return refused(refusal);
  }
  return contradicts(catalogue, scope) ? refused('scope_contradicts_itself') : accepted(scope);
}

function contradicts(catalogue: Catalogue, scope: Scope): boolean {
  const product = catalogue.products.get(scope.productId);
  if (product && scope.programmeId !== 0 && product.programmeId !== scope.programmeId) return true;
  const seller = catalogue.sellers.get(scope.sellerId);
  if (seller && scope.chainId !== 0 && seller.chainId !== scope.chainId) return true;
  const chain = catalogue.chains.get(scope.chainId || (seller?.chainId ?? 0));
  if (scope.aggregatorId === 0 || (seller === undefined && chain === undefined)) return false;
  return chain?.aggregatorId !== scope.aggregatorId;
}

export interface NamedThing {
  readonly dimension: Dimension;
  readonly id: number;
  readonly key: string;
  readonly nameJa: string;
  readonly nameEn: string;
}

/** What a scope names, as people call it; nothing: everything of the issuer. */
export function namesOfScope(catalogue: Catalogue, scope: Scope): readonly NamedThing[] {
  return DIMENSIONS.flatMap((dimension) => {
    const id = scope[dimension];
    const thing = id === 0 ? undefined : THINGS[dimension].find(catalogue, id);
    if (thing === undefined) return [];
    const { key, nameJa, nameEn } = thing;
    return [{ dimension, id, key, nameJa, nameEn }];
  });
}

/** The time in which an announcement about it is meant. */
export function zoneOfScope(catalogue: Catalogue, scope: Scope): string {
  const product = catalogue.products.get(scope.productId);
  const programmes = [...catalogue.programmes.values()];
  const programme =
    catalogue.programmes.get(scope.programmeId) ??
    programmes.find(({ issuerId }) => issuerId === scope.issuerId);
  return product?.zone ?? programme?.zone ?? 'Asia/Tokyo';
}

/** The sellers for whose sales it does something. */
export function sellersUnder(catalogue: Catalogue, scope: Scope): readonly Seller[] {
  return [...catalogue.sellers.values()].filter((seller) =>
    isSellerUnder(catalogue, scope, seller),
  );
}

function isSellerUnder(catalogue: Catalogue, scope: Scope, seller: Seller): boolean {
  if (scope.merchantId !== 0 && scope.sellerId === 0 && scope.chainId === 0) return false;
  if (seller.issuerId !== scope.issuerId) return false;
  if (scope.sellerId !== 0 && seller.sellerId !== scope.sellerId) return false;
  if (scope.chainId !== 0 && seller.chainId !== scope.chainId) return false;
  if (scope.soldBySellerId !== 0 && seller.sellerId !== scope.soldBySellerId) return false;
  if (scope.aggregatorId === 0) return true;
  return catalogue.chains.get(seller.chainId ?? 0)?.aggregatorId === scope.aggregatorId;
}

/** The merchants at which a use can fall under it: none where only selling is stopped. */
export function merchantsUnder(catalogue: Catalogue, scope: Scope): readonly number[] {
  return [...catalogue.merchants.values()]
    .filter((merchant) => isMerchantUnder(scope, merchant))
    .map(({ merchantId }) => merchantId);
}

function isMerchantUnder(scope: Scope, merchant: Merchant): boolean {
  const { operations } = scope;
  const isUse = operations.length === 0 || operations.some((one) => USES.has(one));
  if (!isUse || scope.tenderId !== 0 || merchant.issuerId !== scope.issuerId) return false;
  if (scope.merchantId !== 0) return merchant.merchantId === scope.merchantId;
  // A place that is named is a seller's own till.
  return scope.sellerId === 0 && scope.chainId === 0 && scope.aggregatorId === 0;
}

const USES: ReadonlySet<string> = new Set(['use', 'redeem']);

/** It says nothing of where, by whom or by which tender. */
export function isOfNoPlace(scope: Scope): boolean {
  const { sellerId, chainId, aggregatorId, tenderId, merchantId, soldBySellerId } = scope;
  return [sellerId, chainId, aggregatorId, tenderId, merchantId, soldBySellerId].every(
    (id) => id === 0,
  );
}

/** Whether a company sells or takes payment where the suspension does something. */
export function concerns(
  catalogue: Catalogue,
  scope: Scope,
  company: { readonly sellerId: number | null; readonly merchantId: number | null },
): boolean {
  if (company.sellerId === null && company.merchantId === null) return true;
  const seller = catalogue.sellers.get(company.sellerId ?? 0);
  const merchant = catalogue.merchants.get(company.merchantId ?? 0);
  const isOfSeller = seller !== undefined && isSellerUnder(catalogue, scope, seller);
  return isOfSeller || (merchant !== undefined && isMerchantUnder(scope, merchant));
}
