/** A till that we did not write, over a real socket, on the real engine; the books are proved behind it. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';

import {
  iso87,
  startTillHost,
  TILL_BOUNDS,
  vaps93,
  type TillHostParts,
} from '../../src/doors/till/index.ts';
import { openLine } from '../../src/doors/till/testing/line.ts';
import { directoryOf, TERMINAL, without, type Said } from '../../src/doors/till/testing/till.ts';
import { strangerDecode, strangerEncode } from '../../src/doors/till/testing/stranger.ts';
import type { Database } from '../../src/kernel/database/index.ts';
import { forBothDatabases } from '../support/database.ts';
import { openHouse, PRODUCTS } from '../support/house.ts';

async function openShop(
  database: Database,
  context: TestContext,
  valueMaxMinor: bigint | null = null,
) {
  const house = await openHouse(database);
  const quiet = (): void => {};
  const ids = { clientId: 1, issuerId: 1, merchantId: 1, sellerId: 1 };
  const terminal = { ...TERMINAL, ...ids, tenderId: null, valueMaxMinor };
  const parts: TillHostParts = {
    dialects: [iso87, vaps93],
    engine: {
      submit: (operation) => house.engine.submit(operation),
      inquireBalance: (asker, card) => house.engine.inquireBalance(asker, card),
    },
    directory: directoryOf([terminal]),
    clock: house.clock,
    log: { info: quiet, warn: quiet, error: quiet },
    onMessage: quiet,
    onMissesExceeded: quiet,
    host: '127.0.0.1',
    port: 0,
    tls: null,
    bounds: TILL_BOUNDS,
  };
  const host = await startTillHost(parts);
  const line = await openLine(host.port);
  context.after(() => host.close(0));
  let stan = 0;

  /** Says a message with the next STAN, unless it has one, and hears the answer. */
  async function ask(mti: string, fields: Said): Promise<Said & { readonly 11: string }> {
    stan += 1;
    house.clock.advance(1);
    line.send(strangerEncode({ 0: mti, 11: String(stan).padStart(6, '0'), ...fields }));
    const answer = await line.next();
    assert.ok(answer, 'the line stands');
    return strangerDecode(answer) as Said & { readonly 11: string };
  }

  const COMMON: Said = { 7: '0302030000', 41: 'TILL0001', 42: 'SHOP00000000001', 49: '392' };
  const said = (number: string, code: string, minor?: number): Said => {
    const fields: Said = { ...COMMON, 2: number, 3: `${code}0000` };
    return minor === undefined ? fields : { ...fields, 4: String(minor).padStart(12, '0') };
  };
  const undo = (asked: Said, answer: { readonly 11: string }): Said => ({
    ...asked,
    90: `0200${answer[11]}${asked[7]}${'0'.repeat(22)}`,
  });
  const numberOf = async (product: Parameters<typeof house.blank>[0], face: bigint | null) => {
    const card = await house.blank(product, face);
    assert.ok(card.by === 'number');
    return card.number;
  };
  const balanceOf = async (number: string): Promise<string> => {
    const answer = await ask('0100', said(number, '31'));
    return answer[39] === '00' ? String(Number(answer[54]?.slice(-12))) : `refused ${answer[39]}`;
  };
  /** What is left for a person, in the order it came up. */
  const items = async (): Promise<readonly unknown[]> => {
    const rows = await database.query(
      'select cause, request_id, amount_minor, instrument_id is not null as has_card from instruments.item order by opened_at, item_id',
    );
    return rows.map((row) => [
      row['cause'],
      String(row['request_id']).split('|')[2],
      row['amount_minor'],
      row['has_card'],
    ]);
  };
  const close = async (): Promise<void> => {
    await host.close(1_000);
    await house.close();
  };
  return { house, items, ask, said, undo, numberOf, balanceOf, close };
}

forBothDatabases(
  'a rack card is activated by its barcode, spent, given back',
  async (db, context) => {
    const { ask, said, undo, numberOf, balanceOf, close } = await openShop(db, context);
    const number = await numberOf('fixed', 3_000n);
    const scanned = { ...said(number, '90', 3_000), 62: `01234567890${number.padStart(19, '0')}` };
    assert.equal((await ask('0200', said(number, '00', 500)))[39], '78', 'not active yet');
    assert.equal((await ask('0200', said(number, '90', 2_999)))[39], '13', 'not its face');
    const activated = await ask('0200', without(scanned, 2));
    assert.equal(activated[39], '00');
    assert.deepEqual(await ask('0201', { ...without(scanned, 2), 11: activated[11] }), activated);
    assert.equal((await ask('0200', scanned))[39], '57', 'it is active already');
    assert.equal(await balanceOf(number), '3000');

    const sale = said(number, '00', 1_000);
    const sold = await ask('0200', sale);
    assert.deepEqual([sold[39], sold[54]], ['00', '0002392C000000002000']);
    assert.equal((await ask('0200', { ...sale, 11: sold[11], 4: '000000001001' }))[39], '94');
    assert.equal((await ask('0200', said(number, '00', 2_001)))[39], '51');
    const part = await ask('0200', { ...said(number, '00', 2_001), 60: '1' });
    assert.deepEqual([part[39], part[4]], ['10', '000000002000']);
    assert.equal((await ask('0400', undo(sale, part)))[39], '00');
    assert.equal(await balanceOf(number), '2000');

    assert.equal((await ask('0200', said(number, '20', 1_001)))[39], '13', 'more than was spent');
    assert.equal(
      (await ask('0200', { ...undo(sale, sold), 3: '200000', 4: '000000000400' }))[39],
      '00',
    );
    assert.equal(await balanceOf(number), '2400');
    assert.equal((await ask('0400', undo(sale, sold)))[39], '12', 'a part of it is back already');
    assert.equal((await ask('0400', undo(scanned, activated)))[39], '51', 'spent in part');
    await close();
  },
);

