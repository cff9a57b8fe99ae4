import type { Advice } from '../incidents/index.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Offer, Product, Tender } from '../programmes/index.ts';
import { adviceOnRoute, isUseless } from './advice-on-route.ts';
import { judgeWay, type Way } from './judge-way.ts';
import { isRoundAStop, mayPropose, type StoppedWay } from './purpose.ts';
import type {
  ClosedRoute,
  Facts,
  Nothing,
  Plan,
  PlannedRoute,
  Question,
  Step,
} from './question.ts';
import { offersByTender, tendersSpending, usableTenders } from './usable-tenders.ts';

/** Offers that one question looks at, at most; judging one takes some 3 us. */
const OFFERS_MAX = 5_000;
/** Ways that are told, at most, of each kind. */
const ROUTES_MAX = 100;

/**
 * What the asker can buy now, where, how much at most, how long it takes and until when; and if nothing, why
 * and until when. Judged as the gate will judge the sale, by the same catalogue and switch. Pure.
 */
export function planPurchase(question: Question, facts: Facts): Plan {
  const looking = new Looking(facts, question);
  const direct = looking.waysBy(usableTenders(facts, question));
  const open = direct.flatMap((way) => (way.isOpen ? [way.step] : []));
  const closed = direct.flatMap((way) => (way.isOpen ? [] : [way]));
  const stopped = closed.filter((way) => way.closed.suspensionId !== null);
  const routes = [
    ...open
      .filter((step) => isWanted(step, question) && mayPropose([step], question))
      .map((step) => looking.routeOf([step], step.isAmountSold)),
    ...detours(looking, open, stopped),
  ].toSorted(byUse);
  const closedRoutes = closed
    .filter((way) => isWanted(way.closed, question) && isTold(way, question))
    .map((way) => way.closed);
  return {
    at: facts.at,
    routes: routes.slice(0, ROUTES_MAX),
    closed: closedRoutes.toSorted(byCause).slice(0, ROUTES_MAX),
    nothing: routes.length > 0 ? null : nothingOf(closedRoutes),
    isComplete: looking.isComplete && routes.length <= ROUTES_MAX,
  };
}

/** A card that the first step loads pays for the second, where the asker has named what is wanted. */
function detours(
  looking: Looking,
  open: readonly Step[],
  stopped: readonly StoppedWay[],
): PlannedRoute[] {
  const { facts, question } = looking;
  if (question.productKey === null) return [];
  return open
    .filter(({ product, isAmountSold }) => product.kind === 'prepaid' && isAmountSold)
    .flatMap((first) =>
      looking
        .waysBy(tendersSpending(facts, first.product.productId))
        .flatMap((way) => (way.isOpen && way.step.isAmountSold ? [way.step] : []))
        .filter((second) => isWanted(second, question))
        .map((second): [Step, Step] => [first, second]),
    )
    .filter((steps) => mayPropose(steps, question) && !isRoundAStop(steps, stopped))
    .map((steps) => looking.routeOf(steps, true));
}

/** Looks at offers, and no further than its bound. */
class Looking {
  readonly facts: Facts;
  readonly question: Question;
  isComplete = true;
  #looked = 0;
  readonly #advice = new Map<string, Advice>();

  constructor(facts: Facts, question: Question) {
    this.facts = facts;
    this.question = question;
  }

  waysBy(tenders: readonly Tender[]): Way[] {
    const ways: Way[] = [];
    for (const offer of this.#offersOf(tenders)) {
      if (this.#looked >= OFFERS_MAX) {
        this.isComplete = false;
        break;
      }
      this.#looked += 1;
      const way = judgeWay(this.facts, this.question, offer);
      if (way !== null) ways.push(way);
    }
    return ways;
  }

