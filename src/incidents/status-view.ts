import { present } from '../kernel/assert.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Issuer, Product } from '../programmes/index.ts';
import type { Suspension } from '../suspensions/index.ts';
import {
  adviceOn,
  leastOf,
  overPlaces,
  worksBy,
  type Advice,
  type PhasesWork,
  type Works,
} from './advice.ts';
import { makeComponentTree, type ComponentTree } from './component-tree.ts';
import {
  isOverAt,
  statusAt,
  worstOf,
  type ComponentStatus,
  type Impact,
  type Incident,
} from './incident.ts';
import { paintStops, stopsInForce, type SaleGrid, type Stop } from './sale-grid.ts';
import type { SalePlaces } from './sale-places.ts';
import type { Phase, Places, System } from './system.ts';

/** Everything that the public may be told, as it is known. */
export interface PublicFacts {
  readonly systems: readonly System[];
  readonly incidents: readonly Incident[]; // those not over, and those of the history that is shown
  readonly suspensions: readonly Suspension[];
  readonly places: Places;
  readonly sales: SalePlaces;
}

/** A component now: its own state, what it has from the system above it, and what is stopped on purpose. */
export interface ComponentLine {
  readonly system: System;
  readonly phase: Phase;
  readonly status: ComponentStatus;
  readonly outage: ComponentStatus; // the same without what is stopped on purpose
  readonly since: Instant | null; // of what is wrong
  readonly from: System | null; // the system above that it has its state from
  readonly incidents: readonly Incident[];
}

/** Places, or products, that are told the same. */
export interface AdviceGroup<Of> {
  readonly advice: Advice;
  readonly of: readonly Of[];
}

export interface ProductLine {
  readonly product: Product;
  readonly works: PhasesWork; // over all places
  readonly advice: Advice;
  readonly places: readonly AdviceGroup<System>[]; // what differs is said by place
}

export interface PlaceLine {
  readonly system: System;
  readonly works: PhasesWork;
  readonly advice: Advice;
  readonly products: readonly AdviceGroup<Product>[];
}

export interface IssuerStatus {
  readonly issuer: Issuer;
  readonly products: readonly ProductLine[];
  readonly places: readonly PlaceLine[];
  /** What people do not choose between: the issuer's own systems, aggregators, places of use. */
  readonly others: readonly ComponentLine[];
}

export interface StatusView {
  readonly at: Instant;
  readonly indicator: Impact;
  readonly isMaintenance: boolean; // and nothing else
  readonly issuers: readonly IssuerStatus[];
  readonly components: readonly ComponentLine[];
  readonly open: readonly Incident[]; // the newest first
  readonly maintenances: readonly Incident[]; // under way and planned, the next first
  readonly past: readonly Incident[]; // the newest first
  readonly stops: readonly Stop[]; // the newest first
}

const SYSTEMS_SHOWN_MAX = 300;
const PRODUCTS_SHOWN_MAX = 200;

/** What the public is told at an instant. Pure: the page, the feed and the documents all read this. */
export function viewStatus(facts: PublicFacts, at: Instant): StatusView {
  const { places } = facts;
  const systems = facts.systems.filter(({ isShown }) => isShown).slice(0, SYSTEMS_SHOWN_MAX);
  const products = [...places.products.values()].slice(0, PRODUCTS_SHOWN_MAX);
  const tree = makeComponentTree(systems, places);
  const stops = stopsInForce(facts.suspensions, at).toSorted(
    (one, other) => other.phase.startsAt - one.phase.startsAt,
  );
  const grid = paintStops(stops, { products, systems, places, sales: facts.sales });
  const viewing: Viewing = { facts, at, tree, grid, products, troubles: troublesOf(facts, at) };
  const components = tree.systems.flatMap((system) =>
    system.phases.map((phase) => lineOf(viewing, system, phase)),
  );
  const open = facts.incidents.filter(
    (incident) => incident.kind === 'incident' && !isOverAt(incident, at),
  );
  const maintenances = facts.incidents.filter(
    (incident) => incident.kind === 'maintenance' && !isOverAt(incident, at),
  );
  return {
    at,
    ...overallOf(components, open, stops),
    issuers: issuersOf(viewing, components),
    components,
    open: newestFirst(open),
    maintenances: maintenances.toSorted((one, other) => one.startedAt - other.startedAt),
    past: newestFirst(facts.incidents.filter((incident) => isOverAt(incident, at))),
    stops,
  };
}

