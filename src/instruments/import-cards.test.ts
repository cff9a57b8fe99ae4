import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { forBothDatabases } from '../../test/support/database.ts';
import { openSmallHouse, type SmallHouse } from '../../test/support/small-house.ts';
import { openKeyRing } from '../kernel/crypto.ts';
import { makeCatalogue, type Product } from '../programmes/index.ts';
import type { Engine } from './engine.ts';
import { ColumnsRefused, splitCsvLine } from './import-cards-file.ts';
import { importCards, importingHere } from './import-cards.ts';
import { readImportLine } from './import-cards-line.ts';
import type { CardReference } from './operation.ts';

const MASTER_KEY = new Uint8Array(32).fill(5); // of the small house
const HEAD = 'number,code,product,state,balance_minor,unit,expires,face_minor,class';

forBothDatabases(
  'a card base comes in with its codes, values and states as given',
  async (database) => {
    const house = await openSmallHouse(database);
    // As if it was cut off behind its voids and freezes, which had other ids in an older version.
    const upgraded: Pick<Engine, 'submit'> = {
      async submit(operation) {
        const { kind } = operation;
        const isSettling = kind === 'void' || kind === 'freeze';
        if (isSettling) {
          await house.engine.submit({ ...operation, requestId: `${operation.requestId}:before` });
        }
        return house.engine.submit(operation);
      },
    };
    const lines = [
      '9800000000000001,さくらもち1234,posa,active,1500,JPY,2099-03-31,1500,paid',
      '9800000000000002,AB-CD 12/x,posa,frozen,700,JPY,,1500,',
      '9800000000000003,,prepaid,blank,,JPY,,,',
      ',LEGACY-CODE-77,gift,used,0,JPY,,1000,',
      '9800000000000005,,prepaid,active,0,JPY,,,',
    ];
    const report = await importLines(house, lines, upgraded);
    assert.deepEqual(report, { importId: 1, cardCount: 5, refusedCount: 0, refused: [] });

    const first = await balanceOf(house, { by: 'code', code: 'ｻｸﾗﾓﾁ-1234' });
    assert.equal(first?.spendableMinor, 1_500n);
    assert.equal(first?.lots[0]?.expiresAt, Date.parse('2099-04-01T00:00:00+09:00'));
    assert.deepEqual(await balanceOf(house, { by: 'number', number: '9800000000000001' }), first);
    const frozen = await balanceOf(house, { by: 'code', code: 'abcd12/X' });
    assert.deepEqual([frozen?.isFrozen, frozen?.state], [true, 'active']);
    assert.equal(
      (await balanceOf(house, { by: 'number', number: '9800000000000003' }))?.state,
      'blank',
    );
    assert.equal((await balanceOf(house, { by: 'code', code: 'legacy code 77' }))?.state, 'voided');
    const [kept] = await database.query(
      'select count(code_sealed)::int as sealed from instruments.instrument',
    );
    assert.equal(kept?.['sealed'], 0);
    await house.close();
  },
);

forBothDatabases(
  'lines that are no cards are told by number and cause, and the others come in',
  async (database) => {
    const house = await openSmallHouse(database);
    const report = await importLines(house, [
      '9800000000000001,,prepaid,active,100,JPY,,,',
      '9800000000000001,,prepaid,active,100,JPY,,,',
      '98,,prepaid,active,100,JPY,,,',
      'too,few,columns',
      '9800000000000004,,none,active,100,JPY,,,',
      '9800000000000005,,prepaid,active,100,USD,,,',
      '"9800000000000006" ,,prepaid,active,100,JPY,,,',
      '9800000000000007,,prepaid,active,100,JPY,,,',
    ]);
    assert.deepEqual([report.cardCount, report.refusedCount], [2, 6]);
    assert.deepEqual(report.refused, [
      '3 taken',
      '4 number_not_valid',
      '5 line_not_readable',
      '6 product_not_found',
      '7 unit_differs',
      '8 line_not_readable',
    ]);
    await house.close();
  },
);

