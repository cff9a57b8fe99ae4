export interface PausePolicy {
  readonly firstPauseMs: number; // after a failure; doubles each time
  readonly longestPauseMs: number;
}

/** Half of it is certain, half is chance (from 0 to 1): a receiver that comes back is not met by all at once. */
export function pauseAfter(attempts: number, policy: PausePolicy, jitter: number): number {
  const pause = Math.min(policy.firstPauseMs * 2 ** Math.min(attempts, 30), policy.longestPauseMs);
  return Math.round(pause / 2 + (pause / 2) * jitter);
}

/** Never the answer's text, which is the receiver's to choose, nor the URL, which may hold a secret. */
export function causeOfFailure(error: Error): string {
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return 'timed out';
  const code = (error as NodeJS.ErrnoException).code;
  return (code ?? error.message).slice(0, 100);
}
