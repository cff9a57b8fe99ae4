import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GuessThrottle, Visitor } from '../../clients/index.ts';
import {
  askSubscription,
  COMPONENTS_MAX,
  confirmSubscription,
  endByToken,
  findAsked,
  parseComponentName,
  type Channel,
  type SubscribeRefusal,
  type SubscriptionParts,
} from '../../incidents/index.ts';
import { localeFor, type Locale } from '../../kernel/locale.ts';
import { sendPage, type Page } from '../layout.ts';
import { visitOf, visitOfForm } from '../visit.ts';
import { statusAddress } from './place.ts';
import type { StatusBoard } from './status-board.ts';
import {
  askedPage,
  confirmedPage,
  confirmPage,
  endedPage,
  endPage,
  subscribePage,
  unknownConfirmationPage,
  type SubscribeForm,
  type SubscribeProblem,
} from './subscribe-pages.ts';

export interface SubscribeParts extends SubscriptionParts {
  readonly board: Pick<StatusBoard, 'current'>;
  /** Slows down who asks for many addresses, as it slows down who tries many codes. */
  readonly guesses: GuessThrottle;
}

const HIDDEN = { schema: { hide: true } } as const;
const FORM_BYTES_MAX = 16 * 1024;
/** Those who subscribe, as a client of the throttle: no row has this id, and the balance page has another. */
const SUBSCRIBERS_CLIENT_ID = -1;

/** To be told, to confirm it, to end it: each change is a POST, and behind it a page that may be read again. */
export function registerSubscriptions(server: FastifyInstance, parts: SubscribeParts): void {
  for (const fixed of [undefined, 'ja', 'en'] as const) {
    const home = fixed === undefined ? '/status' : `/${fixed}/status`;
    const localeOf = (request: FastifyRequest): Locale =>
      fixed ?? localeFor(request.headers['accept-language'], 'ja');
    const show = (path: string, page: (locale: Locale) => Page): void => {
      server.get(`${home}${path}`, HIDDEN, async (request, reply) =>
        sendPage(reply, page(localeOf(request))),
      );
    };

    server.get(`${home}/subscribe`, HIDDEN, async (request, reply) => {
      const { token } = visitOf(request, reply, parts);
      const form: SubscribeForm = { ...EMPTY, locale: localeOf(request), token };
      return sendPage(reply, subscribePage(parts.board.current().view, form));
    });
    server.post(
      `${home}/subscribe`,
      { ...HIDDEN, bodyLimit: FORM_BYTES_MAX },
      async (request, reply) => subscribe(parts, request, reply, localeOf(request)),
    );
    show('/subscribed', askedPage);
    show('/confirmed', confirmedPage);
    show('/ended', endedPage);
    registerConfirmation(server, parts, { home, localeOf });
    registerEnd(server, parts, { home, localeOf });
  }
}

const EMPTY = { channel: 'mail', address: '', chosen: new Set<string>(), problem: null } as const;

interface At {
  readonly home: string;
  localeOf(request: FastifyRequest): Locale;
}

function registerConfirmation(server: FastifyInstance, parts: SubscribeParts, at: At): void {
  server.get(`${at.home}/confirm/:number`, HIDDEN, async (request, reply) => {
    const { number } = request.params as { number: string };
    const locale = at.localeOf(request);
    const asked = await findAsked(parts, number);
    if (asked === null) return sendPage(reply, unknownConfirmationPage(locale));
    return sendPage(reply, confirmPage(parts.board.current().view, asked, { locale, number }));
  });
  // Whoever has the number has read the message: it is its own proof, and needs no token of a visit.
  server.post(`${at.home}/confirm/:number`, HIDDEN, async (request, reply) => {
    const { number } = request.params as { number: string };
    const locale = at.localeOf(request);
    const isDone = await confirmSubscription(parts, number);
    if (!isDone) return sendPage(reply, unknownConfirmationPage(locale));
    return reply.redirect(`${statusAddress(locale)}/confirmed`, 303);
  });
}

/** A mail program ends it by one POST without opening the page (RFC 8058); a person by a button on it. */
function registerEnd(server: FastifyInstance, parts: SubscribeParts, at: At): void {
  server.get(`${at.home}/end/:token`, HIDDEN, async (request, reply) => {
    const { token } = request.params as { token: string };
    return sendPage(reply, endPage(at.localeOf(request), token));
  });
  server.post(
    `${at.home}/end/:token`,
    { ...HIDDEN, bodyLimit: FORM_BYTES_MAX },
    async (request, reply) => {
      const { token } = request.params as { token: string };
      const locale = at.localeOf(request);
      if (!(await endByToken(parts, token))) {
        return sendPage(reply, unknownConfirmationPage(locale));
      }
      const form = request.body instanceof URLSearchParams ? request.body : null;
      if (form?.get('List-Unsubscribe') === 'One-Click') return sendPage(reply, endedPage(locale));
      return reply.redirect(`${statusAddress(locale)}/ended`, 303);
    },
  );
}

async function subscribe(
  parts: SubscribeParts,
  request: FastifyRequest,
  reply: FastifyReply,
  locale: Locale,
): Promise<FastifyReply> {
  const sent = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
  const visit = visitOfForm(request, sent.get('token'), parts.keyRing);
  const channel: Channel = sent.get('channel') === 'webhook' ? 'webhook' : 'mail';
  const address = (sent.get('address') ?? '').trim().slice(0, 2_000);
  const chosen = sent.getAll('component').slice(0, COMPONENTS_MAX + 1);
  const again = (problem: SubscribeProblem): FastifyReply => {
    const token = visit?.token ?? visitOf(request, reply, parts).token;
    const form = { locale, token, channel, address, chosen: new Set(chosen), problem };
    return sendPage(reply, subscribePage(parts.board.current().view, form));
  };
  if (visit === undefined) {
    const { token } = visitOf(request, reply, parts);
    const form: SubscribeForm = { ...EMPTY, locale, token, channel, address };
    return sendPage(reply, { ...subscribePage(parts.board.current().view, form), status: 403 });
  }
  const visitor: Visitor = {
    clientId: SUBSCRIBERS_CLIENT_ID,
    address: request.ip,
    device: visit.id,
    peerAddress: request.ip,
  };
  const retryAfterMs = parts.guesses.admit(visitor);
  if (retryAfterMs > 0) {
    reply.header('retry-after', Math.ceil(retryAfterMs / 1_000));
    return again('tooMany');
  }
  try {
    const components = chosen.flatMap((name) => parseComponentName(name) ?? []);
    if (components.length !== chosen.length) return again('wrongComponents');
    const asked = await askSubscription(parts, { channel, address, locale, components });
    if (!asked.ok) return again(problemOf(asked.refusal, channel));
    return await reply.redirect(`${statusAddress(locale)}/subscribed`, 303);
  } finally {
    parts.guesses.settle(visitor, true); // each counts, whatever became of it
  }
}

function problemOf(refusal: SubscribeRefusal, channel: Channel): SubscribeProblem {
  if (refusal === 'component_not_found') return 'wrongComponents';
  if (refusal === 'too_many_waiting') return 'tooMany';
  return channel === 'mail' ? 'wrongMail' : 'wrongUrl';
}
