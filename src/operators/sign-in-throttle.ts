import type { Clock, Instant } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Connection, Queryable } from '../kernel/database/index.ts';
import { fadedMisses, waitOf, type Limits } from '../kernel/sign-in/slow-down.ts';
import {
  addSignInAskers,
  findSignInPlace,
  forgetSignInFailures,
  forgetSignInPlaces,
  keepSignInFailures,
  keepSignInPlace,
  lockSignInFailures,
  readSignInFailures,
  takeBackSignInFailure,
} from './sign-in-throttle.sql.ts';

/** One person at one place: stopped first. */
const HERE: Limits = { freeMisses: 5, delayMaxMs: 15 * 60_000, forgottenEveryMs: 10 * 60_000 };
/**
 * One operator from anywhere: slowed, never shut out. It does not count where the operator has signed in
 * lately, or a stranger with many networks could keep an operator from the console.
 */
const ACCOUNT: Limits = { freeMisses: 15, delayMaxMs: 30_000, forgottenEveryMs: 10 * 60_000 };
/** One network, whoever is tried from it. */
const NETWORK: Limits = { freeMisses: 20, delayMaxMs: 5 * 60_000, forgottenEveryMs: 2 * 60_000 };

const KEPT_MS = 24 * 60 * 60 * 1000;
const PLACE_KEPT_MS = 30 * KEPT_MS;

export interface SignInThrottle {
  /** 0: try it, and it counts as a miss until `forgive` says that it was none. Else milliseconds to wait. */
  begin(attempt: Attempt): Promise<number>;
  forgive(attempt: Attempt): Promise<void>;
  /** The operator has come in from there. */
  remember(attempt: Attempt): Promise<void>;
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
  const placeOf = ({ email, network }: Attempt) =>
    keyRing.askerHash(`sign-in place|${email}|${network}`);

  async function named(attempt: Attempt): Promise<readonly Asker[]> {
    const { email, network } = attempt;
    const since = clock.now() - PLACE_KEPT_MS;
    const [known] = await findSignInPlace(connection, { place: placeOf(attempt), since });
    const names: (readonly [string, Limits])[] = [
      [`sign-in|${email}|${network}`, HERE],
      [`sign-in||${network}`, NETWORK],
    ];
    if (known === undefined) names.push([`sign-in|${email}`, ACCOUNT]);
    return names.map(([name, limits]) => ({ asker: keyRing.askerHash(name), limits }));
  }

  return {
    async begin(attempt) {
      const askers = await named(attempt);
      const now = clock.now();
      const { waitMs } = judge(askers, await readSignInFailures(connection, namesOf(askers)), now);
      return waitMs > 0 ? waitMs : countMiss(connection, askers, now);
    },
    async forgive(attempt) {
      await takeBackSignInFailure(connection, namesOf(await named(attempt)));
    },
    async remember(attempt) {
      await keepSignInPlace(connection, { place: placeOf(attempt), at: clock.now() });
    },
    async forgetOld() {
      await forgetSignInFailures(connection, { before: clock.now() - KEPT_MS });
      await forgetSignInPlaces(connection, { before: clock.now() - PLACE_KEPT_MS });
    },
  };
}

interface Asker {
  readonly asker: Uint8Array;
  readonly limits: Limits;
}

type FailureRow = Awaited<ReturnType<typeof readSignInFailures>>[number];

function namesOf(askers: readonly Asker[]): { readonly askers: readonly Uint8Array[] } {
  return { askers: askers.map(({ asker }) => asker) };
}

function judge(askers: readonly Asker[], rows: readonly FailureRow[], now: Instant) {
  const known = askers.map(({ asker, limits }) => {
    const row = rows.find((each) => Buffer.compare(each.asker, asker) === 0);
    return { limits, guesser: row ?? { misses: 0, lastMissAt: now } };
  });
  return {
    waitMs: Math.max(...known.map(({ limits, guesser }) => waitOf(guesser, limits, now))),
    misses: known.map(({ limits, guesser }) => fadedMisses(guesser, limits, now) + 1),
  };
}

/** Judged again behind the lock: attempts at one moment are not all the first. Who waits leaves no row. */
async function countMiss(
  connection: Connection,
  askers: readonly Asker[],
  now: Instant,
): Promise<number> {
  try {
    await connection.transaction((on) => countWithin(on, askers, now));
    return 0;
  } catch (error) {
    if (error instanceof HasToWait) return error.waitMs;
    throw error;
  }
}

async function countWithin(on: Queryable, askers: readonly Asker[], now: Instant): Promise<void> {
  const names = namesOf(askers);
  await addSignInAskers(on, { ...names, at: now });
  const { waitMs, misses } = judge(askers, await lockSignInFailures(on, names), now);
  if (waitMs > 0) throw new HasToWait(waitMs);
  await keepSignInFailures(on, { ...names, misses, lastMissAt: now });
}

/** Thrown to undo the transaction in which somebody turned out to have to wait. */
class HasToWait extends Error {
  readonly waitMs: number;

  constructor(waitMs: number) {
    super('too many misses');
    this.waitMs = waitMs;
  }
}
