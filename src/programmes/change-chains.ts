import { present } from '../kernel/assert.ts';
import type { Result } from '../kernel/result.ts';
import { accepted, refused } from '../kernel/result.ts';
import { changeCatalogue, keptAs, placeBefore, placedFrom } from './change-catalogue.ts';
import type { CatalogueDesk, PartyRefusal } from './change-catalogue.ts';
import { findIssuer } from './change-issuers.ts';
import { findShop, insertAggregators, insertChains, insertShops } from './change-sale.sql.ts';
import type {
  AggregatorChange,
  ChainChange,
  NewAggregator,
  NewChain,
  NewShop,
  ShopChange,
} from './contract.ts';
import type { Aggregator, Chain, Shop } from './sale.ts';
import { aggregatorOf, chainOf, shopOf } from './sale-content.ts';

export function createAggregator(
  desk: CatalogueDesk,
  issuerKey: string,
  wanted: NewAggregator,
): Promise<Result<Aggregator, PartyRefusal>> {
  const named = { act: 'aggregator.create', subject: `${issuerKey}/${wanted.key}`, wanted };
  return changeCatalogue<Aggregator, PartyRefusal>(desk, named, async (change) => {
    const { on, catalogue, keep } = change;
    const issuer = findIssuer(catalogue, issuerKey);
    if (issuer === undefined) return refused('issuer_not_found');
    const { issuerId } = issuer;
    const { validFrom: wantedFrom, ...content } = wanted;
    if (catalogue.findAggregator(issuerId, wanted.key) !== undefined) return refused('key_taken');
    const validFrom = placedFrom(change, wantedFrom);
    if (validFrom === null) return refused('valid_from_past');
    const [row] = await insertAggregators(on, { issuerId, keys: [wanted.key] });
    const made = { ...content, issuerId, ...present(row, 'an inserted row comes back') };
    await keep([keptAs('aggregator', made, validFrom)]);
    return accepted(made);
  });
}

/** From `validFrom` on, now if it is not said; what was scheduled for later falls away. So it is with all of these. */
export function changeAggregator(
  desk: CatalogueDesk,
  where: { issuer: string; aggregator: string },
  wanted: AggregatorChange,
): Promise<Result<Aggregator, PartyRefusal>> {
  const subject = `${where.issuer}/${where.aggregator}`;
  const named = { act: 'aggregator.change', subject, wanted };
  return changeCatalogue<Aggregator, PartyRefusal>(desk, named, async (change) => {
    const { catalogue, keep } = change;
    const issuer = findIssuer(catalogue, where.issuer);
    if (issuer === undefined) return refused('issuer_not_found');
    const { issuerId } = issuer;
    const thingId = catalogue.findAggregator(issuerId, where.aggregator)?.aggregatorId;
    if (thingId === undefined) return refused('aggregator_not_found');
    const { validFrom: wantedFrom, ...names } = wanted;
    const kept = await placeBefore(change, { kind: 'aggregator', thingId }, wantedFrom);
    if (kept === null) return refused('valid_from_past');
    const changed = { ...aggregatorOf({ thingId, issuerId, ...kept }), ...names };
    await keep([keptAs('aggregator', changed, kept.validFrom)]);
    return accepted(changed);
  });
}

export function createChain(
  desk: CatalogueDesk,
  issuerKey: string,
  wanted: NewChain,
): Promise<Result<Chain, PartyRefusal>> {
  const named = { act: 'chain.create', subject: `${issuerKey}/${wanted.key}`, wanted };
  return changeCatalogue<Chain, PartyRefusal>(desk, named, async (change) => {
    const { on, catalogue, keep } = change;
    const issuer = findIssuer(catalogue, issuerKey);
    if (issuer === undefined) return refused('issuer_not_found');
    const { issuerId } = issuer;
    const { aggregator: aggregatorKey, key, nameJa, nameEn } = wanted;
    const aggregator =
      aggregatorKey === null ? null : catalogue.findAggregator(issuerId, aggregatorKey);
    if (aggregator === undefined) return refused('aggregator_not_found');
    if (catalogue.findChain(issuerId, key) !== undefined) return refused('key_taken');
    const validFrom = placedFrom(change, wanted.validFrom);
    if (validFrom === null) return refused('valid_from_past');
    const [row] = await insertChains(on, { issuerId, keys: [key] });
    const { chainId } = present(row, 'an inserted row comes back');
    const aggregatorId = aggregator?.aggregatorId ?? null;
    const made = { chainId, issuerId, key, nameJa, nameEn, aggregatorId };
    await keep([keptAs('chain', made, validFrom)]);
    return accepted(made);
  });
}

