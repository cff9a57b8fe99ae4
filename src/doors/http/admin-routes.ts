import type { FastifyInstance, FastifyPluginCallback } from 'fastify';
import type { z } from 'zod';
import * as clients from '../../clients/index.ts';
import * as sentOfClients from '../../clients/contract.ts';
import { accepted, type Result } from '../../kernel/result.ts';
import * as programmes from '../../programmes/index.ts';
import * as sentOfProgrammes from '../../programmes/contract.ts';
import { addSaleRoutes } from './sale-routes.ts';
import { addSystemRoutes } from './system-routes.ts';
import { idOf, registerAdminRoute, type AdminParts, type AdminRoute } from './admin.ts';

/** The routes as a plugin behind keys: `keyedPlugins` of the server. */
export function administration(parts: AdminParts): FastifyPluginCallback {
  return (scope, _options, done) => {
    registerAdminRoutes(scope, parts);
    done();
  };
}

/** Administration over HTTP, for the caller's own issuer. Issuers themselves are made at the command line. */
export function registerAdminRoutes(server: FastifyInstance, parts: AdminParts): void {
  const add = <Body extends z.ZodType>(route: AdminRoute<Body>) =>
    registerAdminRoute(server, parts, route);
  addClients(add);
  addTerminals(add);
  addPartners(add);
  addWebhooks(add, parts);
  addParties(add, parts);
  addProducts(add, parts);
  addSaleRoutes(add, parts);
  addSystemRoutes(add, parts);
  addBackups(add, parts);
}

type Add = <Body extends z.ZodType>(route: AdminRoute<Body>) => void;

function addClients(add: Add): void {
  const scope = 'admin:clients';
  add({
    method: 'GET',
    url: '/clients',
    scope,
    summary: 'Clients of the issuer',
    act: async (desks) => accepted({ clients: await clients.listClients(desks.clients) }),
  });
  add({
    method: 'POST',
    url: '/clients',
    scope,
    summary: 'Make a client: a company that calls us',
    body: sentOfClients.newClient,
    act: (desks, { body }) => clients.createClient(desks.clients, body),
  });
  add({
    method: 'POST',
    url: '/clients/:client/state',
    scope,
    summary: 'Switch a client off or on',
    body: sentOfClients.activeChange,
    act: (desks, { body, params }) =>
      clients.setClientActive(desks.clients, params['client'] ?? '', body.isActive),
  });
  add({
    method: 'GET',
    url: '/clients/:client/keys',
    scope: 'admin:keys',
    summary: 'API keys of a client',
    act: async (desks, { params }) =>
      named('keys', await clients.listApiKeys(desks.clients, params['client'] ?? '')),
  });
  add({
    method: 'POST',
    url: '/clients/:client/keys',
    scope: 'admin:keys',
    summary: 'Make an API key; it is shown this once',
    body: sentOfClients.newApiKey,
    act: (desks, { body, params }) =>
      clients.createApiKey(desks.clients, params['client'] ?? '', body, desks.scopes),
  });
  add({
    method: 'POST',
    url: '/keys/:id/revocation',
    scope: 'admin:keys',
    summary: 'Revoke an API key; it stops within a second',
    act: (desks, { params }) => clients.revokeApiKey(desks.clients, idOf(params['id'])),
  });
}

function addTerminals(add: Add): void {
  const scope = 'admin:terminals';
  add({
    method: 'GET',
    url: '/terminals',
    scope,
    summary: 'Terminals, by page',
    act: async (desks, { query }) => {
      const page = { after: query.after, size: query.limit };
      return accepted({ terminals: await clients.listTerminals(desks.clients, page) });
    },
  });
  add({
    method: 'POST',
    url: '/terminals',
    scope,
    gives: clients.SCOPES_OF_TERMINAL,
    summary: 'Make a terminal known',
    body: sentOfClients.newTerminal,
    act: (desks, { body }) => clients.createTerminal(desks.clients, body),
  });
  add({
    method: 'POST',
    url: '/terminals/:id/state',
    scope,
    summary: 'Switch a terminal off or on',
    body: sentOfClients.activeChange,
    act: (desks, { body, params }) =>
      clients.setTerminalActive(desks.clients, idOf(params['id']), body.isActive),
  });
}

function addPartners(add: Add): void {
  const scope = 'admin:partners';
  add({
    method: 'GET',
    url: '/partners',
    scope,
    summary: 'Partners of the AGCOD door',
    act: async (desks) => accepted({ partners: await clients.listPartners(desks.clients) }),
  });
  add({
    method: 'POST',
    url: '/partners',
    scope,
    gives: clients.SCOPES_OF_PARTNER,
    summary: 'Make a client a partner',
    body: sentOfClients.newPartner,
    act: (desks, { body }) => clients.createPartner(desks.clients, body),
  });
  add({
    method: 'POST',
    url: '/partners/:partner/signing-keys',
    scope,
    gives: clients.SCOPES_OF_PARTNER,
    summary: 'Make a signing key; its secret is shown this once',
    act: (desks, { params }) => clients.createSigningKey(desks.clients, params['partner'] ?? ''),
  });
  add({
    method: 'POST',
    url: '/signing-keys/:id/revocation',
    scope,
    summary: 'Revoke a signing key',
    act: (desks, { params }) => clients.revokeSigningKey(desks.clients, params['id'] ?? ''),
  });
}

