import type { FastifyPluginCallback } from 'fastify';
import type { GiftEvent, Gifts, SentGift } from '../gifts/index.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { WalletSiteParts } from '../web/index.ts';
import type { Rounds } from './every.ts';
import { openCaseServer } from './open-cases.ts';
import type { ConsoleShare } from './open-console.ts';
import { openGiftServer, type GiftServerParts } from './open-gifts.ts';

/** Gifts, and "that was not me", which stops them. */
export async function openGiving(parts: GiftServerParts): Promise<{
  readonly plugins: readonly FastifyPluginCallback[];
  readonly share: ConsoleShare;
  /** Everything of a member that ends with the account. */
  readonly endMember: (on: Queryable, memberId: string) => Promise<void>;
  readonly letSend: (on: Queryable, memberId: string) => Promise<void>;
  /** What is known here of a member, for the history and the copy of one's data. */
  readonly told: Pick<WalletSiteParts, 'copies' | 'gifts'>;
  readonly rounds: Rounds;
}> {
  const giving = await openGiftServer(parts);
  const cases = openCaseServer({ ...parts, gifts: giving.gifts });
  return {
    plugins: [giving.plugin, cases.plugin],
    share: cases.share,
    endMember: (on, memberId) => giving.gifts.endMember(on, memberId),
    letSend: (on, memberId) => giving.gifts.allowSending(on, memberId),
    told: {
      gifts: giving.gifts,
      copies: {
        giftsSent: ({ memberId }) => allSent(giving.gifts, memberId),
        giftHistory: ({ memberId }) => wholeHistory(giving.gifts, memberId),
        paymentMethods: ({ memberId }) => giving.payments.methods(memberId),
        cases: ({ memberId }) => cases.cases.list(memberId),
      },
    },
    rounds: {
      async stop() {
        await cases.rounds.stop();
        await giving.rounds.stop();
      },
    },
  };
}

const PAGES_MAX = 200;

async function allSent(gifts: Gifts, memberId: string): Promise<readonly SentGift[]> {
  const all: SentGift[] = [];
  let before: bigint | null = null;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const sent = await gifts.sentBy(memberId, { before });
    const last = sent.at(-1);
    if (last === undefined) break;
    all.push(...sent);
    before = last.giftId;
  }
  return all;
}

async function wholeHistory(gifts: Gifts, memberId: string): Promise<readonly GiftEvent[]> {
  const all: GiftEvent[] = [];
  let before: bigint | null = null;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const events = await gifts.history(memberId, { giftId: null, before });
    const last = events.at(-1);
    if (last === undefined) break;
    all.push(...events);
    before = last.eventId;
  }
  return all;
}