forBothDatabases('a lost answer, a restart and reversals in any order', async (db, context) => {
  const { house, ask, said, undo, numberOf, balanceOf, close } = await openShop(db, context);
  const [number, other] = [await numberOf('prepaid', null), await numberOf('prepaid', null)];
  for (const each of [number, other]) {
    assert.equal((await ask('0200', said(each, '90', 5_000)))[39], '00');
  }
  const load = said(number, '21', 2_000);
  const loaded = await ask('0200', load);
  assert.equal(loaded[54], '0002392C000000007000');
  await house.restart();
  assert.deepEqual(await ask('0201', { ...load, 11: loaded[11] }), loaded, 'after a restart too');

  const misread = { ...undo(load, loaded), 2: other };
  assert.equal((await ask('0400', misread))[39], '25', 'another card does not undo it');
  assert.equal(await balanceOf(number), '7000');
  for (const mti of ['0400', '0401', '0420', '0421']) {
    assert.equal((await ask(mti, undo(load, loaded)))[39], '00');
  }
  assert.equal(await balanceOf(number), '5000');

  const late = { ...said(number, '00', 1_000), 11: '900001' } as const;
  assert.equal((await ask('0420', { ...undo(late, late), 11: '900002' }))[39], '21');
  assert.equal((await ask('0200', late))[39], '12', 'it was reversed before it came');
  assert.equal(await balanceOf(number), '5000');

  assert.equal((await ask('0200', said(other, '92')))[39], '00');
  assert.equal(await balanceOf(other), '0');
  await close();
});

forBothDatabases('what is refused changes nothing and says why', async (db, context) => {
  const { house, ask, said, numberOf, balanceOf, close } = await openShop(db, context);
  const number = await numberOf('prepaid', null);
  await ask('0200', said(number, '90', 5_000));
  assert.equal(await balanceOf('6003000000000000'), 'refused 14');
  const { foreign: productId } = PRODUCTS;
  const minted = house.mint.mintAnywhere(house.catalogue.current().products.get(productId)!);
  const cards = [{ number: minted.number, code: null, faceMinor: null, opening: null }];
  const theirs = { clientId: 3, issuerId: 2 };
  await house.done({ kind: 'stock', productId, lane: minted.lane, cards }, theirs);
  assert.equal(await balanceOf(minted.number!), 'refused 14', 'of another issuer');
  assert.equal((await ask('0200', { ...said(number, '00', 500), 49: '840' }))[39], '12');
  assert.equal((await ask('0200', said(number, '00', 0)))[39], '13');
  assert.equal((await ask('0200', said(number, '21', 499)))[39], '13');
  const card = { by: 'number', number } as const;
  await house.done({ kind: 'freeze', card, owner: 'support', reason: 'lost' });
  assert.equal((await ask('0200', said(number, '00', 500)))[39], '62');
  assert.equal(await balanceOf(number), '5000');
  await close();
});

forBothDatabases(
  'R18: an advice tells what has happened; what cannot be applied is left for a person, once',
  async (db, context) => {
    const { house, items, ask, said, undo, numberOf, balanceOf, close } = await openShop(
      db,
      context,
      20_000n,
    );
    const number = await numberOf('prepaid', null);
    for (const [code, minor] of [
      ['90', 20_000],
      ['21', 20_000],
      ['21', 10_000],
    ] as const) {
      assert.equal((await ask('0200', said(number, code, minor)))[39], '00');
    }
    assert.equal((await ask('0200', said(number, '00', 40_000)))[39], '61');
    const applied = await ask('0220', said(number, '00', 40_000));
    assert.equal(applied[39], '00', 'above the value of the terminal, and applied');
    assert.equal(await balanceOf(number), '10000');
    assert.deepEqual(await items(), []);

    const short = said(number, '00', 10_001);
    const asked = await ask('0200', short);
    assert.equal(asked[39], '51');
    for (let time = 1; time <= 3; time += 1) {
      const told = await ask(time === 1 ? '0220' : '0221', { ...short, 11: asked[11] });
      assert.equal(told[39], '00', 'the till gave the goods away all the same');
    }
    const item = ['advice_not_applied', asked[11], 10_001n, true];
    assert.deepEqual(await items(), [item], 'once, and not for the request that was refused');

    const unknown = await ask('0220', said('6003000000000000', '00', 100));
    const second = ['advice_not_applied', unknown[11], 100n, false];
    assert.equal(unknown[39], '00');
    assert.deepEqual(await items(), [item, second]);

    const other = { ...said(number, '00', 39_999), 11: applied[11] };
    const third = ['advice_request_id_reused', applied[11], 39_999n, true];
    await house.restart();
    for (let time = 1; time <= 2; time += 1) assert.equal((await ask('0220', other))[39], '00');
    assert.deepEqual(await items(), [item, second, third]);

    const late = { ...said(number, '00', 1_000), 11: '900001' } as const;
    assert.equal((await ask('0420', { ...undo(late, late), 11: '900002' }))[39], '21');
    for (const mti of ['0220', '0221', '0221']) assert.equal((await ask(mti, late))[39], '00');
    const fourth = ['advice_already_reversed', '900001', 1_000n, false];
    assert.deepEqual(await items(), [item, second, third, fourth]);
    assert.equal(await balanceOf(number), '10000');
    await close();
  },
);
