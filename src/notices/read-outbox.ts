import type { Instant } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { findNoticeByNumber, listNewestNotices } from './notices.sql.ts';
import type { FindNoticeByNumberRow, ListNewestNoticesRow } from './notices.sql.ts';
import type { NoticeChannel } from './recipient.ts';
import type { SealedContent } from './write-notices.ts';

/** A notice as the demo's outbox shows it; null: erased. */
export interface OutboxNotice {
  readonly number: string;
  readonly channel: NoticeChannel;
  readonly state: 'waiting' | 'sent' | 'failed' | 'undelivered';
  readonly writtenAt: Instant;
  readonly to: string | null;
  readonly content: SealedContent | null;
}

export interface Outbox {
  list(): Promise<readonly OutboxNotice[]>;
  find(number: string): Promise<OutboxNotice | undefined>;
}

const SHOWN = 50;

/** Everything that was written to anybody: only for the demo, whose people are made up. */
export function openOutbox(on: Queryable, keys: KeyRing): Outbox {
  const shown = (row: ListNewestNoticesRow | FindNoticeByNumberRow): OutboxNotice => ({
    number: row.number,
    channel: row.channel as NoticeChannel,
    state: row.state as OutboxNotice['state'],
    writtenAt: row.writtenAt,
    to: row.recipientSealed && keys.unseal(row.recipientSealed),
    content: row.contentSealed && (JSON.parse(keys.unseal(row.contentSealed)) as SealedContent),
  });
  return {
    list: async () => (await listNewestNotices(on, { size: SHOWN })).map(shown),
    async find(number) {
      const [row] = await findNoticeByNumber(on, { number });
      return row && shown(row);
    },
  };
}