export function changeChain(
  desk: CatalogueDesk,
  where: { issuer: string; chain: string },
  wanted: ChainChange,
): Promise<Result<Chain, PartyRefusal>> {
  const named = { act: 'chain.change', subject: `${where.issuer}/${where.chain}`, wanted };
  return changeCatalogue<Chain, PartyRefusal>(desk, named, async (change) => {
    const { catalogue, keep } = change;
    const issuer = findIssuer(catalogue, where.issuer);
    if (issuer === undefined) return refused('issuer_not_found');
    const { issuerId } = issuer;
    const thingId = catalogue.findChain(issuerId, where.chain)?.chainId;
    if (thingId === undefined) return refused('chain_not_found');
    const { aggregator: key, validFrom: wantedFrom, ...names } = wanted;
    const aggregator = key == null ? null : catalogue.findAggregator(issuerId, key);
    if (aggregator === undefined) return refused('aggregator_not_found');
    const kept = await placeBefore(change, { kind: 'chain', thingId }, wantedFrom);
    if (kept === null) return refused('valid_from_past');
    const before = chainOf({ thingId, issuerId, ...kept });
    const aggregatorId =
      key === undefined ? before.aggregatorId : (aggregator?.aggregatorId ?? null);
    const changed = { ...before, ...names, aggregatorId };
    await keep([keptAs('chain', changed, kept.validFrom)]);
    return accepted(changed);
  });
}

export function createShop(
  desk: CatalogueDesk,
  issuerKey: string,
  wanted: NewShop,
): Promise<Result<Shop, PartyRefusal>> {
  const subject = `${issuerKey}/${wanted.seller}/${wanted.key}`;
  const named = { act: 'shop.create', subject, wanted };
  return changeCatalogue<Shop, PartyRefusal>(desk, named, async (change) => {
    const { on, catalogue, keep } = change;
    const issuer = findIssuer(catalogue, issuerKey);
    if (issuer === undefined) return refused('issuer_not_found');
    const { issuerId } = issuer;
    const seller = catalogue.findSeller(issuerId, wanted.seller);
    if (seller === undefined) return refused('seller_not_found');
    const { sellerId } = seller;
    const { key, nameJa, nameEn } = wanted;
    if ((await findShop(on, { sellerId, key })).length > 0) return refused('key_taken');
    const validFrom = placedFrom(change, wanted.validFrom);
    if (validFrom === null) return refused('valid_from_past');
    const [row] = await insertShops(on, { issuerId, sellerIds: [sellerId], keys: [key] });
    const { shopId } = present(row, 'an inserted row comes back');
    const made = { shopId, issuerId, sellerId, key, nameJa, nameEn };
    await keep([keptAs('shop', made, validFrom)]);
    return accepted(made);
  });
}

export function changeShop(
  desk: CatalogueDesk,
  where: { issuer: string; seller: string; shop: string },
  wanted: ShopChange,
): Promise<Result<Shop, PartyRefusal>> {
  const subject = `${where.issuer}/${where.seller}/${where.shop}`;
  const named = { act: 'shop.change', subject, wanted };
  return changeCatalogue<Shop, PartyRefusal>(desk, named, async (change) => {
    const { on, catalogue, keep } = change;
    const issuer = findIssuer(catalogue, where.issuer);
    if (issuer === undefined) return refused('issuer_not_found');
    const { issuerId } = issuer;
    const seller = catalogue.findSeller(issuerId, where.seller);
    if (seller === undefined) return refused('seller_not_found');
    const [row] = await findShop(on, { sellerId: seller.sellerId, key: where.shop });
    if (row === undefined) return refused('shop_not_found');
    const { shopId: thingId } = row;
    const { validFrom: wantedFrom, ...names } = wanted;
    const kept = await placeBefore(change, { kind: 'shop', thingId }, wantedFrom);
    if (kept === null) return refused('valid_from_past');
    const changed = { ...shopOf({ thingId, issuerId, ...kept }), ...names };
    await keep([keptAs('shop', changed, kept.validFrom)]);
    return accepted(changed);
  });
}
