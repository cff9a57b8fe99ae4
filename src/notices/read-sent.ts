import type { Instant } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { findSentNotice } from './notices.sql.ts';
import {
  isHeld,
  isWithin,
  placeOf,
  readRecipient,
  type Held,
  type NoticeChannel,
  type Recipient,
} from './recipient.ts';
import { hashOfContent, type SealedContent } from './write-notices.ts';

/** A message of ours, as far as whoever holds it may compare it: nothing of its recipient. */
export interface SentNotice {
  readonly number: string;
  readonly channel: NoticeChannel;
  readonly template: string;
  readonly templateVersion: number;
  readonly writtenAt: Instant;
  /** Subject and text; null when its time of keeping is over. To be compared with, never shown. */
  readonly content: { readonly subject: string; readonly text: string } | null;
  /** Whether it said exactly this: also when the content was erased. */
  isContent(subject: string, text: string): boolean;
  /** Whether it was written to one of these: for its owner, who has signed in. */
  isTo(recipients: readonly (Recipient | Held)[]): boolean;
}

/** The register, for whoever checks a message. The same statement for a number that is there and one that is not. */
export interface SentRegister {
  find(number: string): Promise<SentNotice | null>;
}

export function openSentRegister(on: Queryable, keys: KeyRing): SentRegister {
  return {
    async find(number) {
      const [row] = await findSentNotice(on, { number });
      if (row === undefined) return null;
      const { contentSealed, contentHash, recipientHash, channel, ...notice } = row;
      return {
        ...notice,
        channel: channel as NoticeChannel, // a constraint holds it
        content: contentSealed && (JSON.parse(keys.unseal(contentSealed)) as SealedContent),
        isContent: (subject, text) =>
          Buffer.from(contentHash).equals(hashOfContent(keys, { subject, text })),
        isTo: (recipients) =>
          recipients.some((each) => {
            const known = readRecipient(keys, isHeld(each) ? placeOf(each) : each);
            if (isHeld(each) && !isWithin(row.writtenAt, each)) return false;
            return known.ok && Buffer.from(recipientHash).equals(known.value.hash);
          }),
      };
    },
  };
}
