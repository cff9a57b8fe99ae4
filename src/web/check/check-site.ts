import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  MAIL_BYTES_MAX,
  TEXT_MAX,
  type Checked,
  type CheckRefusal,
  type MessageQuestion,
  type NewPhishingReport,
} from '../../checks/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { KeyRing, Random } from '../../kernel/crypto.ts';
import type { Locale } from '../../kernel/locale.ts';
import type { Logger } from '../../kernel/log.ts';
import { networkOf } from '../../kernel/network-of.ts';
import type { Result } from '../../kernel/result.ts';
import type { Member } from '../../members/index.ts';
import type { Catalogue } from '../../programmes/index.ts';
import { localeOf, readForms } from '../forms.ts';
import { sendPage } from '../layout.ts';
import { PICTURE_UPLOAD_MAX, type PictureRefusal, type ReadPicture } from '../pictures/index.ts';
import { HIDDEN, POSTED, tellBrokenPages, underEachHome } from '../site-frame.ts';
import { keepSealed, readSealed, visitOf, visitOfForm } from '../visit.ts';
import { checkAnswerPage, checkReportedPage, type PictureProblem } from './answer-page.ts';
import { checkAddress, checkFormPage, EMPTY_CHECK, type CheckForm } from './form-page.ts';
import { checkToKeep, type KeptCheck } from './kept-check.ts';

export interface CheckSiteParts {
  readonly keyRing: KeyRing;
  readonly random: Random;
  readonly clock: Clock;
  readonly log: Logger;
  catalogue(): Catalogue;
  /** Who has signed in at this browser. */
  findMember(cookie: string | undefined): Promise<Member | null>;
  check(
    question: MessageQuestion,
    asking: { readonly network: string; readonly member: Member | null },
  ): Promise<Result<Checked, CheckRefusal>>;
  readonly readPicture: ReadPicture;
  /** Null: there is nobody to tell, or the asker has reported enough for a day. */
  report(report: Omit<NewPhishingReport, 'issuerId'>): Promise<{ readonly number: string } | null>;
}

/** Read to here, so that whoever chose too long a file is told so; what is longer still is cut off. */
const UPLOAD_BYTES_MAX = 3 * MAIL_BYTES_MAX;
const REPORT = '/report';
const ANSWER = 'kinken_check';
const REPORTED = 'kinken_phishing';

/** "Is this from you?", as a plugin of the HTTP server. It works without JavaScript. */
export function checkSite(parts: CheckSiteParts) {
  return (server: FastifyInstance, _options: unknown, done: () => void): void => {
    readForms(server);
    server.addContentTypeParser(
      'multipart/form-data',
      { parseAs: 'buffer', bodyLimit: UPLOAD_BYTES_MAX },
      (request, body, parsed) => {
        new Response(body as Buffer<ArrayBuffer>, {
          headers: { 'content-type': request.headers['content-type'] ?? '' },
        })
          .formData()
          .then(
            (form) => parsed(null, form),
            () => parsed(null, new FormData()), // cut off on the way: refused as a form that is not ours
          );
      },
    );
    tellBrokenPages(server, parts.log, (error, request, reply) =>
      error.code === 'FST_ERR_CTP_BODY_TOO_LARGE' ? tooLong(parts, request, reply) : null,
    );
    refuseStrangersPictures(server, parts);
    underEachHome((home, language) => registerCheck(server, parts, `${home}/check`, language));
    done();
  };
}

