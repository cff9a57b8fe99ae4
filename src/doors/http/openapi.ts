import swagger, { type SwaggerTransform } from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { tidyDocument, type OpenApiDocument } from './openapi-document.ts';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';

/** What describes the API: OpenAPI 3.1, made from the routes and their schemas. */
export async function describeApi(fastify: FastifyInstance): Promise<void> {
  await fastify.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Kinken',
        version: '1',
        description:
          'Prepaid value: issue, activate, redeem, hold, return and reverse it. Every POST that moves ' +
          'value takes the header Idempotency-Key; the same key with the same content gives the same ' +
          'answer, also years later. Errors are problem documents (RFC 9457); programs read `code`.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer', description: 'An API key, kk_...' },
        },
      },
      security: [{ key: [] }],
      tags: GROUPS.map(([name, description]) => ({ name, description })),
    },
    transform: (document) => namingRequestId(document, jsonSchemaTransform(document)),
    transformObject: jsonSchemaTransformObject,
  });
  let text: string | undefined; // the routes do not change once the server listens
  fastify.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('application/json; charset=utf-8').send((text ??= openApiText(fastify))),
  );
}

/** The header is checked by the routes themselves; here it is only told of. */
function namingRequestId(
  { route }: Parameters<SwaggerTransform>[0],
  transformed: ReturnType<SwaggerTransform>,
): ReturnType<SwaggerTransform> {
  if (!route.config?.isRemembered) return transformed;
  const headers = {
    type: 'object',
    required: ['Idempotency-Key'],
    properties: {
      'Idempotency-Key': {
        type: 'string',
        pattern: '^[ -~]{1,128}$',
        description:
          'The request id: the same again gives the same answer, and nothing is done twice',
      },
    },
  };
  return { ...transformed, schema: { ...(transformed.schema as object), headers } };
}

export function openApiDocument(fastify: FastifyInstance): OpenApiDocument {
  return tidyDocument(fastify.swagger() as unknown as OpenApiDocument);
}

/** The document as it is committed: two spaces, one line at the end. */
export function openApiText(fastify: FastifyInstance): string {
  return `${JSON.stringify(openApiDocument(fastify), null, 2)}\n`;
}

const GROUPS: readonly (readonly [string, string])[] = [
  ['Cards', 'How a card comes to be, and is taken back'],
  ['Value', 'How value moves'],
  ['Safety', 'Stopping, ending and undoing'],
  ['Suspensions', 'What is stopped, and who has confirmed it'],
  ['Asking', 'Balances, and what became of a request'],
  ['Batches', 'Many operations at once'],
  ['Funds', 'What a client has paid in beforehand'],
  ['Events', 'Everything that happened'],
  ['Administration', 'Clients, keys, terminals, partners, webhooks and the catalogue'],
];
