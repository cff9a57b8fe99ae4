import type { Instant } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { listNoticesTo } from './inbox.sql.ts';
import type { TemplateName } from './templates.ts';
import { hashOfAddress, type SealedContent } from './write-notices.ts';

/** A notice as the owner of its address reads it on the site. */
export interface InboxNotice {
  readonly noticeId: bigint;
  readonly number: string;
  readonly writtenAt: Instant;
  readonly content: { readonly subject: string; readonly text: string | null } | null; // null: erased
}

export interface Inbox {
  /** What was written to an address since then, the newest first; before: what a page ended with. */
  list(asked: {
    readonly to: string;
    readonly since: Instant;
    readonly before: bigint | null;
    readonly size: number;
  }): Promise<readonly InboxNotice[]>;
}

/** Whoever is in a session must not find the code there that only the mailbox is to have. */
const HAS_A_CODE: ReadonlySet<string> = new Set<TemplateName>([
  'member_sign_up_code',
  'member_sign_in_code',
]);

export function openInbox(on: Queryable, keys: KeyRing): Inbox {
  return {
    async list({ to, ...asked }) {
      const rows = await listNoticesTo(on, { ...asked, recipientHash: hashOfAddress(keys, to) });
      return rows.map(({ contentSealed, template, ...row }) => {
        if (contentSealed === null) return { ...row, content: null };
        const { subject, text } = JSON.parse(keys.unseal(contentSealed)) as SealedContent;
        return { ...row, content: { subject, text: HAS_A_CODE.has(template) ? null : text } };
      });
    },
  };
}
