import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VoidedGift } from '../gifts/index.ts';
import { GIFTS_TOLD_MAX, giftsText } from './list-gifts.ts';

const AT = Date.UTC(2016, 4, 10, 10, 2);

test('a message names so many gifts, counts them all, and is not held up by what cannot be read', () => {
  const voided = Array.from({ length: GIFTS_TOLD_MAX + 3 }, (_, at): VoidedGift => {
    const times = { sentAt: AT, claimedAt: null, chargedAt: null };
    const what = { giftId: BigInt(at), amountMinor: 3_000n, unit: 'JPY', isRefundWanted: false };
    return { ...what, ...times, before: 'sent', after: 'cancelled' } as VoidedGift;
  });
  const known = [{ giftId: 0n, channel: 'print', to: null, words: null, madeAt: AT }] as const;
  const [heading, first, second, ...rest] = giftsText('ja', { voided, known }).split('\n');
  assert.equal(heading, `取り消したギフト: ${voided.length}件`);
  assert.equal(first, '・2016年5月10日 19:02 3,000円 用紙を渡した方 宛て');
  assert.equal(second, '・2016年5月10日 19:02 3,000円', 'no name, and told all the same');
  assert.match(rest[GIFTS_TOLD_MAX - 2] ?? '', /ほか 3件/);
  assert.equal(rest.at(-1), '止める前に請求されていたギフト: 0件');
  const before = giftsText('ja', { voided, known, madeUntil: AT - 1 });
  assert.match(before, /ほか 13件/);
  assert.doesNotMatch(before, /3,000円/, 'what came behind a former address is only counted there');
  assert.match(giftsText('ja', { voided, known, madeUntil: AT }), /3,000円 用紙[^]*ほか 12件/);
  const words = { senderName: 'はな', recipientName: 'Q.Support', message: '' };
  const called = [{ ...known[0], to: 'taro@example.jp', words }];
  const text = giftsText('ja', { voided, known: called });
  assert.match(
    text,
    / Q\. Support \(taro@example\.jp\) 宛て/,
    'no mail program makes a link of it',
  );
});
