import { present } from '../kernel/assert.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { REQUEST_JOURNAL } from '../instruments/index.ts';
import {
  splitJournalLine,
  unpackJournal,
  ACCOUNT_JOURNAL,
  type JournalTable,
  TRANSFER_JOURNAL,
} from '../ledger/index.ts';
import { readSettledBatches, type ReadSettledBatchesRow } from './settlement.sql.ts';

/** What one request moved on one settled account: a line of a settlement file. */
export interface Movement {
  readonly accountId: string;
  readonly request: MovingRequest;
  minor: bigint; // credits less debits of the account
}

/** The fields of a request that a line shows, as the journal has them. */
export type MovingRequest = Readonly<Record<string, string | null>>;

/** The batches of one lane that belong to the day: those behind `afterId`, up to and with `untilId`. */
export interface LaneDay {
  readonly lane: number;
  readonly afterId: bigint;
  readonly untilId: bigint;
}

/** The movements and the ledger's balances do not agree: nothing is written, and verify has work. */
export class SettlementDisagrees extends Error {
  override readonly name = 'SettlementDisagrees';
}

interface Transfer {
  readonly transferId: string;
  readonly accountId: string;
  readonly minor: bigint;
}

/** Requests and transfers of one operation may lie in two lanes, whose batches may lie on two sides of midnight. */
const NEIGHBOURS = 8n;

/**
 * Reads a day of journals, lane by lane and page by page, and gives each page's movements away before it goes
 * on. Only what a request of one lane moved in another is kept until the end. Each page is a statement of its
 * own: journals never change, so they need no snapshot, and the embedded database's only session is free
 * for the tills between two pages.
 */
export class MovementReader {
  readonly #accounts: ReadonlySet<string>;
  readonly #lonelyTransfers = new Map<string, Transfer[]>();
  readonly #farRequests = new Map<string, MovingRequest>();
  readonly #movedByAccount = new Map<string, bigint>();

  readonly #pageSize: number;

  constructor(accountIds: readonly bigint[], pageSize: number) {
    this.#accounts = new Set(accountIds.map(String));
    this.#pageSize = pageSize;
  }

  /** The movements of one lane whose request stands in the same lane, a page of batches at a time. */
  async *readLane(db: Queryable, day: LaneDay): AsyncGenerator<Movement[]> {
    const balances = new LaneBalances(day.lane);
    for await (const page of journalPages(db, day, this.#pageSize)) {
      yield page.flatMap((batch) => this.#readBatch(day.lane, batch, balances));
    }
  }

  #readBatch(lane: number, batch: ReadSettledBatchesRow, balances: LaneBalances): Movement[] {
    const journal = this.#readJournal(lane, batch);
    balances.follow(journal.transfers, journal.balances);
    const byRequest = new Map<string, Movement>();
    for (const transfer of journal.transfers) {
      this.#count(transfer);
      const request = journal.owners.get(transfer.transferId);
      if (request === undefined) this.#keep(transfer);
      else addMovement(byRequest, transfer, request);
    }
    return [...byRequest.values()];
  }

  /** What is left when all lanes are read: transfers whose request stands in another lane. */
  async readRest(db: Queryable, days: readonly LaneDay[]): Promise<Movement[]> {
    if (this.#lonelyTransfers.size > 0) await this.#readNeighbours(db, days);
    const byRequest = new Map<string, Movement>();
    for (const [transferId, transfers] of this.#lonelyTransfers) {
      const request = this.#farRequests.get(transferId);
      if (request === undefined)
        throw new SettlementDisagrees(`transfer ${transferId} is of no request`);
      for (const transfer of transfers) addMovement(byRequest, transfer, request);
    }
    return [...byRequest.values()];
  }

  /** Everything that was read of an account, over all lanes. */
  moved(accountId: bigint): bigint {
    return this.#movedByAccount.get(String(accountId)) ?? 0n;
  }

  #readJournal(lane: number, batch: ReadSettledBatchesRow): Journal {
    const previousLastId = batch.previousLastId ?? 0n;
    const owners = new Map<string, MovingRequest>();
    const transfers: Transfer[] = [];
    const balances = new Map<string, bigint>();
    for (const line of unpackJournal(batch.content).split('\n')) {
      if (line.startsWith('request\t')) {
        const request = named(REQUEST_JOURNAL, line);
        if (!isNewMover(request, previousLastId)) continue;
        for (const id of transferIds(request)) {
          if (laneOf(id) === lane) owners.set(String(id), request);
          else this.#farRequests.set(String(id), request);
        }
      } else if (line.startsWith('transfer\t')) {
        transfers.push(...this.#settledSides(named(TRANSFER_JOURNAL, line)));
      } else if (line.startsWith('account\t')) {
        const account = named(ACCOUNT_JOURNAL, line);
        const accountId = account['accountId'] ?? '';
        if (this.#accounts.has(accountId))
          balances.set(accountId, BigInt(account['postedMinor'] ?? '0'));
      }
    }
    return { owners, transfers, balances };
  }

  #settledSides(line: Readonly<Record<string, string | null>>): Transfer[] {
    const { transferId, debitAccountId, creditAccountId, amountMinor } = line;
    const minor = BigInt(amountMinor ?? '0');
    const sides = [
      { transferId: transferId ?? '', accountId: debitAccountId ?? '', minor: -minor },
      { transferId: transferId ?? '', accountId: creditAccountId ?? '', minor },
    ];
    return sides.filter((side) => this.#accounts.has(side.accountId));
  }

  #count({ accountId, minor }: Transfer): void {
    this.#movedByAccount.set(accountId, (this.#movedByAccount.get(accountId) ?? 0n) + minor);
  }

  #keep(transfer: Transfer): void {
    const there = this.#lonelyTransfers.get(transfer.transferId) ?? [];
    this.#lonelyTransfers.set(transfer.transferId, [...there, transfer]);
  }

  async #readNeighbours(db: Queryable, days: readonly LaneDay[]): Promise<void> {
    for (const { lane, afterId, untilId } of days) {
      const before = {
        lane,
        afterId: afterId > NEIGHBOURS ? afterId - NEIGHBOURS : 0n,
        untilId: afterId,
      };
      const behind = { lane, afterId: untilId, untilId: untilId + NEIGHBOURS };
      for (const part of [before, behind]) {
        for await (const page of journalPages(db, part, this.#pageSize)) {
          for (const batch of page) this.#readJournal(lane, batch);
        }
      }
    }
  }
}

interface Journal {
  readonly owners: ReadonlyMap<string, MovingRequest>; // by transfer id
  readonly transfers: readonly Transfer[];
  readonly balances: ReadonlyMap<string, bigint>; // by account, after the batch
}

/** Follows the balances that the journals write down beside the transfers. */
class LaneBalances {
  readonly #posted = new Map<string, bigint>();
  readonly #lane: number;

