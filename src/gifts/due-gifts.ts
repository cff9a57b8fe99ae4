import { WORDS_KEPT_MS } from './bounds.ts';
import { wantCharges } from './claim-gifts.ts';
import type { GiftDesk } from './desk.ts';
import { endGifts, letGo } from './end-gifts.ts';
import { withGate } from './gate.ts';
import { lockedGifts } from './gift-row.ts';
import {
  forgetPictures,
  forgetWords,
  listRepairsOver,
  listToExpire,
  listToSend,
  listWaitsOver,
} from './gifts.sql.ts';
import { beginSending } from './sending.ts';
import { Sheet } from './sheet.ts';
import { tellNews, tellOver } from './tell-gifts.ts';

const PAGE = 100;

/**
 * What has come due by itself. Each round looks in the tables, locks what it finds, and looks again: done twice it
 * is done once, and what a killed process left is found by the next.
 */
export async function moveDue(desk: GiftDesk): Promise<number> {
  return (
    (await sendDue(desk)) +
    (await endWaits(desk)) +
    (await expireDue(desk)) +
    (await endRepairs(desk))
  );
}

async function sendDue(desk: GiftDesk): Promise<number> {
  const at = desk.clock.now();
  const due = await listToSend(desk.database, { at, size: PAGE });
  if (due.length === 0) return 0;
  const ids = due.map(({ giftId }) => giftId);
  return withGate(desk, async (on, gate) => {
    const gifts = await lockedGifts(on, ids);
    const sheet = new Sheet(desk, on, { gifts, at: desk.clock.now() });
    const giftIds = gifts.flatMap(({ giftId, state, begunAt }) =>
      state === 'scheduled' && begunAt === null ? [giftId] : [],
    );
    await beginSending(desk, on, { sheet, gate, giftIds });
    await sheet.write();
    return giftIds.length;
  });
}

/** The time to stop it is over; or the sender's word has not come. */
async function endWaits(desk: GiftDesk): Promise<number> {
  const { clock, database } = desk;
  const due = await listWaitsOver(database, { at: clock.now(), size: PAGE });
  if (due.length === 0) return 0;
  return database.transaction(async (on) => {
    const at = clock.now();
    const gifts = await lockedGifts(
      on,
      due.map(({ giftId }) => giftId),
    );
    const sheet = new Sheet(desk, on, { gifts, at });
    const over = gifts.filter(
      ({ state, waitsUntil, asksUntil }) =>
        state === 'claimed' && (waitsUntil ?? asksUntil ?? Infinity) <= at,
    );
    const unasked = over.filter(({ waitsUntil }) => waitsUntil !== null);
    for (const { giftId } of unasked) {
      sheet.move(giftId, 'charge', {});
      sheet.note(giftId, 'charging', 'server');
    }
    await wantCharges(desk, on, { sheet, giftIds: unasked.map(({ giftId }) => giftId) });
    const unconfirmed = over.filter(({ asksUntil }) => asksUntil !== null);
    await endGifts(desk, on, {
      sheet,
      giftIds: unconfirmed.map(({ giftId }) => giftId),
      ending: { move: 'expire', kind: 'expired', actor: 'server', told: 'not_confirmed' },
    });
    await sheet.write();
    return over.length;
  });
}

async function expireDue(desk: GiftDesk): Promise<number> {
  const { clock, database } = desk;
  const due = await listToExpire(database, { at: clock.now(), size: PAGE });
  if (due.length === 0) return 0;
  return database.transaction(async (on) => {
    const at = clock.now();
    const gifts = await lockedGifts(
      on,
      due.map(({ giftId }) => giftId),
    );
    const sheet = new Sheet(desk, on, { gifts, at });
    const over = gifts.filter(
      ({ state, expiresAt }) => (state === 'sent' || state === 'opened') && expiresAt <= at,
    );
    await endGifts(desk, on, {
      sheet,
      giftIds: over.map(({ giftId }) => giftId),
      ending: { move: 'expire', kind: 'expired', actor: 'server', told: 'expired' },
    });
    await sheet.write();
    return over.length;
  });
}

/** Claimed, not paid, and no other way of paying was named in time: it stays refused, and cannot be repaired any more. */
async function endRepairs(desk: GiftDesk): Promise<number> {
  const { clock, database, keys } = desk;
  const due = await listRepairsOver(database, { at: clock.now(), size: PAGE });
  if (due.length === 0) return 0;
  return database.transaction(async (on) => {
    const at = clock.now();
    const gifts = await lockedGifts(
      on,
      due.map(({ giftId }) => giftId),
    );
    const sheet = new Sheet(desk, on, { gifts, at });
    const over = gifts
      .filter(({ state, repairUntil }) => state === 'refused' && (repairUntil ?? Infinity) <= at)
      .map(({ giftId }) => sheet.move(giftId, 'fail', { repairUntil: null, endedAt: at }));
    for (const { giftId } of over) sheet.note(giftId, 'expired', 'server');
    const moneys = await letGo(desk, on, over);
    for (const gift of over) {
      const money = moneys.get(gift.giftId) ?? 'nothing';
      sheet.tell(gift.giftId, 'sender', tellOver(keys, gift, { what: 'not_repaired', money }));
      sheet.tell(gift.giftId, 'recipient', tellNews(keys, gift, 'not_paid'));
    }
    await sheet.write();
    return over.length;
  });
}

/** What people wrote, and their pictures, when it is long over. Answers how many were forgotten. */
export async function forgetOldWords({ database, clock }: GiftDesk): Promise<number> {
  const before = clock.now() - WORDS_KEPT_MS;
  const forgotten = await forgetWords(database, { before });
  await forgetPictures(database, { before });
  return forgotten;
}
