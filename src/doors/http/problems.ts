import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Refusal } from '../../instruments/index.ts';
import { localeFor, textOf, type Locale } from '../../kernel/locale.ts';
import { CAUSE_OF_REFUSAL, causeWords } from '../../questions/index.ts';
import type { RefusingIncident } from './refusing-incident.ts';
import type { RefusingSuspension } from './refusing-suspension.ts';
import { DOOR_REFUSALS, type DoorRefusal } from './door-refusals.ts';
import type { RefusalText } from './refusal-text.ts';
import { REFUSALS } from './refusals.ts';

export type AnyRefusal = Refusal | DoorRefusal;

/** What a problem document says beside the refusal itself. */
export interface ProblemFacts {
  readonly retryAfterMs?: number;
  readonly balanceMinor?: bigint | null;
  readonly errors?: readonly FieldError[];
  readonly scope?: string;
  readonly suspension?: RefusingSuspension; // of what the switch refused
  readonly incident?: RefusingIncident; // that the public is told of
  readonly isSale?: boolean; // nobody holds yet what was to be sold
  readonly reason?: string; // of administration: the refusal of the use case
}

export interface FieldError {
  readonly field: string;
  readonly message: string;
}

export function refusalText(refusal: AnyRefusal): RefusalText {
  return isOfEngine(refusal) ? REFUSALS[refusal] : DOOR_REFUSALS[refusal];
}

function isOfEngine(refusal: AnyRefusal): refusal is Refusal {
  return refusal in REFUSALS;
}

/** The document of RFC 9457 for a refusal; `code` is what programs read. */
export function problemOf(refusal: AnyRefusal, locale: Locale, facts: ProblemFacts = {}) {
  const text = refusalText(refusal);
  const known = isOfEngine(refusal) ? CAUSE_OF_REFUSAL[refusal] : null;
  const met = facts.incident === undefined ? known : 'outage';
  // What a holder is told ("your code will work then") is not true of a sale that did not come about.
  const cause = facts.isSale === true ? null : met;
  const announced = locale === 'ja' ? facts.suspension?.textJa : facts.suspension?.textEn;
  const broken =
    facts.incident && textOf(locale, 'outage.refusal', { since: facts.incident.since });
  return {
    type: `/docs#${refusal}`,
    title: text.title[locale],
    status: text.status,
    code: refusal,
    // What was announced comes first: it is what everybody else reads, too.
    detail: [broken, announced && asSentence(announced, locale), text.detail[locale]]
      .filter(Boolean)
      .join(locale === 'ja' ? '' : ' '),
    // What the page says to whoever holds the card: a clerk can read it out.
    ...(cause !== null && { holder: causeWords(cause, locale) }),
    ...(facts.suspension && { suspension: facts.suspension }),
    ...(facts.incident && { incident: facts.incident }),
    ...(facts.errors && { errors: facts.errors }),
    ...(facts.scope !== undefined && { scope: facts.scope }),
    ...(facts.reason !== undefined && { reason: facts.reason }),
    ...(facts.retryAfterMs !== undefined && { retryAfterSeconds: secondsUp(facts.retryAfterMs) }),
    ...(facts.balanceMinor != null && { balanceMinor: Number(facts.balanceMinor) }),
  };
}

/** What people announce has not always its full stop. */
function asSentence(text: string, locale: Locale): string {
  if (/[.!?。!?]\s*$/u.test(text)) return text;
  return text + (locale === 'ja' ? '。' : '.');
}

/** Programs get English unless they ask for Japanese first. */
export function problemLocale(request: FastifyRequest): Locale {
  return localeFor(request.headers['accept-language'], 'en');
}

export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: AnyRefusal,
  facts: ProblemFacts = {},
): FastifyReply {
  const locale = problemLocale(request);
  const problem = problemOf(refusal, locale, facts);
  if (facts.retryAfterMs !== undefined) reply.header('retry-after', secondsUp(facts.retryAfterMs));
  if (refusal === 'key_missing' || refusal === 'key_unknown') {
    reply.header('www-authenticate', 'Bearer realm="kinken"');
  }
  return reply
    .code(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('content-language', locale)
    .serializer(JSON.stringify)
    .send(problem);
}

/** A refusal that a handler below the routes throws out of a parser or a hook of Fastify's. */
export class DoorRefused extends Error {
  override readonly name = 'DoorRefused';
  readonly refusal: DoorRefusal;
  readonly facts: ProblemFacts;

  constructor(refusal: DoorRefusal, facts: ProblemFacts = {}) {
    super(refusal);
    this.refusal = refusal;
    this.facts = facts;
  }
}

function secondsUp(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1_000));
}
