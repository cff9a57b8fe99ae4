import type { Clock, Instant } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import type { Logger } from '../kernel/log.ts';
import { present } from '../kernel/assert.ts';
import { writeUnreached, type OnUnreached } from './bounces.ts';
import { buildMail, NotCarried, type Carrier, type DkimKey, type Sender } from './carrier.ts';
import type { NoticeChannel } from './recipient.ts';
import { returnPathOf } from './return-path.ts';
import type { SmsCarrier } from './sms-carrier.ts';
import type { TemplateName } from './templates.ts';
import {
  claimDueNotices,
  type ClaimDueNoticesRow,
  countWaiting,
  eraseOldNotices,
  recordNotSent,
  recordSent,
} from './notices.sql.ts';
import { WAITING_MAX, type SealedContent } from './write-notices.ts';

export interface DeliveryPolicy {
  readonly atOnce: number; // mails taken in one round
  readonly leaseMs: number; // longer than all that a carrier may wait for
  readonly firstPauseMs: number; // after a failure; doubles each time
  readonly longestPauseMs: number;
  readonly giveUpAfterMs: number;
  readonly keptMs: number; // who got what; then only number, instant and hashes stay
}

export const DELIVERY_POLICY: DeliveryPolicy = {
  atOnce: 20,
  leaseMs: 5 * 60_000,
  firstPauseMs: 30_000,
  longestPauseMs: 3_600_000,
  giveUpAfterMs: 3 * 86_400_000,
  keptMs: 90 * 86_400_000,
};

export interface DeliveryTools {
  readonly database: Database;
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly log: Logger;
  readonly carrier: Carrier;
  readonly sms: SmsCarrier;
  readonly sender: Sender;
  /** Where mail comes back to, an address of its own for each; null: to the sender, and nobody reads it. */
  readonly bounces: string | null;
  readonly listeners: readonly OnUnreached[];
  readonly dkim: DkimKey | null;
  readonly policy: DeliveryPolicy;
  /** What became of a mail: `sent`, `again` or `failed`. */
  count(template: string, result: 'sent' | 'again' | 'failed'): void;
}

export interface DeliveryRound {
  readonly claimed: number;
  readonly sent: number;
}

/** One round: takes what is due and gives it to the carrier. Several processes may do so side by side. */
export async function deliverNotices(tools: DeliveryTools): Promise<DeliveryRound> {
  const { clock, policy } = tools;
  const now = clock.now();
  const due = await claimDueNotices(tools.database, {
    now,
    leasedUntil: now + policy.leaseMs,
    size: policy.atOnce,
  });
  const results = await Promise.all(due.map((notice) => deliverOne(tools, notice)));
  return { claimed: due.length, sent: results.filter(Boolean).length };
}

/** What waits, up to the bound; read each round, so that a writer need not count. */
export async function readWaiting(tools: Pick<DeliveryTools, 'database'>): Promise<number> {
  const [row] = await countWaiting(tools.database, { most: WAITING_MAX });
  return row?.count ?? 0;
}

const ERASED_AT_ONCE = 500;

/** Returns how many were erased: less than a page when nothing is left to do. */
export function eraseNotices({ database, clock, policy }: DeliveryTools): Promise<number> {
  return eraseOldNotices(database, { before: clock.now() - policy.keptMs, size: ERASED_AT_ONCE });
}

async function deliverOne(tools: DeliveryTools, notice: ClaimDueNoticesRow): Promise<boolean> {
  try {
    await carry(tools, notice);
  } catch (error) {
    await giveBack(tools, notice, error);
    return false;
  }
  const { database, clock } = tools;
  await recordSent(database, { noticeId: notice.noticeId, sentAt: clock.now() });
  tools.count(notice.template, 'sent');
  return true;
}

async function carry(tools: DeliveryTools, notice: ClaimDueNoticesRow): Promise<void> {
  const { keys, carrier, sender, dkim, bounces } = tools;
  const { number, writtenAt } = notice;
  const sealed = present(notice.contentSealed, 'what waits has its content');
  const content = JSON.parse(keys.unseal(sealed)) as SealedContent;
  const to = keys.unseal(present(notice.recipientSealed, 'what waits has its recipient'));
  if (notice.channel === 'sms') return tools.sms.carry({ number, to, text: content.text });
  const mail = await buildMail({ ...content, number, to, writtenAt }, sender, dkim);
  const from = bounces === null ? mail.from : returnPathOf(keys, bounces, number);
  return carrier.carry({ ...mail, from });
}

async function giveBack(
  tools: DeliveryTools,
  notice: ClaimDueNoticesRow,
  error: unknown,
): Promise<void> {
  const { database, clock, log, policy } = tools;
  const now = clock.now();
  const isCarriers = error instanceof NotCarried;
  const isFinal = (isCarriers && error.isFinal) || now - notice.writtenAt >= policy.giveUpAfterMs;
  const lastError = isCarriers ? error.message : 'INTERNAL';
  const nextAt = isFinal ? null : nextTry(notice, policy, now);
  const isUnreached = isCarriers && error.isFinal;
  const given = { noticeId: notice.noticeId, nextAt, lastError };
  await database.transaction(async (transaction) => {
    await recordNotSent(transaction, { ...given, cameBackAt: isUnreached ? now : null });
    if (isUnreached) await writeUnreached(transaction, unreachedOf(notice, now), tools.listeners);
  });
  tools.count(notice.template, isFinal ? 'failed' : 'again');
  const facts = { number: notice.number, attempts: notice.attempts + 1, cause: lastError };
  if (isFinal) log.warn(facts, 'a notice could not be sent and is given up');
  else
    log.warn(isCarriers ? facts : { ...facts, error }, 'a notice was not sent; it is tried again');
}

function unreachedOf(
  { number, channel, template, recipientHash }: ClaimDueNoticesRow,
  at: Instant,
): Parameters<typeof writeUnreached>[1] {
  const known = { channel: channel as NoticeChannel, template: template as TemplateName };
  return { number, ...known, recipientHash, at };
}

function nextTry({ attempts }: ClaimDueNoticesRow, policy: DeliveryPolicy, now: Instant): Instant {
  const pauseMs = policy.firstPauseMs * 2 ** Math.min(attempts, 20);
  return now + Math.min(pauseMs, policy.longestPauseMs);
}
