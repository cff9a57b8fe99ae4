import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Locale } from '../../kernel/locale.ts';
import { FORM_BYTES_MAX } from '../forms.ts';
import { sendPage } from '../layout.ts';
import { looksSignedIn } from '../places.ts';
import { visitOf, visitOfForm, type Visit } from '../visit.ts';
import { ceremonyPlace, passkeysAt } from './ceremony-place.ts';
import { memberAddress } from './member-forms.ts';
import type {
  Act,
  MemberRoutes,
  MemberSiteParts,
  MemberVisit,
  SessionAct,
} from './member-visit.ts';

const HIDDEN = { schema: { hide: true }, exposeHeadRoute: false } as const;

type VisitParts = Pick<MemberSiteParts, 'members' | 'keyRing' | 'random'> &
  Partial<Pick<MemberSiteParts, 'publicUrl' | 'hasOutbox'>>;

/** Routes for members under one home, for every site that has pages for whoever is signed in. */
export function memberRoutes(
  server: FastifyInstance,
  parts: VisitParts,
  home: string,
  language: (request: FastifyRequest) => Locale,
): MemberRoutes {
  const visit = (request: FastifyRequest, reply: FastifyReply) =>
    memberVisit(parts, request, reply, language(request));
  const signedIn =
    (act: SessionAct): Act =>
    async (found) => {
      const session = await parts.members.find(found.request.headers.cookie);
      if (session === undefined) {
        // What is left of one that is over: pages would go on looking like a member's.
        if (looksSignedIn(found.request))
          found.keep((await parts.members.signOut(found.from)).cookies);
        return found.go('/sign-in');
      }
      found.keep(session.cookies);
      return act(found, session);
    };
  const show: MemberRoutes['show'] = (place, act) => {
    server.get(`${home}${place}`, HIDDEN, (request, reply) => act(visit(request, reply)));
  };
  const take: MemberRoutes['take'] = (place, act, again, bytesMax = FORM_BYTES_MAX) => {
    const options = { ...HIDDEN, bodyLimit: bytesMax };
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
    takeSignedIn: (place, act, again, bytesMax) => take(place, signedIn(act), again, bytesMax),
  };
}

function memberVisit(
  parts: VisitParts,
  request: FastifyRequest,
  reply: FastifyReply,
  locale: Locale,
): MemberVisit {
  const { cookie, 'user-agent': userAgent } = request.headers;
  let found: Visit | undefined; // one for a page: its forms and its challenges are of the same browser
  const visit = () => (found ??= visitOf(request, reply, parts));
  return {
    request,
    reply,
    locale,
    from: { cookie, address: request.ip, userAgent },
    form: request.body instanceof URLSearchParams ? request.body : new URLSearchParams(),
    get ceremony() {
      const place = ceremonyPlace(request, parts.publicUrl ?? null);
      return place === null ? null : { ...place, browserId: visit().id };
    },
    shown: (problem) => ({
      locale,
      token: visit().token,
      problem,
      passkeysAt: passkeysAt(request, parts.publicUrl ?? null),
      hasOutbox: parts.hasOutbox ?? false,
    }),
    page: (page) => sendPage(reply, page),
    go: (place) => reply.redirect(memberAddress(locale, place), 303),
    keep(cookies) {
      const isSecure = request.protocol === 'https';
      for (const each of cookies) reply.header('set-cookie', isSecure ? `${each}; Secure` : each);
    },
  };
}