function addWebhooks(add: Add, parts: AdminParts): void {
  const scope = 'admin:webhooks';
  add({
    method: 'GET',
    url: '/webhooks',
    scope,
    summary: 'Webhooks and how they fare',
    act: async (desks) => accepted({ webhooks: await clients.listWebhooks(desks.clients) }),
  });
  add({
    method: 'POST',
    url: '/webhooks',
    scope,
    gives: clients.SCOPES_OF_WEBHOOK,
    summary: 'Tell a client of events from now on; the signing secret is shown this once',
    body: sentOfClients.newWebhook,
    act: async (desks, { body }) => {
      const head = await parts.feedHead(desks.clients.issuerId);
      return clients.createWebhook(desks.clients, body, head);
    },
  });
  add({
    method: 'POST',
    url: '/webhooks/:id/state',
    scope,
    summary: 'Switch a webhook off or on',
    body: sentOfClients.activeChange,
    act: (desks, { body, params }) =>
      clients.setWebhookActive(desks.clients, idOf(params['id']), body.isActive),
  });
}

function addParties(add: Add, parts: AdminParts): void {
  const scope = 'admin:catalogue';
  add({
    method: 'GET',
    url: '/merchants',
    scope,
    summary: 'Merchants: who takes value as payment',
    act: async ({ clients: { issuerId } }) =>
      accepted({ merchants: ofIssuer(parts.catalogue().merchants, issuerId) }),
  });
  add({
    method: 'POST',
    url: '/merchants',
    scope,
    summary: 'Make a merchant',
    body: sentOfProgrammes.newMerchant,
    act: ({ catalogue, issuerKey }, { body }) =>
      programmes.createMerchant(catalogue, issuerKey, body),
  });
  add({
    method: 'GET',
    url: '/sellers',
    scope,
    summary: 'Sellers: who sells to the buyer',
    act: async ({ clients: { issuerId } }) =>
      accepted({ sellers: ofIssuer(parts.catalogue().sellers, issuerId) }),
  });
  add({
    method: 'POST',
    url: '/sellers',
    scope,
    summary: 'Make a seller',
    body: sentOfProgrammes.newSeller,
    act: ({ catalogue, issuerKey }, { body }) =>
      programmes.createSeller(catalogue, issuerKey, body),
  });
}

function addProducts(add: Add, parts: AdminParts): void {
  const scope = 'admin:catalogue';
  add({
    method: 'GET',
    url: '/programmes',
    scope,
    summary: 'Programmes: unit, zone and policy',
    act: async ({ clients: { issuerId } }) =>
      accepted({ programmes: ofIssuer(parts.catalogue().programmes, issuerId) }),
  });
  add({
    method: 'POST',
    url: '/programmes',
    scope,
    summary: 'Make a programme',
    body: sentOfProgrammes.newProgramme,
    act: ({ catalogue, issuerKey }, { body }) =>
      programmes.createProgramme(catalogue, issuerKey, body),
  });
  add({
    method: 'GET',
    url: '/products',
    scope,
    summary: 'Products: what is sold',
    act: async ({ clients: { issuerId } }) =>
      accepted({ products: ofIssuer(parts.catalogue().products, issuerId) }),
  });
  add({
    method: 'POST',
    url: '/products',
    scope,
    summary: 'Make a product',
    body: sentOfProgrammes.newProduct,
    act: ({ catalogue, issuerKey }, { body }) =>
      programmes.createProduct(catalogue, issuerKey, body),
  });
  add({
    method: 'POST',
    url: '/products/:product/change',
    scope,
    summary: 'Change a product',
    body: sentOfProgrammes.productChange,
    act: ({ catalogue, issuerKey }, { body, params }) =>
      programmes.changeProduct(
        catalogue,
        { issuer: issuerKey, product: params['product'] ?? '' },
        body,
      ),
  });
}

function addBackups(add: Add, parts: AdminParts): void {
  add({
    method: 'POST',
    url: '/backups',
    scope: 'admin:backups',
    summary: 'Copy the embedded database into a folder of its own inside the data folder',
    act: (desks) => parts.copies.copy(clients.recordAct(desks.clients)),
  });
}

function ofIssuer<Thing extends { readonly issuerId: number }>(
  things: ReadonlyMap<number, Thing>,
  issuerId: number,
): readonly Thing[] {
  return [...things.values()].filter((thing) => thing.issuerId === issuerId);
}

function named<Value, Refusal extends string>(
  name: string,
  result: Result<Value, Refusal>,
): Result<unknown, Refusal> {
  return result.ok ? accepted({ [name]: result.value }) : result;
}
