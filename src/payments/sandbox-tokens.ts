import type { DeclineReason, PaymentStep } from './payment.ts';
import type { MethodKind } from './payment-method.ts';

/** How the provider of the sandbox behaves for a token, at one step. */
export interface SandboxConduct {
  readonly declines?: DeclineReason;
  /** So long after the call the outcome becomes known; the call itself is answered "unknown". */
  readonly knownAfterMs?: number;
  /** The call is lost on its way: it is never done. */
  readonly isLost?: boolean;
}

export interface SandboxToken {
  readonly token: string;
  readonly kind: MethodKind;
  readonly lastDigits: string;
  readonly conduct: Readonly<Partial<Record<PaymentStep, SandboxConduct>>>;
}

const LATE_MS = 20_000;

function always(conduct: SandboxConduct): SandboxToken['conduct'] {
  return { authorise: conduct, charge: conduct };
}

/** What real cards and carriers do, each to be had by a name. */
export const SANDBOX_TOKENS: readonly SandboxToken[] = [
  { token: 'card_approves', kind: 'card', lastDigits: '4242', conduct: {} },
  { token: 'card_funds', kind: 'card', lastDigits: '9995', conduct: always({ declines: 'funds' }) },
  { token: 'card_limit', kind: 'card', lastDigits: '9920', conduct: always({ declines: 'limit' }) },
  {
    token: 'card_stolen',
    kind: 'card',
    lastDigits: '9979',
    conduct: always({ declines: 'stolen' }),
  },
  {
    token: 'card_funds_at_capture',
    kind: 'card',
    lastDigits: '0341',
    conduct: { capture: { declines: 'funds' } },
  },
  {
    token: 'card_late',
    kind: 'card',
    lastDigits: '4260',
    conduct: {
      authorise: { knownAfterMs: LATE_MS },
      capture: { knownAfterMs: LATE_MS },
      charge: { knownAfterMs: LATE_MS },
    },
  },
  {
    token: 'card_times_out_done',
    kind: 'card',
    lastDigits: '4269',
    conduct: { capture: { knownAfterMs: 0 }, charge: { knownAfterMs: 0 } },
  },
  {
    token: 'card_times_out_not_done',
    kind: 'card',
    lastDigits: '4277',
    conduct: { capture: { isLost: true }, charge: { isLost: true } },
  },
  {
    token: 'card_no_refund',
    kind: 'card',
    lastDigits: '5126',
    conduct: { refund: { declines: 'not_possible' } },
  },
  { token: 'carrier_approves', kind: 'carrier', lastDigits: '5678', conduct: {} },
  {
    token: 'carrier_limit',
    kind: 'carrier',
    lastDigits: '5602',
    conduct: always({ declines: 'limit' }),
  },
  {
    token: 'carrier_late',
    kind: 'carrier',
    lastDigits: '5620',
    conduct: { authorise: { knownAfterMs: LATE_MS }, charge: { knownAfterMs: LATE_MS } },
  },
  {
    token: 'carrier_no_refund',
    kind: 'carrier',
    lastDigits: '5626',
    conduct: { refund: { declines: 'not_possible' } },
  },
  {
    token: 'carrier_times_out_done',
    kind: 'carrier',
    lastDigits: '5669',
    conduct: { authorise: { knownAfterMs: 0 }, charge: { knownAfterMs: 0 } },
  },
];

/** How long a promise lives there: a carrier's as long as its session, a card's a week. */
export const PROMISE_MS: Readonly<Record<MethodKind, number>> = {
  carrier: 14 * 60_000,
  card: 7 * 86_400_000,
};
