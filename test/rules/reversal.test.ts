/** R9 to R13, R26: reversals, before and after and without their originals, and what they restore. */
import assert from 'node:assert/strict';
import type { Act, CardReference } from '../../src/instruments/operation.ts';
import { forBothDatabases } from '../support/database.ts';
import { DAY_MS, FUNDS, openHouse, SELLER, type House } from '../support/house.ts';

const unit = 'JPY';

function redeemOf(card: CardReference, amountMinor: bigint): Act {
  return { kind: 'redeem', card, amountMinor, unit, merchantId: 1, isPartialAllowed: false };
}
function returnOf(card: CardReference, amountMinor: bigint, original: string | null = null): Act {
  return { kind: 'return', card, amountMinor, unit, merchantId: 1, originalRequestId: original };
}
function reverseOf(
  originalRequestId: string,
  card: CardReference | null,
  holdId: bigint | null = null,
): Act {
  return { kind: 'reverse', originalRequestId, card, holdId };
}
function loadOf(card: CardReference, amountMinor: bigint): Act {
  return { kind: 'load', card, amountMinor, unit, lotClass: 'paid', funding: SELLER };
}

/** What of a card could be different: lots, counters, balances; not what stands beside it. */
async function valueOf(house: House): Promise<string> {
  const rows = await Promise.all([
    house.database.query(
      'select lane, account_id, posted_minor, held_minor from ledger.account where posted_minor <> 0 or held_minor <> 0 order by 1, 2',
    ),
    house.database.query(
      'select lot_id, remaining_minor, held_minor, expires_at, is_frozen from instruments.lot where remaining_minor > 0 order by 1',
    ),
    house.database.query(
      'select subject, measure, starts_on::text, used_minor from instruments.counter where used_minor > 0 order by 1, 2, 3',
    ),
    house.database.query('select instrument_id, state from instruments.instrument order by 1'),
    house.database.query(
      'select hold_id, state, captured_minor, lot_minors::text from instruments.hold order by 1',
    ),
  ]);
  return JSON.stringify(rows, (_key, value: unknown) =>
    typeof value === 'bigint' ? `${value}` : value,
  );
}

forBothDatabases('R9 a reversal before its original is remembered', async (database) => {
  const house = await openHouse(database);
  const card = await house.activated('prepaid', 5_000n);
  const before = await valueOf(house);
  const first = await house.reverse('sale', card);
  assert.equal(first.isOriginalKnown, false);
  assert.equal(
    await house.refusal(redeemOf(card, 1_000n), { requestId: 'sale' }),
    'already_reversed',
  );
  assert.equal((await house.reverse('sale', card)).isOriginalKnown, false);
  const [early, late] = await Promise.all([
    house.done(reverseOf('both', card)),
    house.submit(redeemOf(card, 1_000n), { requestId: 'both' }),
  ]);
  assert.equal(early.isOriginalKnown, false, 'in one batch too');
  assert.equal(late.outcome, 'refused');
  assert.equal(await valueOf(house), before);
  await house.close();
});

forBothDatabases('R9 a reversal that names another card is a person’s', async (database) => {
  const house = await openHouse(database);
  const card = await house.activated('prepaid', 5_000n);
  const misread = await house.activated('prepaid', 5_000n);
  await house.done(redeemOf(card, 1_000n), { requestId: 'sale' });
  assert.equal(await house.refusal(reverseOf('sale', misread)), 'card_differs');
  assert.deepEqual(await house.openItems(), ['reversal_names_other_card']);
  const both = await Promise.all([
    house.submit(redeemOf(card, 1_000n), { requestId: 'together' }),
    house.submit(reverseOf('together', misread)),
  ]);
  assert.equal(both[0].outcome, 'accepted');
  assert.equal(await house.refusal(reverseOf('x', card), { requestId: 'x' }), 'request_id_reused');
  const refusal = await house.refusal(redeemOf(card, 99_000n), { requestId: 'refused' });
  assert.equal((await house.reverse('refused', card)).isOriginalKnown, true);
  assert.equal(await house.refusal(redeemOf(card, 99_000n), { requestId: 'refused' }), refusal);
  await house.close();
});

