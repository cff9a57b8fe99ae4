import type { MemberSession } from '../members/index.ts';
import { readMailAddress } from '../notices/index.ts';
import { notDone, type GiftNotDone } from './contract.ts';
import type { GiftDesk } from './desk.ts';
import type { NewGift } from './gift.ts';
import { findGiftByRequest } from './gifts.sql.ts';
import { judgeForm, judgeOffer, judgeSender, priceOf, type ShopRoute } from './send-gift.ts';
import { findSender } from './sender-facts.sql.ts';

/**
 * Whether a gift could be sent now, as far as is known without a lock: asked before work that costs, which nobody gets
 * done for a gift that would be refused. The sending judges anew. Null: nothing speaks against it.
 */
export async function judgeGift(
  desk: GiftDesk,
  shopOf: (issuerId: number) => ShopRoute['sellerId'] | undefined,
  { session, gift }: { readonly session: MemberSession; readonly gift: NewGift },
): Promise<GiftNotDone | null> {
  const { database, clock } = desk;
  const at = clock.now();
  const { memberId } = session.member;
  const refused = judgeForm(desk, gift, at);
  if (refused !== null) return refused;
  const known = { senderId: memberId, requestId: gift.requestId };
  if ((await findGiftByRequest(database, known)).length > 0) return null; // the same form again
  const priced = await priceOf(desk, shopOf, { memberId, gift, at });
  if ('ok' in priced) return priced;
  const [sender] = await findSender(database, { memberId });
  if ((sender?.stoppedAt ?? null) !== null) return notDone('sending_stopped');
  const to = gift.channel === 'mail' ? readMailAddress(gift.to ?? '') : null;
  const gate = { catalogue: desk.catalogue.current(), switchboard: desk.switches.current() };
  const judged =
    (await judgeSender(desk, database, { memberId, to, at })) ??
    judgeOffer(gate, { gift, at, ...priced });
  if (judged !== null) return judged;
  const { leftMinor, until } = await desk.members.limits(memberId);
  return gift.amountMinor <= leftMinor
    ? null
    : notDone('too_much_today', { limit: { most: leftMinor, until } });
}
