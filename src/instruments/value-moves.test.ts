import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { openHouse, SELLER } from '../../test/support/house.ts';
import { openKeyRing } from '../kernel/crypto.ts';

forBothDatabases('a code is issued, redeemed in parts and used up', async (database) => {
  const house = await openHouse(database);
  const card = await house.issued(5_000n);
  assert.equal(await house.spendable(card), 5_000n);
  const first = await house.redeem(card, 1_500n);
  assert.equal(first.outcome, 'accepted');
  assert.equal(await house.spendable(card), 3_500n);
  const second = await house.redeem(card, 4_000n);
  assert.deepEqual(second, {
    outcome: 'refused',
    refusal: 'insufficient_value',
    isRepeated: false,
    balanceMinor: 3_500n,
  });
  await house.redeem(card, 3_500n);
  assert.equal(
    await house.refusal({
      kind: 'redeem',
      card,
      amountMinor: 1n,
      unit: 'JPY',
      merchantId: 1,
      isPartialAllowed: false,
    }),
    'instrument_used',
  );
  await house.close();
});

forBothDatabases('a card is activated once, loaded and reversed exactly', async (database) => {
  const house = await openHouse(database);
  const card = await house.activated('prepaid', 3_000n);
  assert.equal(
    await house.refusal({
      kind: 'activate',
      card,
      amountMinor: 3_000n,
      unit: 'JPY',
      funding: SELLER,
    }),
    'instrument_already_active',
  );
  await house.done(
    { kind: 'load', card, amountMinor: 2_000n, unit: 'JPY', lotClass: 'paid', funding: SELLER },
    { requestId: 'load' },
  );
  await house.redeem(card, 4_000n, { requestId: 'sale' });
  assert.equal(await house.spendable(card), 1_000n);
  await house.done({ kind: 'reverse', originalRequestId: 'sale', card, holdId: null });
  assert.equal(await house.spendable(card), 5_000n);
  await house.done({ kind: 'reverse', originalRequestId: 'load', card, holdId: null });
  assert.equal(await house.spendable(card), 3_000n);
  await house.close();
});

forBothDatabases(
  'value is renewed: the old code opens nothing, and it can be undone',
  async (database) => {
    const house = await openHouse(database);
    const card = await house.issued(5_000n);
    await house.redeem(card, 1_500n, { requestId: 'sale' });
    const renew = { kind: 'move', card, to: null, amountMinor: null, unit: null } as const;
    const done = await house.done(renew, { requestId: 'renew' });
    assert.equal(done.amountMinor, 3_500n);
    assert.ok(done.toInstrumentId !== null && done.toInstrumentId !== done.instrumentId);
    const again = await house.done(renew, { requestId: 'renew' });
    assert.equal(again.toInstrumentId, done.toInstrumentId, 'a repeat makes no second card');
    const fresh = { by: 'instrument', instrumentId: done.toInstrumentId } as const;
    assert.equal(await house.spendable(fresh), 3_500n);
    assert.equal(await house.spendable(card), 0n);
    assert.equal(await house.refusal({ ...renew, amountMinor: 1n }), 'instrument_used');
    await house.done({ kind: 'reverse', originalRequestId: 'renew', card, holdId: null });
    assert.equal(await house.spendable(card), 3_500n);
    assert.equal(await house.spendable(fresh), 0n);
    await house.close();
  },
);

forBothDatabases('a full queue says so at once and works nothing out for it', async (database) => {
  const ring = openKeyRing(new Uint8Array(32).fill(7));
  let hashed = 0;
  const contentHash = (text: string): Uint8Array => {
    hashed += 1;
    return ring.contentHash(text);
  };
  const house = await openHouse(database, {
    keys: { ...ring, contentHash },
    writers: 1,
    queueMax: 2,
  });
  const card = await house.issued(5_000n);
  const before = hashed;
  const outcomes = await Promise.all([1n, 2n, 3n].map((minor) => house.redeem(card, minor)));
  const busy = { outcome: 'not_done', cause: 'busy', retryAfterMs: 1_000 };
  assert.deepEqual(
    outcomes.map((each) => (each.outcome === 'accepted' ? 'accepted' : each)),
    ['accepted', 'accepted', busy],
  );
  assert.equal(hashed - before, 2);
  assert.equal(await house.spendable(card), 4_997n);
  await house.close();
});
