import assert from 'node:assert/strict';
import test from 'node:test';
import { openTestDoor, PARTNER, type TestDoor } from './testing/door.ts';
import { refusal } from './testing/engine.ts';

const VALUE = { currencyCode: 'JPY', amount: 1000 };

function createBody(id: string, value: unknown = VALUE): unknown {
  return { creationRequestId: id, partnerId: 'Kinkn', value };
}

function cancelBody(id: string, gcId?: string): unknown {
  return { creationRequestId: id, partnerId: 'Kinkn', ...(gcId === undefined ? {} : { gcId }) };
}

async function withDoor(run: (door: TestDoor) => Promise<void>, partner = {}): Promise<void> {
  const door = await openTestDoor({ callsPerSecondMax: 1000, ...partner });
  try {
    await run(door);
  } finally {
    await door.server.close();
  }
}

test('CreateGiftCard answers in the exact shape of the protocol', () =>
  withDoor(async ({ call, engine }) => {
    const created = await call('CreateGiftCard', createBody('Kinkn-0001'));
    assert.equal(created.status, 200);
    assert.equal(
      created.text,
      '{"cardInfo":{"cardNumber":null,"cardStatus":"Fulfilled","expirationDate":null,"value":{"amount":1000.0,"currencyCode":"JPY"}},' +
        '"creationRequestId":"Kinkn-0001","gcClaimCode":"CODE000000000001","gcExpirationDate":"Sat Jun 07 08:54:49 UTC 2036",' +
        '"gcId":"K0000000000001","status":"SUCCESS"}',
    );
    assert.deepEqual(engine.operations[0], {
      kind: 'issue',
      productId: 1,
      amountMinor: 1000n,
      unit: 'JPY',
      funding: { from: 'funds', clientId: 7 },
      requestId: 'Kinkn-0001',
      clientId: 7,
      issuerId: 1,
      sale: {
        sellerId: 5,
        tenderId: null,
        shopId: null,
        contract: null,
        contractKind: null,
        age: null,
        buyer: null,
      },
      arrivedAt: Date.parse('2026-06-10T08:54:50Z'),
    });
  }));

test('CreateGiftCard in XML answers the same in XML', () =>
  withDoor(async ({ call }) => {
    const xml =
      '<CreateGiftCardRequest><creationRequestId>Kinkn-0001</creationRequestId><partnerId>Kinkn</partnerId>' +
      '<value><currencyCode>JPY</currencyCode><amount>1000</amount></value></CreateGiftCardRequest>';
    const created = await call('CreateGiftCard', xml, { format: 'xml' });
    assert.equal(created.status, 200);
    assert.match(created.contentType, /^application\/xml/);
    assert.equal(
      created.text,
      '<?xml version="1.0" encoding="UTF-8"?>\n<CreateGiftCardResponse><cardInfo><cardStatus>Fulfilled</cardStatus>' +
        '<value><amount>1000.0</amount><currencyCode>JPY</currencyCode></value></cardInfo>' +
        '<creationRequestId>Kinkn-0001</creationRequestId><gcClaimCode>CODE000000000001</gcClaimCode>' +
        '<gcExpirationDate>Sat Jun 07 08:54:49 UTC 2036</gcExpirationDate><gcId>K0000000000001</gcId>' +
        '<status>SUCCESS</status></CreateGiftCardResponse>',
    );
    const asSample = await call('CreateGiftCard', xml, {
      headers: { 'content-type': 'charset=UTF-8', accept: 'charset=UTF-8' },
    });
    assert.equal(asSample.text, created.text, 'as the official samples send XML');
  }));

test('R3, R4: the same creationRequestId gets the same claim code, however the amount is written', () =>
  withDoor(async ({ call, engine }) => {
    const first = await call('CreateGiftCard', createBody('Kinkn1'));
    for (const amount of ['1000', '1000.0', '1e3', '"1000"']) {
      const body = `{"creationRequestId":"Kinkn1","partnerId":"Kinkn","value":{"amount":${amount},"currencyCode":"JPY"}}`;
      const repeated = await call('CreateGiftCard', body);
      assert.deepEqual(repeated.body, first.body, amount);
    }
    assert.equal(engine.fundsMinor, 999_000n);
    const other = await call('CreateGiftCard', createBody('Kinkn1', { ...VALUE, amount: 2000 }));
    assert.equal(other.body.errorType, 'InvalidRequestIdInput');
  }));

