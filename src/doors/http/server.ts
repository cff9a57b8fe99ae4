import Fastify, { type FastifyInstance, type FastifyPluginCallback } from 'fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { validatorCompiler } from 'fastify-type-provider-zod';
import { monotonicMs } from '../../kernel/clock.ts';
import { requireKeys } from './authentication.ts';
import { registerBatchRoutes } from './batch-routes.ts';
import { answerClientError, answerErrors, sendError } from './errors.ts';
import { measureRequests, operationFigures } from './figures.ts';
import { readJsonStrictly } from './json-body.ts';
import { describeApi } from './openapi.ts';
import type { HttpParts } from './parts.ts';
import { sendProblem } from './problems.ts';
import { registerPurchasePlans } from './purchase-plan-routes.ts';
import { registerReadRoutes } from './read-routes.ts';
import { registerServiceRoutes } from './service-routes.ts';
import { registerValueRoutes } from './value-routes.ts';

const BODY_BYTES_MAX = 64 * 1024;
const DRAIN_MAX_MS = 10_000;
const HANDSHAKE_MAX_MS = 10_000;
/** Beyond these a connection is closed at once, so that those which are there keep being answered. */
const CONNECTIONS_MAX = 10_000;
const SWEEP_EVERY_MS = 50;

export interface HttpServerOptions {
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer };
  /** Addresses of proxies whose X-Forwarded-For is believed; none: nobody's. */
  readonly trustedProxies?: readonly string[];
  /** Other doors and pages on the same server; each is a closed scope of Fastify's. */
  readonly plugins?: readonly FastifyPluginCallback[];
  /** More routes behind keys, under /v1: administration. */
  readonly keyedPlugins?: readonly FastifyPluginCallback[];
  /** Answers a person whose browser asked for a page that is not there or broke; false: not a person. */
  readonly sendErrorPage?: SendErrorPage;
}

export type SendErrorPage = (
  request: FastifyRequest,
  reply: FastifyReply,
  status: 404 | 500 | 503,
) => boolean;

export interface HttpServer {
  readonly fastify: FastifyInstance;
  /** Resolves with the address in use, `http://127.0.0.1:8080`. */
  listen(at: { readonly host: string; readonly port: number }): Promise<string>;
  /**
   * Takes no more, answers what is under way, then closes. The engine must still live: stop it after.
   * Connections that are still busy after ten seconds are cut.
   */
  drain(): Promise<void>;
}

export async function createHttpServer(
  parts: HttpParts,
  options: HttpServerOptions = {},
): Promise<HttpServer> {
  let isDraining = false;
  const fastify = openFastify(parts, options);
  fastify.setValidatorCompiler(validatorCompiler);
  // Answers are built by hand from typed values; the tests hold them against their schemas.
  fastify.setSerializerCompiler(() => JSON.stringify);
  readJsonStrictly(fastify);
  beginRequests(fastify, parts, () => isDraining, options.sendErrorPage);
  measureRequests(fastify, parts.metrics);
  answerErrors(fastify, parts.log);
  answerNotFound(fastify, options.sendErrorPage);
  await describeApi(fastify);

  registerServiceRoutes(fastify, parts, () => isDraining);
  const figures = operationFigures(parts.metrics);
  await fastify.register(
    (scope, _options, done) => {
      requireKeys(scope, parts.clients);
      registerValueRoutes(scope, parts, figures);
      registerBatchRoutes(scope, parts, figures);
      registerReadRoutes(scope, parts);
      registerPurchasePlans(scope, parts);
      for (const plugin of options.keyedPlugins ?? []) void scope.register(plugin);
      done();
    },
    { prefix: '/v1' },
  );
  for (const plugin of options.plugins ?? []) await fastify.register(plugin);
  await fastify.ready();
  fastify.server.maxConnections = CONNECTIONS_MAX;

  return {
    fastify,
    listen: (at) => fastify.listen(at),
    async drain() {
      isDraining = true;
      const cut = setTimeout(() => fastify.server.closeAllConnections(), DRAIN_MAX_MS);
      // A connection whose answer has gone out would otherwise stay open until its caller tires of it.
      const sweep = setInterval(() => fastify.server.closeIdleConnections(), SWEEP_EVERY_MS);
      await fastify.close();
      clearInterval(sweep);
      clearTimeout(cut);
    },
  };
}

function openFastify(parts: HttpParts, options: HttpServerOptions): FastifyInstance {
  const { tls, trustedProxies } = options;
  return Fastify({
    ...(tls && {
      https: {
        cert: tls.cert,
        key: tls.key,
        minVersion: 'TLSv1.2' as const,
        handshakeTimeout: HANDSHAKE_MAX_MS,
      },
    }),
    trustProxy: trustedProxies?.length ? [...trustedProxies] : false,
    logger: false, // parts.log says what is worth saying; a line a request costs more than the request
    genReqId: countRequests(parts.clock.now()),
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: 30_000,
    connectionTimeout: 0,
    keepAliveTimeout: 72_000, // longer than the minute of most balancers, so that they close first
    http: { headersTimeout: 10_000, maxHeaderSize: 16 * 1024 },
    routerOptions: { maxParamLength: 400 },
    return503OnClosing: false, // beginRequests answers in our words
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    clientErrorHandler: answerClientError,
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) =>
      void sendError(error, request, reply, parts.log),
  } as object) as unknown as FastifyInstance;
}

/** The instant of arrival is taken before anything else is done: it judges the request (R24). */
function beginRequests(
  fastify: FastifyInstance,
  parts: HttpParts,
  isDraining: () => boolean,
  sendErrorPage: SendErrorPage | undefined,
): void {
  fastify.decorateRequest('arrivedAt', 0);
  fastify.decorateRequest('arrivedAtMonotonicMs', 0);
  fastify.decorateRequest('caller', null);
  fastify.addHook('onRequest', (request, reply, next) => {
    request.arrivedAt = parts.clock.now();
    request.arrivedAtMonotonicMs = monotonicMs();
    reply.headers({
      'x-request-id': request.id,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
    if (request.protocol === 'https') {
      reply.header('strict-transport-security', 'max-age=31536000');
    }
    if (isDraining() && request.url !== '/readyz') {
      reply.header('connection', 'close');
      if (sendErrorPage?.(request, reply, 503)) return;
      void sendProblem(request, reply, 'busy', { retryAfterMs: 1_000 });
    } else next();
  });
}

/** Unique in this process and, by the instant of its start, among processes. */
function countRequests(startedAt: number): () => string {
  const start = startedAt.toString(36);
  let count = 0;
  return () => `${start}-${(count += 1).toString(36)}`;
}

/** 405 where the address takes other methods; a page for a person, a problem document for a program. */
function answerNotFound(fastify: FastifyInstance, sendErrorPage: SendErrorPage | undefined): void {
  const methodsOf = new Map<string, Set<string>>();
  fastify.addHook('onRoute', ({ url, method }) => {
    const methods = methodsOf.get(url) ?? new Set();
    for (const each of [method].flat()) methods.add(each);
    methodsOf.set(url, methods);
  });
  fastify.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    for (const [pattern, methods] of methodsOf) {
      if (!patternFits(pattern, path) || methods.has(request.method)) continue;
      reply.header('allow', [...methods].join(', '));
      return sendProblem(request, reply, 'method_not_allowed');
    }
    if (sendErrorPage?.(request, reply, 404)) return reply;
    return sendProblem(request, reply, 'not_found');
  });
}

function patternFits(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  return (
    wanted.length === given.length &&
    wanted.every((part, at) => part.startsWith(':') || part === given[at])
  );
}
