import { z } from 'zod';
import { isoInstant } from '../../kernel/clock.ts';
import { accepted, refused, type Result } from '../../kernel/result.ts';
import * as programmes from '../../programmes/index.ts';
import * as sent from '../../programmes/contract.ts';
import type { Catalogue, ImportReport, Offer, OfferKeys } from '../../programmes/index.ts';
import { idOf, type AdminParts, type AdminRefusal, type AdminRoute } from './admin.ts';

type Add = <Body extends z.ZodType>(route: AdminRoute<Body>) => void;

const SCOPE = 'admin:catalogue';
/** Of a file that is brought in: some 15,000 lines, each of which may mean many offers. */
const IMPORT_BYTES_MAX = 2 * 1024 * 1024;
/** Differences that are shown of an import; the count is of all. */
const DIFFERENCES_SHOWN = 1_000;
const HISTORY_SHOWN = 200;

/** What is sold where and how: chains, tenders, offers, their history, and whole files of them. */
export function addSaleRoutes(add: Add, parts: AdminParts): void {
  addChains(add, parts);
  addShops(add, parts);
  addTenders(add, parts);
  addOffers(add, parts);
  addHistory(add, parts);
  addImport(add, parts);
}

function addChains(add: Add, parts: AdminParts): void {
  add({
    method: 'GET',
    url: '/aggregators',
    scope: SCOPE,
    summary: 'Aggregators: lines by which many chains come in',
    act: async ({ clients: { issuerId } }) =>
      accepted({ aggregators: ofIssuer(parts.catalogue().aggregators, issuerId) }),
  });
  add({
    method: 'POST',
    url: '/aggregators',
    scope: SCOPE,
    summary: 'Make an aggregator',
    body: sent.newAggregator,
    act: ({ catalogue, issuerKey }, { body }) =>
      programmes.createAggregator(catalogue, issuerKey, body),
  });
  add({
    method: 'POST',
    url: '/aggregators/:aggregator/change',
    scope: SCOPE,
    summary: 'Change an aggregator',
    body: sent.aggregatorChange,
    act: ({ catalogue, issuerKey: issuer }, { body, params }) => {
      const where = { issuer, aggregator: params['aggregator'] ?? '' };
      return programmes.changeAggregator(catalogue, where, body);
    },
  });
  add({
    method: 'GET',
    url: '/chains',
    scope: SCOPE,
    summary: 'Chains: sellers under one sign',
    act: async ({ clients: { issuerId } }) =>
      accepted({ chains: ofIssuer(parts.catalogue().chains, issuerId) }),
  });
  add({
    method: 'POST',
    url: '/chains',
    scope: SCOPE,
    summary: 'Make a chain',
    body: sent.newChain,
    act: ({ catalogue, issuerKey }, { body }) => programmes.createChain(catalogue, issuerKey, body),
  });
  add({
    method: 'POST',
    url: '/chains/:chain/change',
    scope: SCOPE,
    summary: 'Change a chain',
    body: sent.chainChange,
    act: ({ catalogue, issuerKey: issuer }, { body, params }) =>
      programmes.changeChain(catalogue, { issuer, chain: params['chain'] ?? '' }, body),
  });
}

function addShops(add: Add, parts: AdminParts): void {
  add({
    method: 'POST',
    url: '/sellers/:seller/change',
    scope: SCOPE,
    summary: 'Change a seller',
    body: sent.sellerChange,
    act: ({ catalogue, issuerKey: issuer }, { body, params }) =>
      programmes.changeSeller(catalogue, { issuer, seller: params['seller'] ?? '' }, body),
  });
  add({
    method: 'GET',
    url: '/shops',
    scope: SCOPE,
    summary: 'Shops of sellers, by page: `after` is the last shopId of the page before',
    act: async ({ clients: { issuerId } }, { query }) => {
      const own = ofIssuer(parts.catalogue().shops, issuerId);
      const behind = own.filter(({ shopId }) => shopId > query.after);
      return accepted({ shops: behind.slice(0, query.limit) });
    },
  });
  add({
    method: 'POST',
    url: '/shops',
    scope: SCOPE,
    summary: 'Make a shop of a seller',
    body: sent.newShop,
    act: ({ catalogue, issuerKey }, { body }) => programmes.createShop(catalogue, issuerKey, body),
  });
  add({
    method: 'POST',
    url: '/sellers/:seller/shops/:shop/change',
    scope: SCOPE,
    summary: 'Change a shop',
    body: sent.shopChange,
    act: ({ catalogue, issuerKey: issuer }, { body, params }) => {
      const where = { issuer, seller: params['seller'] ?? '', shop: params['shop'] ?? '' };
      return programmes.changeShop(catalogue, where, body);
    },
  });
}

function addTenders(add: Add, parts: AdminParts): void {
  add({
    method: 'GET',
    url: '/tenders',
    scope: SCOPE,
    summary: 'Tenders: ways of paying, as they are now',
    act: async ({ clients: { issuerId } }) => {
      const catalogue = parts.catalogue();
      const at = parts.clock.now();
      const tenders = ofIssuer(catalogue.tenders, issuerId);
      return accepted({
        tenders: tenders.map((each) => catalogue.tenderAt(each.tenderId, at) ?? each),
      });
    },
  });
  add({
    method: 'POST',
    url: '/tenders',
    scope: SCOPE,
    summary: 'Make a tender',
    body: sent.newTender,
    act: ({ catalogue, issuerKey }, { body }) =>
      programmes.createTender(catalogue, issuerKey, body),
  });
  add({
    method: 'POST',
    url: '/tenders/:tender/change',
    scope: SCOPE,
    summary: 'Change a tender, now or from a day to come',
    body: sent.tenderChange,
    act: ({ catalogue, issuerKey: issuer }, { body, params }) =>
      programmes.changeTender(catalogue, { issuer, tender: params['tender'] ?? '' }, body),
  });
}

