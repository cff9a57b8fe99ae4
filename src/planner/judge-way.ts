import type { Instant } from '../kernel/clock.ts';
import { least } from '../kernel/money.ts';
import {
  isEnded,
  meetsConditions,
  opensAt,
  type Buyer,
  type Offer,
  type OfferConditions,
  type Product,
  type Seller,
  type Tender,
} from '../programmes/index.ts';
import { saleOn, type InForce, type Movement } from '../suspensions/index.ts';
import { limitRangeOf } from './limit-range.ts';
import type { ClosedRoute, Facts, Question, Step } from './question.ts';

/** One offer to the asker: a step that can be taken, or why not. */
export type Way =
  | { readonly isOpen: true; readonly step: Step }
  | { readonly isOpen: false; readonly closed: ClosedRoute; readonly isOfSellerOnly: boolean };

/** As the gate will judge the sale. What the asker has not said becomes a condition of the step. */
export function judgeWay(facts: Facts, question: Question, offer: Offer): Way | null {
  const { catalogue, at } = facts;
  const seller = catalogue.sellers.get(offer.sellerId);
  const product = catalogue.products.get(offer.productId);
  const tender = catalogue.tenderAt(offer.tenderId, at);
  if (seller === undefined || product === undefined || tender === undefined) return null;
  const parts: Parts = { facts, question, offer, seller, product, tender };
  const opens = opensAt(catalogue.revised.sellers.get(offer.sellerId));
  const begins = Math.max(offer.validFrom, opens);
  if (begins > at) return closedBy(parts, 'not_yet', { until: begins });
  if (isEnded(offer, at)) return closedBy(parts, 'ended', { since: offer.endsAt });
  const inForce = facts.switchboard.inForceFor(movementOf(parts, at));
  const stop = inForce.find(({ phase }) => phase.effect !== 'conditions');
  if (stop !== undefined) return stoppedBy(parts, stop);
  const unmet = inForce.find(({ phase }) => !couldMeet(phase.conditions ?? {}, question));
  if (unmet !== undefined) return stoppedBy(parts, unmet);
  if (!couldMeet(offer.conditions, question)) {
    return closedBy(parts, 'conditions_not_met', { conditions: offer.conditions });
  }
  return openWay(
    parts,
    inForce.map(({ phase }) => phase.conditions ?? {}),
  );
}

interface Parts {
  readonly facts: Facts;
  readonly question: Question;
  readonly offer: Offer;
  readonly seller: Seller;
  readonly product: Product;
  readonly tender: Tender;
}

function openWay(parts: Parts, resumedWith: readonly OfferConditions[]): Way {
  const { facts, question, offer, seller, product, tender } = parts;
  const { age, contractKind, amountMinor } = question;
  const asked = { age, contractKind, at: facts.at };
  const monthLimit = limitRangeOf(facts.catalogue, tender, asked);
  const leastMinor = largest(offer.amountMinMinor ?? product.faceMinMinor, product.faceMinMinor);
  const offered = least(offer.amountMaxMinor ?? product.faceMaxMinor, product.faceMaxMinor);
  const bound = least(offered, monthLimit?.mostMinor ?? offered);
  const faces = product.facesMinor.filter((face) => face >= leastMinor && face <= bound);
  const isSold = product.facesMinor.length === 0 ? bound >= leastMinor : faces.length > 0;
  if (!isSold) return closedBy(parts, 'limit', {});
  const largestMinor = faces.at(-1) ?? bound;
  const step: Step = {
    offerId: offer.offerId,
    seller,
    product,
    tender,
    leastMinor: faces[0] ?? leastMinor,
    largestMinor,
    facesMinor: faces,
    isAmountSold:
      faces.length > 0
        ? faces.includes(amountMinor)
        : amountMinor >= leastMinor && amountMinor <= bound,
    monthLimit,
    leadTimeMs: offer.leadTimeMs ?? tender.leadTimeMs,
    conditions: allOf([offer.conditions, ...resumedWith]),
    until: endOf(parts),
  };
  return { isOpen: true, step };
}

