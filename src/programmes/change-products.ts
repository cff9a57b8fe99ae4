import { present } from '../kernel/assert.ts';
import type { Result } from '../kernel/result.ts';
import { accepted, refused } from '../kernel/result.ts';
import type { Product, ProductLimits, Programme } from './catalogue.ts';
import { changeCatalogue, keptAs } from './change-catalogue.ts';
import type { CatalogueDesk, CatalogueRefusal } from './change-catalogue.ts';
import { insertProduct, updateProduct } from './change-catalogue.sql.ts';
import { findIssuer, findProgramme } from './change-issuers.ts';
import type { NewProduct, ProductChange } from './contract.ts';
import { judgeProduct } from './judge-product.ts';

export function createProduct(
  desk: CatalogueDesk,
  issuerKey: string,
  wanted: NewProduct,
): Promise<Result<Product, CatalogueRefusal>> {
  const named = { act: 'product.create', subject: `${issuerKey}/${wanted.key}`, wanted };
  return changeCatalogue(desk, named, async ({ on, catalogue, at, keep }) => {
    const issuer = findIssuer(catalogue, issuerKey);
    if (issuer === undefined) return refused('issuer_not_found');
    const programme = findProgramme(catalogue, issuer.issuerId, wanted.programme);
    if (programme === undefined) return refused('programme_not_found');
    const isTaken = catalogue.findProduct(issuer.issuerId, wanted.key) !== undefined;
    if (isTaken) return refused('key_taken');
    const product = newProductOf(programme, wanted);
    const refusal = judgeProduct(product, wanted);
    if (refusal !== null) return refused(refusal);
    const [row] = await insertProduct(on, columnsOf(product));
    const made = { ...product, ...present(row, 'an inserted row comes back') };
    await keep([keptAs('product', made, at)]);
    return accepted(made);
  });
}

/** Cards that are sold keep what they have: a change is for what comes after it. */
export function changeProduct(
  desk: CatalogueDesk,
  where: { issuer: string; product: string },
  change: ProductChange,
): Promise<Result<Product, CatalogueRefusal>> {
  const subject = `${where.issuer}/${where.product}`;
  const named = { act: 'product.change', subject, wanted: change };
  return changeCatalogue(desk, named, async ({ on, catalogue, at, keep }) => {
    const issuer = findIssuer(catalogue, where.issuer);
    if (issuer === undefined) return refused('issuer_not_found');
    const product = catalogue.findProduct(issuer.issuerId, where.product);
    if (product === undefined) return refused('product_not_found');
    const changed = changedProductOf(product, change);
    const refusal = judgeProduct(changed, {
      isWeakCodeAccepted: change.isWeakCodeAccepted ?? false,
    });
    if (refusal !== null) return refused(refusal);
    await updateProduct(on, columnsOf(changed));
    await keep([keptAs('product', changed, at)]);
    return accepted(changed);
  });
}

const UNBOUNDED: ProductLimits = {
  balanceMaxMinor: null,
  loadMinMinor: null,
  loadMaxMinor: null,
  loadDayMaxMinor: null,
  loadMonthMaxMinor: null,
  redeemDayMaxMinor: null,
  redeemMonthMaxMinor: null,
};

function newProductOf(programme: Programme, wanted: NewProduct): Product {
  return {
    productId: 0, // the database gives it
    programmeId: programme.programmeId,
    issuerId: programme.issuerId,
    key: wanted.key,
    kind: wanted.kind,
    nameJa: wanted.nameJa,
    nameEn: wanted.nameEn,
    unit: programme.unit,
    zone: programme.zone,
    graceDays: programme.graceDays,
    facesMinor: wanted.facesMinor.map(BigInt),
    faceMinMinor: BigInt(wanted.faceMinMinor),
    faceMaxMinor: BigInt(wanted.faceMaxMinor),
    codeShape: wanted.codeShape,
    numberShape: wanted.numberShape,
    validityDays: wanted.validityDays,
    redeemsBy: wanted.redeemsBy,
    isReactivatable: wanted.isReactivatable,
    isSoldByOfferOnly: wanted.isSoldByOfferOnly,
    limits: limitsWith(UNBOUNDED, wanted.limits),
  };
}

function changedProductOf(product: Product, change: ProductChange): Product {
  const { facesMinor, faceMinMinor, faceMaxMinor, limits, ...rest } = change;
  delete rest.isWeakCodeAccepted; // said of this change, not of the product
  return {
    ...product,
    ...rest,
    facesMinor: facesMinor === undefined ? product.facesMinor : facesMinor.map(BigInt),
    faceMinMinor: faceMinMinor === undefined ? product.faceMinMinor : BigInt(faceMinMinor),
    faceMaxMinor: faceMaxMinor === undefined ? product.faceMaxMinor : BigInt(faceMaxMinor),
    limits: limitsWith(product.limits, limits ?? {}),
  };
}

/** A bound that is not named stays; null takes it away. */
function limitsWith(before: ProductLimits, wanted: NewProduct['limits']): ProductLimits {
  const named = Object.entries(wanted).filter(([, minor]) => minor !== undefined);
  return {
    ...before,
    ...Object.fromEntries(
      named.map(([bound, minor]) => [bound, minor === null ? null : BigInt(minor)]),
    ),
  };
}

function columnsOf(product: Product) {
  const { codeShape, numberShape, limits, facesMinor, redeemsBy, ...rest } = product;
  return {
    ...rest,
    ...limits,
    facesMinor: [...facesMinor],
    redeemsBy: [...redeemsBy],
    codeAlphabet: codeShape?.alphabet ?? null,
    codeLength: codeShape?.length ?? null,
    codePrefix: codeShape?.prefix ?? null,
    codeGroups: codeShape?.groups ?? null,
    codeFoldsKana: codeShape?.foldsKana ?? false,
    numberPrefix: numberShape?.prefix ?? null,
    numberDigits: numberShape?.digits ?? null,
  };
}
