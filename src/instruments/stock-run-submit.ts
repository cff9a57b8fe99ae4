import { setTimeout as pause } from 'node:timers/promises';
import type { Engine } from './engine.ts';
import type { Operation } from './operation.ts';
import type { Done } from './outcome.ts';
import type { Refusal } from './refusal.ts';

/** A piece of a run or import that the write path refused: nothing that goes on by itself. */
export class PieceRefused extends Error {
  override readonly name = 'PieceRefused';
  readonly refusal: Refusal;

  constructor(requestId: string, refusal: Refusal) {
    super(`${requestId} was refused: ${refusal}`);
    this.refusal = refusal;
  }
}

const ATTEMPTS_MAX = 60;
const PAUSE_MAX_MS = 5_000;

/**
 * Sends an operation until its outcome is known; an id that is sent again does nothing twice (R4).
 * Throws PieceRefused when the answer is no, and gives up after some minutes without any.
 */
export async function submitSurely(
  engine: Pick<Engine, 'submit'>,
  operation: Operation,
): Promise<Done> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const outcome = await engine.submit(operation);
    if (outcome.outcome === 'accepted') return outcome.done;
    if (outcome.outcome === 'refused') throw new PieceRefused(operation.requestId, outcome.refusal);
    const wantedMs = outcome.outcome === 'not_done' ? outcome.retryAfterMs : 100 * attempt;
    await pause(Math.min(wantedMs, PAUSE_MAX_MS));
  }
  throw new Error(`${operation.requestId} had no outcome after ${ATTEMPTS_MAX} attempts`);
}

/** Work under way, no more than `most` pieces at once. The first failure stops what comes after it. */
export class Pieces {
  readonly #most: number;
  readonly #underWay = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Waits for a place, then starts the piece and returns. Throws what an earlier piece threw, but not before all
   * have ended: who tries again would count what one of them is still writing down as made, and not make it.
   */
  async add(work: () => Promise<void>): Promise<void> {
    while (this.#underWay.size >= this.#most) await Promise.race(this.#underWay);
    if (this.#failure !== undefined) await this.finish();
    const piece = work()
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#underWay.delete(piece));
    this.#underWay.add(piece);
  }

  async finish(): Promise<void> {
    await Promise.all(this.#underWay);
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
