import type { Instant } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { listNoticesTo } from './inbox.sql.ts';
import { confirmRecipient, readStoppedAt } from './bounces.ts';
import { readRecipient, type NoticeChannel, type Recipient } from './recipient.ts';
import { PROVING_CODES, type TemplateName } from './templates.ts';
import type { SealedContent } from './write-notices.ts';

/** A notice as the owner of its address reads it on the site. */
export interface InboxNotice {
  readonly noticeId: bigint;
  readonly number: string;
  readonly channel: NoticeChannel;
  readonly writtenAt: Instant;
  readonly content: { readonly subject: string; readonly text: string | null } | null; // null: erased
  /** It was not carried, or came back: here it stands all the same. */
  readonly isUnreached: boolean;
}

export interface Inbox {
  /** What was written to an address, and to a number, since then, the newest first; before: what a page ended with. */
  list(asked: {
    readonly to: Recipient | readonly Recipient[];
    readonly since: Instant;
    readonly before: bigint | null;
    readonly size: number;
  }): Promise<readonly InboxNotice[]>;
  /** Since when nothing is sent to the address, because what was sent came back; null: it is. */
  stoppedSince(to: Recipient): Promise<Instant | null>;
  /** Its owner, who has signed in, says that it is right: messages go out to it again. */
  confirm(to: Recipient): Promise<void>;
}

export function openInbox(on: Queryable, keys: KeyRing): Inbox {
  return {
    async list({ to, ...asked }) {
      const rows = await listNoticesTo(on, { ...asked, recipientHashes: hashesOf(keys, to) });
      return rows.map(({ contentSealed, template, channel: named, state, ...row }) => {
        const channel = named as NoticeChannel; // a constraint holds it
        const shown = {
          ...row,
          channel,
          isUnreached: state === 'failed' || state === 'undelivered',
        };
        if (contentSealed === null) return { ...shown, content: null };
        const { subject, text } = JSON.parse(keys.unseal(contentSealed)) as SealedContent;
        return {
          ...shown,
          content: { subject, text: PROVING_CODES.has(template as TemplateName) ? null : text },
        };
      });
    },
    async stoppedSince(to) {
      const known = readRecipient(keys, to);
      return known.ok ? readStoppedAt(on, known.value.hash) : null;
    },
    async confirm(to) {
      const known = readRecipient(keys, to);
      if (known.ok) await confirmRecipient(on, known.value.hash);
    },
  };
}

function hashesOf(keys: KeyRing, to: Recipient | readonly Recipient[]): readonly Uint8Array[] {
  const all = (Array.isArray(to) ? to : [to]) as readonly Recipient[];
  const known = all.map((each) => readRecipient(keys, each));
  return known.filter((each) => each.ok).map(({ value }) => value.hash);
}
