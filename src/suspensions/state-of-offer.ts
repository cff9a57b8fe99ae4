import type { Instant } from '../kernel/clock.ts';
import {
  isEnded,
  type Catalogue,
  type Offer,
  type OfferConditions,
  type ProductKind,
} from '../programmes/index.ts';
import type { Movement, StoppedOperation } from './movement.ts';
import type { InForce, Switchboard } from './switchboard.ts';

/** What a buyer finds where something is sold. */
export type OfferState = 'on_sale' | 'suspended' | 'resumed_with_conditions' | 'ended';

export interface StateOfOffer {
  readonly state: OfferState;
  readonly since: Instant | null; // null: it has never been otherwise, as far as the switch knows
  readonly suspensionId: number | null; // null: it is the offer's own state
  readonly conditions: OfferConditions | null; // of the resumption
}

/** A way to buy: of a product that is sold freely there may be no offer, and no certain tender (0). */
export interface SaleRoute {
  readonly issuerId: number;
  readonly sellerId: number;
  readonly productId: number;
  readonly tenderId: number;
}

/** A code is issued, a card of a rack activated, a reloadable one activated and loaded. */
const SALE_OF: Readonly<Record<ProductKind, readonly StoppedOperation[]>> = {
  code: ['sell'],
  posa: ['sell', 'activate'],
  prepaid: ['sell', 'activate', 'load'],
};

/** The sale on a route as the switch sees it. */
export function saleOn(catalogue: Catalogue, route: SaleRoute, at: Instant): Movement {
  const product = catalogue.products.get(route.productId);
  const chainId = catalogue.sellers.get(route.sellerId)?.chainId ?? 0;
  return {
    operations: SALE_OF[product?.kind ?? 'code'],
    issuerId: route.issuerId,
    programmeId: product?.programmeId ?? 0,
    productId: route.productId,
    sellerId: route.sellerId,
    chainId,
    aggregatorId: catalogue.chains.get(chainId)?.aggregatorId ?? 0,
    tenderId: route.tenderId,
    merchantId: 0,
    soldBySellerId: 0,
    at,
    buyer: null,
  };
}

/** An offer with what the switch says of it. What has ended by itself stays ended. */
export function stateOfOffer(
  switchboard: Switchboard,
  catalogue: Catalogue,
  offer: Offer,
  at: Instant,
): StateOfOffer {
  if (isEnded(offer, at)) {
    return { state: 'ended', since: offer.endsAt, suspensionId: null, conditions: null };
  }
  return stateOfRoute(switchboard, catalogue, offer, at);
}

/** The same of a route without an offer of its own. */
export function stateOfRoute(
  switchboard: Switchboard,
  catalogue: Catalogue,
  route: SaleRoute,
  at: Instant,
): StateOfOffer {
  const inForce = switchboard.inForceFor(saleOn(catalogue, route, at));
  const by = (effect: string) => inForce.find(({ phase }) => phase.effect === effect);
  const [ended, stopped, resumed] = [by('ended'), by('stopped'), by('conditions')];
  if (ended !== undefined) return stateBy('ended', ended);
  if (stopped !== undefined) return stateBy('suspended', stopped);
  if (resumed !== undefined) return stateBy('resumed_with_conditions', resumed);
  return { state: 'on_sale', since: null, suspensionId: null, conditions: null };
}

function stateBy(state: OfferState, { suspension, phase }: InForce): StateOfOffer {
  const { suspensionId } = suspension;
  return { state, since: phase.startsAt, suspensionId, conditions: phase.conditions };
}
