import type { FastifyInstance } from 'fastify';
import { isLoopback } from '../../kernel/loopback.ts';
import type { HttpParts } from './parts.ts';
import { sendProblem } from './problems.ts';

/** For whoever runs the server: does it live, may it be sent work, what does it do. */
export function registerServiceRoutes(
  server: FastifyInstance,
  parts: HttpParts,
  isDraining: () => boolean,
): void {
  server.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'alive' }));

  server.get('/readyz', { schema: { hide: true } }, async (request, reply) => {
    const missing = isDraining()
      ? [{ part: 'server', reason: 'it is being stopped' }]
      : await parts.readiness();
    if (missing.length === 0) return { status: 'ready' };
    const errors = missing.map(({ part, reason }) => ({ field: part, message: reason }));
    return sendProblem(request, reply, 'not_ready', { errors });
  });

  server.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    // The figures tell how a business goes: for the machine itself and whoever holds a key that reads.
    if (!isLoopback(request.ip) && !hasReadingKey(parts, request.headers.authorization)) {
      return sendProblem(request, reply, 'not_found');
    }
    return reply.type(parts.metrics.contentType).send(await parts.metrics.text());
  });
}

function hasReadingKey(parts: HttpParts, authorization: string | undefined): boolean {
  const key = authorization?.replace(/^Bearer /i, '');
  return key !== undefined && parts.clients.findCaller(key)?.scopes.has('read') === true;
}
