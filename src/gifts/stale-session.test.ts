/** A session that somebody left open, or lost: by itself it moves no gift to anybody else. */
import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { openGiftWorld } from '../../test/support/gift-world.ts';

const DAY_MS = 24 * 60 * 60_000;
const EVE = 'eve@example.jp';

forBothDatabases(
  'an address is corrected behind a fresh factor; its sender is told, and the claim is judged by then',
  async (database) => {
    const world = await openGiftWorld(database);
    const { clock } = world.house;
    const hana = await world.sender('hana@example.jp');
    clock.advance(30 * DAY_MS);
    await world.refresh(hana);
    const { giftId } = await world.sent(hana, { amountMinor: 10_000n });
    clock.advance(DAY_MS);
    const correct = async () =>
      world.gifts.correctAddress(await hana.session(), { giftId, to: EVE }, hana.browser.from);
    const stale = await correct();
    assert.equal(!stale.ok && stale.refusal, 'fresh_factor_needed');
    assert.equal((await world.find(hana, giftId)).to, 'taro@example.jp');
    assert.equal(await world.codeTo(EVE), 'no code');

    const { deviceId } = await hana.session();
    await database.query('update members.device set first_seen_at = $2 where device_id = $1', [
      deviceId,
      new Date(clock.now()),
    ]);
    await world.refresh(hana);
    assert.ok((await correct()).ok);
    assert.equal((await world.told(hana.email))[0], 'gift_address_changed');
    const [mail] = await world.members.mails(hana.email);
    assert.match(mail?.content?.text ?? '', /eve@example\.jp/);
    clock.advance(60 * 60_000);
    const claimed = await world.gifts.claim({ code: await world.codeTo(EVE) }, world.stranger());
    assert.ok(claimed.ok && claimed.value.waitsUntil !== null);
    const { signs } = await world.find(hana, giftId);
    assert.deepEqual(signs, ['sender_new_device', 'claimant_unknown', 'large']);
    await world.close();
  },
);

forBothDatabases(
  'the code of a link is shown behind a fresh factor, and to its sender alone',
  async (database) => {
    const world = await openGiftWorld(database);
    const hana = await world.sender('hana@example.jp');
    const { giftId } = await world.sent(hana, { channel: 'link' });
    world.house.clock.advance(DAY_MS);
    const stale = await world.gifts.shareCode(await hana.session(), giftId);
    assert.equal(!stale.ok && stale.refusal, 'fresh_factor_needed');
    assert.match(await world.shareCode(hana, giftId), /^[2-9A-Z]{4}(-[2-9A-Z]{4}){3}$/);
    await world.close();
  },
);
