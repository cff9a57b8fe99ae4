import type { FastifyInstance } from 'fastify';
import { registerStatus } from './status-routes.ts';
import type { StatusBoard } from './status-board.ts';

/** What the public pages of the status stand on. */
export interface StatusSiteParts {
  readonly board: StatusBoard;
}

/** The public record, as a plugin of the HTTP server. Nothing of it asks a database. */
export function statusSite(parts: StatusSiteParts) {
  return (server: FastifyInstance, _options: unknown, done: () => void): void => {
    registerStatus(server, parts.board);
    done();
  };
}