forBothDatabases(
  'R10 once and many times are the same, and undo what is left',
  async (database) => {
    const house = await openHouse(database);
    const card = await house.activated('limited', 20_000n);
    const before = await valueOf(house);
    await house.done(redeemOf(card, 3_000n), { requestId: 'sale' });
    await house.reverse('sale', card);
    assert.equal(await valueOf(house), before, 'value, lots and counters are restored exactly');
    await house.reverse('sale', card);
    assert.equal(await valueOf(house), before);
    await house.done(redeemOf(card, 3_000n), { requestId: 'other' });
    await house.done(returnOf(card, 1_000n, 'other'), { requestId: 'back' });
    assert.equal(await house.refusal(reverseOf('other', card)), 'already_returned');
    await house.done(redeemOf(card, 500n), { requestId: 'last' });
    assert.equal(await house.refusal(returnOf(card, 2_501n)), 'return_exceeds_redemption');
    const returned = await valueOf(house);
    await house.done(returnOf(card, 2_500n), { requestId: 'all' });
    await house.reverse('all', card);
    assert.equal(await valueOf(house), returned, 'a return is undone exactly');
    await house.done(returnOf(card, 2_500n), { requestId: 'once more' });
    const [, again] = await Promise.all([
      house.reverse('once more', card),
      house.done(returnOf(card, 2_500n), { requestId: 'and again' }),
    ]);
    assert.equal(
      again.amountMinor,
      2_500n,
      'what was given back in the same batch can be returned',
    );
    await house.reverse('and again', card);
    assert.equal(await valueOf(house), returned);
    assert.equal(await house.refusal(returnOf(card, 1n, 'sale')), 'return_exceeds_redemption');
    assert.equal(await house.refusal(returnOf(card, 1n, 'nothing')), 'original_not_found');
    await house.close();
  },
);

forBothDatabases('R11 value comes back whatever has happened to the card', async (database) => {
  const house = await openHouse(database);
  const card = await house.activated('variable', 5_000n);
  await house.done(redeemOf(card, 2_000n), { requestId: 'sale' });
  await house.done(redeemOf(card, 500n), { requestId: 'other' });
  await house.done({ kind: 'freeze', card, owner: 'support', reason: 'asked' });
  await house.reverse('other', card);
  assert.equal(await house.refusal(redeemOf(card, 1n)), 'instrument_frozen', 'frozen stays frozen');
  await house.done({ kind: 'unfreeze', card, owner: 'support' });
  house.clock.advance(92 * DAY_MS);
  const balance = await house.engine.inquireBalance({ clientId: 1, issuerId: 1 }, card);
  assert.ok(balance.ok);
  await house.done({ kind: 'expire', instrumentId: balance.value.instrumentId });
  const reversed = await house.reverse('sale', card);
  assert.equal(reversed.state, 'active');
  assert.equal(await house.spendable(card), 2_000n, 'for the grace');
  house.clock.advance(15 * DAY_MS);
  assert.equal(await house.refusal(redeemOf(card, 1n)), 'instrument_expired');

  const lost = await house.activated('prepaid', 5_000n);
  await house.done(redeemOf(lost, 2_000n), { requestId: 'before' });
  const held = await house.done({
    kind: 'hold',
    card: lost,
    amountMinor: 1_000n,
    unit,
    merchantId: 1,
    durationMs: 60_000,
  });
  await house.done(
    { kind: 'capture', holdId: held.holdId!, amountMinor: 1_000n, unit, isFinal: true },
    { requestId: 'cap' },
  );
  await house.done({ kind: 'void', card: lost, reason: 'lost' });
  await house.reverse('before', lost);
  await house.done(reverseOf('cap', null, held.holdId));
  assert.equal(await house.spendable(lost), 0n);
  assert.deepEqual(await house.openItems(), [
    'voided_with_value',
    'reversed_to_voided',
    'reversed_to_voided',
  ]);
  await house.close();
});

