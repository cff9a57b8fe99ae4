import { assert, present } from '../kernel/assert.ts';
import type { Clock } from '../kernel/clock.ts';
import type { KeyRing, Random } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import type { Logger } from '../kernel/log.ts';
import { accepted, refused } from '../kernel/result.ts';
import {
  forgetRemoved,
  insertMethod,
  listMethods,
  removeAllMethods,
  removeMethod,
} from './methods.sql.ts';
import type { MethodKind, PaymentMethod } from './payment-method.ts';
import { paymentOf } from './payment-row.ts';
import type { PaymentOwner } from './payment.ts';
import { findPayments, insertPayment } from './payments.sql.ts';
import type { Payments } from './payments.ts';
import type { PaymentProvider } from './provider.ts';
import { wantPayments } from './want-payments.ts';
import { PaymentWork, type WorkPolicy } from './work-payments.ts';

export interface PaymentParts {
  readonly database: Database;
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly providers: readonly PaymentProvider[];
  readonly policy?: Partial<WorkPolicy>;
}

/** More cards than anybody has, fewer than somebody who tries out stolen ones. */
export const METHODS_MAX = 10;

export function openPayments(parts: PaymentParts): Payments {
  const { database, clock, keys, providers } = parts;
  const owners = new Map<string, PaymentOwner>();
  const work = new PaymentWork(parts, owners);
  return {
    methods: async (memberId) => (await listMethods(database, { memberId })).map(methodOf),
    tokens: () => providers.flatMap(({ tokens }) => tokens),
    async addMethod({ memberId, tenderId, tenderKind, token }) {
      const provider = providers.find((each) => each.readToken(token) !== null);
      const read = provider?.readToken(token) ?? null;
      if (provider === undefined || read === null) return refused('token_not_known');
      const { kind, lastDigits } = read;
      if (kind !== tenderKind) return refused('token_does_not_fit');
      const [row] = await insertMethod(database, {
        memberId,
        tenderId,
        provider: provider.key,
        kind,
        tokenSealed: keys.seal(token),
        lastDigits,
        at: clock.now(),
        methodsMax: METHODS_MAX,
      });
      if (row === undefined) return refused('too_many_methods');
      return accepted({ methodId: row.methodId, memberId, tenderId, kind, lastDigits });
    },
    async removeMethod(memberId, methodId) {
      const isRemoved = (await removeMethod(database, { memberId, methodId, at: clock.now() })) > 0;
      if (isRemoved) await forgetRemoved(database, { memberId });
      return isRemoved;
    },
    async forgetMethods(on, memberId) {
      await removeAllMethods(on, { memberId, at: clock.now() });
      await forgetRemoved(on, { memberId });
    },
    forgetRemoved: () => forgetRemoved(database, { memberId: null }),
    async prepare(on, wanted) {
      assert(wanted.amountMinor > 0n, 'a payment is of a positive amount');
      const [row] = await insertPayment(on, { ...wanted, at: clock.now() });
      if (row === undefined) return refused('method_not_found');
      const [made] = await findPayments(on, { paymentIds: [row.paymentId] });
      return accepted(paymentOf(present(made, 'it was just made')));
    },
    want: (on, step, paymentIds) => wantPayments(on, { step, paymentIds, at: clock.now() }),
    find: async (on, paymentIds) => (await findPayments(on, { paymentIds })).map(paymentOf),
    own(owner) {
      assert(!owners.has(owner.kind), 'a kind of purpose has one owner');
      owners.set(owner.kind, owner);
    },
    nudge: () => work.nudge(),
    work: () => work.round(),
    start: () => work.start(),
  };
}

function methodOf(row: Omit<PaymentMethod, 'kind'> & { readonly kind: string }): PaymentMethod {
  return { ...row, kind: row.kind as MethodKind }; // a constraint holds it
}