interface Trouble {
  readonly incident: Incident;
  readonly status: ComponentStatus;
  readonly startedAt: Instant;
}

interface Viewing {
  readonly facts: PublicFacts;
  readonly at: Instant;
  readonly tree: ComponentTree;
  readonly grid: SaleGrid;
  readonly products: readonly Product[];
  readonly troubles: ReadonlyMap<string, readonly Trouble[]>;
}

/** What incidents say of each component now. */
function troublesOf({ incidents }: PublicFacts, at: Instant): Map<string, Trouble[]> {
  const troubles = new Map<string, Trouble[]>();
  for (const incident of incidents) {
    for (const affected of incident.affected) {
      const status = statusAt(incident, affected, at);
      if (status === null) continue;
      const key = `${affected.systemId} ${affected.phase}`;
      const known = troubles.get(key) ?? [];
      troubles.set(key, [...known, { incident, status, startedAt: affected.startedAt }]);
    }
  }
  return troubles;
}

function troublesAt({ troubles }: Viewing, system: System, phase: Phase): readonly Trouble[] {
  return troubles.get(`${system.systemId} ${phase}`) ?? [];
}

function lineOf(viewing: Viewing, system: System, phase: Phase): ComponentLine {
  const own = troublesAt(viewing, system, phase);
  const above = viewing.tree
    .above(system)
    .flatMap((upper) =>
      troublesAt(viewing, upper, phase).map((trouble) => ({ ...trouble, upper })),
    );
  const stopped = stoppedStatus(viewing, system, phase);
  const all = [...own, ...above];
  const outage = worstOf(all.map((trouble) => trouble.status));
  const isInherited = own.length === 0 && stopped === 'operational' && above.length > 0;
  return {
    system,
    phase,
    status: worstOf([stopped, outage]),
    outage,
    since: all.length === 0 ? null : Math.min(...all.map(({ startedAt }) => startedAt)),
    from: isInherited ? present(above[0], 'it is not empty').upper : null,
    incidents: [...new Set(all.map(({ incident }) => incident))],
  };
}

/** What suspensions make of a component: over all that is sold, or used, there. */
function stoppedStatus(viewing: Viewing, system: System, phase: Phase): ComponentStatus {
  const { grid, products } = viewing;
  const works = ((): Works => {
    if (system.kind === 'merchant') return grid.useAt(system.systemId);
    if (system.kind === 'aggregator') return 'yes'; // its chains say it
    if (system.kind === 'issuer') {
      const served = products.filter(({ productId }) => isServing(system, productId));
      const own = served.filter(({ issuerId }) => issuerId === system.issuerId);
      return phase === 'redeem'
        ? overPlaces(own.map(({ productId }) => grid.use(productId)))
        : 'yes';
    }
    const sold = products.filter((product) => isSoldAt(viewing, product, system));
    return overPlaces(sold.map(({ productId }) => grid.at(productId, system.systemId)[phase]));
  })();
  if (works === 'yes') return 'operational';
  return works === 'no' ? 'major_outage' : 'partial_outage';
}

function isServing({ productIds }: System, productId: number): boolean {
  return productIds.length === 0 || productIds.includes(productId);
}

function issuersOf(viewing: Viewing, components: readonly ComponentLine[]): IssuerStatus[] {
  const { facts, tree, products } = viewing;
  return [...facts.places.issuers.values()].flatMap((issuer) => {
    const systems = tree.systems.filter(({ issuerId }) => issuerId === issuer.issuerId);
    const own = products.filter(({ issuerId }) => issuerId === issuer.issuerId);
    if (systems.length === 0 || own.length === 0) return [];
    const shops = systems.filter(({ kind }) => kind === 'chain' || kind === 'seller');
    return [
      {
        issuer,
        products: own.map((product) => productLine(viewing, product, shops)),
        places: shops.map((system) => placeLine(viewing, system, own)),
        others: components.filter(
          ({ system }) =>
            system.issuerId === issuer.issuerId &&
            system.kind !== 'chain' &&
            system.kind !== 'seller',
        ),
      },
    ];
  });
}

