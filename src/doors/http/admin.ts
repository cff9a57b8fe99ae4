import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { CatalogueDesk, CatalogueRefusal, Catalogue } from '../../programmes/index.ts';
import type { CopyKeeper, CopyRefusal } from '../../backup/index.ts';
import type { PartRefusal, RunRefusal } from '../../instruments/index.ts';
import type { SystemEditRefusal } from '../../incidents/index.ts';
import { recordAct, type ClientDesk, type ClientRefusal, type Scope } from '../../clients/index.ts';
import { present } from '../../kernel/assert.ts';
import type { Result } from '../../kernel/result.ts';
import type { NoticeRefusal } from '../../notices/index.ts';
import { callerOf } from './authentication.ts';
import { problem } from './contract.ts';
import { sendProblem } from './problems.ts';

/** What administration stands on; the same use cases serve the command line. */
export interface AdminParts extends Omit<ClientDesk, 'issuerId' | 'actor' | 'catalogue'> {
  catalogue(): Catalogue;
  /** After a change has been committed: this process shall know it at once. */
  refreshCatalogue(): Promise<unknown>;
  /** Where the feed stands now: a new webhook is told what happens from here on. */
  feedHead(issuerId: number): Promise<string>;
  readonly copies: CopyKeeper;
}

/** Whoever administers over HTTP does so for its own issuer; others do not exist for it. */
export interface AdminDesks {
  readonly issuerKey: string;
  readonly scopes: ReadonlySet<Scope>;
  readonly clients: ClientDesk;
  readonly catalogue: CatalogueDesk;
}

export function desksFor(parts: AdminParts, request: FastifyRequest): AdminDesks {
  const { client, scopes } = callerOf(request);
  const { issuerId } = client;
  const catalogue = parts.catalogue();
  const actor = `client:${client.key}`;
  const issuer = present(catalogue.issuers.get(issuerId), 'a client belongs to an issuer');
  return {
    issuerKey: issuer.key,
    scopes,
    clients: { ...parts, catalogue, issuerId, actor },
    catalogue: {
      connection: parts.connection,
      clock: parts.clock,
      actor,
      record: recordAct({ clock: parts.clock, actor, issuerId }),
    },
  };
}

export interface AdminRoute<Body extends z.ZodType> {
  readonly method: 'GET' | 'POST';
  readonly url: string; // below /v1/admin
  readonly scope: Scope;
  /** What it makes can do elsewhere, and so whoever makes it must be able to do. */
  readonly gives?: readonly Scope[];
  readonly summary: string;
  readonly body?: Body;
  readonly bodyBytesMax?: number; // 64 KiB unless told
  /** What is answered; a refusal becomes its problem document. */
  act(desks: AdminDesks, sent: AdminSent<Body>): Promise<Result<unknown, AdminRefusal>>;
}

export interface AdminSent<Body extends z.ZodType> {
  readonly body: z.output<Body>;
  readonly params: Readonly<Record<string, string>>;
  readonly query: { readonly after: number; readonly limit: number };
}

/** What happens to the issuer's cards as a whole. */
type CardBaseRefusal =
  | RunRefusal
  | PartRefusal
  | 'columns_not_known'
  | 'import_not_found'
  | 'item_not_found'
  | 'run_not_found'
  | 'run_under_way'; // this process makes cards of it at the moment

export type AdminRefusal =
  | CardBaseRefusal
  | ClientRefusal
  | CatalogueRefusal
  | CopyRefusal
  | NoticeRefusal
  | SystemEditRefusal;

const pageQuery = z.strictObject({
  after: z.coerce.number().int().min(0).max(2_147_483_647).default(0),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
});
const pathParts = z.record(z.string(), z.string().regex(/^[\x21-\x7e]{1,60}$/));
const answered = z.looseObject({}).meta({ id: 'AdminAnswer' });

/** One route of administration. The scope is checked before the body is read. */
export function registerAdminRoute<Body extends z.ZodType>(
  server: FastifyInstance,
  parts: AdminParts,
  route: AdminRoute<Body>,
): void {
  const { method, url, scope, summary, body, gives = [] } = route;
  server.route({
    method,
    url: `/admin${url}`,
    config: { scope },
    ...(route.bodyBytesMax !== undefined && { bodyLimit: route.bodyBytesMax }),
    schema: {
      tags: ['Administration'],
      operationId: operationIdOf(method, url),
      summary,
      description: `Scope: ${[scope, ...gives].join(', ')}.`,
      ...(body && { body }),
      ...(url.includes(':') && { params: pathParts }),
      ...(method === 'GET' && { querystring: pageQuery }),
      response: { 200: answered, '4xx': problem, '5xx': problem },
    },
    handler: async (request, reply) => {
      const sent = {
        body: request.body as z.output<Body>,
        params: request.params as Record<string, string>,
        query: request.query as z.output<typeof pageQuery>,
      };
      const desks = desksFor(parts, request);
      if (!gives.every((each) => desks.scopes.has(each))) {
        return refuseAdmin(request, reply, 'scope_not_held');
      }
      const result = await route.act(desks, sent);
      if (!result.ok) return refuseAdmin(request, reply, result.refusal);
      if (method === 'POST') await parts.refreshCatalogue();
      return reply
        .type('application/json; charset=utf-8')
        .serializer(stringifyAmounts)
        .send(result.value);
    },
  });
}

function refuseAdmin(
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: AdminRefusal,
): FastifyReply {
  if (refusal === 'key_taken') return sendProblem(request, reply, 'already_exists');
  if (refusal === 'scope_not_held') return sendProblem(request, reply, 'scope_not_held');
  if (refusal === 'copy_under_way' || refusal === 'run_under_way') {
    return sendProblem(request, reply, 'busy', {
      retryAfterMs: UNDER_WAY_RETRY_MS,
      reason: refusal,
    });
  }
  if (ADDRESSED.has(refusal)) return sendProblem(request, reply, 'not_found');
  const message = TO_DO[refusal] ?? refusal.replaceAll('_', ' ');
  const errors = [{ field: 'body', message }];
  return sendProblem(request, reply, 'request_not_understood', { errors, reason: refusal });
}

/** Where the name of a refusal does not say what to do. */
const TO_DO: Partial<Readonly<Record<AdminRefusal, string>>> = {
  import_ended:
    'It was said that all parts of this import are in. Bring these lines in as a file of their own.',
  part_differs:
    'Other lines came under this number of a part. Send those again, or these in a file of their own.',
};

const UNDER_WAY_RETRY_MS = 10_000;

/** What the address names, and is not there or is another's. */
const ADDRESSED: ReadonlySet<AdminRefusal> = new Set<AdminRefusal>([
  'run_not_found',
  'import_not_found',
  'item_not_found',
  'client_not_found',
  'api_key_not_found',
  'partner_not_found',
  'signing_key_not_found',
  'terminal_not_found',
  'webhook_not_found',
  'offer_not_found',
  'shop_not_found',
  'system_not_found',
]);

/** Amounts of the catalogue are bigint inside, and bounded to what JSON carries (R36). */
function stringifyAmounts(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'bigint' ? Number(each) : each,
  );
}

function operationIdOf(method: string, url: string): string {
  const words = url.split(/[/:-]+/).filter(Boolean);
  return [
    method.toLowerCase(),
    ...words.map((word) => word[0]?.toUpperCase() + word.slice(1)),
  ].join('');
}

/** The id in an address; 0 is the id of nothing. */
export function idOf(text: string | undefined): number {
  return text !== undefined && /^[1-9][0-9]{0,9}$/.test(text)
    ? Math.min(Number(text), 2 ** 31 - 1)
    : 0;
}
