import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { From, MemberEvidence, MemberSession } from '../members/index.ts';
import type { GiftDesk } from './desk.ts';
import type { GiftRow } from './gift-row.ts';
import { networkHash } from './network-hash.ts';
import { keepSenderFacts } from './sender-facts.sql.ts';

const DAY_MS = 24 * 60 * 60_000;

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
  { session, from }: { readonly session: MemberSession; readonly from: From },
  at: Instant,
): Promise<SenderFacts> {
  const { memberId } = session.member;
  const evidence: MemberEvidence = await desk.members.evidence(memberId, at - 30 * DAY_MS);
  const { securityChangedAt, memberSince, devices, signIns } = evidence;
  const isOfTheMaking = (instant: Instant) => instant - memberSince < MADE_MS;
  const device = devices.find(({ deviceId }) => deviceId === session.deviceId);
  const deviceAt = device?.firstSeenAt ?? at;
  const signIn = signIns.find(
    ({ deviceId, outcome }) => deviceId === session.deviceId && outcome === 'signed_in',
  );
  const isChanged = securityChangedAt !== null && !isOfTheMaking(securityChangedAt);
  return {
    changedAt: isChanged ? securityChangedAt : null,
    deviceAt: isOfTheMaking(deviceAt) ? null : deviceAt,
    hasTravelled: signIn?.oddities.includes('impossible_travel') ?? false,
    network: networkHash(desk.keys, from.address),
  };
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
