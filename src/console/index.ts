/**
 * The console of the staff: the built application under /console, and what it asks for under /console/api.
 *
 *   plugins: [consoleOf(parts, [cardRoutes(...), suspensionRoutes(...), ...])]
 *
 * **Invariant.** Every route below /console/api names the permission that it needs, or says that it needs
 * none; who is not signed in, or comes from another site, is told before anything is read of what was sent.
 * **Invariant.** An act leaves its row in the audit trail in its own transaction, a look before its answer.
 * Deliberately absent: rules. A route calls the front door of its module, as the HTTP door does.
 */
import type { FastifyError, FastifyInstance, FastifyPluginCallback } from 'fastify';
import { sendError } from '../doors/http/index.ts';
import { assert } from '../kernel/assert.ts';
import { sendNotUnderstood } from './problems.ts';
import type { ConsoleParts } from './route.ts';
import { serveApplication } from './serve-application.ts';

export {
  consoleRoute,
  csrfTokenOf,
  CSRF_HEADER,
  ISSUER_HEADER,
  issuersOf,
  WATCHING_HEADER,
  type ConsoleParts,
  type ConsoleRoute,
  type ConsoleSent,
} from './route.ts';
export { refusal, type FrameRefusal } from './problems.ts';
export { sessionRoutes } from './session-routes.ts';
export { approvalRoutes } from './approval-routes.ts';
export { operatorRoutes } from './operator-routes.ts';
export { cardRoutes, type CardParts } from './card-routes.ts';
export { auditRoutes } from './audit-routes.ts';
export { suspensionRoutes, type SwitchRouteParts, type Unresolved } from './suspension-routes.ts';
export { offerRoutes, type OfferRouteParts } from './offer-routes.ts';
export { saleRoutes } from './sale-routes.ts';
export { importRoutes } from './import-routes.ts';
export { catalogueRoutes, type CatalogueRouteParts } from './catalogue-routes.ts';
export { incidentRoutes, type IncidentRouteParts } from './incident-routes.ts';
export { systemRoutes } from './system-routes.ts';
export { hostListRoutes } from './host-list-routes.ts';
export { phishingRoutes } from './phishing-routes.ts';
export { reportRoutes } from './report-routes.ts';
export { caseRoutes, type CaseRouteParts } from './case-routes.ts';
export { recoveryRoutes } from './recovery-routes.ts';
export { caseApprovals } from './case-approvals.ts';
export { deathApproval, deathRoutes, livingApproval } from './death-approval.ts';
export { overviewRoutes, type OverviewParts } from './overview-routes.ts';

/** The routes of one part, with what they stand on bound already. */
export type ConsoleRoutes = (scope: FastifyInstance, parts: ConsoleParts) => void;

export function consoleOf(
  parts: ConsoleParts,
  routes: readonly ConsoleRoutes[],
): FastifyPluginCallback {
  return (server, _options, done) => {
    server.decorateRequest('signedIn', null);
    void server.register(
      (scope, _none, registered) => {
        scope.addHook('onRoute', ({ url, config }) => {
          assert(config?.consolePermission !== undefined, `${url} says what it needs`);
        });
        scope.setErrorHandler<FastifyError>((error, request, reply) =>
          error.validation
            ? sendNotUnderstood(error, request, reply)
            : sendError(error, request, reply, parts.log),
        );
        for (const register of routes) register(scope, parts);
        registered();
      },
      { prefix: '/console/api' },
    );
    serveApplication(server);
    done();
  };
}