  constructor(lane: number) {
    this.#lane = lane;
  }

  follow(transfers: readonly Transfer[], balances: ReadonlyMap<string, bigint>): void {
    const moved = new Map<string, bigint>();
    for (const { accountId, minor } of transfers)
      moved.set(accountId, (moved.get(accountId) ?? 0n) + minor);
    for (const [accountId, minor] of moved) {
      const after = balances.get(accountId);
      const before = this.#posted.get(accountId);
      if (after === undefined || (before !== undefined && before + minor !== after)) {
        throw new SettlementDisagrees(
          `lane ${this.#lane}, account ${accountId}: ${minor} moved, and the balance went from ${before ?? 'nothing'} to ${after ?? 'nothing'}`,
        );
      }
    }
    for (const [accountId, posted] of balances) this.#posted.set(accountId, posted);
  }
}

async function* journalPages(
  db: Queryable,
  { lane, afterId, untilId }: LaneDay,
  size: number,
): AsyncGenerator<ReadSettledBatchesRow[]> {
  for (let after = afterId; after < untilId;) {
    const page = await readSettledBatches(db, { lane, afterId: after, untilId, size });
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last.batchId;
  }
}

function addMovement(
  byRequest: Map<string, Movement>,
  transfer: Transfer,
  request: MovingRequest,
): void {
  const key = `${transfer.accountId}:${request['lane']}:${request['sequence']}`;
  const known = byRequest.get(key);
  if (known !== undefined) known.minor += transfer.minor;
  else byRequest.set(key, { accountId: transfer.accountId, request, minor: transfer.minor });
}

function isNewMover(request: MovingRequest, previousLastId: bigint): boolean {
  const { outcome, transferCount, sequence } = request;
  return (
    outcome === 'accepted' &&
    transferCount !== '0' &&
    BigInt(sequence ?? '0') >> 8n > previousLastId
  );
}

/** Consecutive ids of one lane: the counter is above the eight bits of the lane. */
function transferIds(request: MovingRequest): bigint[] {
  const first = BigInt(
    present(request['firstTransferId'], 'a request with transfers names the first'),
  );
  return Array.from(
    { length: Number(request['transferCount']) },
    (_none, at) => first + 256n * BigInt(at),
  );
}

function laneOf(id: bigint): number {
  return Number(id & 255n);
}

// oxlint-disable-next-line typescript/no-explicit-any -- only the columns' names are read
function named(table: JournalTable<any>, line: string): Record<string, string | null> {
  const values = splitJournalLine(line);
  return Object.fromEntries(table.columns.map((column, at) => [column, values[at + 1] ?? null]));
}
