/**
 * What may be sold, where and how: issuers, programmes, products, sellers, merchants. Read as one
 * immutable value with a version (R18); changed only here, each change moving the version in its own
 * transaction.
 *
 * Deliberately absent: deleting. What was sold once has rows that name it, for ten years. A product
 * is taken out of sale by a suspension, not by a change here.
 */
export type {
  Catalogue,
  CodeShape,
  Issuer,
  Merchant,
  NumberShape,
  Product,
  ProductKind,
  ProductLimits,
  Programme,
  RedeemsBy,
  Seller,
} from './catalogue.ts';
export { holdCatalogue, holderOf, type CatalogueHolder } from './catalogue-holder.ts';
export {
  loadCatalogue,
  makeCatalogue,
  readCatalogue,
  type CatalogueParts,
} from './load-catalogue.ts';
export type { CatalogueDesk, CatalogueRefusal, RecordAct } from './change-catalogue.ts';
export {
  changeIssuer,
  changeProgramme,
  createIssuer,
  createProgramme,
  findIssuer,
  findProgramme,
} from './change-issuers.ts';
export { changeMerchant, changeSeller, createMerchant, createSeller } from './change-parties.ts';
export { changeProduct, createProduct } from './change-products.ts';
export {
  CODE_MAX,
  ENTROPY_MIN_BITS,
  entropyBits,
  foldKana,
  judgeCodeShape,
  judgeNumberShape,
  type CodeShapeRefusal,
  type NumberShapeRefusal,
} from './shapes.ts';
