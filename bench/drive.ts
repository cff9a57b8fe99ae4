import { performance } from 'node:perf_hooks';

export interface Measured {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failed: number;
}

/** Keeps `inFlight` operations on their way for `seconds`, after a warm-up that is not counted. */
export async function drive(
  operate: (index: number) => Promise<boolean>,
  load: { inFlight: number; seconds: number; warmUpSeconds: number },
): Promise<Measured> {
  const times: number[] = [];
  let index = 0;
  let failed = 0;
  const start = performance.now();
  const countFrom = start + load.warmUpSeconds * 1000;
  const end = countFrom + load.seconds * 1000;
  const worker = async (): Promise<void> => {
    for (;;) {
      const began = performance.now();
      if (began >= end) return;
      index += 1;
      const isGood = await operate(index);
      const ended = performance.now();
      if (!isGood) failed += 1;
      if (ended >= countFrom && ended <= end) times.push(ended - began);
    }
  };
  await Promise.all(Array.from({ length: load.inFlight }, worker));
  times.sort((one, other) => one - other);
  return {
    perSecond: times.length / load.seconds,
    p50Ms: times[Math.floor(times.length * 0.5)] ?? 0,
    p99Ms: times[Math.floor(times.length * 0.99)] ?? 0,
    failed,
  };
}
