import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { type Operation, REFUSALS } from '../../instruments/index.ts';
import { readDialect } from './dialect.ts';
import { iso87 } from './dialects/iso87.ts';
import { createExchange } from './exchange.ts';
import {
  CARD,
  NOON,
  partsOf,
  REDEEM,
  reversalOf,
  Till,
  tillWith,
  without,
} from './testing/till.ts';
import type { Said } from './testing/till.ts';

describe('functions', () => {
  test('a redemption is approved, echoed, with the balance and an authorisation code', async () => {
    const { till, engine } = tillWith(5_000n);
    const answer = await till.say('0200', REDEEM);
    const { 38: authorisation, ...rest } = answer;
    assert.match(authorisation ?? '', /^[0-9A-Z]{6}$/);
    assert.deepEqual(rest, { 0: '0210', ...REDEEM, 39: '00', 54: '0002392C000000003500' });
    assert.deepEqual(engine.submitted, [
      {
        clientId: 7,
        issuerId: 1,
        requestId: 'SHOP00000000001|TILL0001|000001|20260610120000',
        arrivedAt: NOON,
        kind: 'redeem',
        card: { by: 'number', number: CARD },
        amountMinor: 1_500n,
        unit: 'JPY',
        merchantId: 70,
        isPartialAllowed: false,
        place: { sellerId: 700 },
      },
    ] satisfies Operation[]);
  });

  test('activation, reload, return and deactivation become operations of the seller and merchant', async () => {
    const { till, engine } = tillWith(null);
    const nobody = { shopId: null, contract: null, contractKind: null, age: null };
    const buyer = { line: null, device: 'till' } as const;
    const sale = { sellerId: 700, tenderId: 5, isTenderAssumed: true, ...nobody, buyer } as const;
    const ACTS: readonly [string, Partial<Operation>][] = [
      [
        '90',
        { kind: 'activate', amountMinor: 1_500n, funding: { from: 'seller', sellerId: 700 }, sale },
      ],
      ['21', { kind: 'load', lotClass: 'paid', funding: { from: 'seller', sellerId: 700 }, sale }],
      ['20', { kind: 'return', merchantId: 70, originalRequestId: null }],
      ['92', { kind: 'deactivate' }],
    ];
    for (const [index, [code, expected]] of ACTS.entries()) {
      const said = { ...REDEEM, 3: `${code}0000`, 11: `00010${index}` };
      assert.equal((await till.say('0200', said))[39], '00');
      assert.partialDeepStrictEqual(engine.submitted[index], expected);
    }
  });

  test('a card of a fixed face is activated without an amount, and the answer tells its face', async () => {
    const { till, engine } = tillWith(null);
    const said = without({ ...REDEEM, 3: '900000' }, 4, 49);
    assert.equal((await till.say('0200', said))[4], '000000003000');
    assert.partialDeepStrictEqual(engine.submitted[0], { amountMinor: null, unit: null });
  });

  test('the balance is told by 0100 and by 0200, and nothing is submitted', async () => {
    const { till, engine } = tillWith(4_200n);
    for (const mti of ['0100', '0200']) {
      const said = without({ ...REDEEM, 3: '310000' }, 4);
      const answer = await till.say(mti, said);
      assert.equal(answer[0], mti === '0100' ? '0110' : '0210');
      assert.equal(answer[39], '00');
      assert.equal(answer[54], '0002392C000000004200');
    }
    assert.deepEqual(engine.submitted, []);
  });

  test('a card is named by its number, its track, or the barcode of a rack card', async () => {
    const barcode = `01234567890${'7012345678901234'.padStart(19, '0')}`;
    const unnamed = without(REDEEM, 2);
    const NAMED: readonly [Said, string][] = [
      [{ 2: CARD }, CARD],
      [{ 35: `${CARD}=99121010000000000` }, CARD],
      [{ 35: `${CARD}D9912101000000000F` }, CARD],
      [{ 2: CARD, 35: `${CARD}=9912101` }, CARD],
      [{ 2: barcode }, '7012345678901234'],
      [{ 62: barcode }, '7012345678901234'],
      [{ 2: CARD, 62: 'another use of a private field' }, CARD],
    ];
    const { till, engine } = tillWith(5_000n);
    for (const [index, [name, number]] of NAMED.entries()) {
      await till.say('0200', { ...unnamed, ...name, 11: `00020${index}` });
      assert.partialDeepStrictEqual(engine.submitted[index], { card: { by: 'number', number } });
    }
    const twoCards = await till.say('0200', { ...REDEEM, 35: '9812345678901234575=9912' });
    assert.equal(twoCards[39], '30');
    assert.equal((await till.say('0200', unnamed))[39], '30');
    assert.equal(engine.submitted.length, NAMED.length);
  });

  test('a part is taken only where the till says that it can, and the answer tells both amounts', async () => {
    const { till, engine } = tillWith(1_000n);
    const refused = await till.say('0200', REDEEM);
    assert.equal(refused[39], '51');
    assert.equal(refused[54], '0002392C000000001000');
    const part = await till.say('0200', { ...REDEEM, 11: '000002', 60: '1' });
    assert.equal(part[39], '10');
    assert.equal(part[4], '000000001000');
    assert.equal(part[54], '0002392C0000000000000057392C000000001500');
    assert.equal(engine.balanceOf(CARD), 0n);
  });

  test('sign-on, sign-off and echo; after sign-off new requests are refused until sign-on', async () => {
    const { till, engine } = tillWith(5_000n);
    const network = (code: string): Said => ({
      7: '0610120000',
      11: '000009',
      41: REDEEM[41]!,
      42: REDEEM[42]!,
      70: code,
    });
    assert.equal((await till.say('0200', REDEEM))[39], '00', 'nobody has to sign on');
    assert.equal((await till.say('0800', network('301')))[39], '00');
    assert.deepEqual(await till.say('0800', network('002')), {
      0: '0810',
      ...network('002'),
      39: '00',
    });
    assert.equal((await till.say('0200', { ...REDEEM, 11: '000002' }))[39], '58');
    assert.equal((await till.say('0100', { ...REDEEM, 3: '310000' }))[39], '58');
    assert.equal((await till.say('0201', REDEEM))[39], '00', 'what was done is told all the same');
    assert.equal((await till.say('0400', reversalOf(REDEEM)))[39], '00', 'reversals always pass');
    assert.equal((await till.say('0800', network('001')))[39], '00');
    assert.equal((await till.say('0200', { ...REDEEM, 11: '000003' }))[39], '00');
    assert.equal((await till.say('0800', network('999')))[39], '12');
    assert.equal(engine.submitted.length, 4);
  });

  test('a dialect may ask for sign-on first', async () => {
    const told = partsOf();
    told.engine.addCard(CARD, 5_000n);
    const strict = readDialect({ ...iso87, network: { ...iso87.network, isSignOnNeeded: true } });
    const till = new Till({ ...told.parts, dialects: [strict] }, strict);
    assert.equal((await till.say('0200', REDEEM))[39], '58');
    await till.say('0800', {
      7: '0610120000',
      11: '1'.padStart(6, '0'),
      41: 'TILL0001',
      42: REDEEM[42]!,
      70: '001',
    });
    assert.equal((await till.say('0200', REDEEM))[39], '00');
  });

  test('an echo that names no terminal is answered, and other orders without one are not obeyed', async () => {
    const { till } = tillWith(null);
    assert.equal((await till.say('0800', { 7: '0610120000', 11: '000001', 70: '301' }))[39], '00');
    assert.equal((await till.say('0800', { 7: '0610120000', 11: '000001', 70: '002' }))[39], '58');
  });
});

