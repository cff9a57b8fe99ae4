/**
 * A database server that a seed commands. Every statement is carried out by a real database, but only
 * when the simulation says so, and its answer arrives when the simulation says so, or never: the server
 * refuses a statement, the connection dies before or behind the commit, the server is away, the process
 * that asked is killed. What the engine sees of it is what `kernel/database` would have told.
 *
 * Like PGlite it has one session, which transactions get in turn: so nothing happens at the same time as
 * anything else, and a seed is the same again. Races between sessions are for test/durability.
 */
import type {
  Connection,
  Database,
  Queryable,
  Statement,
  Transaction,
  TransactionMode,
} from '../../src/kernel/database/index.ts';
import {
  CommitUnknown,
  ConnectionLost,
  NotCommitted,
  StatementFailed,
} from '../../src/kernel/database/index.ts';
import type { Random } from '../../src/kernel/crypto.ts';

/** Chances in a thousand, of a flush of statements. */
export interface Faults {
  readonly refuse: number; // a statement, for a reason that says nothing about the batch
  readonly refuseRoughly: number; // a statement, for a reason that looks like the batch's own fault
  readonly lose: number; // the connection, at any statement; at the commit: before or behind it
  readonly delay: number; // the answer
  readonly away: number; // the server, for some flushes
}

export const NO_FAULTS: Faults = { refuse: 0, refuseRoughly: 0, lose: 0, delay: 0, away: 0 };

/** Each seed has a weather of its own. */
export function faultsOf(random: { below(bound: number): number }): Faults {
  const some = (most: number): number => (random.below(3) === 0 ? 0 : random.below(most));
  return {
    refuse: some(40),
    refuseRoughly: random.below(8) === 0 ? 60 : 0,
    lose: some(60),
    delay: some(300),
    away: some(12),
  };
}

/** One thing that can happen next. */
export interface Event {
  readonly label: string;
  readonly run: () => Promise<void> | void;
}

interface Call {
  readonly title: string;
  readonly end: 'commit' | 'rollback' | null;
  readonly isPoisoned: boolean;
  readonly onlyReads?: boolean;
  readonly send: (on: Transaction) => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A transaction, from its first statement to its end, as the server sees it. */
interface Turn {
  readonly process: SimulatedProcess;
  readonly mode: TransactionMode | undefined;
  readonly calls: Call[];
  hasWritten: boolean; // not yet committed
  real: Transaction | undefined;
  refused: StatementFailed | undefined;
  lost: Error | undefined;
  isOver: boolean;
}

export interface SimulatedProcess {
  readonly database: Database;
  /** Its connections are cut and its transactions rolled back; no answer reaches it any more. */
  kill(): Promise<void>;
}

const AWAY_CODES = ['40001', '40P01', '55P03', '57P03', '53200'] as const;
const ROUGH_CODES = ['XX000', '23514', '22003', '57014'] as const; // they speak against the batch

export class SimulatedServer {
  faults: Faults = NO_FAULTS;
  readonly counts = { flushes: 0, refused: 0, lost: 0, unknown: 0, away: 0 };
  /** How often something was committed that can have written: as long as it is the same, so are the tables. */
  writes = 0;
  readonly #real: Database;
  readonly #random: Random;
  readonly #waiting: Turn[] = [];
  #current: Turn | undefined;
  #late: { readonly process: SimulatedProcess; readonly deliver: () => void }[] = [];
  #awayFor = 0;

  constructor(real: Database, random: Random) {
    this.#real = real;
    this.#random = random;
  }

  /** Whether the only session is free, so that invariants can be read. */
  get isBetweenTransactions(): boolean {
    return this.#current === undefined;
  }

