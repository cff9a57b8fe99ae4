import type { FastifyInstance } from 'fastify';
import type { Logger } from '../../kernel/log.ts';
import { tellBrokenPages } from '../site-frame.ts';
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
    tellBrokenPages(server, log);
    registerStatus(server, board);
    registerSubscriptions(server, { ...subscriptions, board });
    done();
  };
}
