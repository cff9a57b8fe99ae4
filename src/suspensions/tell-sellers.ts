import { isoInstant, type Clock } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
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
import { publicSuspension } from './public-suspension.ts';
import type { Phase, Suspension } from './suspension.ts';
import type { Switchboard } from './switchboard.ts';
import {
  claimTellings,
  confirmTellings,
  findConfirmation,
  readTellingWebhooks,
  recordNotTold,
  recordTold,
  type ClaimTellingsRow,
  type ReadTellingWebhooksRow,
} from './telling.sql.ts';

export interface TellingPolicy extends PausePolicy {
  readonly addresses: AddressPolicy;
  readonly timeoutMs: number; // of one message
  readonly giveUpAfterMs: number; // then somebody has to call them
  readonly atOnce: number;
}

export const TELLING_POLICY: TellingPolicy = {
  addresses: 'public',
  timeoutMs: 5_000,
  firstPauseMs: 1_000,
  longestPauseMs: 60_000,
  giveUpAfterMs: 24 * 60 * 60 * 1000,
  atOnce: 32,
};

export interface TellingTools {
  readonly on: Queryable;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
  readonly policy: TellingPolicy;
  readonly unseal: (sealed: Uint8Array) => string;
  readonly jitter: () => number; // from 0 to 1
  readonly resolve?: Resolve;
  readonly catalogue: () => Catalogue;
  readonly switchboard: () => Switchboard;
}

/**
 * One round: tells each company that is due of a suspension's phase, by a signed webhook of its own. The same
 * phase has the same id at each attempt. Returns how many were taken.
 */
export async function tellSellers(tools: TellingTools): Promise<number> {
  const { on, clock, policy } = tools;
  const now = clock.now();
  const due = await claimTellings(on, {
    now,
    leasedUntil: now + policy.timeoutMs * 2,
    size: policy.atOnce,
  });
  if (due.length === 0) return 0;
  const clientIds = [...new Set(due.map(({ clientId }) => clientId))];
  const webhooks = Map.groupBy(
    await readTellingWebhooks(on, { clientIds }),
    ({ clientId }) => clientId,
  );
  await Promise.all(
    due.map((telling) => tell(tools, telling, webhooks.get(telling.clientId) ?? [])),
  );
  return due.length;
}

async function tell(
  tools: TellingTools,
  telling: ClaimTellingsRow,
  webhooks: readonly ReadTellingWebhooksRow[],
): Promise<void> {
  const { on, clock } = tools;
  const { attempts, ...which } = telling;
  const suspension = tools.switchboard().find(telling.suspensionId);
  const phase = suspension?.phases.find(({ phaseNo }) => phaseNo === telling.phaseNo);
  if (suspension === undefined || phase === undefined) return; // not read here yet: the lease ends
  if (webhooks.length === 0) {
    await recordNotTold(on, {
      ...which,
      state: 'failed',
      attempts: 0,
      lastError: 'no webhook',
      nextAt: clock.now(),
    });
    return;
  }
  try {
    for (const webhook of webhooks) await send(tools, webhook, suspension, phase);
    await recordTold(on, { ...which, at: clock.now() });
  } catch (error) {
    await putOffTelling(tools, telling, phase, error as Error);
  }
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

async function putOffTelling(
  { on, clock, log, policy, jitter }: TellingTools,
  { attempts, ...which }: ClaimTellingsRow,
  phase: Phase,
  error: Error,
): Promise<void> {
  const now = clock.now();
  const isGivenUp = now - phase.recordedAt >= policy.giveUpAfterMs;
  const lastError = causeOfFailure(error);
  await recordNotTold(on, {
    ...which,
    state: isGivenUp ? 'failed' : 'waiting',
    attempts: attempts + 1,
    lastError,
    nextAt: now + pauseAfter(attempts, policy, jitter()),
  });
  const facts = { ...which, attempts: attempts + 1, cause: lastError };
  log.warn(
    facts,
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
