import type { Clock, Instant } from '../kernel/clock.ts';
import type { Logger } from '../kernel/log.ts';
import type { Metrics } from '../kernel/metrics.ts';
import {
  ADDRESS,
  decideMiss,
  judgeGuess,
  judgePending,
  UNNAMED,
  VISITOR,
  type Guesser,
  type GuessLimits,
} from './decide-guess.ts';
import { networkOf } from '../kernel/network-of.ts';

/** Who asks about a code (R32): the client, and its end user as far as the client names it. */
export interface Visitor {
  readonly clientId: number;
  readonly address: string | null; // of the end user, as the client gives it
  readonly device: string | null; // of the end user, as the client gives it
  readonly peerAddress: string; // of whoever is connected to us
}

export interface GuessThrottle {
  /** 0: go on, and `settle` must follow. Else the milliseconds after which to ask again. */
  admit(visitor: Visitor): number;
  /** What became of an admitted look-up: `isMiss` when no card has that code or number. */
  settle(visitor: Visitor, isMiss: boolean): void;
  /** What was added since the last call, for the database; see `keep-guesses.ts`. */
  takeMisses(): GuessMisses[];
  /** What the database knows of an asker, from all processes together. */
  merge(asker: string, guesser: Guesser): void;
}

export interface GuessMisses {
  readonly asker: string; // keyed hash: who asked is not written down
  readonly missesAdded: number;
  readonly forgottenEveryMs: number;
  readonly lastMissAt: Instant;
  readonly stoppedUntil: Instant | null;
}

export interface GuessThrottleOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Keyed hash of an asker's name, base64url. */
  readonly hashAsker: (name: string) => string;
  readonly askersMax?: number;
  /**
   * The public was told that what this visitor asks for fails now. Who then tries a code again and again is no
   * guesser: such misses are counted apart, against ten times the limits, and are no burden afterwards.
   */
  readonly isOutage?: (visitor: Visitor) => boolean;
}

/** Look-ups of one visitor under way at once, also during an outage: nobody holds more cards in the hand. */
const UNDER_WAY_MAX = 8;
const UNDER_WAY_DELAY_MS = 1_000;
const ASKERS_MAX = 50_000;
const OUTAGE_TIMES = 10;

interface UnderWay {
  count: number;
  asker?: string;
}

interface Named {
  readonly name: string;
  readonly limits: GuessLimits;
}

type Names = readonly [Named, ...Named[]];

/**
 * Misses are kept in memory, so that a right code costs a few look-ups in maps; the database is told in the
 * background. Bounded: the asker who missed longest ago is forgotten first. A look-up under way counts as a
 * miss until it is settled: else whoever asks a hundred times at once, each time as another device, is
 * counted when all is answered.
 */
