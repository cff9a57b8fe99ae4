import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { textOf } from '../kernel/locale.ts';
import { timeText } from '../members/index.ts';
import type { WantedNotice } from '../notices/index.ts';
import { giftsText, type StoppedGifts } from './list-gifts.ts';
import type { CaseMember, CaseParts } from './parts.ts';
import { LOOK_WITHIN_MS } from './what-comes-next.ts';

type Held = Awaited<ReturnType<CaseParts['members']['addresses']>>[number];
type Teller = Pick<CaseParts, 'notices' | 'log'>;

/**
 * To the member, in the transaction of the stop: it stands in the inbox when the case does. Also to addresses of
 * before: where a thief has moved the account to another, the owner reads there.
 */
export async function tellOpened(
  parts: Teller & Pick<CaseParts, 'members'>,
  on: Queryable,
  { memberId, locale }: CaseMember,
  {
    number,
    at,
    gifts,
    held,
  }: {
    readonly number: string;
    readonly at: Instant;
    readonly gifts: StoppedGifts;
    /** Until when each former address was the member's. */
    readonly held: readonly Held[];
  },
): Promise<void> {
  const values = {
    case: number,
    at: timeText(locale, at),
    look: timeText(locale, at + LOOK_WITHIN_MS),
  };
  const [present, ...former] = await parts.members.addressesOf(on, memberId);
  if (present === undefined) return;
  const told = { ...values, gifts: giftsText(locale, gifts) };
  await tell(parts, on, { template: 'case_opened', to: present, locale, values: told });
  for (const to of former) {
    const own = held.filter((each) => 'email' in each && each.email === to);
    // One of which nobody knows until when hears of no gift.
    const madeUntil = Math.max(0, ...own.map(({ until }) => until ?? 0));
    const some = { ...values, gifts: giftsText(locale, { ...gifts, madeUntil }) };
    await tell(parts, on, { template: 'case_opened', to, locale, values: some });
  }
}

export async function tellLifted(
  parts: Teller,
  on: Queryable,
  { email: to, locale }: CaseMember,
  {
    number,
    at,
    by,
  }: { readonly number: string; readonly at: Instant; readonly by: 'member' | 'desk' },
): Promise<void> {
  await tell(parts, on, {
    template: 'case_lifted',
    to,
    locale,
    values: {
      case: number,
      at: timeText(locale, at),
      by: textOf(locale, by === 'member' ? 'case.told.byMember' : 'case.told.byDesk'),
    },
  });
}

/** A stop does not wait for a message; that it could not be written is known to the staff. */
async function tell({ notices, log }: Teller, on: Queryable, wanted: WantedNotice): Promise<void> {
  const sent = await notices.sendNotice(on, wanted);
  if (!sent.ok)
    log.error(
      { template: wanted.template, refusal: sent.refusal },
      'a member was not told of a case',
    );
}
