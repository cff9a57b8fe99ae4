import type { GateState } from '../instruments/index.ts';
import { assert } from '../kernel/assert.ts';
import type { Instant } from '../kernel/clock.ts';
import { isSameSecret } from '../kernel/crypto.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { From, MemberSession } from '../members/index.ts';
import { readMailAddress } from '../notices/index.ts';
import { planPayment, type PaymentPlan } from '../payments/index.ts';
import {
  BOUNCED_MS,
  GIFTS_PER_DAY,
  OPEN_DAYS_MAX,
  PICTURE_BYTES_MAX,
  SCHEDULE_MAX_MS,
} from './bounds.ts';
import { done, notDone, type GiftAnswer, type GiftNotDone } from './contract.ts';
import { ASK_MS } from './decide-claim.ts';
import type { GiftDesk } from './desk.ts';
import { factsOf, judgeSaleOf, mayPayLater, withGate } from './gate.ts';
import type { NewGift } from './gift.ts';
import { lockedGifts, purposeOf, recipientHash } from './gift-row.ts';
import {
  addSender,
  countGiftsOfDay,
  findGiftByRequest,
  insertGift,
  insertPicture,
  isReachable,
  lockSender,
} from './gifts.sql.ts';
import { judgeWords } from './judge-words.ts';
import { senderFacts, withHelpOf, type SenderFacts } from './sender-facts.ts';
import { beginSending } from './sending.ts';
import { Sheet } from './sheet.ts';

const DAY_MS = 24 * 60 * 60_000;

export interface ShopRoute {
  readonly issuerId: number;
  readonly sellerId: number;
}

/** Who sends in the name of whom. */
export interface Helping {
  readonly helperId: string;
  readonly memberId: string;
}

interface Wanted {
  readonly session: MemberSession;
  readonly memberId: string; // whose gift it is: of whoever is signed in or, by a helper, of who is helped
  readonly helping: Helping | null;
  readonly gift: NewGift;
  readonly route: ShopRoute & { readonly tenderId: number; readonly unit: string };
  readonly to: string | null;
  readonly plan: PaymentPlan;
  readonly contract: string;
  readonly content: Uint8Array;
  readonly sender: SenderFacts;
  readonly at: Instant;
}

/** Keeps a gift and, when its time is now, begins to send it. Answers its id; the same form again is the same gift. */
export async function sendGift(
  desk: GiftDesk,
  shopOf: (issuerId: number) => number | undefined,
  asked: {
    readonly session: MemberSession;
    readonly gift: NewGift;
    readonly from: From;
    readonly helping?: Helping;
  },
): Promise<GiftAnswer<bigint>> {
  const { session, gift, helping = null } = asked;
  const memberId = helping?.memberId ?? session.member.memberId;
  const at = desk.clock.now();
  const refusal = judgeForm(desk, gift, at);
  if (refusal !== null) return refusal;
  // A code on paper would be in the helper's hand, and what goes out later might outlive the help.
  const isHelpers = gift.channel === 'mail' && gift.sendAt === null;
  if (helping !== null && !isHelpers) return notDone('helper_not_allowed');
  const priced = await priceOf(desk, shopOf, { memberId, gift, at });
  if ('ok' in priced) return priced;
  const { amountMinor } = gift;
  const step = await desk.members.stepUp(session, { act: 'send_gift', amountMinor });
  if (step.state !== 'fresh') {
    const factors = step.state === 'ask' ? step.factors : [step.needs];
    return notDone('fresh_factor_needed', { factors });
  }
  const sender = await senderFacts(desk, asked, at);
  const to = gift.channel === 'mail' ? readMailAddress(gift.to ?? '') : null;
  const content = desk.keys.contentHash(canonicalText(gift));
  const whose = { session, memberId, helping };
  const wanted: Wanted = { ...whose, gift, to, content, sender, at, ...priced };
  try {
    return await withGate(desk, (on, gate) => keepGift(desk, on, { gate, wanted }));
  } catch (error) {
    if (error instanceof MethodGone) return notDone('method_not_found');
    if (error instanceof NotKept) return notDone('too_much_today', { limit: error.limit });
    throw error;
  }
}