/** When an open way ends or stops, as far as anybody has said so. */
function endOf(parts: Parts): Instant | null {
  const { offer } = parts;
  for (const [at, inForce] of changesAhead(parts)) {
    if (offer.endsAt !== null && offer.endsAt <= at) break;
    if (inForce.some(({ phase }) => phase.effect !== 'conditions')) return at;
  }
  return offer.endsAt;
}

/** When a stopped way opens again by what is approved already; beyond these, what is expected is told. */
function resumptionOf(parts: Parts): Instant | null {
  for (const [at, inForce] of changesAhead(parts)) {
    if (inForce.every(({ phase }) => phase.effect === 'conditions')) return at;
  }
  return null;
}

const CHANGES_LOOKED_AT = 8;

/** What will be in force on the way at the next instants at which that changes. */
function* changesAhead(parts: Parts): Generator<[Instant, readonly InForce[]]> {
  const { switchboard, at } = parts.facts;
  let movement = movementOf(parts, at);
  for (let looked = 0; looked < CHANGES_LOOKED_AT; looked += 1) {
    const next = switchboard.nextChangeFor(movement);
    if (next === null) return;
    movement = { ...movement, at: next };
    yield [next, switchboard.inForceFor(movement)];
  }
}

function stoppedBy(parts: Parts, { suspension, phase }: InForce): Way {
  const { effect, startsAt, textJa, textEn, criteria, expectedEnd } = phase;
  const resumesAt = effect === 'stopped' ? resumptionOf(parts) : null;
  const certain = resumesAt === null ? null : { at: resumesAt, isCertain: true };
  const expected = expectedEnd === null ? null : { at: expectedEnd, isCertain: false };
  const cause = CAUSE_OF[effect];
  const { scope, suspensionId } = suspension;
  const closed = closedRoute(parts, cause, {
    since: startsAt,
    conditions: phase.conditions,
  });
  return {
    isOpen: false,
    closed: {
      ...closed,
      until: certain ?? expected,
      suspensionId,
      textJa,
      textEn,
      criteria: criteria === '' ? null : criteria,
    },
    isOfSellerOnly: scope.tenderId === 0 && scope.sellerId + scope.chainId + scope.aggregatorId > 0,
  };
}

const CAUSE_OF = {
  stopped: 'suspended',
  conditions: 'conditions_not_met',
  ended: 'ended',
  lifted: 'suspended', // is in force no more, and never comes here
} as const;

interface ClosedBecause {
  readonly since?: Instant | null;
  readonly until?: Instant;
  readonly conditions?: OfferConditions | null;
}

function closedBy(parts: Parts, cause: ClosedRoute['cause'], because: ClosedBecause): Way {
  return { isOpen: false, closed: closedRoute(parts, cause, because), isOfSellerOnly: true };
}

function closedRoute(
  { offer, seller, product, tender }: Parts,
  cause: ClosedRoute['cause'],
  { since = null, until, conditions = null }: ClosedBecause,
): ClosedRoute {
  return {
    offerId: offer.offerId,
    seller,
    product,
    tender,
    cause,
    since,
    until: until === undefined ? null : { at: until, isCertain: true },
    conditions,
    suspensionId: null,
    textJa: null,
    textEn: null,
    criteria: null,
  };
}

function movementOf({ facts, question, offer }: Parts, at: Instant): Movement {
  const { line, device } = question;
  return { ...saleOn(facts.catalogue, offer, at), buyer: { line, device } };
}

/** Whether what was said of the asker does not speak against it. */
function couldMeet(conditions: OfferConditions, { line, device }: Question): boolean {
  const { ownLineOnly = false, devices } = conditions;
  const best: Buyer = {
    line: line ?? (ownLineOnly ? 'own' : 'other'),
    device: device ?? devices?.[0] ?? null,
  };
  return meetsConditions(conditions, best);
}

function allOf(all: readonly OfferConditions[]): OfferConditions {
  const named = all.flatMap(({ devices }) => (devices === undefined ? [] : [devices]));
  const [first, ...others] = named;
  const devices = first?.filter((device) => others.every((each) => each.includes(device)));
  return {
    ...(all.some(({ ownLineOnly }) => ownLineOnly === true) && { ownLineOnly: true }),
    ...(all.some(({ noWifi }) => noWifi === true) && { noWifi: true }),
    ...(devices !== undefined && { devices }),
  };
}

function largest(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
