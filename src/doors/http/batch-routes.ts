import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parsePublicId } from '../../kernel/ids.ts';
import { actOf, isSaleKind, missingScope, SCOPE_OF_KIND } from './acts.ts';
import { answerOf } from './answers.ts';
import { callerOf } from './authentication.ts';
import {
  batch,
  batchAnswer,
  problem,
  type BatchItem,
  type Body,
  type ValueKind,
} from './contract.ts';
import type { OperationFigures } from './figures.ts';
import type { HttpParts } from './parts.ts';
import { problemLocale, problemOf, type AnyRefusal, type ProblemFacts } from './problems.ts';
import { refusedBy } from './refusing-suspension.ts';
import { submitterFor, type Submitted, type Submitter } from './submit.ts';

const BODY_BYTES_MAX = 2 * 1024 * 1024;

/**
 * Operations under way at once. Small for a named visitor, and bounded for all, so that a batch of a
 * thousand guesses is noticed while it runs and not after it.
 */
const AT_ONCE_MAX = 250;
const AT_ONCE_OF_VISITOR_MAX = 4;

export function registerBatchRoutes(
  server: FastifyInstance,
  parts: HttpParts,
  figures: OperationFigures,
): void {
  server.post(
    '/batches',
    {
      config: { scope: 'batch' },
      bodyLimit: BODY_BYTES_MAX,
      schema: {
        tags: ['Batches'],
        operationId: 'batch',
        summary: 'Up to 1,000 operations at once, each decided on its own, in order',
        description:
          'Every operation has its own requestId; sending a batch again answers each as before. ' +
          'Scope: batch, and for each operation the scope of its kind.',
        body: batch,
        response: { 200: batchAnswer, '4xx': problem, '5xx': problem },
      },
    },
    async (request) => {
      const { operations } = request.body as { operations: BatchItem[] };
      figures.countBatch(operations.length);
      return { answers: await decideInOrder(parts, figures, request, operations) };
    },
  );
}

async function decideInOrder(
  parts: HttpParts,
  figures: OperationFigures,
  request: FastifyRequest,
  items: readonly BatchItem[],
): Promise<unknown[]> {
  const submitter = submitterFor(parts, request, callerOf(request));
  const { address, device } = submitter.visitor;
  const atOnce = address === null && device === null ? AT_ONCE_MAX : AT_ONCE_OF_VISITOR_MAX;
  const say = answererFor(parts, request);
  const answers: unknown[] = [];
  for (let from = 0; from < items.length; from += atOnce) {
    const slice = items.slice(from, from + atOnce);
    // The engine takes them in the order of these calls; those of one card are decided in that order.
    const decided = await Promise.all(
      slice.map(async (item) => {
        const submitted = await submitItem(submitter, item);
        figures.count(item.kind, outcomeName(submitted));
        return say(item, submitted);
      }),
    );
    answers.push(...decided);
  }
  return answers;
}

type ItemOutcome =
  | Submitted
  | { readonly outcome: 'door_refused'; readonly refusal: AnyRefusal; readonly scope?: string };

async function submitItem(submitter: Submitter, item: BatchItem): Promise<ItemOutcome> {
  const { acting } = submitter;
  const scope = SCOPE_OF_KIND[item.kind];
  if (!acting.scopes.has(scope))
    return { outcome: 'door_refused', refusal: 'scope_missing', scope };
  const body = bodyOf(item);
  const named = item.kind === 'capture' || item.kind === 'release' ? item.holdId : undefined;
  const holdId = named === undefined ? undefined : (parsePublicId('hld', named) ?? undefined);
  const act = actOf(item.kind, body, acting, holdId);
  if (act.ok) return submitter.submit(item.requestId, act.value);
  const wanting = act.refusal === 'scope_missing' ? missingScope(body) : undefined;
  return { outcome: 'door_refused', refusal: act.refusal, scope: wanting };
}

/** A reversal's own id and that of its original have the same name in the single route's body. */
function bodyOf(item: BatchItem): Body<ValueKind> {
  if (item.kind !== 'reverse') return item;
  return { ...item, requestId: item.originalRequestId };
}

function outcomeName(outcome: ItemOutcome): string {
  return 'refusal' in outcome ? outcome.refusal : outcome.outcome;
}

function answererFor(parts: HttpParts, request: FastifyRequest) {
  const locale = problemLocale(request);
  const catalogue = parts.catalogue();
  return (item: BatchItem, said: ItemOutcome): unknown => {
    const refusedWith = (refusal: AnyRefusal, facts: ProblemFacts, outcome = 'refused') => ({
      outcome,
      requestId: item.requestId,
      kind: item.kind,
      ...problemOf(refusal, locale, facts),
    });
    switch (said.outcome) {
      case 'accepted':
        return answerOf(said.done, catalogue);
      case 'refused':
        return refusedWith(said.refusal, {
          balanceMinor: said.balanceMinor,
          isSale: isSaleKind(item.kind),
          ...refusedBy(parts, said.suspensionId, request.arrivedAt),
        });
      case 'door_refused':
        return refusedWith(said.refusal, { scope: said.scope });
      case 'throttled':
        return refusedWith('too_many_attempts', said, 'not_done');
      case 'not_done':
        return refusedWith('busy', said, 'not_done');
      default:
        return refusedWith('outcome_unknown', {}, 'outcome_unknown');
    }
  };
}
