/** R11, R15: what the sweep of expired value does, and what it does not hold up. */
import assert from 'node:assert/strict';
import type { Act, CardReference } from '../../src/instruments/operation.ts';
import type { RunningEngine } from '../../src/instruments/open-engine.ts';
import { sweepExpired } from '../../src/instruments/sweep.ts';
import { forBothDatabases } from '../support/database.ts';
import { DAY_MS, openHouse } from '../support/house.ts';

const unit = 'JPY';

function redeemOf(card: CardReference, amountMinor: bigint): Act {
  return { kind: 'redeem', card, amountMinor, unit, merchantId: 1, isPartialAllowed: false };
}

function holdOf(card: CardReference, amountMinor: bigint, durationMs: number): Act {
  return { kind: 'hold', card, amountMinor, unit, merchantId: 1, durationMs };
}

forBothDatabases(
  'A card whose expiry breaks is one item of its issuer, and few expiries wait at once',
  async (database) => {
    const house = await openHouse(database);
    const cards = await Promise.all(
      Array.from({ length: 210 }, () => house.activated('variable', 1_000n)),
    );
    const broken = await house.engine.inquireBalance({ clientId: 1, issuerId: 1 }, cards[0]!);
    assert.ok(broken.ok);
    const { instrumentId } = broken.value;
    let inFlight = 0;
    let most = 0;
    const engine: RunningEngine = {
      ...house.engine,
      submit: async (operation) => {
        inFlight += 1;
        most = Math.max(most, inFlight);
        const outcome = await house.engine.submit(operation);
        inFlight -= 1;
        return outcome;
      },
    };
    const sweep = () => sweepExpired({ database, engine, clock: house.clock });
    house.clock.advance(91 * DAY_MS);
    await database.script(`alter table instruments.lot add constraint broken
      check (instrument_id <> ${instrumentId} or remaining_minor > 0)`);
    assert.equal(await sweep(), 209, 'all but the broken one');
    assert.equal(most, 200);
    house.clock.advance(10_000);
    assert.equal(await sweep(), 0);
    house.clock.advance(10_000);
    assert.equal(await sweep(), 0);
    const items = await database.query('select cause, issuer_id from instruments.item');
    assert.deepEqual(
      items.map((item) => [item['cause'], item['issuer_id']]),
      [['operation_broke', 1]],
    );
    await house.close();
  },
);

forBothDatabases(
  'The sweep moves what has expired and ends holds whose time has come',
  async (database) => {
    const house = await openHouse(database);
    const parts = () => ({ database, engine: house.engine, clock: house.clock });
    const cards = await Promise.all(
      Array.from({ length: 5 }, () => house.activated('variable', 3_000n)),
    );
    await house.done(redeemOf(cards[0]!, 3_000n));
    const held = await house.done(holdOf(cards[1]!, 1_000n, 60_000));
    assert.equal(await sweepExpired(parts()), 0);
    house.clock.advance(60_000);
    assert.equal(await sweepExpired(parts()), 1, 'the hold');
    house.clock.advance(80 * DAY_MS);
    const long = await house.done(holdOf(cards[2]!, 1_000n, 30 * DAY_MS));
    house.clock.advance(11 * DAY_MS);
    assert.equal(await sweepExpired(parts()), 3, 'neither the spent nor the held one');
    assert.equal(await sweepExpired(parts()), 0);
    await house.done({ kind: 'release', holdId: long.holdId! });
    assert.equal(await sweepExpired(parts()), 1, 'when its hold has ended');
    await house.restart();
    assert.equal(await sweepExpired(parts()), 0);
    assert.ok(held.holdId !== null);
    const states = await database.query('select state from instruments.instrument order by 1');
    assert.deepEqual(
      states.map((row) => row['state']),
      ['expired', 'expired', 'expired', 'expired', 'used'],
    );
    await house.close();
  },
);
