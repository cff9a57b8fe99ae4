import type { Gifts, SentGift } from '../gifts/index.ts';

const PAGES_MAX = 400;

/** The gifts of a sender, the newest first; from below an id, down to one, or the first page alone. */
export async function readSent(
  gifts: Pick<Gifts, 'sentBy'>,
  memberId: string,
  {
    least = null,
    below = null,
  }: { readonly least?: bigint | null; readonly below?: bigint | null },
): Promise<readonly SentGift[]> {
  const found: SentGift[] = [];
  let before = below;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const page = await gifts.sentBy(memberId, { before });
    found.push(...page);
    const last = page.at(-1);
    if (last === undefined || least === null || last.giftId <= least) break;
    before = last.giftId;
  }
  return found;
}
