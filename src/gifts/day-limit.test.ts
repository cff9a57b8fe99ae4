/** What a sender's day counts: only what is spent, whichever way a gift fails. */
import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import {
  GIFT_TENDERS,
  openGiftWorld,
  type GiftWorld,
  type Sender,
} from '../../test/support/gift-world.ts';
import type { Outcome } from '../instruments/index.ts';

const HOUR_MS = 60 * 60_000;
const TARO = 'taro@example.jp';

async function spentBy(world: GiftWorld, { memberId }: Sender): Promise<bigint> {
  return (await world.members.members.limits(memberId)).spentMinor;
}

forBothDatabases(
  'a gift that cannot be charged counts for the day no more, and its repair counts anew',
  async (database) => {
    const world = await openGiftWorld(database);
    const hana = await world.sender('hana@example.jp', 'card_funds_at_capture');
    const { giftId } = await world.sent(hana);
    world.house.clock.advance(HOUR_MS);
    assert.equal(await spentBy(world, hana), 3_000n);
    await world.gifts.claim({ code: await world.codeTo(TARO) }, world.stranger());
    await world.settle();
    assert.equal((await world.find(hana, giftId)).state, 'refused');
    assert.equal(await spentBy(world, hana), 0n);

    const { memberId } = hana;
    const broke = { memberId, tenderId: GIFT_TENDERS.card, tenderKind: 'card' } as const;
    const method = await world.payments.addMethod({ ...broke, token: 'card_funds' });
    assert.ok(method.ok);
    await world.refresh(hana);
    const { methodId } = method.value;
    const again = await world.gifts.repair(await hana.session(), giftId, methodId);
    assert.ok(again.ok);
    assert.equal(await spentBy(world, hana), 3_000n);
    await world.settle();
    assert.equal(
      (await world.find(hana, giftId)).state,
      'refused',
      'the other card says no as well',
    );
    assert.equal(await spentBy(world, hana), 0n);

    for (const amountMinor of [25_000n, 24_000n]) {
      await world.refresh(hana);
      assert.ok((await world.try(hana, { to: 'jiro@example.jp', amountMinor })).ok);
    }
    const tooMuch = await world.gifts.repair(await hana.session(), giftId, methodId);
    assert.equal(!tooMuch.ok && tooMuch.refusal, 'too_much_today');
    assert.equal(await spentBy(world, hana), 49_000n);
    await world.settle();
    await world.close();
  },
);

forBothDatabases(
  'a gift whose value cannot be issued counts for the day no more',
  async (database) => {
    const world = await openGiftWorld(database);
    const hana = await world.sender('hana@example.jp');
    const { giftId } = await world.sent(hana);
    world.house.clock.advance(HOUR_MS);
    assert.equal(await spentBy(world, hana), 3_000n);
    const refused: Outcome = {
      outcome: 'refused',
      refusal: 'tender_limit_exceeded',
      isRepeated: false,
      balanceMinor: null,
    };
    Object.assign(world.desk, { engine: { submit: async () => refused } });
    await world.gifts.claim({ code: await world.codeTo(TARO) }, world.stranger());
    await world.settle();
    const after = await world.find(hana, giftId);
    assert.equal(after.state, 'refused');
    assert.equal(after.payment, 'refunded');
    assert.equal(await spentBy(world, hana), 0n);
    await world.close();
  },
);
