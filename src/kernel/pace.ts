import { setTimeout as pause } from 'node:timers/promises';
import { monotonicMs } from './clock.ts';

/**
 * Waits until the beginning before is so long ago: what comes alone does not wait, and what comes in numbers is
 * done together, in fewer and larger pieces.
 */
export function paced(leastMs: number): () => Promise<void> {
  let begunAt = -Infinity;
  return async () => {
    const leftMs = begunAt + leastMs - monotonicMs();
    if (leftMs > 0) await pause(leftMs);
    begunAt = monotonicMs();
  };
}
