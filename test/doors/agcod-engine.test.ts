/** The AGCOD door before the real engine and a real database: the same card through different doors. */
import assert from 'node:assert/strict';
import type { Database } from '../../src/kernel/database/index.ts';
import { openActivity, type CardReference } from '../../src/instruments/index.ts';
import type { AgcodEngine } from '../../src/doors/agcod/index.ts';
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

/** As the server puts it together. */
function agcodEngineOf(house: House): AgcodEngine {
  const { database, keys, catalogue } = house;
  const { laneCount } = house.engine;
  return {
    submit: (operation) => house.engine.submit(operation),
    findRequest: (asker, requestId, card) => house.engine.findRequest(asker, requestId, card),
    inquireBalance: (asker, card) => house.engine.inquireBalance(asker, card),
    readFunds: (asker, unit) => house.engine.readFunds(asker, unit),
    ...openActivity({ database, keys, catalogue, laneCount }),
  };
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

/** A card that came with its value from another system: nobody here has activated it. */
async function importedCard(house: House): Promise<CardReference> {
  const product = house.catalogue.current().products.get(PRODUCTS.fixed);
  assert.ok(product);
  const { lane, number } = house.mint.mintAnywhere(product);
  const opening = { balanceMinor: 1500n, expiresAt: null, lotClass: 'paid' } as const;
  const cards = [{ number, code: null, faceMinor: 1500n, opening }];
  await house.done({ kind: 'stock', productId: product.productId, lane, cards });
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
      const numbers = page.body.cardActivityList.map(
        (entry: { cardNumber: string | null }) => entry.cardNumber,
      );
      const masked = (card: CardReference): string =>
        card.by === 'number' ? `${card.number.slice(0, 6)}******${card.number.slice(-4)}` : '';
      assert.equal(numbers.filter((each: string) => each === masked(other)).length, 2);
    }),
);

forBothDatabases('AGCOD: the status of a card, and what holds value stays as it is', (database) =>
  withHouse(database, async (house, call) => {
    const card = await house.blank('variable');
    await call('ActivateGiftCard', activation('Kinkn1', card, 2000));
    const { number } = card as { number: string };
    const check = { statusCheckRequestId: 'Kinkn1', partnerId: 'Kinkn', cardNumber: number };
    const status = await call('ActivationStatusCheck', check);
    const { cardStatus, expirationDate, value } = status.body.cardInfo;
    assert.deepEqual([cardStatus, value.amount], ['Activated', 2000]);
    assert.match(expirationDate, / UTC 2026$/);

    const spent = await house.activated('fixed', 3000n);
    await house.redeem(spent, 3000n);
    const late = await call('DeactivateGiftCard', activation('Kinkn2', spent));
    assert.equal(late.body.errorType, 'DeactivationNotAllowed', late.text);

    const imported = await importedCard(house);
    const wrong = await call('DeactivateGiftCard', activation('Kinkn3', imported));
    assert.equal(wrong.body.errorType, 'DeactivationNotAllowed', wrong.text);
    assert.equal(await house.spendable(imported), 1500n);

    const others = await house.blank('variable');
    const sale = { kind: 'activate', card: others, amountMinor: 1000n, unit: 'JPY' } as const;
    await house.done({ ...sale, funding: SELLER }, { clientId: 2, requestId: 'Kinkn4' });
    const theirs = await call('DeactivateGiftCard', activation('Kinkn4', others));
    assert.equal(theirs.body.errorType, 'DeactivationNotAllowed', "another company's till");
    assert.equal(await house.spendable(others), 1000n);
    const seen = await call('ActivationStatusCheck', {
      ...check,
      cardNumber: (others as { number: string }).number,
    });
    assert.equal(seen.body.cardInfo.value, null, 'how much is told only to who sold it');
    const foreign = await call(
      'DeactivateGiftCard',
      activation('Kinkn5', await foreignCard(house)),
    );
    assert.equal(foreign.body.errorType, 'CardNumberNotFound');
  }),
);

forBothDatabases('a client reads what it did, page by page, and nothing of others', (database) =>
  withHouse(database, async (house) => {
    const { keys, catalogue, clock } = house;
    const { laneCount } = house.engine;
    const activity = openActivity({ database, keys, catalogue, laneCount });
    const began = clock.now();
    const did: string[] = [];
    for (let round = 0; round < 12; round += 1) {
      const card = await house.blank('prepaid');
      const sale = { kind: 'activate', card, amountMinor: 1000n, unit: 'JPY' } as const;
      await house.done({ ...sale, funding: SELLER }, { clientId: 2, requestId: `mine-${round}` });
      did.push(`activate mine-${round}`);
      await house.done({ ...sale, kind: 'load', lotClass: 'paid', funding: SELLER });
      if (round % 3 === 0) {
        const undoing = { kind: 'reverse', originalRequestId: `mine-${round}`, card } as const;
        await house.done({ ...undoing, holdId: null }); // of an id that is not its own
        await house.done({ ...undoing, holdId: null }, { clientId: 2, requestId: `un-${round}` });
        did.push(`reverse un-${round} of activate`);
      }
      if (round % 2 === 0) clock.advance(1000); // else the same millisecond, in several lanes
    }

    const read = async (size: number, from = began, to = clock.now() + 1) => {
      const entries = [];
      let after: string | null = null;
      do {
        const page = await activity.listActivity({ clientId: 2 }, from, to, { after, size });
        assert.ok(page.entries.length <= size);
        entries.push(...page.entries);
        after = page.next;
      } while (after !== null);
      return entries;
    };
    const all = await read(1000);
    const told = all.map(({ kind, requestId, undid }) =>
      undid === null ? `${kind} ${requestId}` : `${kind} ${requestId} of ${undid}`,
    );
    assert.deepEqual(told.toSorted(), did.toSorted());
    assert.deepEqual(
      all,
      all.toSorted((one, other) => one.at - other.at),
      'oldest first',
    );
    assert.match(all[0]?.maskedNumber ?? '', /^6003\d\d\*{6}\d{4}$/);
    assert.deepEqual([all[0]?.amountMinor, all[0]?.unit], [1000n, 'JPY']);
    for (const size of [1, 3]) assert.deepEqual(await read(size), all);
    const middle = all[5]?.at ?? 0;
    const parts = [...(await read(7, began, middle)), ...(await read(7, middle))];
    assert.deepEqual(parts, all, 'the end is exclusive, the start is not');
    assert.deepEqual(await read(5, began - 1000, began), []);
  }),
);
