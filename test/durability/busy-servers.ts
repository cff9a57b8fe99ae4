/** Starts busy servers, listens to what they say, and holds it against the tables afterwards. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { monotonicMs } from '../../src/kernel/clock.ts';
import type { Database, DatabaseOptions } from '../../src/kernel/database/index.ts';
import { verifyBooks } from '../../src/instruments/verify.ts';
import { TEST_FLAGS } from '../../tools/test-groups.ts';
import { openHouse } from '../support/house.ts';
import type { BusyOptions, Line } from './busy-options.ts';

export interface BusyServer {
  readonly process: ChildProcess;
  /** When each accepted answer came, in monotonic milliseconds. */
  readonly acceptedAt: number[];
  /** Resolves when so many more have been accepted than now. */
  accepts(more: number): Promise<void>;
  kill(): Promise<void>;
  /** Lets it finish what it has begun. */
  end(): Promise<void>;
}

interface Said {
  readonly kind: string;
  answer: { readonly outcome: string; readonly amount: string | null } | undefined;
}

const WITHIN_MS = 120_000; // a machine that tests three things at once is slow

/** Everything that one test's servers have said, by request id. */
export class BusyServers {
  readonly said = new Map<string, Said>();
  readonly #database: DatabaseOptions;
  readonly #numbers: readonly string[];
  readonly #children: ChildProcess[] = [];
  #started = 0;

  constructor(database: DatabaseOptions, numbers: readonly string[]) {
    this.#database = database;
    this.#numbers = numbers;
  }

  async start(customers = 12): Promise<BusyServer> {
    this.#started += 1;
    const options: BusyOptions = {
      name: `server${this.#started}`,
      database: this.#database,
      numbers: this.#numbers,
      customers,
      pauseMs: 3,
    };
    const script = new URL('./busy-server.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, [...TEST_FLAGS, script, JSON.stringify(options)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#children.push(child);
    const acceptedAt: number[] = [];
    const exited = once(child, 'exit');
    const lines = createInterface({ input: child.stdout });
    const heardAll = once(lines, 'close');
    const ready = new Promise<void>((resolve) => {
      lines.on('line', (text) => {
        if (this.#hear(parse(text), acceptedAt)) resolve();
      });
    });
    await Promise.race([ready, exited.then(() => assert.fail('a server ended as it started'))]);
    return {
      process: child,
      acceptedAt,
      async accepts(more) {
        const until = monotonicMs() + WITHIN_MS;
        const wanted = acceptedAt.length + more;
        while (acceptedAt.length < wanted) {
          assert.ok(monotonicMs() < until, 'a server accepts again');
          assert.equal(child.exitCode, null, 'a server lives on');
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      },
      async kill() {
        child.kill('SIGKILL');
        await Promise.all([exited, heardAll]);
      },
      async end() {
        child.stdin.write('enough\n');
        const [code] = (await exited) as [number];
        await heardAll;
        assert.equal(code, 0, 'a server that is asked to ends well');
      },
    };
  }

  /** Of a test that failed: none is left behind. */
  killAll(): void {
    for (const child of this.#children) child.kill('SIGKILL');
  }

  #hear(line: Line | undefined, acceptedAt: number[]): boolean {
    if (line === undefined) return false;
    if (line.said === 'ready') return true;
    if (line.said === 'sent') {
      this.said.set(line.requestId, { kind: line.kind, answer: undefined });
      return false;
    }
    const { outcome, amount } = line;
    this.said.get(line.requestId)!.answer = { outcome, amount };
    if (outcome === 'accepted') acceptedAt.push(monotonicMs());
    return false;
  }
}

/** A line that was cut off by a kill was not said. */
function parse(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
}

/** A house with reloadable cards of 50,000 each; what they have at first. */
export async function openShop(
  database: Database,
): Promise<{ numbers: string[]; opening: ReadonlyMap<string, bigint> }> {
  const house = await openHouse(database);
  const opening = new Map<string, bigint>();
  for (let card = 0; card < 12; card += 1) {
    const reference = await house.activated('prepaid', 50_000n);
    assert.ok(reference.by === 'number');
    opening.set(reference.number, 50_000n);
  }
  await house.close();
  return { numbers: [...opening.keys()], opening };
}

export interface Tally {
  readonly answered: number;
  readonly unanswered: number;
  readonly doneUnseen: number; // unanswered, and there
}

/**
 * No accepted answer is missing, what was proved undone is not there, what nobody answered is there as a
 * whole or not at all; each card has exactly what its requests say; the books are proved.
 */
export async function judgeBooks(
  database: Database,
  servers: BusyServers,
  opening: ReadonlyMap<string, bigint>,
): Promise<Tally> {
  const rows = await database.query(`
    select request_id, kind, outcome, is_reversed, amount_minor, instrument_id,
      facts ->> 'toInstrumentId' as to_instrument_id
    from instruments.request
    where request_id like 'server%' and kind <> 'counterpart'`);
  const known = new Map(rows.map((row) => [row['request_id'] as string, row]));
  assert.equal(known.size, rows.length, 'no request is there twice');
  let doneUnseen = 0;
  let unanswered = 0;
  for (const [requestId, { kind, answer }] of servers.said) {
    const row = known.get(requestId);
    if (answer === undefined || answer.outcome === 'outcome_unknown') {
      unanswered += 1;
      if (row !== undefined) doneUnseen += 1;
    } else if (answer.outcome === 'not_done') {
      const isUndone = row === undefined || row['outcome'] === 'reversed_unseen';
      assert.ok(isUndone, `${requestId} was proved undone`);
    } else {
      assert.equal(row?.['outcome'], answer.outcome, `${kind} ${requestId} is there as answered`);
      if (answer.amount !== null) assert.equal(row['amount_minor'], BigInt(answer.amount));
    }
  }
  await judgeBalances(database, rows, opening);
  const report = await verifyBooks(database);
  assert.deepEqual(report.findings, []);
  return { answered: servers.said.size - unanswered, unanswered, doneUnseen };
}

async function judgeBalances(
  database: Database,
  rows: readonly Record<string, unknown>[],
  opening: ReadonlyMap<string, bigint>,
): Promise<void> {
  const moved = new Map<bigint, bigint>();
  const move = (id: unknown, minor: bigint): void => {
    const key = BigInt(String(id));
    moved.set(key, (moved.get(key) ?? 0n) + minor);
  };
  for (const row of rows) {
    if (row['outcome'] !== 'accepted' || row['is_reversed'] === true) continue;
    const amount = row['amount_minor'] as bigint;
    if (row['kind'] === 'load') move(row['instrument_id'], amount);
    if (row['kind'] === 'redeem' || row['kind'] === 'move') move(row['instrument_id'], -amount);
    if (row['kind'] === 'move') move(row['to_instrument_id'], amount);
  }
  const cards = await database.query(`
    select instrument.instrument_id, instrument.number, account.posted_minor
    from instruments.instrument
    join ledger.account on account.lane = instrument.lane
      and account.account_id = instrument.instrument_id`);
  for (const card of cards) {
    const first = opening.get(card['number'] as string) ?? 0n;
    const expected = first + (moved.get(card['instrument_id'] as bigint) ?? 0n);
    assert.equal(card['posted_minor'], expected, `card ${String(card['number'])}`);
  }
}
