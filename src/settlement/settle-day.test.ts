import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { forBothDatabases } from '../../test/support/database.ts';
import { DAY_MS, type House, openHouse, SELLER } from '../../test/support/house.ts';
import type { Database, Queryable } from '../kernel/database/index.ts';
import { csvLine } from './csv.ts';
import { SettlementDisagrees } from './read-movements.ts';
import {
  findLastSettledDay,
  type SettledFile,
  settleDay,
  SettlementDiffers,
} from './settle-day.ts';

/** The house's clock starts at noon of 2 March in Japan. */
const DAY = '2026-03-02';
const ZONE = 'Asia/Tokyo';

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kinken-settlement-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A day of sales and redemptions, and a little of the day after. */
async function tradeTwoDays(house: House): Promise<void> {
  const code = await house.issued(5_000n);
  const card = await house.activated('fixed', 3_000n);
  const wallet = await house.activated('prepaid', 2_000n);
  await house.done(
    {
      kind: 'load',
      card: wallet,
      amountMinor: 1_000n,
      unit: 'JPY',
      lotClass: 'paid',
      funding: SELLER,
    },
    { requestId: '=1+1,"x"' },
  );
  await house.done(
    { kind: 'reverse', originalRequestId: '=1+1,"x"', card: wallet, holdId: null },
    { requestId: 'undo' },
  );
  const gone = await house.activated('variable', 4_000n);
  await house.done({ kind: 'deactivate', card: gone });
  await house.redeem(code, 1_200n, { requestId: 'sale-1' });
  await house.redeem(card, 800n, { requestId: 'sale-2' });
  await house.done({ kind: 'reverse', originalRequestId: 'sale-2', card, holdId: null });
  await house.done({
    kind: 'return',
    card: code,
    amountMinor: 200n,
    unit: 'JPY',
    merchantId: 1,
    originalRequestId: 'sale-1',
  });
  const hold = await house.done({
    kind: 'hold',
    card: wallet,
    amountMinor: 1_500n,
    unit: 'JPY',
    merchantId: 2,
    durationMs: 60_000,
  });
  await house.done({
    kind: 'capture',
    holdId: hold.holdId as bigint,
    amountMinor: 900n,
    unit: 'JPY',
    isFinal: true,
  });
  await house.done({ kind: 'move', card: code, to: wallet, amountMinor: 500n, unit: null });
  await sellFromFunds(house);
  house.clock.advance(DAY_MS);
  await house.redeem(code, 100n);
  house.clock.advance(DAY_MS);
}

/** Paid in at one lane and sold in others, so that the funds are moved between lanes on the way (R22). */
async function sellFromFunds(house: House): Promise<void> {
  const fund = { kind: 'fund', fundsOfClientId: 2, amountMinor: 20_000n, unit: 'JPY' } as const;
  await house.done({ ...fund, direction: 'in' });
  await house.done({ ...fund, direction: 'out', amountMinor: 2_000n });
  const funding = { from: 'funds', clientId: 2 } as const;
  for (const requestId of ['gift-1', 'gift-2', 'gift-3']) {
    await house.done(
      { kind: 'issue', productId: 1, amountMinor: 5_000n, unit: 'JPY', funding },
      { requestId },
    );
  }
  await house.reverse('gift-3', null);
}

const order = (folder: string, day = DAY) => ({ issuerId: 1, day, zone: ZONE, folder });

async function settle(
  database: Database,
  house: House,
  folder: string,
  day = DAY,
): Promise<SettledFile[]> {
  return settleDay(database, house.catalogue.current(), house.clock, order(folder, day));
}

