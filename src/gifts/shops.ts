import { accepted, refused, type Result } from '../kernel/result.ts';
import { findIssuer, type CatalogueDesk, type CatalogueOfParties } from '../programmes/index.ts';
import { keepShop } from './gifts.sql.ts';

/** Says which shop is the issuer's own: what it offers can be sent as a gift. With its audit row. */
export async function setGiftShop(
  desk: CatalogueDesk,
  catalogue: CatalogueOfParties,
  named: { readonly issuer: string; readonly seller: string },
): Promise<Result<{ readonly sellerId: number }, 'issuer_not_found' | 'seller_not_found'>> {
  const issuer = findIssuer(catalogue, named.issuer);
  if (issuer === undefined) return refused('issuer_not_found');
  const { issuerId } = issuer;
  const seller = catalogue.findSeller(issuerId, named.seller);
  if (seller === undefined) return refused('seller_not_found');
  const { sellerId } = seller;
  await desk.connection.transaction(async (on) => {
    await keepShop(on, { issuerId, sellerId });
    await desk.record(on, { act: 'gift_shop.set', subject: named.issuer, detail: { ...named } });
  });
  return accepted({ sellerId });
}
