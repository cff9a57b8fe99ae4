import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';
import type { Logger } from '../../kernel/log.ts';
import { DoorRefused, problemOf, sendProblem, type FieldError } from './problems.ts';
import type { DoorRefusal } from './door-refusals.ts';

const ERRORS_MAX = 20;
const MESSAGE_LENGTH_MAX = 200;

/** Fastify's own errors in our words; whatever is not here and not the caller's fault is ours. */
const REFUSAL_OF_ERROR: Readonly<Record<string, DoorRefusal>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media_type_not_supported',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'body_not_understood',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'body_not_understood',
  FST_ERR_BAD_URL: 'not_found',
  FST_ERR_ASYNC_CONSTRAINT: 'not_found',
  FST_ERR_MAX_PARAM_LENGTH: 'not_found',
};

/** Every error is a problem document; what broke on our side is logged, and told without detail. */
export function answerErrors(server: FastifyInstance, log: Logger): void {
  server.setErrorHandler<FastifyError>((error, request, reply) =>
    sendError(error, request, reply, log),
  );
}

export function sendError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
  log: Logger,
): FastifyReply {
  if (error instanceof DoorRefused) return sendProblem(request, reply, error.refusal, error.facts);
  if (error.validation) {
    const errors = fieldErrors(error);
    return sendProblem(request, reply, 'request_not_understood', { errors });
  }
  const refusal = REFUSAL_OF_ERROR[error.code];
  if (refusal) return sendProblem(request, reply, refusal);
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return sendProblem(request, reply, 'request_not_understood');
  }
  const route = request.routeOptions?.url;
  log.error({ error, route, answerId: request.id }, 'a request broke');
  return sendProblem(request, reply, 'door_broken');
}

/** What never became a request: malformed HTTP, headers that are too large, a caller that is too slow. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const [status, words] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'Request Header Fields Too Large']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'Request Timeout']
        : [400, 'Bad Request'];
  const problem = { ...problemOf('request_not_understood', 'en'), status };
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${status} ${words}\r\ncontent-type: application/problem+json; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

/** Where and what, never what was sent: the sender knows, and a log may copy an answer. */
function fieldErrors(error: FastifyError): FieldError[] {
  const context = error.validationContext ?? 'body';
  return (error.validation ?? []).slice(0, ERRORS_MAX).map((found) => {
    const path = found.instancePath.split('/').filter(Boolean).join('.');
    const place = context === 'body' ? path : [context, path].filter(Boolean).join('.');
    const message = withoutSent(found.message ?? 'not as it must be').slice(0, MESSAGE_LENGTH_MAX);
    return { field: place || context, message };
  });
}

/** The name of an unknown field is the caller's own text, and may be a code: only a short plain word is said again. */
function withoutSent(message: string): string {
  if (!message.startsWith('Unrecognized key') || PLAIN_WORDS.test(message)) return message;
  return 'A field that is not known';
}

const PLAIN_WORDS = /^Unrecognized keys?: "[a-z][A-Za-z]{0,13}"(, "[a-z][A-Za-z]{0,13}")*$/;
