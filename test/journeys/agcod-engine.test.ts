/** The AGCOD door before the real engine and a real database: the same card through different doors. */
import assert from 'node:assert/strict';
import type { Database } from '../../src/kernel/database/index.ts';
import type { CardReference, OperationKind } from '../../src/instruments/index.ts';
import type { ActivityEntry, AgcodEngine, Asker } from '../../src/doors/agcod/index.ts';
import { openDoor, PARTNER, type OpenDoor } from '../../src/doors/agcod/testing/door.ts';
import { forBothDatabases } from '../support/database.ts';
import { openHouse, PRODUCTS, SELLER, type House } from '../support/house.ts';

const JPY = (amount: number): object => ({ value: { currencyCode: 'JPY', amount } });

function creation(id: string, amount?: number): object {
  const value = amount === undefined ? {} : JPY(amount);
  return { creationRequestId: id, partnerId: 'Kinkn', ...value };
}

function activation(id: string, card: CardReference, amount?: number): object {
  assert.equal(card.by, 'number');
  const { number } = card as { number: string };
  const value = amount === undefined ? {} : JPY(amount);
  return { activationRequestId: id, partnerId: 'Kinkn', cardNumber: number, ...value };
}

/** What the server will do with the engine's own statements. */
function agcodEngineOf(house: House): AgcodEngine {
  const { database } = house;
  return {
    submit: (operation) => house.engine.submit(operation),
    findRequest: (asker, requestId, card) => house.engine.findRequest(asker, requestId, card),
    inquireBalance: (asker, card) => house.engine.inquireBalance(asker, card),
    readFunds: (asker, unit) => house.engine.readFunds(asker, unit),
    findActivation: (asker, card) => findActivation(house, asker, card),
    listActivity: (asker, fromInstant, toInstant) =>
      listActivity(database, asker.clientId, fromInstant, toInstant),
  };
}

async function findActivation(
  house: House,
  asker: Asker,
  card: CardReference,
): ReturnType<AgcodEngine['findActivation']> {
  const balance = await house.engine.inquireBalance(asker, card);
  if (!balance.ok || balance.value.state === 'blank') return null;
  const { instrumentId } = balance.value;
  const [row] = await house.database.query(
    `select client_id, request_id, amount_minor from instruments.request
     where instrument_id = $1 and kind = 'activate' and outcome = 'accepted' and not is_reversed
     order by decided_at desc limit 1`,
    [instrumentId],
  );
  if (row === undefined) return null;
  return {
    clientId: Number(row['client_id']),
    requestId: String(row['request_id']),
    amountMinor: BigInt(row['amount_minor'] as bigint),
    unit: balance.value.unit,
    expiresAt: null,
  };
}

async function listActivity(
  database: Database,
  clientId: number,
  fromInstant: number,
  toInstant: number,
): Promise<{ entries: ActivityEntry[]; next: null }> {
  const rows = await database.query(
    `select kind, request_id, instrument_id, amount_minor from instruments.request
     where client_id = $1 and outcome = 'accepted' and kind <> 'stock' order by decided_at, sequence`,
    [clientId],
  );
  const entries = rows.map((row): ActivityEntry => ({
    kind: row['kind'] as OperationKind,
    requestId: String(row['request_id']),
    instrumentId: row['instrument_id'] as bigint | null,
    maskedNumber: null,
    amountMinor: row['amount_minor'] as bigint | null,
    unit: 'JPY',
    at: fromInstant,
  }));
  return { entries: toInstant > fromInstant ? entries : [], next: null };
}

/** A blank card of another issuer, of a length that ours have too. */
async function foreignCard(house: House): Promise<CardReference> {
  const product = house.catalogue.current().products.get(PRODUCTS.foreign);
  assert.ok(product);
  const { lane, number } = house.mint.mintAnywhere(product);
  const cards = [{ number, code: null, faceMinor: null, opening: null }];
  const stock = { kind: 'stock', productId: product.productId, lane, cards } as const;
  await house.done(stock, { clientId: 3, issuerId: 2 });
  return { by: 'number', number: number ?? '' };
}

async function withHouse(
  database: Database,
  run: (house: House, call: OpenDoor['call']) => Promise<void>,
): Promise<void> {
  const house = await openHouse(database);
  const door = await openDoor({
    engine: agcodEngineOf(house),
    clock: house.clock,
    findProduct: (productId) => house.catalogue.current().products.get(productId),
    partner: {
      ...PARTNER,
      clientId: 1,
      issuerId: 1,
      sellerId: 1,
      productId: PRODUCTS.code,
      cardProductIds: [PRODUCTS.fixed, PRODUCTS.variable],
      funding: SELLER,
      callsPerSecondMax: 1000,
    },
  });
  await run(house, door.call);
  await door.server.close();
  await house.close(); // proves the books
}

forBothDatabases('AGCOD: a code is created once, also over a restart, and redeems', (database) =>
  withHouse(database, async (house, call) => {
    const first = await call('CreateGiftCard', creation('Kinkn1', 1500));
    assert.equal(first.status, 200, first.text);
    await house.restart();
    const again = await call('CreateGiftCard', creation('Kinkn1', 1500));
    assert.deepEqual(again.body, first.body);
    const other = await call('CreateGiftCard', creation('Kinkn1', 1600));
    assert.equal(other.body.errorType, 'InvalidRequestIdInput');

    const card = { by: 'code', code: first.body.gcClaimCode } as const;
    assert.equal(await house.spendable(card), 1500n);
    await house.redeem(card, 500n);
    const cancelled = await call('CancelGiftCard', creation('Kinkn1'));
    assert.equal(cancelled.body.errorType, 'OperationNotPermitted');
    // R12 froze the rest; the same answer is given again.
    assert.deepEqual((await call('CancelGiftCard', creation('Kinkn1'))).body, cancelled.body);
  }),
);

