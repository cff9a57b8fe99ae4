import type { Product, Tender } from '../programmes/index.ts';
import type { ClosedRoute, Question, Step } from './question.ts';

/**
 * Whether a route may be proposed. Cash-out (現金化) turns the limit of a phone bill or a card into money: the
 * bill loads a prepaid card, the card buys one code, the code is sold on. It preys on people in need and is
 * against the carriers' terms, and the same road is taken with stolen accounts (FACTS 1.1). Each rule takes
 * one thing away that such a route needs and that somebody who wants a product does not:
 *
 * 1. What is bought on credit is wanted for itself: a prepaid card, whose balance pays anywhere, is proposed
 *    on credit only to whoever has named it. Asked "what does my limit buy", the planner never says "a card".
 * 2. A way round on credit leads to one product that the asker has named, never to "whatever there is".
 * 3. It ends in a product and not in another balance.
 * 4. It is for the amount asked for: how much a way round could take at most is not told, nothing is split.
 * 5. It is no way round a stop: where sale of the product, or this way of paying, is stopped, a detour that is
 *    paid for in the same way in the end is what the stop is there to prevent.
 *
 * How many steps a route has at most (two) is held by the type of a route.
 */
export function mayPropose(steps: readonly [Step, Step?], question: Question): boolean {
  const [first, second] = steps;
  if (!isCredit(first.tender)) return true;
  const isNamed = (product: Product) => product.key === question.productKey;
  if (second === undefined) return first.product.kind !== 'prepaid' || isNamed(first.product);
  return isNamed(second.product) && second.product.kind !== 'prepaid';
}

/** Rule 5: by the stops of direct ways to the same product. */
export function isRoundAStop(
  [first, second]: readonly [Step, Step],
  stopped: readonly StoppedWay[],
): boolean {
  if (!isCredit(first.tender)) return false;
  return stopped.some(({ closed, isOfSellerOnly }) => {
    if (closed.product.productId !== second.product.productId || isOfSellerOnly) return false;
    return rootOf(closed.tender) === rootOf(first.tender);
  });
}

/** A direct way that the switch has closed. */
export interface StoppedWay {
  readonly closed: ClosedRoute;
  /** The stop is about the seller (its shop is shut for the product): others may sell it to the same people. */
  readonly isOfSellerOnly: boolean;
}

/** Paid later than it is had. What spends a balance is not credit itself: its load is judged. */
export function isCredit({ kind, spendsProductId }: Tender): boolean {
  return kind === 'carrier' || (kind === 'card' && spendsProductId === null);
}

/** Tenders that are charged through one are the same bill. */
function rootOf({ tenderId, chargedThroughTenderId }: Tender): number {
  return chargedThroughTenderId ?? tenderId;
}
