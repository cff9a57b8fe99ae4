/** R14 to R19, R24, R25: states, holds and time. */
import assert from 'node:assert/strict';
import type { Act, CardReference } from '../../src/instruments/operation.ts';
import { forBothDatabases } from '../support/database.ts';
import { DAY_MS, FUNDS, openHouse, SELLER, START } from '../support/house.ts';

const unit = 'JPY';
const ASKER = { clientId: 1, issuerId: 1 };

function redeemOf(card: CardReference, amountMinor: bigint): Act {
  return { kind: 'redeem', card, amountMinor, unit, merchantId: 1, isPartialAllowed: false };
}
function holdOf(card: CardReference, amountMinor: bigint, durationMs: number): Act {
  return { kind: 'hold', card, amountMinor, unit, merchantId: 1, durationMs };
}

forBothDatabases('R14 nobody lifts the freeze of another', async (database) => {
  const house = await openHouse(database);
  const card = await house.activated('prepaid', 5_000n);
  await house.done({ kind: 'freeze', card, owner: 'member', reason: 'panic' });
  await house.done({ kind: 'freeze', card, owner: 'fraud', reason: 'pattern' });
  await house.done({ kind: 'unfreeze', card, owner: 'fraud' });
  assert.equal(await house.refusal(redeemOf(card, 1n)), 'instrument_frozen');
  assert.equal(
    await house.refusal({ kind: 'unfreeze', card, owner: 'fraud' }),
    'not_frozen_by_this_owner',
  );
  await house.done({ kind: 'unfreeze', card, owner: 'member' });
  await house.done(redeemOf(card, 1n));
  const both = await Promise.all([
    house.done({ kind: 'freeze', card, owner: 'item', reason: 'a' }),
    house.done({ kind: 'unfreeze', card, owner: 'item' }),
    house.done(redeemOf(card, 1n)),
  ]);
  assert.equal(both.length, 3, 'in order in one batch');
  await house.close();
});

forBothDatabases('R17 nobody takes back what another has sold', async (database) => {
  const house = await openHouse(database);
  const amountMinor = 1_500n;
  await house.done({ kind: 'fund', fundsOfClientId: 1, direction: 'in', amountMinor, unit });
  const sold = await house.activated('variable', amountMinor);
  const paid = await house.blank('variable');
  await house.done({ kind: 'activate', card: paid, amountMinor, unit, funding: FUNDS });
  for (const [card, soldBy, others] of [
    [sold, SELLER, [FUNDS, { from: 'seller', sellerId: 2 }]],
    [paid, FUNDS, [SELLER, { from: 'funds', clientId: 2 }]],
  ] as const) {
    for (const other of others) {
      const refusal = await house.refusal({ kind: 'deactivate', card, soldBy: other });
      assert.equal(refusal, 'product_not_sold_this_way');
    }
    assert.equal(await house.spendable(card), amountMinor);
    await house.done({ kind: 'deactivate', card, soldBy });
    assert.equal(await house.spendable(card), 0n);
  }
  await house.close();
});

forBothDatabases(
  'R15 deactivated, activated again, never used, not expired while held',
  async (database) => {
    const house = await openHouse(database);
    const fixed = await house.activated('fixed', 3_000n);
    await house.done({ kind: 'deactivate', card: fixed });
    const again: Act = {
      kind: 'activate',
      card: fixed,
      amountMinor: null,
      unit: null,
      funding: SELLER,
    };
    assert.equal(await house.refusal(again), 'instrument_not_reactivatable');
    const card = await house.activated('variable', 3_000n);
    await house.done({ kind: 'deactivate', card });
    await house.done({ ...again, card, amountMinor: 2_000n });
    const prepaid = await house.activated('prepaid', 500n);
    assert.equal((await house.done(redeemOf(prepaid, 500n))).state, 'active');

    house.clock.advance(80 * DAY_MS);
    const held = await house.done(holdOf(card, 1_500n, 20 * DAY_MS));
    house.clock.advance(12 * DAY_MS);
    await house.done({
      kind: 'capture',
      holdId: held.holdId!,
      amountMinor: 500n,
      unit,
      isFinal: false,
    });
    const { instrumentId } = held;
    assert.equal(
      await house.refusal({ kind: 'expire', instrumentId: instrumentId! }),
      'nothing_to_expire',
    );
    house.clock.advance(8 * DAY_MS);
    assert.equal(
      await house.refusal({
        kind: 'capture',
        holdId: held.holdId!,
        amountMinor: 1n,
        unit,
        isFinal: false,
      }),
      'hold_not_open',
    );
    assert.equal(await house.refusal(redeemOf(card, 1n)), 'instrument_expired');
    await house.close();
  },
);