test('R13: after a cancel a repeated create answers RefundedToPurchaser with SUCCESS and no code', () =>
  withDoor(async ({ call, engine }) => {
    const created = await call('CreateGiftCard', createBody('Kinkn1'));
    const cancelled = await call('CancelGiftCard', cancelBody('Kinkn1', created.body.gcId));
    assert.equal(
      cancelled.text,
      '{"creationRequestId":"Kinkn1","gcId":"K0000000000001","status":"SUCCESS"}',
    );
    assert.equal(engine.fundsMinor, 1_000_000n);
    const again = await call('CreateGiftCard', createBody('Kinkn1'));
    assert.equal(again.status, 200);
    assert.deepEqual(again.body.cardInfo, {
      cardNumber: null,
      cardStatus: 'RefundedToPurchaser',
      expirationDate: null,
      value: { amount: 1000, currencyCode: 'JPY' },
    });
    assert.equal(again.body.gcClaimCode, null);
    assert.equal(again.body.gcId, created.body.gcId);
    assert.equal(again.body.status, 'SUCCESS');
  }));

test('R10: a cancel may be repeated, with or without gcId, also after the window', () =>
  withDoor(async ({ call, clock, engine }) => {
    await call('CreateGiftCard', createBody('Kinkn1'));
    const first = await call('CancelGiftCard', cancelBody('Kinkn1'));
    clock.advance(3_600_000);
    const second = await call('CancelGiftCard', cancelBody('Kinkn1', 'K0000000000001'));
    assert.deepEqual(second.body, first.body);
    assert.equal(engine.fundsMinor, 1_000_000n);
  }));

test('a cancel is in time for fifteen minutes and not a millisecond longer', () =>
  withDoor(async ({ call, clock }) => {
    await call('CreateGiftCard', createBody('Kinkn1'));
    await call('CreateGiftCard', createBody('Kinkn2'));
    clock.advance(15 * 60 * 1000);
    assert.equal((await call('CancelGiftCard', cancelBody('Kinkn1'))).status, 200);
    clock.advance(1);
    const late = await call('CancelGiftCard', cancelBody('Kinkn2'));
    assert.equal(late.status, 400);
    assert.equal(late.body.errorType, 'CancelRequestArrivedAfterTimeLimit');
  }));

test('R9: cancelling what was never seen succeeds and closes the id for a late create', () =>
  withDoor(async ({ call, engine }) => {
    const cancelled = await call('CancelGiftCard', cancelBody('Kinkn1'));
    assert.deepEqual(cancelled.body, {
      creationRequestId: 'Kinkn1',
      gcId: null,
      status: 'SUCCESS',
    });
    const late = await call('CreateGiftCard', createBody('Kinkn1'));
    assert.equal(late.body.cardInfo.cardStatus, 'RefundedToPurchaser');
    assert.equal(late.body.cardInfo.value, null);
    assert.equal(late.body.gcClaimCode, null);
    assert.equal(engine.fundsMinor, 1_000_000n);
  }));

test('a gcId that is not that of the creationRequestId cancels nothing', () =>
  withDoor(async ({ call, engine }) => {
    await call('CreateGiftCard', createBody('Kinkn1'));
    const other = await call('CancelGiftCard', cancelBody('Kinkn1', 'K0000000000009'));
    assert.equal(other.body.errorType, 'InvalidGCIdInput');
    const unknown = await call('CancelGiftCard', cancelBody('Kinkn2', 'K0000000000001'));
    assert.equal(unknown.body.errorType, 'OrderNotFound');
    assert.equal(engine.operations.length, 1);
  }));

test('R13: after F400 the client cancels the id and creates under a new one', () =>
  withDoor(async ({ call, engine }) => {
    engine.scripted = { outcome: 'not_done', cause: 'busy', retryAfterMs: 100 };
    const failed = await call('CreateGiftCard', createBody('Kinkn1'));
    assert.equal(failed.status, 400);
    assert.equal(
      failed.text,
      '{"agcodResponse":{"__type":"CreateGiftCardResponse:http://internal.amazon.com/coral/com.amazonaws.agcod/",' +
        '"cardInfo":null,"creationRequestId":null,"gcClaimCode":null,"gcExpirationDate":null,"gcId":null,"status":"RESEND"},' +
        '"errorCode":"F400","errorType":"SystemTemporarilyUnavailable",' +
        '"message":"Nothing was done. Cancel this request id, then send a new one; or send the same again."}',
    );
    assert.equal((await call('CancelGiftCard', cancelBody('Kinkn1'))).body.status, 'SUCCESS');
    assert.equal((await call('CreateGiftCard', createBody('Kinkn2'))).body.status, 'SUCCESS');
    assert.equal(engine.fundsMinor, 999_000n);
  }));

