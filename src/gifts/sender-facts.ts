import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { From, MemberEvidence, MemberSession } from '../members/index.ts';
import type { GiftDesk } from './desk.ts';
import type { GiftRow } from './gift-row.ts';
import { networkHash } from './network-hash.ts';
import { keepSenderFacts } from './sender-facts.sql.ts';

const DAY_MS = 24 * 60 * 60_000;
const NEW_MS = 7 * DAY_MS;

/** What is known of the sender's account when it does something with a gift; it counts at the claim. */
export interface SenderFacts {
  readonly changedAt: Instant | null;
  readonly deviceAt: Instant | null;
  readonly hasTravelled: boolean;
  readonly network: Uint8Array;
}

/** The device that made the account is not new, and what was set while it was made has not changed. */
const MADE_MS = 60 * 60_000;

export async function senderFacts(
  desk: GiftDesk,
  {
    session,
    from,
    helping = null,
  }: {
    readonly session: MemberSession;
    readonly from: From;
    readonly helping?: { readonly memberId: string } | null;
  },
  at: Instant,
): Promise<SenderFacts> {
  const { memberId } = session.member;
  const { deviceId } = session;
  const own = await factsOf(desk, { memberId, deviceId }, at);
  const network = networkHash(desk.keys, from.address);
  if (helping === null) return { ...own, network };
  // Whoever has taken over the account that pays may send from it through a helper of their own: the worse of both.
  const helped = await factsOf(desk, { memberId: helping.memberId, deviceId: null }, at);
  return { ...worse(own, helped), network };
}

type AccountFacts = Omit<SenderFacts, 'network'>;

/** Of the device that sends or, in the account of whoever is helped, of any that has signed in lately. */
async function factsOf(
  desk: GiftDesk,
  { memberId, deviceId }: { readonly memberId: string; readonly deviceId: string | null },
  at: Instant,
): Promise<AccountFacts> {
  const evidence: MemberEvidence = await desk.members.evidence(memberId, at - 30 * DAY_MS);
  const { securityChangedAt, memberSince, devices, signIns } = evidence;
  const isOfTheMaking = (instant: Instant) => instant - memberSince < MADE_MS;
  const isLookedAt = (of: string | null) => deviceId === null || of === deviceId;
  const seen = devices.flatMap((each) => (isLookedAt(each.deviceId) ? [each.firstSeenAt] : []));
  const none = deviceId === null ? memberSince : at;
  const deviceAt = seen.reduce<Instant | null>(latest, null) ?? none;
  const done = signIns.filter((each) => isLookedAt(each.deviceId) && each.outcome === 'signed_in');
  // Of a device its last sign-in counts; of an account, every one of the last days.
  const counted =
    deviceId === null ? done.filter((each) => each.at > at - NEW_MS) : done.slice(0, 1);
  const isChanged = securityChangedAt !== null && !isOfTheMaking(securityChangedAt);
  return {
    changedAt: isChanged ? securityChangedAt : null,
    deviceAt: isOfTheMaking(deviceAt) ? null : deviceAt,
    hasTravelled: counted.some(({ oddities }) => oddities.includes('impossible_travel')),
  };
}

function worse(one: AccountFacts, other: AccountFacts): AccountFacts {
  return {
    changedAt: latest(one.changedAt, other.changedAt),
    deviceAt: latest(one.deviceAt, other.deviceAt),
    hasTravelled: one.hasTravelled || other.hasTravelled,
  };
}

/** A help that has just begun is a change of the account that it sends from. */
export function withHelpOf(
  facts: SenderFacts,
  acceptedAt: Instant | null,
  at: Instant,
): SenderFacts {
  const isNew = acceptedAt !== null && at - acceptedAt < NEW_MS;
  return isNew ? { ...facts, changedAt: latest(facts.changedAt, acceptedAt) } : facts;
}

/** A gift that is sent another way is judged by whoever does that: what was odd at its sending stays odd. */
export async function refreshSenderFacts(
  on: Queryable,
  { giftId, senderChangedAt, senderDeviceAt, senderTravelled }: GiftRow,
  now: SenderFacts,
): Promise<void> {
  await keepSenderFacts(on, {
    giftId,
    changedAt: latest(senderChangedAt, now.changedAt),
    deviceAt: latest(senderDeviceAt, now.deviceAt),
    hasTravelled: senderTravelled || now.hasTravelled,
  });
}

function latest(one: Instant | null, other: Instant | null): Instant | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}
