import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DoorRefused, sendError } from '../../doors/http/index.ts';
import type { Locale } from '../../kernel/locale.ts';
import { errorPage } from '../balance-pages.ts';
import { FORM_BYTES_MAX, localeOf, readForms } from '../forms.ts';
import { sendPage } from '../layout.ts';
import { visitOf, visitOfForm } from '../visit.ts';
import { registerAccount } from './account-routes.ts';
import { memberAddress } from './member-forms.ts';
import type {
  Act,
  MemberRoutes,
  MemberSiteParts,
  MemberVisit,
  SessionAct,
} from './member-visit.ts';
import { registerSignIn } from './sign-in-routes.ts';

const HIDDEN = { schema: { hide: true }, exposeHeadRoute: false } as const;
const HOMES = [
  ['', undefined],
  ['/ja', 'ja'],
  ['/en', 'en'],
] as const;

/** Sign-up, sign-in, the account and the inbox, as a plugin of the HTTP server. They work without JavaScript. */
export function memberSite(parts: MemberSiteParts) {
  return (server: FastifyInstance, _options: unknown, done: () => void): void => {
    readForms(server);
    server.setErrorHandler((error: FastifyError, request, reply) => {
      const isOurs = !(error instanceof DoorRefused) && (error.statusCode ?? 500) >= 500;
      if (!isOurs) return sendError(error, request, reply, parts.log);
      parts.log.error({ error, route: request.routeOptions.url }, 'a page broke');
      return sendPage(reply, errorPage(localeOf(request), 500));
    });
    for (const [home, fixed] of HOMES) {
      const routes = routesUnder(server, parts, home, fixed);
      registerSignIn(routes, parts);
      registerAccount(routes, parts);
    }
    done();
  };
}

function routesUnder(
  server: FastifyInstance,
  parts: MemberSiteParts,
  home: string,
  fixed: Locale | undefined,
): MemberRoutes {
  const visit = (request: FastifyRequest, reply: FastifyReply) =>
    memberVisit(parts, request, reply, fixed ?? localeOf(request));
  const signedIn =
    (act: SessionAct): Act =>
    async (found) => {
      const session = await parts.members.find(found.request.headers.cookie);
      if (session === undefined) return found.go('/sign-in');
      found.keep(session.cookies);
      return act(found, session);
    };
  const show: MemberRoutes['show'] = (place, act) => {
    server.get(`${home}${place}`, HIDDEN, (request, reply) => act(visit(request, reply)));
  };
  const take: MemberRoutes['take'] = (place, act, again) => {
    const options = { ...HIDDEN, bodyLimit: FORM_BYTES_MAX };
    server.post(`${home}${place}`, options, async (request, reply) => {
      const found = visit(request, reply);
      const isOurs = visitOfForm(request, found.form.get('token'), parts.keyRing) !== undefined;
      return isOurs ? act(found) : found.go(`${again}?form=refused`);
    });
  };
  return {
    show,
    take,
    showSignedIn: (place, act) => show(place, signedIn(act)),
    takeSignedIn: (place, act, again) => take(place, signedIn(act), again),
  };
}

function memberVisit(
  parts: MemberSiteParts,
  request: FastifyRequest,
  reply: FastifyReply,
  locale: Locale,
): MemberVisit {
  const { cookie, 'user-agent': userAgent } = request.headers;
  return {
    request,
    reply,
    locale,
    from: { cookie, address: request.ip, userAgent },
    form: request.body instanceof URLSearchParams ? request.body : new URLSearchParams(),
    shown: (problem) => ({ locale, token: visitOf(request, reply, parts).token, problem }),
    page: (page) => sendPage(reply, page),
    go: (place) => reply.redirect(memberAddress(locale, place), 303),
    keep(cookies) {
      const isSecure = request.protocol === 'https';
      for (const each of cookies) reply.header('set-cookie', isSecure ? `${each}; Secure` : each);
    },
  };
}