function addOffers(add: Add, parts: AdminParts): void {
  add({
    method: 'GET',
    url: '/offers',
    scope: SCOPE,
    summary: 'Offers by page, as they are now: `after` is the last offerId of the page before',
    act: async ({ clients: { issuerId } }, { query }) => {
      const { offers } = parts.catalogue();
      const found: object[] = [];
      for (const offer of offers.lastWrittenAll()) {
        if (offer.issuerId !== issuerId || offer.offerId <= query.after) continue;
        found.push(shownOffer(offers.byId(offer.offerId, parts.clock.now()) ?? offer));
        if (found.length === query.limit) break;
      }
      return accepted({ offers: found });
    },
  });
  add({
    method: 'POST',
    url: '/offers',
    scope: SCOPE,
    summary: 'Offer a product at a seller for a tender, now or from a day to come',
    body: sent.newOffer,
    act: async ({ catalogue, issuerKey }, { body }) =>
      shown(await programmes.createOffer(catalogue, issuerKey, body)),
  });
  add({
    method: 'POST',
    url: '/offers/:offer/change',
    scope: SCOPE,
    summary: 'Change an offer, now or from a day to come; what was scheduled for later falls away',
    body: sent.offerChange,
    act: async ({ catalogue, clients: { issuerId }, issuerKey: issuer }, { body, params }) => {
      const keys = keysOfOffer(parts.catalogue(), issuerId, idOf(params['offer']));
      if (keys === undefined) return refused('offer_not_found');
      return shown(await programmes.changeOffer(catalogue, { issuer, ...keys }, body));
    },
  });
}

function addHistory(add: Add, parts: AdminParts): void {
  add({
    method: 'GET',
    url: '/history/:kind/:id',
    scope: SCOPE,
    summary:
      'What a thing was like from when on, who said so and when: newest first. `after` is the last revisionId',
    act: async ({ clients: { issuerId } }, { params, query }) => {
      const kind = programmes.REVISED_KINDS.find((each) => each === params['kind']);
      if (kind === undefined) return refused('offer_not_found');
      const rows = await programmes.readHistory(parts.connection, {
        issuerId,
        kind,
        thingId: idOf(params['id']),
        size: Math.min(query.limit, HISTORY_SHOWN),
        ...(query.after > 0 && { before: BigInt(query.after) }),
      });
      return accepted({
        revisions: rows.map(({ validFrom, validUntil, recordedAt, ...row }) => ({
          ...row,
          validFrom: isoInstant(validFrom),
          validUntil: validUntil === null ? null : isoInstant(validUntil),
          recordedAt: isoInstant(recordedAt),
        })),
      });
    },
  });
}

const importBody = z.strictObject({
  file: programmes.offersFile,
  isDryRun: z.boolean().describe('True: says what would change, and changes nothing'),
});

function addImport(add: Add, parts: AdminParts): void {
  add({
    method: 'POST',
    url: '/offers-import',
    scope: SCOPE,
    summary: 'Bring in a file of what is sold where: all of it, or nothing',
    body: importBody,
    bodyBytesMax: IMPORT_BYTES_MAX,
    act: async ({ catalogue, clients: { issuerId }, issuerKey }, { body }) => {
      if (!body.isDryRun) {
        const report = await programmes.importOffers(catalogue, issuerKey, body.file);
        return report.ok ? accepted(reportAnswer(report.value)) : report;
      }
      const where = { issuerId, at: parts.clock.now() };
      return accepted(reportAnswer(programmes.previewImport(parts.catalogue(), body.file, where)));
    },
  });
}

function reportAnswer({ isDone, problems, differences, unchanged }: ImportReport): object {
  return {
    isDone,
    problems: problems.slice(0, DIFFERENCES_SHOWN),
    changed: differences.length,
    unchanged,
    differences: differences
      .slice(0, DIFFERENCES_SHOWN)
      .map(({ kind, key, isNew, fields, validFrom }) => ({
        kind,
        key,
        isNew,
        fields,
        validFrom: isoInstant(validFrom),
      })),
  };
}

function shown(result: Result<Offer, AdminRefusal>): Result<object, AdminRefusal> {
  return result.ok ? accepted(shownOffer(result.value)) : result;
}

function shownOffer({ validFrom, endsAt, ...offer }: Offer): object {
  const ends = endsAt === null ? null : isoInstant(endsAt);
  return { ...offer, validFrom: isoInstant(validFrom), endsAt: ends };
}

/** Undefined too for an offer of another issuer. */
function keysOfOffer(
  catalogue: Catalogue,
  issuerId: number,
  offerId: number,
): OfferKeys | undefined {
  const [newest] = catalogue.offers.timelineOf(offerId);
  if (newest === undefined || newest.content.issuerId !== issuerId) return undefined;
  const { sellerId, productId, tenderId } = newest.content;
  const seller = catalogue.sellers.get(sellerId);
  const product = catalogue.products.get(productId);
  const tender = catalogue.tenders.get(tenderId);
  if (seller === undefined || product === undefined || tender === undefined) return undefined;
  return { seller: seller.key, product: product.key, tender: tender.key };
}

function ofIssuer<Thing extends { readonly issuerId: number }>(
  things: ReadonlyMap<number, Thing>,
  issuerId: number,
): readonly Thing[] {
  return [...things.values()].filter((thing) => thing.issuerId === issuerId);
}
