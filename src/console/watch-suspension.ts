import type { z } from 'zod';
import { isoInstant, type Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { Catalogue } from '../programmes/index.ts';
import {
  buyersOf,
  routesAfter,
  SALE_KINDS,
  salesByHour,
  usesByMerchant,
  type RouteTaken,
  type SaleKind,
  type UseKind,
} from '../sales/index.ts';
import {
  fallsUnder,
  merchantsUnder,
  operationsLeft,
  routesUnder,
  salesUnder,
  saleOn,
  type Scope,
  type Suspension,
  type Switchboard,
} from '../suspensions/index.ts';
import { showName, showRoute, unitOf } from './show-suspension.ts';
import type { suspensionDetail, suspensionPreview } from './suspension-contract.ts';

type Preview = z.output<typeof suspensionPreview>;
type Displacement = z.output<typeof suspensionDetail>['displacement'];

const HOUR_MS = 3_600_000;
const PREVIEW_HOURS = 12;
const ROUTES_SHOWN = 50;
/** Who bought so long before a stop is one of its buyers; who buys so long after it has moved. */
const BUYERS_BEFORE_MS = 24 * HOUR_MS;
const MOVED_WITHIN_MS = 12 * HOUR_MS;

export interface Watching {
  readonly on: Queryable;
  readonly catalogue: Catalogue;
  readonly switchboard: Switchboard;
  readonly at: Instant;
}

/** What a stop would do, before anything is done. */
export async function previewStop(
  watching: Watching,
  scope: Scope,
  openOrders: (scope: Scope) => Promise<number>,
): Promise<Preview> {
  const { catalogue, at } = watching;
  const { stopped, open } = routesUnder(watching, scope, at);
  return {
    offers: {
      count: stopped.length,
      first: stopped.slice(0, ROUTES_SHOWN).map((route) => showRoute(catalogue, route)),
    },
    hours: await hoursBefore(watching, scope),
    openOrders: { count: await openOrders(scope) },
    uses: await usesBefore(watching, scope),
    chargedThrough: tendersThrough(catalogue, scope),
    operationsLeft: [...operationsLeft(scope)],
    staysOpen: {
      count: open.length,
      first: open.slice(0, ROUTES_SHOWN).map((route) => showRoute(catalogue, route)),
    },
  };
}

/** The last hours, the one under way last, each with an entry. */
async function hoursBefore(
  { on, catalogue, at }: Watching,
  scope: Scope,
): Promise<Preview['hours']> {
  const route = salesUnder(catalogue, scope);
  const now = at - (at % HOUR_MS);
  const from = now - (PREVIEW_HOURS - 1) * HOUR_MS;
  const kinds = kindsOf(scope);
  const found = await salesByHour(on, {
    ...route,
    from,
    until: now + HOUR_MS,
    kinds,
    merchantIds: scope.merchantId === 0 ? null : [scope.merchantId],
  });
  const byHour = new Map(found.map((hour) => [hour.at, hour]));
  const unit = unitOf(catalogue, route.productIds ?? productsOf(catalogue, scope.issuerId));
  return Array.from({ length: PREVIEW_HOURS }, (_, place) => {
    const hour = byHour.get(from + place * HOUR_MS);
    return {
      at: isoInstant(from + place * HOUR_MS),
      count: Number(hour?.accepted ?? 0n),
      amountMinor: Number(hour?.acceptedMinor ?? 0n),
      unit,
    };
  });
}

/** By the place, which is where a stop of a use is felt. Of cards by who sold them the figures know nothing. */
async function usesBefore({ on, catalogue, at }: Watching, scope: Scope): Promise<Preview['uses']> {
  const kinds = scope.operations.length === 0 ? USE_KINDS : kindsOf(scope).filter(isUse);
  const merchantIds = merchantsUnder(catalogue, scope);
  if (kinds.length === 0 || merchantIds.length === 0 || scope.soldBySellerId !== 0) return null;
  const { issuerId, productIds } = salesUnder(catalogue, scope);
  const until = at - (at % HOUR_MS) + HOUR_MS;
  const from = until - PREVIEW_HOURS * HOUR_MS;
  const places = await usesByMerchant(on, {
    issuerId,
    productIds,
    merchantIds,
    kinds,
    from,
    until,
  });
  const unit = unitOf(catalogue, productIds ?? productsOf(catalogue, issuerId));
  return places.map(({ merchantId, count, amountMinor }) => ({
    merchant: showName(merchantId, catalogue.merchants.get(merchantId)),
    count: Number(count),
    amountMinor: Number(amountMinor),
    unit,
  }));
}

const USE_KINDS: readonly UseKind[] = ['redeem', 'hold', 'move'];

function isUse(kind: SaleKind | UseKind): kind is UseKind {
  return (USE_KINDS as readonly string[]).includes(kind);
}

/** One bill may carry several tenders: a stop of it is none of those that are charged through it. */
function tendersThrough(catalogue: Catalogue, { tenderId }: Scope): Preview['chargedThrough'] {
  if (tenderId === 0) return [];
  return [...catalogue.tenders.values()]
    .filter(({ chargedThroughTenderId }) => chargedThroughTenderId === tenderId)
    .map((tender) => showName(tender.tenderId, tender));
}

function kindsOf({ operations }: Scope): (SaleKind | UseKind)[] {
  if (operations.length === 0) return [...SALE_KINDS];
  const kinds = operations.flatMap((operation) => KINDS_OF[operation]);
  return [...new Set(kinds)];
}

const KINDS_OF: Readonly<Record<Scope['operations'][number], readonly (SaleKind | UseKind)[]>> = {
  sell: SALE_KINDS,
  activate: ['activate'],
  load: ['load'],
  redeem: ['redeem', 'hold'],
  earn: [],
  use: ['redeem', 'hold', 'move'],
};

function productsOf(catalogue: Catalogue, issuerId: number): number[] {
  return [...catalogue.products.values()]
    .filter((product) => product.issuerId === issuerId)
    .map(({ productId }) => productId);
}

/**
 * Who bought on the stopped route on the day before, and by which other routes they have bought within hours
 * of the stop: an attack goes to the next open door.
 */
export async function findDisplacement(
  { on, catalogue, at }: Watching,
  { scope, phases }: Suspension,
): Promise<Displacement> {
  const since = Math.min(...phases.map(({ startsAt }) => startsAt));
  const { issuerId } = scope;
  const until = Math.min(at + 1, since + MOVED_WITHIN_MS);
  const route = salesUnder(catalogue, scope);
  const before = await buyersOf(on, { ...route, from: since - BUYERS_BEFORE_MS, until: since });
  const contracts = before.map(({ contract }) => contract);
  const question = { issuerId, from: since, until };
  const taken = since > at ? [] : await routesAfter(on, { ...question, contracts });
  const others = taken.filter(
    (each) => !fallsUnder(scope, saleOn(catalogue, { ...each, issuerId }, since)),
  );
  return {
    buyers: before.length,
    moved: await countMoved(on, question, { contracts, others }),
    since: isoInstant(since),
    routes: others.map((each) => ({
      product: showName(each.productId, catalogue.products.get(each.productId)),
      seller:
        each.sellerId === 0 ? null : showName(each.sellerId, catalogue.sellers.get(each.sellerId)),
      tender:
        each.tenderId === 0 ? null : showName(each.tenderId, catalogue.tenders.get(each.tenderId)),
      buyers: Number(each.buyers),
      purchases: Number(each.purchases),
      amountMinor: Number(each.amountMinor),
      unit: unitOf(catalogue, [each.productId]),
      firstAt: isoInstant(each.firstAt),
    })),
  };
}

/** Buyers, each once however many routes it took; the routes' own sum counts some twice. */
async function countMoved(
  on: Queryable,
  question: { readonly issuerId: number; readonly from: Instant; readonly until: Instant },
  {
    contracts,
    others,
  }: { readonly contracts: readonly bigint[]; readonly others: readonly RouteTaken[] },
): Promise<number> {
  if (others.length === 0) return 0;
  const anywhere = { productIds: null, sellerIds: null, tenderIds: null };
  const before = new Set(contracts);
  const after = await buyersOf(on, { ...question, ...anywhere });
  const again = after.filter(({ contract }) => before.has(contract)).length;
  return Math.min(again, Number(others.reduce((sum, { buyers }) => sum + buyers, 0n)));
}
