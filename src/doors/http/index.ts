/**
 * Our own API over HTTP: the server that other doors and the pages hang on, keys and scopes, problem
 * documents, OpenAPI.
 *
 *   const server = await createHttpServer(parts, { tls, plugins: [agcodDoor(...), site(...)],
 *     keyedPlugins: [administration(adminParts)], sendErrorPage });
 *   await server.listen({ host, port });
 *   await server.drain();      // before the engine is closed
 *
 * Invariants: an operation carries the client of its key and the instant at which it came in; a code is
 * never in an address, an answer's error or a log; every error is a problem document; a refusal without
 * a text does not compile. Deliberately absent: rules of value, which are the engine's alone.
 */
export type { AdminParts } from './admin.ts';
export { administration } from './admin-routes.ts';
export { cardBase, type CardBaseParts } from './card-base-routes.ts';
export { checkRoutes, type CheckRouteParts } from './check-routes.ts';
export { deskRoutes, type DeskRouteParts } from './desk-routes.ts';
export { questionRoutes, type QuestionRouteParts } from './question-routes.ts';
export { orderRoutes } from './order-routes.ts';
export { suspensionRoutes, type SuspensionParts } from './suspension-routes.ts';
export type { Feed, FeedPage, HttpParts, NotReady } from './parts.ts';
export { openApiDocument, openApiText } from './openapi.ts';
export type { JsonSchema, OpenApiDocument, OpenApiOperation } from './openapi-document.ts';
export { DOOR_REFUSALS } from './door-refusals.ts';
export type { RefusalText } from './refusal-text.ts';
export { REFUSALS as REFUSAL_TEXTS } from './refusals.ts';
export { DoorRefused } from './problems.ts';
export { sendError } from './errors.ts';
export {
  createHttpServer,
  type HttpServer,
  type HttpServerOptions,
  type SendErrorPage,
} from './server.ts';
export type { MetOutage } from './refusing-incident.ts';
