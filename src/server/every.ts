import type { Logger } from '../kernel/log.ts';

/** Something that goes on by itself. */
export interface Rounds {
  /** Resolves when the round under way has ended. */
  stop(): Promise<void>;
}

/** A round begins when the one before has ended; one that fails is logged and tried again. */
export function every(ms: number, log: Logger, what: string, round: () => Promise<void>): Rounds {
  let running: Promise<void> = Promise.resolve();
  let isRunning = false;
  const timer = setInterval(() => {
    if (isRunning) return;
    isRunning = true;
    running = round()
      .catch((error: unknown) => log.error({ error }, `${what}: a round failed`))
      .finally(() => {
        isRunning = false;
      });
  }, ms);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

/** What is done once, a while from now; what fails is logged, and not tried again. */
export function once(ms: number, log: Logger, what: string, act: () => Promise<void>): Rounds {
  let running: Promise<void> = Promise.resolve();
  const timer = setTimeout(() => {
    running = act().catch((error: unknown) => log.error({ error }, `${what}: failed`));
  }, ms);
  timer.unref();
  return {
    async stop() {
      clearTimeout(timer);
      await running;
    },
  };
}
