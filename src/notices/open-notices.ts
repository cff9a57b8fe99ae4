import type { Clock, Instant } from '../kernel/clock.ts';
import type { KeyRing, Random } from '../kernel/crypto.ts';
import type { Database, Queryable } from '../kernel/database/index.ts';
import type { Logger } from '../kernel/log.ts';
import type { Metrics } from '../kernel/metrics.ts';
import { accepted, type Result } from '../kernel/result.ts';
import type { Carrier, DkimKey, Sender } from './carrier.ts';
import {
  deliverNotices,
  DELIVERY_POLICY,
  eraseNotices,
  readWaiting,
  type DeliveryPolicy,
  type DeliveryRound,
  type DeliveryTools,
} from './deliver-notices.ts';
import { registerTemplates } from './template-versions.ts';
import type { TemplateName } from './templates.ts';
import {
  countNotices,
  writeNotices,
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
  readonly sender: Sender;
  readonly dkim: DkimKey | null;
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
  /** How many notices (of a template; null: of any) an address was sent since then. */
  countNotices(
    on: Queryable,
    asked: { to: string; template: TemplateName | null; since: Instant },
  ): Promise<number>;
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
  const tools: DeliveryTools = {
    ...parts,
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
    async deliver() {
      const round = await deliverNotices(tools);
      waiting = await readWaiting(tools);
      return round;
    },
    erase: () => eraseNotices(tools),
    close: () => carrier.close(),
  };
}
