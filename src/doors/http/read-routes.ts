import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { parsePublicId } from '../../kernel/ids.ts';
import type { Asker, CardReference } from '../../instruments/index.ts';
import type { Caller } from '../../clients/index.ts';
import { cardOf } from './acts.ts';
import { balanceAnswer, requestAnswer, transfersAnswer } from './answers.ts';
import { callerOf } from './authentication.ts';
import * as contract from './contract.ts';
import { visitorOf } from './guessing.ts';
import type { HttpParts } from './parts.ts';
import { sendProblem } from './problems.ts';

const { problem } = contract;

export function registerReadRoutes(server: FastifyInstance, parts: HttpParts): void {
  registerBalance(server, parts);
  registerRequests(server, parts);
  registerInstruments(server, parts);
  registerFunds(server, parts);
  registerEvents(server, parts);
}

function registerBalance(server: FastifyInstance, parts: HttpParts): void {
  server.post(
    '/balance-inquiries',
    {
      config: { scope: 'inquire' },
      schema: {
        tags: ['Asking'],
        operationId: 'inquireBalance',
        summary: 'The balance of a card, by lot',
        description: 'Not remembered, so it takes no Idempotency-Key. Scope: inquire.',
        body: contract.balanceInquiry,
        response: { 200: contract.balance, '4xx': problem, '5xx': problem },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { card } = request.body as z.output<typeof contract.balanceInquiry>;
      if ('instrumentId' in card && !caller.scopes.has('staff')) {
        return sendProblem(request, reply, 'scope_missing', { scope: 'staff' });
      }
      const visitor = visitorOf(request, caller.client.clientId);
      const retryAfterMs = parts.guesses.admit(visitor);
      if (retryAfterMs > 0)
        return sendProblem(request, reply, 'too_many_attempts', { retryAfterMs });
      let isMiss = false;
      try {
        const found = await parts.engine.inquireBalance(askerOf(caller), cardOf(card));
        isMiss = !found.ok && found.refusal === 'instrument_not_found';
        if (!found.ok) return sendProblem(request, reply, found.refusal);
        return balanceAnswer(found.value, parts.catalogue());
      } finally {
        parts.guesses.settle(visitor, isMiss);
      }
    },
  );
}

function registerRequests(server: FastifyInstance, parts: HttpParts): void {
  const answers = { 200: contract.requestOutcome, '4xx': problem, '5xx': problem };
  const find = async (caller: Caller, requestId: string, card: CardReference | null | undefined) =>
    requestAnswer(
      await parts.engine.findRequest(askerOf(caller), requestId, card),
      requestId,
      parts.catalogue(),
    );

  server.get(
    '/requests/:requestId',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['Asking'],
        operationId: 'findRequest',
        summary: 'What became of a request',
        description:
          'Looks under any card, or under the card with `number`. A code never stands in an address: ' +
          'ask with POST /v1/request-inquiries. Scope: read.',
        params: contract.requestPath,
        querystring: contract.requestQuery,
        response: answers,
      },
    },
    async (request) => {
      const { requestId } = request.params as z.output<typeof contract.requestPath>;
      const { number } = request.query as z.output<typeof contract.requestQuery>;
      const card: CardReference | undefined =
        number === undefined ? undefined : { by: 'number', number };
      return find(callerOf(request), requestId, card);
    },
  );

  server.post(
    '/request-inquiries',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['Asking'],
        operationId: 'inquireRequest',
        summary: 'What became of a request on a card named by its code',
        description: 'Scope: read.',
        body: contract.requestInquiry,
        response: answers,
      },
    },
    async (request) => {
      const { requestId, card } = request.body as z.output<typeof contract.requestInquiry>;
      return find(callerOf(request), requestId, card ? cardOf(card) : card);
    },
  );
}

function registerInstruments(server: FastifyInstance, parts: HttpParts): void {
  server.get(
    '/instruments/:id',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['Asking'],
        operationId: 'readInstrument',
        summary: 'A card by its id',
        description: 'Scope: read.',
        params: contract.instrumentPath,
        response: { 200: contract.balance, '4xx': problem, '5xx': problem },
      },
    },
    async (request, reply) => {
      const { id } = request.params as z.output<typeof contract.instrumentPath>;
      const instrumentId = parsePublicId('ins', id);
      if (instrumentId === null) return sendProblem(request, reply, 'not_found');
      const card: CardReference = { by: 'instrument', instrumentId };
      const found = await parts.engine.inquireBalance(askerOf(callerOf(request)), card);
      if (!found.ok) return sendProblem(request, reply, 'not_found');
      return balanceAnswer(found.value, parts.catalogue());
    },
  );

  server.get(
    '/instruments/:id/transfers',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['Asking'],
        operationId: 'listTransfers',
        summary: 'What moved on a card, newest first',
        description: 'Scope: read.',
        params: contract.instrumentPath,
        querystring: contract.transfersQuery,
        response: { 200: contract.transfersPage, '4xx': problem, '5xx': problem },
      },
    },
    async (request, reply) => {
      const { id } = request.params as z.output<typeof contract.instrumentPath>;
      const query = request.query as z.output<typeof contract.transfersQuery>;
      const instrumentId = parsePublicId('ins', id);
      if (instrumentId === null) return sendProblem(request, reply, 'not_found');
      const before = query.before === undefined ? null : parsePublicId('trf', query.before);
      const page = { before, size: query.limit };
      const asker = askerOf(callerOf(request));
      const found = await parts.engine.listTransfers(asker, instrumentId, page);
      if (!found.ok) return sendProblem(request, reply, 'not_found');
      return transfersAnswer(found.value, query.limit);
    },
  );
}

function registerFunds(server: FastifyInstance, parts: HttpParts): void {
  server.get(
    '/funds',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['Funds'],
        operationId: 'readFunds',
        summary: 'What is left of what the client has paid in',
        description: 'Scope: read.',
        querystring: contract.fundsQuery,
        response: { 200: contract.fundsAnswer, '4xx': problem, '5xx': problem },
      },
    },
    async (request) => {
      const { unit } = request.query as z.output<typeof contract.fundsQuery>;
      const left = await parts.engine.readFunds(askerOf(callerOf(request)), unit);
      return { balanceMinor: Number(left), unit };
    },
  );
}

function registerEvents(server: FastifyInstance, parts: HttpParts): void {
  server.get(
    '/events',
    {
      config: { scope: 'feed' },
      schema: {
        tags: ['Events'],
        operationId: 'readEvents',
        summary: 'Everything that happened, in one order',
        description: 'Give `next` as `after` to go on; the order never changes. Scope: feed.',
        querystring: contract.eventsQuery,
        response: { 200: contract.eventsPage, '4xx': problem, '5xx': problem },
      },
    },
    async (request, reply) => {
      const { after, limit } = request.query as z.output<typeof contract.eventsQuery>;
      const { issuerId } = callerOf(request).client;
      const read = await parts.feed.read({ issuerId, cursor: after ?? null, limit });
      if (!read.ok) {
        const errors = [{ field: 'after', message: 'not a cursor that this server gave out' }];
        return sendProblem(request, reply, 'request_not_understood', { errors });
      }
      const { events, cursor, hasMore } = read.value;
      return { events, next: cursor, hasMore };
    },
  );
}

function askerOf({ client }: Caller): Asker {
  return { clientId: client.clientId, issuerId: client.issuerId };
}
