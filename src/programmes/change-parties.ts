import { present } from '../kernel/assert.ts';
import type { Result } from '../kernel/result.ts';
import { accepted, refused } from '../kernel/result.ts';
import type { Merchant, Seller } from './catalogue.ts';
import { changeCatalogue, keptAs } from './change-catalogue.ts';
import type { CatalogueDesk, CatalogueRefusal, PartyRefusal } from './change-catalogue.ts';
import {
  insertMerchant,
  insertSeller,
  updateMerchant,
  updateSeller,
} from './change-catalogue.sql.ts';
import { findIssuer } from './change-issuers.ts';
import type { MerchantChange, NewMerchant, NewSeller, SellerChange } from './contract.ts';

export function createSeller(
  desk: CatalogueDesk,
  issuerKey: string,
  wanted: NewSeller,
): Promise<Result<Seller, PartyRefusal>> {
  const named = { act: 'seller.create', subject: `${issuerKey}/${wanted.key}`, wanted };
  return changeCatalogue<Seller, PartyRefusal>(desk, named, async ({ on, catalogue, at, keep }) => {
    const issuer = findIssuer(catalogue, issuerKey);
    if (issuer === undefined) return refused('issuer_not_found');
    const { issuerId } = issuer;
    const chain = wanted.chain === null ? null : catalogue.findChain(issuerId, wanted.chain);
    if (chain === undefined) return refused('chain_not_found');
    const { key, nameJa, nameEn } = wanted;
    if (catalogue.findSeller(issuerId, key) !== undefined) return refused('key_taken');
    const content = { issuerId, key, nameJa, nameEn, chainId: chain?.chainId ?? null };
    const [row] = await insertSeller(on, content);
    const seller = { ...content, ...present(row, 'an inserted row comes back') };
    await keep([keptAs('seller', seller, at)]);
    return accepted(seller);
  });
}

export function changeSeller(
  desk: CatalogueDesk,
  where: { issuer: string; seller: string },
  change: SellerChange,
): Promise<Result<Seller, PartyRefusal>> {
  const subject = `${where.issuer}/${where.seller}`;
  const named = { act: 'seller.change', subject, wanted: change };
  return changeCatalogue<Seller, PartyRefusal>(desk, named, async ({ on, catalogue, at, keep }) => {
    const issuer = findIssuer(catalogue, where.issuer);
    if (issuer === undefined) return refused('issuer_not_found');
    const seller = catalogue.findSeller(issuer.issuerId, where.seller);
    if (seller === undefined) return refused('seller_not_found');
    const { chain: chainKey, ...names } = change;
    const chain = chainKey == null ? null : catalogue.findChain(issuer.issuerId, chainKey);
    if (chain === undefined) return refused('chain_not_found');
    const chainId = chainKey === undefined ? seller.chainId : (chain?.chainId ?? null);
    const changed = { ...seller, ...names, chainId };
    await updateSeller(on, changed);
    await keep([keptAs('seller', changed, at)]);
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