export function createGuessThrottle(options: GuessThrottleOptions): GuessThrottle {
  const { clock, log, hashAsker, askersMax = ASKERS_MAX } = options;
  const guessers = new Map<string, Guesser>(); // in the order of their last miss
  const underWay = new Map<string, UnderWay>(); // by name, as it is without an outage
  const added = new Map<string, GuessMisses>();
  const figures = registerFigures(options.metrics, guessers);
  const asTheyCount = (names: Names, visitor: Visitor): Names =>
    options.isOutage?.(visitor) === true ? duringOutage(names) : names;

  function remember(asker: string, guesser: Guesser): void {
    guessers.delete(asker);
    guessers.set(asker, guesser);
    if (guessers.size > askersMax) forgetOldest(guessers);
  }

  function noteMiss({ name, limits }: Named, visitor: Visitor): void {
    const asker = hashAsker(name);
    const known = guessers.get(asker);
    const next = decideMiss(known, limits, clock.now());
    remember(asker, next);
    added.set(asker, {
      asker,
      missesAdded: (added.get(asker)?.missesAdded ?? 0) + 1,
      forgottenEveryMs: limits.forgottenEveryMs,
      lastMissAt: next.lastMissAt,
      stoppedUntil: next.stoppedUntil,
    });
    // What was under way when it was stopped, and who goes on asking, is the same stop: it is told once.
    const isStoppedAlready = known !== undefined && (known.stoppedUntil ?? 0) > clock.now();
    if (next.stoppedUntil === null || isStoppedAlready) return;
    figures.stops.inc({ asker: limits.label });
    // Who it was is not written: the client knows its visitors, a log need not.
    log.error(
      { alert: 'guessing', clientId: visitor.clientId, asker: limits.label, misses: next.misses },
      'somebody guesses codes and has been stopped',
    );
  }

  /** Kept while something of the name is under way: a client with many at once is hashed once. */
  function askerOf(name: string): string {
    const going = underWay.get(name);
    return going === undefined ? hashAsker(name) : (going.asker ??= hashAsker(name));
  }

  function delayOf({ name, limits }: Named, pending: number, visitor: Visitor): number {
    const known = guessers.size === 0 ? undefined : guessers.get(askerOf(name)); // else nobody is hashed for nothing
    const now = clock.now();
    if (known !== undefined) {
      const verdict = judgeGuess(known, limits, now);
      if (verdict.retryAfterMs > 0 && !verdict.isStopped) noteMiss({ name, limits }, visitor);
      if (verdict.retryAfterMs > 0) return verdict.retryAfterMs;
    }
    return pending === 0 ? 0 : judgePending(known, pending, limits, now);
  }

  function countUnderWay(names: Names, change: 1 | -1): void {
    for (const { name } of names) {
      const going = underWay.get(name) ?? { count: 0 };
      going.count += change;
      if (going.count > 0) underWay.set(name, going);
      else underWay.delete(name);
    }
  }

  return {
    admit(visitor) {
      const names = namesIn(visitor);
      let retryAfterMs = 0;
      if (guessers.size + underWay.size > 0) {
        for (const [index, each] of asTheyCount(names, visitor).entries()) {
          const pending = underWay.get(names[index]?.name ?? '')?.count ?? 0;
          retryAfterMs = Math.max(retryAfterMs, delayOf(each, pending, visitor));
        }
      }
      if (retryAfterMs > 0) return retryAfterMs;
      const [narrowest] = names;
      const isMany = (underWay.get(narrowest.name)?.count ?? 0) >= UNDER_WAY_MAX;
      if (isMany && narrowest.limits !== UNNAMED) return UNDER_WAY_DELAY_MS;
      countUnderWay(names, 1);
      return 0;
    },

    settle(visitor, isMiss) {
      const names = namesIn(visitor);
      countUnderWay(names, -1);
      if (!isMiss) return;
      figures.misses.inc();
      for (const each of asTheyCount(names, visitor)) noteMiss(each, visitor);
    },

    takeMisses() {
      const taken = [...added.values()];
      added.clear();
      return taken;
    },

    merge(asker, guesser) {
      const misses = guesser.misses + (added.get(asker)?.missesAdded ?? 0);
      const known = guessers.get(asker);
      const lastMissAt = Math.max(guesser.lastMissAt, known?.lastMissAt ?? 0);
      remember(asker, {
        misses,
        lastMissAt,
        stoppedUntil: guesser.stoppedUntil ?? known?.stoppedUntil ?? null,
      });
    },
  };
}

/** The narrowest first. A device that is not named is one device. */
function namesIn(visitor: Visitor): Names {
  const { clientId, device, peerAddress } = visitor;
  const address = visitor.address === null ? null : networkOf(visitor.address);
  if (address === null && device === null) {
    return [{ name: `p|${clientId}|${networkOf(peerAddress)}`, limits: UNNAMED }];
  }
  const narrow = { name: `v|${clientId}|${address ?? ''}|${device ?? ''}`, limits: VISITOR };
  if (address === null) return [narrow];
  return [narrow, { name: `a|${clientId}|${address}`, limits: ADDRESS }];
}

function duringOutage([first, ...others]: Names): Names {
  const widened = ({ name, limits }: Named): Named => ({
    name: `o|${name}`,
    limits: {
      ...limits,
      freeMisses: limits.freeMisses * OUTAGE_TIMES,
      stopMisses: limits.stopMisses * OUTAGE_TIMES,
    },
  });
  return [widened(first), ...others.map(widened)];
}

function forgetOldest(guessers: Map<string, Guesser>): void {
  for (const asker of guessers.keys()) {
    guessers.delete(asker);
    return;
  }
}

function registerFigures(metrics: Metrics, guessers: Map<string, Guesser>) {
  metrics.reading(
    { name: 'kinken_guess_askers', help: 'Askers who missed and are remembered' },
    () => guessers.size,
  );
  return {
    misses: metrics.counter({
      name: 'kinken_guess_misses_total',
      help: 'Codes and numbers asked for that no card has',
    }),
    stops: metrics.counter({
      name: 'kinken_guess_stops_total',
      help: 'Askers stopped for guessing: a visitor, an address, or a client that names no visitor',
      labels: ['asker'],
    }),
  };
}
