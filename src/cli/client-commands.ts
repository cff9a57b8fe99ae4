import { z } from 'zod';
import {
  createApiKey,
  createClient,
  createPartner,
  createSigningKey,
  createTerminal,
  createWebhook,
  listApiKeys,
  listClients,
  listPartners,
  listTerminals,
  listWebhooks,
  revokeApiKey,
  revokeSigningKey,
  SCOPES,
  setClientActive,
  setTerminalActive,
  setWebhookActive,
} from '../clients/index.ts';
import {
  activeChange,
  newApiKey,
  newClient,
  newPartner,
  newTerminal,
  newWebhook,
} from '../clients/contract.ts';
import { latestCursor } from '../feed/index.ts';
import { accepted } from '../kernel/result.ts';
import { changeCommand, listCommand } from './administration.ts';
import { type Command, type Values, WrongUse } from './command.ts';
import { asText, list, orNone, whole, yesNo } from './fields.ts';
import type { Field, Fields } from './fields.ts';
import { clientDesk } from './open-house.ts';

const key: Field = {
  path: 'key',
  value: 'KEY',
  describe: 'What it is called: lower case, digits, hyphens; never changes',
  isRequired: true,
};
const ofClient: Field = {
  path: 'clientId',
  value: 'KEY',
  describe: 'Key of the client',
  isRequired: true,
};
const ACTIVE: Fields = {
  active: {
    path: 'isActive',
    value: 'yes|no',
    describe: 'no switches it off, with all that hangs on it',
    isRequired: true,
    read: yesNo,
  },
};
const pickId: Fields = {
  id: { path: 'id', value: 'ID', describe: 'As the list shows it', isRequired: true },
};
const nothing = z.object({});
const TERMINALS_MAX = 1_000;

function idOf(text: string): number {
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text);
  throw new WrongUse(`--id is a number, not "${text}"`);
}

function afterOf(values: Values): number {
  const text = values.text('after');
  return text === undefined ? 0 : idOf(text);
}

