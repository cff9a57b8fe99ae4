import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { RefusalText } from '../doors/http/index.ts';
import { assert, present } from '../kernel/assert.ts';
import type { Clock, Instant } from '../kernel/clock.ts';
import { isSameSecret, type KeyRing } from '../kernel/crypto.ts';
import type { Connection, Queryable } from '../kernel/database/index.ts';
import type { Locale } from '../kernel/locale.ts';
import type { Logger } from '../kernel/log.ts';
import type { Result } from '../kernel/result.ts';
import {
  appendAudit,
  type ActNamed,
  type Operator,
  type OperatorSession,
  type Permission,
  type Sessions,
} from '../operators/index.ts';
import { findIssuer, type Catalogue, type Issuer } from '../programmes/index.ts';
import { FRAME_REFUSALS, localeOf, sendRefusal, type FrameRefusal } from './problems.ts';

/** What every route of the console stands on. */
export interface ConsoleParts {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly log: Logger;
  readonly keyRing: KeyRing;
  readonly sessions: Sessions;
  /** Whether an operator without a second factor may do anything but set one up: only in a demo. */
  readonly isSecondFactorNeeded: boolean;
  catalogue(): Catalogue;
}

export interface ConsoleSent<Body extends z.ZodType, Query extends z.ZodType> {
  readonly body: z.output<Body>;
  readonly query: z.output<Query>;
  readonly params: Readonly<Record<string, string>>;
  readonly arrivedAt: Instant;
  readonly locale: Locale;
  readonly session: OperatorSession;
  /** Whose things are meant: the operator's own issuer, or the one that the header `Kinken-Issuer` names. */
  readonly issuer: Issuer;
  /**
   * Writes the row of the audit trail in the transaction of its cause; the last statement there. An `act`
   * that does not call it gets a row of the frame's behind it, in a transaction of its own.
   */
  readonly record: (on: Queryable, named: ActNamed) => Promise<void>;
  /** Of whom a look was, and of which issuer, where what was asked does not say it: for its row. */
  readonly found: (subject: string, issuerId?: number) => void;
}

export interface ConsoleRoute<
  Body extends z.ZodType,
  Query extends z.ZodType,
  Refusal extends string,
> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string; // below /console/api
  readonly permission: Permission | 'own'; // own: only to be signed in
  /** `act`: changes something. `look`: shows a customer's data. null: neither. */
  readonly audit: 'act' | 'look' | null;
  readonly body?: Body;
  readonly query?: Query;
  readonly bodyBytesMax?: number; // 64 KiB unless told
  /** `all`: of no single issuer; then `sent.issuer` is not there to be asked for. */
  readonly concerns?: 'issuer' | 'all';
  /** What the frame writes into the trail; else the route, with its parameters and what was sent. */
  readonly note?: (sent: ConsoleSent<Body, Query>) => Partial<ActNamed>;
  /** A text for everything that the route refuses beyond the frame's own list: a missing one does not compile. */
  readonly refusals?: Readonly<Record<Refusal, RefusalText>>;
  /** The value is answered as JSON: bigints as numbers, or as text where a number would not be exact. */
  act(
    operator: Operator,
    sent: ConsoleSent<Body, Query>,
  ): Promise<Result<unknown, NoInfer<Refusal> | FrameRefusal>>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is signed in, behind every route of the console but the sign-in itself. */
    signedIn: OperatorSession | null;
  }
  interface FastifyContextConfig {
    /** What an operator needs for the route; `own`: only to be signed in; `anyone`: not even that. */
    consolePermission?: Permission | 'own' | 'anyone';
  }
}

/** The header that only our own script sends; a form or a picture of another site cannot. */
export const CSRF_HEADER = 'kinken-csrf';
export const ISSUER_HEADER = 'kinken-issuer';
/** A screen that asks by itself sends it, so that a session ends for whoever has left. */
export const WATCHING_HEADER = 'kinken-watching';

/** One route behind the sign-in. Who is not signed in or not permitted is told before the body is read. */
export function consoleRoute<
  Body extends z.ZodType = z.ZodNullable,
  Query extends z.ZodType = z.ZodObject,
  Refusal extends string = never,