forBothDatabases(
  'an import that was stopped goes on with the same file and ends as if it had not, also under a new look-up key',
  async (database) => {
    const house = await openSmallHouse(database);
    const rotated = { ...house, keys: openKeyRing(MASTER_KEY, { lookUp: [1, 2], sealing: [1] }) };
    const lines = Array.from({ length: 900 }, (_none, at) => {
      const state = at % 50 === 0 ? 'frozen' : at % 50 === 1 ? 'voided' : 'active';
      const balance = state === 'voided' ? 0 : 100 + at;
      return `${9_800_000_000_000_000n + BigInt(at)},CODE-OF-CARD-${at},posa,${state},${balance},JPY,,1500,paid`;
    });
    lines[500] = lines[400] ?? '';
    let answers = 0;
    const dying: Pick<Engine, 'submit'> = {
      async submit(operation) {
        answers += 1;
        if (answers % 15 === 0) throw new Error('killed');
        const outcome = await house.engine.submit(operation);
        if (answers % 10 === 0) throw new Error('killed before it was written down');
        return outcome;
      },
    };
    let attempts = 0;
    let report;
    while (report === undefined && attempts < 50) {
      attempts += 1;
      const now = attempts < 2 ? house : rotated;
      report = await importLines(now, lines, dying, attempts > 2).catch((error: Error) => {
        assert.match(error.message, /killed/);
      });
    }
    assert.ok(attempts > 2, 'it was stopped more than once');
    assert.deepEqual(report, {
      importId: 1,
      cardCount: 899,
      refusedCount: 1,
      refused: ['502 taken'],
    });
    const [sums] = await database.query(
      `select count(*)::int as cards, sum(remaining_minor)::bigint as minor from instruments.lot where remaining_minor > 0`,
    );
    const wanted = lines.filter((line) => line.includes(',active,') || line.includes(',frozen,'));
    const total = new Set(wanted)
      .values()
      .reduce((sum, line) => sum + BigInt(line.split(',')[4] ?? '0'), 0n);
    assert.deepEqual(sums, { cards: new Set(wanted).size, minor: total });
    const [frozen] = await database.query('select count(*)::int as cards from instruments.freeze');
    assert.equal(frozen?.['cards'], 17); // of 18, one line was spoilt by another
    assert.deepEqual(await importLines(house, lines), report);
    const names = await database.query(
      `select left(name, 3) as key from instruments.card_name where name like 'c%' group by 1 order by 1`,
    );
    assert.deepEqual(
      names.map(({ key }) => key),
      ['c1:', 'c2:'],
    );
    const sameCodes = [1, 800].map((at) => `,CODE-OF-CARD-${at},posa,blank,,JPY,,1500,`);
    for (const [now, keys] of [
      [rotated, 'under the newer key'],
      [{ ...house, keys: openKeyRing(MASTER_KEY, { lookUp: [2, 1], sealing: [1] }) }, 'the older'],
    ] as const) {
      const again = await importLines(now, [
        ...sameCodes,
        `,A-NEW-CODE ${keys},posa,blank,,JPY,,1500,`,
      ]);
      assert.deepEqual([again.cardCount, again.refused], [1, ['2 taken', '3 taken']], keys);
    }
    await house.close();
  },
);

forBothDatabases('codes are kept sealed only when that was asked for', async (database) => {
  const house = await openSmallHouse(database);
  await importLines(
    house,
    ['9800000000000001,SECRET-CODE,posa,blank,,JPY,,1500,'],
    house.engine,
    true,
  );
  const [card] = await database.query('select code_sealed from instruments.instrument');
  assert.equal(house.keys.unseal(card?.['code_sealed'] as Uint8Array), 'SECRET-CODE');
  await house.close();
});

forBothDatabases(
  'a file with unknown or missing columns is refused as a whole',
  async (database) => {
    const house = await openSmallHouse(database);
    const wrong = ['number,product,state,unit,pin', 'number,product,state'];
    for (const head of wrong) {
      await assert.rejects(importLines(house, [], house.engine, false, head), ColumnsRefused);
    }
    await house.close();
  },
);

