import { AssertionFailed } from '../kernel/assert.ts';
import { monotonicMs } from '../kernel/clock.ts';
import {
  CommitUnknown,
  type Connection,
  StatementFailed,
  type Transaction,
  ValueRefused,
} from '../kernel/database/index.ts';
import type { HouseDirectory } from '../ledger/index.ts';
import { decide } from './decide.ts';
import { Draft, type GateState } from './draft.ts';
import type { Outcome } from './outcome.ts';
import { ascending, type Prepared } from './prepare.ts';
import { GateMoved, readBatch, type GateVersions } from './read-batch.ts';
import { Wants } from './turn.ts';
import { writeBatch } from './write-batch.ts';

export interface WriterOptions {
  readonly connection: Connection;
  readonly houses: HouseDirectory;
  readonly laneCount: number;
  readonly batchMax: number; // operations in one transaction
  readonly queueMax: number; // operations that may wait
  readonly gate: () => GateState;
  readonly refreshGate: (on: Connection, least: GateVersions) => Promise<void>;
  readonly onBatch?: (batch: BatchNote) => void;
  readonly onTrouble?: (trouble: { readonly what: string; readonly error: unknown }) => void;
  /** How it waits for a database that is away; a simulation has a time of its own. */
  readonly pause?: (ms: number) => Promise<void>;
}

/** What became of one batch, for metrics. */
export interface BatchNote {
  readonly operations: number;
  readonly lanes: number;
  readonly ms: number;
}

/** How often a batch is tried whole before it is halved (R8), and how often against a database that is away. */
const TRIES_MAX = 2;
const LOST_MAX = 3;
const LOST_PAUSE_MS = 100;

/**
 * Decides and writes the operations of its share of the lanes, one batch at a time. What arrives while a
 * batch is on its way forms the next; an idle writer does not wait.
 */
export class Writer {
  readonly #options: WriterOptions;
  #queue: Prepared[] = [];
  #isRunning = false;
  #idle: Promise<void> = Promise.resolve();

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** It takes no more: asked before an operation is prepared, so that a refusal costs next to nothing. */
  get isFull(): boolean {
    return this.#queue.length >= this.#options.queueMax;
  }

  take(prepared: Prepared): void {
    this.#queue.push(prepared);
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#idle = this.#run();
  }

  /** Resolves when everything that was offered is answered. */
  async drain(): Promise<void> {
    while (this.#isRunning) await this.#idle;
  }

  async #run(): Promise<void> {
    await Promise.resolve(); // what arrives in the same tick goes along
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, this.#options.batchMax);
      await this.#carryOut(batch, false);
    }
    this.#isRunning = false;
  }

  /**
   * Never rejects: whatever happens, every operation of the batch is answered or waits again. `wasSent`: a
   * commit of it was sent before and never answered, so that nobody may say it is not done.
   */
  async #carryOut(batch: readonly Prepared[], wasSent: boolean): Promise<void> {
    let tries = 0;
    let lost = 0;
    let mayBeDone = wasSent;
    for (;;) {
      try {
        await this.#tryBatch(batch);
        return;
      } catch (error) {
        if (error instanceof GateMoved) {
          if (await this.#refresh(error.least)) continue;
          lost += 1;
          if (lost < LOST_MAX) continue;
          for (const prepared of batch) prepared.answer(giveUp(mayBeDone));
          return;
        }
        this.#options.onTrouble?.({ what: 'a batch failed', error });
        if (error instanceof CommitUnknown) mayBeDone = true;
        // Trying again finds out: what was committed is known, and answers as it did.
        if (isAway(error)) {
          lost += 1;
          if (lost < LOST_MAX) {
            await this.#pause(LOST_PAUSE_MS * lost);
            continue;
          }
          for (const prepared of batch) prepared.answer(giveUp(mayBeDone));
          return;
        }
        tries += 1;
        if (tries >= TRIES_MAX) break;
      }
    }
    await this.#halve(batch, mayBeDone);
  }

  /** The culprit is looked for by halves until it stands alone (R8). */
  async #halve(batch: readonly Prepared[], mayBeDone: boolean): Promise<void> {
    const [only] = batch;
    if (batch.length > 1) {
      const middle = batch.length >> 1;
      await this.#carryOut(batch.slice(0, middle), mayBeDone);
      await this.#carryOut(batch.slice(middle), mayBeDone);
    } else if (only !== undefined && !only.isBroken) {
      only.isBroken = true;
      await this.#carryOut(batch, mayBeDone);
    } else {
      only?.answer(giveUp(mayBeDone));
    }
  }

  #pause(ms: number): Promise<void> {
    return (this.#options.pause ?? pause)(ms);
  }

  /** False: it could not be read, which is the database being away. */
  async #refresh(least: GateVersions): Promise<boolean> {
    try {
      await this.#options.refreshGate(this.#options.connection, least);
      return true;
    } catch (error) {
      this.#options.onTrouble?.({ what: 'the catalogue or the switch could not be read', error });
      await this.#pause(LOST_PAUSE_MS);
      return false;
    }
  }

  async #tryBatch(batch: readonly Prepared[]): Promise<void> {
    const { connection, houses, onBatch } = this.#options;
    const began = monotonicMs();
    await houses.ensure(
      connection,
      batch.flatMap((prepared) => prepared.houses),
    );
    const transaction = connection.begin();
    let decided: Decided;
    try {
      decided = await this.#send(transaction, batch);
      await allOrFirstFailure(decided.underWay);
    } catch (error) {
      await transaction.rollback();
      throw error;
    }
    const { answers, again, lanes } = decided;
    // It is durable from here on, so it may be told.
    onBatch?.({ operations: batch.length, lanes, ms: monotonicMs() - began });
    if (again.length > 0) this.#queue.unshift(...again);
    for (const [prepared, outcome] of answers) prepared.answer(outcome);
  }

  /** Reads, decides and sends a batch, its commit too. The draft ends here: it is not kept while that is waited for. */
  async #send(transaction: Transaction, batch: readonly Prepared[]): Promise<Decided> {
    const { gate, houses, laneCount } = this.#options;
    const draft = new Draft(gate(), houses, laneCount);
    await readBatch(transaction, batch, draft);
    return {
      ...decideAll(batch, draft),
      lanes: draft.books.lanes.size,
      underWay: [...writeBatch(transaction, draft), transaction.commit()],
    };
  }
}

