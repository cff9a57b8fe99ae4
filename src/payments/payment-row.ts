import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { PaymentCourse } from './next-payment.ts';
import type { Payment } from './payment.ts';
import { writePayments, type FindPaymentsRow } from './payments.sql.ts';

/** Constraints hold that the texts of a row are of their unions. */
export function paymentOf({ attemptId, ...row }: FindPaymentsRow): Payment {
  const { paymentId, memberId, methodId, amountMinor, unit, purpose } = row;
  return {
    paymentId,
    memberId,
    methodId,
    amountMinor,
    unit,
    purpose,
    plan: row.plan as Payment['plan'],
    state: row.state as Payment['state'],
    goal: row.goal as Payment['goal'],
    doing: row.doing as Payment['doing'],
    isUnderWay: attemptId !== null,
    authorisedUntil: row.authorisedUntil,
    declined: row.declined as Payment['declined'],
    wantedAt: row.wantedAt,
    changedAt: row.changedAt,
  };
}

export function courseOf(row: FindPaymentsRow): PaymentCourse {
  return { ...paymentOf(row), tries: row.tries };
}

/** A locked row with what becomes of it. */
export interface ChangedPayment {
  readonly row: FindPaymentsRow;
  readonly next: PaymentCourse;
  readonly reference: string | null;
  readonly nextAt: Instant | null;
  readonly wantedAt: Instant;
}

/** Writes them by one statement, and answers them as they are now. */
export async function keepPayments(
  on: Queryable,
  changed: readonly ChangedPayment[],
  at: Instant,
): Promise<Payment[]> {
  const rows = changed.map(({ row, next, reference, nextAt, wantedAt }) => ({
    ...row,
    state: next.state,
    goal: next.goal,
    doing: next.doing,
    attemptId: next.isUnderWay ? row.attemptId : null,
    reference,
    authorisedUntil: next.authorisedUntil,
    declined: next.declined,
    tries: next.tries,
    nextAt,
    wantedAt,
    changedAt: next.state === row.state ? row.changedAt : at,
  }));
  if (rows.length > 0) {
    await writePayments(on, {
      paymentIds: rows.map((row) => row.paymentId),
      states: rows.map((row) => row.state),
      goals: rows.map((row) => row.goal),
      doings: rows.map((row) => row.doing),
      attemptIds: rows.map((row) => row.attemptId),
      references: rows.map((row) => row.reference),
      authorisedUntils: rows.map((row) => row.authorisedUntil),
      declineds: rows.map((row) => row.declined),
      tries: rows.map((row) => row.tries),
      nextAts: rows.map((row) => row.nextAt),
      wantedAts: rows.map((row) => row.wantedAt),
      changedAts: rows.map((row) => row.changedAt),
    });
  }
  return rows.map(paymentOf);
}
