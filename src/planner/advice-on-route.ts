import {
  adviceOn,
  leastOf,
  worksBy,
  type Advice,
  type Phase,
  type Works,
} from '../incidents/index.ts';
import { saleOn } from '../suspensions/index.ts';
import type { Facts, PlannedRoute, Step } from './question.ts';

/**
 * Sold is not enough: what an outage or a stop leaves of activating and using what a route buys, in the words
 * of the public page. Of two steps the worse: the loaded card has to work, too.
 */
export function adviceOnRoute(facts: Facts, steps: PlannedRoute['steps']): Advice {
  const over = (phase: Phase): Works => leastOf(steps.map((step) => worksAt(facts, step, phase)));
  return adviceOn({ buy: over('buy'), activate: over('activate'), redeem: over('redeem') });
}

/** Whoever buys for it now cannot use what they get, or would hold a blank card. */
export function isUseless(advice: Advice): boolean {
  return USELESS.has(advice);
}

const USELESS: ReadonlySet<Advice> = new Set([
  'sells_but_unusable',
  'pays_but_not_activated',
  'not_activated_use_unsure',
  'not_activated_unusable',
  'not_sold',
  'not_sold_use_unsure',
  'nothing_works',
]);

function worksAt(facts: Facts, { seller, product }: Step, phase: Phase): Works {
  const { issuerId, productId } = product;
  // Where something will be used is not known yet, so only where it is bought is named, for the sale.
  const sellerId = phase === 'redeem' ? 0 : seller.sellerId;
  const outage = facts.affecting({ issuerId, productId, sellerId, phase, at: facts.at });
  const left = worksBy(outage?.status ?? 'operational');
  return phase === 'redeem' ? leastOf([left, useLeft(facts, { seller, product })]) : left;
}

/** The use of a card that this seller has sold, at no place in particular (R20). */
function useLeft(
  { catalogue, switchboard, at }: Facts,
  { seller, product }: Pick<Step, 'seller' | 'product'>,
): Works {
  const { issuerId, productId } = product;
  const inForce = switchboard.inForceFor({
    ...saleOn(catalogue, { issuerId, productId, sellerId: 0, tenderId: 0 }, at),
    operations: ['use', 'redeem'],
    soldBySellerId: seller.sellerId,
  });
  if (inForce.some(({ phase }) => phase.effect !== 'conditions')) return 'no';
  return inForce.length > 0 ? 'partly' : 'yes';
}
