import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DOCUMENTS } from '../../incidents/index.ts';
import { localeFor, type Locale } from '../../kernel/locale.ts';
import { SECURITY_POLICY } from '../layout.ts';
import { documentPath, type Rendered, type StatusType } from './edition.ts';
import type { StatusBoard } from './status-board.ts';

const HIDDEN = { schema: { hide: true }, exposeHeadRoute: true } as const;

const TYPES: Readonly<Record<StatusType, string>> = {
  html: 'text/html; charset=utf-8',
  json: 'application/json; charset=utf-8',
  atom: 'application/atom+xml; charset=utf-8',
};
/** Asked for again after a second, and shown for a day where we cannot be reached at all. */
const FRESHNESS = 'public, max-age=1, stale-if-error=86400';

/** Pages of the public record: in a language by its address, or in the one that the browser likes better. */
export function registerStatus(server: FastifyInstance, board: Pick<StatusBoard, 'find'>): void {
  const pages = ['', '/feed.atom', '/history', '/history/:month', '/incidents/:incident'];
  for (const fixed of [undefined, 'ja', 'en'] as const) {
    const home = fixed === undefined ? '' : `/${fixed}`;
    for (const page of pages) {
      server.get(`${home}/status${page}`, HIDDEN, (request, reply) =>
        answer(board, request, reply, fixed),
      );
    }
    for (const name of DOCUMENTS) {
      server.get(`${home}${documentPath(name)}`, HIDDEN, (request, reply) =>
        answer(board, request, reply, fixed),
      );
    }
  }
}

function answer(
  board: Pick<StatusBoard, 'find'>,
  request: FastifyRequest,
  reply: FastifyReply,
  fixed: Locale | undefined,
): FastifyReply {
  const { url, headers } = request;
  const question = url.indexOf('?');
  const path = (question < 0 ? url : url.slice(0, question)).slice(fixed === undefined ? 0 : 3);
  const locale = fixed ?? localeFor(headers['accept-language'], 'ja');
  const page = board.find(path, locale);
  if (page === undefined) {
    reply.callNotFound();
    return reply;
  }
  return sendRendered(request, reply, page);
}

export function sendRendered(
  request: FastifyRequest,
  reply: FastifyReply,
  page: Rendered,
): FastifyReply {
  const { type, locale, etag } = page;
  reply
    .header('etag', etag)
    .header('cache-control', FRESHNESS)
    .header('content-language', locale)
    .header('vary', 'accept-language, accept-encoding');
  if (type === 'html') reply.header('content-security-policy', SECURITY_POLICY);
  else reply.header('access-control-allow-origin', '*'); // it is public, and pages of others read it
  if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send();
  const isZipped = GZIP.test(request.headers['accept-encoding'] ?? '');
  if (isZipped) reply.header('content-encoding', 'gzip');
  return reply.type(TYPES[type]).send(isZipped ? page.zipped : page.plain);
}

const GZIP = /\bgzip\b/;

function isKnown(given: string | undefined, etag: string): boolean {
  if (given === undefined) return false;
  return given.split(',').some((each) => each.trim().replace(/^W\//, '') === etag);
}
