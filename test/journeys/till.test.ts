/** A till that we did not write, over a real socket, on the real engine; the books are proved behind it. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';

import {
  iso87,
  startTillHost,
  TILL_BOUNDS,
  vaps93,
  type TillHostParts,
  type UnappliedAdvice,
} from '../../src/doors/till/index.ts';
import { openLine } from '../../src/doors/till/testing/line.ts';
import { directoryOf, TERMINAL, without, type Said } from '../../src/doors/till/testing/till.ts';
import { strangerDecode, strangerEncode } from '../../src/doors/till/testing/stranger.ts';
import type { Database } from '../../src/kernel/database/index.ts';
import { forBothDatabases } from '../support/database.ts';
import { openHouse, PRODUCTS } from '../support/house.ts';

async function openShop(database: Database, context: TestContext) {
  const house = await openHouse(database);
  const unapplied: UnappliedAdvice[] = [];
  const quiet = (): void => {};
  const terminal = { ...TERMINAL, clientId: 1, issuerId: 1, merchantId: 1, sellerId: 1 };
  const parts: TillHostParts = {
    dialects: [iso87, vaps93],
    engine: {
      submit: (operation) => house.engine.submit(operation),
      inquireBalance: (asker, card) => house.engine.inquireBalance(asker, card),
    },
    directory: directoryOf([terminal]),
    clock: house.clock,
    log: { info: quiet, warn: quiet, error: quiet },
    recordUnappliedAdvice: async (advice) => void unapplied.push(advice),
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
  const close = async (): Promise<void> => {
    await host.close(1_000);
    await house.close();
  };
  return { house, unapplied, ask, said, undo, numberOf, balanceOf, close };
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
  const { house, unapplied, ask, said, numberOf, balanceOf, close } = await openShop(db, context);
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
  const told = await ask('0220', said(number, '00', 500));
  assert.equal(told[39], '00', 'an advice is taken all the same');
  assert.equal(unapplied[0]?.refusal, 'instrument_frozen');
  assert.equal(await balanceOf(number), '5000');
  await close();
});
