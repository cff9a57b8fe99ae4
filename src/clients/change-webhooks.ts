import { present } from '../kernel/assert.ts';
import { newSecret } from '../kernel/crypto.ts';
import type { Instant } from '../kernel/clock.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import { insertWebhook, listWebhooksOfIssuer, updateWebhookActive } from './change-clients.sql.ts';
import { changeClients, findClient, type ClientDesk, type ClientRefusal } from './client-desk.ts';
import type { NewWebhook } from './contract.ts';

/** The secret that signs deliveries, in clear, shown once. */
export interface CreatedWebhook {
  readonly webhookId: number;
  readonly secret: string; // whsec_ and 43 characters
}

/** `cursor`: the place in the feed after which it is told; '' for everything from the beginning. */
export function createWebhook(
  desk: ClientDesk,
  wanted: NewWebhook,
  cursor: string,
): Promise<Result<CreatedWebhook, ClientRefusal>> {
  const { url, kinds, clientId } = wanted;
  const named = { act: 'webhook.create', subject: clientId, detail: { kinds, host: hostOf(url) } };
  return changeClients(desk, named, async (on) => {
    const client = await findClient(on, desk.issuerId, clientId);
    if (!client) return refused('client_not_found');
    if (!isUrlAllowed(url)) return refused('url_not_allowed');
    const secret = `whsec_${newSecret(desk.random)}`;
    const [row] = await insertWebhook(on, {
      clientId: client.clientId,
      url,
      kinds,
      cursor,
      secretSealed: desk.keyRing.seal(secret),
      nextAt: desk.clock.now(),
    });
    return accepted({ webhookId: present(row, 'an inserted row comes back').webhookId, secret });
  });
}

export interface ListedWebhook {
  readonly webhookId: number;
  readonly clientId: string; // its key
  readonly url: string;
  readonly kinds: readonly string[];
  readonly attempts: number; // failures since the last success
  readonly nextAt: Instant;
  readonly lastError: string | null;
  readonly isActive: boolean;
}

export async function listWebhooks(desk: ClientDesk): Promise<readonly ListedWebhook[]> {
  const rows = await listWebhooksOfIssuer(desk.connection, { issuerId: desk.issuerId });
  return rows.map(({ clientKey, ...row }) => ({ ...row, clientId: clientKey }));
}

export function setWebhookActive(
  desk: ClientDesk,
  webhookId: number,
  isActive: boolean,
): Promise<Result<{ readonly webhookId: number; readonly isActive: boolean }, ClientRefusal>> {
  const act = isActive ? 'webhook.enable' : 'webhook.disable';
  return changeClients(desk, { act, subject: String(webhookId), detail: {} }, async (on) => {
    const { issuerId } = desk;
    const nextAt = desk.clock.now();
    const changed = await updateWebhookActive(on, { webhookId, issuerId, isActive, nextAt });
    return changed === 0 ? refused('webhook_not_found') : accepted({ webhookId, isActive });
  });
}

/** In clear only to this machine; never with a name and password, which would be stored and shown. */
export function isUrlAllowed(text: string): boolean {
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return false;
  if (url.protocol === 'https:') return true;
  return /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(url.hostname);
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : '';
}
