import type { FastifyInstance } from 'fastify';
import { memberAddress } from '../members/member-forms.ts';
import { localeOf, readForms } from '../forms.ts';
import { memberRoutes } from '../members/member-routes.ts';
import { tellBrokenPages, underEachHome } from '../site-frame.ts';
import { sendPage } from '../layout.ts';
import { PICTURE_UPLOAD_MAX, readUploads } from '../pictures/index.ts';
import { visitOf } from '../visit.ts';
import { TOO_LARGE, type GiftSiteParts } from './gift-parts.ts';
import { registerHelperGifts } from './helper-routes.ts';
import { registerPayment } from './payment-routes.ts';
import { registerReceive } from './receive-routes.ts';
import { tooLargePage } from './send-pages.ts';
import { GIFT_FORM_MAX, registerSend } from './send-routes.ts';
import { registerSent } from './sent-routes.ts';

/** Gifts, for whoever sends and whoever gets them, as a plugin of the HTTP server. They work without JavaScript. */
export function giftSite(parts: GiftSiteParts) {
  return (server: FastifyInstance, _options: unknown, done: () => void): void => {
    readForms(server);
    readUploads(server, PICTURE_UPLOAD_MAX);
    refuseStrangersUploads(server, parts);
    tellBrokenPages(server, parts.log, (error, request, reply) => {
      if (error.code !== 'FST_ERR_CTP_BODY_TOO_LARGE') return null;
      reply.header('connection', 'close');
      const locale = localeOf(request);
      const { token } = visitOf(request, reply, parts);
      return sendPage(reply, tooLargePage({ locale, token, problem: TOO_LARGE }));
    });
    underEachHome((home, language) => {
      const routes = memberRoutes(server, parts, home, language);
      registerSend(routes, parts);
      registerHelperGifts(routes, parts);
      registerSent(routes, parts);
      registerReceive(routes, parts);
      registerPayment(routes, parts);
    });
    done();
  };
}

/** Whoever is not signed in is sent to sign in before a large form is read: its head is enough for that. */
function refuseStrangersUploads(
  server: FastifyInstance,
  { members }: Pick<GiftSiteParts, 'members'>,
): void {
  server.addHook('onRequest', async (request, reply) => {
    if ((request.routeOptions.bodyLimit ?? 0) <= GIFT_FORM_MAX) return;
    if (request.method !== 'POST') return;
    if ((await members.find(request.headers.cookie)) !== undefined) return;
    reply.header('connection', 'close');
    return reply.redirect(memberAddress(localeOf(request), '/sign-in'), 303);
  });
}
