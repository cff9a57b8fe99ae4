import { present } from '../kernel/assert.ts';
import type { Result } from '../kernel/result.ts';
import { accepted, refused } from '../kernel/result.ts';
import { changeCatalogue, keptAs } from './change-catalogue.ts';
import type { CatalogueDesk, PartyRefusal } from './change-catalogue.ts';
import { findIssuer } from './change-issuers.ts';
import { findShops, insertAggregators, insertChains, insertShops } from './change-sale.sql.ts';
import type {
  AggregatorChange,
  ChainChange,
  NewAggregator,
  NewChain,
  NewShop,
  ShopChange,
} from './contract.ts';
import type { Aggregator, Chain, Shop } from './sale.ts';
import { shopOf } from './sale-content.ts';

export function createAggregator(
  desk: CatalogueDesk,
  issuerKey: string,
  wanted: NewAggregator,
): Promise<Result<Aggregator, PartyRefusal>> {
  const named = { act: 'aggregator.create', subject: `${issuerKey}/${wanted.key}`, wanted };
  return changeCatalogue<Aggregator, PartyRefusal>(
    desk,
    named,
    async ({ on, catalogue, at, keep }) => {
      const issuer = findIssuer(catalogue, issuerKey);
      if (issuer === undefined) return refused('issuer_not_found');
      const { issuerId } = issuer;
      if (catalogue.findAggregator(issuerId, wanted.key) !== undefined) return refused('key_taken');
      const [row] = await insertAggregators(on, { issuerId, keys: [wanted.key] });
      const made = { ...wanted, issuerId, ...present(row, 'an inserted row comes back') };
      await keep([keptAs('aggregator', made, at)]);
      return accepted(made);
    },
  );
}

export function changeAggregator(
  desk: CatalogueDesk,
  where: { issuer: string; aggregator: string },
  change: AggregatorChange,
): Promise<Result<Aggregator, PartyRefusal>> {
  const subject = `${where.issuer}/${where.aggregator}`;
  const named = { act: 'aggregator.change', subject, wanted: change };
  return changeCatalogue<Aggregator, PartyRefusal>(desk, named, async ({ catalogue, at, keep }) => {
    const issuer = findIssuer(catalogue, where.issuer);
    if (issuer === undefined) return refused('issuer_not_found');
    const aggregator = catalogue.findAggregator(issuer.issuerId, where.aggregator);
    if (aggregator === undefined) return refused('aggregator_not_found');
    const changed = { ...aggregator, ...change };
    await keep([keptAs('aggregator', changed, at)]);
    return accepted(changed);
  });
}

export function createChain(
  desk: CatalogueDesk,
  issuerKey: string,
  wanted: NewChain,
): Promise<Result<Chain, PartyRefusal>> {
  const named = { act: 'chain.create', subject: `${issuerKey}/${wanted.key}`, wanted };
  return changeCatalogue<Chain, PartyRefusal>(desk, named, async ({ on, catalogue, at, keep }) => {
    const issuer = findIssuer(catalogue, issuerKey);
    if (issuer === undefined) return refused('issuer_not_found');
    const { issuerId } = issuer;
    const { aggregator: aggregatorKey, key, nameJa, nameEn } = wanted;
    const aggregator =
      aggregatorKey === null ? null : catalogue.findAggregator(issuerId, aggregatorKey);
    if (aggregator === undefined) return refused('aggregator_not_found');
    if (catalogue.findChain(issuerId, key) !== undefined) return refused('key_taken');
    const [row] = await insertChains(on, { issuerId, keys: [key] });
    const { chainId } = present(row, 'an inserted row comes back');
    const aggregatorId = aggregator?.aggregatorId ?? null;
    const made = { chainId, issuerId, key, nameJa, nameEn, aggregatorId };
    await keep([keptAs('chain', made, at)]);
    return accepted(made);
  });
}

export function changeChain(
  desk: CatalogueDesk,
  where: { issuer: string; chain: string },
  change: ChainChange,
): Promise<Result<Chain, PartyRefusal>> {
  const named = { act: 'chain.change', subject: `${where.issuer}/${where.chain}`, wanted: change };
  return changeCatalogue<Chain, PartyRefusal>(desk, named, async ({ catalogue, at, keep }) => {
    const issuer = findIssuer(catalogue, where.issuer);
    if (issuer === undefined) return refused('issuer_not_found');
    const chain = catalogue.findChain(issuer.issuerId, where.chain);
    if (chain === undefined) return refused('chain_not_found');
    const { aggregator: key, ...names } = change;
    const aggregator = key == null ? null : catalogue.findAggregator(issuer.issuerId, key);
    if (aggregator === undefined) return refused('aggregator_not_found');
    const aggregatorId =
      key === undefined ? chain.aggregatorId : (aggregator?.aggregatorId ?? null);
    const changed = { ...chain, ...names, aggregatorId };
    await keep([keptAs('chain', changed, at)]);
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
  return changeCatalogue<Shop, PartyRefusal>(desk, named, async ({ on, catalogue, at, keep }) => {
    const issuer = findIssuer(catalogue, issuerKey);
    if (issuer === undefined) return refused('issuer_not_found');
    const { issuerId } = issuer;
    const seller = catalogue.findSeller(issuerId, wanted.seller);
    if (seller === undefined) return refused('seller_not_found');
    const { sellerId } = seller;
    const { key, nameJa, nameEn } = wanted;
    const named = { sellerIds: [sellerId], keys: [key] };
    if ((await findShops(on, named)).length > 0) return refused('key_taken');
    const [row] = await insertShops(on, { issuerId, ...named });
    const { shopId } = present(row, 'an inserted row comes back');
    const made = { shopId, issuerId, sellerId, key, nameJa, nameEn };
    await keep([keptAs('shop', made, at)]);
    return accepted(made);
  });
}

export function changeShop(
  desk: CatalogueDesk,
  where: { issuer: string; seller: string; shop: string },
  change: ShopChange,
): Promise<Result<Shop, PartyRefusal>> {
  const subject = `${where.issuer}/${where.seller}/${where.shop}`;
  const named = { act: 'shop.change', subject, wanted: change };
  return changeCatalogue<Shop, PartyRefusal>(desk, named, async ({ on, catalogue, at, keep }) => {
    const issuer = findIssuer(catalogue, where.issuer);
    if (issuer === undefined) return refused('issuer_not_found');
    const { issuerId } = issuer;
    const seller = catalogue.findSeller(issuerId, where.seller);
    if (seller === undefined) return refused('seller_not_found');
    const [row] = await findShops(on, { sellerIds: [seller.sellerId], keys: [where.shop] });
    if (row === undefined) return refused('shop_not_found');
    const { shopId: thingId, content } = row;
    const changed = { ...shopOf({ thingId, issuerId, validFrom: at, content }), ...change };
    await keep([keptAs('shop', changed, at)]);
    return accepted(changed);
  });
}
