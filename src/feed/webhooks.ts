import { createHash } from 'node:crypto';
import type { Clock } from '../kernel/clock.ts';
import type { Database } from '../kernel/database/index.ts';
import type { Logger } from '../kernel/log.ts';
import {
  type AddressPolicy,
  causeOfFailure,
  pauseAfter,
  post,
  type Resolve,
  signatureOf,
} from '../kernel/outbound/index.ts';
import { appendAudit } from '../operators/index.ts';
import type { Catalogue } from '../programmes/index.ts';
import type { FeedEvent } from './event.ts';
import { type FeedPage, latestCursor, readFeed } from './read-feed.ts';
import { SharedJournals } from './shared-journals.ts';
import {
  claimDueWebhooks,
  type ClaimDueWebhooksRow,
  noteWebhookGivenUp,
  recordDelivery,
  recordFailure,
} from './webhooks.sql.ts';

/**
 * Delivers the feed to the webhooks of clients: each has its own cursor, which moves only after a 2xx. So
 * every event is delivered at least once and in the feed's order; a receiver knows an event again by its id.
 */
export interface WebhookPolicy {
  readonly addresses: AddressPolicy;
  readonly timeoutMs: number; // of one delivery
  readonly pageSize: number; // events of one delivery
  readonly idleMs: number; // until a webhook with nothing to tell is asked again
  readonly firstPauseMs: number; // after a failure; doubles each time
  readonly longestPauseMs: number;
  readonly giveUpAfterMs: number; // of nothing but failures
  readonly atOnce: number; // webhooks delivered to side by side
}

export const WEBHOOK_POLICY: WebhookPolicy = {
  addresses: 'public',
  timeoutMs: 10_000,
  pageSize: 100,
  idleMs: 2_000,
  firstPauseMs: 5_000,
  longestPauseMs: 3_600_000,
  giveUpAfterMs: 5 * 86_400_000,
  atOnce: 16,
};

export interface WebhookTools {
  readonly db: Database;
  readonly catalogue: () => Catalogue;
  readonly clock: Clock;
  readonly unseal: (sealed: Uint8Array) => string;
  /** From 0 to 1: spreads retries, so that a receiver that comes back is not met by everyone at once. */
  readonly jitter: () => number;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly policy: WebhookPolicy;
  readonly resolve?: Resolve;
}

export interface DeliveryRound {
  readonly claimed: number;
  readonly delivered: number; // events
  readonly failed: number; // webhooks
  readonly behind: number; // webhooks that were delivered to and are known to have more
}

interface PageDelivered {
  readonly events: number; // -1: it failed
  readonly hasMore: boolean;
}

/** One round: takes the webhooks that are due and delivers one page to each. */
export async function deliverDue(tools: WebhookTools): Promise<DeliveryRound> {
  const { clock, policy } = tools;
  const now = clock.now();
  const due = await claimDueWebhooks(tools.db, {
    now,
    leasedUntil: now + policy.timeoutMs * 2,
    size: policy.atOnce,
  });
  const journals = new SharedJournals();
  const results = await Promise.all(due.map((webhook) => deliverPage(tools, webhook, journals)));
  return {
    claimed: due.length,
    delivered: results.reduce((sum, { events }) => sum + Math.max(0, events), 0),
    failed: results.filter(({ events }) => events < 0).length,
    behind: results.filter(({ hasMore }) => hasMore).length,
  };
}

async function deliverPage(
  tools: WebhookTools,
  webhook: ClaimDueWebhooksRow,
  journals: SharedJournals,
): Promise<PageDelivered> {
  const { clock, policy } = tools;
  try {
    const page = await readPage(tools, webhook, journals);
    const isWanted = (event: FeedEvent): boolean =>
      webhook.kinds.length === 0 || webhook.kinds.includes(event.type);
    const events = page.events.filter(isWanted);
    if (events.length > 0) await send(tools, webhook, events);
    await recordDelivery(tools.db, {
      webhookId: webhook.webhookId,
      deliveredFrom: webhook.cursor,
      cursor: page.cursor,
      nextAt: clock.now() + (page.hasMore ? 0 : policy.idleMs),
    });
    return { events: events.length, hasMore: page.hasMore };
  } catch (error) {
    await fail(tools, webhook, error as Error);
    return { events: -1, hasMore: false };
  }
}

