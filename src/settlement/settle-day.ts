import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assert, present } from '../kernel/assert.ts';
import { dayIn, endOfDayAfter, startOfDay } from '../kernel/calendar.ts';
import { type Clock, isoInstant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { laneOfId } from '../kernel/ids.ts';
import { findHeadsBefore, type LaneHead } from '../ledger/index.ts';
import type { Catalogue } from '../programmes/index.ts';
import {
  type LaneDay,
  type Movement,
  MovementReader,
  SettlementDisagrees,
} from './read-movements.ts';
import {
  readFirstBatchAt,
  readSettledAccounts,
  type ReadSettledAccountsRow,
  readSettledCards,
  readSettledClients,
  sumSettledMovements,
} from './settlement.sql.ts';
import {
  addToSummary,
  CSV_HEADER,
  type DayOfStatement,
  type SettledParty,
  statementLine,
  summaryJson,
  type UnitSummary,
} from './statement.ts';

export interface SettlementOrder {
  readonly issuerId: number;
  readonly day: string; // YYYY-MM-DD
  readonly zone: string; // IANA name: where the day begins and ends
  readonly folder: string;
  readonly pageSize?: number; // batches read at once
}

export interface SettledFile {
  readonly party: SettledParty;
  readonly csv: string; // path
  readonly json: string;
  readonly lines: number;
}

/** A file of the day is there with other content: a day that is over does not change by itself. */
export class SettlementDiffers extends Error {
  override readonly name = 'SettlementDiffers';
}

/** How long after midnight a batch of the day before may still commit. */
const SETTLING_MS = 60_000;
/** What one page keeps in memory, and for how long its statement keeps the embedded database. */
const BATCHES_PER_PAGE = 16;
const CARDS_AT_ONCE = 5_000;
const IDS_PER_SUM = 100_000n;

/**
 * Writes the day's statement of every seller, merchant and partner of an issuer that moved: lines as CSV, sums as
 * JSON, in `folder/<issuer>/`. The sums are held against the balances in the journals, and against the
 * transfers in the table; where they disagree nothing is written (SettlementDisagrees). The same day gives the
 * same bytes whenever it is made. What it reads of a day that is over never changes, so it holds no
 * transaction: on the embedded database operations go on between two pages (R35).
 */
export async function settleDay(
  db: Queryable,
  catalogue: Catalogue,
  clock: Clock,
  order: SettlementOrder,
): Promise<SettledFile[]> {
  const from = present(startOfDay(order.day, order.zone), 'a day is written YYYY-MM-DD');
  const until = endOfDayAfter(from, 0, order.zone);
  assert(clock.now() >= until + SETTLING_MS, 'a day is settled when it is over');
  const issuer = present(
    catalogue.issuers.get(order.issuerId),
    'the issuer of a settlement is known',
  );
  const day = {
    day: order.day,
    zone: order.zone,
    from: isoInstant(from),
    until: isoInstant(until),
  };
  const folder = join(order.folder, issuer.key);
  await mkdir(folder, { recursive: true, mode: 0o700 });

  const lanes = pairHeads(await findHeadsBefore(db, from), await findHeadsBefore(db, until));
  const accounts = await readSettledAccounts(db, { issuerId: order.issuerId }); // behind the heads: all of theirs
  if (accounts.length === 0) return [];
  const clients = new Map(
    (await readSettledClients(db)).map(({ clientId, key }) => [clientId, key]),
  );
  const drafts = await mkdtemp(join(folder, '.making-')); // another process may settle the same day
  const statements = new Statements({ folder, drafts }, day, accounts, {
    catalogue,
    clients,
    issuer: issuer.key,
  });
  try {
    const reader = new MovementReader(
      accounts.map(({ accountId }) => accountId),
      order.pageSize ?? BATCHES_PER_PAGE,
    );
    for (const lane of lanes) {
      for await (const movements of reader.readLane(db, lane)) await statements.add(db, movements);
    }
    await statements.add(db, await reader.readRest(db, lanes));
    await compareWithTransfers(db, accounts, lanes, reader);
    statements.compare(reader);
    return await statements.finish();
  } finally {
    await rm(drafts, { recursive: true });
  }
}

/** The day on which the books began: no day before it needs a statement. Null: they have not begun. */
export async function findFirstDay(on: Queryable, zone: string): Promise<string | null> {
  const [first] = await readFirstBatchAt(on);
  return first?.at == null ? null : dayIn(first.at, zone);
}

/** The newest day that has a statement of this issuer in the folder; null: none has. */
export async function findLastSettledDay(
  folder: string,
  issuerKey: string,
): Promise<string | null> {
  const names = await readdir(join(folder, issuerKey)).catch(() => []);
  const days = names.flatMap((name) => STATEMENT.exec(name)?.[1] ?? []).sort();
  return days.at(-1) ?? null;
}

const STATEMENT = /^(?:seller|merchant|partner)-.+-(\d{4}-\d{2}-\d{2})\.json$/;

interface LaneSpan extends LaneDay {
  readonly firstId: bigint; // of the ids that the day's batches gave out
  readonly endId: bigint;
}

function pairHeads(before: readonly LaneHead[], last: readonly LaneHead[]): LaneSpan[] {
  return last.map((head, at) => {
    const start = present(before[at], 'both have every lane');
    return {
      lane: head.lane,
      afterId: start.batchId,
      untilId: head.batchId,
      firstId: (start.lastId + 1n) << 8n,
      endId: (head.lastId + 1n) << 8n,
    };
  });
}

async function compareWithTransfers(
  on: Queryable,
  accounts: readonly ReadSettledAccountsRow[],
  lanes: readonly LaneSpan[],
  reader: MovementReader,
): Promise<void> {
  const accountIds = accounts.map(({ accountId }) => BigInt(accountId));
  const sums = new Map<bigint, bigint>();
  for (const { lane, firstId, endId } of lanes) {
    for (let first = firstId; first < endId; first += IDS_PER_SUM << 8n) {
      const end = first + (IDS_PER_SUM << 8n);
      const part = { lane, firstId: first, endId: end < endId ? end : endId, accountIds };
      for (const { accountId, minor } of await sumSettledMovements(on, part)) {
        sums.set(accountId, (sums.get(accountId) ?? 0n) + minor);
      }
    }
  }
  for (const accountId of accountIds) {
    const inTable = sums.get(accountId) ?? 0n;
    if (inTable === reader.moved(accountId)) continue;
    throw new SettlementDisagrees(
      `account ${accountId}: transfers sum to ${inTable}, journals to ${reader.moved(accountId)}`,
    );
  }
}

interface Folders {
  readonly folder: string; // where statements lie
  readonly drafts: string; // where they are written, on the same disk
}

interface Known {
  readonly catalogue: Catalogue;
  readonly clients: ReadonlyMap<number, string>; // keys
  readonly issuer: string; // key
}

/** The files of a day while they are written: lines go out page by page, so a large day needs no memory. */
class Statements {
  readonly #folders: Folders;
  readonly #day: DayOfStatement;
  readonly #catalogue: Catalogue;
  readonly #clients: ReadonlyMap<number, string>; // keys
  readonly #issuer: string;
  readonly #accounts: ReadonlyMap<string, ReadSettledAccountsRow>;
  readonly #open = new Map<string, OpenStatement>();
  readonly #betweenLanes = new Map<string, bigint>(); // by account

  constructor(
    folders: Folders,
    day: DayOfStatement,
    accounts: readonly ReadSettledAccountsRow[],
    known: Known,
  ) {
    this.#folders = folders;
    this.#day = day;
    this.#catalogue = known.catalogue;
    this.#clients = known.clients;
    this.#issuer = known.issuer;
    this.#accounts = new Map(accounts.map((account) => [String(account.accountId), account]));
  }

  async add(on: Queryable, movements: readonly Movement[]): Promise<void> {
    for (let from = 0; from < movements.length; from += CARDS_AT_ONCE) {
      const share = movements.slice(from, from + CARDS_AT_ONCE);
      const numbers = await readNumbers(on, share);
      for (const movement of share) {
        const account = present(
          this.#accounts.get(movement.accountId),
          'only settled accounts were read',
        );
        const { request } = movement;
        if (request['kind'] === 'rebalance') {
          this.#shift(movement);
          continue;
        }
        const statement = this.#statementOf(account);
        const known = {
          unit: account.unit,
          client: this.#clients.get(Number(request['clientId'])) ?? '',
          product: this.#catalogue.products.get(Number(request['productId']))?.key ?? '',
          number: numbers.get(request['instrumentId'] ?? '') ?? null,
        };
        statement.lines.push(statementLine(statement.party, movement, known));
        addToSummary(statement.party, statement.summaryOf(account), movement);
      }
    }
    for (const statement of this.#open.values()) await statement.flush();
  }

  /** Paid-in funds that went from one lane to another are still the partner's (R22): no line, only a part of the sum. */
  #shift({ accountId, minor }: Movement): void {
    this.#betweenLanes.set(accountId, (this.#betweenLanes.get(accountId) ?? 0n) + minor);
  }

  /** What the files say is what was read, account by account. */
  compare(reader: MovementReader): void {
    for (const account of this.#accounts.values()) {
      const statement = this.#open.get(partyKey(account));
      const net = statement?.summaryOf(account).netMinor ?? 0n;
      const shifted = this.#betweenLanes.get(String(account.accountId)) ?? 0n;
      const moved = reader.moved(BigInt(account.accountId)) - shifted;
      if (net === (account.kind === 'seller_receivable' ? -moved : moved)) continue;
      throw new SettlementDisagrees(
        `account ${account.accountId}: lines sum to ${net}, the ledger moved ${moved}`,
      );
    }
  }

  async finish(): Promise<SettledFile[]> {
    const files: SettledFile[] = [];
    for (const [, statement] of [...this.#open].toSorted(([one], [other]) =>
      one < other ? -1 : 1,
    )) {
      files.push(await statement.finish(this.#day));
    }
    return files;
  }

  #statementOf(account: ReadSettledAccountsRow): OpenStatement {
    const known = this.#open.get(partyKey(account));
    if (known !== undefined) return known;
    const party = this.#partyOf(account);
    const name = `${party.kind}-${party.key}-${this.#day.day}`;
    const made = new OpenStatement(party, this.#folders, name);
    this.#open.set(partyKey(account), made);
    return made;
  }

  /** Of the three kinds of accounts that are settled. */
  #partyOf(account: ReadSettledAccountsRow): SettledParty {
    const { partyId } = account;
    const named = (kind: SettledParty['kind'], key: string | undefined): SettledParty => ({
      kind,
      issuer: this.#issuer,
      key: present(key, 'a party with an account is never removed'),
    });
    if (account.kind === 'seller_receivable') {
      return named('seller', this.#catalogue.sellers.get(partyId)?.key);
    }
    if (account.kind === 'merchant_payable') {
      return named('merchant', this.#catalogue.merchants.get(partyId)?.key);
    }
    return named('partner', this.#clients.get(partyId));
  }
}

class OpenStatement {
  readonly party: SettledParty;
  readonly csv: string;
  readonly json: string;
  readonly lines: string[] = [CSV_HEADER];
  readonly #csvDraft: string;
  readonly #jsonDraft: string;
  readonly #summaries = new Map<string, UnitSummary>();

  constructor(party: SettledParty, { folder, drafts }: Folders, name: string) {
    this.party = party;
    this.csv = join(folder, `${name}.csv`);
    this.json = join(folder, `${name}.json`);
    this.#csvDraft = join(drafts, `${name}.csv`);
    this.#jsonDraft = join(drafts, `${name}.json`);
  }

  summaryOf(account: ReadSettledAccountsRow): UnitSummary {
    const accountId = String(account.accountId);
    const known = this.#summaries.get(accountId);
    if (known !== undefined) return known;
    const made = { unit: account.unit, accountId, lines: 0, netMinor: 0n, byType: new Map() };
    this.#summaries.set(accountId, made);
    return made;
  }

  async flush(): Promise<void> {
    if (this.lines.length === 0) return;
    await appendFile(this.#csvDraft, this.lines.join(''), { mode: 0o600 });
    this.lines.length = 0;
  }

  async finish(day: DayOfStatement): Promise<SettledFile> {
    const summaries = [...this.#summaries.values()].filter((summary) => summary.lines > 0);
    await writeFile(this.#jsonDraft, summaryJson(this.party, day, summaries), { mode: 0o600 });
    await place(this.#csvDraft, this.csv);
    await place(this.#jsonDraft, this.json);
    const lines = summaries.reduce((sum, summary) => sum + summary.lines, 0);
    return { party: this.party, csv: this.csv, json: this.json, lines };
  }
}

/** A draft takes its place, unless another one of the same name is there already. */
async function place(draft: string, path: string): Promise<void> {
  if (existsSync(path) && (await hashOf(path)) !== (await hashOf(draft))) {
    throw new SettlementDiffers(
      `${path} is there with other content: run kinken verify, then move it away`,
    );
  }
  const file = await open(draft, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer);
  return hash.digest('hex');
}

async function readNumbers(
  on: Queryable,
  movements: readonly Movement[],
): Promise<ReadonlyMap<string, string | null>> {
  const ids = [...new Set(movements.flatMap(({ request }) => request['instrumentId'] ?? []))].map(
    BigInt,
  );
  if (ids.length === 0) return new Map();
  const cards = await readSettledCards(on, { lanes: ids.map(laneOfId), instrumentIds: ids });
  return new Map(cards.map((card) => [String(card.instrumentId), card.number]));
}

function partyKey(account: ReadSettledAccountsRow): string {
  return `${account.kind}:${account.partyId}`;
}
