import assert from 'node:assert/strict';
import { test } from 'node:test';

import { vaps93 } from './dialects/vaps93.ts';
import { CARD, partsOf, TERMINAL, Till, without } from './testing/till.ts';
import type { Said } from './testing/till.ts';

const REDEEM: Said = {
  2: CARD,
  3: '006000',
  4: '000000001500',
  7: '0610030000',
  11: '000001',
  12: '260610120000',
  24: '200',
  41: 'TILL0001',
  42: 'SHOP00000000001',
  49: '392',
};

function reversalOf(said: Said, stan = '000901'): Said {
  const original = `1200${said[11]}${said[12]}00`;
  return { ...said, 11: stan, 12: '260610120030', 24: '400', 25: '4021', 56: original };
}

function tillWith(balanceMinor: bigint | null) {
  const told = partsOf([{ ...TERMINAL, dialect: 'vaps93' }]);
  told.engine.addCard(CARD, balanceMinor);
  return { ...told, till: new Till(told.parts, vaps93) };
}

test('every function of the acquirer has its operation', async () => {
  const { till, engine } = tillWith(null);
  const FUNCTIONS: readonly [string, string, string][] = [
    ['900060', 'activate', '0000'],
    ['210060', 'load', '0000'],
    ['006000', 'redeem', '6000'],
    ['200060', 'return', '0000'],
    ['920060', 'deactivate', '0000'],
  ];
  for (const [index, [code, kind]] of FUNCTIONS.entries()) {
    const answer = await till.say('1200', { ...REDEEM, 3: code, 11: `00010${index}` });
    assert.deepEqual([answer[0], answer[39], answer[54]?.slice(0, 7)], ['1210', '000', '6002392']);
    assert.equal(engine.submitted[index]?.kind, kind);
  }
});

test('the balance is asked with function 108 only', async () => {
  const { till } = tillWith(4_200n);
  const inquiry = without({ ...REDEEM, 3: '316000', 24: '108' }, 4);
  const answer = await till.say('1100', inquiry);
  assert.deepEqual([answer[0], answer[39], answer[54]], ['1110', '000', '6002392C000000004200']);
  assert.equal((await till.say('1100', { ...inquiry, 24: '200' }))[39], '902');
});

test('a reversal with DE56 is answered 400, before, after and twice', async () => {
  const { till, engine } = tillWith(5_000n);
  await till.say('1200', REDEEM);
  assert.equal((await till.say('1420', reversalOf(REDEEM)))[39], '400');
  assert.equal((await till.say('1421', reversalOf(REDEEM)))[39], '400');
  assert.equal(engine.balanceOf(CARD), 5_000n);
  const [original, reversal] = engine.submitted;
  assert.ok(reversal?.kind === 'reverse');
  assert.equal(original?.requestId, 'SHOP00000000001|TILL0001|000001|20260610120000');
  assert.equal(reversal.originalRequestId, original.requestId);
  const late = { ...REDEEM, 11: '000002' };
  assert.equal((await till.say('1420', reversalOf(late, '000902')))[39], '400');
  assert.equal((await till.say('1200', late))[39], '902');
  assert.equal((await till.say('1420', { ...reversalOf(REDEEM), 24: '401' }))[39], '902');
});

test('a refusal, an echo and the dollar that is not written', async () => {
  const { till, engine } = tillWith(1_000n);
  assert.equal((await till.say('1200', REDEEM))[39], '116');
  const dollars = without({ ...REDEEM, 11: '000002' }, 49);
  assert.equal((await till.say('1200', dollars))[39], '902');
  assert.partialDeepStrictEqual(engine.submitted[1], { unit: 'USD' });
  const echo = { 7: '0610030000', 11: '000003', 24: '831', 41: REDEEM[41]!, 42: REDEEM[42]! };
  const answer = await till.say('1800', echo);
  assert.deepEqual([answer[0], answer[39]], ['1810', '800']);
});
