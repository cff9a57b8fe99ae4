import { present } from '../kernel/assert.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { Locale } from '../kernel/locale.ts';
import type { Context } from './context.ts';
import type { Factor } from './decide-step-up.ts';
import type { ChangeKind } from './decide-wait.ts';
import { listChangesSince } from './delayed-changes.sql.ts';
import { deviceName } from './device-name.ts';
import {
  endEveryDevice,
  endEverySession,
  listDevicesEver,
  listSignInsSince,
} from './devices.sql.ts';
import { readFactors } from './factors.sql.ts';
import {
  findBarredByEmail,
  findBarredMember,
  findMember,
  findMemberByEmail,
  type FindBarredMemberRow,
} from './members.sql.ts';
import type { Oddity } from './oddness.ts';
import type { Place } from './place.ts';
import type { Outcome } from './sign-in.ts';

/** What is known of an account, as it is copied into a case or weighed at a claim. */
export interface MemberEvidence {
  readonly memberId: string;
  readonly email: string;
  readonly memberSince: Instant;
  readonly authenticatorSince: Instant | null;
  readonly passkeySince: Instant | null;
  /** When a password, a factor, the address or the limit last changed. */
  readonly securityChangedAt: Instant | null;
  readonly signIns: readonly EvidenceSignIn[]; // the newest first, 500 at most
  readonly devices: readonly EvidenceDevice[]; // also ended ones
  /** Changes that waited, and what became of them. */
  readonly changes: readonly EvidenceChange[];
}

export interface EvidenceChange extends Place {
  readonly kind: ChangeKind;
  readonly state: 'waiting' | 'done' | 'cancelled' | 'over';
  readonly askedAt: Instant;
  readonly readyAt: Instant;
  readonly settledAt: Instant | null;
  readonly settledBy: string | null;
}

export interface EvidenceSignIn {
  readonly signInId: bigint;
  readonly at: Instant;
  readonly outcome: 'signed_in' | Outcome;
  readonly factor: Factor | null;
  readonly deviceId: string | null;
  readonly device: string | null;
  readonly country: string | null;
  readonly network: string;
  readonly oddities: readonly Oddity[];
}

export interface EvidenceDevice {
  readonly deviceId: string;
  readonly name: string | null;
  readonly country: string | null;
  readonly network: string;
  readonly firstSeenAt: Instant;
  readonly lastSeenAt: Instant;
  readonly endedAt: Instant | null;
}

const SIGN_INS_MAX = 500;

export async function evidenceOf(
  on: Queryable,
  memberId: string,
  since: Instant,
): Promise<MemberEvidence> {
  const [found] = await findMember(on, { memberId });
  const member = present(found, 'evidence is of a member');
  const [factors] = await readFactors(on, { memberId });
  const signIns = await listSignInsSince(on, { memberId, since, size: SIGN_INS_MAX });
  const devices = await listDevicesEver(on, { memberId });
  const changes = await listChangesSince(on, { memberId, since });
  return {
    memberId,
    email: member.emailTyped,
    memberSince: member.createdAt,
    authenticatorSince: factors?.authenticatorSince ?? null,
    passkeySince: factors?.passkeySince ?? null,
    securityChangedAt: factors?.securityChangedAt ?? null,
    signIns: signIns.map(({ userAgent, outcome, factor, oddities, ...row }) => ({
      ...row,
      outcome: outcome as EvidenceSignIn['outcome'], // constraints hold these
      factor: factor as Factor | null,
      oddities: oddities as readonly Oddity[],
      device: deviceName(userAgent),
    })),
    changes: changes.map(({ kind, state, ...row }) => ({
      ...row,
      kind: kind as ChangeKind,
      state: state as EvidenceChange['state'],
    })),
    devices: devices.map(({ userAgent, ...row }) => ({ ...row, name: deviceName(userAgent) })),
  };
}

/** Everywhere, at once: a known device is a strange one again. In the caller's transaction. */
export async function endAllSessions(
  { clock }: Pick<Context, 'clock'>,
  on: Queryable,
  memberId: string,
): Promise<void> {
  await endEveryDevice(on, { memberId, at: clock.now() });
  await endEverySession(on, { memberId });
}

export interface FoundMember {
  readonly memberId: string;
  readonly email: string; // as typed
  readonly name: string;
  readonly locale: Locale;
}

/** As a row of members.sql has it. */
export function foundMember({
  memberId,
  emailTyped,
  name,
  locale,
}: FindBarredMemberRow): FoundMember {
  return { memberId, email: emailTyped, name, locale: locale as Locale };
}

/** For work behind the doors alone: no answer to a stranger may hang on it. */
export async function findByEmail(on: Queryable, email: string): Promise<FoundMember | undefined> {
  const [row] = await findMemberByEmail(on, { email: email.trim().toLowerCase() });
  return row && foundMember(row);
}

/** Of somebody who has died, for the desk alone: nobody signs in there any more. */
export async function findBarred(on: Queryable, email: string): Promise<FoundMember | undefined> {
  const [row] = await findBarredByEmail(on, { email: email.trim().toLowerCase() });
  return row && foundMember(row);
}

/** Undefined: there is no such member, or no more. */
export async function findById(on: Queryable, memberId: string): Promise<FoundMember | undefined> {
  const [row] = await findMember(on, { memberId });
  return row && foundMember(row);
}

/** The same of somebody who has died, for the desk alone. */
export async function findBarredById(
  on: Queryable,
  memberId: string,
): Promise<FoundMember | undefined> {
  const [row] = await findBarredMember(on, { memberId });
  return row && foundMember(row);
}
