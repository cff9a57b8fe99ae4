import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { assert, present } from '../../kernel/assert.ts';
import type { Caller, ClientDirectory } from '../../clients/index.ts';
import { sendProblem } from './problems.ts';

const BEARER = /^Bearer (kk_[A-Za-z0-9_-]{43})$/i;

/**
 * Every route of this scope needs a key that holds the route's own scope. The keys are in memory, so this
 * costs a hash; who has no key learns nothing, not even whether an address exists.
 */
export function requireKeys(server: FastifyInstance, clients: ClientDirectory): void {
  server.addHook('onRoute', (route) => {
    assert(route.config?.scope !== undefined, `${route.url} says which scope it needs`);
  });
  server.addHook('onRequest', (request, reply, next) => {
    if (admit(request, reply, clients)) next();
  });
}

/** The client behind a request that `requireKeys` has let through. */
export function callerOf(request: FastifyRequest): Caller {
  return present(request.caller, 'a route behind a key has a caller');
}

function admit(request: FastifyRequest, reply: FastifyReply, clients: ClientDirectory): boolean {
  const { authorization } = request.headers;
  if (authorization === undefined) {
    void sendProblem(request, reply, 'key_missing');
    return false;
  }
  const key = BEARER.exec(authorization)?.[1];
  const caller = key === undefined ? undefined : clients.findCaller(key);
  if (!caller) {
    void sendProblem(request, reply, 'key_unknown');
    return false;
  }
  const { scope } = request.routeOptions.config;
  if (scope === undefined || !caller.scopes.has(scope)) {
    void sendProblem(request, reply, 'scope_missing', { scope });
    return false;
  }
  request.caller = caller;
  return true;
}
