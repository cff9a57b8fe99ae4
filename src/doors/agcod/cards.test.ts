import assert from 'node:assert/strict';
import test from 'node:test';
import { cardNumber, openTestDoor, PARTNER, TEST_START, type TestDoor } from './testing/door.ts';
import { refusal } from './testing/engine.ts';

const NUMBER = cardNumber(1);
const VARIABLE = cardNumber(2);
const NOT_OURS = cardNumber(3);

async function withCards(run: (door: TestDoor) => Promise<void>): Promise<void> {
  const door = await openTestDoor({ callsPerSecondMax: 1000 });
  door.engine.addCard(NUMBER, { productId: 2, faceMinor: 3000n });
  door.engine.addCard(VARIABLE, { productId: 3, faceMinor: null });
  door.engine.addCard(NOT_OURS, { productId: 9, faceMinor: 3000n });
  try {
    await run(door);
  } finally {
    await door.server.close();
  }
}

function body(id: string, cardNumberSent: string, amount?: number): unknown {
  const value = amount === undefined ? {} : { value: { currencyCode: 'JPY', amount } };
  return { activationRequestId: id, partnerId: 'Kinkn', cardNumber: cardNumberSent, ...value };
}

function checkBody(id: string, cardNumberSent: string): unknown {
  return { statusCheckRequestId: id, partnerId: 'Kinkn', cardNumber: cardNumberSent };
}

/** Activates a card as a till of a company would: under an id that does not start with a partnerId. */
async function activateAtTill(door: TestDoor, card: string, clientId: number): Promise<void> {
  await door.engine.submit({
    kind: 'activate',
    card: { by: 'number', number: card },
    amountMinor: 3000n,
    unit: 'JPY',
    funding: { from: 'seller', sellerId: 5 },
    clientId,
    issuerId: 1,
    requestId: 'till:000123',
    arrivedAt: TEST_START,
  });
}

test('ActivateGiftCard sells the card once, whatever is repeated', () =>
  withCards(async ({ call, engine }) => {
    const first = await call('ActivateGiftCard', body('Kinkn1', NUMBER, 3000));
    assert.equal(first.status, 200);
    assert.equal(
      first.text,
      `{"activationRequestId":"Kinkn1","cardInfo":{"cardNumber":"${NUMBER}","cardStatus":"Activated","expirationDate":null,"value":{"amount":3000.0,"currencyCode":"JPY"}},"status":"SUCCESS"}`,
    );
    assert.deepEqual(
      (await call('ActivateGiftCard', body('Kinkn1', NUMBER, 3000))).body,
      first.body,
    );
    assert.equal(engine.fundsMinor, 997_000n);
    assert.equal(engine.operations[0]?.requestIdIsExclusive, true);
  }));

test('ActivateGiftCard in XML', () =>
  withCards(async ({ call }) => {
    const xml = `<ActivateGiftCardRequest><activationRequestId>Kinkn1</activationRequestId><partnerId>Kinkn</partnerId><cardNumber>${NUMBER}</cardNumber><value><currencyCode>JPY</currencyCode><amount>3000</amount></value></ActivateGiftCardRequest>`;
    const answered = await call('ActivateGiftCard', xml, { format: 'xml' });
    assert.match(answered.text, /<cardStatus>Activated<\/cardStatus>/);
    const failed = await call('ActivateGiftCard', xml.replaceAll('3000', '4000'), {
      format: 'xml',
    });
    assert.equal(failed.status, 400);
    assert.equal(
      failed.text,
      '<?xml version="1.0" encoding="UTF-8"?>\n<ActivateGiftCardResponse><agcodResponse>' +
        '<type>ActivateGiftCardResponse:http://internal.amazon.com/coral/com.amazonaws.agcod/</type><status>FAILURE</status></agcodResponse>' +
        '<errorCode>F200</errorCode><errorType>CardActivatedWithDifferentDenomination</errorType>' +
        '<message>This activationRequestId activated the card with another amount.</message></ActivateGiftCardResponse>',
    );
  }));

