import type { FastifyInstance, FastifyPluginCallback } from 'fastify';
import { z } from 'zod';
import type { Caller } from '../../clients/index.ts';
import { isoInstant, type Instant } from '../../kernel/clock.ts';
import type { Locale } from '../../kernel/locale.ts';
import type { Catalogue } from '../../programmes/index.ts';
import {
  AT_HAND,
  answerWords,
  CAUSES,
  ENVIRONMENT_FINDINGS,
  type Asked,
  type Asking,
  type CodeQuestion,
} from '../../questions/index.ts';
import { codeQuestion, type SentQuestion } from '../../questions/contract.ts';
import { callerOf } from './authentication.ts';
import { problem } from './contract.ts';
import { visitorOf } from './guessing.ts';
import type { HttpParts } from './parts.ts';
import { problemLocale, sendProblem } from './problems.ts';

export interface QuestionRouteParts extends Pick<HttpParts, 'guesses' | 'catalogue'> {
  ask(question: CodeQuestion, asking: Asking): Promise<Asked>;
}

const instant = z.iso.datetime();
const text = z.string();

const questionAnswer = z
  .strictObject({
    cause: z.enum(CAUSES),
    safety: z.enum(['safe', 'not_loaded', 'spent', 'ended', 'unknown']).meta({
      description: 'What has become of the value; not_loaded: the money is with the shop',
    }),
    title: text,
    what: text,
    whatToDo: z.array(text),
    since: instant.nullable(),
    isOver: z.boolean(),
    lookAgainAt: instant.nullable().meta({ description: 'When it is worth asking again' }),
    announced: text
      .nullable()
      .meta({ description: 'What the public is told of the stop or outage' }),
    suspensionId: z.int().nullable(),
    incidentId: z.int().nullable(),
    productId: text.nullable(),
    balanceMinor: z.int().nullable(),
    unit: text.nullable(),
    uses: z.array(
      z.strictObject({ at: instant, amountMinor: z.int(), merchantId: text.nullable() }),
    ),
    typed: text.nullable().meta({ description: 'What the shape of what was typed shows' }),
    places: z.array(z.strictObject({ place: z.int(), typed: text, perhaps: z.array(text) })),
    environment: z.array(z.enum(ENVIRONMENT_FINDINGS)),
    responsible: z.enum(['sale', 'value', 'own', 'none']),
    desk: z
      .strictObject({
        name: text,
        hours: text,
        replies: text.nullable(),
        phone: text.nullable(),
        mail: text.nullable(),
        url: text.nullable(),
      })
      .nullable(),
    haveAtHand: z.array(z.enum(AT_HAND)),
    readAt: instant,
  })
  .meta({ id: 'QuestionAnswer' });

/** `POST /v1/code-questions`, as a plugin behind keys: what the page says, for shops and support desks. */
export function questionRoutes(parts: QuestionRouteParts): FastifyPluginCallback {
  return (scope, _options, done) => {
    registerQuestions(scope, parts);
    done();
  };
}

function registerQuestions(server: FastifyInstance, parts: QuestionRouteParts): void {
  server.post(
    '/code-questions',
    {
      config: { scope: 'inquire' },
      schema: {
        tags: ['Asking'],
        operationId: 'askWhy',
        summary: 'Why a code or card does not work, and what its holder does now',
        description:
          'By its code; by its number only with proof of purchase. The words are those of the page, in the ' +
          'language of Accept-Language. Not remembered, so it takes no Idempotency-Key. Scope: inquire.',
        body: codeQuestion,
        response: { 200: questionAnswer, '4xx': problem, '5xx': problem },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const question = questionOf(request.body as SentQuestion, caller, parts.catalogue());
      if (typeof question === 'string') {
        const errors = [{ field: question, message: 'there is none with this key' }];
        return sendProblem(request, reply, 'request_not_understood', { errors });
      }
      const visitor = visitorOf(request, caller.client.clientId);
      const retryAfterMs = parts.guesses.admit(visitor);
      if (retryAfterMs > 0)
        return sendProblem(request, reply, 'too_many_attempts', { retryAfterMs });
      let isMiss = false;
      try {
        const { issuerId } = caller.client;
        const asked = await parts.ask(question, { issuerId, environment: [] });
        isMiss = asked.instrumentId === null;
        const locale = problemLocale(request);
        return await reply
          .header('content-language', locale)
          .send(answerOf(asked, parts.catalogue(), locale));
      } finally {
        parts.guesses.settle(visitor, isMiss);
      }
    },
  );
}

/** With ids for keys; the name of the field whose key is not the caller's issuer's. */
function questionOf(
  sent: SentQuestion,
  { client: { issuerId } }: Caller,
  catalogue: Catalogue,
): CodeQuestion | string {
  const { card, product: productKey, bought, tried } = sent;
  const product = productKey && catalogue.findProduct(issuerId, productKey);
  if (productKey && !product) return 'product';
  const seller = bought.seller && catalogue.findSeller(issuerId, bought.seller);
  if (bought.seller && !seller) return 'bought.seller';
  const merchant = tried.merchant && catalogue.findMerchant(issuerId, tried.merchant);
  if (tried.merchant && !merchant) return 'tried.merchant';
  return {
    card: 'code' in card ? { by: 'code', code: card.code } : { by: 'number', number: card.number },
    productId: product ? product.productId : null,
    bought: {
      sellerId: seller ? seller.sellerId : null,
      chainId: seller ? seller.chainId : null,
      at: instantOf(bought.at),
      amountMinor: bought.amountMinor === undefined ? null : BigInt(bought.amountMinor),
      receipt: bought.receipt ?? null,
    },
    tried: {
      doing: tried.doing,
      merchantId: merchant ? merchant.merchantId : null,
      isElsewhere: tried.isElsewhere,
      at: instantOf(tried.at),
      country: tried.country ?? null,
      amountMinor: tried.amountMinor === undefined ? null : BigInt(tried.amountMinor),
      saw: tried.saw ?? null,
    },
  };
}

function answerOf(
  asked: Asked,
  catalogue: Catalogue,
  locale: Locale,
): z.output<typeof questionAnswer> {
  const { answer, product } = asked;
  const words = answerWords(asked, catalogue, locale);
  return {
    cause: answer.cause,
    safety: answer.safety,
    title: words.title,
    what: words.what,
    whatToDo: [...words.todo],
    since: isoOrNull(answer.since),
    isOver: answer.isOver,
    lookAgainAt: isoOrNull(answer.lookAgainAt),
    announced: words.announced,
    suspensionId: answer.publicText?.suspensionId ?? null,
    incidentId: answer.publicText?.incidentId ?? null,
    productId: product?.key ?? null,
    balanceMinor: answer.spendableMinor === null ? null : Number(answer.spendableMinor),
    unit: product?.unit ?? null,
    uses: answer.uses.map(({ at, amountMinor, merchantId }) => ({
      at: isoInstant(at),
      amountMinor: Number(amountMinor),
      merchantId: catalogue.merchants.get(merchantId ?? 0)?.key ?? null,
    })),
    typed: words.typed,
    places: (answer.typed?.places ?? []).map(({ place, typed, perhaps }) => ({
      place,
      typed,
      perhaps: [...perhaps],
    })),
    environment: [...answer.environment],
    responsible: answer.responsible,
    desk: words.desk && { ...words.desk },
    haveAtHand: [...answer.haveAtHand],
    readAt: isoInstant(asked.readAt),
  };
}

function instantOf(text: string | undefined): Instant | null {
  return text === undefined ? null : Date.parse(text);
}

function isoOrNull(at: Instant | null): string | null {
  return at === null ? null : isoInstant(at);
}
