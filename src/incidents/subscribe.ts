import type { Clock, Instant } from '../kernel/clock.ts';
import { newSecret, isSameSecret, type KeyRing, type Random } from '../kernel/crypto.ts';
import type { Connection, Queryable } from '../kernel/database/index.ts';
import { present } from '../kernel/assert.ts';
import { componentText } from './wording.ts';
import { textOf, type Locale } from '../kernel/locale.ts';
import { type AddressPolicy, AddressRefused, judgeWebhookUrl } from '../kernel/outbound/index.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import { readMailAddress, type Notices } from '../notices/index.ts';
import type { PublicRecord } from './hold-record.ts';
import {
  claimAddress,
  confirmAddress,
  confirmAsked,
  countHost,
  endOthersOfAddress,
  endSubscription,
  findAskedByNumber,
  forgetAsked,
  forgetHosts,
  insertSubscribed,
  insertSubscription,
  readSubscribed,
  takeHost,
} from './subscriptions.sql.ts';
import type { ComponentName, Phase } from './system.ts';
import { timeText } from './wording.ts';

export type Channel = 'mail' | 'webhook';

export interface WantedSubscription {
  readonly channel: Channel;
  readonly address: string; // of mail, or the URL of a webhook
  readonly locale: Locale;
  readonly components: readonly ComponentName[]; // none: everything
}

export interface SubscriptionParts {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly keyRing: KeyRing;
  readonly random: Random;
  readonly notices: Pick<Notices, 'sendNotice' | 'sendNotices'>;
  readonly addresses: AddressPolicy;
  readonly zone: string;
  origin(): string;
  record(): PublicRecord;
  /** Sends one signed message to a webhook that has not confirmed yet; whether it was taken. */
  confirmWebhook(sending: { url: string; secret: string; body: object }): Promise<boolean>;
}

export type SubscribeRefusal = 'address_not_valid' | 'component_not_found' | 'too_many_waiting';

const DAY_MS = 86_400_000;
const CONFIRM_WITHIN_MS = 30 * DAY_MS;
/**
 * Somebody who did not answer is not asked again while he could, and some days more; not much longer, because
 * whoever asks first need not be the owner.
 */
const UNANSWERED_AGAIN_MS = CONFIRM_WITHIN_MS + 7 * DAY_MS;
const CONFIRMED_AGAIN_MS = 7 * DAY_MS;
const HOUR_MS = 3_600_000;
/** Messages to confirm in an hour: to one mail domain, to one origin of webhooks. */
const HOST_MAX: Readonly<Record<Channel, number>> = { mail: 100, webhook: 20 };
export const COMPONENTS_MAX = 200;

/**
 * Somebody wants to be told. The address gets one message to confirm, and no other while that one can be
 * answered; it confirms what was chosen when it was sent, whoever asks again. What is answered is the same
 * whether it was sent or not, so nobody learns who is subscribed.
 */
export async function askSubscription(
  parts: SubscriptionParts,
  wanted: WantedSubscription,
): Promise<Result<null, SubscribeRefusal>> {
  const inbox = readInbox(parts, wanted);
  if (inbox === null) return refused('address_not_valid');
  if (!areShown(parts.record(), wanted.components)) return refused('component_not_found');
  const { keyRing, clock, connection } = parts;
  const now = clock.now();
  const addressHash = keyRing.contentHash(`status subscriber\n${inbox.key}`);
  const hostHash = keyRing.contentHash(`status subscriber host\n${inbox.host}`);
  const secret = `whsec_${newSecret(parts.random)}`;
  const number = newSecret(parts.random);
  const done = await connection
    .transaction(async (on) => {
      // Before it is known whether the address is: a full host is full for everybody.
      const [host] = await takeHost(on, { hostHash, now, hourAgo: now - HOUR_MS });
      if ((host?.asked ?? 0) >= HOST_MAX[wanted.channel]) return 'full';
      const [claimed] = await claimAddress(on, {
        addressHash,
        now,
        unansweredBefore: now - UNANSWERED_AGAIN_MS,
        againBefore: now - CONFIRMED_AGAIN_MS,
      });
      if (claimed === undefined) return 'told_before';
      await countHost(on, { hostHash });
      const [row] = await insertSubscription(on, {
        channel: wanted.channel,
        addressHash,
        addressSealed: keyRing.seal(inbox.address),
        secretSealed: wanted.channel === 'webhook' ? keyRing.seal(secret) : null,
        locale: wanted.locale,
        numberHash: keyRing.tokenHash(`status confirm ${number}`),
        numberSealed: wanted.channel === 'webhook' ? keyRing.seal(number) : null,
        confirmAt: wanted.channel === 'webhook' ? now : null,
        askedAt: now,
      });
      const { subscriptionId } = present(row, 'an inserted row comes back');
      await putComponents(on, subscriptionId, wanted.components);
      if (wanted.channel === 'mail') {
        const sent = await sendConfirmation(parts, on, wanted, { to: inbox.address, number, now });
        if (!sent) throw new NoticesFull();
      }
      return 'asked';
    })
    .catch((error: unknown) => {
      if (error instanceof NoticesFull) return 'full' as const;
      throw error;
    });
  if (done === 'full') return refused('too_many_waiting');
  return accepted(null);
}

class NoticesFull extends Error {
  override readonly name = 'NoticesFull';
}

export interface AskedSubscription {
  readonly channel: Channel;
  readonly components: readonly ComponentName[];
}

