/** Payments on a test's database, of one member, with the sandbox's provider and an owner that only listens. */
import assert from 'node:assert/strict';
import { MovedClock } from '../../src/kernel/clock.ts';
import { openKeyRing, systemRandom } from '../../src/kernel/crypto.ts';
import type { Database } from '../../src/kernel/database/index.ts';
import { silentLog } from '../../src/kernel/log.ts';
import {
  openPayments,
  sandboxProvider,
  verifyPayments,
  type Payment,
  type PaymentOwner,
  type PaymentPlan,
  type PaymentProvider,
  type Settled,
  type WorkPolicy,
} from '../../src/payments/index.ts';

export const TILL_OPENS = Date.UTC(2026, 3, 1, 3);

export function openTill(
  database: Database,
  {
    wrap = (provider) => provider,
    policy = {},
    clock = new MovedClock(TILL_OPENS),
  }: {
    readonly wrap?: (provider: PaymentProvider) => PaymentProvider;
    readonly policy?: Partial<WorkPolicy>;
    readonly clock?: MovedClock;
  } = {},
) {
  const keys = openKeyRing(new Uint8Array(32).fill(7));
  const random = systemRandom;
  const sandbox = sandboxProvider({ database, clock, random });
  const payments = openPayments({
    database,
    keys,
    clock,
    random,
    log: silentLog(),
    providers: [wrap(sandbox)],
    policy,
  });
  const told: Settled[] = [];
  const owner: PaymentOwner = {
    kind: 'gift',
    taken: async () => undefined,
    lock: async () => ({ moved: [], settled: async (settled) => void told.push(...settled) }),
  };
  payments.own(owner);
  let made = 0;
  const prepare = async (
    token: string,
    plan: PaymentPlan = 'authorise_then_capture',
    amountMinor = 5_000n,
  ): Promise<bigint> => {
    const tenderKind = token.split('_', 1)[0] ?? '';
    const method = await payments.addMethod({ memberId: 'hana', tenderId: 1, tenderKind, token });
    assert.ok(method.ok);
    const { methodId } = method.value;
    made += 1;
    const purpose = `gift:${made}`;
    const wanted = { memberId: 'hana', methodId, amountMinor, unit: 'JPY', plan, purpose };
    const prepared = await database.transaction((on) => payments.prepare(on, wanted));
    assert.ok(prepared.ok);
    return prepared.value.paymentId;
  };
  const want = async (step: 'begin' | 'take' | 'cancel', ...ids: bigint[]) => {
    const [payment] = await database.transaction((on) => payments.want(on, step, ids));
    return payment as Payment;
  };
  const find = async (paymentId: bigint) => (await payments.find(database, [paymentId]))[0]!;
  const agree = async () => {
    const { differences, totals, underWay } = await verifyPayments(database, sandbox);
    assert.deepEqual(differences, []);
    assert.equal(underWay, 0);
    return totals.get('JPY') ?? { takenMinor: 0n, givenBackMinor: 0n };
  };
  return { clock, payments, sandbox, told, prepare, want, find, agree };
}