/** Removed a moment ago: nothing of the transaction stays. */
class MethodGone extends Error {
  override readonly name = 'MethodGone';
}

/** It is too much for the sender's day: nothing of the transaction stays, nor of a helper's day. */
class NotKept extends Error {
  override readonly name = 'NotKept';
  readonly limit: NonNullable<GiftNotDone['limit']>;

  constructor(limit: NonNullable<GiftNotDone['limit']>) {
    super('too much for the day');
    this.limit = limit;
  }
}

export function judgeForm(desk: GiftDesk, gift: NewGift, at: Instant): GiftNotDone | null {
  const { channel, sendAt, openDays, picture, requestId } = gift;
  if (!/^[\x21-\x7e]{8,128}$/.test(requestId)) return notDone('request_id_reused'); // none of ours
  const isMail = channel === 'mail';
  if (isMail && readMailAddress(gift.to ?? '') === null) return notDone('address_not_valid');
  const words = judgeWords(gift, desk.isAbusive ?? (() => false));
  if (words !== null) return notDone(words);
  if ((gift.motif ?? '').length > 40) return notDone('picture_not_allowed');
  const size = picture?.bytes.length ?? 1;
  if (size === 0 || size > PICTURE_BYTES_MAX) return notDone('picture_not_allowed');
  const isPast = sendAt !== null && (sendAt <= at || sendAt > at + SCHEDULE_MAX_MS);
  const isOpenLong = !Number.isInteger(openDays) || openDays < 1 || openDays > OPEN_DAYS_MAX;
  return isPast || isOpenLong ? notDone('time_not_valid') : null;
}

/** The issuer's own shop, the tender of the method, and what its data says of when the sender pays. */
export async function priceOf(
  desk: GiftDesk,
  shopOf: (issuerId: number) => number | undefined,
  { memberId, gift, at }: Pick<Wanted, 'memberId' | 'gift' | 'at'>,
): Promise<GiftNotDone | Pick<Wanted, 'route' | 'plan' | 'contract'>> {
  const catalogue = desk.catalogue.current();
  const product = catalogue.products.get(gift.productId);
  const sellerId = product === undefined ? undefined : shopOf(product.issuerId);
  if (product?.kind !== 'code' || sellerId === undefined) return notDone('product_not_for_gifts');
  const methods = await desk.payments.methods(memberId);
  const method = methods.find(({ methodId }) => methodId === gift.methodId);
  const tender = method === undefined ? undefined : catalogue.tenderAt(method.tenderId, at);
  if (method === undefined || tender === undefined) return notDone('method_not_found');
  const { issuerId, unit } = product;
  if (tender.issuerId !== issuerId) return notDone('tender_not_for_gifts');
  const plan = planPayment(factsOf(tender), openMsOf(gift) + ASK_MS);
  if (plan === null) return notDone('tender_not_for_gifts');
  // What is paid in a session of its payer's cannot be asked for when nobody is there.
  if (gift.sendAt !== null && !mayPayLater(tender)) return notDone('tender_not_for_later');
  const { tenderId } = tender;
  const contract = contractOf(desk, { memberId, tenderId, lastDigits: method.lastDigits });
  return { route: { issuerId, sellerId, tenderId, unit }, plan, contract };
}

/** What pays, as the limits of the month know it: the same card or contract stays the same when it is added anew. */
export function contractOf(
  { keys }: Pick<GiftDesk, 'keys'>,
  of: { readonly memberId: string; readonly tenderId: number; readonly lastDigits: string },
): string {
  const hash = keys.contentHash(
    `payer of a gift\n${of.memberId}\n${of.tenderId}\n${of.lastDigits}`,
  );
  return `gift-payer:${Buffer.from(hash).toString('base64url')}`;
}

