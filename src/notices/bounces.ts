import type { Instant } from '../kernel/clock.ts';
import type { Database, Queryable } from '../kernel/database/index.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import {
  countUnreached,
  findStopped,
  forgetUnreached,
  listCameBack,
  markUndelivered,
} from './bounces.sql.ts';
import { readBounce, type BounceRefusal } from './read-bounce.ts';
import type { NoticeChannel } from './recipient.ts';
import { refused, accepted, type Result } from '../kernel/result.ts';
import type { TemplateName } from './templates.ts';

/** A notice that did not reach its recipient, as far as that is known. */
export interface UnreachedNotice {
  readonly number: string;
  readonly channel: NoticeChannel;
  readonly template: TemplateName;
  readonly at: Instant;
}

/** Called in the transaction that writes it down: what rests on the notice moves with it. */
export type OnUnreached = (on: Queryable, notice: UnreachedNotice) => Promise<void>;

/** So many within so long, and nothing more is sent until the owner of the address says that it is right. */
export const UNREACHED_RULE = { times: 3, withinMs: 30 * 86_400_000 };

export interface BounceTools {
  readonly database: Database;
  readonly keys: KeyRing;
  readonly listeners: readonly OnUnreached[];
}

/**
 * A mail that came back. Believed by the address that it was sent back to: that is signed for its notice (VERP),
 * so nobody can make a bounce for a mail that he did not get.
 */
export async function takeBounce(
  { database, keys, listeners }: BounceTools,
  mail: Uint8Array,
  at: Instant,
): Promise<Result<{ readonly number: string; readonly isNew: boolean }, BounceRefusal>> {
  const read = await readBounce(keys, mail);
  if (!read.ok) return refused(read.refusal);
  const { number, code } = read.value;
  const isNew = await database.transaction(async (transaction) => {
    const [marked] = await markUndelivered(transaction, { number, at, code });
    if (marked === undefined) return false;
    const notice = {
      number,
      channel: 'mail',
      template: marked.template as TemplateName,
      at,
    } as const;
    await writeUnreached(
      transaction,
      { ...notice, recipientHash: marked.recipientHash },
      listeners,
    );
    return true;
  });
  return accepted({ number, isNew });
}

/** In the transaction that has marked the notice. */
export async function writeUnreached(
  on: Queryable,
  { recipientHash, ...notice }: UnreachedNotice & { readonly recipientHash: Uint8Array },
  listeners: readonly OnUnreached[],
): Promise<void> {
  const { at } = notice;
  const since = at - UNREACHED_RULE.withinMs;
  await countUnreached(on, { recipientHash, at, since, most: UNREACHED_RULE.times });
  for (const listen of listeners) await listen(on, notice);
}

/** Of these recipients those to whom nothing is sent any more; by the hash in base64. */
export async function readStopped(
  on: Queryable,
  recipients: readonly { readonly hash: Uint8Array }[],
): Promise<ReadonlySet<string>> {
  const rows = await findStopped(on, { recipientHashes: recipients.map(({ hash }) => hash) });
  return new Set(rows.map(({ recipientHash }) => Buffer.from(recipientHash).toString('base64')));
}

/** Since when nothing is sent to a recipient; null: messages go out. */
export async function readStoppedAt(on: Queryable, hash: Uint8Array): Promise<Instant | null> {
  const [row] = await findStopped(on, { recipientHashes: [hash] });
  return row?.stoppedAt ?? null;
}

/** The owner says that the address is right, or has just read a code that went there. */
export async function confirmRecipient(on: Queryable, hash: Uint8Array): Promise<boolean> {
  return (await forgetUnreached(on, { recipientHash: hash })) > 0;
}

/** What came back since then, the oldest first: for whoever missed the call. */
export async function readUnreached(
  on: Queryable,
  asked: { readonly since: Instant; readonly size: number },
): Promise<readonly UnreachedNotice[]> {
  const rows = await listCameBack(on, asked);
  return rows.map(({ number, channel, template, cameBackAt }) => ({
    number,
    channel: channel as NoticeChannel,
    template: template as TemplateName,
    at: cameBackAt,
  }));
}
