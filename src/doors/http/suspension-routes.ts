import type { FastifyInstance, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { recordAct } from '../../clients/index.ts';
import type { Client } from '../../clients/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Connection } from '../../kernel/database/index.ts';
import type { Catalogue } from '../../programmes/index.ts';
import {
  concerns,
  confirmSuspension,
  publicSuspension,
  stateOfSuspension,
  throwSuspension,
  type Suspension,
  type SwitchboardHolder,
  type ThrowRefusal,
} from '../../suspensions/index.ts';
import { readOrder, suspensionOrder, type SuspensionOrder } from '../../suspensions/contract.ts';
import { callerOf } from './authentication.ts';
import { problem } from './contract.ts';
import { sendProblem } from './problems.ts';

/** What sellers' systems ask of the switch, and say to it. */
export interface SuspensionParts {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly switches: SwitchboardHolder;
  readonly catalogue: () => Catalogue;
}

const PAGE = 200;
const suspensionId = z.coerce.number().int().min(1).max(2_147_483_647);
const path = z.strictObject({ id: suspensionId });
const query = z.strictObject({
  before: suspensionId.optional().meta({ description: 'The last id of the page before' }),
});
const confirmation = z.strictObject({
  phaseNo: z.int().min(0).max(1_000_000).meta({ description: 'As it was told: `phaseNo`' }),
});

const shown = z
  .object({
    suspensionId: z.int(),
    phaseNo: z.int(),
    state: z.enum(['scheduled', 'stopped', 'conditions', 'ended', 'lifted']),
    effect: z.enum(['stopped', 'conditions', 'ended', 'lifted']),
    startsAt: z.iso.datetime(),
    announcedText: z.string().nullable(),
    expectedEnd: z.iso.datetime().nullable(),
    scope: z.looseObject({}),
    conditions: z.looseObject({}).nullable(),
    textJa: z.string(),
    textEn: z.string(),
    criteria: z.string(),
  })
  .meta({ id: 'Suspension' });
const thrown = z
  .object({ suspensionId: z.int(), startsAt: z.iso.datetime(), isNow: z.boolean() })
  .meta({ id: 'ThrownSuspension' });

/** The switch over HTTP, as a plugin behind keys. */
export function suspensionRoutes(parts: SuspensionParts): FastifyPluginCallback {
  return (server, _options, done) => {
    registerList(server, parts);
    registerThrow(server, parts);
    registerConfirmation(server, parts);
    done();
  };
}

function registerList(server: FastifyInstance, parts: SuspensionParts): void {
  server.get(
    '/suspensions',
    {
      config: { scope: 'suspensions' },
      schema: {
        tags: ['Suspensions'],
        operationId: 'listSuspensions',
        summary: 'What is stopped, or will be, of what the caller sells and takes',
        description: `Newest first, ${PAGE} at most; lifted ones are left out. Scope: suspensions.`,
        querystring: query,
        response: {
          200: z.object({ suspensions: z.array(shown), hasMore: z.boolean() }),
          '4xx': problem,
          '5xx': problem,
        },
      },
    },
    (request) => {
      const { before = Infinity } = request.query as z.output<typeof query>;
      const now = parts.clock.now();
      const { client } = callerOf(request);
      const found = parts.switches
        .current()
        .all(client.issuerId)
        .filter((each) => each.suspensionId < before)
        .filter((each) => stateOfSuspension(each, now) !== 'lifted')
        .filter((each) => isTold(parts, each, client))
        .toReversed();
      return {
        suspensions: found.slice(0, PAGE).map((each) => showSuspension(parts, each)),
        hasMore: found.length > PAGE,
      };
    },
  );
}

/** The newest word: what was planned before it is no longer so. */
function showSuspension({ clock, catalogue }: SuspensionParts, suspension: Suspension) {
  const newest = suspension.phases.at(-1)!;
  const state = stateOfSuspension(suspension, clock.now());
  return { ...publicSuspension(catalogue(), suspension, newest), state };
}

function isTold({ catalogue }: SuspensionParts, suspension: Suspension, client: Client): boolean {
  return concerns(catalogue(), suspension.scope, client);
}

function registerThrow(server: FastifyInstance, parts: SuspensionParts): void {
  server.post(
    '/suspensions',
    {
      config: { scope: 'suspend' },
      schema: {
        tags: ['Suspensions'],
        operationId: 'throwSuspension',
        summary: 'Stop a part of the issuer: now, or from an instant on',
        description:
          'Now is one second after it is written, and the answer says when that is. Lifting it needs ' +
          'two people of the staff. Sent twice, the second is refused `already_exists`. Scope: suspend.',
        body: suspensionOrder,
        response: { 200: thrown, '4xx': problem, '5xx': problem },
      },
    },
    async (request, reply) => {
      const { client } = callerOf(request);
      const actor = `client:${client.key}`;
      const { connection, clock, switches, catalogue } = parts;
      const order = readOrder(catalogue(), client.issuerId, request.body as SuspensionOrder);
      if (!order.ok) return refuse(request, reply, order.refusal);
      const desk = { connection, clock, switches, catalogue, actor };
      const record = recordAct({ clock, actor, issuerId: client.issuerId });
      const done = await throwSuspension({ ...desk, record }, order.value);
      if (!done.ok) return refuse(request, reply, done.refusal);
      return { ...done.value, startsAt: new Date(done.value.startsAt).toISOString() };
    },
  );
}

function refuse(request: FastifyRequest, reply: FastifyReply, refusal: ThrowRefusal): FastifyReply {
  const isThere = refusal === 'already_stopped';
  const errors = [{ field: FIELD_OF[refusal] ?? 'scope', message: refusal.replaceAll('_', ' ') }];
  return sendProblem(request, reply, isThere ? 'already_exists' : 'request_not_understood', {
    reason: refusal,
    ...(!isThere && { errors }),
  });
}

const FIELD_OF: Partial<Readonly<Record<ThrowRefusal, string>>> = {
  announced_not_read: 'announcedText',
  announced_day_missing: 'announcedText',
  announced_day_unknown: 'announcedText',
  announced_weekday_differs: 'announcedText',
  announced_hour_ambiguous: 'announcedText',
  announced_differs: 'announcedText',
  starts_in_the_past: 'startsAt',
  starts_too_far_ahead: 'startsAt',
  expected_end_before_start: 'expectedEnd',
};

function registerConfirmation(server: FastifyInstance, parts: SuspensionParts): void {
  server.post(
    '/suspensions/:id/confirmations',
    {
      config: { scope: 'suspensions' },
      schema: {
        tags: ['Suspensions'],
        operationId: 'confirmSuspension',
        summary: 'Say that your own systems do as they were told, up to and with a phase',
        description: 'The first word counts; sent again it answers the same. Scope: suspensions.',
        params: path,
        body: confirmation,
        response: {
          200: z.object({ confirmedAt: z.iso.datetime() }),
          '4xx': problem,
          '5xx': problem,
        },
      },
    },
    async (request, reply) => {
      const { client } = callerOf(request);
      const { id } = request.params as z.output<typeof path>;
      const { phaseNo } = request.body as z.output<typeof confirmation>;
      const which = { suspensionId: id, phaseNo, clientId: client.clientId };
      const done = await confirmSuspension({ on: parts.connection, clock: parts.clock }, which);
      return done.ok ? done.value : sendProblem(request, reply, 'not_found');
    },
  );
}
