import { moneyText, textOf, type Locale } from '../../kernel/locale.ts';
import type { Gifts } from '../../gifts/index.ts';
import type { HistoryLine } from './wallet-pages.ts';

const PAGES_MAX = 20;

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
    for (const { at, kind, amountMinor, unit } of events) {
      if (before !== null && at >= before) continue;
      const what = textOf(locale, `gifts.event.${kind}`);
      const of = textOf(locale, 'wallet.giftSent');
      lines.push({ at, what, of, amount: moneyText(locale, amountMinor, unit) });
    }
    const end = events.at(-1);
    if (end === undefined) break;
    last = end.eventId;
  }
  return lines;
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
