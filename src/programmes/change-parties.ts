import { present } from '../kernel/assert.ts';
import type { Result } from '../kernel/result.ts';
import { accepted, refused } from '../kernel/result.ts';
import type { Merchant, Seller } from './catalogue.ts';
import { changeCatalogue, keptAs, placeBefore, placedFrom } from './change-catalogue.ts';
import type { CatalogueDesk, CatalogueRefusal, PartyRefusal } from './change-catalogue.ts';
import {
  insertMerchant,
  insertSeller,
  updateMerchant,
  updateSeller,
} from './change-catalogue.sql.ts';
import { findIssuer } from './change-issuers.ts';
import type { MerchantChange, NewMerchant, NewSeller, SellerChange } from './contract.ts';
import { sellerOf } from './sale-content.ts';

export function createSeller(
  desk: CatalogueDesk,
  issuerKey: string,
  wanted: NewSeller,
): Promise<Result<Seller, PartyRefusal>> {
  const named = { act: 'seller.create', subject: `${issuerKey}/${wanted.key}`, wanted };
  return changeCatalogue<Seller, PartyRefusal>(desk, named, async (change) => {
    const { on, catalogue, keep } = change;
    const issuer = findIssuer(catalogue, issuerKey);
    if (issuer === undefined) return refused('issuer_not_found');
    const { issuerId } = issuer;
    const chain = wanted.chain === null ? null : catalogue.findChain(issuerId, wanted.chain);
    if (chain === undefined) return refused('chain_not_found');
    const { key, nameJa, nameEn } = wanted;
    if (catalogue.findSeller(issuerId, key) !== undefined) return refused('key_taken');
    const validFrom = placedFrom(change, wanted.validFrom);
    if (validFrom === null) return refused('valid_from_past');
    const content = { issuerId, key, nameJa, nameEn, chainId: chain?.chainId ?? null };
    const [row] = await insertSeller(on, content);
    const seller = { ...content, ...present(row, 'an inserted row comes back') };
    await keep([keptAs('seller', seller, validFrom)]);
    return accepted(seller);
  });
}

/** From `validFrom` on, now if it is not said; what was scheduled for later falls away. */
export function changeSeller(
  desk: CatalogueDesk,
  where: { issuer: string; seller: string },
  wanted: SellerChange,
): Promise<Result<Seller, PartyRefusal>> {
  const subject = `${where.issuer}/${where.seller}`;
  const named = { act: 'seller.change', subject, wanted };
  return changeCatalogue<Seller, PartyRefusal>(desk, named, async (change) => {
    const { on, catalogue, at, keep } = change;
    const issuer = findIssuer(catalogue, where.issuer);
    if (issuer === undefined) return refused('issuer_not_found');
    const { issuerId } = issuer;
    const thingId = catalogue.findSeller(issuerId, where.seller)?.sellerId;
    if (thingId === undefined) return refused('seller_not_found');
    const { chain: chainKey, validFrom: wantedFrom, ...names } = wanted;
    const chain = chainKey == null ? null : catalogue.findChain(issuerId, chainKey);
    if (chain === undefined) return refused('chain_not_found');
    const kept = await placeBefore(change, { kind: 'seller', thingId }, wantedFrom);
    if (kept === null) return refused('valid_from_past');
    const { validFrom } = kept;
    const before = sellerOf({ thingId, issuerId, ...kept });
    const chainId = chainKey === undefined ? before.chainId : (chain?.chainId ?? null);
    const changed = { ...before, ...names, chainId };
    // The row is what it was made as until then: its revisions say what it is like when (src/programmes/make-catalogue.ts).
    if (validFrom <= at) await updateSeller(on, changed);
    await keep([keptAs('seller', changed, validFrom)]);
    return accepted(changed);
  });
}

export function createMerchant(
  desk: CatalogueDesk,
  issuerKey: string,
  wanted: NewMerchant,
): Promise<Result<Merchant, CatalogueRefusal>> {
  const named = { act: 'merchant.create', subject: `${issuerKey}/${wanted.key}`, wanted };
  return changeCatalogue(desk, named, async ({ on, catalogue }) => {
    const issuer = findIssuer(catalogue, issuerKey);
    if (issuer === undefined) return refused('issuer_not_found');
    const { issuerId } = issuer;
    if (catalogue.findMerchant(issuerId, wanted.key) !== undefined) return refused('key_taken');
    const [row] = await insertMerchant(on, { ...wanted, issuerId });
    return accepted({ ...wanted, issuerId, ...present(row, 'an inserted row comes back') });
  });
}

export function changeMerchant(
  desk: CatalogueDesk,
  where: { issuer: string; merchant: string },
  change: MerchantChange,
): Promise<Result<Merchant, CatalogueRefusal>> {
  const subject = `${where.issuer}/${where.merchant}`;
  const named = { act: 'merchant.change', subject, wanted: change };
  return changeCatalogue(desk, named, async ({ on, catalogue }) => {
    const issuer = findIssuer(catalogue, where.issuer);
    if (issuer === undefined) return refused('issuer_not_found');
    const merchant = catalogue.findMerchant(issuer.issuerId, where.merchant);
    if (merchant === undefined) return refused('merchant_not_found');
    const changed = { ...merchant, ...change };
    await updateMerchant(on, changed);
    return accepted(changed);
  });
}
