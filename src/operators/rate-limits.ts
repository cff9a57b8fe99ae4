import type { Clock, Instant } from '../kernel/clock.ts';

interface Window {
  readonly startedAt: Instant;
  count: number;
}

const KEYS_MAX = 20_000;

/** The library's rate limits, by our clock, bounded, and of this server alone: its own are the whole process's. */
export function rateLimits(clock: Clock) {
  const windows = new Map<string, Window>(); // in the order in which they began
  return {
    async consume(key: string, rule: { readonly window: number; readonly max: number }) {
      const now = clock.now();
      const windowMs = rule.window * 1_000;
      const known = windows.get(key);
      if (known === undefined || now - known.startedAt >= windowMs) {
        windows.delete(key);
        windows.set(key, { startedAt: now, count: 1 });
        forgetBeyond(windows, KEYS_MAX);
        return { allowed: true, retryAfter: null };
      }
      if (known.count >= rule.max) {
        return {
          allowed: false,
          retryAfter: Math.ceil((known.startedAt + windowMs - now) / 1_000),
        };
      }
      known.count += 1;
      return { allowed: true, retryAfter: null };
    },
  };
}

function forgetBeyond(windows: Map<string, Window>, most: number): void {
  for (const key of windows.keys()) {
    if (windows.size <= most) return;
    windows.delete(key);
  }
}
