import { moneyText, textOf, type Locale } from '../../kernel/locale.ts';
import type { GiftEvent, Gifts, OpenedGift } from '../../gifts/index.ts';
import type { WalletEvent } from '../../wallets/index.ts';
import type { HistoryLine } from './wallet-pages.ts';

const PAGES_MAX = 20;

/** What moves the sender's money; everything else of a gift only tells how it goes. */
const SIGNS: Partial<Readonly<Record<GiftEvent['kind'], '+' | '−'>>> = {
  charged: '−',
  refunded: '+',
};

/** What happened to a sender's gifts, each as a line of the one history; older than `before` where that is said. */
export async function giftLines(
  gifts: Pick<Gifts, 'history'>,
  memberId: string,
  {
    locale,
    before,
    size,
  }: { readonly locale: Locale; readonly before: number | null; readonly size: number },
): Promise<readonly HistoryLine[]> {
  const lines: HistoryLine[] = [];
  let last: bigint | null = null;
  for (let page = 0; page < PAGES_MAX && lines.length < size; page += 1) {
    const events = await gifts.history(memberId, { giftId: null, before: last });
    for (const { at, kind, giftId, amountMinor, unit } of events) {
      if (before !== null && at >= before) continue;
      const what = textOf(locale, `gifts.event.${kind}`);
      const money = moneyText(locale, amountMinor, unit);
      const of = textOf(locale, 'wallet.giftSent', { amount: money });
      const sign = SIGNS[kind];
      const amount = sign === undefined ? null : `${sign}${money}`;
      lines.push({ at, what, of, place: `/gifts/sent/${giftId}`, amount });
    }
    const end = events.at(-1);
    if (end === undefined) break;
    last = end.eventId;
  }
  return lines;
}

/** A gift that a member has received, with who gave it: in the place of the wallet's own word that one came. */
export function receivedLines(
  locale: Locale,
  received: readonly OpenedGift[],
  before: number | null,
): readonly HistoryLine[] {
  return received.flatMap(({ isMine, isIssued, chargedAt: at, words, ...gift }) => {
    if (!isMine || !isIssued || at === null || (before !== null && at >= before)) return [];
    const what = textOf(locale, 'wallet.act.gift');
    const of =
      words === null ? null : textOf(locale, 'wallet.giftFrom', { name: words.senderName });
    const place = `/gifts/received/${gift.giftId}`;
    return [{ at, what, of, place, amount: `+${moneyText(locale, gift.amountMinor, gift.unit)}` }];
  });
}

/** Behind its charge a gift is issued and put into the wallet at once, or by the next round. */
const PUT_WITHIN_MS = 10 * 60_000;

/** Without the wallet's own line of each gift that is told with its sender. */
export function withoutReceived(
  events: readonly WalletEvent[],
  received: readonly OpenedGift[],
): readonly WalletEvent[] {
  const told = new Set<WalletEvent>();
  for (const { isMine, isInWallet, chargedAt, productId } of received) {
    if (!isMine || !isInWallet || chargedAt === null) continue;
    const own = events.findLast(
      (event) =>
        event.what.is === 'act' &&
        event.what.kind === 'gift' &&
        event.productId === productId &&
        event.at >= chargedAt &&
        event.at <= chargedAt + PUT_WITHIN_MS &&
        !told.has(event),
    );
    if (own !== undefined) told.add(own);
  }
  return events.filter((event) => !told.has(event));
}

/** The newest first, `size` or a few more: what happened at one instant is on one page. */
export function mergedLines(
  parts: readonly (readonly HistoryLine[])[],
  size: number,
): { readonly lines: readonly HistoryLine[]; readonly older: number | null } {
  const all = parts.flat().toSorted((one, other) => other.at - one.at);
  const last = all[size - 1];
  if (last === undefined) return { lines: all, older: null };
  return { lines: all.filter(({ at }) => at >= last.at), older: last.at };
}
