/**
 * A password's hash takes 16 MB and tens of milliseconds: two are computed at once and a few wait. What comes
 * beyond that is told so, and costs nothing.
 */
export interface HashQueue {
  /** Undefined: too many wait. */
  run<Value>(work: () => Promise<Value>): Promise<Value | undefined>;
}

const AT_ONCE = 2;
const WAITING_MAX = 20;

export function openHashQueue(): HashQueue {
  let running = 0;
  const waiting: (() => void)[] = [];
  return {
    async run(work) {
      if (running >= AT_ONCE) {
        if (waiting.length >= WAITING_MAX) return undefined;
        await new Promise<void>((resolve) => waiting.push(resolve)); // the place is handed over
      } else {
        running += 1;
      }
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next === undefined) running -= 1;
        else next();
      }
    },
  };
}
