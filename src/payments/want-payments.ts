import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { nextPayment } from './next-payment.ts';
import { courseOf, keepPayments } from './payment-row.ts';
import type { Payment, WantedStep } from './payment.ts';
import { lockPayments } from './payments.sql.ts';

/** In one statement each: locked in the order of their ids, decided, written. */
export async function wantPayments(
  on: Queryable,
  { step, paymentIds, at }: { step: WantedStep; paymentIds: readonly bigint[]; at: Instant },
): Promise<readonly Payment[]> {
  if (paymentIds.length === 0) return [];
  const rows = await lockPayments(on, { paymentIds });
  const changed = rows.map((row) => {
    const was = courseOf(row);
    const next = nextPayment(was, { event: 'wanted', step }, at);
    // What is under way keeps the instant at which it is looked for: its lease.
    const nextAt = next.doing === null ? null : next.isUnderWay ? row.nextAt : at;
    return { row, next, reference: row.reference, nextAt, wantedAt: at };
  });
  return keepPayments(on, changed, at);
}
