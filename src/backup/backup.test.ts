import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { forBothDatabases, openPglite, openPostgres } from '../../test/support/database.ts';
import { CLIENT, type House, openHouse, SELLER } from '../../test/support/house.ts';
import { recordAct } from '../clients/index.ts';
import { wallClock } from '../kernel/clock.ts';
import { openKeyRing } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import { refused } from '../kernel/result.ts';
import type { Act, CardReference } from '../instruments/operation.ts';
import { verifyBooks } from '../instruments/verify.ts';
import { BackupRefused, keepCopies, restoreBackup, writeBackup } from './index.ts';

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kinken-backup-'));
  await chmod(folder, 0o700);
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Story {
  readonly code: CardReference & { readonly by: 'code' };
  readonly card: CardReference;
}

/** A little of everything, with texts that are hard to carry. */
async function live(house: House): Promise<Story> {
  const code = await house.issued(5_000n);
  const card = await house.activated('prepaid', 3_000n);
  await house.redeem(code, 1_200n, { requestId: 'sale\\"\u2028,(1)' });
  await house.done({
    kind: 'hold',
    card,
    amountMinor: 500n,
    unit: 'JPY',
    merchantId: 2,
    durationMs: 60_000,
  });
  await house.done({
    kind: 'freeze',
    card,
    owner: 'support',
    reason: 'lost\n"at\tthe" \\ (shop), 円',
  });
  return { code, card };
}

/** Is refused, and remembered, each time. */
const FROZEN = ({ card }: Story): Act => ({
  kind: 'redeem',
  card,
  amountMinor: 1n,
  unit: 'JPY',
  merchantId: 1,
  isPartialAllowed: false,
});

/** Does one thing again and again while another is done once. */
async function during(again: () => Promise<unknown>, once: () => Promise<unknown>): Promise<void> {
  let isDone = false;
  const repeating = (async () => {
    while (!isDone) await again();
  })();
  try {
    await once();
  } finally {
    isDone = true;
    await repeating;
  }
}

/** On the restored database: whole books, the same answers, and new work goes on behind the old. */
async function goesOn(database: Database, story: Story): Promise<void> {
  const report = await verifyBooks(database);
  assert.deepEqual(report.findings, []);
  const house = await openHouse(database, { seed: 99 });
  assert.equal(await house.spendable(story.code), 3_800n);
  const again = await house.redeem(story.code, 1_200n, { requestId: 'sale\\"\u2028,(1)' });
  assert.equal(again.outcome === 'accepted' && again.isRepeated, true, 'requests are still known');
  assert.equal(await house.refusal(FROZEN(story), { requestId: 'after' }), 'instrument_frozen');
  house.clock.advance(1_000);
  await house.redeem(story.code, 800n, { requestId: 'after the restore' });
  await database.query(
    `insert into programmes.issuer (key, name_ja, name_en) values ('new', 'n', 'n')`,
  );
  assert.equal(await house.spendable(story.code), 3_000n);
  await house.close();
}

forBothDatabases(
  'a backup is restored into either database: whole, known, and in use again',
  async (database) => {
    const house = await openHouse(database);
    const story = await live(house);
    await inFolder(async (folder) => {
      const path = join(folder, 'books.kinken');
      const written = await writeBackup(database, path, wallClock);
      assert.equal((await stat(path)).mode & 0o777, 0o600);
      await house.redeem(story.code, 100n, { requestId: 'after the backup' });
      for (const open of [openPglite, openPostgres]) {
        const restored = await open();
        try {
          assert.equal((await restoreBackup(restored, path)).rows, written.rows);
          await goesOn(restored, story);
        } finally {
          await restored.close();
        }
      }
    });
    await house.close();
  },
);

forBothDatabases(
  'a backup is written while operations go on, and is one moment of them',
  async (database) => {
    const house = await openHouse(database);
    const { code } = await live(house);
    await inFolder(async (folder) => {
      const path = join(folder, 'books.kinken');
      await during(
        () => house.redeem(code, 1n),
        () => writeBackup(database, path, wallClock),
      );
      const restored = await openPglite();
      await restoreBackup(restored, path);
      assert.deepEqual((await verifyBooks(restored)).findings, []);
      await restored.close();
    });
    await house.close();
  },
);