/** What would be confirmed; null: used, too old, or never given out. */
export async function findAsked(
  { connection, keyRing, clock }: SubscriptionParts,
  number: string,
): Promise<AskedSubscription | null> {
  const [row] = await findAskedByNumber(connection, {
    numberHash: keyRing.tokenHash(`status confirm ${number}`),
    since: clock.now() - CONFIRM_WITHIN_MS,
  });
  if (row === undefined) return null;
  const components = await readSubscribed(connection, row);
  return {
    channel: row.channel as Channel, // subscription_channel_known
    components: components.map(({ systemId, phase }) => ({ systemId, phase: phase as Phase })),
  };
}

/** Only whoever reads what the address gets can confirm. */
export function confirmSubscription(
  { connection, keyRing, clock }: SubscriptionParts,
  number: string,
): Promise<boolean> {
  const now = clock.now();
  return connection.transaction(async (on) => {
    const [row] = await confirmAsked(on, {
      numberHash: keyRing.tokenHash(`status confirm ${number}`),
      now,
      since: now - CONFIRM_WITHIN_MS,
    });
    if (row === undefined) return false;
    await confirmAddress(on, row);
    await endOthersOfAddress(on, { ...row, now });
    return true;
  });
}

/** Where one POST ends a subscription (RFC 8058). Nobody else can make this address. */
export function endTokenOf(keyRing: KeyRing, subscriptionId: bigint): string {
  const hash = keyRing.tokenHash(`status end ${subscriptionId}`);
  return `${subscriptionId}.${Buffer.from(hash).toString('base64url')}`;
}

/** Ends it and erases the address. True also for one that has ended: doing it twice is doing it once. */
export async function endByToken(
  { connection, keyRing, clock }: SubscriptionParts,
  token: string,
): Promise<boolean> {
  const found = /^([1-9][0-9]{0,17})\.([A-Za-z0-9_-]{43})$/.exec(token);
  if (found === null) return false;
  const subscriptionId = BigInt(found[1] ?? '0');
  const right = endTokenOf(keyRing, subscriptionId);
  if (!isSameSecret(Buffer.from(token), Buffer.from(right))) return false;
  await endSubscription(connection, { subscriptionId, now: clock.now() });
  return true;
}

export async function forgetUnanswered({ connection, clock }: SubscriptionParts): Promise<number> {
  const now = clock.now();
  await forgetHosts(connection, { hourAgo: now - HOUR_MS });
  return forgetAsked(connection, { now, before: now - CONFIRM_WITHIN_MS });
}

/** `key`: one inbox is one address, however it is written. */
function readInbox(
  { addresses }: SubscriptionParts,
  { channel, address }: WantedSubscription,
): { readonly address: string; readonly key: string; readonly host: string } | null {
  if (channel === 'mail') {
    const mail = readMailAddress(address);
    if (mail === null) return null;
    const at = mail.lastIndexOf('@');
    const local = mail
      .slice(0, at)
      .toLowerCase()
      .replace(/(?!^)\+.*$/, '');
    const host = mail.slice(at).toLowerCase();
    return { address: mail, key: `${local}${host}`, host };
  }
  try {
    const url = judgeWebhookUrl(address.trim(), addresses);
    url.hash = '';
    return { address: url.href, key: url.origin + url.pathname, host: url.origin };
  } catch (error) {
    if (error instanceof AddressRefused) return null;
    throw error;
  }
}

function areShown({ tree }: PublicRecord, components: readonly ComponentName[]): boolean {
  if (components.length > COMPONENTS_MAX) return false;
  return components.every(({ systemId, phase }) => tree.find(systemId)?.phases.includes(phase));
}

async function putComponents(
  on: Queryable,
  subscriptionId: bigint,
  components: readonly ComponentName[],
): Promise<void> {
  if (components.length === 0) return;
  await insertSubscribed(on, {
    subscriptionId,
    systemIds: components.map(({ systemId }) => systemId),
    phases: components.map(({ phase }) => phase),
  });
}

async function sendConfirmation(
  parts: SubscriptionParts,
  on: Queryable,
  { locale, components }: WantedSubscription,
  { to, number, now }: { readonly to: string; readonly number: string; readonly now: Instant },
): Promise<boolean> {
  const sent = await parts.notices.sendNotice(on, {
    template: 'subscription_confirmation',
    to,
    locale,
    values: {
      what: whatText(parts.record(), locale, components),
      confirmUrl: confirmAddressOf(parts, locale, number),
      until: timeText(locale, now + CONFIRM_WITHIN_MS, parts.zone),
    },
  });
  return sent.ok;
}

export function confirmAddressOf(parts: SubscriptionParts, locale: Locale, number: string): string {
  return `${parts.origin()}/${locale}/status/confirm/${number}`;
}

const NAMED_MAX = 5;

/** One line: the first few, and how many more. */
export function whatText(
  { tree }: PublicRecord,
  locale: Locale,
  components: readonly ComponentName[],
): string {
  if (components.length === 0) return textOf(locale, 'subscribe.everything');
  const names = components.flatMap(({ systemId, phase }) => {
    const system = tree.find(systemId);
    return system === undefined ? [] : [componentText(locale, system, phase)];
  });
  const more = names.length - NAMED_MAX;
  const named = names.slice(0, NAMED_MAX).join(locale === 'ja' ? '、' : ', ');
  return more > 0 ? textOf(locale, 'subscribe.andMore', { named, count: more }) : named;
}
