import type { Instant } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { listNoticesTo } from './inbox.sql.ts';
import { confirmRecipient, readStoppedAt } from './bounces.ts';
import {
  isHeld,
  placeOf,
  readRecipient,
  type Held,
  type NoticeChannel,
  type Recipient,
} from './recipient.ts';
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
  /**
   * What was written to an address, and to a number, since then, the newest first; before: what a page ended with.
   * Of what is held for a time only what was written in it.
   */
  list(asked: {
    readonly to: Recipient | readonly (Recipient | Held)[];
    readonly since: Instant;
    readonly before: bigint | null;
    readonly size: number;
    readonly templates?: readonly TemplateName[]; // not said: all
  }): Promise<readonly InboxNotice[]>;
  /** Since when nothing is sent to the address, because what was sent came back; null: it is. */
  stoppedSince(to: Recipient): Promise<Instant | null>;
  /** Its owner, who has signed in, says that it is right: messages go out to it again. */
  confirm(to: Recipient): Promise<void>;
}

export function openInbox(on: Queryable, keys: KeyRing): Inbox {
  return {
    async list({ to, templates = [], ...asked }) {
      const held = heldOf(keys, to, asked.since);
      const rows = await listNoticesTo(on, { ...asked, templates, ...held });
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

function heldOf(
  keys: KeyRing,
  to: Recipient | readonly (Recipient | Held)[],
  always: Instant,
): {
  readonly recipientHashes: readonly Uint8Array[];
  readonly sinces: readonly Instant[];
  readonly untils: readonly (Instant | null)[];
} {
  const all = (Array.isArray(to) ? to : [to]) as readonly (Recipient | Held)[];
  const held = all.flatMap((each) => {
    const known = readRecipient(keys, isHeld(each) ? placeOf(each) : each);
    if (!known.ok) return [];
    const { since, until } = isHeld(each) ? each : { since: always, until: null };
    return [{ hash: known.value.hash, since, until }];
  });
  return {
    recipientHashes: held.map(({ hash }) => hash),
    sinces: held.map(({ since }) => since),
    untils: held.map(({ until }) => until),
  };
}