forBothDatabases(
  'a day is settled for sellers and merchants, to the last yen of the ledger',
  async (database) => {
    const house = await openHouse(database);
    await tradeTwoDays(house);
    await inFolder(async (folder) => {
      const files = await settle(database, house, folder);
      assert.deepEqual(
        files.map((file) => [file.party.kind, file.party.key, file.lines]),
        [
          ['merchant', 'books', 4],
          ['merchant', 'tea', 1],
          ['partner', 'web', 6],
          ['seller', 'shop', 7],
        ],
      );
      const [books, tea, web, shop] = await Promise.all(
        files.map(async (file) => JSON.parse(await readFile(file.json, 'utf8'))),
      );
      assert.deepEqual(shop, {
        format: 'kinken-settlement-1',
        issuer: 'hoshi',
        seller: 'shop',
        day: DAY,
        zone: ZONE,
        from: '2026-03-01T15:00:00.000Z',
        until: '2026-03-02T15:00:00.000Z',
        units: [
          {
            unit: 'JPY',
            lines: 7,
            activated: { count: 3, amountMinor: 9_000 },
            deactivated: { count: 1, amountMinor: -4_000 },
            issued: { count: 1, amountMinor: 5_000 },
            loaded: { count: 1, amountMinor: 1_000 },
            reversed: { count: 1, amountMinor: -1_000 },
            soldMinor: 10_000,
            receivableMinor: 10_000,
          },
        ],
      });
      assert.deepEqual(books.units, [
        {
          unit: 'JPY',
          lines: 4,
          redeemed: { count: 2, amountMinor: 2_000 },
          returned: { count: 1, amountMinor: -200 },
          reversed: { count: 1, amountMinor: -800 },
          payableMinor: 1_000,
        },
      ]);
      assert.deepEqual(tea.units, [
        { unit: 'JPY', lines: 1, captured: { count: 1, amountMinor: 900 }, payableMinor: 900 },
      ]);

      assert.deepEqual(web.units, [
        {
          unit: 'JPY',
          lines: 6,
          funded: { count: 2, amountMinor: 18_000 },
          issued: { count: 3, amountMinor: -15_000 },
          reversed: { count: 1, amountMinor: 5_000 },
          soldMinor: 10_000,
          fundsMinor: 8_000,
        },
      ]);
      const [standing] = await database.query(
        `select sum(account.posted_minor)::bigint as minor
        from ledger.account join ledger.house_account using (account_id)
        where house_account.kind = 'partner_funds'`,
      );
      assert.equal(standing?.['minor'], 8_000n);

      const next = await settle(database, house, folder, '2026-03-03');
      assert.deepEqual(
        next.map((file) => [file.party.key, file.lines]),
        [['books', 1]],
      );
    });
    await house.close();
  },
);

forBothDatabases(
  'lines are safe for spreadsheets and hold no code and no whole number',
  async (database) => {
    const house = await openHouse(database);
    await tradeTwoDays(house);
    await inFolder(async (folder) => {
      const files = await settle(database, house, folder);
      const texts = await Promise.all(files.map((file) => readFile(file.csv, 'utf8')));
      const shop = texts.at(-1) ?? '';
      assert.match(shop, /^time,type,amountMinor,unit,requestId,.*\r\n/);
      assert.match(
        shop,
        /,loaded,1000,JPY,"'=1\+1,""x""",till,ins_\d+,\*{12}\d{4},prepaid,,\d+\r\n/,
      );
      assert.match(shop, /,reversed,-1000,JPY,undo,till,ins_\d+,\*{12}\d{4},prepaid,load,\d+\r\n/);
      const cards = await database.query(
        `select number from instruments.instrument where number is not null`,
      );
      for (const { number } of cards) assert.equal(texts.join('').includes(String(number)), false);
      assert.deepEqual(await readdir(folder), ['hoshi']);
      assert.equal(
        (await readdir(join(folder, 'hoshi'))).every((name) =>
          /^(seller|merchant|partner)-[a-z]+-2026-03-02\.(csv|json)$/.test(name),
        ),
        true,
      );
    });
    await house.close();
  },
);

forBothDatabases(
  'the same day makes the same bytes, and another content is not written over',
  async (database) => {
    const house = await openHouse(database);
    await tradeTwoDays(house);
    await inFolder(async (folder) => {
      const files = await settle(database, house, folder);
      const before = await Promise.all(files.map((file) => readFile(file.csv, 'utf8')));
      await settle(database, house, folder);
      assert.deepEqual(await Promise.all(files.map((file) => readFile(file.csv, 'utf8'))), before);
      await writeFile(files[0]?.csv ?? '', 'other');
      await assert.rejects(settle(database, house, folder), SettlementDiffers);
      assert.equal(await readFile(files[0]?.csv ?? '', 'utf8'), 'other');
    });
    await house.close();
  },
);

