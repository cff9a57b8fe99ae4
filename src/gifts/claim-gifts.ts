import type { GateState } from '../instruments/index.ts';
import type { Instant } from '../kernel/clock.ts';
import { isSameSecret } from '../kernel/crypto.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { MemberSession } from '../members/index.ts';
import { CLAIMS_COUNTED_MS, PAID_BEFORE_MS } from './bounds.ts';
import { claimCodeNames, receiptHash } from './claim-code.ts';
import { notDone, type GiftNotDone } from './contract.ts';
import { decideClaim, type ClaimDecision, type ClaimEvidence } from './decide-claim.ts';
import type { GiftDesk } from './desk.ts';
import { judgeSaleOf, withGate } from './gate.ts';
import { lockedGifts, recipientHash, type GiftRow } from './gift-row.ts';
import type { Claimant, GiftNamed } from './gifts.ts';
import { findByCodes, readPastClaims } from './gifts.sql.ts';
import { networkHash } from './network-hash.ts';
import { paymentsOf } from './sending.ts';
import { charge } from './settle-payments.ts';
import { Sheet } from './sheet.ts';
import { tellWaits } from './tell-gifts.ts';

/** One claim as it waits for its batch. */
export interface WaitingClaim {
  readonly named: GiftNamed; // a code is as it was given out
  readonly claimant: Claimant;
  readonly codeNames: readonly string[]; // empty: named by its id
  readonly network: Uint8Array; // keyed hash
}

export function waitingClaim(
  { keys }: Pick<GiftDesk, 'keys'>,
  named: GiftNamed,
  claimant: Claimant,
): WaitingClaim {
  const codeNames = 'code' in named ? claimCodeNames(keys, named.code) : [];
  return { named, claimant, codeNames, network: networkHash(keys, claimant.from.address) };
}

export type Claimed =
  | {
      readonly ok: true;
      readonly giftId: bigint;
      readonly isPaid: boolean;
      readonly isCharging: boolean; // whoever has claimed it waits for the provider and the engine
    }
  | GiftNotDone;

/**
 * Claims in one transaction, decided in the order in which they came: whoever is first has it, and the others are
 * told so. Each kind of row is locked, read and written by one statement, so five hundred a second fit in.
 */
export function claimBatch(
  desk: GiftDesk,
  claims: readonly WaitingClaim[],
): Promise<readonly Claimed[]> {
  return withGate(desk, async (on, gate) => {
    const ids = await findNamed(on, claims);
    const giftIds = [...new Set(ids.filter((giftId) => giftId !== null))];
    const gifts = await lockedGifts(on, giftIds);
    const sheet = new Sheet(desk, on, { gifts, at: desk.clock.now() });
    const batch: Batch = { desk, gate, sheet, claims, ids, past: await readPast(desk, on, claims) };
    const first = claims.map((_claim, place) => decideOne(batch, place));
    const charging = first.flatMap((each) => (each.ok && each.isNow ? [each.giftId] : []));
    const paid = new Set(await wantCharges(desk, on, { sheet, giftIds: charging }));
    await sheet.write();
    return first.map((each): Claimed =>
      each.ok
        ? {
            ok: true,
            giftId: each.giftId,
            isPaid: paid.has(each.giftId),
            isCharging: isOnItsWay(sheet.get(each.giftId)),
          }
        : each,
    );
  });
}

/** The money of gifts that are charging. Answers those that were paid at their sending: they are charged at once. */
export async function wantCharges(
  desk: GiftDesk,
  on: Queryable,
  { sheet, giftIds }: { readonly sheet: Sheet; readonly giftIds: readonly bigint[] },
): Promise<readonly bigint[]> {
  const gifts = giftIds.map((giftId) => sheet.get(giftId));
  const payments = await desk.payments.want(on, 'take', paymentsOf(gifts));
  const taken = new Set(
    payments.flatMap(({ paymentId, state }) => (state === 'taken' ? [paymentId] : [])),
  );
  const paid = gifts.flatMap(({ giftId, paymentId }) =>
    paymentId !== null && taken.has(paymentId) ? [giftId] : [],
  );
  for (const giftId of paid) charge(sheet, giftId);
  return paid;
}

