/** R27: the turn of a lane is a statement of its own, every read follows it, and nobody holds it for ever. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEngine } from '../../src/instruments/open-engine.ts';
import type { Connection, Database, Transaction } from '../../src/kernel/database/index.ts';
import { seededRandom } from '../../src/kernel/seeded-random.ts';
import { holdCatalogue } from '../../src/programmes/index.ts';
import { openPglite, openPostgres } from '../support/database.ts';
import { CLIENT, openHouse, type House } from '../support/house.ts';
import { hasPostgresBinaries } from '../support/postgres-server.ts';

const skip = !hasPostgresBinaries();

/** Another process on the same database: it knows of the first only what the tables say. */
async function openOther({ database, keys, clock }: House) {
  const catalogue = await holdCatalogue(database);
  return openEngine({ database, keys, clock, catalogue, random: seededRandom(2) });
}

void test(
  'R27 what two processes read behind a turn is never stale (PostgreSQL)',
  { skip },
  async () => {
    const database = await openPostgres();
    const house = await openHouse(database);
    const other = await openOther(house);
    const card = await house.activated('wide', 300n);
    const redeem = { kind: 'redeem', card, amountMinor: 1n, unit: 'JPY', merchantId: 1 } as const;
    const outcomes = await Promise.all(
      Array.from({ length: 400 }, (_, number) =>
        (number % 2 === 0 ? house.engine : other).submit({
          ...CLIENT,
          ...redeem,
          isPartialAllowed: false,
          requestId: `race-${number}`,
          arrivedAt: house.clock.now(),
        }),
      ),
    );
    const accepted = outcomes.filter(({ outcome }) => outcome === 'accepted');
    assert.equal(accepted.length, 300, 'as many as there was value for, and not one more');
    assert.equal(await house.spendable(card), 0n);
    await other.close();
    await house.close();
    await database.close();
  },
);

void test(
  'R27 a process that stops in its turn loses it, and the others go on (PostgreSQL)',
  { skip },
  async () => {
    const database = await openPostgres({ lockTimeoutMs: 4_000, idleInTransactionTimeoutMs: 600 });
    const house = await openHouse(database);
    const card = await house.activated('wide', 300n);
    const stopped = database.connect();
    const transaction = stopped.begin();
    await transaction.query('select lane from ledger.lane order by lane for update');
    const outcome = await house.redeem(card, 100n); // waits for the turn until the other has lost it
    assert.equal(outcome.outcome, 'accepted');
    await assert.rejects(transaction.query('select 1'), 'its transaction is over');
    await transaction.rollback();
    await stopped.close();
    await house.close();
    await database.close();
  },
);

void test('R27 a batch takes its turns before it reads, in a statement of its own', async () => {
  const database = await openPglite();
  const titles: string[] = [];
  const house = await openHouse(listeningTo(database, titles));
  const card = await house.activated('wide', 300n);
  titles.length = 0;
  await house.redeem(card, 100n);
  const turns = titles.findIndex((title) => title.endsWith(' takeTurns'));
  const reads = titles.findIndex((title) => / read(?!.*Plans)/.test(title));
  assert.ok(turns >= 0 && reads > turns, titles.join('\n'));
  const gates = titles.filter((title) => title.endsWith(' readGateState'));
  assert.equal(gates.length, 1, 'what the switch costs a batch: one statement, with the version');
  await house.close();
  await database.close();
});

/** The same database; the statements of its transactions are written down in their order. */
function listeningTo(database: Database, titles: string[]): Database {
  const listen = (transaction: Transaction): Transaction =>
    instead(transaction, {
      rows(statement, values) {
        titles.push(statement.title);
        return transaction.rows(statement, values);
      },
    });
  return instead(database, {
    connect(): Connection {
      const connection = database.connect();
      return instead(connection, { begin: (mode) => listen(connection.begin(mode)) });
    },
  });
}

/** Some methods are ours; all others are those of the real thing. */
function instead<Value extends object>(real: Value, ours: Partial<Value>): Value {
  return new Proxy(real, {
    get(_, name): unknown {
      const own: unknown = Reflect.get(ours, name);
      const found: unknown = own ?? Reflect.get(real, name, real);
      return typeof found === 'function' && own === undefined ? found.bind(real) : found;
    },
  });
}
