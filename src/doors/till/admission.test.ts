import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { encodeMessage } from './codec.ts';
import { iso87 } from './dialects/iso87.ts';
import { createExchange } from './exchange.ts';
import { messageOf } from './testing/messages.ts';
import { mulberry, mutate } from './testing/mutation.ts';
import {
  CARD,
  loopbackPeer,
  partsOf,
  readAnswer,
  REDEEM,
  reversalOf,
  TERMINAL,
  Till,
  tillWith,
  without,
} from './testing/till.ts';
import type { Said } from './testing/till.ts';

describe('who may speak', () => {
  test('unknown, stopped, of another dialect or with a bar in the name: 58 and nothing submitted', async () => {
    const { till, engine } = tillWith(5_000n);
    assert.equal((await till.say('0200', { ...REDEEM, 41: 'TILL0002' }))[39], '58');
    assert.equal((await till.say('0200', { ...REDEEM, 42: 'SHOP00000000002' }))[39], '58');
    assert.equal((await till.say('0200', { ...REDEEM, 41: 'TILL|001' }))[39], '58');
    assert.equal((await till.say('0200', without(REDEEM, 41)))[39], '58');
    assert.deepEqual(engine.submitted, []);
    const stopped = tillWith(5_000n, { isActive: false });
    assert.equal((await stopped.till.say('0200', REDEEM))[39], '58');
    const foreign = tillWith(5_000n, { dialect: 'vaps93' });
    assert.equal((await foreign.till.say('0200', REDEEM))[39], '58');
    assert.deepEqual([...stopped.engine.submitted, ...foreign.engine.submitted], []);
  });

  test('codes shorter than their fields are compared without the padding', async () => {
    const { till } = tillWith(5_000n, { merchantCode: 'SHOP1', terminalCode: 'T1' });
    const padded = { ...REDEEM, 41: 'T1      ', 42: 'SHOP1          ' };
    assert.equal((await till.say('0200', padded))[39], '00');
  });

  test('a terminal speaks from its addresses, with its certificate, or else from loopback', async () => {
    const from = async (
      changes: Partial<typeof TERMINAL>,
      address: string,
      certificateFingerprint: string | null = null,
    ) => {
      const { parts, engine } = tillWith(5_000n, changes);
      engine.addCard(CARD, 5_000n);
      const peer = { ...loopbackPeer(), address, certificateFingerprint };
      return (await new Till(parts, iso87, peer).say('0200', REDEEM))[39];
    };
    assert.equal(await from({}, '127.0.0.1'), '00');
    assert.equal(await from({}, '::ffff:127.0.0.1'), '00');
    assert.equal(await from({}, '::1'), '00');
    assert.equal(await from({}, '192.0.2.1'), '58');
    const addresses = ['192.0.2.0/24', '2001:db8::7'];
    assert.equal(await from({ addresses }, '192.0.2.200'), '00');
    assert.equal(await from({ addresses }, '::ffff:192.0.2.200'), '00');
    assert.equal(await from({ addresses }, '2001:db8::7'), '00');
    assert.equal(await from({ addresses }, '192.0.3.1'), '58');
    assert.equal(await from({ addresses }, '127.0.0.1'), '58');
    const certificateFingerprint = 'ab'.repeat(32);
    const shown = certificateFingerprint.toUpperCase().replace(/(..)(?=.)/g, '$1:');
    assert.equal(await from({ certificateFingerprint }, '192.0.2.1', shown), '00');
    assert.equal(await from({ certificateFingerprint }, '127.0.0.1', 'cd'.repeat(32)), '58');
    assert.equal(await from({ certificateFingerprint }, '127.0.0.1', null), '58');
    assert.equal(await from({ certificateFingerprint, addresses }, '192.0.3.1', shown), '58');
  });

  test('more terminals on a connection than it may carry are refused', async () => {
    const codes = ['TILL0001', 'TILL0002', 'TILL0003'];
    const terminals = codes.map((terminalCode, index) => ({
      ...TERMINAL,
      terminalId: index + 1,
      terminalCode,
    }));
    const told = partsOf(terminals);
    told.engine.addCard(CARD, 9_000n);
    const till = new Till(told.parts, iso87, { ...loopbackPeer(), terminalsMax: 2 });
    const said = codes.map((code) => till.say('0200', { ...REDEEM, 41: code }));
    assert.deepEqual(
      (await Promise.all(said)).map((answer) => answer[39]),
      ['00', '00', '58'],
    );
    assert.equal((await till.say('0200', { ...REDEEM, 11: '000002' }))[39], '00');
  });

  test("R30: a message above the terminal's value is refused, an advice is not: it has happened", async () => {
    const { till, engine } = tillWith(5_000n, { valueMaxMinor: 1_499n });
    assert.equal((await till.say('0200', REDEEM))[39], '61');
    assert.deepEqual(await till.sayForAnswer('0201', REDEEM), { is: 'silence' });
    assert.equal((await till.say('0200', { ...REDEEM, 4: '000000001499' }))[39], '00');
    assert.equal(engine.submitted.length, 1);
    assert.equal((await till.say('0220', { ...REDEEM, 11: '000002' }))[39], '00');
    assert.equal(engine.balanceOf(CARD), 2_001n);
  });

  test('R32: a terminal that names too many unknown cards is stopped for the hour', async () => {
    const { till, clock, exceeded, lines } = tillWith(5_000n, { missesMax: 3 });
    const guess = (index: number): Said => ({ ...REDEEM, 2: `981${index}`, 11: `00010${index}` });
    for (let index = 0; index < 3; index += 1) {
      assert.equal((await till.say('0200', guess(index)))[39], '14');
    }
    assert.equal((await till.say('0100', { ...guess(4), 3: '310000' }))[39], '14');
    assert.equal(exceeded.length, 1);
    assert.equal((await till.say('0200', REDEEM))[39], '58', 'the right card too');
    assert.deepEqual(await till.sayForAnswer('0201', REDEEM), { is: 'silence' });
    assert.deepEqual(await till.sayForAnswer('0220', REDEEM), { is: 'silence' });
    assert.equal((await till.say('0400', reversalOf(REDEEM)))[39], '21', 'reversals always pass');
    clock.advance(3_600_000);
    assert.equal((await till.say('0200', { ...REDEEM, 11: '000007' }))[39], '00');
    assert.ok(!JSON.stringify(lines).includes(CARD));
  });
});

