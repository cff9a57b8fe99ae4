import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { openWalletWorld } from '../../test/support/wallet-world.ts';

forBothDatabases(
  'a page of a long history asks only for the instruments that it needs, and nothing is missing from it',
  async (database) => {
    let asked = 0;
    const place = await openWalletWorld(database, ({ engine }) => ({
      engine: {
        ...engine,
        listTransfers(...named) {
          asked += 1;
          return engine.listTransfers(...named);
        },
      },
    }));
    const { house, wallets } = place;
    const { memberId } = await place.member('hana@example.jp');
    // 60 gifts, each used up in two purchases before the next one comes.
    for (let count = 0; count < 60; count += 1) {
      const card = await house.issued(700n);
      const found = await house.engine.inquireBalance({ clientId: 0, issuerId: 1 }, card);
      assert.ok(found.ok);
      const { instrumentId } = found.value;
      const holding = { memberId, issuerId: 1, instrumentId, how: 'gift' } as const;
      await database.transaction((on) => wallets.keep(on, holding));
      for (const amountMinor of [300n, 400n]) {
        house.clock.advance(1_000);
        assert.equal((await house.redeem(card, amountMinor)).outcome, 'accepted');
      }
      house.clock.advance(1_000);
      await wallets.holdings(memberId);
    }
    asked = 0;
    const first = await wallets.history(memberId, null);
    assert.ok(asked <= 40, `${asked} instruments were asked for`);
    const all = [...first];
    for (let page = 0; page < 20; page += 1) {
      const last = all.at(-1);
      assert.ok(last);
      const older = await wallets.history(memberId, last.at);
      if (older.length === 0) break;
      all.push(...older);
    }
    assert.equal(all.length, 60 * 3);
    assert.equal(all.filter(({ what }) => what.is === 'value').length, 120);
    assert.deepEqual(
      all,
      all.toSorted((one, other) => other.at - one.at),
    );
    await place.close();
  },
);
