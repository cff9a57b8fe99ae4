import { phaseInForce, type Phase as StopPhase, type Suspension } from '../suspensions/index.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Product } from '../programmes/index.ts';
import { leastOf, type PhasesWork, type Works } from './advice.ts';
import type { SalePlaces } from './sale-places.ts';
import type { Phase, Places, System } from './system.ts';

/** A suspension in force, and what it does now. */
export interface Stop {
  readonly suspension: Suspension;
  readonly phase: StopPhase;
}

/** What suspensions leave of each product at each place of purchase, and of its use anywhere. */
export interface SaleGrid {
  /** Sale there is over for good: no trouble, it is just not sold there any more. */
  isEnded(productId: number, systemId: number): boolean;
  at(productId: number, systemId: number): PhasesWork;
  use(productId: number): Works;
  /** At a place of use: its merchant's system. */
  useAt(systemId: number): Works;
}

export function stopsInForce(suspensions: readonly Suspension[], at: Instant): Stop[] {
  return suspensions.flatMap((suspension) => {
    const phase = phaseInForce(suspension, at);
    return phase === null ? [] : [{ suspension, phase }];
  });
}

export interface GridParts {
  readonly products: readonly Product[];
  readonly systems: readonly System[];
  readonly places: Places;
  readonly sales: SalePlaces;
}

/**
 * Each stop is painted onto the few cells that it names: ten thousand narrow ones cost as many cells, where
 * asking every stop at every cell would cost their product.
 */
export function paintStops(stops: readonly Stop[], parts: GridParts): SaleGrid {
  const cells = new Map<string, Cell>();
  const uses = new Map<number, Works>();
  const usesAt = new Map<number, Works>();
  const sellersOfChain = Map.groupBy(parts.places.sellers.values(), ({ chainId }) => chainId);

  function paintSale(stop: Stop, phase: Phase, product: Product): void {
    const { tenderId } = stop.suspension.scope;
    for (const { system, works } of placesOf(stop, parts, sellersOfChain)) {
      const key = `${product.productId} ${system.systemId}`;
      const cell = cells.get(key) ?? newCell();
      const tenders = tenderId === 0 ? undefined : parts.sales.tendersAt(product, system);
      if (tenders !== undefined && !tenders.has(tenderId)) continue; // it is not paid that way there
      if (stop.phase.conditions === null) cell.stopped.add(tenderId);
      const left = tenders?.isSubsetOf(cell.stopped) === true ? 'no' : works;
      if (stop.phase.effect !== 'ended') cell.works[phase] = leastOf([cell.works[phase], left]);
      else if (left === 'no') cell.isEnded = true;
      cells.set(key, cell);
    }
  }

  function paintUse(stop: Stop, product: Product): void {
    if (stop.phase.effect === 'ended' && useLeft(stop) !== 'no') return;
    const works = useLeft(stop);
    uses.set(product.productId, leastOf([uses.get(product.productId) ?? 'yes', works]));
  }

  for (const stop of stops) {
    const phases = phasesStopped(stop.suspension.scope.operations);
    for (const product of productsOf(stop, parts)) {
      for (const phase of phases) {
        if (phase === 'redeem') paintUse(stop, product);
        else paintSale(stop, phase, product);
      }
    }
    const place = phases.includes('redeem') ? placeOfUse(stop, parts.systems) : undefined;
    if (place === undefined) continue;
    const works = leastOf([usesAt.get(place.systemId) ?? 'yes', useLeftAt(stop)]);
    usesAt.set(place.systemId, works);
  }

  return {
    isEnded: (productId, systemId) => cells.get(`${productId} ${systemId}`)?.isEnded ?? false,
    at: (productId, systemId) => cells.get(`${productId} ${systemId}`)?.works ?? ALL_WORKS,
    use: (productId) => uses.get(productId) ?? 'yes',
    useAt: (systemId) => usesAt.get(systemId) ?? 'yes',
  };
}

interface Cell {
  readonly works: Record<Phase, Works>;
  readonly stopped: Set<number>; // tenders
  isEnded: boolean;
}

function newCell(): Cell {
  return { works: { ...ALL_WORKS }, stopped: new Set(), isEnded: false };
}

const ALL_WORKS: PhasesWork = { buy: 'yes', activate: 'yes', redeem: 'yes' };

/** What a customer cannot do when these operations are stopped; none named: all of them. */
export function phasesStopped(operations: readonly string[]): readonly Phase[] {
  if (operations.length === 0) return ['buy', 'activate', 'redeem'];
  const phases = new Set<Phase>();
  for (const operation of operations) {
    if (operation === 'sell' || operation === 'load') phases.add('buy');
    if (operation === 'activate') phases.add('activate');
    if (operation === 'redeem' || operation === 'use') phases.add('redeem');
  }
  return [...phases];
}

function productsOf({ suspension: { scope } }: Stop, { products }: GridParts): readonly Product[] {
  return products.filter(
    ({ issuerId, programmeId, productId }) =>
      issuerId === scope.issuerId &&
      (scope.programmeId === 0 || scope.programmeId === programmeId) &&
      (scope.productId === 0 || scope.productId === productId),
  );
}

/** A sale has no place of use: a stop that names one, or who sold the card, is no stop of sale (R20). */
function placesOf(
  { suspension: { scope }, phase }: Stop,
  { systems, places }: GridParts,
  sellersOfChain: ReadonlyMap<number | null, readonly { readonly sellerId: number }[]>,
): { readonly system: System; readonly works: Works }[] {
  if (scope.merchantId !== 0 || scope.soldBySellerId !== 0) return [];
  const left: Works = scope.tenderId !== 0 || phase.conditions !== null ? 'partly' : 'no';
  return systems.flatMap((system) => {
    if (system.issuerId !== scope.issuerId) return [];
    if (system.kind !== 'chain' && system.kind !== 'seller') return [];
    const partyId = system.partyId ?? 0;
    const chainId = system.kind === 'chain' ? partyId : (places.sellers.get(partyId)?.chainId ?? 0);
    if (scope.chainId !== 0 && scope.chainId !== chainId) return [];
    const aggregatorId = places.chains.get(chainId)?.aggregatorId ?? 0;
    if (scope.aggregatorId !== 0 && scope.aggregatorId !== aggregatorId) return [];
    if (scope.sellerId === 0) return [{ system, works: left }];
    if (system.kind === 'seller') {
      return scope.sellerId === partyId ? [{ system, works: left }] : [];
    }
    const sellers = sellersOfChain.get(chainId) ?? [];
    if (!sellers.some(({ sellerId }) => sellerId === scope.sellerId)) return [];
    return [{ system, works: sellers.length > 1 ? 'partly' : left }];
  });
}

/** A stop of use that names a place leaves all others. */
function useLeft({ suspension: { scope }, phase }: Stop): Works {
  const named = [
    scope.sellerId,
    scope.chainId,
    scope.aggregatorId,
    scope.tenderId,
    scope.merchantId,
    scope.soldBySellerId,
  ];
  return phase.conditions !== null || named.some((id) => id !== 0) ? 'partly' : 'no';
}

function placeOfUse(
  { suspension: { scope } }: Stop,
  systems: readonly System[],
): System | undefined {
  if (scope.merchantId === 0) return undefined;
  return systems.find(({ kind, partyId }) => kind === 'merchant' && partyId === scope.merchantId);
}

function useLeftAt({ suspension: { scope }, phase }: Stop): Works {
  const isNarrower = scope.productId !== 0 || scope.programmeId !== 0 || scope.soldBySellerId !== 0;
  return isNarrower || phase.conditions !== null ? 'partly' : 'no';
}