async function keepGift(
  desk: GiftDesk,
  on: Queryable,
  { gate, wanted }: { readonly gate: GateState; readonly wanted: Wanted },
): Promise<GiftAnswer<bigint>> {
  const { gift, at, memberId, helping } = wanted;
  let { sender } = wanted;
  const helper = helping && { ...helping, helperMember: wanted.session.member.memberId };
  if (helper !== null) {
    const giving = await desk.wallets.lockGiving(on, helper);
    if (giving?.memberId !== memberId) return notDone('helper_not_allowed');
    sender = withHelpOf(sender, giving.acceptedAt, at);
  }
  const isStopped = await lockSenders(on, memberId, helper?.helperMember ?? memberId);
  const known = { senderId: memberId, requestId: gift.requestId };
  const [same] = await findGiftByRequest(on, known);
  if (same !== undefined) {
    return isSameSecret(same.content, wanted.content)
      ? done(same.giftId)
      : notDone('request_id_reused');
  }
  if (isStopped) return notDone('sending_stopped');
  const refused = (await judgeSender(desk, on, wanted)) ?? judgeOffer(gate, wanted);
  if (refused !== null) return refused;
  const { amountMinor } = gift;
  if (helper !== null && !(await desk.wallets.takeGiven(on, { ...helper, amountMinor }))) {
    return notDone('too_much_for_helper');
  }
  const spent = await desk.members.spendWithin(on, memberId, amountMinor);
  if (!spent.ok) {
    throw new NotKept({ most: spent.leftMinor, until: spent.until });
  }
  return done(await writeGift(desk, on, { gate, wanted: { ...wanted, sender } }));
}

/** Whoever stops one of them waits for this gift, or was first: true. In one order, whoever helps whom. */
async function lockSenders(on: Queryable, ...memberIds: readonly string[]): Promise<boolean> {
  let isStopped = false;
  for (const memberId of [...new Set(memberIds)].toSorted()) {
    await addSender(on, { memberId });
    const [sender] = await lockSender(on, { memberId });
    if ((sender?.stoppedAt ?? null) !== null) isStopped = true;
  }
  return isStopped;
}

export async function judgeSender(
  desk: GiftDesk,
  on: Queryable,
  { memberId: senderId, to, at }: Pick<Wanted, 'memberId' | 'to' | 'at'>,
): Promise<GiftNotDone | null> {
  const [row] = await countGiftsOfDay(on, { senderId, since: at - DAY_MS });
  if ((row?.gifts ?? 0n) >= BigInt(GIFTS_PER_DAY)) {
    const limit = { most: BigInt(GIFTS_PER_DAY), until: at + DAY_MS };
    return notDone('too_many_gifts', { limit });
  }
  if (to === null) return null;
  return (await canReach(desk, on, { senderId, to, at }))
    ? null
    : notDone('recipient_not_reachable');
}

/** One answer for two reasons: whether somebody has blocked a sender is nobody's business. */
export async function canReach(
  desk: GiftDesk,
  on: Queryable,
  { senderId, to, at }: { readonly senderId: string; readonly to: string; readonly at: Instant },
): Promise<boolean> {
  const hash = recipientHash(desk.keys, to);
  const asked = { recipientHash: hash, senderId, bouncedSince: at - BOUNCED_MS };
  const [row] = await isReachable(on, asked);
  return row === undefined || !(row.isBlocked || row.isBounced);
}

/** By the instant at which it is to go out; and anew when that has come. */
export function judgeOffer(
  gate: GateState,
  { gift, route, contract, at }: Pick<Wanted, 'gift' | 'route' | 'contract' | 'at'>,
): GiftNotDone | null {
  const stopped = judgeSaleOf(gate, { ...gift, ...route, contract }, gift.sendAt ?? at);
  if (stopped === null) return null;
  const { suspensionId } = stopped.facts;
  return notDone(stopped.refusal, typeof suspensionId === 'number' ? { suspensionId } : {});
}