test('a line of a CSV is read with or without quotes, and one with a stray quote is not', () => {
  assert.deepEqual(splitCsvLine('a,b,,c'), ['a', 'b', '', 'c']);
  assert.deepEqual(splitCsvLine('"a","b ""x"", y",,'), ['a', 'b "x", y', '', '']);
  assert.deepEqual(splitCsvLine('""'), ['']);
  for (const wrong of ['"a', '"a"b,c', 'a"b,c', '"a" ,b', ',"'])
    assert.equal(splitCsvLine(wrong), null, wrong);
});

test('every refusal of a line, in the order in which they are checked', () => {
  const context = {
    catalogue: CATALOGUE,
    issuerId: 1,
    startedAt: Date.parse('2026-10-01T00:00:00Z'),
  };
  const usual = {
    number: '9800000000000001',
    product: 'card',
    state: 'active',
    unit: 'JPY',
    balance_minor: '100',
  };
  const refusalOf = (changed: Record<string, string>) => {
    const read = readImportLine({ ...usual, ...changed }, context);
    return read.ok ? 'accepted' : read.refusal;
  };
  assert.equal(refusalOf({}), 'accepted');
  assert.equal(refusalOf({ number: '９８００－０００００００００００１' }), 'accepted');
  assert.equal(refusalOf({ product: 'none' }), 'product_not_found');
  assert.equal(refusalOf({ number: '' }), 'name_missing');
  assert.equal(refusalOf({ number: '12x' }), 'number_not_valid');
  assert.equal(refusalOf({ code: 'A'.repeat(65) }), 'code_not_valid');
  assert.equal(refusalOf({ state: 'sold' }), 'state_not_known');
  assert.equal(refusalOf({ class: 'gold' }), 'class_not_known');
  assert.equal(refusalOf({ unit: 'USD' }), 'unit_differs');
  for (const balance of ['-1', '1.5', '1e3', '9007199254740992', 'abc', '１００']) {
    assert.equal(refusalOf({ balance_minor: balance }), 'balance_not_valid', balance);
  }
  for (const state of ['blank', 'used', 'expired', 'voided']) {
    assert.equal(refusalOf({ state }), 'balance_not_allowed', state);
    assert.equal(refusalOf({ state, balance_minor: '0' }), 'accepted', state);
  }
  assert.equal(refusalOf({ face_minor: '0' }), 'face_not_valid');
  assert.equal(refusalOf({ expires: '31.03.2027' }), 'expires_not_valid');
  assert.equal(
    refusalOf({ state: 'blank', balance_minor: '', expires: '2027-03-31' }),
    'expires_not_valid',
  );
  assert.equal(refusalOf({ expires: '2026-09-30' }), 'expires_passed');
  assert.equal(refusalOf({ expires: '2026-10-01' }), 'accepted');
  assert.equal(refusalOf({ expires: '2027-03-31T15:00:00Z' }), 'accepted');
});

const PRODUCT = {
  productId: 1,
  programmeId: 1,
  issuerId: 1,
  key: 'card',
  unit: 'JPY',
  zone: 'Asia/Tokyo',
} as Product;
const CATALOGUE = makeCatalogue({
  version: 1,
  issuers: [],
  programmes: [],
  products: [PRODUCT],
  sellers: [],
  merchants: [],
});

async function importLines(
  house: SmallHouse,
  lines: readonly string[],
  engine: Pick<Engine, 'submit'> = house.engine,
  isCodeKept = false,
  head = HEAD,
) {
  const folder = mkdtempSync(join(tmpdir(), 'kinken-import-'));
  try {
    const file = join(folder, 'cards.csv');
    writeFileSync(file, `\ufeff${head}\r\n${lines.join('\r\n')}\r\n`);
    const refused: string[] = [];
    const { issuerId, clientId, desk, keys } = house;
    const tools = { ...desk, engine, keys, laneCount: house.engine.laneCount };
    const catalogue = house.catalogue.current();
    const wanted = { issuerId, clientId, catalogue, isCodeKept };
    const result = await importCards(file, importingHere(tools, wanted), (_part, done) => {
      for (const { line, cause } of done.refused) refused.push(`${line} ${cause}`);
    });
    return { ...result, refused };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function balanceOf(house: SmallHouse, card: CardReference) {
  const balance = await house.engine.inquireBalance(
    { clientId: house.clientId, issuerId: house.issuerId },
    card,
  );
  return balance.ok ? balance.value : undefined;
}
