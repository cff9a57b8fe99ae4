import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageText } from '../../kernel/html.ts';
import type { OpenedGift } from '../../gifts/index.ts';
import type { WalletEvent } from '../../wallets/index.ts';
import type { Catalogue } from '../../programmes/index.ts';
import { addPage } from './add-page.ts';
import { closePage } from './life-pages.ts';
import { receivedLines, withoutReceived } from './one-history.ts';
import { walletHome } from './wallet-pages.ts';

void test('who closes an account reads what becomes of value, of gifts, and of ways to pay', () => {
  const shown = { locale: 'ja', token: 't', trouble: null, done: null, problem: null } as const;
  const page = (isStopped: boolean) =>
    pageText(closePage({ ...shown, closing: undefined, holdings: [], isStopped }).body);
  const said = page(false);
  assert.match(said, /action="\/ja\/account\/close"/);
  assert.doesNotMatch(page(true), /action="\/ja\/account\/close"/, 'what would be refused');
  assert.match(page(true), /\/account\/cases/);
  for (const words of [
    '残高はどうなりますか',
    '送ったギフトはどうなりますか',
    'お支払い方法の登録',
  ]) {
    assert.ok(said.includes(words), words);
  }
});

void test('a stopped wallet offers nothing that its stop refuses, and says why', () => {
  const shown = { locale: 'ja', token: 't', trouble: null, done: null, problem: null } as const;
  const catalogue = {} as Catalogue; // nothing is in it that is looked up
  const seen = { ...shown, catalogue, holdings: [], kept: 1, closing: undefined };
  const pages = (isStopped: boolean) =>
    [walletHome({ ...seen, isStopped }), addPage({ ...shown, isStopped })].map(({ body }) =>
      pageText(body),
    );
  for (const page of pages(false)) assert.match(page, /"\/ja\/wallet\/add"/);
  for (const page of pages(true)) {
    assert.doesNotMatch(page, /"\/ja\/wallet\/(add|take-back)"/);
    assert.ok(page.includes('ウォレットは一時停止しています'));
  }
});

void test('a gift that was received stands in the history once, with who gave it and how much', () => {
  const words = { senderName: '太郎', recipientName: '', message: '' };
  const claimed = { isMine: true, isInWallet: true, isIssued: true, claimedAt: 900 };
  const gift = {
    ...claimed,
    words,
    productId: 7,
    giftId: 5n,
    amountMinor: 3_000n,
    unit: 'JPY',
    chargedAt: 1_000,
  };
  const received = [gift, { ...gift, isMine: false }, { ...gift, chargedAt: null }];
  const gifts = received as unknown as OpenedGift[];
  assert.deepEqual(receivedLines('ja', gifts, null), [
    {
      at: 1_000,
      what: 'ギフトを受け取り',
      of: '太郎 さんから',
      place: '/gifts/received/5',
      amount: '+3,000円',
    },
  ]);
  assert.deepEqual(receivedLines('ja', gifts, 1_000), [], 'it stands on a page before');
  const act = { what: { is: 'act', kind: 'gift', helper: null }, productId: 7 };
  const acts = [5_000, 1_001, 999].map((at) => ({ ...act, at })) as unknown as WalletEvent[];
  assert.deepEqual(
    withoutReceived(acts, gifts).map(({ at }) => at),
    [5_000, 999],
    "the wallet's own line of another gift stays",
  );
});
