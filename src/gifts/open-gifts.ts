import { newSecret } from '../kernel/crypto.ts';
import { paced } from '../kernel/pace.ts';
import type { MemberSession } from '../members/index.ts';
import { cancelGift, correctGift, noteBounced, resendGift } from './change-gift.ts';
import { claimBatch, isOnItsWay, waitingClaim } from './claim-gifts.ts';
import { openClaimQueue, type ClaimQueue } from './claim-queue.ts';
import { done, notDone, type GiftAnswer } from './contract.ts';
import type { GiftDesk } from './desk.ts';
import { forgetOldWords, moveDue } from './due-gifts.ts';
import type { GiftPicture, OpenedGift, SentGift } from './gift.ts';
import { routesOf } from './gift-routes.ts';
import { giftRows, readTogether, type GiftRow } from './gift-row.ts';
import type { Claimant, GiftNamed, GiftRound, Gifts } from './gifts.ts';
import { sumHistory } from './gift-totals.sql.ts';
import { findPicture, readShops } from './gifts.sql.ts';
import { issueGifts, issueLeft } from './issue-gifts.ts';
import { issuedOf, issueTaken, lockTaken, type TakenGift } from './issue-taken.ts';
import { judgeGift } from './judge-gift.ts';
import { findSentGift, openedGift, readGiven, readHistory, readSent } from './read-gifts.ts';
import {
  behindCode,
  collectGift,
  declineGift,
  noteOpened,
  openGift,
  readReceived,
} from './recipients.ts';
import { refundGift, takeBackValue } from './refund-gift.ts';
import { askForFactor, confirmClaim, repairGift } from './repair-gift.ts';
import { judgeForm, sendGift } from './send-gift.ts';
import { senderFacts } from './sender-facts.ts';
import { settleGifts } from './settle-payments.ts';
import { allowSending, endMember, voidAllOf } from './void-gifts.ts';
import { openWatch, type Watch } from './watch-gifts.ts';

const PATIENCE_MS = 5_000;
/** What is paid meanwhile is issued together: two processes that issue one by one wait for each other's lanes. */
const ISSUED_EVERY_MS = 25;

/** Gifts, ready to be sent and claimed. Payments are theirs from here on: open them once a server. */
export async function openGifts(desk: GiftDesk): Promise<Gifts> {
  const shops = new Map<number, number>();
  const readAllShops = async (): Promise<void> => {
    for (const { issuerId, sellerId } of await readShops(desk.database))
      shops.set(issuerId, sellerId);
  };
  await readAllShops();
  const read = readTogether(desk.database);
  const readTaken = readTogether(desk.database, paced(ISSUED_EVERY_MS));
  const watch = openWatch({
    desk,
    read,
    issue: (giftIds) => issueGifts(desk, giftIds),
    issueLeft: (leftAloneMs) => issueLeft(desk, leftAloneMs),
    moveDue: async () => {
      await readAllShops();
      return moveDue(desk);
    },
    forget: () => forgetOldWords(desk),
  });
  desk.payments.own<TakenGift | null>({
    kind: 'gift',
    taken: (payment) => issueTaken(desk, readTaken, payment),
    async lock(on, outcomes) {
      const { gifts, moved } = await lockTaken(desk, on, outcomes);
      return {
        moved,
        async settled(settled) {
          const issued = issuedOf(outcomes);
          const { giftIds, paid } = await settleGifts(desk, on, { gifts, settled, issued });
          watch.settled(giftIds, paid);
        },
      };
    },
  });
  const standing: Standing = {
    desk,
    watch,
    queue: openClaimQueue((claims) => claimBatch(desk, claims)),
    shopOf: (issuerId) => shops.get(issuerId),
    patienceMs: desk.patienceMs ?? PATIENCE_MS,
  };
  return {
    routes: () => routesOf(desk, shops),
    ...senderSide(standing),
    ...recipientSide(standing),
    voidAllOf: (on, memberId, by) => voidAllOf(desk, on, memberId, by),
    endMember: (on, memberId) => endMember(desk, on, memberId),
    refund: (on, refund) => refundGift(desk, on, refund),
    takeBack: (giftId, requestId) => takeBackValue(desk, { giftId, requestId }),
    allowSending,
    noteBounced: (on, noticeNumber) => noteBounced(desk, on, noticeNumber),
    work: (): Promise<GiftRound> => watch.work(),
    start: () => {
      const running = watch.start();
      return {
        async stop() {
          await standing.queue.drain();
          await running.stop();
        },
      };
    },
  };
}

interface Standing {
  readonly desk: GiftDesk;
  readonly watch: Watch;
  readonly queue: ClaimQueue;
  readonly shopOf: (issuerId: number) => number | undefined;
  readonly patienceMs: number;
}

type SenderSide = Pick<
  Gifts,
  | 'judge'
  | 'judgeForm'
  | 'send'
  | 'sendAsHelper'
  | 'sentBy'
  | 'givenBy'
  | 'findSent'
  | 'history'
  | 'totals'
  | 'shareCode'
  | 'cancel'
  | 'resend'
  | 'correctAddress'
  | 'confirm'
  | 'repair'
>;