export const CLIENT_COMMANDS: readonly Command[] = [
  changeCommand({
    words: 'client create',
    summary: 'Makes a client: a company that calls us',
    fields: {
      key,
      name: { path: 'name', value: 'NAME', describe: 'Its name', isRequired: true },
      seller: {
        path: 'sellerId',
        value: 'KEY',
        describe: 'Sells as this seller',
        read: orNone(asText),
      },
      merchant: {
        path: 'merchantId',
        value: 'KEY',
        describe: 'Takes payment as this merchant',
        read: orNone(asText),
      },
      funding: {
        path: 'funding',
        value: 'seller|funds',
        describe:
          "Who pays for what it issues: its seller's receivable, or what it has paid in (seller)",
      },
    },
    schema: newClient,
    path: () => '/clients',
    act: (house, { issuer }, sent) => createClient(clientDesk(house, issuer.issuerId), sent),
  }),
  changeCommand({
    words: 'client change',
    summary: 'Switches a client off or on',
    which: { client: ofClient },
    fields: ACTIVE,
    schema: activeChange,
    path: (values) => `/clients/${encodeURIComponent(values.needed('client'))}/state`,
    act: (house, { issuer, values }, { isActive }) =>
      setClientActive(clientDesk(house, issuer.issuerId), values.needed('client'), isActive),
  }),
  listCommand({
    words: 'client list',
    summary: 'Lists the clients',
    name: 'clients',
    columns: ['key', 'name', 'funding', 'isActive'],
    path: () => '/clients',
    read: async (house, { issuer }) =>
      accepted(await listClients(clientDesk(house, issuer.issuerId))),
  }),
  changeCommand({
    words: 'key create',
    summary: 'Makes an API key; it is shown this once',
    which: { client: ofClient },
    fields: {
      scopes: {
        path: 'scopes',
        value: 'SCOPE,...',
        describe: 'What it may do',
        isRequired: true,
        read: list,
      },
    },
    schema: newApiKey,
    notes: `Scopes: ${SCOPES.join(', ')}.`,
    path: (values) => `/clients/${encodeURIComponent(values.needed('client'))}/keys`,
    act: (house, { issuer, values }, sent) =>
      createApiKey(clientDesk(house, issuer.issuerId), values.needed('client'), sent, null),
  }),
  listCommand({
    words: 'key list',
    summary: 'Lists the API keys of a client',
    name: 'keys',
    which: { client: ofClient },
    columns: ['apiKeyId', 'lastFour', 'scopes', 'createdAt', 'revokedAt'],
    path: (values) => `/clients/${encodeURIComponent(values.needed('client'))}/keys`,
    read: (house, { issuer, values }) =>
      listApiKeys(clientDesk(house, issuer.issuerId), values.needed('client')),
  }),
  changeCommand({
    words: 'key revoke',
    summary: 'Revokes an API key; it stops within a second',
    which: pickId,
    fields: {},
    schema: nothing,
    path: (values) => `/keys/${idOf(values.needed('id'))}/revocation`,
    act: (house, { issuer, values }) =>
      revokeApiKey(clientDesk(house, issuer.issuerId), idOf(values.needed('id'))),
  }),
  changeCommand({
    words: 'terminal create',
    summary: 'Makes a till known; one that is not is answered 58',
    fields: {
      client: ofClient,
      merchant: {
        path: 'merchantId',
        value: 'KEY',
        describe: 'Who is paid here',
        isRequired: true,
      },
      seller: {
        path: 'sellerId',
        value: 'KEY',
        describe: 'Who owes for what is activated here',
        isRequired: true,
      },
      'merchant-code': {
        path: 'merchantCode',
        value: 'DE42',
        describe: 'What the till sends in DE42',
        isRequired: true,
      },
      'terminal-code': {
        path: 'terminalCode',
        value: 'DE41',
        describe: 'What the till sends in DE41',
        isRequired: true,
      },
      dialect: { path: 'dialect', value: 'NAME', describe: 'Message tables (iso87)' },
      addresses: {
        path: 'addresses',
        value: 'CIDR,...',
        describe: 'Where it may call from; none: this machine',
        read: list,
      },
      certificate: {
        path: 'certificateFingerprint',
        value: 'HEX',
        describe: 'SHA-256 of its certificate',
        read: orNone(asText),
      },
      'value-max': {
        path: 'valueMaxMinor',
        value: 'MINOR',
        describe: 'Largest amount of one message; none',
        read: orNone(whole),
      },
      'misses-max': {
        path: 'missesMax',
        value: 'COUNT',
        describe: 'Unknown cards in an hour before it is stopped (100)',
        read: whole,
      },
    },
    schema: newTerminal,
    path: () => '/terminals',
    act: (house, { issuer }, sent) => createTerminal(clientDesk(house, issuer.issuerId), sent),
  }),
  changeCommand({
    words: 'terminal change',
    summary: 'Switches a terminal off or on',
    which: pickId,
    fields: ACTIVE,
    schema: activeChange,
    path: (values) => `/terminals/${idOf(values.needed('id'))}/state`,
    act: (house, { issuer, values }, { isActive }) =>
      setTerminalActive(clientDesk(house, issuer.issuerId), idOf(values.needed('id')), isActive),
  }),
  listCommand({
    words: 'terminal list',
    summary: `Lists the terminals, ${TERMINALS_MAX} at most`,
    name: 'terminals',
    which: { after: { path: 'after', value: 'ID', describe: 'Goes on behind this one' } },
    columns: [
      'terminalId',
      'clientId',
      'merchantCode',
      'terminalCode',
      'dialect',
      'addresses',
      'isActive',
    ],
    path: (values) => `/terminals?limit=${TERMINALS_MAX}&after=${afterOf(values)}`,
    read: async (house, { issuer, values }) => {
      const page = { after: afterOf(values), size: TERMINALS_MAX };
      return accepted(await listTerminals(clientDesk(house, issuer.issuerId), page));
    },
  }),
  changeCommand({
    words: 'partner create',
    summary: 'Makes a client a partner of the AGCOD door',
    fields: {
      id: {
        path: 'partnerId',
        value: 'FIVE',
        describe: 'Five letters and digits, one over all issuers',
        isRequired: true,
      },
      client: ofClient,
      product: {
        path: 'productId',
        value: 'KEY',
        describe: 'What CreateGiftCard issues',
        isRequired: true,
      },
      sandbox: {
        path: 'isSandbox',
        value: 'yes|no',
        describe: 'Answers the mock codes',
        read: yesNo,
      },
      'calls-per-second': {
        path: 'callsPerSecondMax',
        value: 'COUNT',
        describe: 'Calls a second (10)',
        read: whole,
      },
    },
    schema: newPartner,
    path: () => '/partners',
    act: (house, { issuer }, sent) => createPartner(clientDesk(house, issuer.issuerId), sent),
  }),
  listCommand({
    words: 'partner list',
    summary: 'Lists the partners',
    name: 'partners',
    columns: ['partnerId', 'clientId', 'productId', 'isSandbox', 'callsPerSecondMax'],
    path: () => '/partners',
    read: async (house, { issuer }) =>
      accepted(await listPartners(clientDesk(house, issuer.issuerId))),
  }),
  changeCommand({
    words: 'signing-key create',
    summary: 'Makes a signing key for a partner; its secret is shown this once',
    which: {
      partner: { path: 'partner', value: 'FIVE', describe: 'Id of the partner', isRequired: true },
    },
    fields: {},
    schema: nothing,
    path: (values) => `/partners/${encodeURIComponent(values.needed('partner'))}/signing-keys`,
    act: (house, { issuer, values }) =>
      createSigningKey(clientDesk(house, issuer.issuerId), values.needed('partner')),
  }),
  changeCommand({
    words: 'signing-key revoke',
    summary: 'Revokes a signing key',
    which: pickId,
    fields: {},
    schema: nothing,
    path: (values) => `/signing-keys/${encodeURIComponent(values.needed('id'))}/revocation`,
    act: (house, { issuer, values }) =>
      revokeSigningKey(clientDesk(house, issuer.issuerId), values.needed('id')),
  }),
  changeCommand({
    words: 'webhook create',
    summary: 'Tells a client of events from now on; the signing secret is shown this once',
    fields: {
      client: ofClient,
      url: { path: 'url', value: 'URL', describe: 'Where to', isRequired: true },
      kinds: {
        path: 'kinds',
        value: 'KIND,...',
        describe: 'Kinds of events; none: every kind',
        read: list,
      },
    },
    schema: newWebhook,
    path: () => '/webhooks',
    act: async (house, { issuer }, sent) =>
      createWebhook(clientDesk(house, issuer.issuerId), sent, await latestCursor(house.database)),
  }),
  changeCommand({
    words: 'webhook change',
    summary: 'Switches a webhook off or on',
    which: pickId,
    fields: ACTIVE,
    schema: activeChange,
    path: (values) => `/webhooks/${idOf(values.needed('id'))}/state`,
    act: (house, { issuer, values }, { isActive }) =>
      setWebhookActive(clientDesk(house, issuer.issuerId), idOf(values.needed('id')), isActive),
  }),
  listCommand({
    words: 'webhook list',
    summary: 'Lists the webhooks and how they fare',
    name: 'webhooks',
    columns: [
      'webhookId',
      'clientId',
      'url',
      'kinds',
      'attempts',
      'nextAt',
      'lastError',
      'isActive',
    ],
    path: () => '/webhooks',
    read: async (house, { issuer }) =>
      accepted(await listWebhooks(clientDesk(house, issuer.issuerId))),
  }),
];