test('R7: what may have happened is F500, never a decline', () =>
  withDoor(async ({ call, engine }) => {
    engine.scripted = { outcome: 'outcome_unknown' };
    const unknown = await call('CreateGiftCard', createBody('Kinkn1'));
    assert.equal(unknown.body.errorCode, 'F500');
    assert.equal(unknown.body.agcodResponse.status, 'FAILURE');
    engine.scripted = new Error('the connection died');
    assert.equal((await call('CreateGiftCard', createBody('Kinkn1'))).body.errorCode, 'F500');
    engine.inquiriesBreak = true;
    assert.equal((await call('CancelGiftCard', cancelBody('Kinkn1'))).body.errorCode, 'F500');
    assert.equal((await call('GetAvailableFunds', { partnerId: 'Kinkn' })).body.errorCode, 'F100');
  }));

test('CreateGiftCard: each wrong input has its error, and nothing is issued', () =>
  withDoor(async ({ call, engine }) => {
    const good = { creationRequestId: 'Kinkn1', partnerId: 'Kinkn', value: VALUE };
    let count = 0; // a refused request is remembered too, so each try has its own id
    const value = (change: object): unknown => {
      count += 1;
      return { ...good, creationRequestId: `Kinkn${count}`, value: { ...VALUE, ...change } };
    };
    const table: readonly [unknown, string][] = [
      ['{', 'InvalidRequestInput'],
      [{}, 'InvalidPartnerIdInput'],
      [{ ...good, partnerId: 'kinkn' }, 'InvalidPartnerIdInput'],
      [{ ...good, partnerId: ['Kinkn'] }, 'InvalidPartnerIdInput'],
      [{ ...good, creationRequestId: undefined }, 'InvalidRequestIdInput'],
      [{ ...good, creationRequestId: '' }, 'InvalidRequestIdInput'],
      [{ ...good, creationRequestId: 'Kinkn 1' }, 'InvalidRequestIdInput'],
      [{ ...good, creationRequestId: 'Kinknギフト' }, 'InvalidRequestIdInput'],
      [{ ...good, creationRequestId: 'Other1' }, 'RequestIdMustStartWithPartnerName'],
      [{ ...good, creationRequestId: 'F0000' }, 'RequestIdMustStartWithPartnerName'],
      [{ ...good, creationRequestId: `Kinkn${'1'.repeat(36)}` }, 'RequestIdTooLong'],
      [{ ...good, value: null }, 'InvalidCurrencyCodeInput'],
      [value({ currencyCode: 'YEN' }), 'InvalidCurrencyCodeInput'],
      [value({ currencyCode: 'USD' }), 'CurrencyCodeMismatch'],
      [value({ amount: null }), 'InvalidAmountInput'],
      [value({ amount: 0 }), 'InvalidAmountInput'],
      [value({ amount: -1000 }), 'InvalidAmountInput'],
      [value({ amount: 'many' }), 'InvalidAmountInput'],
      [value({ amount: 1000.5 }), 'FractionalAmountNotAllowed'],
      [value({ amount: 499 }), 'InvalidAmountValue'],
      [value({ amount: 50_001 }), 'MaxAmountExceeded'],
      [value({ amount: 1e21 }), 'MaxAmountExceeded'],
    ];
    for (const [body, expected] of table) {
      const answered = await call('CreateGiftCard', body);
      assert.equal(answered.status, 400, expected);
      assert.equal(answered.body.errorCode, 'F200', expected);
      assert.equal(answered.body.errorType, expected, JSON.stringify(body));
      assert.equal(answered.body.agcodResponse.status, 'FAILURE');
    }
    assert.equal(engine.fundsMinor, 1_000_000n);
  }));

