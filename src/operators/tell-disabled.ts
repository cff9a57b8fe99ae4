import { isoInstant, type Clock } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { Locale } from '../kernel/locale.ts';
import { findOperator, readToTell } from './change-operators.ts';
import type { Operator } from './operator.ts';

export interface Disabled {
  readonly operator: Operator;
  readonly by: string; // `operator:<id>`, `command line`
}

export interface DisabledNotice {
  readonly template: 'operator_disabled';
  readonly to: string;
  readonly locale: Locale;
  readonly values: { readonly operator: string; readonly disabled: string; readonly at: string };
}

/**
 * What is written to everybody who may act for that issuer when somebody was put out, in the transaction that does
 * it and wherever it is done: whoever puts the others out is told of all the same.
 */
export async function noticesOfDisabling(
  on: Queryable,
  clock: Clock,
  { operator, by }: Disabled,
): Promise<readonly DisabledNotice[]> {
  const now = clock.now();
  const decider = await findOperator(on, by.slice(by.indexOf(':') + 1));
  const concerned = await readToTell(on, operator.issuerId, now);
  return concerned.map(({ email, locale }) => ({
    template: 'operator_disabled',
    to: email,
    locale,
    values: {
      operator: decider?.name ?? by,
      disabled: `${operator.name} <${operator.email}>`,
      at: isoInstant(now),
    },
  }));
}