function registerCheck(
  server: FastifyInstance,
  parts: CheckSiteParts,
  address: string,
  language: (request: FastifyRequest) => Locale,
): void {
  const { keyRing, clock } = parts;
  server.get(address, HIDDEN, async (request, reply) =>
    sendForm(parts, request, reply, { locale: language(request) }),
  );
  server.post(address, { ...POSTED, bodyLimit: UPLOAD_BYTES_MAX }, async (request, reply) =>
    check(parts, request, reply, language(request)),
  );
  // Behind the form stands a page that can be read again, and left by Back, without asking anew.
  server.get(`${address}/answer`, HIDDEN, async (request, reply) => {
    const kept = keptOf(parts, request);
    const locale = language(request);
    if (!kept || !(await isFor(parts, request, kept))) {
      return reply.redirect(checkAddress(locale), 303);
    }
    return sendAnswer(parts, request, reply, { locale, kept, problem: null });
  });
  server.post(
    `${address}${REPORT}`,
    { ...POSTED, bodyLimit: PICTURE_UPLOAD_MAX },
    (request, reply) => report(parts, request, reply, language(request)),
  );
  server.get(`${address}/reported`, HIDDEN, async (request, reply) => {
    const reported = readSealed<Reported>(request, keyRing, REPORTED, clock.now());
    const locale = language(request);
    if (!reported) return reply.redirect(checkAddress(locale), 303);
    return sendPage(reply, checkReportedPage(locale, reported));
  });
}

/** What was told to a member is shown to that member alone, also at the same browser. */
async function isFor(
  parts: CheckSiteParts,
  request: FastifyRequest,
  { memberId }: KeptCheck,
): Promise<boolean> {
  if (memberId === null) return true;
  return (await parts.findMember(request.headers.cookie))?.memberId === memberId;
}

interface Reported {
  readonly number: string | null;
  /** A picture was sent along and could not be read: the rest was taken. */
  readonly isPictureLost: boolean;
  readonly of: string;
}

async function check(
  parts: CheckSiteParts,
  request: FastifyRequest,
  reply: FastifyReply,
  locale: Locale,
): Promise<FastifyReply> {
  const { keyRing, clock } = parts;
  const sent = request.body as FormData | URLSearchParams | null;
  const field = (name: string, lengthMax: number): string => {
    const value = sent?.get(name);
    return typeof value === 'string' ? value.trim().slice(0, lengthMax) : '';
  };
  if (!visitOfForm(request, field('token', 100), keyRing)) {
    return sendForm(parts, request, reply, { locale, isRefused: true });
  }
  const form: CheckForm = {
    number: field('number', 64),
    text: field('text', TEXT_MAX),
    sender: field('sender', 300),
    link: field('link', 2_048),
  };
  const file = sent?.get('mail');
  const isFile = file instanceof File && file.size > 0;
  const member = await parts.findMember(request.headers.cookie);
  const asking = { network: networkOf(request.ip), member };
  const question = {
    number: form.number || null,
    text: form.text || null,
    sender: form.sender || null,
    link: form.link || null,
    mail: isFile ? new Uint8Array(await file.arrayBuffer()) : null,
  };
  const checked = await parts.check(question, asking);
  if (!checked.ok) {
    return sendForm(parts, request, reply, { locale, form, problem: checked.refusal });
  }
  const value = checkToKeep(checked.value, parts.catalogue(), member?.memberId ?? null);
  keepSealed(request, reply, keyRing, { name: ANSWER, value, now: clock.now() });
  return reply.redirect(`${checkAddress(locale)}/answer`, 303);
}

