import type { FastifyInstance, FastifyRequest } from 'fastify';
import { localeFor, type Locale } from '../kernel/locale.ts';

export const FORM_BYTES_MAX = 4 * 1024;

/** Forms as browsers send them, for the pages of one scope. */
export function readForms(server: FastifyInstance, bytesMax = FORM_BYTES_MAX): void {
  server.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: bytesMax },
    (_request, body, done) => done(null, new URLSearchParams(String(body))),
  );
}

/** As the address says, else as the browser likes it. */
export function localeOf(request: FastifyRequest): Locale {
  if (/^\/en(\/|$)/.test(request.url)) return 'en';
  if (/^\/ja(\/|$)/.test(request.url)) return 'ja';
  return localeFor(request.headers['accept-language'], 'ja');
}
