import type { Clock, Instant } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Connection } from '../kernel/database/index.ts';
import {
  addSignInAskers,
  forgetSignInFailures,
  keepSignInFailures,
  lockSignInFailures,
  takeBackSignInFailure,
} from './sign-in-throttle.sql.ts';

/** How much guessing one asker is allowed: data, so that it can be read at a glance. */
interface Limits {
  readonly freeMisses: number; // people mistype
  readonly delayMaxMs: number;
  readonly forgottenEveryMs: number; // one miss fades in this time
}

/** One person at one place: stopped first. */
const HERE: Limits = { freeMisses: 5, delayMaxMs: 15 * 60_000, forgottenEveryMs: 10 * 60_000 };
/** One operator from anywhere: slowed, never shut out, or a stranger could keep an operator from the console. */
const ACCOUNT: Limits = { freeMisses: 15, delayMaxMs: 30_000, forgottenEveryMs: 10 * 60_000 };
/** One network, whoever is tried from it. */
const NETWORK: Limits = { freeMisses: 20, delayMaxMs: 5 * 60_000, forgottenEveryMs: 2 * 60_000 };

const DELAY_FIRST_MS = 1_000;
const KEPT_MS = 24 * 60 * 60 * 1000;

export interface Guesser {
  readonly misses: number;
  readonly lastMissAt: Instant;
}

/** After how long this asker may try again; 0: now. The delay doubles with every miss above the free ones. */
export function judgeSignIn({ misses, lastMissAt }: Guesser, limits: Limits, now: Instant): number {
  const excess = fadedMisses({ misses, lastMissAt }, limits, now) - limits.freeMisses;
  if (excess < 0) return 0;
  const delayMs = Math.min(DELAY_FIRST_MS * 2 ** excess, limits.delayMaxMs);
  return Math.max(0, lastMissAt + delayMs - now);
}

function fadedMisses({ misses, lastMissAt }: Guesser, limits: Limits, now: Instant): number {
  const faded = Math.floor(Math.max(0, now - lastMissAt) / limits.forgottenEveryMs);
  return Math.max(0, misses - faded);
}

export interface SignInThrottle {
  /** 0: try it, and it counts as a miss until `forgive` says that it was none. Else milliseconds to wait. */
  begin(attempt: Attempt): Promise<number>;
  forgive(attempt: Attempt): Promise<void>;
  forgetOld(): Promise<void>;
}

export interface Attempt {
  readonly email: string; // in lower case
  readonly network: string;
}

/** Kept in the database: the count is one for all processes, and outlives each of them. */
export function signInThrottle(parts: {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly keyRing: KeyRing;
}): SignInThrottle {
  const { connection, clock, keyRing } = parts;
  const named = ({ email, network }: Attempt) =>
    (
      [
        [`sign-in|${email}|${network}`, HERE],
        [`sign-in|${email}`, ACCOUNT],
        [`sign-in||${network}`, NETWORK],
      ] as const
    ).map(([name, limits]) => ({ asker: keyRing.askerHash(name), limits }));

  return {
    begin(attempt) {
      const now = clock.now();
      const askers = named(attempt);
      const names = askers.map(({ asker }) => asker);
      return connection.transaction(async (on) => {
        await addSignInAskers(on, { askers: names, at: now });
        const rows = await lockSignInFailures(on, { askers: names });
        const known = askers.map(({ asker, limits }) => {
          const row = rows.find((each) => Buffer.compare(each.asker, asker) === 0);
          return { limits, guesser: row ?? { misses: 0, lastMissAt: now } };
        });
        const waits = known.map(({ limits, guesser }) => judgeSignIn(guesser, limits, now));
        const waitMs = Math.max(...waits);
        if (waitMs > 0) return waitMs;
        const misses = known.map(({ limits, guesser }) => fadedMisses(guesser, limits, now) + 1);
        await keepSignInFailures(on, { askers: names, misses, lastMissAt: now });
        return 0;
      });
    },
    async forgive(attempt) {
      const askers = named(attempt).map(({ asker }) => asker);
      await takeBackSignInFailure(connection, { askers });
    },
    async forgetOld() {
      await forgetSignInFailures(connection, { before: clock.now() - KEPT_MS });
    },
  };
}
