import type { z } from 'zod';
import { present } from '../kernel/assert.ts';
import { isoInstant, type Instant } from '../kernel/clock.ts';
import type { Catalogue, OfferConditions } from '../programmes/index.ts';
import {
  namesOfScope,
  phaseAt,
  stateOfSuspension,
  type Phase,
  type RouteFound,
  type Suspension,
} from '../suspensions/index.ts';
import type {
  shownSuspension,
  suspensionDetail,
  suspensionPreview,
} from './suspension-contract.ts';

export type ShownSuspension = z.output<typeof shownSuspension>;
type ShownPhase = z.output<typeof suspensionDetail>['phases'][number];
type ShownRoute = z.output<typeof suspensionPreview>['offers']['first'][number];
export type ShownName = { readonly id: number; readonly nameJa: string; readonly nameEn: string };

/** What the words of a suspension are made of. */
export interface Showing {
  readonly catalogue: Catalogue;
  readonly at: Instant;
  /** People by their names; machines as they are. */
  readonly nameOf: (actor: string) => string;
}

export interface ShownBeside {
  readonly told: ShownSuspension['told'];
  readonly openApprovalId: string | null;
}

/** What is in force now, or the newest word where nothing is yet. */
export function showSuspension(
  { catalogue, at, nameOf }: Showing,
  suspension: Suspension,
  beside: ShownBeside,
): ShownSuspension {
  const newest = present(suspension.phases.at(-1), 'a suspension has a phase');
  const phase = phaseAt(suspension, at) ?? newest;
  const first = present(suspension.phases[0], 'a suspension has a phase');
  return {
    suspensionId: suspension.suspensionId,
    names: namesOfScope(catalogue, suspension.scope).map(({ dimension, id, nameJa, nameEn }) => ({
      dimension,
      id,
      nameJa,
      nameEn,
    })),
    operations: [...suspension.scope.operations],
    state: stateOfSuspension(suspension, at),
    startsAt: isoInstant(first.startsAt),
    expectedEnd: isoOrNull(phase.expectedEnd),
    announcedText: suspension.announcedText,
    internalReason: suspension.internalReason,
    criteria: phase.criteria,
    textJa: phase.textJa,
    textEn: phase.textEn,
    conditions: showConditions(phase.conditions),
    thrownBy: nameOf(suspension.thrownBy),
    thrownAt: isoInstant(suspension.thrownAt),
    ...beside,
  };
}

export function showPhase({ nameOf }: Showing, phase: Phase): ShownPhase {
  return {
    phaseNo: phase.phaseNo,
    effect: phase.effect,
    conditions: showConditions(phase.conditions),
    startsAt: isoInstant(phase.startsAt),
    expectedEnd: isoOrNull(phase.expectedEnd),
    textJa: phase.textJa,
    textEn: phase.textEn,
    criteria: phase.criteria,
    reason: phase.reason,
    by: nameOf(phase.actor),
    approvedBy: phase.approvedBy === null ? null : nameOf(phase.approvedBy),
    recordedAt: isoInstant(phase.recordedAt),
  };
}

export function showRoute(catalogue: Catalogue, route: RouteFound): ShownRoute {
  const { sellers, products, tenders } = catalogue;
  return {
    offerId: route.offerId,
    seller: showName(route.sellerId, sellers.get(route.sellerId)),
    product: showName(route.productId, products.get(route.productId)),
    tender: route.tenderId === 0 ? null : showName(route.tenderId, tenders.get(route.tenderId)),
  };
}

/** What is gone keeps its id for a name. */
export function showName(
  id: number,
  thing: { readonly nameJa: string; readonly nameEn: string } | undefined,
): ShownName {
  return { id, nameJa: thing?.nameJa ?? `#${id}`, nameEn: thing?.nameEn ?? `#${id}` };
}

/** The unit in which sums of these products mean something; null: they have several. */
export function unitOf(catalogue: Catalogue, productIds: Iterable<number>): string | null {
  const units = new Set([...productIds].map((id) => catalogue.products.get(id)?.unit));
  const [only] = units;
  return units.size === 1 ? (only ?? null) : null;
}

export function isoOrNull(instant: Instant | null): string | null {
  return instant === null ? null : isoInstant(instant);
}

function showConditions(conditions: OfferConditions | null): ShownSuspension['conditions'] {
  if (conditions === null) return null;
  const { ownLineOnly = false, noWifi = false, devices = [] } = conditions;
  return { ownLineOnly, noWifi, devices: [...devices] };
}
