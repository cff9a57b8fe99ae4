import { paced } from '../kernel/pace.ts';
import type { Claimed, WaitingClaim } from './claim-gifts.ts';
import { notDone } from './contract.ts';

/** More than a second's worth of claims: whoever comes then is told to come again. */
const WAITING_MAX = 2_000;
const BATCH_MAX = 200;
const BUSY_MS = 2_000;
/** Batches begin so far apart: a batch of ten costs hardly more than one of two. */
const BATCH_EVERY_MS = 25;

export interface ClaimQueue {
  claim(claim: WaitingClaim): Promise<Claimed>;
  /** Waits for the batch that is on its way, and for those that wait. */
  drain(): Promise<void>;
}

interface Waiting {
  readonly claim: WaitingClaim;
  readonly answer: (claimed: Claimed) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * What comes in while a batch is on its way is the next batch: a lone claim does not wait, and many are written
 * together. A batch that fails is tried one by one, so that one claim does not stop the others.
 */
export function openClaimQueue(
  claimBatch: (claims: readonly WaitingClaim[]) => Promise<readonly Claimed[]>,
): ClaimQueue {
  const waiting: Waiting[] = [];
  const mayBegin = paced(BATCH_EVERY_MS);
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      await mayBegin();
      await work(waiting.splice(0, BATCH_MAX));
    }
  }

  async function work(batch: readonly Waiting[]): Promise<void> {
    try {
      const claimed = await claimBatch(batch.map(({ claim }) => claim));
      for (const [place, { answer }] of batch.entries()) answer(claimed[place] as Claimed);
    } catch (error) {
      if (batch.length === 1) for (const { fail } of batch) fail(error);
      else for (const each of batch) await work([each]);
    }
  }

  return {
    claim(claim) {
      if (waiting.length >= WAITING_MAX) {
        return Promise.resolve(notDone('busy', { retryAfterMs: BUSY_MS }));
      }
      const claimed = new Promise<Claimed>((answer, fail) => waiting.push({ claim, answer, fail }));
      running ??= run().finally(() => (running = undefined));
      return claimed;
    },
    async drain() {
      await running;
    },
  };
}
