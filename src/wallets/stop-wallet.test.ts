import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import type { House } from '../../test/support/house.ts';
import { openWalletWorld } from '../../test/support/wallet-world.ts';
import type { Operation } from '../instruments/index.ts';

forBothDatabases(
  'a wallet shows and freezes all that is in it, and what was used up fills nobody',
  async (database) => {
    const place = await openWalletWorld(database);
    const { house, wallets } = place;
    const { memberId } = await place.member('hana@example.jp');
    const all = await Promise.all(Array.from({ length: 205 }, () => issued(house, 500n)));
    await database.transaction(async (on) => {
      for (const { instrumentId } of all) {
        assert.ok(
          (await wallets.keep(on, { memberId, issuerId: 1, instrumentId, how: 'gift' })).ok,
        );
      }
    });
    assert.equal((await wallets.holdings(memberId)).length, 205);
    const late = await house.issued(500n);
    const full = await wallets.add(memberId, late);
    assert.equal(!full.ok && full.refusal, 'wallet_full');
    const paid = await Promise.all(all.slice(0, 110).map(({ card }) => house.redeem(card, 500n)));
    assert.ok(paid.every(({ outcome }) => outcome === 'accepted'));
    assert.ok((await wallets.add(memberId, late)).ok, 'there is room again');
    const stopped = await wallets.freezeAll(memberId, { caseNumber: 'C-1' });
    assert.equal(stopped.length, 96);
    assert.ok((await wallets.holdings(memberId)).every(({ isFrozen }) => isFrozen));
    await wallets.unfreezeAll(memberId, { caseNumber: 'C-1' });
    const left = await wallets.holdings(memberId);
    assert.ok(left.length === 96 && left.every(({ isFrozen }) => !isFrozen));
    await place.close();
  },
);

forBothDatabases('what a shop gives back comes to what was used up', async (database) => {
  const place = await openWalletWorld(database);
  const { house, wallets } = place;
  const { memberId } = await place.member('hana@example.jp');
  const { card, instrumentId } = await issued(house, 700n);
  const holding = { memberId, issuerId: 1, instrumentId, how: 'gift' } as const;
  await database.transaction((on) => wallets.keep(on, holding));
  const paid = await house.redeem(card, 700n, { requestId: 'bought' });
  assert.equal(paid.outcome, 'accepted');
  assert.deepEqual(await wallets.holdings(memberId), []);
  const emptied = 'select emptied_at is not null as is_empty from wallets.holding';
  assert.deepEqual(await database.query(emptied), [{ is_empty: true }]);
  await house.done({
    kind: 'return',
    card,
    originalRequestId: 'bought',
    amountMinor: 700n,
    unit: 'JPY',
    merchantId: 1,
  });
  assert.equal((await wallets.holdings(memberId))[0]?.spendableMinor, 700n);
  assert.deepEqual(await database.query(emptied), [{ is_empty: false }]);
  await place.close();
});

forBothDatabases(
  'what comes into a stopped wallet is frozen, and free when the case is over',
  async (database) => {
    let inBetween = async (_: Operation): Promise<void> => undefined;
    const place = await openWalletWorld(database, ({ engine }) => ({
      engine: {
        ...engine,
        async submit(operation) {
          const outcome = await engine.submit(operation);
          await inBetween(operation);
          return outcome;
        },
      },
    }));
    const { house, wallets } = place;
    const { memberId } = await place.member('hana@example.jp');
    inBetween = async ({ kind }) => {
      if (kind === 'move') await wallets.freezeAll(memberId, { caseNumber: 'C-1' });
    };
    const moved = await wallets.add(memberId, await house.issued(900n));
    assert.ok(moved.ok, 'it was under way when the case came');
    const { instrumentId } = await issued(house, 800n);
    const holding = { memberId, issuerId: 1, instrumentId, how: 'gift' } as const;
    await database.transaction((on) => wallets.keep(on, holding));
    await wallets.round();
    const frozen = async () => (await wallets.holdings(memberId)).map(({ isFrozen }) => isFrozen);
    assert.deepEqual(await frozen(), [true, true]);
    await wallets.unfreezeAll(memberId, { caseNumber: 'C-1' });
    assert.deepEqual(await frozen(), [false, false]);
    await wallets.round();
    assert.deepEqual(await frozen(), [false, false]);
    await place.close();
  },
);

forBothDatabases(
  'a case that comes while another is lifted keeps everything frozen until it is lifted itself',
  async (database) => {
    let inBetween = async (_: Operation): Promise<void> => undefined;
    const place = await openWalletWorld(database, ({ engine }) => ({
      engine: {
        ...engine,
        async submit(operation) {
          await inBetween(operation);
          return engine.submit(operation);
        },
      },
    }));
    const { wallets } = place;
    const { memberId } = (await place.filled('hana@example.jp', 900n)).member;
    await wallets.freezeAll(memberId, { caseNumber: 'C-1' });
    inBetween = async ({ kind }) => {
      if (kind !== 'unfreeze') return;
      inBetween = async () => undefined;
      await wallets.freezeAll(memberId, { caseNumber: 'C-2' });
    };
    await wallets.unfreezeAll(memberId, { caseNumber: 'C-1' });
    assert.equal((await wallets.holdings(memberId))[0]?.isFrozen, true);
    const both = ['C-2', 'C-3'];
    await wallets.freezeAll(memberId, { caseNumber: 'C-3' });
    await Promise.all(both.map((caseNumber) => wallets.unfreezeAll(memberId, { caseNumber })));
    assert.equal((await wallets.holdings(memberId))[0]?.isFrozen, false, 'both at one moment');
    await place.close();
  },
);

async function issued(house: House, amountMinor: bigint) {
  const card = await house.issued(amountMinor);
  const found = await house.engine.inquireBalance({ clientId: 0, issuerId: 1 }, card);
  assert.ok(found.ok);
  return { card, instrumentId: found.value.instrumentId };
}