interface Batch {
  readonly desk: GiftDesk;
  readonly gate: GateState;
  readonly sheet: Sheet;
  readonly claims: readonly WaitingClaim[];
  readonly ids: readonly (bigint | null)[];
  readonly past: PastClaims;
}

type Decided =
  | {
      readonly ok: true;
      readonly giftId: bigint;
      readonly isNow: boolean;
    }
  | GiftNotDone;

function decideOne(batch: Batch, place: number): Decided {
  const { desk, sheet, claims, ids, past } = batch;
  const giftId = ids[place] ?? null;
  const claim = claims[place];
  const gift = giftId === null ? undefined : sheet.find(giftId);
  if (gift === undefined || claim === undefined || !isNamedStill(desk, gift, claim)) {
    return notDone('gift_not_found');
  }
  const { claimant } = claim;
  if (isClaimedBy(gift, claimant)) {
    return { ok: true, giftId: gift.giftId, isNow: false };
  }
  const refusal = judgeClaimable(gift, claimant, sheet.at);
  if (refusal !== null) return refusal;
  const evidence = evidenceOf(batch, gift, claim);
  const decision = decideClaim(evidence);
  past.add(claim, {
    senderId: gift.senderId,
    claimedAt: sheet.at,
    amountMinor: gift.amountMinor,
  });
  writeClaim(desk, sheet, { gift, claim, decision });
  return { ok: true, giftId: gift.giftId, isNow: decision.decision === 'now' };
}

/** Its code may have died while the lock was waited for. */
function isNamedStill(desk: GiftDesk, gift: GiftRow, claim: WaitingClaim): boolean {
  if ('giftId' in claim.named) return isAddressedTo(desk, gift, claim.claimant.session);
  return gift.codeName !== null && claim.codeNames.includes(gift.codeName);
}

/** A signed-in member to whose proved address it was sent. */
export function isAddressedTo(
  { keys }: Pick<GiftDesk, 'keys'>,
  gift: GiftRow,
  session: MemberSession | null,
): boolean {
  if (session === null || gift.sentAt === null) return false;
  if (gift.claimantId === session.member.memberId) return true;
  const hash = gift.recipientHash;
  return hash !== null && isSameSecret(hash, recipientHash(keys, session.member.email));
}

/** The provider or the engine is asked. */
export function isOnItsWay({ state, instrumentId }: GiftRow): boolean {
  return state === 'charging' || (state === 'charged' && instrumentId === null);
}

/** The same claim again, whatever has become of the gift since. */
export function isClaimedBy(gift: GiftRow, { session, receipt }: Claimant): boolean {
  if (gift.claimedAt === null || gift.receiptHash === null) return false;
  if (gift.claimantId !== null) return session?.member.memberId === gift.claimantId;
  return isSameSecret(gift.receiptHash, receiptHash(receipt));
}

function judgeClaimable(gift: GiftRow, { session }: Claimant, at: Instant): GiftNotDone | null {
  const { state, expiresAt, senderId, helperMember } = gift;
  const memberId = session?.member.memberId;
  const isOwn = memberId !== undefined && (memberId === senderId || memberId === helperMember);
  if (isOwn) return notDone('own_gift');
  if (state === 'claimed' || state === 'charging' || state === 'charged') {
    return notDone('already_claimed');
  }
  if (state !== 'sent' && state !== 'opened') return notDone('not_possible_now', { state });
  return expiresAt <= at ? notDone('not_possible_now', { state: 'expired' }) : null;
}

function writeClaim(
  desk: GiftDesk,
  sheet: Sheet,
  written: {
    readonly gift: GiftRow;
    readonly claim: WaitingClaim;
    readonly decision: ClaimDecision;
  },
): void {
  const { decision } = written;
  const { claimant, network } = written.claim;
  const { giftId } = written.gift;
  const { at } = sheet;
  const fields = {
    claimedAt: at,
    claimantId: claimant.session?.member.memberId ?? null,
    claimantNetwork: network,
    receiptHash: receiptHash(claimant.receipt),
    signs: decision.signs.join(','),
  };
  const facts = { decision: decision.decision, signs: decision.signs };
  if (decision.decision === 'now') {
    sheet.move(giftId, 'charge', fields);
    sheet.note(giftId, 'claimed', 'recipient', facts);
    sheet.note(giftId, 'charging', 'server');
    return;
  }
  const isAsked = decision.decision === 'ask';
  const { until } = decision;
  const waits = isAsked ? { asksUntil: until } : { waitsUntil: until };
  const gift = sheet.move(giftId, 'claim', { ...fields, ...waits });
  sheet.note(giftId, 'claimed', 'recipient', facts);
  const template = isAsked ? 'gift_claim_asks' : 'gift_claim_waits';
  sheet.tell(giftId, 'sender', tellWaits(desk.keys, gift, { template, until }));
}