test('ActivateGiftCard: each wrong request has its error', () =>
  withCards(async ({ call, engine }) => {
    await call('ActivateGiftCard', body('Kinkn1', NUMBER, 3000));
    const other = cardNumber(4);
    engine.addCard(other, { productId: 2, faceMinor: 3000n });
    const wrongDigit = `${other.slice(0, -1)}${(Number(other.at(-1)) + 1) % 10}`;
    const table: readonly [unknown, string][] = [
      [body('Kinkn1', NUMBER, 5000), 'CardActivatedWithDifferentDenomination'],
      [body('Kinkn2', NUMBER, 3000), 'CardActivatedWithDifferentRequestId'],
      [body('Kinkn1', other, 3000), 'ActivationRequestIdAlreadyBeenUsed'],
      [body('Kinkn3', other, 5000), 'RequestedDenominationMismatch'],
      [body('Kinkn4', other, 60_000), 'MaxAmountExceeded'],
      [body('Kinkn5', cardNumber(99), 3000), 'CardNumberNotFound'],
      [body('Kinkn6', NOT_OURS, 3000), 'ActivationNotAllowed'],
      [body('Kinkn7', wrongDigit, 3000), 'CardNumberCheckSumError'],
      [body('Kinkn7', other.slice(0, 16), 3000), 'CardNumberTooShort'],
      [body('Kinkn7', `${other}0`, 3000), 'InvalidCardNumberInput'],
      [body('Kinkn7', 'X'.repeat(19), 3000), 'InvalidCardNumberInput'],
      [body('Kinkn7', '', 3000), 'InvalidCardNumberInput'],
      [body('Kinkn8', other), 'InvalidCurrencyCodeInput'],
      [body('Kinkn8', other, 0), 'InvalidAmountInput'],
      [body('Other1', other, 3000), 'RequestIdMustStartWithPartnerName'],
    ];
    for (const [sent, expected] of table) {
      const answered = await call('ActivateGiftCard', sent);
      assert.equal(answered.status, 400, expected);
      assert.equal(answered.body.errorCode, 'F200', expected);
      assert.equal(answered.body.errorType, expected);
      assert.deepEqual(Object.keys(answered.body.agcodResponse), [
        '__type',
        'activationRequestId',
        'cardInfo',
        'status',
      ]);
    }
    assert.equal(engine.fundsMinor, 997_000n);
  }));

test('a card number of 19 digits may come as a JSON number without losing a digit', () =>
  withCards(async ({ call }) => {
    const sent = `{"activationRequestId":"Kinkn1","partnerId":"Kinkn","cardNumber":${NUMBER},"value":{"currencyCode":"JPY","amount":3000}}`;
    assert.equal((await call('ActivateGiftCard', sent)).body.cardInfo.cardNumber, NUMBER);
  }));

test('DeactivateGiftCard with the original activationRequestId undoes it, once and many times', () =>
  withCards(async ({ call, engine }) => {
    await call('ActivateGiftCard', body('Kinkn1', VARIABLE, 7000));
    const first = await call('DeactivateGiftCard', body('Kinkn1', VARIABLE));
    assert.deepEqual(first.body, {
      activationRequestId: 'Kinkn1',
      cardInfo: {
        cardNumber: VARIABLE,
        cardStatus: 'RefundedToPurchaser',
        expirationDate: null,
        value: { amount: 7000, currencyCode: 'JPY' },
      },
      status: 'SUCCESS',
    });
    assert.deepEqual((await call('DeactivateGiftCard', body('Kinkn1', VARIABLE))).body, first.body);
    assert.equal(engine.fundsMinor, 1_000_000n);
    const reused = await call('ActivateGiftCard', body('Kinkn1', VARIABLE, 7000));
    assert.equal(reused.body.errorType, 'ActivationRequestIdAlreadyBeenUsed');
    assert.equal((await call('ActivateGiftCard', body('Kinkn2', VARIABLE, 500))).status, 200);
  }));

test('R9: a deactivation that overtakes its activation closes the id', () =>
  withCards(async ({ call, engine }) => {
    assert.equal((await call('DeactivateGiftCard', body('Kinkn1', NUMBER))).body.status, 'SUCCESS');
    const late = await call('ActivateGiftCard', body('Kinkn1', NUMBER, 3000));
    assert.equal(late.body.errorType, 'ActivationRequestIdAlreadyBeenUsed');
    assert.equal(engine.fundsMinor, 1_000_000n);
  }));

