import { type Carry, queryableBy } from './carry.ts';
import { CommitUnknown, NotCommitted, StatementFailed, ValueRefused } from './errors.ts';
import type { Reply } from './flight.ts';
import type { Pool } from './pool.ts';
import type { Transaction, TransactionMode } from './queryable.ts';
import { type Message, type Session, statementName } from './session.ts';

/** Prepared like what follows it, so that it travels with that. */
const BEGIN: Readonly<Record<TransactionMode, Message>> = {
  'read committed': begin('begin isolation level read committed'),
  snapshot: begin('begin isolation level repeatable read read only'),
};

function begin(text: string): Message {
  return { title: 'begin', name: statementName(text), text, values: [] };
}

/**
 * Opens a transaction on the pool's next session. What is issued before the session is there waits for
 * it, in order; from then on everything is sent at once.
 */
export function beginOn(pool: Pool, mode: TransactionMode, idleTimeoutMs: number): Transaction {
  const turn = new Turn(pool, idleTimeoutMs);
  let refused: unknown; // the first proof that this transaction cannot commit
  let ended: Promise<void> | undefined;

  void watched(turn.carry(() => BEGIN[mode]));
  const carry: Carry = (make) => {
    if (ended) return Promise.reject(new Error('the transaction has ended'));
    return watched(turn.carry(make));
  };

  /** Remembers the first refusal. */
  function watched(reply: Promise<Reply>): Promise<Reply> {
    reply.catch((error: unknown) => {
      if (isProofOfFailure(error)) refused ??= error;
    });
    return reply;
  }

  async function commit(): Promise<void> {
    const failedBefore = refused ?? turn.lostBeforeSending;
    if (failedBefore) {
      await undo();
      throw new NotCommitted('a statement before the commit failed', { cause: failedBefore });
    }
    try {
      const { command } = await turn.carry(() => ({ title: 'commit', text: 'commit' }));
      if (command !== 'COMMIT') {
        throw new NotCommitted('a statement of the transaction failed', { cause: refused });
      }
    } catch (error) {
      throw judgeFailedCommit(error, refused, turn.hasSession);
    } finally {
      turn.end();
    }
  }

  async function undo(): Promise<void> {
    try {
      await turn.carry(() => ({ title: 'rollback', text: 'rollback' }));
      turn.end();
    } catch (error) {
      turn.end(error as Error);
    }
  }

  const queryable = queryableBy(carry);
  return {
    rows: (statement, values) => quiet(queryable.rows(statement, values)),
    change: (statement, values) => quiet(queryable.change(statement, values)),
    query: (text, values) => quiet(queryable.query(text, values)),
    script: (text) => quiet(queryable.script(text)),
    commit: () => {
      if (ended) return Promise.reject(new Error('the transaction has ended'));
      const committed = commit();
      ended = committed.catch(() => undefined);
      return committed;
    },
    rollback: () => (ended ??= undo()),
  };
}

/** Of statements in one flush all may fail, and the caller awaits the first: the others must not end the process. */
function quiet<Value>(reply: Promise<Value>): Promise<Value> {
  reply.catch(() => undefined);
  return reply;
}

function isProofOfFailure(error: unknown): boolean {
  return error instanceof StatementFailed || error instanceof ValueRefused;
}

/**
 * A commit that the server refused, or that came behind a refused statement, is proved undone. A server
 * that dies may have made the commit durable before it could say so: unknown.
 */
function judgeFailedCommit(error: unknown, refused: unknown, wasSent: boolean): Error {
  if (error instanceof NotCommitted) return error;
  if (refused) return new NotCommitted('a statement of the transaction failed', { cause: refused });
  if (!wasSent) return new NotCommitted('the database could not be reached', { cause: error });
  if (error instanceof StatementFailed && !error.isFatal) {
    return new NotCommitted('the commit was refused', { cause: error });
  }
  return new CommitUnknown('the commit was sent and its answer never came', { cause: error });
}

/** One transaction's use of one session: waits for it, counts what is under way, gives it back once. */
class Turn {
  readonly #pool: Pool;
  readonly #idleTimeoutMs: number;
  #session: Session | undefined;
  #failure: Error | undefined;
  #waiting: (() => void)[] = [];
  #underWay = 0;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(pool: Pool, idleTimeoutMs: number) {
    this.#pool = pool;
    this.#idleTimeoutMs = idleTimeoutMs;
    pool.take(
      (session) => {
        this.#session = session;
        this.#sendWaiting();
      },
      (error) => {
        this.#failure = error;
        this.#sendWaiting();
      },
    );
  }

  get hasSession(): boolean {
    return this.#session !== undefined;
  }

  /** Why nothing sent from now on can arrive. */
  get lostBeforeSending(): Error | undefined {
    if (this.#session?.isLost) return new Error('the session was lost before the commit was sent');
    return this.#failure;
  }

  /** Sends within this call when the session is there: what is issued first travels first. */
  carry(make: () => Message): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const message = make();
      const send = () => {
        if (this.#session) this.#count(this.#session.send(message)).then(resolve, reject);
        else reject(this.#failure ?? new Error('the transaction has ended'));
      };
      if (this.#session || this.#failure) send();
      else this.#waiting.push(send);
    });
  }

  /** Gives the session back; one that could not be rolled back is given up with all it holds. */
  end(unfinished?: Error): void {
    clearTimeout(this.#idleTimer);
    const session = this.#session;
    if (!session) return;
    this.#session = undefined;
    this.#failure ??= new Error('the transaction has ended');
    if (unfinished) session.abandon(unfinished);
    this.#pool.give(session);
  }

  #sendWaiting(): void {
    for (const send of this.#waiting.splice(0)) send();
  }

  async #count(reply: Promise<Reply>): Promise<Reply> {
    this.#underWay += 1;
    clearTimeout(this.#idleTimer);
    try {
      return await reply;
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0 && this.#session) this.#watchIdleness();
    }
  }

  /**
   * A transaction that nobody continues holds its locks, and on PGlite the only session. PostgreSQL has
   * such a limit too, for processes that stopped altogether (R27).
   */
  #watchIdleness(): void {
    this.#idleTimer = setTimeout(() => {
      const session = this.#session;
      if (!session) return;
      this.#session = undefined;
      this.#failure = new Error(IDLE);
      session
        .send({ title: 'rollback', text: 'rollback' })
        .catch((error: Error) => session.abandon(error))
        .finally(() => this.#pool.give(session));
    }, this.#idleTimeoutMs);
  }
}

const IDLE =
  'the transaction was left idle and has been rolled back (was the database itself used inside of it?)';