describe('R1, R4, R7, R9, R10: unknown outcomes', () => {
  test('the same request again, as a repeat or not, redeems once and answers the same', async () => {
    const { till, engine } = tillWith(5_000n);
    const first = await till.say('0200', REDEEM);
    assert.deepEqual(await till.say('0200', REDEEM), first);
    assert.deepEqual(await till.say('0201', REDEEM), first);
    assert.equal(engine.balanceOf(CARD), 3_500n);
  });

  test('the same identity with another amount is a duplicate', async () => {
    const { till, engine } = tillWith(5_000n);
    await till.say('0200', REDEEM);
    assert.equal((await till.say('0200', { ...REDEEM, 4: '000000001600' }))[39], '94');
    assert.equal(engine.balanceOf(CARD), 3_500n);
  });

  test('a reversal, once and many times and as an advice, puts the value back once', async () => {
    const { till, engine } = tillWith(5_000n);
    await till.say('0200', REDEEM);
    const reversal = reversalOf(REDEEM);
    for (const [mti, answer] of [
      ['0400', '0410'],
      ['0401', '0410'],
      ['0420', '0430'],
      ['0421', '0430'],
    ] as const) {
      const { 0: type, 39: code, 90: original } = await till.say(mti, reversal);
      assert.deepEqual([type, code, original], [answer, '00', reversal[90]]);
    }
    assert.equal((await till.say('0400', reversalOf(REDEEM, '000902')))[39], '00');
    assert.equal(engine.balanceOf(CARD), 5_000n);
    const [redeem, reverse] = engine.submitted;
    assert.ok(reverse?.kind === 'reverse');
    assert.equal(reverse.originalRequestId, redeem?.requestId);
    assert.equal(reverse.requestId, 'rev|SHOP00000000001|TILL0001|000901|20260610120030');
  });

  test('a reversal that overtakes its original is remembered with 21, and the late original is refused', async () => {
    const { till, engine } = tillWith(5_000n);
    assert.equal((await till.say('0400', reversalOf(REDEEM)))[39], '21');
    assert.equal((await till.say('0200', REDEEM))[39], '12');
    assert.equal(engine.balanceOf(CARD), 5_000n);
  });

  test('a reversal with the STAN and instant of its original is told from it', async () => {
    const { till, engine } = tillWith(5_000n);
    await till.say('0200', REDEEM);
    const same = { ...reversalOf(REDEEM, REDEEM[11]), 7: REDEEM[7]! };
    assert.equal((await till.say('0400', same))[39], '00');
    assert.equal(engine.balanceOf(CARD), 5_000n);
  });

  test('a reversal that names another card does not believe that it reversed', async () => {
    const { till, engine } = tillWith(5_000n);
    await till.say('0200', REDEEM);
    const misread = { ...reversalOf(REDEEM), 2: '9812345678901234575' };
    assert.equal((await till.say('0400', misread))[39], '25');
    assert.equal(engine.balanceOf(CARD), 3_500n);
  });

  test('a reversal of a part, of an inquiry, or without a readable original moves nothing', async () => {
    const { till, engine } = tillWith(5_000n);
    await till.say('0200', REDEEM);
    const part = { ...reversalOf(REDEEM), 95: '000000000500'.padEnd(42, '0') };
    assert.equal((await till.say('0400', part))[39], '12');
    assert.equal((await till.say('0400', reversalOf(REDEEM, '000902', '0100')))[39], '12');
    const unnamed = without(reversalOf(REDEEM), 90);
    assert.equal((await till.say('0400', unnamed))[39], '30');
    assert.equal((await till.say('0400', { ...unnamed, 90: '0'.repeat(42) }))[39], '30');
    assert.equal(engine.submitted.length, 1);
    const whole = { ...reversalOf(REDEEM), 95: '0'.repeat(42) };
    assert.equal((await till.say('0400', whole))[39], '00');
  });

  test('a request of the last second of a year and its reversal in the next are one', async () => {
    const { till, engine, clock } = tillWith(5_000n);
    clock.advance(Date.UTC(2027, 0, 1, 0, 0, 1) - NOON);
    const late = { ...REDEEM, 7: '1231235959' };
    await till.say('0200', late);
    clock.advance(3_600_000);
    await till.say('0400', { ...reversalOf(late), 7: '0101010001' });
    assert.equal(engine.submitted[0]?.requestId, 'SHOP00000000001|TILL0001|000001|20261231235959');
    assert.equal(
      engine.submitted[1]?.requestId,
      'rev|SHOP00000000001|TILL0001|000901|20270101010001',
    );
    assert.equal(engine.balanceOf(CARD), 5_000n);
  });

  test('an unknown outcome has no answer, and the repeat tells what happened', async () => {
    const { till, engine, measured } = tillWith(5_000n);
    engine.fates.push('lost');
    assert.deepEqual(await till.sayForAnswer('0200', REDEEM), { is: 'silence' });
    assert.equal(measured[0]?.responseCode, null);
    assert.equal((await till.say('0201', REDEEM))[39], '00');
    assert.equal(engine.balanceOf(CARD), 3_500n);
    engine.fates.push('throws');
    assert.deepEqual(await till.sayForAnswer('0200', { ...REDEEM, 11: '000002' }), {
      is: 'silence',
    });
  });

  test('not done is 91, but never for a repeat, whose first attempt may have been done', async () => {
    const { till, engine } = tillWith(5_000n);
    engine.fates.push('busy');
    assert.equal((await till.say('0200', REDEEM))[39], '91');
    engine.fates.push('busy');
    assert.deepEqual(await till.sayForAnswer('0201', REDEEM), { is: 'silence' });
    engine.fates.push('busy');
    assert.equal((await till.say('0421', reversalOf(REDEEM)))[39], '91', 'it comes again');
  });
});

