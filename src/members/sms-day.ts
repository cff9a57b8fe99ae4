import type { Clock, Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { Logger } from '../kernel/log.ts';
import type { Notices } from '../notices/index.ts';
import type { SmsLimits } from './context.ts';

/** Whatever strangers and members can cause at will, or what protects an account. */
export type SmsWhy = 'code' | 'gift' | 'security';

/** How many SMS may still go out, over the whole site; what a desk asks of customers is none of them. */
export interface SmsDay {
  left(on: Queryable, why: SmsWhy): Promise<number>;
  /** These go out; counted at once in this process, by the others within a minute. */
  note(count: number): void;
  /** These do not: told in the log and in the figures. */
  heldBack(why: SmsWhy, count: number): void;
}

const DAY_MS = 24 * 60 * 60_000;
const COUNTED_FOR_MS = 60_000;
const SHARE: Readonly<Record<SmsWhy, number>> = { gift: 0.25, code: 0.5, security: 1 };

/**
 * SMS cost money, and each bound by number and member can be gone round with more of both: so the site has one, too.
 * Gifts, which have their mail, stop at a quarter of it and silence no codes; codes stop at half and silence nothing
 * that protects accounts.
 */
export function openSmsDay(parts: {
  readonly clock: Clock;
  readonly log: Pick<Logger, 'error'>;
  readonly notices: Pick<Notices, 'countSms'>;
  readonly limits: SmsLimits;
}): SmsDay {
  const { clock, log, notices, limits } = parts;
  let counted = 0;
  let noted = 0; // since it was counted
  let countedAt: Instant | null = null;
  return {
    async left(on, why) {
      const now = clock.now();
      if (countedAt === null || now - countedAt >= COUNTED_FOR_MS) {
        countedAt = now;
        const before = noted;
        counted = await notices.countSms(on, { since: now - DAY_MS, most: limits.aDay });
        noted -= before;
      }
      const most = Math.floor(limits.aDay * SHARE[why]);
      return Math.max(0, most - counted - noted);
    },
    note(count) {
      noted += count;
    },
    heldBack(why, count) {
      limits.onHeldBack?.(why, count);
      log.error({ alert: 'sms_day_full', why, count, aDay: limits.aDay }, 'no more SMS today');
    },
  };
}
