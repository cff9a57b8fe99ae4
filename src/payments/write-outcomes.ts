import type { Clock, Instant } from '../kernel/clock.ts';
import type { Database, Queryable } from '../kernel/database/index.ts';
import { nextPayment, type PaymentEvent } from './next-payment.ts';
import { courseOf, keepPayments, type ChangedPayment } from './payment-row.ts';
import type { LockedOwner, PaymentOwner, PaymentState, PaymentStep, Settled } from './payment.ts';
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
  readonly ready: unknown; // of its owner, when money was taken
}

export interface Written {
  readonly settled: ReadonlySet<bigint>; // payments whose state changed
  readonly moved: ReadonlySet<bigint>; // not written: their owner is asked anew
  readonly goesOn: boolean; // some have a next step that is due now
}

export interface OutcomeTools {
  readonly database: Database;
  readonly clock: Clock;
  readonly owners: ReadonlyMap<string, PaymentOwner>;
  readonly policy: WorkPolicy;
}

/**
 * Writes what became of some calls in one transaction, in which their owners hear of it. An outcome that somebody
 * else has written by now is left alone.
 */
export function writeOutcomes(
  { database, clock, owners, policy }: OutcomeTools,
  outcomes: readonly Outcome[],
): Promise<Written> {
  return database.transaction(async (on) => {
    const locked = await lockOwners(owners, on, outcomes);
    const moved = new Set([...locked.values()].flatMap((owner) => owner.moved));
    const still = outcomes.filter(({ due }) => !moved.has(due.paymentId));
    const paymentIds = still.map(({ due }) => due.paymentId);
    const rows = new Map(
      (await lockPayments(on, { paymentIds })).map((row) => [row.paymentId, row]),
    );
    const open = firstOfEach(
      still.filter(({ due }) => rows.get(due.paymentId)?.attemptId === due.attemptId),
    );
    const at = clock.now();
    const inquiries = await readInquiries(on, open);
    const changed = open.map(({ due, answer }) => {
      const row = rows.get(due.paymentId) as LockPaymentsRow; // it is open
      return changeOf(
        row,
        { answer, step: due.step, inquiries: inquiries.get(due.attemptId) ?? 0 },
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
      await locked.get(owner)?.settled(own);
    }
    const goesOn = changed.some(
      ({ next, nextAt }) => !next.isUnderWay && (nextAt ?? Infinity) <= at,
    );
    return { settled: new Set(settled.map(({ payment }) => payment.paymentId)), moved, goesOn };
  });
}

/** A process that stood still for longer than a lease may hear of one attempt twice at once. */
function firstOfEach(outcomes: readonly Outcome[]): readonly Outcome[] {
  const heard = new Set<bigint>();
  return outcomes.filter(({ due }) => !heard.has(due.paymentId) && heard.add(due.paymentId));
}

async function lockOwners(
  owners: ReadonlyMap<string, PaymentOwner>,
  on: Queryable,
  outcomes: readonly Outcome[],
): Promise<ReadonlyMap<PaymentOwner, LockedOwner>> {
  const locked = new Map<PaymentOwner, LockedOwner>();
  for (const [owner, own] of byOwner(owners, outcomes, ({ due }) => due.purpose)) {
    const known = own.map(({ due, ready }) => {
      const { paymentId, purpose } = due;
      return { paymentId, purpose, ready: ready ?? null };
    });
    locked.set(owner, await owner.lock(on, known));
  }
  return locked;
}

function changeOf(
  row: LockPaymentsRow,
  {
    answer,
    step,
    inquiries,
  }: Pick<Outcome, 'answer'> & { readonly step: PaymentStep; readonly inquiries: number },
  { at, policy }: { readonly at: Instant; readonly policy: WorkPolicy },
): ChangedPayment {
  const event = eventOf(answer);
  const same = { row, reference: row.reference, wantedAt: row.wantedAt };
  if (event === null) {
    return { ...same, next: courseOf(row), nextAt: at + pauseMs(policy, inquiries) };
  }
  const next = nextPayment(courseOf(row), event, at);
  const isNew = answer.outcome === 'done' && ['authorise', 'charge'].includes(step);
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

/** A purpose without an owner concerns nobody. */
export function ownerOf(
  owners: ReadonlyMap<string, PaymentOwner>,
  purpose: string,
): PaymentOwner | undefined {
  return owners.get(purpose.split(':', 1)[0] ?? '');
}

function byOwner<Each>(
  owners: ReadonlyMap<string, PaymentOwner>,
  all: readonly Each[],
  purposeOf: (each: Each) => string,
): ReadonlyMap<PaymentOwner, readonly Each[]> {
  const found = new Map<PaymentOwner, Each[]>();
  for (const each of all) {
    const owner = ownerOf(owners, purposeOf(each));
    if (owner === undefined) continue;
    const own = found.get(owner);
    if (own === undefined) found.set(owner, [each]);
    else own.push(each);
  }
  return found;
}
