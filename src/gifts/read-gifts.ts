import type { Queryable } from '../kernel/database/index.ts';
import type { PaymentState } from '../payments/index.ts';
import { CORRECTIONS_MAX, EVENTS_PAGE, PAGE, RESENDS_MAX } from './bounds.ts';
import { isOut } from './change-gift.ts';
import { isClaimedBy } from './claim-gifts.ts';
import type { GiftDesk } from './desk.ts';
import type {
  GiftActor,
  GiftEvent,
  GiftEventKind,
  GiftWords,
  OpenedGift,
  SentGift,
} from './gift.ts';
import { giftRows, recipientOf, wordsOf, type GiftRow } from './gift-row.ts';
import type { Claimant } from './gifts.ts';
import { listEvents, listSent } from './gifts.sql.ts';
import { listGiven } from './given-gifts.sql.ts';
import { nextGiftState } from './next-gift-state.ts';
import { paymentsOf } from './sending.ts';
import { signsOfGift } from './tell-gifts.ts';

export async function readSent(
  desk: GiftDesk,
  memberId: string,
  { before }: { readonly before: bigint | null },
): Promise<readonly SentGift[]> {
  const { database } = desk;
  const ids = await listSent(database, { senderId: memberId, before, size: PAGE });
  const gifts = await giftRows(
    database,
    ids.map(({ giftId }) => giftId),
  );
  return sentGifts(desk, database, gifts.toReversed());
}

/** In the name of others, as their helper. */
export async function readGiven(
  desk: GiftDesk,
  memberId: string,
  giftIds: readonly bigint[],
): Promise<readonly SentGift[]> {
  if (giftIds.length === 0) return [];
  const { database } = desk;
  const ids = await listGiven(database, { helperMember: memberId, giftIds });
  const gifts = await giftRows(
    database,
    ids.map(({ giftId }) => giftId),
  );
  return sentGifts(desk, database, gifts.toReversed());
}

export async function findSentGift(
  desk: GiftDesk,
  memberId: string,
  giftId: bigint,
): Promise<SentGift | undefined> {
  const gifts = await giftRows(desk.database, [giftId]);
  const own = gifts.filter(({ senderId }) => senderId === memberId);
  return (await sentGifts(desk, desk.database, own))[0];
}

async function sentGifts(
  desk: GiftDesk,
  on: Queryable,
  gifts: readonly GiftRow[],
): Promise<readonly SentGift[]> {
  const payments = await desk.payments.find(on, paymentsOf(gifts));
  const states = new Map(payments.map(({ paymentId, state }) => [paymentId, state]));
  return gifts.map((gift) => sentGift(desk, gift, states));
}

function sentGift(
  desk: GiftDesk,
  gift: GiftRow,
  payments: ReadonlyMap<bigint, PaymentState>,
): SentGift {
  const { state, paymentId, channel, resends, corrections } = gift;
  const isMail = channel === 'mail';
  const isRepairable = state === 'refused' && (gift.repairUntil ?? 0) > desk.clock.now();
  return {
    ...shownOf(gift),
    to: recipientOf(desk.keys, gift),
    words: wordsOf(desk.keys, gift),
    waitsUntil: state === 'claimed' ? gift.waitsUntil : null,
    asksUntil: state === 'claimed' ? gift.asksUntil : null,
    isAsked: state === 'charging' || (state === 'scheduled' && gift.begunAt !== null),
    signs: signsOfGift(gift),
    repairUntil: isRepairable ? gift.repairUntil : null,
    payment: paymentId === null ? null : (payments.get(paymentId) ?? null),
    mayCancel: nextGiftState(state, state === 'claimed' ? 'stop' : 'cancel') !== null,
    mayResend: isMail && isOut(gift) && gift.bouncedAt === null && resends < RESENDS_MAX,
    mayCorrect: isMail && (isOut(gift) || state === 'scheduled') && corrections < CORRECTIONS_MAX,
  };
}

/** Without what is hashed or sealed, and without who has claimed it. */
function shownOf(gift: GiftRow) {
  return {
    giftId: gift.giftId,
    issuerId: gift.issuerId,
    productId: gift.productId,
    tenderId: gift.tenderId,
    amountMinor: gift.amountMinor,
    unit: gift.unit,
    channel: gift.channel,
    motif: gift.motif,
    hasPicture: gift.hasPicture,
    plan: gift.plan,
    state: gift.state,
    madeAt: gift.madeAt,
    sendAt: gift.sendAt,
    sentAt: gift.sentAt,
    openedAt: gift.openedAt,
    expiresAt: gift.expiresAt,
    claimedAt: gift.claimedAt,
    chargedAt: gift.chargedAt,
    endedAt: gift.endedAt,
    refusal: gift.refusal,
    declined: gift.declined,
    caseNumber: gift.caseNumber,
    bouncedAt: gift.bouncedAt,
  };
}

/** As whoever holds its code sees it: nothing of the sender but what the sender wrote. */
export function openedGift(desk: GiftDesk, gift: GiftRow, claimant: Claimant): OpenedGift {
  const { state } = gift;
  const isOver = isOut(gift) && gift.expiresAt <= desk.clock.now();
  const isRepairable = state === 'refused' && (gift.repairUntil ?? 0) > desk.clock.now();
  return {
    giftId: gift.giftId,
    issuerId: gift.issuerId,
    productId: gift.productId,
    amountMinor: gift.amountMinor,
    unit: gift.unit,
    words: forRecipient(wordsOf(desk.keys, gift)),
    motif: gift.motif,
    hasPicture: gift.hasPicture,
    state: isOver ? 'expired' : state,
    expiresAt: gift.expiresAt,
    claimedAt: gift.claimedAt,
    waitsUntil: state === 'claimed' ? gift.waitsUntil : null,
    asksUntil: state === 'claimed' ? gift.asksUntil : null,
    repairUntil: isRepairable ? gift.repairUntil : null,
    isMine: isClaimedBy(gift, claimant),
    isInWallet: gift.isInWallet,
    chargedAt: gift.chargedAt,
    isIssued: gift.instrumentId !== null,
  };
}

/** By whose hand a gift was sent is between the sender and the helper. */
function forRecipient(words: GiftWords | null): GiftWords | null {
  if (words === null) return null;
  const { senderName, recipientName, message } = words;
  return { senderName, recipientName, message };
}

export async function readHistory(
  { database }: Pick<GiftDesk, 'database'>,
  memberId: string,
  { giftId, before }: { readonly giftId: bigint | null; readonly before: bigint | null },
): Promise<readonly GiftEvent[]> {
  const rows = await listEvents(database, {
    senderId: memberId,
    ofGiftId: giftId,
    before,
    size: EVENTS_PAGE,
  });
  return rows.map(({ kind, actor, facts: written, noticeNumber, ...row }) => {
    const facts = written as GiftEvent['facts'];
    return {
      ...row,
      kind: kind as GiftEventKind, // written by us alone
      actor: actor as GiftActor,
      // A notice's number stops the account of whoever got it: the recipient's is none of the sender's.
      noticeNumber: facts['to'] === 'sender' ? noticeNumber : null,
      facts,
    };
  });
}
