import type { Instant } from '../kernel/clock.ts';
import type { Phase } from './system.ts';

export type SeenKind = 'approved' | 'refused' | 'timed_out' | 'signed_off' | 'signed_on';

/** One thing that was seen at a door. */
export interface Seen {
  readonly issuerId: number;
  readonly chainId: number; // 0: the seller has none
  readonly sellerId: number; // 0: it is not known
  readonly phase: Phase;
  readonly kind: SeenKind;
  readonly cause?: string; // of a refusal
  readonly at: Instant;
}

/** How often the same was seen in one minute. */
export interface SeenCount extends Required<Seen> {
  readonly seen: number;
}

export interface Observer {
  /** Counts in memory: it stands on the way of every operation. Measured: 0.3 us. */
  observe(seen: Seen): void;
  /** What was counted since the last call, for the database. */
  take(): readonly SeenCount[];
}

const MINUTE_MS = 60_000;
/** Different counters between two calls; what is more is counted without its cause, then not at all. */
const COUNTERS_MAX = 20_000;

export function createObserver(): Observer {
  let counters = new Map<string, { readonly first: Required<Seen>; seen: number }>();

  function count(seen: Seen, cause: string): boolean {
    const at = Math.floor(seen.at / MINUTE_MS) * MINUTE_MS;
    // A chain fails as one: its sellers are counted together.
    const sellerId = seen.chainId === 0 ? seen.sellerId : 0;
    const { issuerId, chainId, phase, kind } = seen;
    const key = `${at} ${issuerId} ${chainId} ${sellerId} ${phase} ${kind} ${cause}`;
    const known = counters.get(key);
    if (known !== undefined) {
      known.seen += 1;
      return true;
    }
    if (counters.size >= COUNTERS_MAX) return false;
    const first = { issuerId, chainId, sellerId, phase, kind, cause, at };
    counters.set(key, { first, seen: 1 });
    return true;
  }

  return {
    observe(seen) {
      if (!count(seen, seen.cause ?? '')) count(seen, '');
    },
    take() {
      const taken = [...counters.values()].map(({ first, seen }) => ({ ...first, seen }));
      counters = new Map();
      return taken;
    },
  };
}