forBothDatabases(
  'a file that is cut short, changed or no backup is refused before a row is written',
  async (database, context) => {
    const house = await openHouse(database);
    await live(house);
    await inFolder(async (folder) => {
      const path = join(folder, 'books.kinken');
      await writeBackup(database, path, wallClock);
      const whole = await readFile(path);
      const restored = await openPglite();
      context.after(() => restored.close());
      const spoiled = join(folder, 'spoiled');
      // zstd may end with an empty frame of nine bytes, and without it nothing is lost
      const shortened = [100, 200, 5_000].map((by) => whole.subarray(0, whole.length - by));
      const changed = Buffer.from(whole);
      const middle = Math.floor(changed.length / 2);
      changed.fill(0, middle, middle + 64); // a single bit may leave the same lines
      for (const bytes of [...shortened, changed, Buffer.from('nothing'), Buffer.alloc(0)]) {
        await writeFile(spoiled, bytes);
        await assert.rejects(restoreBackup(restored, spoiled), BackupRefused);
      }
      await assert.rejects(restoreBackup(restored, join(folder, 'not there')), BackupRefused);
      assert.deepEqual(await restored.query('select * from programmes.issuer'), []);
      await assert.rejects(restoreBackup(database, path), /in use/);
      await restored.query(
        `delete from kernel.migration where number = (select max(number) from kernel.migration)`,
      );
      await assert.rejects(restoreBackup(restored, path), /with the version that made it/);
    });
    await house.close();
  },
);

void test('the data folder of a running server is copied and opens as it was', async () => {
  await inFolder(async (folder) => {
    const database = await openPglite({ folder: join(folder, 'data') });
    const house = await openHouse(database);
    const story = await live(house);
    const record = recordAct({ clock: house.clock, actor: 'client:desk' });
    const keeper = keepCopies({ database, dataFolder: join(folder, 'data'), clock: house.clock });
    let copy = '';
    await during(
      () => house.refusal(FROZEN(story)),
      async () => {
        const [made, second] = await Promise.all([keeper.copy(record), keeper.copy(record)]);
        assert.deepEqual(second, refused('copy_under_way'));
        assert.ok(made.ok);
        copy = join(folder, 'data', made.value.copy);
      },
    );
    await house.close();
    await database.close();
    assert.equal((await stat(copy)).mode & 0o777, 0o700);
    const copied = await openPglite({ folder: copy });
    const audit = await copied.query(`select actor, subject from clients.audit`);
    assert.equal(copy.endsWith(String(audit[0]?.['subject'])), true, 'the copy says who asked');
    await goesOn(copied, story);
    await copied.close();
  });
});

void test('without the master key the books are whole and numbers work, but codes are not found', async () => {
  const database = await openPglite();
  const house = await openHouse(database);
  const { code } = await live(house);
  const card = await house.activated('prepaid', 1_000n);
  await house.engine.close();
  const other = openKeyRing(new Uint8Array(32).fill(9));
  const lost = await openHouse(database, { keys: other, seed: 5 });
  assert.deepEqual((await verifyBooks(database)).findings, []);
  assert.equal(await lost.spendable(card), 1_000n);
  assert.equal((await lost.redeem(card, 400n, { requestId: 'by number' })).outcome, 'accepted');
  const balance = await lost.engine.inquireBalance(CLIENT, code);
  assert.equal(balance.ok ? '' : balance.refusal, 'instrument_not_found');
  const repeated = await lost.refusal(
    { kind: 'activate', card, amountMinor: 1_000n, unit: 'JPY', funding: SELLER },
    { requestId: 'by number' },
  );
  assert.equal(repeated, 'request_id_reused');
  const fresh = await lost.issued(1_000n);
  assert.equal(await lost.spendable(fresh), 1_000n, 'new codes are made and found');
  await lost.close();
  await database.close();
});

void test('copies are no more than the disk is thought to hold, and of the embedded database only', async () => {
  await inFolder(async (dataFolder) => {
    const database = await openPglite();
    const parts = { database, dataFolder, clock: wallClock };
    const record = () => assert.fail('a refused copy leaves no trace');
    for (let count = 0; count < 8; count += 1)
      await mkdir(join(dataFolder, 'backups', String(count)), { recursive: true });
    assert.deepEqual(await keepCopies(parts).copy(record), refused('copies_full'));
    const other = { ...parts, database: { ...database, kind: 'postgres' } as Database };
    assert.deepEqual(await keepCopies(other).copy(record), refused('database_not_embedded'));
    await database.close();
  });
});
