import type { Instant } from '../kernel/clock.ts';

/** What speaks against paying a claim at once: closed, each with its sentence in `locales/`. */
export type ClaimSign =
  | 'route_stopped' // the way it was bought by was stopped since it was sent
  | 'sender_changed'
  | 'sender_new_device'
  | 'sender_travelled'
  | 'many_senders'
  | 'many_claims'
  | 'claims_in_a_row'
  | 'claimed_at_once'
  | 'small_then_larger'
  | 'same_network'
  | 'claimant_unknown'
  | 'large';

/** What both sides' rows say of a claim, at its instant. */
export interface ClaimEvidence {
  readonly at: Instant;
  readonly amountMinor: bigint;
  readonly madeAt: Instant; // before it was sent, where it was to go out later
  readonly sentAt: Instant;
  readonly isRouteStopped: boolean;
  readonly sender: {
    /** Of the account: password, second factor or address, the last time. */
    readonly changedAt: Instant | null;
    /** When the device was first seen that it was sent from. */
    readonly deviceSince: Instant | null;
    readonly hasTravelled: boolean; // the sign-in behind it was an impossible travel
    /** The smallest of this sender's gifts that this claimant was paid lately; null: none. */
    readonly paidBeforeMinor: bigint | null;
  };
  readonly claimant: {
    readonly isMember: boolean;
    readonly claimsOfDay: number; // before this one
    readonly sendersOfDay: number; // with this one
    readonly lastClaimAt: Instant | null;
    readonly isSendersNetwork: boolean;
  };
}

export type ClaimDecision =
  | { readonly decision: 'now'; readonly signs: readonly ClaimSign[] }
  | { readonly decision: 'wait'; readonly signs: readonly ClaimSign[]; readonly until: Instant }
  | { readonly decision: 'ask'; readonly signs: readonly ClaimSign[]; readonly until: Instant };

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;
const DAY_MS = 24 * HOUR_MS;

/** Time for a sender to read a mail on the same day, and to sleep in between. */
export const WAIT_MS = 24 * HOUR_MS;
/** A sender on a week's journey still finds it. Behind it nothing is charged. */
export const ASK_MS = 7 * DAY_MS;

/** What was changed by a thief is noticed within some days, if at all: so long it counts. */
const CHANGED_LATELY_MS = 7 * DAY_MS;
const NEW_DEVICE_MS = 7 * DAY_MS;
/** Nobody reads a mail, goes to a site and types sixteen letters in so short a time. */
const AT_ONCE_MS = 30 * SECOND_MS;
/** One after another, as a program or a list in the hand does it. */
const IN_A_ROW_MS = 60 * SECOND_MS;
/** On a birthday two or three gifts come in. */
const MANY_CLAIMS = 3;
/** A day on which three different people give to the same one is rare; stolen accounts come in numbers. */
const MANY_SENDERS = 3;
/** Who is not signed in is known by a network, which a house, an office or a carrier's customers share. */
const NETWORK_TIMES = 5;
/** "3,000, and then 10,000": what comes behind a test is at least this many times as much. */
const LARGER_TIMES = 3n;
/** Yen. Half of what is sent is below 3,000; the losses of 2016 were of 10,000 and 20,000. */
const LARGE_MINOR = 10_000n;

/**
 * How much each sign counts. None decides alone but a stop: a present from a new phone is a present. Two strong
 * ones make it wait; what a takeover looks like as a whole asks.
 */
const WEIGHTS: Readonly<Record<ClaimSign, number>> = {
  route_stopped: 5, // the switch says that theft is going on there: the sender's word settles it
  sender_changed: 2,
  sender_new_device: 2,
  sender_travelled: 2,
  many_senders: 3,
  many_claims: 2,
  claims_in_a_row: 1,
  claimed_at_once: 2,
  small_then_larger: 2,
  same_network: 1, // families live behind one
  claimant_unknown: 1,
  large: 1,
};
const WAIT_FROM = 3;
const ASK_FROM = 5;

/** Now, behind a time in which the sender may stop it, or only by the sender's word. */
export function decideClaim(evidence: ClaimEvidence): ClaimDecision {
  const signs = signsOf(evidence);
  const weight = signs.reduce((sum, sign) => sum + WEIGHTS[sign], 0);
  if (weight >= ASK_FROM) return { decision: 'ask', signs, until: evidence.at + ASK_MS };
  if (weight >= WAIT_FROM) return { decision: 'wait', signs, until: evidence.at + WAIT_MS };
  return { decision: 'now', signs };
}

function signsOf(evidence: ClaimEvidence): readonly ClaimSign[] {
  const { at, amountMinor, sentAt, isRouteStopped, sender, claimant } = evidence;
  const { changedAt, deviceSince, paidBeforeMinor } = sender;
  const times = claimant.isMember ? 1 : NETWORK_TIMES;
  const wasJust = (instant: Instant | null, withinMs: number) =>
    instant !== null && isJustBefore(instant, withinMs, evidence);
  const found: Readonly<Record<ClaimSign, boolean>> = {
    route_stopped: isRouteStopped,
    sender_changed: wasJust(changedAt, CHANGED_LATELY_MS),
    sender_new_device: wasJust(deviceSince, NEW_DEVICE_MS),
    sender_travelled: sender.hasTravelled,
    many_senders: claimant.sendersOfDay >= MANY_SENDERS * times,
    many_claims: claimant.claimsOfDay >= MANY_CLAIMS * times,
    claims_in_a_row: claimant.lastClaimAt !== null && at - claimant.lastClaimAt < IN_A_ROW_MS,
    claimed_at_once: at - sentAt < AT_ONCE_MS,
    small_then_larger: paidBeforeMinor !== null && amountMinor >= paidBeforeMinor * LARGER_TIMES,
    same_network: claimant.isSendersNetwork,
    claimant_unknown: !claimant.isMember,
    large: amountMinor >= LARGE_MINOR,
  };
  return CLAIM_SIGNS.filter((sign) => found[sign]);
}

/**
 * Shortly before the gift was made, was sent, or is claimed now. So waiting clears nothing: neither a gift that is made
 * to go out in a month, nor one that is claimed late; and what changed behind its sending counts as long as it is young.
 */
function isJustBefore(
  instant: Instant,
  withinMs: number,
  { madeAt, sentAt, at }: Pick<ClaimEvidence, 'madeAt' | 'sentAt' | 'at'>,
): boolean {
  return [madeAt, sentAt, at].some((then) => instant <= then && then - instant < withinMs);
}

export const CLAIM_SIGNS = Object.keys(WEIGHTS) as readonly ClaimSign[];
