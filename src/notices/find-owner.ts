import type { KeyRing } from '../kernel/crypto.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { findNoticeByNumber } from './notices.sql.ts';
import type { NoticeChannel } from './recipient.ts';

/** Where a message of ours went: for work behind the doors alone, no answer to a stranger may show it. */
export interface NoticeOwner {
  readonly number: string;
  readonly channel: NoticeChannel;
  readonly writtenAt: Instant;
  readonly template: string;
  /** A mail address or a telephone number; null: its time of keeping is over. */
  readonly place: string | null;
}

export async function findNoticeOwner(
  on: Queryable,
  keys: KeyRing,
  number: string,
): Promise<NoticeOwner | null> {
  const [row] = await findNoticeByNumber(on, { number });
  if (row === undefined) return null;
  const { channel, recipientSealed, template, writtenAt } = row;
  return {
    number,
    channel: channel as NoticeChannel, // a constraint holds it
    writtenAt,
    template,
    place: recipientSealed && keys.unseal(recipientSealed),
  };
}