>(scope: FastifyInstance, parts: ConsoleParts, route: ConsoleRoute<Body, Query, Refusal>): void {
  const { method, url, permission, bodyBytesMax } = route;
  assert(method !== 'GET' || route.audit !== 'act', `${url} changes something by a GET`);
  scope.route({
    method,
    url,
    config: { consolePermission: permission },
    ...(bodyBytesMax !== undefined && { bodyLimit: bodyBytesMax }),
    schema: schemaOf(route),
    onRequest: (request, reply) => admit(parts, request, reply),
    handler: (request, reply) => answer(parts, route, request, reply),
  });
}

const NOTHING_SENT = z.strictObject({}).nullish();
const NOTHING_ASKED = z.strictObject({});
const PATH_PARTS = z.record(z.string(), z.string().regex(/^[\x21-\x7e]{1,200}$/));

export function schemaOf({
  method,
  url,
  body,
  query,
}: Pick<ConsoleRoute<z.ZodType, z.ZodType, string>, 'method' | 'url' | 'body' | 'query'>): object {
  return {
    hide: true, // the console's own, not an API that others build on
    querystring: query ?? NOTHING_ASKED,
    ...(method !== 'GET' && { body: body ?? NOTHING_SENT }),
    ...(url.includes(':') && { params: PATH_PARTS }),
  };
}

