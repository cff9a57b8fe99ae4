import type { Clock } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Connection } from '../kernel/database/index.ts';
import { countGuess, type Asker, type GuessStatements } from '../kernel/sign-in/count-guess.ts';
import type { Limits } from '../kernel/sign-in/slow-down.ts';
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

/** An operator's own browser stands under its own limit alone: what strangers do never keeps it out. */
const OWN_BROWSER: Limits = {
  freeMisses: 10,
  delayMaxMs: 5 * 60_000,
  forgottenEveryMs: 5 * 60_000,
};
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
  readonly browser: string | null; // the token of one in which this operator has come in before
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
    const { email, network, browser } = attempt;
    if (browser !== null) {
      const own = keyRing.askerHash(`sign-in|${email}|browser|${browser}`);
      return [{ asker: own, limits: OWN_BROWSER }];
    }
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
      return Math.max(...(await countGuess(connection, FAILURES, askers, clock.now())));
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

function namesOf(askers: readonly Asker[]): { readonly askers: readonly Uint8Array[] } {
  return { askers: askers.map(({ asker }) => asker) };
}

const FAILURES: GuessStatements = {
  read: readSignInFailures,
  add: addSignInAskers,
  lock: lockSignInFailures,
  keep: keepSignInFailures,
};
