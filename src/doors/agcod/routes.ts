import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../kernel/clock.ts';
import type { AgcodEngine, FindProduct, Partner, PartnerDirectory } from './contract.ts';
import { answerError, carryOut, OPERATION_NAMES, type OperationName } from './exchange.ts';
import type { ErrorName } from './errors.ts';
import { REGIONS, verifySignature, type SignatureFault } from './signature.ts';
import { createThrottle, type Throttle } from './throttle.ts';
import {
  answerFormat,
  CONTENT_TYPES,
  readRequest,
  REQUEST_BYTES_MAX,
  writeAnswer,
  type Answer,
  type MediaTypes,
} from './wire.ts';

export interface AgcodDoorOptions {
  readonly engine: AgcodEngine;
  readonly directory: PartnerDirectory;
  readonly clock: Clock;
  readonly findProduct: FindProduct;
  readonly regions?: readonly string[]; // of signatures; the three of the protocol unless told
  /** Counts answers for the metrics: an error name, `ok`, `throttled` or `signature`. */
  readonly countAnswer?: (operation: OperationName, result: AnswerKind) => void;
}

export type AnswerKind = 'ok' | 'throttled' | 'signature' | ErrorName;

interface Door extends AgcodDoorOptions {
  readonly throttle: Throttle;
}

const BAD_CREDENTIALS: Answer = {
  __type: 'UnrecognizedClientException',
  message: 'The security token included in the request is invalid.',
};
const RATE_EXCEEDED: Answer = {
  __type: 'ThrottlingException:http://internal.amazon.com/coral/com.amazon.coral.availability/',
  message: 'Rate exceeded',
};

/**
 * The Amazon-Incentives-compatible API as a Fastify plugin: `await server.register(agcodDoor(...))`.
 * It answers POST of the seven operations and nothing else, and takes bodies as bytes, because the
 * signature is over bytes. All of that stays inside the plugin; other routes notice nothing.
 */
export function agcodDoor(options: AgcodDoorOptions): FastifyPluginAsync {
  const door: Door = { ...options, throttle: createThrottle(options.clock) };
  return async (scope: FastifyInstance) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    );
    // Official samples send `content-type: charset=UTF-8`, which Fastify takes for no type at all and
    // refuses before any parser sees it. The type as sent is still read from the raw headers.
    scope.addHook('onRequest', async (request) => {
      request.raw.headers['content-type'] = 'application/octet-stream';
    });
    for (const operation of OPERATION_NAMES) {
      for (const path of [`/${operation}`, `/${operation}/`]) {
        scope.route({
          method: 'POST',
          url: path,
          bodyLimit: REQUEST_BYTES_MAX,
          handler: (request, reply) => answer(door, operation, { request, reply }),
          errorHandler: (failure, request, reply) =>
            answerFailure(door, operation, { failure, request, reply }),
        });
      }
    }
  };
}

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

async function answer(
  door: Door,
  operation: OperationName,
  exchange: Exchange,
): Promise<FastifyReply> {
  const { request } = exchange;
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const arrivedAt = door.clock.now();
  const types = mediaTypesOf(request);
  const send = (httpStatus: number, content: Answer): FastifyReply =>
    exchange.reply
      .code(httpStatus)
      .header('content-type', CONTENT_TYPES[answerFormat(types, body)])
      .send(writeAnswer(content, answerFormat(types, body), `${operation}Response`));

  const signed = verifySignature(
    { method: 'POST', url: request.raw.url ?? '', rawHeaders: request.raw.rawHeaders, body },
    door.directory,
    { now: arrivedAt, regions: door.regions ?? REGIONS },
  );
  if (!signed.ok) {
    logFault(request, signed.refusal);
    door.countAnswer?.(operation, 'signature');
    return send(403, BAD_CREDENTIALS);
  }
  if (!door.throttle.admits(signed.value, operation)) {
    door.countAnswer?.(operation, 'throttled');
    return send(400, RATE_EXCEEDED);
  }

  const fields = readRequest(body, types, operation);
  const result = fields.ok
    ? await carryOut(operation, {
        fields: fields.value,
        partner: signed.value,
        arrivedAt,
        engine: door.engine,
        findProduct: door.findProduct,
        reportFailure: (failure) => logFailure(request, signed.value, failure),
      })
    : fields;
  door.countAnswer?.(operation, result.ok ? 'ok' : result.refusal);
  return result.ok ? send(200, result.value) : send(400, answerError(operation, result.refusal));
}

/** What went wrong before the handler, or in it: a body above the bound, or a fault of ours. */
function answerFailure(
  door: Door,
  operation: OperationName,
  exchange: Exchange & { readonly failure: unknown },
): void {
  const { failure, request, reply } = exchange;
  const code = (failure as { readonly code?: unknown }).code;
  const isTooLarge = code === 'FST_ERR_CTP_BODY_TOO_LARGE';
  if (!isTooLarge) request.log.error({ err: failure }, 'an AGCOD call broke');
  const name: ErrorName = isTooLarge ? 'requestTooLarge' : 'outcomeUnknown';
  door.countAnswer?.(operation, name);
  const format = answerFormat(mediaTypesOf(request), Buffer.alloc(0));
  reply
    .code(isTooLarge ? 413 : 400)
    .header('content-type', CONTENT_TYPES[format])
    .send(writeAnswer(answerError(operation, name), format, `${operation}Response`));
}

function mediaTypesOf(request: FastifyRequest): MediaTypes {
  const raw = request.raw.rawHeaders;
  const place = raw.findIndex(
    (text, index) => index % 2 === 0 && text.toLowerCase() === 'content-type',
  );
  return { contentType: place < 0 ? undefined : raw[place + 1], accept: request.headers.accept };
}

/** Neither key nor signature is logged: the cause is enough to help a partner. */
function logFault(request: FastifyRequest, cause: SignatureFault): void {
  request.log.info({ cause }, 'an AGCOD signature was refused');
}

function logFailure(request: FastifyRequest, partner: Partner, failure: unknown): void {
  request.log.error({ err: failure, partnerId: partner.partnerId }, 'an AGCOD operation broke');
}
