import type { Clock, Instant } from '../kernel/clock.ts';
import type { KeyRing, Random } from '../kernel/crypto.ts';
import type { Database, Queryable } from '../kernel/database/index.ts';
import type { Logger } from '../kernel/log.ts';
import type { Metrics } from '../kernel/metrics.ts';
import { accepted, type Result } from '../kernel/result.ts';
import {
  confirmRecipient,
  readStoppedAt,
  readUnreached,
  takeBounce,
  type OnUnreached,
  type UnreachedNotice,
} from './bounces.ts';
import { NotCarried, type Carrier, type DkimKey, type Sender } from './carrier.ts';
import {
  deliverNotices,
  DELIVERY_POLICY,
  eraseNotices,
  readWaiting,
  type DeliveryPolicy,
  type DeliveryRound,
  type DeliveryTools,
} from './deliver-notices.ts';
import { countSmsSince } from './notices.sql.ts';
import type { BounceRefusal } from './read-bounce.ts';
import { readRecipient, type Recipient } from './recipient.ts';
import type { SmsCarrier } from './sms-carrier.ts';
import { registerTemplates } from './template-versions.ts';
import {
  countNotices,
  countNoticesOfEach,
  DESK_ROUNDS,
  writeNotices,
  type CountAsked,
  type NoticeCounts,
  type NoticeRefusal,
  type Pen,
  type WantedNotice,
  type WrittenNotice,
} from './write-notices.ts';

export interface NoticeParts {
  readonly database: Database;
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly carrier: Carrier;
  /** None: what is to go by SMS waits, and is given up in the end. */
  readonly sms?: SmsCarrier;
  readonly sender: Sender;
  readonly dkim: DkimKey | null;
  /** The address that mail comes back to; `+`, the number and a tag are put before its @. */
  readonly bounces?: string | null;
  readonly policy?: Partial<DeliveryPolicy>;
}

/** The register, and the way out of it. */
export interface Notices {
  /** Writes one notice in the caller's transaction; it goes out after the commit. */
  sendNotice(on: Queryable, wanted: WantedNotice): Promise<Result<WrittenNotice, NoticeRefusal>>;
  /** Many at once by one statement, all or none. */
  sendNotices(
    on: Queryable,
    wanted: readonly WantedNotice[],
  ): Promise<Result<readonly WrittenNotice[], NoticeRefusal>>;
  /** How many notices an address was sent since then. */
  countNotices(on: Queryable, asked: CountAsked): Promise<number>;
  /** How many each of these was sent since then, and how many of these templates; in their order. */
  countNoticesOfEach(
    on: Queryable,
    asked: Omit<CountAsked, 'to'> & { readonly to: readonly Recipient[] },
  ): Promise<readonly NoticeCounts[]>;
  /** How many SMS members and strangers have caused since then, to whomever; counted up to `most`. */
  countSms(on: Queryable, asked: { since: Instant; most: number }): Promise<number>;
  /** A mail that came back, as a mail server wrote it. The same again changes nothing. */
  takeBounce(
    mail: Uint8Array,
  ): Promise<Result<{ readonly number: string; readonly isNew: boolean }, BounceRefusal>>;
  /** Told, in the transaction that writes it, when a notice has not reached its recipient. Once, at the start. */
  onUnreached(listener: OnUnreached): void;
  /** The same for who looks later: what did not reach its recipient since then, the oldest first. */
  unreachedSince(
    on: Queryable,
    asked: { readonly since: Instant; readonly size: number },
  ): Promise<readonly UnreachedNotice[]>;
  /** Since when nothing is sent to a recipient, because messages came back; null: they go out. */
  stoppedSince(on: Queryable, to: Recipient): Promise<Instant | null>;
  /** The owner says that it is right, or has shown a code that went there: messages go out again. */
  confirmRecipient(on: Queryable, to: Recipient): Promise<boolean>;
  /** One round of sending; the server does so each second. */
  deliver(): Promise<DeliveryRound>;
  /** Forgets who got what, a page at a time, when its time of keeping is over. */
  erase(): Promise<number>;
  close(): void;
}

export async function openNotices(parts: NoticeParts): Promise<Notices> {
  const { database, keys, clock, random, metrics, carrier } = parts;
  const results = metrics.counter({
    name: 'kinken_notices_total',
    help: 'Mails given to the mail server (sent), tried again later, or given up (failed)',
    labels: ['template', 'result'],
  });
  let waiting = 0;
  metrics.reading(
    { name: 'kinken_notices_waiting', help: 'Notices in the register that are still to be sent' },
    () => waiting,
  );
  const versions = await registerTemplates(database, clock.now());
  const pen: Pen = { keys, clock, random, versions, waiting: () => waiting };
  const listeners: OnUnreached[] = [];
  const { sms = NO_GATEWAY, bounces = null } = parts;
  const tools: DeliveryTools = {
    ...parts,
    sms,
    bounces,
    listeners,
    policy: { ...DELIVERY_POLICY, ...parts.policy },
    count: (template, result) => results.inc({ template, result }),
  };
  return {
    async sendNotice(on, wanted) {
      const written = await writeNotices(pen, on, [wanted]);
      return written.ok ? accepted(written.value[0] as WrittenNotice) : written;
    },
    sendNotices: (on, wanted) => writeNotices(pen, on, wanted),
    countNotices: (on, asked) => countNotices(pen, on, asked),
    countNoticesOfEach: (on, asked) => countNoticesOfEach(pen, on, asked),
    async countSms(on, asked) {
      const [row] = await countSmsSince(on, { ...asked, apart: DESK_ROUNDS });
      return row?.count ?? 0;
    },
    takeBounce: (mail) => takeBounce({ database, keys, listeners }, mail, clock.now()),
    onUnreached: (listener) => void listeners.push(listener),
    unreachedSince: (on, asked) => readUnreached(on, asked),
    async stoppedSince(on, to) {
      const known = readRecipient(keys, to);
      return known.ok ? readStoppedAt(on, known.value.hash) : null;
    },
    async confirmRecipient(on, to) {
      const known = readRecipient(keys, to);
      return known.ok && confirmRecipient(on, known.value.hash);
    },
    async deliver() {
      const round = await deliverNotices(tools);
      waiting = await readWaiting(tools);
      return round;
    },
    erase: () => eraseNotices(tools),
    close() {
      carrier.close();
      sms.close();
    },
  };
}

const NO_GATEWAY: SmsCarrier = {
  carry: () => Promise.reject(new NotCarried('NO_SMS_GATEWAY', false)),
  close: () => undefined,
};
