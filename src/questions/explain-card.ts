import type { CardStory } from '../instruments/index.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Product } from '../programmes/index.ts';
import type { Answer, CardUse, PublicText } from './answer.ts';
import { CAUSE_RULES, type Cause } from './causes.ts';
import type { EnvironmentFinding } from './environment.ts';
import { isSale } from './judge-proof.ts';
import type { CodeQuestion } from './question.ts';
import type { TypedFinding } from './read-typed.ts';

/** Something that stands in the way of everybody: a stop of ours, or what does not work. */
export interface Obstacle {
  readonly cause: 'suspended' | 'outage';
  readonly since: Instant;
  readonly lookAgainAt: Instant | null;
  readonly isOver: boolean; // it was in the way when it was tried, and is no more
  readonly publicText: PublicText;
}

/** Everything that the answer follows from. Nothing is read after this. */
export interface QuestionFacts {
  readonly now: Instant;
  readonly isByNumber: boolean;
  /** He holds the code, or the receipt: a number with amount and hour whoever stood by can have. */
  readonly mayReport: boolean;
  /** Only where the asker may know: he has the code in his hand, or has proved the purchase. */
  readonly card: CardStory | null;
  /** The card's, where he may know; else the one that he named. */
  readonly product: Product | null;
  readonly typed: TypedFinding;
  readonly usable: { readonly countries: readonly string[] } | null; // null: not bound to places
  readonly inTheWayOfUse: Obstacle | null;
  readonly inTheWayOfActivation: Obstacle | null;
  readonly environment: readonly EnvironmentFinding[];
}

/**
 * The one answer. Pure. What is certain of the card itself comes first; then what stands in everybody's way,
 * which is never blamed on the holder; then what he typed; his own device last.
 */
export function explainCard(question: CodeQuestion, facts: QuestionFacts): Answer {
  return facts.card === null
    ? explainUnseen(question, facts)
    : explainSeen(question, facts, facts.card);
}

function explainSeen(question: CodeQuestion, facts: QuestionFacts, card: CardStory): Answer {
  const named = question.productId;
  if (named !== null && named !== card.productId) return answerOf('wrong_site', question, facts);
  const settled = explainState(question, facts, card);
  if (settled !== null) return settled;
  const { inTheWayOfUse: obstacle, usable } = facts;
  if (obstacle !== null && !obstacle.isOver) return inTheWay(obstacle, question, facts);
  const { country, isElsewhere } = question.tried;
  if (country !== null && usable !== null && isBoundElsewhere(usable.countries, country)) {
    return answerOf('other_country', question, facts);
  }
  if (isElsewhere) return answerOf('wrong_site', question, facts);
  if (isOverLimit(question, facts, card)) return answerOf('balance_limit_reached', question, facts);
  if (obstacle !== null) return inTheWay(obstacle, question, facts); // over: try again
  const environment = environmentOf(question, facts);
  if (environment.length > 0) return answerOf('environment', question, { ...facts, environment });
  return answerOf('usable', question, facts);
}

/** What the card itself says; null: it is active and has something on it. */
function explainState(
  question: CodeQuestion,
  facts: QuestionFacts,
  card: CardStory,
): Answer | null {
  const say = (cause: Cause, since: Instant | null) => ({
    ...answerOf(cause, question, facts),
    since,
  });
  if (card.state === 'voided') return say('deactivated', null);
  if (card.freezes.length > 0) return say('frozen', card.freezes[0]?.openedAt ?? null);
  if (card.state === 'blank') return explainBlank(question, facts, card);
  const uses = usesOf(card);
  if (card.state === 'used') return say('already_used', uses[0]?.at ?? null);
  if (card.state === 'expired') return say('expired', lastExpiry(card));
  if (spendableOf(card) > 0n) return null;
  if (card.lots.some((lot) => lot.isFrozen)) return say('frozen', null);
  const expired = card.lots.filter((lot) => lot.remainingMinor > 0n && isPast(lot, facts.now));
  if (expired.length > 0) return say('expired', lastExpiry(card));
  return say('already_used', uses[0]?.at ?? null);
}

/** A card that was paid for and is empty: taken back, cut off at the till, or never activated. */
function explainBlank(question: CodeQuestion, facts: QuestionFacts, card: CardStory): Answer {
  if (card.cause === 'deactivated') return answerOf('deactivated', question, facts);
  const obstacle = facts.inTheWayOfActivation;
  if (obstacle === null) return answerOf('never_activated', question, facts);
  const rule = CAUSE_RULES.never_activated;
  const answer = inTheWay(obstacle, question, facts);
  return { ...answer, safety: rule.safety, responsible: 'sale', haveAtHand: rule.haveAtHand };
}

