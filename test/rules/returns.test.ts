/** R10: returns, named and not, and their own reversals. */
import assert from 'node:assert/strict';
import type { Act, CardReference } from '../../src/instruments/operation.ts';
import { forBothDatabases } from '../support/database.ts';
import { openHouse, SELLER } from '../support/house.ts';

const unit = 'JPY';

function redeemOf(card: CardReference, amountMinor: bigint): Act {
  return { kind: 'redeem', card, amountMinor, unit, merchantId: 1, isPartialAllowed: false };
}

function returnOf(card: CardReference, amountMinor: bigint, original: string | null = null): Act {
  return { kind: 'return', card, amountMinor, unit, merchantId: 1, originalRequestId: original };
}

function loadOf(card: CardReference, amountMinor: bigint): Act {
  return { kind: 'load', card, amountMinor, unit, lotClass: 'paid', funding: SELLER };
}

forBothDatabases(
  'R10 returns that are reversed in any order give each lot its own share',
  async (database) => {
    const house = await openHouse(database);
    const card = await house.activated('prepaid', 1_000n);
    await house.done(loadOf(card, 1_000n));
    const remaining = async (): Promise<unknown[]> => {
      const lots = await database.query(
        'select remaining_minor from instruments.lot order by lot_id',
      );
      return lots.map((lot) => lot['remaining_minor']);
    };
    await house.done(redeemOf(card, 2_000n), { requestId: 'sale' });
    await house.done(returnOf(card, 600n, 'sale'), { requestId: 'first' });
    await house.done(returnOf(card, 700n, 'sale'), { requestId: 'second' });
    assert.deepEqual(await remaining(), [300n, 1_000n]);
    await house.reverse('first', card);
    assert.deepEqual(await remaining(), [300n, 400n]);
    await house.done(returnOf(card, 600n, 'sale'), { requestId: 'third' });
    assert.deepEqual(await remaining(), [300n, 1_000n], 'the second lot has its share open again');
    await Promise.all([
      house.reverse('second', card),
      house.done(returnOf(card, 1_000n), { requestId: 'fourth' }),
    ]);
    assert.deepEqual(await remaining(), [600n, 1_000n], 'in one batch too');
    await house.done(returnOf(card, 400n), { requestId: 'fifth' });
    assert.deepEqual(await remaining(), [1_000n, 1_000n]);
    await house.close();
  },
);

forBothDatabases(
  'R10 a return without an original takes a thousand redemptions, if it must',
  async (database) => {
    const house = await openHouse(database);
    const card = await house.activated('prepaid', 5_000n);
    await Promise.all(Array.from({ length: 1_001 }, () => house.done(redeemOf(card, 2n))));
    assert.equal(await house.refusal(returnOf(card, 2_001n)), 'return_exceeds_redemption');
    await house.done(returnOf(card, 2_000n), { requestId: 'back' });
    assert.equal(await house.spendable(card), 4_998n);
    await house.reverse('back', card);
    assert.equal(await house.spendable(card), 2_998n);
    await house.done(returnOf(card, 1_999n));
    assert.equal(await house.spendable(card), 4_997n);
    await house.close();
  },
);