function productLine(viewing: Viewing, product: Product, shops: readonly System[]): ProductLine {
  const sold = shops.filter((shop) => isSoldAt(viewing, product, shop));
  const cells = sold.map((of) => ({ of, works: cellOf(viewing, product, of) }));
  const works: PhasesWork = {
    buy: overPlaces(cells.map((cell) => cell.works.buy)),
    activate: overPlaces(cells.map((cell) => cell.works.activate)),
    redeem: useOf(viewing, product),
  };
  return { product, works, advice: adviceOn(works), places: grouped(cells) };
}

function placeLine(viewing: Viewing, system: System, own: readonly Product[]): PlaceLine {
  const sold = own.filter((product) => isSoldAt(viewing, product, system));
  const cells = sold.map((of) => ({ of, works: cellOf(viewing, of, system) }));
  const over = (phase: Phase): Works => overPlaces(cells.map((cell) => cell.works[phase]));
  const works: PhasesWork = {
    buy: over('buy'),
    activate: over('activate'),
    redeem: over('redeem'),
  };
  return { system, works, advice: adviceOn(works), products: grouped(cells) };
}

/** One product at one place: along its route everything has to work. */
function cellOf(viewing: Viewing, product: Product, shop: System): PhasesWork {
  const stopped = viewing.grid.at(product.productId, shop.systemId);
  const route = [shop, ...viewing.tree.above(shop)];
  const serving = viewing.tree.serving(product.issuerId, product.productId);
  const along = (phase: Phase): Works =>
    leastOf([
      stopped[phase],
      ...[...route, ...serving].flatMap((system) =>
        troublesAt(viewing, system, phase).map(({ status }) => worksBy(status)),
      ),
    ]);
  // A code is worth its value from the moment that it is sold: nothing activates it.
  const activate = product.kind === 'code' ? 'yes' : along('activate');
  return { buy: along('buy'), activate, redeem: useOf(viewing, product) };
}

function useOf(viewing: Viewing, { issuerId, productId }: Product): Works {
  const troubles = viewing.tree
    .serving(issuerId, productId)
    .flatMap((system) => troublesAt(viewing, system, 'redeem'));
  return leastOf([viewing.grid.use(productId), ...troubles.map(({ status }) => worksBy(status))]);
}

function isSoldAt({ facts, grid }: Viewing, product: Product, shop: System): boolean {
  return facts.sales.isSold(product, shop) && !grid.isEnded(product.productId, shop.systemId);
}

function grouped<Of>(
  cells: readonly { readonly of: Of; readonly works: PhasesWork }[],
): AdviceGroup<Of>[] {
  const groups = Map.groupBy(cells, ({ works }) => adviceOn(works));
  return [...groups].map(([advice, group]) => ({ advice, of: group.map(({ of }) => of) }));
}

function overallOf(
  components: readonly ComponentLine[],
  open: readonly Incident[],
  stops: readonly Stop[],
): { readonly indicator: Impact; readonly isMaintenance: boolean } {
  const impacts = new Set<Impact>(open.map(({ impact }) => impact));
  const statuses = new Set(components.map(({ outage }) => outage));
  const isAllStopped =
    components.length > 0 && components.every(({ status }) => status === 'major_outage');
  const isMaintenance = statuses.has('under_maintenance');
  const indicator = ((): Impact => {
    if (impacts.has('critical')) return 'critical';
    if (impacts.has('major') || statuses.has('major_outage') || isAllStopped) return 'major';
    const isMinor = statuses.has('partial_outage') || statuses.has('degraded_performance');
    const isStopped = stops.some(({ phase }) => phase.effect !== 'ended');
    return impacts.has('minor') || isMinor || isStopped ? 'minor' : 'none';
  })();
  return { indicator, isMaintenance: isMaintenance && indicator === 'none' };
}

function newestFirst(incidents: readonly Incident[]): Incident[] {
  return incidents.toSorted(
    (one, other) => other.startedAt - one.startedAt || other.incidentId - one.incidentId,
  );
}