/**
 * For whoever has no code, a wrong one, or a number without proof: only what is public, and what the typed
 * text shows by itself. Whether there is such a card changes nothing of it.
 */
function explainUnseen(question: CodeQuestion, facts: QuestionFacts): Answer {
  const { typed, inTheWayOfUse: obstacle } = facts;
  if (typed.kind === 'of_other_product') return answerOf('wrong_site', question, facts);
  if (typed.kind !== 'fits') return answerOf('mistyped', question, facts);
  if (obstacle !== null && !obstacle.isOver) return inTheWay(obstacle, question, facts);
  if (facts.isByNumber) return answerOf('cannot_tell', question, facts);
  return answerOf('mistyped', question, facts);
}

/** Nothing of the card in it: whoever tries codes meanwhile is told the same for one that is not there. */
function inTheWay(obstacle: Obstacle, question: CodeQuestion, facts: QuestionFacts): Answer {
  const { cause, since, lookAgainAt, isOver, publicText } = obstacle;
  const answer = answerOf(cause, question, { ...facts, card: isOver ? facts.card : null });
  return { ...answer, since, lookAgainAt, isOver, publicText };
}

function answerOf(cause: Cause, question: CodeQuestion, facts: QuestionFacts): Answer {
  const { safety, responsible, haveAtHand } = CAUSE_RULES[cause];
  const { card } = facts;
  const uses = card === null ? [] : usesOf(card);
  return {
    cause,
    safety,
    since: null,
    isOver: false,
    lookAgainAt: null,
    responsible,
    haveAtHand,
    productId: facts.product?.productId ?? null,
    sellerId: card?.sellerId ?? question.bought.sellerId,
    spendableMinor: card === null ? null : spendableOf(card),
    uses,
    typed: TYPED_MATTERS.has(cause) && card === null ? facts.typed : null,
    publicText: null,
    environment: cause === 'environment' ? facts.environment : [],
    canReport: facts.mayReport && uses.length > 0,
  };
}

const TYPED_MATTERS: ReadonlySet<Cause> = new Set(['mistyped', 'wrong_site']);

function environmentOf(
  { tried }: CodeQuestion,
  { environment }: QuestionFacts,
): readonly EnvironmentFinding[] {
  if (tried.saw === 'error_page') return [...environment, 'back_refused'];
  if (tried.saw === 'nothing') return [...environment, 'timed_out'];
  return environment;
}

/** None named: it can be used everywhere. */
function isBoundElsewhere(countries: readonly string[], country: string): boolean {
  return countries.length > 0 && !countries.includes(country);
}

function isOverLimit(
  { tried }: CodeQuestion,
  { product }: QuestionFacts,
  card: CardStory,
): boolean {
  if (tried.doing !== 'load') return tried.saw === 'limit';
  const most = product?.limits.balanceMaxMinor ?? null;
  if (tried.amountMinor === null || most === null) return tried.saw === 'limit';
  return balanceOf(card) + tried.amountMinor > most;
}

function spendableOf(card: CardStory): bigint {
  if (card.state !== 'active') return 0n;
  return card.lots
    .filter((lot) => !lot.isFrozen && !isPast(lot, card.readAt))
    .reduce((sum, lot) => sum + lot.remainingMinor - lot.heldMinor, 0n);
}

function balanceOf(card: CardStory): bigint {
  return card.lots
    .filter((lot) => !isPast(lot, card.readAt))
    .reduce((sum, lot) => sum + lot.remainingMinor, 0n);
}

function isPast({ expiresAt }: { readonly expiresAt: Instant | null }, now: Instant): boolean {
  return expiresAt !== null && expiresAt <= now;
}

function lastExpiry(card: CardStory): Instant | null {
  const ends = card.lots.flatMap(({ expiresAt }) => expiresAt ?? []);
  return ends.length === 0 ? null : Math.max(...ends);
}

const USES_MAX = 5;

/** What was taken and has not come back, newest first. */
function usesOf(card: CardStory): CardUse[] {
  return card.requests
    .filter((request) => isUse(request.kind) && request.outcome === 'accepted')
    .filter((request) => !request.isReversed && !isSale(request))
    .map(({ arrivedAt: at, amountMinor, undoneMinor, merchantId }) => ({
      at,
      amountMinor: (amountMinor ?? 0n) - undoneMinor,
      merchantId,
    }))
    .filter(({ amountMinor }) => amountMinor > 0n)
    .toReversed()
    .slice(0, USES_MAX);
}

function isUse(kind: string): boolean {
  return kind === 'redeem' || kind === 'capture' || kind === 'move';
}