/** Session, origin, second factor, permission: in this order, each before anything is read of what was sent. */
export async function admit(
  parts: ConsoleParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> {
  const refuse = (code: FrameRefusal) => sendRefusal(request, reply, code, FRAME_REFUSALS[code]);
  const permission = present(request.routeOptions.config.consolePermission, 'a route has one');
  if (isFromElsewhere(request)) return refuse('not_ours');
  const isWatching = request.headers[WATCHING_HEADER] !== undefined;
  const session = await parts.sessions.find(request.headers, { isWatching });
  if (session === undefined) return refuse('signed_out');
  request.signedIn = session;
  setCookies(request, reply, session.cookies);
  if (request.method !== 'GET' && !hasToken(request, session, parts.keyRing)) {
    return refuse('not_ours');
  }
  if (permission === 'own' || permission === 'anyone') return undefined;
  const { operator } = session;
  if (parts.isSecondFactorNeeded && !operator.hasSecondFactor) {
    return refuse('second_factor_needed');
  }
  if (!operator.permissions.has(permission)) {
    parts.log.warn({ operator: operator.operatorId, permission }, 'a permission was not held');
    return refuse('not_permitted');
  }
  return undefined;
}

/** The library's cookies are for /console, HttpOnly and SameSite=Strict; over TLS they stay there. */
export function setCookies(
  request: FastifyRequest,
  reply: FastifyReply,
  cookies: readonly string[],
): void {
  if (cookies.length === 0) return;
  const isSecure = request.protocol === 'https';
  reply.header(
    'set-cookie',
    cookies.map((cookie) => (isSecure ? `${cookie}; Secure` : cookie)),
  );
}

/** Browsers say where a request comes from; the cookie is not even sent from elsewhere (SameSite=Strict). */
export function isFromElsewhere(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

/** What the console's application sends back with every change: only our own pages can read it. */
export function csrfTokenOf(session: Pick<OperatorSession, 'sessionId'>, keyRing: KeyRing): string {
  return Buffer.from(keyRing.tokenHash(`console ${session.sessionId}`)).toString('base64url');
}

function hasToken(request: FastifyRequest, session: OperatorSession, keyRing: KeyRing): boolean {
  const given = request.headers[CSRF_HEADER];
  const right = csrfTokenOf(session, keyRing);
  return typeof given === 'string' && isSameSecret(Buffer.from(given), Buffer.from(right));
}

/** Issuers that an operator may act for, in the order of their keys. */
export function issuersOf(operator: Operator, catalogue: Catalogue): readonly Issuer[] {
  return [...catalogue.issuers.values()]
    .filter(({ issuerId }) => operator.issuerId === null || operator.issuerId === issuerId)
    .toSorted((one, other) => (one.key < other.key ? -1 : 1));
}

function issuerAsked(
  request: FastifyRequest,
  operator: Operator,
  catalogue: Catalogue,
): Issuer | FrameRefusal {
  const named = request.headers[ISSUER_HEADER];
  const [first, ...others] = issuersOf(operator, catalogue);
  if (typeof named === 'string') {
    const issuer = findIssuer(catalogue, named);
    const isTheirs = operator.issuerId === null || operator.issuerId === issuer?.issuerId;
    return issuer !== undefined && isTheirs ? issuer : 'not_found';
  }
  return first !== undefined && others.length === 0 ? first : 'issuer_needed';
}

async function answer<Body extends z.ZodType, Query extends z.ZodType, Refusal extends string>(
  parts: ConsoleParts,
  route: ConsoleRoute<Body, Query, Refusal>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const session = present(request.signedIn, 'a route behind the sign-in has a session');
  const { operator } = session;
  const isOfAll = route.concerns === 'all';
  const issuer = isOfAll ? null : issuerAsked(request, operator, parts.catalogue());
  if (typeof issuer === 'string') {
    return sendRefusal(request, reply, issuer, FRAME_REFUSALS[issuer]);
  }
  // An issuer's own operator looks at what is of its issuer, also where the route is of none.
  const issuerId = issuer?.issuerId ?? operator.issuerId;
  const by = { operator, issuerId, at: request.arrivedAt };
  let isRecorded = false;
  let found: Pick<Row, 'subject' | 'issuerId'> | undefined;
  const sent: ConsoleSent<Body, Query> = {
    body: request.body as z.output<Body>,
    query: request.query as z.output<Query>,
    params: (request.params ?? {}) as Record<string, string>,
    arrivedAt: request.arrivedAt,
    locale: localeOf(request),
    session,
    get issuer() {
      return present(issuer, `${route.url} concerns one issuer`);
    },
    record: async (on, named) => {
      await write(on, { ...named, ...by, kind: 'act' });
      isRecorded = true;
    },
    found: (subject, of) => {
      found = { subject, issuerId: of ?? issuerId };
    },
  };
  const result = await route.act(operator, sent);
  const isDue = route.audit === 'look' || (route.audit === 'act' && result.ok && !isRecorded);
  if (isDue && route.audit !== null) {
    const named = nameOf(route, sent);
    const detail = result.ok ? named.detail : { ...named.detail, refused: result.refusal };
    const row = { ...named, ...by, ...found, detail, kind: route.audit };
    await parts.connection.transaction((on) => write(on, row)); // before the answer
  }
  if (result.ok) return sendAnswer(reply, result.value);
  const { reason } = result as { readonly reason?: string };
  const table: Readonly<Record<string, RefusalText>> = { ...FRAME_REFUSALS, ...route.refusals };
  const text = present(table[result.refusal], `${route.url} has a text for ${result.refusal}`);
  return sendRefusal(request, reply, result.refusal, text, { reason });
}

function nameOf<Body extends z.ZodType, Query extends z.ZodType>(
  route: ConsoleRoute<Body, Query, string>,
  sent: ConsoleSent<Body, Query>,
): ActNamed {
  const { params, body, query } = sent;
  const detail = { ...params, ...(route.audit === 'act' ? { sent: body } : { asked: query }) };
  const subject = Object.values(params).join(' ') || '-';
  return { act: `${route.method} ${route.url}`, subject, detail, ...route.note?.(sent) };
}

interface Row extends ActNamed {
  readonly operator: Operator;
  readonly issuerId: number | null;
  readonly kind: 'act' | 'look';
  readonly at: Instant;
}

async function write(on: Queryable, row: Row): Promise<void> {
  const { operator, issuerId, kind, at, act, subject, detail } = row;
  await appendAudit(on, { at, issuerId, actor: operator.actor, kind, act, subject, detail });
}

export function sendAnswer(reply: FastifyReply, value: unknown): FastifyReply {
  return reply
    .type('application/json; charset=utf-8')
    .serializer(stringifyExactly)
    .send(value ?? {});
}

/** Amounts fit a number (R36); ids that do not are text. */
function stringifyExactly(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => {
    if (typeof each !== 'bigint') return each;
    const number = Number(each);
    return Number.isSafeInteger(number) ? number : String(each);
  });
}
