import { isoInstant, type Clock, type Instant } from '../kernel/clock.ts';
import type { Connection, Queryable } from '../kernel/database/index.ts';
import type { Logger } from '../kernel/log.ts';
import {
  causeOfFailure,
  pauseAfter,
  post,
  signatureOf,
  type AddressPolicy,
  type PausePolicy,
  type Resolve,
} from '../kernel/outbound/index.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import type { Catalogue } from '../programmes/index.ts';
import type { SwitchboardHolder } from './hold-switchboard.ts';
import { publicSuspension } from './public-suspension.ts';
import type { Phase, Suspension } from './suspension.ts';
import {
  claimTellings,
  closeOvertaken,
  confirmTellings,
  endLease,
  findConfirmation,
  readTellingWebhooks,
  recordAttempt,
  type ClaimTellingsRow,
  type ReadTellingWebhooksRow,
} from './telling.sql.ts';

export interface TellingPolicy extends PausePolicy {
  readonly addresses: AddressPolicy;
  readonly timeoutMs: number; // of one message
  readonly giveUpAfterMs: number; // then somebody has to call them
  readonly atOnce: number;
  readonly atOnceOfCompany: number; // so that a slow one is not waited for by the others
}

export const TELLING_POLICY: TellingPolicy = {
  addresses: 'public',
  timeoutMs: 5_000,
  firstPauseMs: 1_000,
  longestPauseMs: 60_000,
  giveUpAfterMs: 24 * 60 * 60 * 1000,
  atOnce: 32,
  atOnceOfCompany: 4,
};

export interface TellingTools {
  readonly on: Connection;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
  readonly policy: TellingPolicy;
  readonly unseal: (sealed: Uint8Array) => string;
  readonly jitter: () => number; // from 0 to 1
  readonly resolve?: Resolve;
  readonly catalogue: () => Catalogue;
  readonly switches: Pick<SwitchboardHolder, 'refreshIfMoved'>;
}

/** Tells companies of what has changed, many at a time; none waits for another's system. */
export interface Teller {
  /** Begins to tell what is due, and does not wait for who is told. Returns how many were taken. */
  round(): Promise<number>;
  /** When all that was begun has ended. */
  settled(): Promise<void>;
}

/**
 * Each company that is due hears of a suspension's phase by a signed webhook of its own. The same phase has
 * the same id at each attempt.
 */
export function openTeller(tools: TellingTools): Teller {
  const underWay = new Map<Promise<void>, number>(); // with the company that is told

  async function round(): Promise<number> {
    const { on, policy } = tools;
    const size = policy.atOnce - underWay.size;
    if (size <= 0) return 0;
    const due = await claim(tools, size, [...new Set(underWay.values())]);
    if (due.length === 0) return 0;
    // Behind the claim: whatever can be claimed is in the epoch that is read now.
    const switchboard = await tools.switches.refreshIfMoved(on);
    const clientIds = [...new Set(due.map(({ clientId }) => clientId))];
    const webhooks = Map.groupBy(
      await readTellingWebhooks(on, { clientIds }),
      ({ clientId }) => clientId,
    );
    for (const telling of due) {
      const { clientId } = telling;
      const suspension = switchboard.find(telling.suspensionId);
      const work = tell(tools, { telling, suspension }, webhooks.get(clientId) ?? [])
        .catch((error: unknown) => tools.log.warn({ error }, 'a telling was not written down'))
        .finally(() => underWay.delete(work));
      underWay.set(work, clientId);
    }
    return due.length;
  }

  return {
    round,
    async settled() {
      await Promise.all(underWay.keys());
    },
  };
}

async function claim(
  { on, clock, policy }: TellingTools,
  size: number,
  busyClientIds: readonly number[],
): Promise<readonly ClaimTellingsRow[]> {
  const now = clock.now();
  await closeOvertaken(on, { now });
  return claimTellings(on, {
    now,
    leasedUntil: now + policy.timeoutMs * LEASE_TIMES, // its webhooks are told all at once
    size,
    sizeOfClient: policy.atOnceOfCompany,
    busyClientIds,
  });
}

/** A lease outlasts a message and what is read and written around it. */
const LEASE_TIMES = 3;

interface Told {
  readonly telling: ClaimTellingsRow;
  readonly suspension: Suspension | undefined;
}