forBothDatabases('AGCOD: a cancel before, after and without its create', (database) =>
  withHouse(database, async (house, call) => {
    const created = await call('CreateGiftCard', creation('Kinkn1', 1000));
    const cancelled = await call('CancelGiftCard', creation('Kinkn1'));
    assert.deepEqual(cancelled.body, {
      creationRequestId: 'Kinkn1',
      gcId: created.body.gcId,
      status: 'SUCCESS',
    });
    house.clock.advance(3_600_000);
    assert.deepEqual((await call('CancelGiftCard', creation('Kinkn1'))).body, cancelled.body);
    const refunded = await call('CreateGiftCard', creation('Kinkn1', 1000));
    assert.equal(refunded.body.cardInfo.cardStatus, 'RefundedToPurchaser');
    assert.equal(refunded.body.gcId, created.body.gcId);

    assert.equal((await call('CancelGiftCard', creation('Kinkn2'))).body.status, 'SUCCESS');
    const late = await call('CreateGiftCard', creation('Kinkn2', 1000));
    assert.equal(late.body.cardInfo.cardStatus, 'RefundedToPurchaser');
    assert.equal(late.body.gcId, null);

    await call('CreateGiftCard', creation('Kinkn3', 60_000)); // refused: nothing to cancel
    assert.equal((await call('CancelGiftCard', creation('Kinkn3'))).body.status, 'SUCCESS');
    const still = await call('CreateGiftCard', creation('Kinkn3', 60_000));
    assert.equal(still.body.errorType, 'MaxAmountExceeded');

    await call('CreateGiftCard', creation('Kinkn4', 1000));
    house.clock.advance(15 * 60 * 1000 + 1);
    const tooLate = await call('CancelGiftCard', creation('Kinkn4'));
    assert.equal(tooLate.body.errorType, 'CancelRequestArrivedAfterTimeLimit');
  }),
);

forBothDatabases(
  'AGCOD: cards are activated and taken back, also those of a till (R17)',
  (database) =>
    withHouse(database, async (house, call) => {
      const card = await house.blank('variable');
      const other = await house.blank('fixed', 3000n);
      const active = await call('ActivateGiftCard', activation('Kinkn1', card, 2000));
      assert.equal(active.body.cardInfo?.cardStatus, 'Activated', active.text);
      assert.match(active.body.cardInfo.expirationDate, / UTC 2026$/);
      assert.deepEqual(
        (await call('ActivateGiftCard', activation('Kinkn1', card, 2000))).body,
        active.body,
      );
      assert.equal(await house.spendable(card), 2000n);
      const errors: readonly [object, string][] = [
        [activation('Kinkn1', card, 2500), 'CardActivatedWithDifferentDenomination'],
        [activation('Kinkn2', card, 2000), 'CardActivatedWithDifferentRequestId'],
        [activation('Kinkn1', other, 3000), 'ActivationRequestIdAlreadyBeenUsed'],
        [activation('Kinkn3', other, 5000), 'RequestedDenominationMismatch'],
        [activation('Kinkn4', await foreignCard(house), 3000), 'CardNumberNotFound'],
        [activation('Kinkn5', await house.blank('prepaid'), 3000), 'ActivationNotAllowed'],
      ];
      for (const [body, expected] of errors) {
        const answered = await call('ActivateGiftCard', body);
        assert.equal(answered.body.errorType, expected, answered.text);
      }

      const wrong = await call('DeactivateGiftCard', activation('Kinkn9', card));
      assert.equal(wrong.body.errorType, 'WrongActivationRequestId');
      const taken = await call('DeactivateGiftCard', activation('Kinkn1', card));
      assert.deepEqual(
        taken.body.cardInfo?.value,
        { amount: 2000, currencyCode: 'JPY' },
        taken.text,
      );
      assert.deepEqual(
        (await call('DeactivateGiftCard', activation('Kinkn1', card))).body,
        taken.body,
      );

      const funding = SELLER;
      await house.done(
        { kind: 'activate', card: other, amountMinor: 3000n, unit: 'JPY', funding },
        { requestId: 'till:1' },
      );
      const ofTill = await call('DeactivateGiftCard', activation('Kinkn6', other));
      assert.equal(ofTill.body.status, 'SUCCESS', ofTill.text);
      assert.deepEqual(
        (await call('DeactivateGiftCard', activation('Kinkn6', other))).body,
        ofTill.body,
      );
      assert.equal(await house.spendable(other), 0n);

      const third = await house.blank('variable');
      const before = await call('DeactivateGiftCard', activation('Kinkn7', third));
      assert.equal(before.body.status, 'SUCCESS', before.text);
      const late = await call('ActivateGiftCard', activation('Kinkn7', third, 2000));
      assert.equal(late.body.errorType, 'ActivationRequestIdAlreadyBeenUsed');
      const crossed = await call('DeactivateGiftCard', activation('Kinkn1', third));
      assert.equal(crossed.body.errorType, 'WrongActivationRequestId', crossed.text);

      const page = await call('GetGiftCardActivityPage', {
        partnerId: 'Kinkn',
        utcStartDate: '2026-03-01T00:00:00',
        utcEndDate: '2026-03-03T00:00:00',
      });
      const done = page.body.cardActivityList.map(
        (entry: { activityType: string }) => entry.activityType,
      );
      assert.deepEqual(done.toSorted(), [
        'ActivateGiftCard',
        'ActivateGiftCard', // at the till
        'DeactivateGiftCard',
        'DeactivateGiftCard',
        'DeactivateGiftCard', // of what was never activated
      ]);
    }),
);