forBothDatabases(
  'R15 a hold ends at its millisecond, and its captures are exact',
  async (database) => {
    const house = await openHouse(database);
    const card = await house.activated('limited', 5_000n);
    await house.done({
      kind: 'load',
      card,
      amountMinor: 500n,
      unit,
      lotClass: 'limited',
      funding: SELLER,
    });
    const held = await house.done(holdOf(card, 2_000n, 1_000), { requestId: 'hold' });
    assert.equal(await house.spendable(card), 3_500n);
    assert.equal(await house.refusal({ kind: 'deactivate', card }), 'has_open_hold');
    const capture = (amountMinor: bigint, isFinal = false): Act => ({
      kind: 'capture',
      holdId: held.holdId!,
      amountMinor,
      unit,
      isFinal,
    });
    assert.equal((await house.done(capture(600n), { requestId: 'one' })).heldMinor, 1_400n);
    assert.equal((await house.done(capture(400n), { requestId: 'two' })).heldMinor, 1_000n);
    assert.equal(await house.refusal(capture(1_001n)), 'hold_exceeded');
    await house.done({
      kind: 'reverse',
      originalRequestId: 'one',
      card: null,
      holdId: held.holdId,
    });
    house.clock.advance(999);
    assert.equal(
      (await house.done(capture(1_500n))).heldMinor,
      100n,
      'what was put back is held again',
    );
    house.clock.advance(1);
    assert.equal(await house.refusal(capture(1n)), 'hold_not_open');
    assert.equal(await house.spendable(card), 3_600n);
    const other = { ...ASKER, clientId: 2 };
    assert.equal(await house.refusal(capture(1n), other), 'hold_not_found');
    assert.equal(
      await house.refusal({ kind: 'release', holdId: held.holdId! }, other),
      'hold_not_found',
    );
    await house.done(redeemOf(card, 3_600n));
    const [counter] = await database.query(
      `select used_minor from instruments.counter where measure = 'redeem'`,
    );
    assert.equal(counter?.['used_minor'], 5_500n, 'counted once, less what was never taken');
    await house.close();
  },
);

forBothDatabases(
  'R15 a hold whose first lot a capture has used up goes on, and ends in every way',
  async (database) => {
    const house = await openHouse(database);
    for (const end of ['capture', 'release', 'expiry', 'sweep'] as const) {
      const card = await house.activated('prepaid', 500n);
      const load = { kind: 'load', card, amountMinor: 500n, unit, lotClass: 'paid' } as const;
      await house.done({ ...load, funding: SELLER });
      const { holdId, instrumentId } = await house.done(holdOf(card, 800n, 1_000));
      const capture = { kind: 'capture', holdId: holdId!, unit, isFinal: false } as const;
      await house.done({ ...capture, amountMinor: 500n }); // the whole of the first lot
      if (end === 'capture') await house.done({ ...capture, amountMinor: 300n });
      if (end === 'release') await house.done({ kind: 'release', holdId: holdId! });
      if (end === 'expiry' || end === 'sweep') house.clock.advance(1_000);
      if (end === 'sweep') await house.done({ kind: 'expire', instrumentId: instrumentId! });
      const left = end === 'capture' ? 200n : 500n;
      assert.equal(await house.spendable(card), left, end);
      await house.done(redeemOf(card, left));
    }
    await house.close();
  },
);

forBothDatabases('R16 the product says what redeems', async (database) => {
  const house = await openHouse(database);
  const card = await house.activated('prepaid', 5_000n);
  const balance = await house.engine.inquireBalance(ASKER, card);
  assert.ok(balance.ok);
  const byId: CardReference = { by: 'instrument', instrumentId: balance.value.instrumentId };
  assert.equal(await house.refusal(redeemOf(byId, 1n)), 'not_redeemable_this_way');
  const wide = await house.activated('wide', 5_000n);
  const move: Act = { kind: 'move', card: byId, to: wide, amountMinor: 1n, unit };
  assert.equal(await house.refusal(move), 'not_redeemable_this_way');
  const mine = await house.engine.inquireBalance(ASKER, wide);
  assert.ok(mine.ok);
  await house.done(redeemOf({ by: 'instrument', instrumentId: mine.value.instrumentId }, 1n));
  await house.close();
});