  /** What can happen at the server: the next flush of the transaction whose turn it is, or a late answer. */
  events(): Event[] {
    const events: Event[] = this.#late.map((late) => ({
      label: 'late answer',
      run: () => {
        this.#late = this.#late.filter((one) => one !== late);
        late.deliver();
      },
    }));
    const turn = this.#current ?? this.#waiting[0];
    if (turn !== undefined && turn.calls.length > 0) {
      events.push({ label: 'database', run: () => this.#flush(turn) });
    }
    return events;
  }

  openProcess(): SimulatedProcess {
    const process: SimulatedProcess = {
      get database() {
        return database;
      },
      kill: () => this.#kill(process),
    };
    const database = this.#databaseOf(process);
    return process;
  }

  async #kill(process: SimulatedProcess): Promise<void> {
    this.#late = this.#late.filter((late) => late.process !== process);
    for (const turn of this.#waiting.filter((one) => one.process === process)) this.#end(turn);
    const current = this.#current;
    if (current?.process !== process) return;
    await current.real?.rollback();
    this.#end(current);
  }

  #databaseOf(process: SimulatedProcess): Database {
    const connection: Connection = {
      ...queryableBy((call) => this.#ask(this.#open(process, undefined), call)),
      begin: (mode = 'read committed') => this.#begin(process, mode),
      async transaction(work, mode) {
        const transaction = connection.begin(mode);
        try {
          const value = await work(transaction);
          await transaction.commit();
          return value;
        } catch (error) {
          await transaction.rollback();
          throw error;
        }
      },
      close: () => Promise.resolve(),
    };
    return {
      ...connection,
      kind: this.#real.kind,
      connect: () => connection,
      readNow: () => Promise.reject(new Error('a simulation has its own clock')),
    };
  }

  #begin(process: SimulatedProcess, mode: TransactionMode): Transaction {
    const turn = this.#open(process, mode);
    const end = (kind: 'commit' | 'rollback') => (): Promise<void> => {
      if (turn.isOver) return Promise.resolve();
      const send = (on: Transaction): Promise<void> => on[kind]();
      const call = { title: kind, end: kind, isPoisoned: false, onlyReads: true, send };
      return this.#ask(turn, call) as Promise<void>;
    };
    return {
      ...queryableBy((call) => this.#ask(turn, call)),
      commit: end('commit'),
      rollback: end('rollback'),
    };
  }

  #open(process: SimulatedProcess, mode: TransactionMode | undefined): Turn {
    const turn: Turn = {
      process,
      mode,
      calls: [],
      hasWritten: false,
      real: undefined,
      refused: undefined,
      lost: undefined,
      isOver: false,
    };
    this.#waiting.push(turn);
    return turn;
  }

  #ask(turn: Turn, call: Omit<Call, 'resolve' | 'reject'>): Promise<unknown> {
    const answer = new Promise<unknown>((resolve, reject) => {
      if (turn.isOver) reject(new Error('the transaction has ended'));
      else turn.calls.push({ ...call, resolve, reject });
    });
    answer.catch(() => undefined);
    return answer;
  }

  #end(turn: Turn): void {
    turn.isOver = true;
    if (this.#current === turn) this.#current = undefined;
    const at = this.#waiting.indexOf(turn);
    if (at >= 0) this.#waiting.splice(at, 1);
  }

  /** All that a transaction has issued since its last flush. */
  async #flush(turn: Turn): Promise<void> {
    if (this.#current === undefined) {
      this.#waiting.splice(this.#waiting.indexOf(turn), 1);
      this.#current = turn;
    }
    const calls = turn.calls.splice(0);
    this.counts.flushes += 1;
    turn.isOver = turn.mode === undefined || calls.some((call) => call.end !== null);
    if (turn.refused !== undefined || turn.lost !== undefined) this.#answerDoomed(turn, calls);
    else if (this.#isAway()) {
      turn.lost = new ConnectionLost('the database cannot be reached (simulated)');
      await turn.real?.rollback();
      this.#answerDoomed(turn, calls);
    } else await this.#carryOut(turn, calls);
    if (turn.isOver) this.#end(turn);
  }

  #isAway(): boolean {
    if (this.faults.away === 0) this.#awayFor = 0;
    if (this.#awayFor === 0 && this.#chance(this.faults.away)) {
      this.#awayFor = 1 + this.#random.below(8);
    }
    if (this.#awayFor === 0) return false;
    this.#awayFor -= 1;
    this.counts.away += 1;
    return true;
  }

  /** A transaction that cannot succeed any more: proved, because its commit was never sent. */
  #answerDoomed(turn: Turn, calls: readonly Call[]): void {
    for (const call of calls) {
      if (call.end === 'rollback') call.resolve(undefined);
      else if (call.end === 'commit') {
        const cause = turn.refused ?? new Error('the session was lost before the commit was sent');
        call.reject(new NotCommitted('a statement before the commit failed', { cause }));
      } else call.reject(turn.refused === undefined ? lost(call) : refusal(call, '25P02'));
    }
  }

  async #carryOut(turn: Turn, calls: readonly Call[]): Promise<void> {
    turn.real ??= this.#real.begin(turn.mode);
    const { real } = turn;
    const poisoned = calls.findIndex((call) => call.isPoisoned);
    if (poisoned >= 0) return this.#refuse(turn, calls, poisoned, '23514');
    const statements = calls.filter((call) => call.end !== 'rollback').length;
    if (statements > 0 && this.#chance(this.faults.refuse)) {
      return this.#refuse(turn, calls, this.#random.below(statements), this.#pick(AWAY_CODES));
    }
    if (statements > 0 && this.#chance(this.faults.refuseRoughly)) {
      return this.#refuse(turn, calls, this.#random.below(statements), this.#pick(ROUGH_CODES));
    }
    // Most often when it matters most: with a commit on its way.
    const loses = this.faults.lose * (calls.some((call) => call.end === 'commit') ? 3 : 1);
    if (statements > 0 && this.#chance(loses)) return this.#lose(turn, calls);
    const sent = calls.map((call) => call.send(real));
    if (turn.mode === undefined) sent.push(real.commit());
    const settled = await Promise.allSettled(sent);
    this.#noteWrites(turn, calls);
    this.#deliver(turn, () => calls.forEach((call, at) => answer(call, settled[at])));
  }

  /** The server refuses one statement; all behind it fail too, and a commit is proved undone. */
  async #refuse(turn: Turn, calls: readonly Call[], at: number, code: string): Promise<void> {
    this.counts.refused += 1;
    const { real } = turn;
    const before = calls.slice(0, at);
    const settled = await Promise.allSettled(before.map((call) => call.send(real!)));
    await real!.rollback();
    const failed = calls[at]!;
    turn.refused = refusal(failed, code);
    before.forEach((call, place) => answer(call, settled[place]));
    if (failed.end === null) failed.reject(turn.refused);
    this.#answerDoomed(turn, failed.end === null ? calls.slice(at + 1) : calls.slice(at));
  }

  /**
   * The connection dies while a flush is on its way: behind some of its statements, or behind all of them.
   * Whoever sent a commit with it does not know.
   */
  async #lose(turn: Turn, calls: readonly Call[]): Promise<void> {
    this.counts.lost += 1;
    const { real } = turn;
    const done = this.#random.below(calls.length + 1);
    const told = this.#random.below(done + 1);
    const settled = await Promise.allSettled(calls.slice(0, done).map((call) => call.send(real!)));
    if (turn.mode === undefined && done === calls.length) await real!.commit();
    else await real!.rollback();
    this.#noteWrites(turn, calls.slice(0, done));
    turn.lost = new ConnectionLost('the connection died (simulated)');
    calls.forEach((call, at) => {
      if (at < told && call.end === null) answer(call, settled[at]);
      else if (call.end === 'rollback') call.resolve(undefined);
      else if (call.end === 'commit') {
        this.counts.unknown += 1;
        call.reject(new CommitUnknown('the commit was sent and its answer never came'));
      } else call.reject(lost(call));
    });
  }

  #noteWrites(turn: Turn, carriedOut: readonly Call[]): void {
    turn.hasWritten ||= carriedOut.some(({ onlyReads }) => onlyReads !== true);
    const isCommitted = turn.mode === undefined || carriedOut.some(({ end }) => end === 'commit');
    if (isCommitted && turn.hasWritten) this.writes += 1;
  }

  #deliver(turn: Turn, deliver: () => void): void {
    if (this.#chance(this.faults.delay)) this.#late.push({ process: turn.process, deliver });
    else deliver();
  }

  #chance(inThousand: number): boolean {
    return inThousand > 0 && this.#random.below(1000) < inThousand;
  }

  #pick<Value>(from: readonly Value[]): Value {
    return from[this.#random.below(from.length)]!;
  }
}