interface Decided {
  readonly answers: readonly (readonly [Prepared, Outcome])[];
  readonly again: readonly Prepared[]; // they need the turn of more lanes
  readonly lanes: number;
  readonly underWay: readonly Promise<unknown>[]; // its writes and its commit
}

function decideAll(
  batch: readonly Prepared[],
  draft: Draft,
): { answers: [Prepared, Outcome][]; again: Prepared[] } {
  const answers: [Prepared, Outcome][] = [];
  const again: Prepared[] = [];
  const all = Array.from({ length: draft.laneCount }, (_, lane) => lane);
  for (const prepared of batch) {
    const decision = decide(draft, prepared, draft.laneCount);
    if (decision instanceof Wants) {
      prepared.lanes =
        decision.lanes === 'all' ? all : ascending(new Set([...prepared.lanes, ...decision.lanes]));
      again.push(prepared);
    } else {
      answers.push([prepared, decision]);
    }
  }
  return { answers, again };
}

/** Waits for all, so that none is left to reject unseen; the commit's own word counts most. */
async function allOrFirstFailure(work: readonly Promise<unknown>[]): Promise<void> {
  const settled = await Promise.allSettled(work);
  const failures = settled
    .filter((one) => one.status === 'rejected')
    .map((one): unknown => one.reason);
  const unknown = failures.find((failure) => failure instanceof CommitUnknown);
  if (unknown !== undefined) throw unknown;
  if (failures.length > 0) throw failures[0];
}

/** R7: proved, or unknown. */
function giveUp(mayBeDone: boolean): Outcome {
  if (mayBeDone) return { outcome: 'outcome_unknown' };
  return { outcome: 'not_done', cause: 'database_unavailable', retryAfterMs: 1_000 };
}

/** Everything but our own mistakes and the server's refusals of a statement is the database being away. */
function isAway(error: unknown): boolean {
  if (error instanceof AssertionFailed) return false;
  return isLost(error);
}

function isLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'CommitUnknown' || error.name === 'ConnectionLost') return true;
  if (error.name === 'StatementFailed' && 'code' in error)
    return AWAY_CODES.test(String(error.code));
  // Nothing but a refused statement speaks against the batch; without one it was the way that failed.
  if (error.name !== 'NotCommitted') return false;
  return isRefusal(error.cause) ? isLost(error.cause) : true;
}

function isRefusal(cause: unknown): boolean {
  return cause instanceof StatementFailed || cause instanceof ValueRefused;
}

/**
 * SQLSTATEs that say nothing about the batch: connections, shutdown, resources, locks, deadlock, time-outs.
 * A cancelled statement (57014) is the batch's own: it took too long, and will again until it is halved.
 */
const AWAY_CODES = /^(08|53|57(?!014)|40|55P03|25P03)/;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
