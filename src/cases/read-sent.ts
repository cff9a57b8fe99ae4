import type { Gifts, SentGift } from '../gifts/index.ts';

const PAGES_MAX = 50;

/** The gifts of a sender, the newest first; down to an id, or the first page alone. */
export async function readSent(
  gifts: Pick<Gifts, 'sentBy'>,
  memberId: string,
  least: bigint | null,
): Promise<readonly SentGift[]> {
  const found: SentGift[] = [];
  let before: bigint | null = null;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const page = await gifts.sentBy(memberId, { before });
    found.push(...page);
    const last = page.at(-1);
    if (last === undefined || least === null || last.giftId <= least) break;
    before = last.giftId;
  }
  return found;
}
