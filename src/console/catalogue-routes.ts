import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { isoInstant, type Instant } from '../kernel/clock.ts';
import { accepted, refused } from '../kernel/result.ts';
import type { Catalogue, Offer } from '../programmes/index.ts';
import { stateOfOffer, type Switchboard } from '../suspensions/index.ts';
import {
  offersQuery,
  type catalogueNames,
  type offerDetail,
  type offerList,
  type shownOffer,
} from './catalogue-contract.ts';
import { consoleRoute, type ConsoleParts } from './route.ts';

export interface CatalogueRouteParts {
  readonly switchboard: () => Switchboard;
}

const PAGE = 50;

/** What there is to choose from, and the offers with their state of this moment. */
export function catalogueRoutes({ switchboard }: CatalogueRouteParts) {
  return (scope: FastifyInstance, parts: ConsoleParts): void => {
    consoleRoute(scope, parts, {
      method: 'GET',
      url: '/catalogue',
      permission: 'suspensions:see',
      audit: null,
      act: async (_operator, { issuer }) => accepted(namesOf(parts.catalogue(), issuer.issuerId)),
    });
    consoleRoute(scope, parts, {
      method: 'GET',
      url: '/offers',
      permission: 'offers:see',
      audit: null,
      query: offersQuery,
      act: async (_operator, { issuer, query, arrivedAt }) =>
        accepted(
          listOffers(
            { catalogue: parts.catalogue(), switchboard: switchboard(), at: arrivedAt },
            { ...query, issuerId: issuer.issuerId },
          ),
        ),
    });
    consoleRoute(scope, parts, {
      method: 'GET',
      url: '/offers/:offerId',
      permission: 'offers:see',
      audit: null,
      act: async (_operator, { issuer, params, arrivedAt: at }) => {
        const looking = { catalogue: parts.catalogue(), switchboard: switchboard(), at };
        const found = showDetail(looking, issuer.issuerId, Number(params['offerId']));
        return found === undefined ? refused('not_found') : accepted(found);
      },
    });
  };
}

interface Looking {
  readonly catalogue: Catalogue;
  readonly switchboard: Switchboard;
  readonly at: Instant;
}

type Asked = z.output<typeof offersQuery> & { readonly issuerId: number };

function namesOf(catalogue: Catalogue, issuerId: number): z.output<typeof catalogueNames> {
  const ours = <Thing extends { readonly issuerId: number }>(things: Iterable<Thing>): Thing[] =>
    [...things].filter((thing) => thing.issuerId === issuerId);
  const { programmes, products, sellers, chains, aggregators, tenders, merchants } = catalogue;
  return {
    programmes: ours(programmes.values()).map((each) => ({
      ...named(each.programmeId, each),
      unit: each.unit,
    })),
    products: ours(products.values()).map((each) => ({
      ...named(each.productId, each),
      programmeId: each.programmeId,
      kind: each.kind,
    })),
    sellers: ours(sellers.values()).map((each) => ({
      ...named(each.sellerId, each),
      chainId: each.chainId,
    })),
    chains: ours(chains.values()).map((each) => ({
      ...named(each.chainId, each),
      aggregatorId: each.aggregatorId,
    })),
    aggregators: ours(aggregators.values()).map((each) => named(each.aggregatorId, each)),
    tenders: ours(tenders.values()).map((each) => ({
      ...named(each.tenderId, each),
      kind: each.kind,
      carrier: each.carrier,
    })),
    merchants: ours(merchants.values()).map((each) => named(each.merchantId, each)),
  };
}

/** Everything in force and of the issuer, one page of it shown; the state is asked of those that are needed. */
function listOffers(looking: Looking, asked: Asked): z.output<typeof offerList> {
  const { catalogue, at } = looking;
  const found: Offer[] = [];
  for (const offer of catalogue.offers.inForce(at)) {
    if (offer.issuerId === asked.issuerId && isAskedFor(looking, offer, asked)) found.push(offer);
  }
  const shown = found.slice((asked.page - 1) * PAGE, asked.page * PAGE);
  return {
    total: found.length,
    pageSize: PAGE,
    offers: shown.map((offer) => showOffer(looking, offer)),
  };
}

function isAskedFor(looking: Looking, offer: Offer, asked: Asked): boolean {
  const { productId, sellerId, tenderId, state } = asked;
  if (productId !== undefined && productId !== offer.productId) return false;
  if (sellerId !== undefined && sellerId !== offer.sellerId) return false;
  if (tenderId !== undefined && tenderId !== offer.tenderId) return false;
  if (state === undefined) return true;
  const { catalogue, switchboard, at } = looking;
  return stateOfOffer(switchboard, catalogue, offer, at).state === state;
}

function showOffer(looking: Looking, offer: Offer): z.output<typeof shownOffer> {
  const { catalogue, switchboard, at } = looking;
  const { sellers, products, tenders } = catalogue;
  const { state, suspensionId } = stateOfOffer(switchboard, catalogue, offer, at);
  const { ownLineOnly, noWifi, devices } = offer.conditions;
  return {
    offerId: offer.offerId,
    seller: named(offer.sellerId, sellers.get(offer.sellerId)),
    product: named(offer.productId, products.get(offer.productId)),
    tender: named(offer.tenderId, tenders.get(offer.tenderId)),
    unit: products.get(offer.productId)?.unit ?? '',
    amountMinMinor: minorOrNull(offer.amountMinMinor),
    amountMaxMinor: minorOrNull(offer.amountMaxMinor),
    leadTimeMs: offer.leadTimeMs,
    conditions: {
      ...(ownLineOnly !== undefined && { ownLineOnly }),
      ...(noWifi !== undefined && { noWifi }),
      ...(devices !== undefined && { devices: [...devices] }),
    },
    validFrom: isoInstant(offer.validFrom),
    endsAt: offer.endsAt === null ? null : isoInstant(offer.endsAt),
    state,
    suspensionId,
  };
}

/** What is in force first, or what will be; another issuer's offer does not exist. */
function showDetail(
  looking: Looking,
  issuerId: number,
  offerId: number,
): z.output<typeof offerDetail> | undefined {
  const { offers } = looking.catalogue;
  const isId = Number.isSafeInteger(offerId) && offerId > 0;
  const [newest] = isId ? offers.timelineOf(offerId) : [];
  const offer = newest && (offers.byId(offerId, looking.at) ?? newest.content);
  if (offer === undefined || offer.issuerId !== issuerId) return undefined;
  return showOffer(looking, offer);
}

/** What is gone keeps its id for a name. */
function named(
  id: number,
  thing: { readonly key: string; readonly nameJa: string; readonly nameEn: string } | undefined,
) {
  const { key = String(id), nameJa = `#${id}`, nameEn = `#${id}` } = thing ?? {};
  return { id, key, nameJa, nameEn };
}

function minorOrNull(minor: bigint | null): number | null {
  return minor === null ? null : Number(minor);
}
