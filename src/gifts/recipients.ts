import type { Visitor } from '../clients/index.ts';
import type { From } from '../members/index.ts';
import { declineSender } from './change-gift.ts';
import { claimCodeNames, readClaimCode } from './claim-code.ts';
import { isAddressedTo, isClaimedBy } from './claim-gifts.ts';
import { done, notDone, type GiftAnswer, type GiftNotDone } from './contract.ts';
import type { GiftDesk } from './desk.ts';
import type { GiftValue, OpenedGift } from './gift.ts';
import { giftRows, lockedGifts, recipientHash, type GiftRow } from './gift-row.ts';
import { findByCodes, listReceived } from './gifts.sql.ts';
import type { Claimant, GiftNamed } from './gifts.ts';
import { submitIssue } from './issue-gifts.ts';
import { nextGiftState } from './next-gift-state.ts';
import { openedGift } from './read-gifts.ts';
import { PAGE } from './bounds.ts';
import { Sheet } from './sheet.ts';

/** No client's id: claim codes are guessed at on the site. */
const SITE_CLIENT_ID = 0;

export function visitorOf({ address }: From): Visitor {
  return { clientId: SITE_CLIENT_ID, address, device: null, peerAddress: address };
}

/** Work behind a code: wrong ones cost (R32). A gift that is named by a session's own address cannot be guessed. */
export async function behindCode<Value>(
  desk: GiftDesk,
  { named, claimant }: { readonly named: GiftNamed; readonly claimant: Claimant },
  work: (named: GiftNamed) => Promise<GiftAnswer<Value>>,
): Promise<GiftAnswer<Value>> {
  if ('giftId' in named) return work(named);
  const visitor = visitorOf(claimant.from);
  const retryAfterMs = desk.guesses.admit(visitor);
  if (retryAfterMs > 0) return notDone('too_many_attempts', { retryAfterMs });
  let isMiss = false;
  try {
    const code = readClaimCode(named.code);
    const answer = code === null ? notDone('gift_not_found') : await work({ code });
    isMiss = !answer.ok && answer.refusal === 'gift_not_found';
    return answer;
  } finally {
    desk.guesses.settle(visitor, isMiss);
  }
}

export async function findNamedGift(
  desk: GiftDesk,
  named: GiftNamed,
  claimant: Claimant,
): Promise<GiftRow | undefined> {
  if ('giftId' in named) {
    const [gift] = await giftRows(desk.database, [named.giftId]);
    const isTheirs =
      gift !== undefined &&
      (isAddressedTo(desk, gift, claimant.session) || isClaimedBy(gift, claimant));
    return isTheirs ? gift : undefined;
  }
  const codeNames = claimCodeNames(desk.keys, named.code);
  const [found] = await findByCodes(desk.database, { codeNames });
  if (found === undefined) return undefined;
  const [gift] = await giftRows(desk.database, [found.giftId]);
  return gift;
}

export function openGift(
  desk: GiftDesk,
  asked: { readonly named: GiftNamed; readonly claimant: Claimant },
): Promise<GiftAnswer<OpenedGift>> {
  return behindCode(desk, asked, async (named) => {
    const gift = await findNamedGift(desk, named, asked.claimant);
    if (gift === undefined) return notDone('gift_not_found');
    return done(openedGift(desk, gift, asked.claimant));
  });
}

/** The first look is a line of the sender's history; later ones are not. */
export async function noteOpened(
  desk: GiftDesk,
  named: GiftNamed,
  claimant: Claimant,
): Promise<void> {
  const read = 'code' in named ? readClaimCode(named.code) : null;
  if ('code' in named && read === null) return;
  const found = await findNamedGift(desk, read === null ? named : { code: read }, claimant);
  if (found?.state !== 'sent') return;
  await desk.database.transaction(async (on) => {
    const [gift] = await lockedGifts(on, [found.giftId]);
    if (gift === undefined || nextGiftState(gift.state, 'open') === null) return;
    const sheet = new Sheet(desk, on, { gifts: [gift], at: desk.clock.now() });
    sheet.move(gift.giftId, 'open', { openedAt: sheet.at });
    sheet.note(gift.giftId, 'opened', 'recipient');
    await sheet.write();
  });
}

/**
 * The code is asked of the engine each time, which tells it to who issued it: it stands nowhere in clear. What lies in
 * a wallet is used from there, behind its factors and limits, so its code is not told.
 */
export async function collectGift(
  desk: GiftDesk,
  giftId: bigint,
  claimant: Claimant,
): Promise<GiftAnswer<GiftValue>> {
  const [gift] = await giftRows(desk.database, [giftId]);
  if (gift === undefined || !isClaimedBy(gift, claimant)) return notDone('gift_not_found');
  const { state, instrumentId, productId, amountMinor, unit, isInWallet } = gift;
  if (instrumentId === null) return notDone('not_possible_now', { state });
  const outcome = await submitIssue(desk, gift);
  if (outcome.outcome === 'refused') return notDone(outcome.refusal);
  if (outcome.outcome !== 'accepted') return notDone('busy', { retryAfterMs: 2_000 });
  const { expiresAt } = outcome.done;
  const code = isInWallet ? null : outcome.done.code;
  return done({ giftId, instrumentId, productId, amountMinor, unit, code, expiresAt, isInWallet });
}

export async function readReceived(
  desk: GiftDesk,
  claimant: Claimant,
): Promise<readonly OpenedGift[]> {
  const { session } = claimant;
  if (session === null) return [];
  const { memberId, email } = session.member;
  const hash = recipientHash(desk.keys, email);
  const ids = await listReceived(desk.database, { recipientHash: hash, memberId, size: PAGE });
  const gifts = await giftRows(
    desk.database,
    ids.flatMap(({ giftId }) => giftId ?? []),
  );
  return gifts.toReversed().map((gift) => openedGift(desk, gift, claimant));
}

export function declineGift(
  desk: GiftDesk,
  asked: { readonly named: GiftNamed; readonly claimant: Claimant },
): Promise<GiftAnswer> {
  return behindCode(desk, asked, async (named) => {
    const found = await findNamedGift(desk, named, asked.claimant);
    if (found === undefined) return notDone('gift_not_found');
    const refused = await desk.database.transaction(async (on): Promise<GiftNotDone | null> => {
      const [gift] = await lockedGifts(on, [found.giftId]);
      return gift === undefined ? notDone('gift_not_found') : declineSender(desk, on, gift);
    });
    return refused ?? done(undefined);
  });
}
