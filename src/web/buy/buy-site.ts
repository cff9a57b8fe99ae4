import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../kernel/clock.ts';
import { limitAsking } from '../../kernel/limit-asking.ts';
import type { Locale } from '../../kernel/locale.ts';
import { networkOf } from '../../kernel/network-of.ts';
import { planPurchase, type Facts } from '../../planner/index.ts';
import type { Catalogue } from '../../programmes/index.ts';
import type { Switchboard } from '../../suspensions/index.ts';
import { sendPage } from '../layout.ts';
import { HIDDEN, underEachHome } from '../site-frame.ts';
import { buyAnswerPage, buyQuestionPage } from './buy-page.ts';
import { questionOfForm, readForm } from './read-query.ts';

/** A plan goes through many offers: people ask some times, not hundreds. */
export const PLANS_ASKED = { aMinute: 40, anHour: 400 } as const;

export interface BuySiteParts {
  readonly clock: Clock;
  catalogue(): Catalogue;
  switchboard(): Switchboard;
  readonly affecting?: Facts['affecting']; // absent: no outage is known
}

/** "What can I buy now?", as a plugin of the HTTP server. A question is an address, so Back and reload are harmless. */
export function buySite(parts: BuySiteParts) {
  const limit = limitAsking(parts.clock);
  const waitOf = (request: FastifyRequest): number => limit(networkOf(request.ip), PLANS_ASKED);
  return (server: FastifyInstance, _options: unknown, done: () => void): void => {
    underEachHome((home, language) => {
      server.get(`${home}/buy`, HIDDEN, async (request, reply) =>
        answer({ ...parts, waitOf }, language(request), request, reply),
      );
    });
    done();
  };
}

function answer(
  parts: BuySiteParts & { readonly waitOf: (request: FastifyRequest) => number },
  locale: Locale,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const search = new URLSearchParams(request.url.split('?', 2)[1] ?? '');
  const form = readForm(search);
  const catalogue = parts.catalogue();
  const shown = { locale, form, catalogue, problems: [] };
  if (!form.isAsked) return sendPage(reply, buyQuestionPage(shown));
  const read = questionOfForm(form);
  if ('problems' in read) {
    return sendPage(reply, buyQuestionPage({ ...shown, problems: read.problems }));
  }
  const waitMs = parts.waitOf(request);
  if (waitMs > 0) {
    const waitSeconds = Math.ceil(waitMs / 1_000);
    reply.header('retry-after', waitSeconds);
    return sendPage(reply, buyQuestionPage({ ...shown, waitSeconds }));
  }
  const plan = planPurchase(read.question, {
    catalogue,
    switchboard: parts.switchboard(),
    affecting: (attempt) => parts.affecting?.(attempt) ?? null,
    issuerIds: [...catalogue.issuers.keys()],
    at: request.arrivedAt,
  });
  const { question } = read;
  return sendPage(reply, buyAnswerPage({ ...shown, question, plan, search: search.toString() }));
}
