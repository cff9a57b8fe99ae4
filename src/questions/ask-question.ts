import type { CardReference, CardStories, CardStory } from '../instruments/index.ts';
import type { Clock, Instant } from '../kernel/clock.ts';
import type { Catalogue, Product } from '../programmes/index.ts';
import type { Movement, StoppedOperation, Switchboard } from '../suspensions/index.ts';
import type { Answer } from './answer.ts';
import { findDesk, type Desk, type DeskBook, type Usage } from './desks.ts';
import type { EnvironmentFinding } from './environment.ts';
import { explainCard, type Obstacle, type QuestionFacts } from './explain-card.ts';
import type { ProofCounter } from './count-proofs.ts';
import { isProofOffered, proofOf, type Proof } from './judge-proof.ts';
import type { CodeQuestion } from './question.ts';
import { readTypedCode, readTypedNumber, type TypedFinding } from './read-typed.ts';

/** An outage as the public is told of it. */
export interface OutageSeen {
  readonly incidentId: number;
  readonly since: Instant;
  readonly lookAgainAt: Instant | null;
  readonly textJa: string;
  readonly textEn: string;
}

export interface OutageAttempt {
  readonly issuerId: number;
  readonly productId: number;
  readonly sellerId: number; // 0: not said
  readonly chainId: number;
  readonly merchantId: number;
  readonly phase: 'activate' | 'redeem';
  readonly at: Instant;
}

export interface QuestionParts {
  readonly stories: CardStories;
  readonly proofs: Pick<ProofCounter, 'count' | 'takeBack'>;
  readonly clock: Clock;
  catalogue(): Catalogue;
  switchboard(): Switchboard;
  outage(attempt: OutageAttempt): OutageSeen | null;
  desks(): DeskBook;
}

export interface Asking {
  /** Null: the site, which speaks for every issuer. Else cards of others do not exist. */
  readonly issuerId: number | null;
  readonly environment: readonly EnvironmentFinding[];
  /** What was typed, where it is not at hand any more: the page behind the form. */
  readonly typed?: TypedFinding;
  /** The question was asked by a number, and is asked again by an id. */
  readonly wasNumber?: boolean;
  /** What was shown then. */
  readonly proof?: Proof | null;
}

/** An answer with all that it takes to put it into words. */
export interface Asked {
  readonly answer: Answer;
  /** The card, where the asker may know of it. */
  readonly instrumentId: bigint | null;
  readonly proof: Proof | null;
  readonly typed: TypedFinding;
  readonly product: Product | null;
  readonly usage: Usage | null;
  readonly desk: Desk | null;
  readonly readAt: Instant;
}

/**
 * Reads the facts, then explains. The statements are the same for a code that is not there, another issuer's,
 * and a number without proof (R32): nothing that follows from a card is looked up after the card. A proof is
 * counted before it is looked at, so that asking at once gains nothing.
 */
export async function askQuestion(
  parts: QuestionParts,
  question: CodeQuestion,
  asking: Asking,
): Promise<Asked> {
  const tries = await countTry(parts, question);
  const story = await parts.stories.read(question.card);
  const catalogue = parts.catalogue();
  const now = parts.clock.now();
  const proof = story === undefined ? null : shownBy(story, question, asking, tries, catalogue);
  const card = proof === null ? null : (story ?? null);
  if (proof !== null) await takeBackTry(parts, question);
  const product = productOf(card, question, asking, catalogue);
  const typed = asking.typed ?? readTyped(question.card, product, catalogue, asking);
  const usage = product === null ? null : (parts.desks().usages.get(product.productId) ?? null);
  const facts: QuestionFacts = {
    now,
    isByNumber: question.card.by === 'number' || asking.wasNumber === true,
    mayReport: proof === 'code' || proof === 'receipt',
    card,
    product,
    typed,
    usable: usage,
    inTheWayOfUse: product && obstacleOfUse(parts, product, card, question, now),
    inTheWayOfActivation: product && obstacleOfActivation(parts, product, card, question, now),
    environment: asking.environment,
  };
  const answer = explainCard(question, facts);
  const { responsible, productId, sellerId } = answer;
  const issuerId = product?.issuerId ?? asking.issuerId ?? onlyIssuer(catalogue);
  const isDeskNeeded = responsible === 'sale' || responsible === 'value';
  const wanted = {
    issuerId: issuerId ?? 0,
    responsible: responsible as 'sale',
    productId,
    sellerId,
  };
  const desk = isDeskNeeded ? findDesk(parts.desks(), catalogue, wanted) : undefined;
  const instrumentId = card?.instrumentId ?? null;
  return { answer, instrumentId, proof, typed, product, usage, desk: desk ?? null, readAt: now };
}

/** Whoever holds the code, or has bought the card. By its id only a page asks that has shown it before. */
function shownBy(
  story: CardStory,
  { card, bought }: CodeQuestion,
  { issuerId, proof = 'code' }: Asking,
  tries: number,
  catalogue: Catalogue,
): Proof | null {
  const product = catalogue.products.get(story.productId);
  if (product === undefined || (issuerId !== null && product.issuerId !== issuerId)) return null;
  return card.by === 'number' ? proofOf(story, bought, tries) : proof;
}

async function countTry({ proofs }: QuestionParts, question: CodeQuestion): Promise<number> {
  const { card, bought } = question;
  return card.by === 'number' && isProofOffered(bought) ? proofs.count(card.number) : 0;
}