function answer(call: Call, settled: PromiseSettledResult<unknown> | undefined): void {
  if (settled?.status === 'fulfilled') call.resolve(settled.value);
  else call.reject(settled?.reason as Error);
}

function lost(call: Call): ConnectionLost {
  return new ConnectionLost(`${call.title}: the connection died (simulated)`);
}

function refusal(call: Call, code: string): StatementFailed {
  return new StatementFailed(call.title, { message: 'refused (simulated)', code });
}

const WRITES = /\b(insert|update|delete)\b/;

type Ask = (call: Omit<Call, 'resolve' | 'reject'>) => Promise<unknown>;

function queryableBy(ask: Ask): Queryable {
  return {
    rows: <Row>(statement: Statement<Row>, values: readonly unknown[]) =>
      ask({
        title: statement.title,
        end: null,
        isPoisoned: false,
        onlyReads: !WRITES.test(statement.text),
        send: (on) => on.rows(statement, values),
      }) as Promise<Row[]>,
    change: (statement: Statement, values: readonly unknown[]) =>
      ask({
        title: statement.title,
        end: null,
        isPoisoned: isPoisoned(statement, values),
        send: (on) => on.change(statement, values),
      }) as Promise<number>,
    query: (text, values) =>
      ask({
        title: text.slice(0, 60),
        end: null,
        isPoisoned: false,
        send: (on) => on.query(text, values),
      }) as Promise<Record<string, unknown>[]>,
    script: (text) =>
      ask({
        title: text.slice(0, 60),
        end: null,
        isPoisoned: false,
        send: (on) => on.script(text),
      }) as Promise<void>,
  };
}

/** What requests with such an id write is refused by the server, until it only says that they broke (R8). */
export const POISON = 'poison';

function isPoisoned(statement: Statement, values: readonly unknown[]): boolean {
  if (!statement.title.endsWith('insertRequests')) return false;
  const columns = values.filter((value) => Array.isArray(value)) as unknown[][];
  const ids = columns.find((column) => column.some(isPoison));
  if (ids === undefined) return false;
  return ids.some((id, at) => isPoison(id) && !columns.some((column) => column[at] === 'internal'));
}

function isPoison(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith(POISON);
}