describe('R18: advices', () => {
  test('an advice is applied and acknowledged, and the engine is told that it is one', async () => {
    const { till, engine } = tillWith(5_000n);
    const answer = await till.say('0220', REDEEM);
    assert.deepEqual([answer[0], answer[39]], ['0230', '00']);
    assert.equal((await till.say('0221', REDEEM))[39], '00');
    assert.equal(engine.balanceOf(CARD), 3_500n);
    await till.say('0200', { ...REDEEM, 11: '000002' });
    await till.say('0420', reversalOf(REDEEM));
    assert.deepEqual(
      engine.submitted.map((operation) => operation.isAdvice ?? false),
      [true, true, false, false],
    );
  });

  test('what the engine refuses is acknowledged, and says nothing of the card', async () => {
    const { till } = tillWith(1_000n);
    const answer = await till.say('0220', REDEEM);
    assert.deepEqual([answer[39], answer[54]], ['00', undefined]);
  });

  test('an advice that did not reach the books is not acknowledged, so it comes again', async () => {
    const { till, engine } = tillWith(1_000n);
    engine.fates.push('throws', 'lost', 'busy');
    assert.deepEqual(await till.sayForAnswer('0220', REDEEM), { is: 'silence' });
    assert.deepEqual(await till.sayForAnswer('0221', REDEEM), { is: 'silence' });
    assert.equal((await till.say('0221', REDEEM))[39], '91');
  });
});

test('every refusal of the engine reaches the till as the code of its dialect', async () => {
  for (const refusal of REFUSALS) {
    const { parts } = tillWith(5_000n);
    const submit = async () =>
      ({ outcome: 'refused', refusal, isRepeated: false, balanceMinor: null }) as const;
    const engine = { ...parts.engine, submit, inquireBalance: () => Promise.reject(new Error()) };
    const till = new Till({ ...parts, engine });
    assert.equal((await till.say('0200', REDEEM))[39], iso87.responses.refusals[refusal]);
    assert.equal((await till.say('0100', { ...REDEEM, 3: '310000' }))[39], '96');
  }
});

test('dialects that claim the same message types do not share a host', () => {
  const { parts } = tillWith(null);
  assert.throws(() => createExchange({ ...parts, dialects: [iso87, iso87] }), /two hosts/);
});

test('what is measured names the type, the code and the time', async () => {
  const { till, measured } = tillWith(5_000n);
  await till.say('0200', REDEEM);
  assert.equal(measured.length, 1);
  const { ms, ...rest } = measured[0]!;
  assert.deepEqual(rest, { dialect: 'iso87', mti: '0200', responseCode: '00' });
  assert.ok(ms >= 0);
});
