/** The tables of a simulation: emptied for each seed, and looked at after every transaction. */
import assert from 'node:assert/strict';
import type { Random } from '../../src/kernel/crypto.ts';
import type { Database } from '../../src/kernel/database/index.ts';
import { openPglite, openPostgres } from '../support/database.ts';
import { hasPostgresBinaries } from '../support/postgres-server.ts';
import { openSellingHouse } from '../support/selling-house.ts';

/** Few, so that lanes meet, and so that a seed is proved in a moment. */
export const LANES = 4;

/** A real database with a catalogue: PostgreSQL where it can be, for a seed takes a third less time there. */
export async function openBooks(): Promise<Database> {
  const database = hasPostgresBinaries() ? await openPostgres() : await openPglite();
  const house = await openSellingHouse(database);
  await house.close();
  return database;
}

/** Everything but the catalogue, numbered from one again, so that a seed is the same wherever it runs. */
export async function resetBooks(real: Database): Promise<void> {
  await real.script(`
    truncate
      ledger.lane, ledger.house_account, ledger.account, ledger.transfer, ledger.batch, ledger.root,
      instruments.instrument, instruments.card_name, instruments.lot, instruments.hold,
      instruments.freeze, instruments.counter, instruments.request, instruments.exclusive_id,
      instruments.item, suspensions.suspension, suspensions.phase, suspensions.telling
    restart identity;
    insert into ledger.lane (lane) select generate_series(0, ${LANES - 1});
    update programmes.product set redeem_day_max_minor = 20000 where product_id = 5;
    update programmes.programme set grace_days = 14;
    update programmes.version set version = version + 1;
    update suspensions.epoch set epoch = epoch + 1;
  `);
}

/** Limits and grace of a product move while operations are under way. */
export async function changeCatalogue(real: Database, random: Random): Promise<void> {
  const most = [null, 5_000, 20_000, 45_000][random.below(4)];
  await real.script(`
    update programmes.product
    set redeem_day_max_minor = ${most ?? 'null'}
    where product_id = 5;
    update programmes.programme set grace_days = ${random.below(30)};
    update programmes.version set version = version + 1;
  `);
}

/**
 * What a contract has spent in a period is what its sales have loaded and nobody has taken back, and never more
 * than its limit (R21).
 */
export async function judgeSpends(real: Database, limitMinor = 10_000n): Promise<number> {
  const rows = await real.query(`
    select counter.used_minor, coalesce(sold.loaded_minor, 0) as loaded_minor
    from (select * from instruments.counter where measure = 'spend') as counter
    full join (
      select
        (request.facts ->> 'contract')::bigint as subject,
        (request.facts ->> 'spentFrom')::date as starts_on,
        sum(lot.loaded_minor)::bigint as loaded_minor
      from instruments.request
      join instruments.lot on lot.lot_id = (request.facts ->> 'lotId')::bigint
      where request.facts ? 'spentFrom' and request.outcome = 'accepted'
      group by 1, 2
    ) as sold using (subject, starts_on)`);
  for (const row of rows) {
    assert.equal(
      row['used_minor'],
      row['loaded_minor'],
      'a contract has spent what was sold to it',
    );
    assert.ok(
      (row['used_minor'] as bigint) <= limitMinor,
      'no contract spends more than its limit',
    );
  }
  return rows.length;
}

export interface Books {
  readonly cards: ReadonlyMap<bigint, bigint>; // what each card has
  readonly merchants: ReadonlyMap<number, bigint>; // what each merchant is owed
  readonly funds: bigint; // what client 1 has paid in and not used
  readonly numbers: ReadonlyMap<string, bigint>; // printed numbers
  readonly items: bigint[];
}

/** Reads the balances, and holds them against what is always true: zero sums, no account under its floor. */
export async function readBooks(real: Database): Promise<Books> {
  const [accounts, items] = await Promise.all([
    real.query(`
      select account.lane, account.account_id, account.unit, account.posted_minor, account.held_minor,
        account.floor_minor, house_account.kind, house_account.party_id, instrument.number,
        instrument.instrument_id
      from ledger.account
      left join ledger.house_account on house_account.account_id = account.account_id
      left join instruments.instrument on instrument.lane = account.lane
        and instrument.instrument_id = account.account_id`),
    real.query('select item_id from instruments.item order by item_id'),
  ]);
  const sums = new Map<string, bigint>();
  const between = new Map<string, bigint>();
  const cards = new Map<bigint, bigint>();
  const merchants = new Map<number, bigint>();
  const numbers = new Map<string, bigint>();
  let funds = 0n;
  const add = <Key>(to: Map<Key, bigint>, key: Key, minor: bigint): void => {
    to.set(key, (to.get(key) ?? 0n) + minor);
  };
  for (const row of accounts) {
    const posted = row['posted_minor'] as bigint;
    const held = row['held_minor'] as bigint;
    const floor = row['floor_minor'] as bigint | null;
    assert.ok(
      held >= 0n && (floor === null || posted - held >= floor),
      'no account under its floor',
    );
    add(sums, `${String(row['lane'])} ${String(row['unit'])}`, posted);
    if (row['kind'] === 'interlane') add(between, String(row['unit']), posted);
    if (row['kind'] === 'merchant_payable') add(merchants, row['party_id'] as number, posted);
    if (row['kind'] === 'partner_funds' && row['party_id'] === 1) funds += posted;
    if (row['instrument_id'] === null) continue;
    cards.set(row['instrument_id'] as bigint, posted);
    if (row['number'] !== null)
      numbers.set(row['number'] as string, row['instrument_id'] as bigint);
  }
  for (const [lane, sum] of sums) assert.equal(sum, 0n, `lane and unit ${lane} sum to zero`);
  for (const [unit, sum] of between) assert.equal(sum, 0n, `between lanes ${unit} sums to zero`);
  return { cards, merchants, funds, numbers, items: items.map((row) => row['item_id'] as bigint) };
}