async function readPage(
  tools: WebhookTools,
  webhook: ClaimDueWebhooksRow,
  journals: SharedJournals,
): Promise<FeedPage> {
  const query = {
    issuerId: webhook.issuerId,
    clientId: webhook.sees === 'issuer' ? null : webhook.clientId,
    cursor: webhook.cursor,
    limit: tools.policy.pageSize,
  };
  const page = await readFeed(tools.db, tools.catalogue(), query, journals);
  if (page.ok) return page.value;
  // Of another database, or from before a restore: what it has seen of this one nobody knows.
  tools.log.error(
    { webhookId: webhook.webhookId },
    'a webhook had a cursor of other books; it starts at their end',
  );
  return { events: [], cursor: await latestCursor(tools.db), hasMore: false };
}

async function send(
  tools: WebhookTools,
  webhook: ClaimDueWebhooksRow,
  events: readonly FeedEvent[],
): Promise<void> {
  const at = tools.clock.now();
  const body = JSON.stringify({ webhookId: webhook.webhookId, events });
  const status = await post({
    url: webhook.url,
    body,
    headers: {
      'kinken-signature': signatureOf(tools.unseal(webhook.secretSealed), at, body),
      'kinken-delivery': deliveryId(webhook),
    },
    policy: tools.policy.addresses,
    timeoutMs: tools.policy.timeoutMs,
    ...(tools.resolve === undefined ? {} : { resolve: tools.resolve }),
  });
  if (status < 200 || status > 299) throw new Error(`answered ${status}`);
}

/** The same for every attempt at the same page. */
function deliveryId(webhook: ClaimDueWebhooksRow): string {
  const digest = createHash('sha256')
    .update(`${webhook.webhookId} ${webhook.cursor}`)
    .digest('hex');
  return `whd_${digest.slice(0, 24)}`;
}

async function fail(
  tools: WebhookTools,
  webhook: ClaimDueWebhooksRow,
  error: Error,
): Promise<void> {
  const { clock, log, policy } = tools;
  const now = clock.now();
  const failingSince = webhook.failingSince ?? now;
  const isGivenUp = now - failingSince >= policy.giveUpAfterMs;
  const cause = causeOfFailure(error);
  await recordFailure(tools.db, {
    webhookId: webhook.webhookId,
    failedFrom: webhook.cursor,
    failingSince,
    lastError: cause,
    nextAt: now + pauseAfter(webhook.attempts, policy, tools.jitter()),
    isActive: !isGivenUp,
  });
  const facts = { webhookId: webhook.webhookId, attempts: webhook.attempts + 1, cause };
  if (!isGivenUp) {
    log.warn(facts, 'a webhook was not delivered');
    return;
  }
  log.error(
    { ...facts, alert: 'webhook_given_up' },
    'a webhook was given up: it has failed for days',
  );
  const subject = `webhook:${webhook.webhookId}`;
  const act = 'webhook.give_up';
  const entry = { at: now, issuerId: webhook.issuerId, actor: 'server', kind: 'act', act } as const;
  await tools.db.transaction(async (on) => {
    await noteWebhookGivenUp(on, { at: now, act, subject });
    await appendAudit(on, { ...entry, subject, detail: facts });
  });
}

export interface WebhookDeliverer {
  /** Takes no more; resolves when what is under way has ended. */
  stop(): Promise<void>;
}

const LEAST_ROUND_MS = 250;

/** Delivers until it is stopped. A round that fails is logged, and tried again. */
export function startWebhooks(tools: WebhookTools): WebhookDeliverer {
  let isStopped = false;
  let wake = (): void => {};
  const run = async (): Promise<void> => {
    while (!isStopped) {
      const round = await deliverDue(tools).catch((error: Error) => {
        tools.log.error({ cause: causeOfFailure(error) }, 'webhooks could not be delivered');
        return null;
      });
      // With a pause behind every page a webhook would never have more than 400 events a second.
      if (round !== null && round.behind > 0) continue;
      if (round?.claimed === tools.policy.atOnce && round.failed === 0) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, LEAST_ROUND_MS);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const running = run();
  return {
    async stop() {
      isStopped = true;
      wake();
      await running;
    },
  };
}
