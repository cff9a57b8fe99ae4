import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GuessThrottle } from '../../clients/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { KeyRing, Random } from '../../kernel/crypto.ts';
import type { Locale } from '../../kernel/locale.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Catalogue } from '../../programmes/index.ts';
import {
  answerWords,
  readBrowser,
  type Asked,
  type Asking,
  type CodeQuestion,
  type NewReport,
  type Reported,
} from '../../questions/index.ts';
import { FORM_BYTES_MAX, readForms } from '../forms.ts';
import { sendPage } from '../layout.ts';
import { askForVisitor, HIDDEN, POSTED, tellBrokenPages, underEachHome } from '../site-frame.ts';
import { keepSealed, readSealed, visitOf, visitOfForm, type Visit } from '../visit.ts';
import { reportedPage, whyAnswerPage } from './answer-page.ts';
import { EMPTY_FORM, whyAddress, whyFormPage } from './form-page.ts';
import { answerToKeep, questionKept, type KeptAnswer } from './kept-answer.ts';
import { readWhyForm } from './read-form.ts';

export interface WhySiteParts {
  readonly guesses: GuessThrottle;
  readonly keyRing: KeyRing;
  readonly random: Random;
  readonly clock: Clock;
  readonly log: Logger;
  catalogue(): Catalogue;
  ask(question: CodeQuestion, asking: Asking): Promise<Asked>;
  report(report: NewReport): Promise<Reported>;
}

/** A report has a thousand characters of its own, which travel as up to nine bytes each. */
const REPORT_BYTES_MAX = 16 * 1024;
const ANSWER = 'kinken_why';
const REPORTED = 'kinken_reported';

/** "Why can't I use my code?", as a plugin of the HTTP server. It works without JavaScript. */
export function whySite(parts: WhySiteParts) {
  return (server: FastifyInstance, _options: unknown, done: () => void): void => {
    readForms(server, REPORT_BYTES_MAX);
    tellBrokenPages(server, parts.log);
    underEachHome((home, language) => registerWhy(server, parts, `${home}/why`, language));
    done();
  };
}

function registerWhy(
  server: FastifyInstance,
  parts: WhySiteParts,
  address: string,
  language: (request: FastifyRequest) => Locale,
): void {
  server.get(address, HIDDEN, async (request, reply) => {
    const { token } = visitOf(request, reply, parts);
    return sendPage(reply, formPage(parts, language(request), token));
  });
  server.post(address, { ...POSTED, bodyLimit: FORM_BYTES_MAX }, async (request, reply) =>
    ask(parts, request, reply, language(request)),
  );
  // Behind the form stands a page that can be read again, and left by Back, without asking anew.
  server.get(`${address}/answer`, HIDDEN, async (request, reply) =>
    showAnswer(parts, request, reply, language(request)),
  );
  server.post(
    `${address}/not-me`,
    { ...POSTED, bodyLimit: REPORT_BYTES_MAX },
    async (request, reply) => report(parts, request, reply, language(request)),
  );
  server.get(`${address}/reported`, HIDDEN, async (request, reply) => {
    const { keyRing, clock } = parts;
    const reported = readSealed<Reported>(request, keyRing, REPORTED, clock.now());
    const locale = language(request);
    if (!reported) return reply.redirect(whyAddress(locale), 303);
    return sendPage(reply, reportedPage(locale, reported));
  });
}

function formPage(parts: WhySiteParts, locale: Locale, token: string, isRefused = false) {
  const catalogue = parts.catalogue();
  return whyFormPage({ locale, token, catalogue, form: EMPTY_FORM, problems: [], isRefused });
}

async function ask(
  parts: WhySiteParts,
  request: FastifyRequest,
  reply: FastifyReply,
  locale: Locale,
): Promise<FastifyReply> {
  const form = (request.body as URLSearchParams | null) ?? new URLSearchParams();
  const visit = formVisit(parts, request, form);
  if (!visit) return refuseForm(parts, request, reply, locale);
  const { token } = visit;
  const catalogue = parts.catalogue();
  const { question, problems, shown } = readWhyForm(form, catalogue);
  if (problems.length > 0) {
    return sendPage(
      reply,
      whyFormPage({ locale, token, catalogue, form: shown, problems, isRefused: false }),
    );
  }
  const asked = await askForVisitor(parts.guesses, { request, reply, visit, locale }, async () => {
    const found = await parts.ask(question, askingOf(request));
    return { found, isMiss: found.instrumentId === null };
  });
  if (asked === null) return reply;
  keep(parts, request, reply, { name: ANSWER, value: answerToKeep(question, asked.found) });
  return reply.redirect(`${whyAddress(locale)}/answer`, 303);
}

async function showAnswer(
  parts: WhySiteParts,
  request: FastifyRequest,
  reply: FastifyReply,
  locale: Locale,
): Promise<FastifyReply> {
  const kept = readSealed<KeptAnswer>(request, parts.keyRing, ANSWER, parts.clock.now());
  if (!kept) return reply.redirect(whyAddress(locale), 303);
  const { token } = visitOf(request, reply, parts);
  const { question, ...shown } = questionKept(kept);
  const asked = await parts.ask(question, { ...askingOf(request), ...shown });
  const words = answerWords(asked, parts.catalogue(), locale);
  return sendPage(reply, whyAnswerPage({ locale, token, asked, words }));
}

/** For the card of the answer that this browser was shown; nobody can name another. */
async function report(
  parts: WhySiteParts,
  request: FastifyRequest,
  reply: FastifyReply,
  locale: Locale,
): Promise<FastifyReply> {
  const form = (request.body as URLSearchParams | null) ?? new URLSearchParams();
  if (!formVisit(parts, request, form)) return refuseForm(parts, request, reply, locale);
  const kept = readSealed<KeptAnswer>(request, parts.keyRing, ANSWER, parts.clock.now());
  if (!kept) return reply.redirect(whyAddress(locale), 303);
  const { question, ...shown } = questionKept(kept);
  const asked = await parts.ask(question, { ...askingOf(request), ...shown });
  const { instrumentId, product, answer } = asked;
  if (instrumentId === null || product === null || !answer.canReport) {
    return reply.redirect(`${whyAddress(locale)}/answer`, 303);
  }
  const reported = await parts.report({
    issuerId: product.issuerId,
    productId: product.productId,
    sellerId: answer.sellerId,
    instrumentId,
    words: form.get('words'),
    contact: form.get('contact'),
    locale,
  });
  keep(parts, request, reply, { name: REPORTED, value: reported });
  return reply.redirect(`${whyAddress(locale)}/reported`, 303);
}

function formVisit(
  { keyRing }: WhySiteParts,
  request: FastifyRequest,
  form: URLSearchParams,
): Visit | undefined {
  return visitOfForm(request, form.get('token'), keyRing);
}

/** Most often a browser that keeps no cookies: the page says so, and how to go on. */
function refuseForm(
  parts: WhySiteParts,
  request: FastifyRequest,
  reply: FastifyReply,
  locale: Locale,
): FastifyReply {
  const { token } = visitOf(request, reply, parts);
  return sendPage(reply, formPage(parts, locale, token, true));
}

function askingOf(request: FastifyRequest): Asking {
  return { issuerId: null, environment: readBrowser(request.headers['user-agent']) };
}

function keep(
  { keyRing, clock }: WhySiteParts,
  request: FastifyRequest,
  reply: FastifyReply,
  kept: { readonly name: string; readonly value: object },
): void {
  keepSealed(request, reply, keyRing, { ...kept, now: clock.now() });
}
