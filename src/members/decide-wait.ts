import type { Factor } from './decide-step-up.ts';

export type ChangeKind =
  | 'recovery'
  | 'support_recovery'
  | 'mail_address'
  | 'day_limit'
  | 'phone_number';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

/** How long a change waits that could take an account over, so that its owner has time to see the notice. */
const WAITS_MS: Readonly<Record<Exclude<ChangeKind, 'recovery'>, number>> = {
  support_recovery: 14 * DAY_MS, // the owner may have lost the mail, too, and reads no notice there
  mail_address: 3 * DAY_MS,
  day_limit: DAY_MS,
  phone_number: 3 * DAY_MS, // also its removal: a thief would silence it first
};
const RECOVERY_WAITS_MS: readonly {
  readonly isKnownDevice: boolean;
  readonly hasStronger: boolean; // an authenticator or a passkey, that a thief with the mailbox does not have
  readonly waitMs: number;
}[] = [
  { isKnownDevice: true, hasStronger: false, waitMs: DAY_MS },
  { isKnownDevice: false, hasStronger: false, waitMs: 2 * DAY_MS },
  { isKnownDevice: true, hasStronger: true, waitMs: 3 * DAY_MS },
  { isKnownDevice: false, hasStronger: true, waitMs: 5 * DAY_MS },
];
/** After this what nobody has finished is over. */
export const OPEN_MS = 7 * DAY_MS;

/** Nothing that anybody types makes it shorter; asked for again it begins anew. */
export function decideWait(asked: {
  readonly kind: ChangeKind;
  readonly isKnownDevice: boolean;
  readonly strongest: Factor;
}): number {
  if (asked.kind !== 'recovery') return WAITS_MS[asked.kind];
  const hasStronger = asked.strongest !== 'mail';
  const row = RECOVERY_WAITS_MS.find(
    (each) => each.isKnownDevice === asked.isKnownDevice && each.hasStronger === hasStronger,
  );
  return row?.waitMs ?? 5 * DAY_MS;
}