forBothDatabases(
  'R12 a load that was spent is a person’s, and may be tried again',
  async (database) => {
    const house = await openHouse(database);
    const card = await house.activated('prepaid', 5_000n);
    await house.done(loadOf(card, 2_000n), { requestId: 'load' });
    const before = await valueOf(house);
    await house.done(loadOf(card, 1_000n), { requestId: 'more' });
    await house.reverse('more', card);
    assert.equal(await house.spendable(card), 7_000n);
    await house.done(redeemOf(card, 6_000n), { requestId: 'sale' });
    assert.equal(await house.refusal(reverseOf('load', card)), 'already_spent');
    assert.deepEqual(await house.openItems(), ['reversed_after_spending']);
    assert.equal(await house.spendable(card), 0n, 'the rest waits');
    assert.equal(
      await house.refusal({ kind: 'unfreeze', card, owner: 'support' }),
      'not_frozen_by_this_owner',
    );
    await house.done({ kind: 'unfreeze', card, owner: 'item' });
    assert.equal(await house.spendable(card), 1_000n, 'until whoever settles the item lifts it');
    await house.reverse('sale', card);
    await house.reverse('load', card);
    assert.equal(await house.spendable(card), 5_000n);
    assert.ok(before.length > 0);

    const code = await house.done(
      { kind: 'issue', productId: 1, amountMinor: 900n, unit, funding: SELLER },
      { requestId: 'issue' },
    );
    const byCode: CardReference = { by: 'code', code: code.code! };
    await house.done(redeemOf(byCode, 100n), { requestId: 'spent' });
    assert.equal(await house.refusal(reverseOf('issue', null)), 'already_spent');
    await house.reverse('spent', byCode);
    assert.equal((await house.reverse('issue', null)).state, 'voided');

    await house.done({ kind: 'deactivate', card }, { requestId: 'off' });
    assert.equal(
      await house.refusal(reverseOf('load', card), { requestId: 'late' }).catch(() => 'accepted'),
      'accepted',
    );
    await house.close();
  },
);

forBothDatabases('R13 what cannot be reversed', async (database) => {
  const house = await openHouse(database);
  const card = await house.activated('prepaid', 5_000n);
  await house.done(
    { kind: 'freeze', card, owner: 'support', reason: 'asked' },
    { requestId: 'freeze' },
  );
  await house.done({ kind: 'unfreeze', card, owner: 'support' }, { requestId: 'unfreeze' });
  await house.done(redeemOf(card, 1n), { requestId: 'sale' });
  await house.done(reverseOf('sale', card), { requestId: 'reverse' });
  await house.done(
    { kind: 'fund', fundsOfClientId: 1, direction: 'in', amountMinor: 5n, unit },
    { requestId: 'fund' },
  );
  for (const id of ['freeze', 'unfreeze', 'reverse']) {
    assert.equal(await house.refusal(reverseOf(id, card)), 'not_reversible', id);
  }
  assert.equal(await house.refusal(reverseOf('fund', null)), 'not_reversible');
  await house.done({ kind: 'void', card, reason: 'lost' }, { requestId: 'void' });
  assert.equal(await house.refusal(reverseOf('void', card)), 'not_reversible');
  await house.close();
});

forBothDatabases(
  'R15 a deactivation and its reversal, out of funds that were moved away',
  async (database) => {
    const house = await openHouse(database);
    await house.done({
      kind: 'fund',
      fundsOfClientId: 1,
      direction: 'in',
      amountMinor: 6_000n,
      unit,
    });
    const card = await house.blank('variable');
    const activate: Act = {
      kind: 'activate',
      card,
      amountMinor: 4_000n,
      unit: null,
      funding: FUNDS,
    };
    await house.done(activate, { requestId: 'on' });
    await house.done({ kind: 'deactivate', card }, { requestId: 'off' });
    assert.equal(await house.engine.readFunds({ clientId: 1, issuerId: 1 }, unit), 6_000n);
    assert.equal(await house.refusal(reverseOf('on', card)), 'already_returned');
    await house.done({
      kind: 'fund',
      fundsOfClientId: 1,
      direction: 'out',
      amountMinor: 3_000n,
      unit,
    });
    assert.equal(await house.refusal(reverseOf('off', card)), 'insufficient_funds');
    await house.done({
      kind: 'fund',
      fundsOfClientId: 1,
      direction: 'in',
      amountMinor: 1_000n,
      unit,
    });
    await house.reverse('off', card);
    assert.equal(await house.spendable(card), 4_000n);
    assert.equal(await house.engine.readFunds({ clientId: 1, issuerId: 1 }, unit), 0n);
    await house.done({ kind: 'deactivate', card }, { requestId: 'off2' });
    await house.done({ ...activate, amountMinor: 1_000n });
    await house.done({ kind: 'deactivate', card }, { requestId: 'off3' });
    assert.equal(
      await house.refusal(reverseOf('off2', card)),
      'instrument_not_active',
      'it was sold anew',
    );
    house.clock.advance(100 * DAY_MS);
    await house.reverse('off3', card);
    assert.equal(await house.spendable(card), 1_000n, 'an expired lot has its grace');
    await house.close();
  },
);