forBothDatabases(
  'R16 the card of another issuer is not found by any operation',
  async (database) => {
    const house = await openHouse(database);
    const card = await house.activated('wide', 5_000n);
    const mine = await house.activated('wide', 5_000n);
    const held = await house.done(holdOf(card, 100n, 60_000));
    await house.done({ kind: 'freeze', card, owner: 'case', reason: 'x' });
    await house.done({ kind: 'void', card: mine, reason: 'x' });
    const [item] = await database.query('select item_id from instruments.item');
    const theirs = { clientId: 3, issuerId: 2 };
    const before = await house.snapshot();
    const funding = { from: 'seller', sellerId: 2 } as const;
    const acts: Act[] = [
      { kind: 'activate', card, amountMinor: 1n, unit, funding },
      { kind: 'deactivate', card },
      { kind: 'load', card, amountMinor: 1n, unit, lotClass: 'paid', funding },
      { ...redeemOf(card, 1n), merchantId: 3 } as Act,
      { kind: 'return', card, amountMinor: 1n, unit, merchantId: 3, originalRequestId: null },
      { ...holdOf(card, 1n, 60_000), merchantId: 3 } as Act,
      { kind: 'freeze', card, owner: 'case', reason: 'x' },
      { kind: 'unfreeze', card, owner: 'case' },
      { kind: 'void', card, reason: 'x' },
      { kind: 'move', card, to: mine, amountMinor: null, unit },
    ];
    for (const act of acts)
      assert.equal(await house.refusal(act, theirs), 'instrument_not_found', act.kind);
    const capture: Act = {
      kind: 'capture',
      holdId: held.holdId!,
      amountMinor: 1n,
      unit,
      isFinal: true,
    };
    assert.equal(await house.refusal(capture, theirs), 'hold_not_found');
    assert.equal(
      await house.refusal({ kind: 'release', holdId: held.holdId! }, theirs),
      'hold_not_found',
    );
    const close: Act = { kind: 'close_item', itemId: item?.['item_id'] as bigint, note: 'x' };
    assert.equal(await house.refusal(close, theirs), 'item_not_found');
    assert.ok(!(await house.engine.inquireBalance({ clientId: 3, issuerId: 2 }, card)).ok);
    assert.equal(await house.snapshot(), before);
    await house.done(close);
    assert.equal(await house.refusal(close), 'item_not_found');
    await house.close();
  },
);

forBothDatabases('R18 an advice that cannot be applied becomes an item', async (database) => {
  const house = await openHouse(database);
  const card = await house.activated('prepaid', 500n);
  assert.equal(
    await house.refusal(redeemOf(card, 900n), { isAdvice: true, requestId: 'told' }),
    'insufficient_value',
  );
  assert.equal(
    await house.refusal(redeemOf(card, 900n), { isAdvice: true, requestId: 'told' }),
    'insufficient_value',
  );
  assert.deepEqual(await house.openItems(), ['advice_not_applied'], 'once');
  await house.close();
});

forBothDatabases('R18 a product that has changed is judged as it is now', async (database) => {
  const house = await openHouse(database);
  const card = await house.activated('prepaid', 5_000n);
  await database.script(`
    update programmes.product set redeems_by = '{member}' where key = 'prepaid';
    insert into programmes.merchant (issuer_id, key, name_ja, name_en) values (1, 'new', '新', 'New');
    update programmes.version set version = version + 1;
  `);
  assert.equal(await house.refusal(redeemOf(card, 1n)), 'not_redeemable_this_way');
  const fixed = await house.activated('fixed', 1_500n);
  await house.done({ ...redeemOf(fixed, 1n), merchantId: 4 } as Act);
  await house.close();
});

forBothDatabases('R24 a lane never goes back', async (database) => {
  const house = await openHouse(database);
  const card = await house.activated('variable', 5_000n);
  const [lot] = await database.query('select expires_at from instruments.lot');
  const expiresAt = Number(lot?.['expires_at']);
  assert.equal(new Date(expiresAt).toISOString(), '2026-05-31T15:00:00.000Z', 'midnight in Japan');
  const late = await house.done(redeemOf(card, 1n), { arrivedAt: expiresAt - 1 });
  assert.equal(late.decidedAt, expiresAt - 1);
  assert.equal(
    await house.refusal(redeemOf(card, 1n), { arrivedAt: expiresAt }),
    'instrument_expired',
  );
  assert.equal(await house.refusal(redeemOf(card, 1n), { arrivedAt: START }), 'instrument_expired');
  await house.close();
});
