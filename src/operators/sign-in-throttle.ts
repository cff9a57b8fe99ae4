import type { Clock } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Connection } from '../kernel/database/index.ts';
import { fadedMisses, waitOf, type Limits } from '../kernel/sign-in/slow-down.ts';
import {
  addSignInAskers,
  forgetSignInFailures,
  keepSignInFailures,
  lockSignInFailures,
  takeBackSignInFailure,
} from './sign-in-throttle.sql.ts';

/** One person at one place: stopped first. */
const HERE: Limits = { freeMisses: 5, delayMaxMs: 15 * 60_000, forgottenEveryMs: 10 * 60_000 };
/** One operator from anywhere: slowed, never shut out, or a stranger could keep an operator from the console. */
const ACCOUNT: Limits = { freeMisses: 15, delayMaxMs: 30_000, forgottenEveryMs: 10 * 60_000 };
/** One network, whoever is tried from it. */
const NETWORK: Limits = { freeMisses: 20, delayMaxMs: 5 * 60_000, forgottenEveryMs: 2 * 60_000 };

const KEPT_MS = 24 * 60 * 60 * 1000;

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
        const waits = known.map(({ limits, guesser }) => waitOf(guesser, limits, now));
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