describe('bad input', () => {
  const BAD: readonly [string, Said, string][] = [
    ['no such processing code', { 3: '990000' }, '12'],
    ['an amount of zero', { 4: '000000000000' }, '13'],
    ['an unknown currency', { 49: '123' }, '12'],
    ["a currency that is not the card's", { 49: '840' }, '12'],
    ['a month that does not exist', { 7: '1310120000' }, '30'],
    ['a day that does not exist', { 7: '0230120000' }, '30'],
    ['an hour that does not exist', { 7: '0610240000' }, '30'],
    ['an unknown card', { 2: '9800000000000000000' }, '14'],
    ['a card of another issuer', { 2: '4400000000000000000' }, '14'],
  ];
  for (const [name, change, code] of BAD) {
    test(`${name} is answered ${code} and changes nothing`, async () => {
      const { till, engine } = tillWith(5_000n);
      engine.addCard('4400000000000000000', 5_000n, 2);
      assert.equal((await till.say('0200', { ...REDEEM, ...change }))[39], code);
      assert.equal(engine.balanceOf(CARD), 5_000n);
    });
  }

  test('a missing amount, currency, STAN or instant is told', async () => {
    const { till, engine } = tillWith(5_000n);
    for (const [field, code] of [
      [4, '13'],
      [49, '30'],
      [11, '30'],
      [7, '30'],
      [3, '12'],
    ] as const) {
      assert.equal((await till.say('0200', without(REDEEM, field)))[39], code, `field ${field}`);
    }
    assert.deepEqual(engine.submitted, []);
  });

  test('balance by 0100 only, no balance by advice, and 30 digits in a private field may be anything else', async () => {
    const { till } = tillWith(5_000n);
    assert.equal((await till.say('0100', REDEEM))[39], '12');
    assert.equal((await till.say('0220', { ...REDEEM, 3: '310000' }))[39], '12');
  });

  const raw = async (body: Buffer) => {
    const { parts, measured } = tillWith(5_000n);
    const answer = await createExchange(parts).answer(body, loopbackPeer());
    return { answer, measured };
  };
  const bodyOf = (mti: string, said: Said) =>
    encodeMessage(iso87, messageOf(mti, said)).subarray(2);

  test('what cannot be read is answered 30 while its type and STAN can, and else ends the line', async () => {
    const body = Buffer.from(bodyOf('0200', REDEEM));
    const { answer } = await raw(body.subarray(0, body.length - 3));
    assert.ok(answer.is === 'reply');
    const read = readAnswer(iso87, answer.bytes);
    assert.deepEqual([read[0], read[11], read[39]], ['0210', '000001', '30']);
    assert.equal((await raw(body.subarray(0, 40))).answer.is, 'close');
    assert.equal((await raw(Buffer.from('GET / HTTP/1.1\r\n'))).answer.is, 'close');
    assert.equal((await raw(Buffer.from('9200'))).answer.is, 'close');
  });

  test('an unknown type is refused, and an answer is never answered', async () => {
    const unknown = await raw(bodyOf('0500', REDEEM));
    assert.ok(unknown.answer.is === 'reply');
    const read = readAnswer(iso87, unknown.answer.bytes);
    assert.deepEqual([read[0], read[39]], ['0510', '12']);
    assert.equal((await raw(bodyOf('0210', { ...REDEEM, 39: '00' }))).answer.is, 'silence');
    const cut = bodyOf('0210', REDEEM);
    assert.equal((await raw(cut.subarray(0, cut.length - 1))).answer.is, 'silence');
  });
});

test('5,000 mutated messages: each is answered, no card number is logged, no value comes from nowhere', async () => {
  const seed = 400;
  const random = mulberry(seed);
  const { parts, engine, lines } = tillWith(1_000_000n);
  const exchange = createExchange(parts);
  const originals = [
    messageOf('0200', REDEEM),
    messageOf('0220', { ...REDEEM, 11: '000002', 35: `${CARD}=99121010000000000` }),
    messageOf('0400', reversalOf(REDEEM)),
    messageOf('0100', { ...REDEEM, 3: '310000' }),
  ].map((message) => encodeMessage(iso87, message).subarray(2));
  for (let run = 0; run < 5_000; run += 1) {
    const body = mutate(originals[run % originals.length]!, random);
    const answer = await exchange.answer(body, loopbackPeer());
    assert.match(answer.is, /^(reply|silence|close)$/, `seed ${seed} run ${run}`);
  }
  assert.ok(lines.length > 1_000);
  assert.ok(!JSON.stringify(lines).includes(CARD));
  assert.ok(lines.every((line) => !line.text.includes('broke')));
  let minor = 1_000_000n;
  for (const operation of engine.submitted) {
    if (operation.kind === 'load' || operation.kind === 'return') minor += operation.amountMinor;
  }
  assert.ok((engine.balanceOf(CARD) ?? 0n) <= minor);
});