test('R12: a deactivation refused because the card was spent may be tried again the next day', () =>
  withCards(async ({ call, engine, clock }) => {
    await call('ActivateGiftCard', body('Kinkn1', NUMBER, 3000));
    engine.setSpent(NUMBER, true);
    for (const wait of [0, 1000]) {
      clock.advance(wait);
      const refused = await call('DeactivateGiftCard', body('Kinkn1', NUMBER));
      assert.equal(refused.body.errorType, 'DeactivationNotAllowed');
    }
    engine.setSpent(NUMBER, false);
    clock.advance(24 * 3_600_000);
    assert.equal((await call('DeactivateGiftCard', body('Kinkn1', NUMBER))).status, 200);
    clock.advance(24 * 3_600_000);
    assert.equal((await call('DeactivateGiftCard', body('Kinkn1', NUMBER))).status, 200);
    assert.equal(engine.fundsMinor, 1_000_000n);
  }));

test('R17: a card that an own till activated is deactivated under a new id', () =>
  withCards(async (door) => {
    await activateAtTill(door, NUMBER, PARTNER.clientId);
    const first = await door.call('DeactivateGiftCard', body('Kinkn1', NUMBER));
    assert.equal(first.body.status, 'SUCCESS');
    assert.equal(first.body.cardInfo.value.amount, 3000);
    assert.equal(door.engine.operations.at(-1)?.kind, 'deactivate');
    assert.deepEqual(
      (await door.call('DeactivateGiftCard', body('Kinkn1', NUMBER))).body,
      first.body,
    );
  }));

test('DeactivateGiftCard: each wrong request has its error, and the card stays active', () =>
  withCards(async (door) => {
    const { call, engine } = door;
    await call('ActivateGiftCard', body('Kinkn1', NUMBER, 3000));
    await activateAtTill(door, VARIABLE, 8);
    await call('ActivateGiftCard', body('Kinkn3', NUMBER, 3000)); // refused, and known as refused
    const blank = cardNumber(5);
    engine.addCard(blank, { productId: 2, faceMinor: 3000n });
    const table: readonly [unknown, string][] = [
      [body('Kinkn2', NUMBER), 'WrongActivationRequestId'],
      [body('Kinkn3', NUMBER), 'NonExistingActivationRequestId'],
      [body('Kinkn2', VARIABLE), 'DeactivationNotAllowed'],
      [body('Kinkn1', blank), 'WrongActivationRequestId'],
      [body('Kinkn2', cardNumber(99)), 'CardNumberNotFound'],
      [body('Kinkn2', '12'), 'CardNumberTooShort'],
      [body('', NUMBER), 'InvalidRequestIdInput'],
    ];
    for (const [sent, expected] of table) {
      const answered = await call('DeactivateGiftCard', sent);
      assert.equal(answered.body.errorType, expected);
    }
    const check = await call('ActivationStatusCheck', checkBody('Kinkn1', NUMBER));
    assert.equal(check.body.cardInfo.cardStatus, 'Activated');
    engine.scripted = refusal('already_spent');
    const spent = await call('DeactivateGiftCard', body('Kinkn1', NUMBER));
    assert.equal(spent.body.errorType, 'DeactivationNotAllowed');
    engine.scripted = { outcome: 'outcome_unknown' };
    assert.equal((await call('DeactivateGiftCard', body('Kinkn1', NUMBER))).body.errorCode, 'F500');
  }));

test('ActivationStatusCheck tells the state and the amount of the own activation', () =>
  withCards(async (door) => {
    const { call } = door;
    const blank = await call('ActivationStatusCheck', checkBody('Kinkn1', NUMBER));
    assert.equal(
      blank.text,
      `{"cardInfo":{"cardNumber":"${NUMBER}","cardStatus":null,"expirationDate":null,"value":null},"status":"SUCCESS","statusCheckRequestId":"Kinkn1"}`,
    );
    await call('ActivateGiftCard', body('Kinkn1', NUMBER, 3000));
    const active = await call('ActivationStatusCheck', checkBody('Kinkn9', NUMBER));
    assert.deepEqual(active.body.cardInfo, {
      cardNumber: NUMBER,
      cardStatus: 'Activated',
      expirationDate: null,
      value: { amount: 3000, currencyCode: 'JPY' },
    });
    await call('DeactivateGiftCard', body('Kinkn1', NUMBER));
    const undone = await call('ActivationStatusCheck', checkBody('Kinkn1', NUMBER));
    assert.equal(undone.body.cardInfo.cardStatus, 'RefundedToPurchaser');
    await activateAtTill(door, VARIABLE, 8);
    const foreign = await call('ActivationStatusCheck', checkBody('Kinkn1', VARIABLE));
    assert.equal(foreign.body.cardInfo.cardStatus, 'Activated');
    assert.equal(foreign.body.cardInfo.value, null, 'what another company sold is not told');
    const unknown = await call('ActivationStatusCheck', checkBody('Kinkn1', cardNumber(99)));
    assert.equal(unknown.body.errorType, 'CardNumberNotFound');
  }));

