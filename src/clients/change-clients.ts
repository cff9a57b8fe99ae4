import { present } from '../kernel/assert.ts';
import { hashSecret, newSecret } from '../kernel/crypto.ts';
import type { Instant } from '../kernel/clock.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import {
  insertApiKey,
  insertClient,
  listApiKeysOfClient,
  listClientsOfIssuer,
  revokeApiKeyOfIssuer,
  updateClientActive,
} from './change-clients.sql.ts';
import type { Client, ClientFunding } from './client.ts';
import { changeClients, findClient, type ClientDesk, type ClientRefusal } from './client-desk.ts';
import type { NewApiKey, NewClient } from './contract.ts';
import type { Scope } from './scopes.ts';

export function createClient(
  desk: ClientDesk,
  wanted: NewClient,
): Promise<Result<Client, ClientRefusal>> {
  const named = { act: 'client.create', subject: wanted.key, detail: { ...wanted } };
  return changeClients(desk, named, async (on) => {
    const { issuerId, catalogue } = desk;
    const seller =
      wanted.sellerId === null ? null : catalogue.findSeller(issuerId, wanted.sellerId);
    if (seller === undefined) return refused('seller_not_found');
    const merchant =
      wanted.merchantId === null ? null : catalogue.findMerchant(issuerId, wanted.merchantId);
    if (merchant === undefined) return refused('merchant_not_found');
    if (await findClient(on, issuerId, wanted.key)) return refused('key_taken');
    const client = {
      issuerId,
      key: wanted.key,
      name: wanted.name,
      sellerId: seller?.sellerId ?? null,
      merchantId: merchant?.merchantId ?? null,
      funding: wanted.funding,
    };
    const [row] = await insertClient(on, client);
    const { clientId } = present(row, 'an inserted row comes back');
    return accepted({ ...client, clientId, isActive: true });
  });
}

/** Switches a client and everything of it (keys, terminals, partners) off, or on again. */
export function setClientActive(
  desk: ClientDesk,
  key: string,
  isActive: boolean,
): Promise<Result<Client, ClientRefusal>> {
  const named = { act: isActive ? 'client.enable' : 'client.disable', subject: key, detail: {} };
  return changeClients(desk, named, async (on) => {
    const client = await findClient(on, desk.issuerId, key);
    if (!client) return refused('client_not_found');
    await updateClientActive(on, { clientId: client.clientId, isActive });
    return accepted({ ...client, isActive });
  });
}

export async function listClients(desk: ClientDesk): Promise<readonly Client[]> {
  const rows = await listClientsOfIssuer(desk.connection, { issuerId: desk.issuerId });
  return rows.map((row) => ({ ...row, funding: row.funding as ClientFunding }));
}

/** The key in clear, shown once: only its hash is kept. */
export interface CreatedApiKey {
  readonly apiKeyId: number;
  readonly apiKey: string; // kk_ and 43 characters
  readonly scopes: readonly Scope[];
}

/** `held`: the scopes of whoever asks, which the new key cannot exceed; null at the command line. */
export function createApiKey(
  desk: ClientDesk,
  clientKey: string,
  wanted: NewApiKey,
  held: ReadonlySet<Scope> | null,
): Promise<Result<CreatedApiKey, ClientRefusal>> {
  const scopes = [...new Set(wanted.scopes)];
  const named = { act: 'api-key.create', subject: clientKey, detail: { scopes } };
  return changeClients(desk, named, async (on) => {
    const client = await findClient(on, desk.issuerId, clientKey);
    if (!client) return refused('client_not_found');
    if (held && !scopes.every((scope) => held.has(scope))) return refused('scope_not_held');
    const apiKey = `kk_${newSecret(desk.random)}`;
    const [row] = await insertApiKey(on, {
      clientId: client.clientId,
      keyHash: hashSecret(apiKey),
      lastFour: apiKey.slice(-4),
      scopes,
      createdAt: desk.clock.now(),
    });
    const { apiKeyId } = present(row, 'an inserted row comes back');
    return accepted({ apiKeyId, apiKey, scopes });
  });
}

export interface ListedApiKey {
  readonly apiKeyId: number;
  readonly lastFour: string;
  readonly scopes: readonly string[];
  readonly createdAt: Instant;
  readonly revokedAt: Instant | null;
}

export async function listApiKeys(
  desk: ClientDesk,
  clientKey: string,
): Promise<Result<readonly ListedApiKey[], ClientRefusal>> {
  const client = await findClient(desk.connection, desk.issuerId, clientKey);
  if (!client) return refused('client_not_found');
  return accepted(await listApiKeysOfClient(desk.connection, { clientId: client.clientId }));
}

export function revokeApiKey(
  desk: ClientDesk,
  apiKeyId: number,
): Promise<Result<{ readonly apiKeyId: number }, ClientRefusal>> {
  const named = { act: 'api-key.revoke', subject: String(apiKeyId), detail: {} };
  return changeClients(desk, named, async (on) => {
    const revokedAt = desk.clock.now();
    const { issuerId } = desk;
    const revoked = await revokeApiKeyOfIssuer(on, { apiKeyId, issuerId, revokedAt });
    return revoked === 0 ? refused('api_key_not_found') : accepted({ apiKeyId });
  });
}
