import type { FastifyError, FastifyInstance } from 'fastify';
import { DoorRefused, sendError } from '../../doors/http/index.ts';
import { localeFor } from '../../kernel/locale.ts';
import type { Logger } from '../../kernel/log.ts';
import { errorPage } from '../balance-pages.ts';
import { sendPage } from '../layout.ts';
import type { StatusBoard } from './status-board.ts';
import { registerStatus } from './status-routes.ts';
import { registerSubscriptions, type SubscribeParts } from './subscribe-routes.ts';

/** What the public pages of the status stand on. */
export interface StatusSiteParts {
  readonly log: Logger;
  readonly board: StatusBoard;
  readonly subscriptions: Omit<SubscribeParts, 'board'>;
}

/** The public record, as a plugin of the HTTP server. Reading it asks no database; subscribing does. */
export function statusSite({ log, board, subscriptions }: StatusSiteParts) {
  return (server: FastifyInstance, _options: unknown, done: () => void): void => {
    server.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, body, parsed) => parsed(null, new URLSearchParams(String(body))),
    );
    server.setErrorHandler((error: FastifyError, request, reply) => {
      const isOurs = !(error instanceof DoorRefused) && (error.statusCode ?? 500) >= 500;
      if (!isOurs) return sendError(error, request, reply, log);
      log.error({ error, route: request.routeOptions.url }, 'a page broke');
      const locale = localeFor(request.headers['accept-language'], 'ja');
      return sendPage(reply, errorPage(locale, 500));
    });
    registerStatus(server, board);
    registerSubscriptions(server, { ...subscriptions, board });
    done();
  };
}
