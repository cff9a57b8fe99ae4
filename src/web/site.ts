import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GuessThrottle } from '../clients/index.ts';
import { type OpenApiDocument, openApiDocument } from '../doors/http/index.ts';
import type { Engine, CardReference } from '../instruments/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { KeyRing, Random } from '../kernel/crypto.ts';
import type { Locale } from '../kernel/locale.ts';
import type { Logger } from '../kernel/log.ts';
import type { Catalogue } from '../programmes/index.ts';
import { findCardAnywhere } from '../wallets/index.ts';
import { registerAssets } from './assets.ts';
import { answerPage, errorPage, formRefusedPage, homePage, unknownPage } from './balance-pages.ts';
import { docsPage } from './docs-page.ts';
import { FORM_BYTES_MAX, localeOf, readForms } from './forms.ts';
import { helpPage } from './help-page.ts';
import { FAVICON, homeAddress, sendPage } from './layout.ts';
import {
  askForVisitor,
  HIDDEN,
  POSTED,
  SITE_CLIENT_ID,
  tellBrokenPages,
  underEachHome,
} from './site-frame.ts';
import { shownOrigin } from './shown-origin.ts';
import { keepLookedUp, readLookedUp, visitOf, visitOfForm } from './visit.ts';

/** What the pages stand on. */
export interface SiteParts {
  readonly engine: Pick<Engine, 'inquireBalance'>;
  readonly guesses: GuessThrottle;
  readonly keyRing: KeyRing;
  readonly random: Random;
  readonly clock: Clock;
  readonly log: Logger;
  readonly publicUrl?: string | null; // as it is set; null: pages print this machine's own
  catalogue(): Catalogue;
}

const CODE_LENGTH_MAX = 100;

/** The pages for people, as a plugin of the HTTP server. They work without JavaScript. */
export function site(parts: SiteParts) {
  return (server: FastifyInstance, _options: unknown, done: () => void): void => {
    readForms(server);
    tellBrokenPages(server, parts.log);
    registerAssets(server);
    server.get('/favicon.svg', HIDDEN, async (_request, reply) =>
      reply.header('cache-control', 'public, max-age=86400').type('image/svg+xml').send(FAVICON),
    );
    underEachHome((home, language) => registerBalance(server, parts, home, language));
    let api: OpenApiDocument | undefined; // the routes do not change once the server listens
    server.get('/docs', HIDDEN, async (request, reply) =>
      sendPage(
        reply,
        docsPage((api ??= openApiDocument(server)), shownOrigin(parts.publicUrl ?? null, request)),
      ),
    );
    done();
  };
}

/** Answers a person whose browser asked for a page; false for a program, which gets a problem document. */
export function sendErrorPage(
  request: FastifyRequest,
  reply: FastifyReply,
  status: 404 | 500 | 503,
): boolean {
  const isPerson = /\btext\/html\b/.test(request.headers.accept ?? '');
  if (!isPerson || request.url.startsWith('/v1/')) return false;
  void sendPage(reply, errorPage(localeOf(request), status));
  return true;
}

function registerBalance(
  server: FastifyInstance,
  parts: SiteParts,
  home: string,
  language: (request: FastifyRequest) => Locale,
): void {
  server.get(home === '' ? '/' : home, HIDDEN, async (request, reply) => {
    const { token } = visitOf(request, reply, parts);
    return sendPage(reply, homePage({ locale: language(request), token }));
  });

  server.get(`${home}/help`, HIDDEN, async (request, reply) =>
    sendPage(reply, helpPage(language(request))),
  );

  server.post(`${home}/balance`, { ...POSTED, bodyLimit: FORM_BYTES_MAX }, async (request, reply) =>
    lookUp(parts, request, reply, language(request)),
  );

  // Behind the form stands a page that can be read again, and left by Back, without asking anew.
  server.get(`${home}/balance`, HIDDEN, async (request, reply) => {
    const locale = language(request);
    const lookedUp = readLookedUp(request, parts.keyRing, parts.clock.now());
    if (!lookedUp) return reply.redirect(homeAddress(locale), 303);
    const { token } = visitOf(request, reply, parts);
    if (lookedUp.instrumentId === null) return sendPage(reply, unknownPage({ locale, token }));
    const card: CardReference = {
      by: 'instrument',
      instrumentId: BigInt(lookedUp.instrumentId),
    };
    const asker = { clientId: SITE_CLIENT_ID, issuerId: lookedUp.issuerId };
    const found = await parts.engine.inquireBalance(asker, card);
    if (!found.ok) return sendPage(reply, unknownPage({ locale, token }));
    return sendPage(
      reply,
      answerPage(locale, {
        balance: found.value,
        product: parts.catalogue().products.get(found.value.productId),
        lastFour: lookedUp.lastFour,
        readAt: parts.clock.now(),
      }),
    );
  });
}

async function lookUp(
  parts: SiteParts,
  request: FastifyRequest,
  reply: FastifyReply,
  locale: Locale,
): Promise<FastifyReply> {
  const form = request.body as URLSearchParams | null;
  const visit = visitOfForm(request, form?.get('token'), parts.keyRing);
  if (!visit) {
    const { token } = visitOf(request, reply, parts);
    return sendPage(reply, formRefusedPage({ locale, token }));
  }
  const code = (form?.get('code') ?? '').trim().slice(0, CODE_LENGTH_MAX);
  if (code === '') return sendPage(reply, homePage({ locale, token: visit.token }, true));
  const asked = await askForVisitor(parts.guesses, { request, reply, visit, locale }, async () => {
    const card: CardReference = { by: 'code', code };
    const found = await findCardAnywhere(parts.engine, parts.catalogue().issuers.keys(), card);
    return { found, isMiss: found === undefined };
  });
  if (asked === null) return reply;
  const { found } = asked;
  const lookedUp = {
    instrumentId: found ? String(found.balance.instrumentId) : null,
    issuerId: found?.issuerId ?? 0,
    lastFour: found ? lastFourOf(code) : null,
  };
  keepLookedUp(request, reply, parts.keyRing, lookedUp, parts.clock.now());
  return reply.redirect(`${homeAddress(locale)}/balance`, 303);
}

/** Enough to know which of one's codes it was; nothing of a short one. */
function lastFourOf(code: string): string | null {
  const plain = code.normalize('NFKC').replaceAll(/[\s-]/g, '').toUpperCase();
  return plain.length >= 12 ? plain.slice(-4) : null;
}
