import type { Done, Operation, Outcome, Refusal } from '../instruments/index.ts';
import { present } from '../kernel/assert.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { GiftDesk } from './desk.ts';
import { letGo } from './end-gifts.ts';
import { saleOf } from './gate.ts';
import { giftRows, lockedGifts, type GiftRow } from './gift-row.ts';
import { listToIssue } from './gifts.sql.ts';
import { Sheet } from './sheet.ts';
import { tellCharged, tellNews, tellOver } from './tell-gifts.ts';

const PAGE = 200;

/**
 * The value of what is paid: issued by one request of the engine, whose id is the gift's own, so done again it is
 * done once; then bound to the claimant's wallet. Answers the gifts that came to their end, also those whose value
 * the engine refused: they are given back in full.
 */
export async function issueGifts(
  desk: GiftDesk,
  giftIds: readonly bigint[],
): Promise<readonly bigint[]> {
  const gifts = await giftRows(desk.database, giftIds);
  const due = gifts.filter(isToIssue);
  const asked = await Promise.all(
    due.map(async (gift) => ({ gift, outcome: await submitIssue(desk, gift) })),
  );
  const known = asked.filter(
    ({ outcome }) => outcome.outcome === 'accepted' || outcome.outcome === 'refused',
  );
  return known.length === 0 ? [] : writeIssued(desk, known);
}

/** What was charged so long ago and is not issued: whoever has charged it has died, or could not. */
export async function issueLeft(desk: GiftDesk, leftAloneMs: number): Promise<readonly bigint[]> {
  const before = desk.clock.now() - leftAloneMs;
  const left = await listToIssue(desk.database, { before, size: PAGE });
  return issueGifts(
    desk,
    left.map(({ giftId }) => giftId),
  );
}

export function isToIssue({ state, instrumentId }: GiftRow): boolean {
  return state === 'charged' && instrumentId === null;
}

/** No door lets a client call a request of its own so. */
export function issueRequestId(giftId: bigint): string {
  return `gift:${giftId}`;
}

/** Also what shows the code again: a repeat of the request is told the same. */
export async function submitIssue(desk: GiftDesk, gift: GiftRow): Promise<Outcome> {
  const { giftId, issuerId, productId, sellerId, amountMinor, unit } = gift;
  const operation: Operation = {
    clientId: await desk.houseClientId(issuerId),
    issuerId,
    requestId: issueRequestId(giftId),
    arrivedAt: desk.clock.now(),
    soldAt: present(gift.soldAt, 'what is paid was sent'),
    soldProductId: productId,
    sale: saleOf(gift),
    kind: 'issue',
    productId,
    amountMinor,
    unit,
    funding: { from: 'seller', sellerId },
  };
  return desk.engine.submit(operation);
}

interface Asked {
  readonly gift: GiftRow;
  readonly outcome: Outcome;
}

function writeIssued(desk: GiftDesk, asked: readonly Asked[]): Promise<readonly bigint[]> {
  return desk.database.transaction(async (on) => {
    // Wallets first, gifts second, everywhere: whoever closes an account has its wallet and waits for its gifts.
    await desk.wallets.lock(
      on,
      asked.flatMap(({ gift }) => gift.claimantId ?? []),
    );
    const gifts = await lockedGifts(
      on,
      asked.map(({ gift }) => gift.giftId),
    );
    const sheet = new Sheet(desk, on, { gifts, at: desk.clock.now() });
    const open = asked.filter(({ gift }) => isToIssue(sheet.get(gift.giftId))); // else another has written it
    const refused: GiftRow[] = [];
    for (const { gift, outcome } of open) {
      if (outcome.outcome === 'accepted')
        await keepIssued(desk, on, { sheet, gift, done: outcome.done });
      if (outcome.outcome === 'refused') refused.push(refuse(sheet, gift, outcome.refusal));
    }
    const moneys = await letGo(desk, on, refused);
    for (const gift of refused) {
      const money = moneys.get(gift.giftId) ?? 'nothing';
      sheet.tell(gift.giftId, 'sender', tellOver(desk.keys, gift, { what: 'not_issued', money }));
      sheet.tell(gift.giftId, 'recipient', tellNews(desk.keys, gift, 'not_paid'));
    }
    await sheet.write();
    return asked.map(({ gift }) => gift.giftId);
  });
}

/** Written with its gift's row, behind the lock of the claimant's wallet. */
export async function keepIssued(
  desk: GiftDesk,
  on: Queryable,
  issued: { readonly sheet: Sheet; readonly gift: GiftRow; readonly done: Done },
): Promise<void> {
  const { sheet } = issued;
  const { giftId, claimantId, issuerId } = issued.gift;
  const instrumentId = present(issued.done.instrumentId, 'an issue makes an instrument');
  const holding = { issuerId, instrumentId, how: 'gift' } as const;
  const kept =
    claimantId !== null && (await desk.wallets.keep(on, { ...holding, memberId: claimantId })).ok;
  const gift = sheet.change(giftId, { instrumentId, isInWallet: kept });
  sheet.note(giftId, 'issued', 'server', { into: kept ? 'wallet' : 'code' });
  sheet.tell(giftId, 'sender', tellCharged(desk.keys, gift, gift.chargedAt ?? sheet.at));
  const hasWaited =
    gift.waitsUntil !== null || gift.asksUntil !== null || gift.repairUntil !== null;
  if (hasWaited) sheet.tell(giftId, 'recipient', tellNews(desk.keys, gift, 'ready'));
}

function refuse(sheet: Sheet, { giftId }: GiftRow, refusal: Refusal): GiftRow {
  const gift = sheet.move(giftId, 'fail', { refusal });
  sheet.note(giftId, 'refused', 'server', { refusal });
  sheet.giveBack(gift);
  return gift;
}