async function tell(
  tools: TellingTools,
  { telling, suspension }: Told,
  webhooks: readonly ReadTellingWebhooksRow[],
): Promise<void> {
  const phase = suspension?.phases.find(({ phaseNo }) => phaseNo === telling.phaseNo);
  if (suspension === undefined || phase === undefined) return; // of long ago: nobody is told any more
  if (webhooks.length === 0) {
    await record(tools, telling, { state: 'failed', attempts: 0, lastError: 'no webhook' });
    return;
  }
  const { toldWebhookIds } = telling;
  const left = webhooks.filter(({ webhookId }) => !toldWebhookIds.includes(webhookId));
  const answers = await Promise.allSettled(
    left.map((webhook) => send(tools, webhook, suspension, phase)),
  );
  const told = left.filter((_, place) => answers[place]?.status === 'fulfilled');
  const error = answers.find((answer) => answer.status === 'rejected')?.reason as Error | undefined;
  const attempt = {
    attempts: telling.attempts + 1,
    toldWebhookIds: [...toldWebhookIds, ...told.map(({ webhookId }) => webhookId)],
  };
  if (error === undefined) {
    await record(tools, telling, { ...attempt, state: 'told', lastError: null });
    return;
  }
  await putOffTelling(tools, telling, phase, { ...attempt, lastError: causeOfFailure(error) });
}

interface Attempt {
  readonly state: 'waiting' | 'told' | 'failed';
  readonly attempts: number;
  readonly lastError: string | null;
  readonly toldWebhookIds?: readonly number[];
  readonly nextAt?: Instant;
}

async function record(
  { on, clock }: TellingTools,
  { attempts: attemptsBefore, ...which }: ClaimTellingsRow,
  attempt: Attempt,
): Promise<void> {
  const now = clock.now();
  const toldAt = attempt.state === 'told' ? now : null;
  const [recorded] = await recordAttempt(on, {
    ...which,
    nextAt: now,
    ...attempt,
    toldAt,
    attemptsBefore,
  });
  if (recorded === undefined) await endLease(on, which);
}

async function send(
  { clock, policy, catalogue, unseal, resolve }: TellingTools,
  webhook: ReadTellingWebhooksRow,
  suspension: Suspension,
  phase: Phase,
): Promise<void> {
  const { suspensionId } = suspension;
  const id = `sus_${suspensionId}_${phase.phaseNo}`;
  const event = {
    id,
    type: 'suspension',
    at: isoInstant(phase.recordedAt),
    confirmBy: `/v1/suspensions/${suspensionId}/confirmations`,
    suspension: publicSuspension(catalogue(), suspension, phase),
  };
  const body = JSON.stringify({ webhookId: webhook.webhookId, events: [event] });
  const status = await post({
    url: webhook.url,
    body,
    headers: {
      'kinken-signature': signatureOf(unseal(webhook.secretSealed), clock.now(), body),
      'kinken-delivery': `${id}_${webhook.webhookId}`,
    },
    policy: policy.addresses,
    timeoutMs: policy.timeoutMs,
    ...(resolve === undefined ? {} : { resolve }),
  });
  if (status < 200 || status > 299) throw new Error(`answered ${status}`);
}

/** What has failed is tried again, at those webhooks that do not have it. */
async function putOffTelling(
  tools: TellingTools,
  telling: ClaimTellingsRow,
  phase: Phase,
  attempt: Omit<Attempt, 'state' | 'nextAt'>,
): Promise<void> {
  const { clock, log, policy, jitter } = tools;
  const now = clock.now();
  const isGivenUp = now - phase.recordedAt >= policy.giveUpAfterMs;
  await record(tools, telling, {
    ...attempt,
    state: isGivenUp ? 'failed' : 'waiting',
    nextAt: now + pauseAfter(telling.attempts, policy, jitter()),
  });
  const { suspensionId, phaseNo, clientId } = telling;
  const { attempts, lastError: cause } = attempt;
  log.warn(
    { suspensionId, phaseNo, clientId, attempts, cause },
    isGivenUp ? 'a seller could not be told of a suspension' : 'a seller was not told yet',
  );
}

export type ConfirmRefusal = 'suspension_not_found';

/** A seller says that its own systems do as they were told, up to and with a phase. The first word counts. */
export async function confirmSuspension(
  { on, clock }: { readonly on: Queryable; readonly clock: Clock },
  which: { readonly suspensionId: number; readonly phaseNo: number; readonly clientId: number },
): Promise<Result<{ readonly confirmedAt: string }, ConfirmRefusal>> {
  await confirmTellings(on, { ...which, at: clock.now() });
  const [row] = await findConfirmation(on, which);
  if (row?.confirmedAt == null) return refused('suspension_not_found');
  return accepted({ confirmedAt: isoInstant(row.confirmedAt) });
}
