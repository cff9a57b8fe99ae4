/**
 * What may be sold, where and how: issuers, programmes, products, sellers with their shops, chains and
 * aggregators, tenders, offers, merchants. Read as one immutable value with a version (R18); changed only
 * here, each change moving the version in its own transaction.
 *
 * **Invariant.** What a thing was like at an instant that has passed never changes: a revision comes into
 * force now or later, and nothing is written over. So an order of yesterday is judged as it arrived (R24).
 * **Invariant.** The newest word counts: what was scheduled for later than it falls away.
 *
 * Deliberately absent: deleting. What was sold once has rows that name it, for ten years. A product
 * is taken out of sale by a suspension, or an offer by its end.
 */
export type {
  Catalogue,
  CatalogueOfParties,
  CodeShape,
  Issuer,
  Merchant,
  NumberShape,
  Product,
  ProductKind,
  ProductLimits,
  Programme,
  RedeemsBy,
  Route,
  Seller,
} from './catalogue.ts';
export {
  BUYER_DEVICES,
  BUYER_LINES,
  isEnded,
  meetsConditions,
  type Aggregator,
  type Buyer,
  type BuyerDevice,
  type BuyerLine,
  type Chain,
  type MonthLimit,
  type Offer,
  type OfferConditions,
  type OfferRoute,
  type Shop,
  type Tender,
  type TenderKind,
} from './sale.ts';
export { opensAt } from './timeline.ts';
export { OfferBook } from './offer-book.ts';
export { holdCatalogue, type CatalogueHolder } from './catalogue-holder.ts';
export { loadCatalogue } from './load-catalogue.ts';
export { makeCatalogue, type CatalogueParts } from './make-catalogue.ts';
export type {
  CatalogueDesk,
  CatalogueRefusal,
  OfferRefusal,
  PartyRefusal,
  RecordAct,
} from './change-catalogue.ts';
export {
  changeIssuer,
  changeProgramme,
  createIssuer,
  createProgramme,
  findIssuer,
  findProgramme,
} from './change-issuers.ts';
export { changeMerchant, changeSeller, createMerchant, createSeller } from './change-parties.ts';
export {
  changeAggregator,
  changeChain,
  changeShop,
  createAggregator,
  createChain,
  createShop,
} from './change-chains.ts';
export { changeTender, createTender } from './change-tenders.ts';
export { changeOffer, createOffer, type OfferKeys } from './change-offers.ts';
export { importOffers, previewImport, type ImportReport } from './import-offers.ts';
export type { ImportDifference, ImportProblem } from './plan-import.ts';
export { offersFile, type OffersFile } from './import-contract.ts';
export { REVISED_KINDS, readHistory, type HistoryRow } from './read-history.ts';
export { readImportFile, type FileProblem, type ReadFile } from './read-import-file.ts';
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
