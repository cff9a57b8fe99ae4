import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { isoInstant } from '../../kernel/clock.ts';
import { textOf, type Locale } from '../../kernel/locale.ts';
import {
  isUseless,
  planPurchase,
  type ClosedRoute,
  type Plan,
  type PlannedRoute,
  type Step,
  type Until,
} from '../../planner/index.ts';
import { purchasePlan, purchaseQuestion, questionOf } from '../../planner/contract.ts';
import { callerOf } from './authentication.ts';
import { problem } from './contract.ts';
import type { HttpParts } from './parts.ts';

/** "What can be bought now?", for whoever helps people to buy: of the caller's own issuer. */
export function registerPurchasePlans(server: FastifyInstance, parts: PurchasePlanParts): void {
  server.post(
    '/purchase-plans',
    {
      config: { scope: 'plan' },
      schema: {
        tags: ['Asking'],
        operationId: 'planPurchase',
        summary: 'What can be bought now: where, how much, how fast, and until when',
        description:
          'Not remembered, so it takes no Idempotency-Key. Never proposes a way of turning credit into ' +
          'cash. Scope: plan.',
        body: purchaseQuestion,
        response: { 200: purchasePlan, '4xx': problem, '5xx': problem },
      },
    },
    async (request) => {
      const question = questionOf(request.body as z.output<typeof purchaseQuestion>);
      const { issuerId } = callerOf(request).client;
      return planAnswer(
        planPurchase(question, {
          catalogue: parts.catalogue(),
          switchboard: parts.switchboard(),
          affecting: (attempt) => parts.affecting?.(attempt) ?? null,
          issuerIds: [issuerId],
          at: request.arrivedAt,
        }),
      );
    },
  );
}

type PurchasePlanParts = Pick<HttpParts, 'catalogue' | 'switchboard' | 'affecting'>;

function planAnswer({ at, routes, closed, nothing, isComplete }: Plan): object {
  return {
    at: isoInstant(at),
    routes: routes.map(routeAnswer),
    closed: closed.map(closedAnswer),
    nothing: nothing && { cause: nothing.cause, until: untilAnswer(nothing.until) },
    isComplete,
  };
}

function routeAnswer(route: PlannedRoute) {
  const { steps, isAmountSold, largestMinor, leadTimeMs, until, advice } = route;
  const warningIn = (locale: Locale) =>
    `${textOf(locale, `advice.${advice}.short`)}${locale === 'ja' ? '。' : '. '}${textOf(locale, `advice.${advice}.do`)}`;
  return {
    steps: steps.map(stepAnswer),
    isAmountSold,
    largestMinor: largestMinor === null ? null : Number(largestMinor),
    leadTimeMs,
    until: isoOrNull(until),
    advice,
    isUseless: isUseless(advice),
    warning: advice === 'all_works' ? null : { textJa: warningIn('ja'), textEn: warningIn('en') },
  };
}

function stepAnswer(step: Step): object {
  const { leastMinor, largestMinor, facesMinor, isAmountSold, monthLimit } = step;
  const { leadTimeMs, conditions, until } = step;
  return {
    ...partiesOf(step),
    leastMinor: Number(leastMinor),
    largestMinor: Number(largestMinor),
    facesMinor: facesMinor.map(Number),
    isAmountSold,
    monthLimit: monthLimit && {
      leastMinor: Number(monthLimit.leastMinor),
      mostMinor: Number(monthLimit.mostMinor),
    },
    leadTimeMs,
    conditions,
    until: isoOrNull(until),
  };
}

function closedAnswer(closed: ClosedRoute): object {
  const { cause, since, until, conditions, suspensionId, textJa, textEn, criteria } = closed;
  return {
    ...partiesOf(closed),
    cause,
    since: isoOrNull(since),
    until: untilAnswer(until),
    conditions,
    suspensionId,
    textJa,
    textEn,
    criteria,
  };
}

function partiesOf({ seller, product, tender }: Pick<Step, 'seller' | 'product' | 'tender'>) {
  return { seller: named(seller), product: named(product), tender: named(tender) };
}

function named({ key, nameJa, nameEn }: { key: string; nameJa: string; nameEn: string }) {
  return { key, nameJa, nameEn };
}

function untilAnswer(until: Until | null) {
  return until && { at: isoInstant(until.at), isCertain: until.isCertain };
}

function isoOrNull(instant: number | null): string | null {
  return instant === null ? null : isoInstant(instant);
}