test('GetGiftCardActivityPage lists what was done, in pages, with the number of all', () =>
  withCards(async ({ call, clock }) => {
    await call('CreateGiftCard', {
      creationRequestId: 'KinknA',
      partnerId: 'Kinkn',
      value: { currencyCode: 'JPY', amount: 500 },
    });
    clock.advance(1000);
    await call('CancelGiftCard', { creationRequestId: 'KinknA', partnerId: 'Kinkn' });
    await call('ActivateGiftCard', body('Kinkn1', NUMBER, 3000));
    await call('DeactivateGiftCard', body('Kinkn1', NUMBER));
    clock.advance(5000);
    const time = { utcStartDate: '2026-06-10T08:54:50', utcEndDate: '2026-06-10T08:54:52Z' };
    const request = { partnerId: 'Kinkn', requestId: 'any', showNoOps: true, ...time };
    const page = await call('GetGiftCardActivityPage', { ...request, pageIndex: 1, pageSize: 3 });
    assert.deepEqual(page.body, {
      cardActivityList: [
        {
          activityStatus: 'SUCCESS',
          activityTime: '20260610T085451Z',
          activityType: 'DeactivateGiftCard',
          cardNumber: null,
          cardValue: { amount: 3000, currencyCode: 'JPY' },
          failureCode: null,
          gcId: 'K0000000000001',
          isRealOp: 'true',
          partnerId: 'Kinkn',
          requestId: 'Kinkn1',
        },
      ],
      pageIndex: 1,
      pageSize: 3,
      status: 'SUCCESS',
      timestamp: '20260610T085456Z',
      totalNumberOfTransactionsInRequestedTimeFrame: 4,
    });
    clock.advance(1000);
    const all = await call('GetGiftCardActivityPage', request);
    assert.deepEqual(
      all.body.cardActivityList.map((entry: { activityType: string; requestId: string }) => [
        entry.activityType,
        entry.requestId,
      ]),
      [
        ['CreateGiftCard', 'KinknA'],
        ['CancelGiftCard', 'KinknA'],
        ['ActivateGiftCard', 'Kinkn1'],
        ['DeactivateGiftCard', 'Kinkn1'],
      ],
    );
  }));

test('GetGiftCardActivityPage: each wrong request has its error', () =>
  withCards(async ({ call, clock }) => {
    const time = { utcStartDate: '2026-06-10T00:00:00', utcEndDate: '2026-06-11T00:00:00' };
    const table: readonly [object, string][] = [
      [{ utcStartDate: undefined }, 'InvalidDateFormat'],
      [{ utcEndDate: '2026-06-31T00:00:00' }, 'InvalidDateFormat'],
      [{ utcEndDate: '10/06/2026' }, 'InvalidDateFormat'],
      [{ utcEndDate: '2026-06-10T00:00:00' }, 'StartDateAfterEndDate'],
      [{ utcEndDate: '2026-07-11T00:00:01' }, 'InvalidRequestInput'],
      [{ pageIndex: -1 }, 'InvalidPageIndex'],
      [{ pageIndex: 'x' }, 'InvalidPageIndex'],
      [{ pageSize: 0 }, 'InvalidPageSize'],
      [{ pageSize: 1001 }, 'MaxPageSizeExceeded'],
    ];
    for (const [change, expected] of table) {
      clock.advance(1000);
      const answered = await call('GetGiftCardActivityPage', {
        partnerId: 'Kinkn',
        ...time,
        ...change,
      });
      assert.equal(answered.body.errorType, expected);
    }
  }));