test('CreateGiftCard and CancelGiftCard: refusals of the engine', () =>
  withDoor(async ({ call, engine }) => {
    const creates = [
      ['insufficient_funds', 'F300', 'InsufficientFunds'],
      ['product_not_found', 'F300', 'AccountHasProblems'],
      ['day_limit_exceeded', 'F300', 'CustomerSurpassedDailyVelocityLimit'],
      ['too_old', 'F200', 'InvalidRequestIdInput'],
      ['internal', 'F100', 'GeneralError'],
    ] as const;
    for (const [name, code, type] of creates) {
      engine.scripted = refusal(name);
      const answered = await call('CreateGiftCard', createBody('Kinkn1'));
      assert.deepEqual([answered.body.errorCode, answered.body.errorType], [code, type], name);
    }
    const cancels = [
      ['already_spent', 'F200', 'OperationNotPermitted'],
      ['has_open_hold', 'F200', 'OperationNotPermitted'],
      ['too_old', 'F200', 'CancelRequestArrivedAfterTimeLimit'],
    ] as const;
    for (const [name, code, type] of cancels) {
      engine.scripted = refusal(name);
      const answered = await call('CancelGiftCard', cancelBody('Kinkn1'));
      assert.deepEqual([answered.body.errorCode, answered.body.errorType], [code, type], name);
    }
    engine.scripted = refusal('already_reversed');
    assert.equal((await call('CancelGiftCard', cancelBody('Kinkn1'))).body.status, 'SUCCESS');
  }));

const MOCKS = [
  ['F1000', 'F100', 'GeneralError'],
  ['F2000', 'F200', 'InvalidRequestInput'],
  ['F2001', 'F200', 'InvalidCardNumberInput'],
  ['F2002', 'F200', 'InvalidPartnerIdInput'],
  ['F2003', 'F200', 'InvalidAmountInput'],
  ['F2004', 'F200', 'InvalidAmountValue'],
  ['F2005', 'F200', 'InvalidCurrencyCodeInput'],
  ['F2010', 'F200', 'CardAlreadyActivatedWithDifferentRequestId'],
  ['F2015', 'F200', 'MaxAmountExceeded'],
  ['F2016', 'F200', 'CurrencyCodeMismatch'],
  ['F2017', 'F200', 'FractionalAmountNotAllowed'],
  ['F2047', 'F200', 'CancelRequestArrivedAfterTimeLimit'],
  ['F3003', 'F300', 'InsufficientFunds'],
  ['F3005', 'F300', 'AccountHasProblems'],
  ['F3010', 'F300', 'CustomerSurpassedDailyVelocityLimit'],
  ['F4000', 'F400', 'SystemTemporarilyUnavailable'],
  ['F5000', 'F500', 'GeneralError'],
] as const;

test('mock codes are answered to a sandbox partner without touching the engine', () =>
  withDoor(
    async ({ call, engine }) => {
      for (const partnerId of ['Kinkn', 'Mocks']) {
        for (const [id, code, type] of MOCKS) {
          const answered = await call('CreateGiftCard', {
            creationRequestId: id,
            partnerId,
            value: VALUE,
          });
          assert.deepEqual([answered.body.errorCode, answered.body.errorType], [code, type], id);
          assert.equal(answered.body.agcodResponse.status, id === 'F4000' ? 'RESEND' : 'FAILURE');
        }
        const body = { creationRequestId: 'F0000', partnerId, value: VALUE };
        const created = await call('CreateGiftCard', body);
        assert.equal(created.body.gcClaimCode, 'ZYXW-VUTS-RQPO');
        assert.equal(created.body.gcId, 'ABC123ZYX987');
        assert.equal(created.body.cardInfo.value.amount, 1000);
        const cancelled = await call('CancelGiftCard', { creationRequestId: 'F0000', partnerId });
        assert.deepEqual(cancelled.body, {
          creationRequestId: 'F0000',
          gcId: 'ABC123ZYX987',
          status: 'SUCCESS',
        });
      }
      const real = { creationRequestId: 'Mocks1', partnerId: 'Mocks', value: VALUE };
      assert.equal((await call('CreateGiftCard', real)).body.errorType, 'InvalidRequestIdInput');
      assert.equal(engine.operations.length, 0);
    },
    { isSandbox: true, mockPartnerId: 'Mocks' },
  ));

test('GetAvailableFunds tells what is left, in the exact shape of the protocol', () =>
  withDoor(async ({ call }) => {
    await call('CreateGiftCard', createBody('Kinkn1'));
    const funds = await call('GetAvailableFunds', { partnerId: PARTNER.partnerId });
    assert.equal(
      funds.text,
      '{"availableFunds":{"amount":999000.0,"currencyCode":"JPY"},"status":"SUCCESS","timestamp":"20260610T085450Z"}',
    );
  }));
