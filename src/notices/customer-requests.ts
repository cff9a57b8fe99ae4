import { present } from '../kernel/assert.ts';
import type { Clock, Instant } from '../kernel/clock.ts';
import type { Database, Queryable } from '../kernel/database/index.ts';
import { textOf, type Locale } from '../kernel/locale.ts';
import {
  answerCustomerRequests,
  findCustomerRequests,
  insertCustomerRequests,
  listCustomerRequests,
} from './customer-requests.sql.ts';
import type { Notices } from './open-notices.ts';
import type { Recipient } from './recipient.ts';

/** What a customer answers who is asked whether what is known still holds. */
export const CUSTOMER_ANSWERS = ['unchanged', 'changed'] as const;
export type CustomerAnswer = (typeof CUSTOMER_ANSWERS)[number];

export interface CustomerRequest {
  readonly issuerId: number; // who asks
  readonly answer: CustomerAnswer | null; // null: none yet
  readonly answeredAt: Instant | null;
}

/**
 * Which issuer asked: in the transaction that writes the notices. Answers the ids by which the issuer reads the answers,
 * in the order of the numbers; a number stops everything of whom it was written to, so nobody else is told it.
 */
export async function keepCustomerRequests(
  on: Queryable,
  asked: { readonly issuerId: number; readonly numbers: readonly string[] },
): Promise<readonly number[]> {
  const kept = await insertCustomerRequests(on, asked);
  const idOf = new Map(kept.map(({ number, requestId }) => [number, requestId]));
  return asked.numbers.map((number) => present(idOf.get(number), 'each number was kept'));
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
  /** By their numbers. What is not there: no answer to it is taken on the site. */
  find(numbers: readonly string[]): Promise<ReadonlyMap<string, CustomerRequest>>;
  /** Also behind the day. The customer gets a notice of it, in the same transaction. False: it was said before. */
  answer(given: {
    readonly number: string;
    readonly numbers: readonly string[]; // of all: the same issuer may have asked the same by several ways
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
    async find(numbers) {
      const rows = await findCustomerRequests(database, { numbers });
      // A constraint holds what is answered.
      return new Map(rows.map(({ number, ...row }) => [number, row as CustomerRequest]));
    },
    answer({ number, numbers, answer, to, locale, at }) {
      return database.transaction(async (on) => {
        const given = { number, numbers, answer, at: clock.now() };
        const changed = await answerCustomerRequests(on, given);
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
