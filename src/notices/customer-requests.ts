import type { Clock, Instant } from '../kernel/clock.ts';
import type { Database, Queryable } from '../kernel/database/index.ts';
import { textOf, type Locale } from '../kernel/locale.ts';
import {
  answerCustomerRequests,
  findCustomerRequest,
  insertCustomerRequests,
  listCustomerRequests,
} from './customer-requests.sql.ts';
import type { Notices } from './open-notices.ts';
import type { Recipient } from './recipient.ts';

/** What a customer answers who is asked whether what is known still holds. */
export const CUSTOMER_ANSWERS = ['unchanged', 'changed'] as const;
export type CustomerAnswer = (typeof CUSTOMER_ANSWERS)[number];

export interface CustomerRequest {
  readonly answer: CustomerAnswer | null; // null: none yet
  readonly answeredAt: Instant | null;
}

/** Which issuer asked: in the transaction that writes the notices. */
export async function keepCustomerRequests(
  on: Queryable,
  asked: { readonly issuerId: number; readonly numbers: readonly string[] },
): Promise<void> {
  await insertCustomerRequests(on, asked);
}

/** What an issuer asked and has heard, in the order of asking. */
export function readCustomerRequests(
  on: Queryable,
  asked: { readonly issuerId: number; readonly after: number; readonly size: number },
) {
  return listCustomerRequests(on, asked);
}

/** Where customers answer. */
export interface RequestDesk {
  /** Null: no answer to it is taken on the site. */
  find(number: string): Promise<CustomerRequest | null>;
  /** Also behind the day. The customer gets a notice of it, in the same transaction. False: it was said before. */
  answer(given: {
    readonly numbers: readonly string[]; // the same may have been asked by several ways
    readonly answer: CustomerAnswer;
    readonly to: Recipient;
    readonly locale: Locale;
    readonly at: string; // as the customer reads it
  }): Promise<boolean>;
}

export function openRequestDesk({
  database,
  clock,
  notices,
}: {
  readonly database: Database;
  readonly clock: Clock;
  readonly notices: Pick<Notices, 'sendNotice'>;
}): RequestDesk {
  return {
    async find(number) {
      const [row] = await findCustomerRequest(database, { number });
      return (row as CustomerRequest | undefined) ?? null; // a constraint holds what is answered
    },
    answer({ numbers, answer, to, locale, at }) {
      return database.transaction(async (on) => {
        const changed = await answerCustomerRequests(on, { numbers, answer, at: clock.now() });
        if (changed.length === 0) return false;
        const said = textOf(locale, `request.answer.${answer}`);
        const next = textOf(locale, `request.next.${answer}`);
        const values = { at, answer: said, next };
        const sent = await notices.sendNotice(on, {
          template: 'customer_answered',
          to,
          locale,
          values,
        });
        if (!sent.ok) throw new Error(`a notice could not be written: ${sent.refusal}`);
        return true;
      });
    },
  };
}