forBothDatabases(
  'a day is read by pages, and operations go on between two of them',
  async (database) => {
    const house = await openHouse(database, { lanesOfANewDatabase: 1 });
    await tradeTwoDays(house);
    const card = await house.activated('prepaid', 5_000n);
    const pages: number[] = [];
    let redeemed = 0;
    // Has no transaction to give, and lets a till in behind each statement.
    const between: Queryable = {
      async rows(statement, values) {
        const rows = await database.rows(statement, values);
        if (statement.title.includes('readSettledBatches')) pages.push(rows.length);
        assert.equal((await house.redeem(card, 1n)).outcome, 'accepted');
        redeemed += 1;
        return rows;
      },
      change: () => assert.fail('a report changes nothing'),
      query: () => assert.fail('a report has its statements'),
      script: () => assert.fail('a report has its statements'),
    };
    await inFolder(async (folder) => {
      const whole = await settle(database, house, join(folder, 'whole'));
      const catalogue = house.catalogue.current();
      const small = { ...order(join(folder, 'pages')), pageSize: 2 };
      const paged = await settleDay(between, catalogue, house.clock, small);
      assert.ok(pages.length > 3 && Math.max(...pages) === 2, `pages of ${pages.join(', ')}`);
      assert.ok(redeemed > pages.length);
      assert.equal(paged.length, whole.length);
      for (const [at, { csv, json }] of paged.entries()) {
        assert.deepEqual(await readFile(csv), await readFile(whole[at]?.csv ?? ''));
        assert.deepEqual(await readFile(json), await readFile(whole[at]?.json ?? ''));
      }
    });
    await house.close();
  },
);

forBothDatabases('a day that two processes settle at once is settled', async (database) => {
  const house = await openHouse(database);
  await tradeTwoDays(house);
  await inFolder(async (folder) => {
    assert.equal(await findLastSettledDay(folder, 'hoshi'), null);
    const [files, others] = await Promise.all([
      settle(database, house, folder),
      settle(database, house, folder),
    ]);
    assert.deepEqual(others, files);
    assert.equal((await readdir(join(folder, 'hoshi'))).length, files.length * 2);
    await settle(database, house, folder, '2026-03-03');
    assert.equal(await findLastSettledDay(folder, 'hoshi'), '2026-03-03');
  });
  await house.close();
});

forBothDatabases('where the books do not agree nothing is written', async (database) => {
  const house = await openHouse(database);
  await tradeTwoDays(house);
  await inFolder(async (folder) => {
    await database.script('create table kept as select * from ledger.transfer');
    await database.script(
      'update ledger.transfer set amount_minor = amount_minor + 1 where credit_account_id in (select account_id from ledger.house_account)',
    );
    await assert.rejects(settle(database, house, folder), SettlementDisagrees);
    assert.deepEqual(await readdir(join(folder, 'hoshi')), []);
    await database.script(
      `delete from ledger.transfer; insert into ledger.transfer select * from kept; drop table kept`,
    );
    await assert.rejects(settle(database, house, folder, '2026-03-04'), /when it is over/);
  });
  await house.close();
});

forBothDatabases(
  'a card that was imported under a code of another lane is settled too',
  async (database) => {
    const house = await openHouse(database);
    const product = house.catalogue.current().products.get(3);
    assert.ok(product);
    const one = house.mint.mintAnywhere(product);
    let other = house.mint.mintAnywhere(product);
    while (other.lane === one.lane) other = house.mint.mintAnywhere(product);
    const opening = { balanceMinor: 2_000n, expiresAt: null, lotClass: 'paid' } as const;
    await house.done({
      kind: 'stock',
      productId: 3,
      lane: one.lane,
      cards: [{ number: one.number, code: other.hidden, faceMinor: null, opening }],
    });
    await house.redeem({ by: 'code', code: other.code ?? '' }, 700n, { requestId: 'by-code' });
    house.clock.advance(DAY_MS);
    await inFolder(async (folder) => {
      const files = await settle(database, house, folder);
      assert.deepEqual(
        files.map((file) => [file.party.key, file.lines]),
        [['books', 1]],
      );
      assert.match(await readFile(files[0]?.csv ?? '', 'utf8'), /,redeemed,700,JPY,by-code,/);
    });
    await house.close();
  },
);

void test('a field of CSV is quoted where it must be, and never a formula', () => {
  assert.equal(
    csvLine(['a', 'b c', 1, -5n, null, 'x"y', 'l\r\nm']),
    'a,b c,1,-5,,"x""y","l\r\nm"\r\n',
  );
  for (const evil of ['=cmd', '+1', '-1+2', '@sum', '\tx', '|calc'])
    assert.match(csvLine([evil]), /^"?'/);
});