function senderSide(standing: Standing): SenderSide {
  const { desk, watch, shopOf } = standing;
  return {
    judge: (session, gift) => judgeGift(desk, shopOf, { session, gift }),
    judgeForm: (gift) => judgeForm(desk, gift, desk.clock.now()),
    send: async (session, gift, from) =>
      asSent(
        standing,
        session.member.memberId,
        await sendGift(desk, shopOf, { session, gift, from }),
        (row) => row.state === 'scheduled' && row.begunAt !== null,
      ),
    async sendAsHelper(session, { gift, ...helping }, from) {
      const sent = await sendGift(desk, shopOf, { session, gift, from, helping });
      if (!sent.ok) return sent;
      desk.payments.nudge();
      return done(undefined);
    },
    sentBy: (memberId, page) => readSent(desk, memberId, page),
    givenBy: (memberId, giftIds) => readGiven(desk, memberId, giftIds),
    findSent: (memberId, giftId) => findSentGift(desk, memberId, giftId),
    history: (memberId, asked) => readHistory(desk, memberId, asked),
    totals: (memberId) => sumHistory(desk.database, { senderId: memberId }),
    shareCode: (session, giftId) => shareCode(desk, session, giftId),
    cancel: async (memberId, giftId) =>
      asSent(standing, memberId, await cancelGift(desk, { memberId, giftId })),
    resend: async (memberId, giftId) =>
      asSent(standing, memberId, await resendGift(desk, { memberId, giftId })),
    async correctAddress(session, { giftId, to }, from) {
      const gift = await ownGift(desk, session, giftId);
      if (gift === undefined) return notDone('gift_not_found');
      const refused = await askForFactor(desk, session, gift);
      if (refused !== null) return refused;
      const { memberId } = session.member;
      const sender = await senderFacts(desk, { session, from }, desk.clock.now());
      return asSent(standing, memberId, await correctGift(desk, { memberId, giftId, to, sender }));
    },
    async confirm(session, giftId) {
      const gift = await ownGift(desk, session, giftId);
      if (gift === undefined) return notDone('gift_not_found');
      const answer = await confirmClaim(desk, { session, gift });
      if (answer.ok) watch.settled([], [giftId]);
      return asSent(standing, session.member.memberId, answer, isOnItsWay);
    },
    async repair(session, giftId, methodId) {
      const gift = await ownGift(desk, session, giftId);
      if (gift === undefined) return notDone('gift_not_found');
      const answer = await repairGift(desk, { session, gift, methodId });
      return asSent(standing, session.member.memberId, answer, isOnItsWay);
    },
  };
}

/** The gift as its sender sees it, when what was begun has come on, or patience is over. */
async function asSent(
  { desk, watch, patienceMs }: Standing,
  memberId: string,
  answer: GiftAnswer<bigint>,
  isStill: ((gift: GiftRow) => boolean) | null = null,
): Promise<GiftAnswer<SentGift>> {
  if (!answer.ok) return answer;
  desk.payments.nudge();
  if (isStill !== null) await watch.until(answer.value, isStill, patienceMs);
  const gift = await findSentGift(desk, memberId, answer.value);
  return gift === undefined ? notDone('gift_not_found') : done(gift);
}

async function ownGift(
  { database }: GiftDesk,
  session: MemberSession,
  giftId: bigint,
): Promise<GiftRow | undefined> {
  const [gift] = await giftRows(database, [giftId]);
  return gift?.senderId === session.member.memberId ? gift : undefined;
}

type RecipientSide = Pick<
  Gifts,
  | 'newReceipt'
  | 'open'
  | 'noteOpened'
  | 'picture'
  | 'writerOf'
  | 'claim'
  | 'collect'
  | 'receivedBy'
  | 'declineSender'
>;

function recipientSide(standing: Standing): RecipientSide {
  const { desk } = standing;
  return {
    newReceipt: () => newSecret(desk.random),
    open: (named, claimant) => openGift(desk, { named, claimant }),
    noteOpened: (named, claimant) => noteOpened(desk, named, claimant),
    picture: (giftId) => pictureOf(desk, giftId),
    async writerOf(giftId) {
      const [gift] = await giftRows(desk.database, [giftId]);
      const find = async (memberId: string) =>
        (await desk.members.findById(desk.database, memberId))?.email ?? null;
      if (gift === undefined) return { email: null, helped: null };
      const sender = await find(gift.senderId);
      if (gift.helperMember === null) return { email: sender, helped: null };
      return { email: await find(gift.helperMember), helped: sender };
    },
    claim: (named, claimant) => claimGift(standing, named, claimant),
    collect: (giftId, claimant) => collectGift(desk, giftId, claimant),
    receivedBy: (claimant) => readReceived(desk, claimant),
    declineSender: (named, claimant) => declineGift(desk, { named, claimant }),
  };
}

function claimGift(
  { desk, watch, queue, patienceMs }: Standing,
  named: GiftNamed,
  claimant: Claimant,
): Promise<GiftAnswer<OpenedGift>> {
  return behindCode(desk, { named, claimant }, async (read) => {
    const claimed = await queue.claim(waitingClaim(desk, read, claimant));
    if (!claimed.ok) return claimed;
    if (claimed.isPaid) watch.settled([], [claimed.giftId]);
    desk.payments.nudge();
    const patience = claimed.isCharging ? patienceMs : 0;
    const gift = await watch.until(claimed.giftId, isOnItsWay, patience);
    return gift === undefined ? notDone('gift_not_found') : done(openedGift(desk, gift, claimant));
  });
}

async function shareCode(
  desk: GiftDesk,
  session: MemberSession,
  giftId: bigint,
): Promise<GiftAnswer<string | null>> {
  const gift = await ownGift(desk, session, giftId);
  if (gift === undefined) return notDone('gift_not_found');
  const { channel, state, codeSealed } = gift;
  const isOpen = state === 'sent' || state === 'opened';
  if (channel === 'mail' || !isOpen || codeSealed === null) return done(null);
  const refused = await askForFactor(desk, session, gift);
  return refused ?? done(desk.keys.unseal(codeSealed));
}

async function pictureOf({ database }: GiftDesk, giftId: bigint): Promise<GiftPicture | undefined> {
  const [row] = await findPicture(database, { giftId });
  return row as GiftPicture | undefined; // a constraint holds its type
}
