import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { unreachable } from '../../kernel/assert.ts';
import { parsePublicId } from '../../kernel/ids.ts';
import { actOf, isSaleKind, missingScope, SCOPE_OF_KIND } from './acts.ts';
import { answerOf } from './answers.ts';
import { callerOf } from './authentication.ts';
import {
  answer,
  BODIES,
  holdPath,
  isOwnRequestId,
  problem,
  type Body,
  type ValueKind,
} from './contract.ts';
import type { OperationFigures } from './figures.ts';
import type { HttpParts } from './parts.ts';
import { sendProblem } from './problems.ts';
import { metIncident } from './refusing-incident.ts';
import { refusedBy } from './refusing-suspension.ts';
import { submitterFor, type Submitted } from './submit.ts';

interface ValueRoute {
  readonly url: string;
  readonly kind: ValueKind;
  readonly group: string;
  readonly summary: string;
}

/** One route a kind of operation. Each needs an Idempotency-Key: the request id of the operation (R1). */
export const VALUE_ROUTES: readonly ValueRoute[] = [
  { url: '/instruments', kind: 'issue', group: 'Cards', summary: 'Issue a code' },
  { url: '/activations', kind: 'activate', group: 'Cards', summary: 'Activate a printed card' },
  { url: '/deactivations', kind: 'deactivate', group: 'Cards', summary: 'Take an activation back' },
  { url: '/loads', kind: 'load', group: 'Value', summary: 'Load value onto a card' },
  { url: '/redemptions', kind: 'redeem', group: 'Value', summary: 'Redeem value' },
  { url: '/returns', kind: 'return', group: 'Value', summary: 'Give redeemed value back' },
  { url: '/holds', kind: 'hold', group: 'Value', summary: 'Hold value for later' },
  { url: '/holds/:id/captures', kind: 'capture', group: 'Value', summary: 'Take held value' },
  { url: '/holds/:id/release', kind: 'release', group: 'Value', summary: 'Let held value go' },
  { url: '/freezes', kind: 'freeze', group: 'Safety', summary: 'Stop a card for now' },
  { url: '/unfreezes', kind: 'unfreeze', group: 'Safety', summary: 'Lift a stop' },
  { url: '/voids', kind: 'void', group: 'Safety', summary: 'End a card for good' },
  { url: '/moves', kind: 'move', group: 'Value', summary: 'Move value to another card' },
  { url: '/reversals', kind: 'reverse', group: 'Safety', summary: 'Undo a request, seen or not' },
  {
    url: '/funds',
    kind: 'fund',
    group: 'Funds',
    summary: 'Pay into or out of the funds of a client',
  },
];

export function registerValueRoutes(
  server: FastifyInstance,
  parts: HttpParts,
  figures: OperationFigures,
): void {
  for (const { url, kind, group, summary } of VALUE_ROUTES) {
    const namesHold = url.includes(':id');
    server.post<{ Params: { id?: string } }>(url, {
      config: { scope: SCOPE_OF_KIND[kind], isRemembered: true },
      schema: {
        tags: [group],
        summary,
        operationId: kind,
        description: `Scope: ${SCOPE_OF_KIND[kind]}.`,
        body: BODIES[kind] satisfies z.ZodType,
        ...(namesHold && { params: holdPath }),
        response: { 200: answer, '4xx': problem, '5xx': problem },
      },
      handler: (request, reply) => handle(parts, figures, kind, request, reply),
    });
  }
}

async function handle(
  parts: HttpParts,
  figures: OperationFigures,
  kind: ValueKind,
  request: FastifyRequest<{ Params: { id?: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const requestId = request.headers['idempotency-key'];
  if (!isOwnRequestId(requestId)) {
    return sendProblem(request, reply, 'idempotency_key_required');
  }
  const caller = callerOf(request);
  const submitter = submitterFor(parts, request, caller);
  const body = request.body as Body<ValueKind>;
  const holdId = request.params.id && parsePublicId('hld', request.params.id);
  const act = actOf(kind, body, submitter.acting, holdId || undefined);
  if (!act.ok) {
    figures.count(kind, act.refusal);
    const scope = act.refusal === 'scope_missing' ? missingScope(body) : undefined;
    return sendProblem(request, reply, act.refusal, { scope, isSale: isSaleKind(kind) });
  }
  const submitted = await submitter.submit(requestId, act.value);
  figures.count(kind, submitted.outcome === 'refused' ? submitted.refusal : submitted.outcome);
  return sendOutcome(parts, { request, reply, kind }, submitted);
}

function sendOutcome(
  parts: HttpParts,
  { request, reply, kind }: { request: FastifyRequest; reply: FastifyReply; kind: ValueKind },
  submitted: Submitted,
): FastifyReply {
  switch (submitted.outcome) {
    case 'accepted':
      // Beside the body, which is the same every time.
      if (submitted.isRepeated) reply.header('idempotency-replayed', 'true');
      return reply.send(answerOf(submitted.done, parts.catalogue()));
    case 'refused':
      if (submitted.isRepeated) reply.header('idempotency-replayed', 'true');
      return sendProblem(request, reply, submitted.refusal, {
        balanceMinor: submitted.balanceMinor,
        isSale: isSaleKind(kind),
        ...refusedBy(parts, submitted.suspensionId, request.arrivedAt),
        ...metIncident(parts, request, submitted.refusal),
      });
    case 'throttled':
      return sendProblem(request, reply, 'too_many_attempts', submitted);
    case 'not_done':
      return sendProblem(request, reply, 'busy', submitted);
    case 'outcome_unknown':
      return sendProblem(request, reply, 'outcome_unknown');
    default:
      return unreachable(submitted);
  }
}
