import type { Instant } from '../kernel/clock.ts';
import { publicId } from '../kernel/ids.ts';
import type { Evidence } from './case.ts';
import type { CaseMember, CaseParts } from './parts.ts';

const NOTICES_MAX = 100;
const HOLDINGS_MAX = 50;

/** What is known of an account when its owner says "that was not me": copied, so that it stays. */
export async function collectEvidence(
  parts: Pick<CaseParts, 'database' | 'members' | 'inbox' | 'wallets' | 'stories' | 'gifts'>,
  member: CaseMember,
  since: Instant,
): Promise<readonly Evidence[]> {
  const { memberId } = member;
  const to = await parts.members.addresses(memberId); // a thief's, and the owner's before
  const [account, notices, requests, helpers] = await Promise.all([
    parts.members.evidence(memberId, since),
    parts.inbox.list({ to, since, before: null, size: NOTICES_MAX }),
    requestsOf(parts, memberId),
    helpersGifts(parts, memberId, since),
  ]);
  const signIns = account.signIns.map(({ at, signInId: _, ...content }) => ({
    kind: 'sign_in' as const,
    at,
    content,
  }));
  const devices = account.devices.map((content) => ({
    kind: 'device' as const,
    at: content.firstSeenAt,
    content: { ...content },
  }));
  const told = notices.map(({ number, writtenAt, content }) => ({
    kind: 'notice' as const,
    at: writtenAt,
    content: { number, subject: content?.subject ?? null },
  }));
  const all = [...signIns, ...devices, ...told, ...requests, ...helpers];
  return all.toSorted((one, other) => other.at - one.at);
}

/** Gifts that a helper has sent in the member's name, by whom. */
async function helpersGifts(
  { gifts }: Pick<CaseParts, 'gifts'>,
  memberId: string,
  since: Instant,
): Promise<readonly Evidence[]> {
  const sent = await gifts.sentBy(memberId, { before: null });
  return sent.flatMap(({ giftId, issuerId, madeAt, amountMinor, words }) => {
    const helper = words?.helperName;
    if (helper === undefined || madeAt < since) return [];
    const what = { kind: 'gift_by_helper', helper, gift: String(giftId), issuerId };
    const content = { ...what, instrument: null, amountMinor: String(amountMinor) };
    return [{ kind: 'request' as const, at: madeAt, content }];
  });
}

/** What was done with the value of the member: each instrument's story, as the engine wrote it. */
async function requestsOf(
  { wallets, stories }: Pick<CaseParts, 'wallets' | 'stories'>,
  memberId: string,
): Promise<readonly Evidence[]> {
  const found: Evidence[] = [];
  for (const { instrumentId } of (await wallets.holdings(memberId)).slice(0, HOLDINGS_MAX)) {
    const story = await stories.read({ by: 'instrument', instrumentId });
    for (const request of story?.requests ?? []) {
      const { arrivedAt, kind, outcome, amountMinor, merchantId, sellerId } = request;
      const amount = amountMinor === null ? null : String(amountMinor);
      const instrument = publicId('ins', instrumentId);
      const content = { instrument, kind, outcome, amountMinor: amount, merchantId, sellerId };
      found.push({ kind: 'request', at: arrivedAt, content });
    }
  }
  return found;
}