async function takeBackTry({ proofs }: QuestionParts, { card }: CodeQuestion): Promise<void> {
  if (card.by === 'number') await proofs.takeBack(card.number);
}

function productOf(
  card: CardStory | null,
  { productId }: CodeQuestion,
  { issuerId }: Asking,
  catalogue: Catalogue,
): Product | null {
  const product = catalogue.products.get(card?.productId ?? productId ?? 0);
  if (product === undefined) return null;
  return issuerId === null || product.issuerId === issuerId ? product : null;
}

function readTyped(
  card: CardReference,
  product: Product | null,
  catalogue: Catalogue,
  { issuerId }: Asking,
): TypedFinding {
  if (card.by === 'number') return readTypedNumber(card.number, product);
  const products = [...catalogue.products.values()].filter(
    (each) => issuerId === null || each.issuerId === issuerId,
  );
  return readTypedCode(card.by === 'code' ? card.code : '', product, products);
}

function onlyIssuer({ issuers }: Catalogue): number | null {
  const [first, ...more] = issuers.keys();
  return first !== undefined && more.length === 0 ? first : null;
}

/** What stands in the way of using it now; else what stood there when it was tried. */
function obstacleOfUse(
  parts: QuestionParts,
  product: Product,
  card: CardStory | null,
  { tried, bought }: CodeQuestion,
  now: Instant,
): Obstacle | null {
  const place = {
    merchantId: tried.merchantId ?? 0,
    sellerId: 0,
    chainId: 0,
    soldBySellerId: card?.sellerId ?? bought.sellerId ?? 0,
  };
  const at = (instant: Instant) =>
    obstacleAt(parts, product, { ...place, phase: 'redeem', operations: USE, at: instant });
  return laterOrNow(at, tried.at, now);
}

/** What stands in the way of its activation now, or stood there when it was bought. */
function obstacleOfActivation(
  parts: QuestionParts,
  product: Product,
  card: CardStory | null,
  { bought }: CodeQuestion,
  now: Instant,
): Obstacle | null {
  const sale = card?.requests.find(({ kind }) => kind === 'activate');
  const sellerId = bought.sellerId ?? sale?.sellerId ?? card?.sellerId ?? 0;
  const seller = parts.catalogue().sellers.get(sellerId);
  const place = {
    merchantId: 0,
    sellerId,
    chainId: seller?.chainId ?? bought.chainId ?? 0,
    soldBySellerId: 0,
  };
  const at = (instant: Instant) =>
    obstacleAt(parts, product, { ...place, phase: 'activate', operations: SELL, at: instant });
  return laterOrNow(at, bought.at ?? sale?.arrivedAt ?? null, now);
}

const USE: readonly StoppedOperation[] = ['use', 'redeem'];
const SELL: readonly StoppedOperation[] = ['sell', 'activate'];

function laterOrNow(
  obstacle: (at: Instant) => Obstacle | null,
  then: Instant | null,
  now: Instant,
): Obstacle | null {
  const current = obstacle(now);
  if (current !== null || then === null || then >= now) return current;
  const past = obstacle(then);
  return past && { ...past, isOver: true, lookAgainAt: null };
}

interface Standing {
  readonly merchantId: number;
  readonly sellerId: number;
  readonly chainId: number;
  readonly soldBySellerId: number;
  readonly phase: 'activate' | 'redeem';
  readonly operations: readonly StoppedOperation[];
  readonly at: Instant;
}

function obstacleAt(parts: QuestionParts, product: Product, where: Standing): Obstacle | null {
  return stopAt(parts, product, where) ?? outageAt(parts, product, where);
}

/** A stop that needs no more than is known here. Conditions on the buyer are none of the holder's matter. */
function stopAt(parts: QuestionParts, product: Product, where: Standing): Obstacle | null {
  const { issuerId, programmeId, productId } = product;
  const chain = parts.catalogue().chains.get(where.chainId);
  const movement: Movement = {
    operations: where.operations,
    issuerId,
    programmeId,
    productId,
    sellerId: where.sellerId,
    chainId: where.chainId,
    aggregatorId: chain?.aggregatorId ?? 0,
    tenderId: 0,
    merchantId: where.merchantId,
    soldBySellerId: where.soldBySellerId,
    at: where.at,
    buyer: null,
  };
  const stop = parts
    .switchboard()
    .inForceFor(movement)
    .find(({ phase }) => phase.effect === 'stopped' || phase.effect === 'ended');
  if (stop === undefined) return null;
  const { suspension, phase } = stop;
  return {
    cause: 'suspended',
    since:
      suspension.phases.find(({ effect }) => effect === phase.effect)?.startsAt ?? phase.startsAt,
    lookAgainAt: phase.expectedEnd,
    isOver: false,
    publicText: {
      ja: phase.textJa,
      en: phase.textEn,
      incidentId: null,
      suspensionId: suspension.suspensionId,
    },
  };
}

function outageAt(parts: QuestionParts, product: Product, where: Standing): Obstacle | null {
  const { merchantId, sellerId, chainId, phase, at } = where;
  const { issuerId, productId } = product;
  const outage = parts.outage({ issuerId, productId, merchantId, sellerId, chainId, phase, at });
  if (outage === null) return null;
  return {
    cause: 'outage',
    since: outage.since,
    lookAgainAt: outage.lookAgainAt,
    isOver: false,
    publicText: {
      ja: outage.textJa,
      en: outage.textEn,
      incidentId: outage.incidentId,
      suspensionId: null,
    },
  };
}
