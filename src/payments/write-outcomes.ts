import type { Clock, Instant } from '../kernel/clock.ts';
import type { Database, Queryable } from '../kernel/database/index.ts';
import { nextPayment, type PaymentEvent } from './next-payment.ts';
import { courseOf, keepPayments, type ChangedPayment } from './payment-row.ts';
import type { PaymentOwner, PaymentState, Settled } from './payment.ts';
import {
  closeAttempts,
  findInquiries,
  lockPayments,
  type LockPaymentsRow,
} from './payments.sql.ts';
import type { InquiryAnswer } from './provider.ts';
import type { DueCall, WorkPolicy } from './work-payments.ts';

export interface Outcome {
  readonly due: DueCall;
  readonly answer: InquiryAnswer;
}

export interface OutcomeTools {
  readonly database: Database;
  readonly clock: Clock;
  readonly owners: ReadonlyMap<string, PaymentOwner>;
  readonly policy: WorkPolicy;
}

/**
 * Writes what became of some calls in one transaction, in which their owners hear of it. Answers the payments whose
 * state changed. An outcome that somebody else has written by now is left alone.
 */
export function writeOutcomes(
  { database, clock, owners, policy }: OutcomeTools,
  outcomes: readonly Outcome[],
): Promise<ReadonlySet<bigint>> {
  return database.transaction(async (on) => {
    const purposes = outcomes.map(({ due }) => due.purpose);
    for (const [owner, own] of byOwner(owners, purposes, (purpose) => purpose)) {
      await owner.lock(on, own.toSorted());
    }
    const rows = new Map(
      (await lockPayments(on, { paymentIds: outcomes.map(({ due }) => due.paymentId) })).map(
        (row) => [row.paymentId, row],
      ),
    );
    const open = outcomes.filter(({ due }) => rows.get(due.paymentId)?.attemptId === due.attemptId);
    const at = clock.now();
    const inquiries = await readInquiries(on, open);
    const changed = open.map(({ due, answer }) => {
      const row = rows.get(due.paymentId) as LockPaymentsRow; // it is open
      return changeOf(
        row,
        { due, answer, inquiries: inquiries.get(due.attemptId) ?? 0 },
        { at, policy },
      );
    });
    await close(on, open, at);
    const payments = await keepPayments(on, changed, at);
    const settled = payments.flatMap((payment, place): Settled[] => {
      const was = changed[place]?.row.state as PaymentState;
      return payment.state === was ? [] : [{ payment, was, at }];
    });
    for (const [owner, own] of byOwner(owners, settled, ({ payment }) => payment.purpose)) {
      await owner.settled(on, own);
    }
    return new Set(settled.map(({ payment }) => payment.paymentId));
  });
}

function changeOf(
  row: LockPaymentsRow,
  { due, answer, inquiries }: Outcome & { readonly inquiries: number },
  { at, policy }: { readonly at: Instant; readonly policy: WorkPolicy },
): ChangedPayment {
  const event = eventOf(answer);
  const same = { row, reference: row.reference, wantedAt: row.wantedAt };
  if (event === null) {
    return { ...same, next: courseOf(row), nextAt: at + pauseMs(policy, inquiries) };
  }
  const next = nextPayment(courseOf(row), event, at);
  const isNew = answer.outcome === 'done' && ['authorise', 'charge'].includes(due.step);
  const waitMs = next.tries > 0 ? pauseMs(policy, next.tries - 1) : 0;
  return {
    ...same,
    next,
    reference: isNew ? answer.reference : row.reference,
    nextAt: next.doing === null ? null : at + waitMs,
  };
}

/** Null: nothing is known yet. */
function eventOf(answer: InquiryAnswer): PaymentEvent | null {
  switch (answer.outcome) {
    case 'done':
      return { event: 'done', liveUntil: answer.liveUntil ?? null };
    case 'declined':
      return { event: 'declined', reason: answer.reason };
    case 'not_done':
      return { event: 'not_done' };
    default:
      return null;
  }
}

function pauseMs({ firstPauseMs, longestPauseMs }: WorkPolicy, before: number): number {
  return Math.min(firstPauseMs * 2 ** Math.min(before, 30), longestPauseMs);
}

async function readInquiries(
  on: Queryable,
  open: readonly Outcome[],
): Promise<ReadonlyMap<string, number>> {
  const unknown = open.filter(({ answer }) => answer.outcome === 'unknown');
  if (unknown.length === 0) return new Map();
  const attemptIds = unknown.map(({ due }) => due.attemptId);
  const rows = await findInquiries(on, { attemptIds });
  return new Map(rows.map(({ attemptId, inquiries }) => [attemptId, inquiries]));
}

async function close(on: Queryable, open: readonly Outcome[], at: Instant): Promise<void> {
  if (open.length === 0) return;
  const answers = open.map(({ answer }) => answer);
  await closeAttempts(on, {
    attemptIds: open.map(({ due }) => due.attemptId),
    outcomes: answers.map(({ outcome }) => (outcome === 'unknown' ? null : outcome)),
    reasons: answers.map((each) => (each.outcome === 'declined' ? each.reason : null)),
    references: answers.map((each) => (each.outcome === 'done' ? each.reference : null)),
    endedAts: answers.map(({ outcome }) => (outcome === 'unknown' ? null : at)),
  });
}

/** What concerns each owner; a purpose without one concerns nobody. */
function byOwner<Each>(
  owners: ReadonlyMap<string, PaymentOwner>,
  all: readonly Each[],
  purposeOf: (each: Each) => string,
): ReadonlyMap<PaymentOwner, readonly Each[]> {
  const found = new Map<PaymentOwner, Each[]>();
  for (const each of all) {
    const owner = owners.get(purposeOf(each).split(':', 1)[0] ?? '');
    if (owner === undefined) continue;
    const own = found.get(owner);
    if (own === undefined) found.set(owner, [each]);
    else own.push(each);
  }
  return found;
}