/** Of the message that this browser was shown the answer to. */
async function report(
  parts: CheckSiteParts,
  request: FastifyRequest,
  reply: FastifyReply,
  locale: Locale,
): Promise<FastifyReply> {
  const { keyRing, clock } = parts;
  const form = (request.body as FormData | URLSearchParams | null) ?? new URLSearchParams();
  if (!visitOfForm(request, form.get('token'), keyRing)) {
    return sendForm(parts, request, reply, { locale, isRefused: true });
  }
  const kept = keptOf(parts, request);
  if (!kept || kept.verdict === 'ours') return reply.redirect(checkAddress(locale), 303);
  const picture = await pictureOf(parts, request, form);
  if (picture === 'picture_too_large' || picture === 'pictures_busy') {
    return sendAnswer(parts, request, reply, { locale, kept, problem: picture });
  }
  const catalogue = parts.catalogue();
  const product = catalogue.products.get(Number(form.get('product')));
  const seller = catalogue.sellers.get(Number(form.get('seller')));
  const reported = await parts.report({
    productId: product?.productId ?? null,
    // Of two issuers' things the product tells whose desk it is.
    sellerId: product && product.issuerId !== seller?.issuerId ? null : (seller?.sellerId ?? null),
    reporter: networkOf(request.ip),
    verdict: kept.verdict,
    reasons: kept.findings.map(({ reason }) => reason),
    hosts: kept.seen.links.map((link) => link.split(/[/?]/, 1)[0] ?? ''),
    seen: kept.seen,
    contact: textOfField(form, 'contact'),
    picture: picture === 'picture_not_readable' ? null : picture,
  });
  const isPictureLost = picture === 'picture_not_readable';
  const value = { number: reported?.number ?? null, isPictureLost };
  keepSealed(request, reply, keyRing, { name: REPORTED, value, now: clock.now() });
  return reply.redirect(`${checkAddress(locale)}/reported`, 303);
}

function tooLong(
  parts: CheckSiteParts,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  reply.header('connection', 'close');
  const locale = localeOf(request);
  const kept = keptOf(parts, request);
  if (kept !== undefined && isReport(request)) {
    return sendAnswer(parts, request, reply, { locale, kept, problem: 'picture_too_large' });
  }
  return sendForm(parts, request, reply, { locale, problem: 'mail_too_long' });
}

/** Null: none was chosen. Drawn for whoever was answered just now, one at a time. */
async function pictureOf(
  { readPicture }: CheckSiteParts,
  request: FastifyRequest,
  form: FormData | URLSearchParams,
): Promise<Uint8Array | PictureRefusal | null> {
  const file = form.get('picture');
  if (!(file instanceof File) || file.size === 0) return null;
  const drawn = await readPicture(new Uint8Array(await file.arrayBuffer()), networkOf(request.ip));
  return 'refusal' in drawn ? drawn.refusal : drawn.bytes;
}

function textOfField(form: FormData | URLSearchParams, name: string): string | null {
  const value = form.get(name);
  return typeof value === 'string' ? value : null;
}

function keptOf(
  { keyRing, clock }: CheckSiteParts,
  request: FastifyRequest,
): KeptCheck | undefined {
  return readSealed<KeptCheck>(request, keyRing, ANSWER, clock.now());
}

function isReport({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.url?.endsWith(REPORT) ?? false;
}

/** A picture is read of nobody who was not answered a moment ago: the head of a request says who was. */
function refuseStrangersPictures(server: FastifyInstance, parts: CheckSiteParts): void {
  server.addHook('onRequest', async (request, reply) => {
    if (request.method !== 'POST' || !isReport(request) || keptOf(parts, request)) return;
    reply.header('connection', 'close');
    return reply.redirect(checkAddress(localeOf(request)), 303);
  });
}

function sendAnswer(
  parts: CheckSiteParts,
  request: FastifyRequest,
  reply: FastifyReply,
  shown: {
    readonly locale: Locale;
    readonly kept: KeptCheck;
    readonly problem: PictureProblem | null;
  },
): FastifyReply {
  const { token } = visitOf(request, reply, parts);
  return sendPage(reply, checkAnswerPage({ ...shown, token, catalogue: parts.catalogue() }));
}

function sendForm(
  parts: CheckSiteParts,
  request: FastifyRequest,
  reply: FastifyReply,
  shown: {
    readonly locale: Locale;
    readonly form?: CheckForm;
    readonly problem?: CheckRefusal;
    readonly isRefused?: boolean;
  },
): FastifyReply {
  const { token } = visitOf(request, reply, parts);
  const { locale, form = EMPTY_CHECK, problem = null, isRefused = false } = shown;
  return sendPage(reply, checkFormPage({ locale, token, form, problem, isRefused }));
}