function evidenceOf(
  { gate, sheet, past }: Batch,
  gift: GiftRow,
  claim: WaitingClaim,
): ClaimEvidence {
  const { claimant, network } = claim;
  const { at } = sheet;
  const { senderNetwork, senderId } = gift;
  const earlier = past.of(claim).filter(({ claimedAt }) => claimedAt <= at);
  const ofDay = earlier.filter(({ claimedAt }) => claimedAt > at - CLAIMS_COUNTED_MS);
  const ofSender = earlier.filter((each) => each.senderId === senderId);
  return {
    at,
    amountMinor: gift.amountMinor,
    madeAt: gift.madeAt,
    sentAt: gift.sentAt ?? at,
    isRouteStopped: judgeSaleOf(gate, gift, at)?.refusal === 'suspended',
    sender: {
      changedAt: gift.senderChangedAt,
      deviceSince: gift.senderDeviceAt,
      hasTravelled: gift.senderTravelled,
      paidBeforeMinor: least(ofSender.map(({ amountMinor }) => amountMinor)),
    },
    claimant: {
      isMember: claimant.session !== null,
      claimsOfDay: ofDay.length,
      sendersOfDay: new Set([...ofDay.map((each) => each.senderId), senderId]).size,
      lastClaimAt: earlier.reduce<Instant | null>(
        (latest, { claimedAt }) => Math.max(latest ?? claimedAt, claimedAt),
        null,
      ),
      isSendersNetwork: senderNetwork !== null && isSameSecret(senderNetwork, network),
    },
  };
}

function least(amounts: readonly bigint[]): bigint | null {
  return amounts.reduce<bigint | null>(
    (smallest, amount) => (smallest === null || amount < smallest ? amount : smallest),
    null,
  );
}

async function findNamed(
  on: Queryable,
  claims: readonly WaitingClaim[],
): Promise<readonly (bigint | null)[]> {
  const rows = await findByCodes(on, { codeNames: claims.flatMap(({ codeNames }) => codeNames) });
  const byName = new Map(rows.map(({ codeName, giftId }) => [codeName, giftId]));
  return claims.map(({ named, codeNames }) => {
    if ('giftId' in named) return named.giftId;
    return codeNames.map((name) => byName.get(name)).find((id) => id !== undefined) ?? null;
  });
}

interface PastClaim {
  readonly senderId: string;
  readonly claimedAt: Instant;
  readonly amountMinor: bigint;
}

/** What the claimants of a batch have claimed before, and in this very batch. */
interface PastClaims {
  of(claim: WaitingClaim): readonly PastClaim[];
  add(claim: WaitingClaim, past: PastClaim): void;
}

async function readPast(
  { clock }: Pick<GiftDesk, 'clock'>,
  on: Queryable,
  claims: readonly WaitingClaim[],
): Promise<PastClaims> {
  const memberOf = ({ claimant }: WaitingClaim) => claimant.session?.member.memberId ?? '';
  const keyOf = (claim: WaitingClaim) =>
    memberOf(claim) || Buffer.from(claim.network).toString('base64');
  const claimants = [...new Map(claims.map((claim) => [keyOf(claim), claim]))];
  const rows = await readPastClaims(on, {
    places: claimants.map((_each, place) => place),
    claimantIds: claimants.map(([, claim]) => memberOf(claim)),
    claimantNetworks: claimants.map(([, { network }]) => network),
    since: clock.now() - PAID_BEFORE_MS,
  });
  const past = new Map<string, PastClaim[]>(claimants.map(([key]) => [key, []]));
  for (const { place, ...claim } of rows) {
    past.get(claimants[place ?? -1]?.[0] ?? '')?.push(claim);
  }
  return {
    of: (claim) => past.get(keyOf(claim)) ?? [],
    add: (claim, each) => void past.get(keyOf(claim))?.push(each),
  };
}