  routeOf(steps: PlannedRoute['steps'], isAmountSold: boolean): PlannedRoute {
    const [first, second] = steps;
    const ends = [first.until, second?.until ?? null].filter((end) => end !== null);
    return {
      steps,
      isAmountSold,
      largestMinor: second === undefined ? first.largestMinor : null,
      leadTimeMs: first.leadTimeMs + (second?.leadTimeMs ?? 0),
      until: ends.length === 0 ? null : Math.min(...ends),
      advice: this.#adviceOn(steps),
    };
  }

  /** Of many ways of paying at one place it is the same. */
  #adviceOn(steps: PlannedRoute['steps']): Advice {
    const name = steps.map(({ seller, product }) => `${seller.sellerId} ${product.productId}`);
    const known = this.#advice.get(name.join(', '));
    if (known !== undefined) return known;
    const advice = adviceOnRoute(this.facts, steps);
    this.#advice.set(name.join(', '), advice);
    return advice;
  }

  /** In force, or to come; of what is wanted, or of a card that may buy it. */
  *#offersOf(tenders: readonly Tender[]): Generator<Offer> {
    const { catalogue, at } = this.facts;
    const byTender = offersByTender(catalogue.offers);
    for (const { tenderId } of tenders) {
      for (const [productId, offerIds] of byTender.get(tenderId) ?? []) {
        if (!this.#isOfUse(catalogue.products.get(productId))) continue;
        for (const offerId of offerIds) {
          const [newest] = catalogue.offers.timelineOf(offerId);
          const offer = catalogue.offers.byId(offerId, at) ?? newest?.content;
          if (offer !== undefined) yield offer;
        }
      }
    }
  }

  #isOfUse(product: Product | undefined): boolean {
    const { unit, productKey } = this.question;
    if (product?.unit !== unit) return false;
    return productKey === null || product.key === productKey || product.kind === 'prepaid';
  }
}

function isWanted({ product }: Pick<Step, 'product'>, { productKey }: Question): boolean {
  return productKey === null || product.key === productKey;
}

/** What would not be proposed open is not told closed either. */
function isTold({ closed }: StoppedWay, question: Question): boolean {
  const { product, tender } = closed;
  return mayPropose([{ product, tender } as Step], question);
}

/** What can be used first, then what sells the amount, then what is had sooner, then what takes fewer steps, then by name. */
function byUse(one: PlannedRoute, other: PlannedRoute): number {
  return (
    Number(isUseless(one.advice)) - Number(isUseless(other.advice)) ||
    Number(other.isAmountSold) - Number(one.isAmountSold) ||
    one.leadTimeMs - other.leadTimeMs ||
    one.steps.length - other.steps.length ||
    compareNames(one.steps[0], other.steps[0])
  );
}

const CAUSES: readonly ClosedRoute['cause'][] = [
  'conditions_not_met',
  'suspended',
  'not_yet',
  'limit',
  'ended',
];

function byCause(one: ClosedRoute, other: ClosedRoute): number {
  return CAUSES.indexOf(one.cause) - CAUSES.indexOf(other.cause) || compareNames(one, other);
}

type Named = Pick<Step, 'seller' | 'product' | 'tender'>;

function compareNames(one: Named, other: Named): number {
  const [left, right] = [one, other].map(({ seller, product, tender }) =>
    [seller.key, product.key, tender.key].join(' '),
  ) as [string, string];
  return left < right ? -1 : Number(left > right);
}

/** The cause that is nearest to being mended, and the earliest end that anybody has named for it. */
function nothingOf(closed: readonly ClosedRoute[]): Nothing {
  const cause = CAUSES.find((each) => closed.some((route) => route.cause === each));
  if (cause === undefined) return { cause: 'nothing_offered', until: null };
  const ends = closed
    .filter((route) => route.cause === cause)
    .flatMap(({ until }) => (until === null ? [] : [until]))
    .toSorted((one, other) => earlier(one.at, other.at));
  return { cause, until: ends[0] ?? null };
}

function earlier(one: Instant, other: Instant): number {
  return one - other;
}
