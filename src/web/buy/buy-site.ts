import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Locale } from '../../kernel/locale.ts';
import { planPurchase, type Facts } from '../../planner/index.ts';
import type { Catalogue } from '../../programmes/index.ts';
import type { Switchboard } from '../../suspensions/index.ts';
import { sendPage } from '../layout.ts';
import { HIDDEN, underEachHome } from '../site-frame.ts';
import { buyAnswerPage, buyQuestionPage } from './buy-page.ts';
import { questionOfForm, readForm } from './read-query.ts';

export interface BuySiteParts {
  catalogue(): Catalogue;
  switchboard(): Switchboard;
  readonly affecting?: Facts['affecting']; // absent: no outage is known
}

/** "What can I buy now?", as a plugin of the HTTP server. A question is an address, so Back and reload are harmless. */
export function buySite(parts: BuySiteParts) {
  return (server: FastifyInstance, _options: unknown, done: () => void): void => {
    underEachHome((home, language) => {
      server.get(`${home}/buy`, HIDDEN, async (request, reply) =>
        answer(parts, language(request), request, reply),
      );
    });
    done();
  };
}

function answer(
  parts: BuySiteParts,
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
