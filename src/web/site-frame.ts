import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GuessThrottle, Visitor } from '../clients/index.ts';
import { DoorRefused, sendError } from '../doors/http/index.ts';
import type { Locale } from '../kernel/locale.ts';
import type { Logger } from '../kernel/log.ts';
import { errorPage, stoppedPage } from './balance-pages.ts';
import { localeOf } from './forms.ts';
import { sendPage } from './layout.ts';
import type { Visit } from './visit.ts';

/** The options of a page: not of the API. */
export const HIDDEN = { schema: { hide: true }, exposeHeadRoute: true } as const;
export const POSTED = { ...HIDDEN, exposeHeadRoute: false } as const;

/** The site itself, as a client: no row has this id. */
export const SITE_CLIENT_ID = 0;

type LanguageOf = (request: FastifyRequest) => Locale;

/** Each page stands three times: as the browser likes it, under /ja and under /en. */
export function underEachHome(register: (home: string, language: LanguageOf) => void): void {
  register('', localeOf);
  register('/ja', () => 'ja');
  register('/en', () => 'en');
}

/** What we broke is told as a page; what was sent wrongly, as everywhere. `instead` answers first where it wants to. */
export function tellBrokenPages(
  server: FastifyInstance,
  log: Logger,
  instead?: (
    error: FastifyError,
    request: FastifyRequest,
    reply: FastifyReply,
  ) => FastifyReply | null,
): void {
  server.setErrorHandler((error: FastifyError, request, reply) => {
    const answered = instead?.(error, request, reply) ?? null;
    if (answered !== null) return answered;
    const isOurs = !(error instanceof DoorRefused) && (error.statusCode ?? 500) >= 500;
    if (!isOurs) return sendError(error, request, reply, log);
    log.error({ error, route: request.routeOptions.url }, 'a page broke');
    return sendPage(reply, errorPage(localeOf(request), 500));
  });
}

/** Who asks for a code at the site, as the throttle counts them (R32). */
export function visitorOf(request: FastifyRequest, visit: Visit): Visitor {
  const { ip } = request;
  return { clientId: SITE_CLIENT_ID, address: ip, device: visit.id, peerAddress: ip };
}

/** Asks for a code on a visitor's behalf. Null: the visitor has guessed too often, and was told so. */
export async function askForVisitor<Found>(
  guesses: GuessThrottle,
  asked: {
    readonly request: FastifyRequest;
    readonly reply: FastifyReply;
    readonly visit: Visit;
    readonly locale: Locale;
  },
  ask: () => Promise<{ readonly found: Found; readonly isMiss: boolean }>,
): Promise<{ readonly found: Found } | null> {
  const { request, reply, visit, locale } = asked;
  const visitor = visitorOf(request, visit);
  const retryAfterMs = guesses.admit(visitor);
  if (retryAfterMs > 0) {
    reply.header('retry-after', Math.ceil(retryAfterMs / 1_000));
    sendPage(reply, stoppedPage(locale, retryAfterMs));
    return null;
  }
  let isMiss = false;
  try {
    const answer = await ask();
    ({ isMiss } = answer);
    return answer;
  } finally {
    guesses.settle(visitor, isMiss);
  }
}