forBothDatabases('R26 a move between lanes, and its reversal', async (database) => {
  const house = await openHouse(database);
  const { byNumber, byCode } = await house.signposted(8_000n);
  const wallets = await Promise.all(
    Array.from({ length: 4 }, () => house.activated('wide', 1_000n)),
  );
  const before = await valueOf(house);
  for (const [index, to] of wallets.entries()) {
    const from = index % 2 === 0 ? byCode : byNumber;
    await house.done(
      { kind: 'move', card: from, to, amountMinor: 1_500n, unit },
      { requestId: `move${index}` },
    );
  }
  assert.equal(await house.spendable(byCode), 2_000n);
  await house.done(
    { kind: 'move', card: byCode, to: wallets[0]!, amountMinor: null, unit: null },
    { requestId: 'rest' },
  );
  assert.equal((await house.reverse('rest', byCode)).state, 'active', 'a used card lives again');
  for (const [index] of wallets.entries()) {
    await house.reverse(`move${index}`, index % 2 === 0 ? byCode : byNumber);
  }
  assert.equal(await house.spendable(byNumber), 8_000n);
  assert.equal(await valueOf(house), before);
  await house.done(
    { kind: 'move', card: byCode, to: wallets[1]!, amountMinor: 1_500n, unit },
    { requestId: 'spent' },
  );
  await house.done(redeemOf(wallets[1]!, 2_000n));
  assert.equal(await house.refusal(reverseOf('spent', byCode)), 'already_spent');
  assert.deepEqual(await house.openItems(), ['reversed_after_spending']);
  assert.equal(
    await house.refusal({ kind: 'move', card: byCode, to: byNumber, amountMinor: 1n, unit }),
    'same_instrument',
  );
  await house.close();
});

forBothDatabases(
  'R2 a card whose code and number are at home in two lanes is one card',
  async (database) => {
    const house = await openHouse(database);
    const { byNumber, byCode } = await house.signposted(9_000n);
    const before = await valueOf(house);
    await house.done(redeemOf(byCode, 1_000n), { requestId: 'code' });
    await house.done(redeemOf(byNumber, 2_000n), { requestId: 'number' });
    await house.done(returnOf(byNumber, 2_500n), { requestId: 'back' });
    assert.equal(await house.spendable(byCode), 8_500n);
    await house.reverse('back', byNumber);
    await house.done(returnOf(byNumber, 400n, 'code'), { requestId: 'named' });
    await house.reverse('named', byNumber);
    const hold: Act = {
      kind: 'hold',
      card: byCode,
      amountMinor: 3_000n,
      unit,
      merchantId: 1,
      durationMs: 60_000,
    };
    const held = await house.done(hold, { requestId: 'hold' });
    await house.done(
      { kind: 'capture', holdId: held.holdId!, amountMinor: 1_000n, unit, isFinal: false },
      { requestId: 'cap' },
    );
    assert.equal(await house.refusal(reverseOf('hold', byCode)), 'already_captured');
    await house.done(reverseOf('cap', null, held.holdId));
    await house.done(reverseOf('hold', byCode), { requestId: 'undo' });
    await Promise.all([
      house.done({ kind: 'freeze', card: byCode, owner: 'case', reason: 'stolen' }),
      house.done({ kind: 'freeze', card: byNumber, owner: 'member', reason: 'panic' }),
    ]);
    await house.done({ kind: 'unfreeze', card: byCode, owner: 'member' });
    assert.equal(await house.refusal(redeemOf(byCode, 1n)), 'instrument_frozen');
    await house.done({ kind: 'unfreeze', card: byNumber, owner: 'case' });
    await house.reverse('code', byCode);
    await house.reverse('number', byNumber);
    assert.equal(await house.spendable(byCode), 9_000n);
    assert.ok(before.length > 0);
    const together = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        house.redeem(index % 2 === 0 ? byCode : byNumber, 1_000n),
      ),
    );
    assert.equal(together.filter(({ outcome }) => outcome === 'accepted').length, 9);
    await house.done({ kind: 'void', card: byCode, reason: 'end' });
    await house.close();
  },
);
