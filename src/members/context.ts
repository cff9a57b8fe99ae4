import type { Clock } from '../kernel/clock.ts';
import type { KeyRing, Random } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import type { Logger } from '../kernel/log.ts';
import type { Notices } from '../notices/index.ts';
import type { GuessThrottle } from './guess-throttle.ts';
import type { HashQueue } from './hash-queue.ts';
import type { Library } from './open-library.ts';
import type { Places } from './place.ts';
import type { SmsDay, SmsWhy } from './sms-day.ts';

export interface MemberParts {
  readonly database: Database;
  readonly keyRing: KeyRing;
  readonly random: Random;
  readonly clock: Clock;
  readonly log: Logger;
  readonly notices: Pick<
    Notices,
    | 'sendNotice'
    | 'sendNotices'
    | 'countNotices'
    | 'countNoticesOfEach'
    | 'countSms'
    | 'confirmRecipient'
  >;
  readonly sms?: SmsLimits;
}

/** SMS cost money, also those that somebody has sent to numbers that pay him for them. */
export interface SmsLimits {
  /** With `+`: numbers of other countries are not taken. */
  readonly countries: readonly string[];
  /** So many go out of the whole site within a day. */
  readonly aDay: number;
  /** Told of what did not go out for that. */
  readonly onHeldBack?: (why: SmsWhy, count: number) => void;
}

export const SMS_LIMITS: SmsLimits = { countries: ['+81'], aDay: 5_000 };

/** What every use case in here stands on. */
export interface Context extends Omit<MemberParts, 'notices' | 'sms'> {
  readonly notices: Pick<Notices, 'sendNotice' | 'sendNotices' | 'countNotices'>;
  readonly sms: SmsLimits;
  readonly smsDay: SmsDay;
  /** Whoever has read a code has the mailbox: what had come back from there before is forgotten. */
  readonly confirmAddress: Notices['confirmRecipient'];
  /** Six hundred modules: loaded when somebody first signs in or comes back. */
  readonly library: () => Promise<Library>;
  readonly throttle: GuessThrottle;
  readonly hashes: HashQueue;
  readonly places: Places;
}
