import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock, Instant } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/log.ts';
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
  readonly log: Logger;
  readonly findProduct: FindProduct;
  /** What was announced of a suspension, in the protocol's English; undefined: it is not known. */
  readonly findSuspensionText?: (suspensionId: number, at: Instant) => string | undefined;
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
 * The Amazon-Incentives-compatible API as a Fastify plugin: `await
 * server.register(agcodDoor(...))`. It answers POST of the seven operations and nothing else, and
 * takes bodies as bytes, because the signature is over bytes. All of that stays inside the plugin;
 * other routes notice nothing.
 */
export function agcodDoor(options: AgcodDoorOptions): FastifyPluginCallback {
  const door: Door = { ...options, throttle: createThrottle(options.clock) };
  return (scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) =>
      parsed(null, body),
    );
    scope.decorateRequest(ARRIVED_AT, 0);
    scope.addHook('onRequest', (request, _reply, next) => {
      request.setDecorator<Instant>(ARRIVED_AT, door.clock.now());
      // Official samples send `content-type: charset=UTF-8`, which Fastify takes for no type at all
      // and refuses before any parser sees it. The type as sent is read from the raw headers.
      request.raw.headers['content-type'] = 'application/octet-stream';
      next();
    });
    for (const operation of OPERATION_NAMES) {
      for (const path of [`/${operation}`, `/${operation}/`]) {
        scope.post(path, {
          bodyLimit: REQUEST_BYTES_MAX,
          handler: (request, reply) => answer(door, operation, { request, reply }),
          errorHandler: (failure, request, reply) =>
            answerFailure(door, operation, { failure, request, reply }),
        });
      }
    }
    done();
  };
}

/**
 * The instant of arrival, before the body is read: it judges the signature and the request (R24).
 */
const ARRIVED_AT = 'agcodArrivedAt';

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
  const arrivedAt = request.getDecorator<Instant>(ARRIVED_AT);
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
    logFault(door, operation, signed.refusal);
    door.countAnswer?.(operation, 'signature');
    return send(403, BAD_CREDENTIALS);
  }
  if (!door.throttle.admits(signed.value, operation)) {
    door.countAnswer?.(operation, 'throttled');
    return send(400, RATE_EXCEEDED);
  }

  const fields = readRequest(body, types, operation);
  let announced: string | undefined;
  const call = {
    partner: signed.value,
    arrivedAt,
    engine: door.engine,
    findProduct: door.findProduct,
    noteSuspension(suspensionId: number) {
      announced = door.findSuspensionText?.(suspensionId, arrivedAt);
    },
    reportFailure: (failure: unknown) => logFailure(door, signed.value, failure),
  };
  try {
    const result = fields.ok
      ? await carryOut(operation, { ...call, fields: fields.value })
      : fields;
    door.countAnswer?.(operation, result.ok ? 'ok' : result.refusal);
    if (result.ok) return send(200, result.value);
    return send(400, answerError(operation, result.refusal, announced));
  } finally {
    door.throttle.ended(signed.value, operation);
  }
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
  if (!isTooLarge) door.log.error({ error: failure, operation }, 'an AGCOD call broke');
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
function logFault(door: Door, operation: OperationName, cause: SignatureFault): void {
  door.log.info({ operation, cause }, 'an AGCOD signature was refused');
}

function logFailure(door: Door, partner: Partner, failure: unknown): void {
  door.log.error({ error: failure, partnerId: partner.partnerId }, 'an AGCOD operation broke');
}