async function writeGift(
  desk: GiftDesk,
  on: Queryable,
  { gate, wanted }: { readonly gate: GateState; readonly wanted: Wanted },
): Promise<bigint> {
  const { gift, at, plan, sender, memberId, helping, route } = wanted;
  const giftId = await insertNew(desk, on, wanted);
  const payment = await desk.payments.prepare(on, {
    memberId,
    methodId: gift.methodId,
    amountMinor: gift.amountMinor,
    unit: route.unit,
    plan,
    purpose: purposeOf({ giftId }),
  });
  if (!payment.ok) throw new MethodGone();
  const { picture } = gift;
  if (picture !== null) await insertPicture(on, { giftId, ...picture });
  const gifts = await lockedGifts(on, [giftId]);
  const sheet = new Sheet(desk, on, { gifts, at });
  sheet.change(giftId, { paymentId: payment.value.paymentId });
  const when = gift.sendAt === null ? 'now' : 'later';
  const odd = [
    ...(sender.changedAt === null ? [] : ['sender_changed']),
    ...(sender.hasTravelled ? ['sender_travelled'] : []),
  ];
  const helper = helping?.helperId;
  const by = helping === null ? 'sender' : 'helper';
  sheet.note(giftId, 'made', by, { channel: gift.channel, plan, when, odd, helper });
  if (gift.sendAt === null) await beginSending(desk, on, { sheet, gate, giftIds: [giftId] });
  await sheet.write();
  return giftId;
}

async function insertNew(desk: GiftDesk, on: Queryable, wanted: Wanted): Promise<bigint> {
  const { gift, at, plan, sender, memberId, route, contract, content, to } = wanted;
  const { senderName, recipientName, message } = gift;
  const { keys } = desk;
  const helper = wanted.helping === null ? null : wanted.session.member;
  const words = { senderName, recipientName, message, helperName: helper?.name };
  const sendAt = gift.sendAt ?? at;
  const openMs = openMsOf(gift);
  const [row] = await insertGift(on, {
    ...route,
    senderId: memberId,
    requestId: gift.requestId,
    content,
    productId: gift.productId,
    methodId: gift.methodId,
    contract,
    plan,
    amountMinor: gift.amountMinor,
    channel: gift.channel,
    locale: gift.locale,
    recipientHash: to === null ? null : recipientHash(keys, to),
    recipientSealed: to === null ? null : keys.seal(to),
    wordsSealed: keys.seal(JSON.stringify(words)),
    motif: gift.motif,
    hasPicture: gift.picture !== null,
    madeAt: at,
    sendAt,
    openMs: BigInt(openMs),
    expiresAt: sendAt + openMs,
    senderChangedAt: sender.changedAt,
    senderDeviceAt: sender.deviceAt,
    senderTravelled: sender.hasTravelled,
    senderNetwork: sender.network,
    helperMember: helper?.memberId ?? null,
  });
  assert(row !== undefined, 'the lock of the sender is held, so nobody else has kept it');
  return row.giftId;
}

function openMsOf({ openDays }: NewGift): number {
  return openDays * DAY_MS;
}

/** With its lengths, so that no content can pose as another (R3). */
function canonicalText(gift: NewGift): string {
  const parts = [
    gift.productId,
    gift.methodId,
    gift.amountMinor,
    gift.channel,
    gift.to?.trim().toLowerCase() ?? '',
    gift.recipientName,
    gift.senderName,
    gift.message,
    gift.motif ?? '',
    gift.picture?.bytes.length ?? 0,
    gift.sendAt ?? 'now',
    gift.openDays,
  ];
  return parts.map((part) => `${String(part).length}:${String(part)}`).join(';');
}
