/** R20, R21: limits by day and month, and what counts towards them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Act, CardReference } from '../../src/instruments/operation.ts';
import { readLots } from '../../src/instruments/read-batch.sql.ts';
import { LOTS_MAX } from '../../src/instruments/value.ts';
import { laneOfId } from '../../src/kernel/ids.ts';
import { forBothDatabases, openPostgres } from '../support/database.ts';
import { DAY_MS, openHouse, SELLER } from '../support/house.ts';
import { hasPostgresBinaries } from '../support/postgres-server.ts';

const unit = 'JPY';

function redeemOf(card: CardReference, amountMinor: bigint): Act {
  return { kind: 'redeem', card, amountMinor, unit, merchantId: 1, isPartialAllowed: false };
}

function holdOf(card: CardReference, amountMinor: bigint, durationMs: number): Act {
  return { kind: 'hold', card, amountMinor, unit, merchantId: 1, durationMs };
}

forBothDatabases(
  'R21 a move is a redemption of the one card and a load of the other, freed in its period',
  async (database) => {
    const house = await openHouse(database);
    const loadOf = (card: CardReference, amountMinor: bigint): Act => ({
      kind: 'load',
      card,
      amountMinor,
      unit,
      lotClass: 'paid',
      funding: SELLER,
    });
    const moveOf = (card: CardReference, to: CardReference, amountMinor: bigint): Act => ({
      kind: 'move',
      card,
      to,
      amountMinor,
      unit,
    });
    const used = async (): Promise<unknown[]> => {
      const rows =
        await database.query(`select concat_ws(' ', measure, starts_on, used_minor) as used
        from instruments.counter order by starts_on, measure`);
      return rows.map((row) => row['used']);
    };
    const card = await house.activated('limited', 50_000n);
    const to = await house.activated('limited', 1_000n);
    await house.done(moveOf(card, to, 15_000n), { requestId: 'march' });
    assert.deepEqual(await used(), ['load 2026-03-01 15000', 'redeem 2026-03-01 15000']);
    assert.equal(await house.refusal(moveOf(card, to, 5_001n)), 'day_limit_exceeded');
    assert.equal(await house.refusal(redeemOf(card, 5_001n)), 'day_limit_exceeded');
    await house.done(loadOf(to, 45_000n));
    assert.equal(
      await house.refusal(moveOf(card, to, 500n)),
      'day_limit_exceeded',
      'of the target',
    );
    house.clock.advance(31 * DAY_MS); // April
    await house.done(moveOf(card, to, 2_000n), { requestId: 'april' });
    await house.restart();
    await house.reverse('march', card);
    assert.deepEqual(await used(), [
      'load 2026-03-01 45000',
      'redeem 2026-03-01 0',
      'load 2026-04-01 2000',
      'redeem 2026-04-01 2000',
    ]);
    const full = await house.activated('limited', 50_000n);
    const both = await Promise.all([
      house.submit(moveOf(full, to, 12_000n)),
      house.submit(moveOf(full, to, 12_000n)),
    ]);
    assert.deepEqual(
      both.map(({ outcome }) => outcome),
      ['accepted', 'refused'],
      'both cannot fit',
    );
    // A part of a card is no less than a load; its rest may be.
    const rest = await house.activated('limited', 700n);
    assert.equal(await house.refusal(moveOf(rest, to, 499n)), 'load_out_of_range');
    await house.done(redeemOf(rest, 500n));
    assert.equal(await house.refusal(moveOf(rest, to, 199n)), 'load_out_of_range');
    await house.done(moveOf(rest, to, 200n));
    await house.close();
  },
);

void test(
  'a card holds 1,000 lots with something in them, and is no slower for those that it has emptied (PostgreSQL)',
  { skip: !hasPostgresBinaries() },
  async () => {
    const database = await openPostgres();
    const house = await openHouse(database);
    const card = await house.activated('wide', 1n);
    const load: Act = {
      kind: 'load',
      card,
      amountMinor: 1n,
      unit,
      lotClass: 'paid',
      funding: SELLER,
    };
    await Promise.all(Array.from({ length: LOTS_MAX - 1 }, () => house.done(load)));
    assert.equal(await house.refusal(load), 'too_many_lots');
    const other = await house.activated('wide', 5n);
    const move: Act = { kind: 'move', card: other, to: card, amountMinor: 1n, unit };
    assert.equal(await house.refusal(move), 'too_many_lots');
    await house.redeem(card, 700n, { requestId: 'sale' });
    await Promise.all([house.done(load), house.done(move)]);
    const { instrumentId } = await house.done(redeemOf(card, 1n));
    assert.ok(instrumentId !== null);
    const read = { lanes: [laneOfId(instrumentId)], instrumentIds: [instrumentId] };
    assert.equal((await readLots(database, { ...read, areWhole: [false] })).length, 301);
    assert.equal((await readLots(database, { ...read, areWhole: [true] })).length, 1_002);
    await house.reverse('sale', card); // into the lots that it has emptied
    assert.equal(await house.spendable(card), 1_001n);
    assert.equal(await house.refusal(load), 'too_many_lots');
    await house.close();
    await database.close();
  },
);

forBothDatabases(
  'R21 limits are exact, by day and month of the zone, and freed in their period',
  async (database) => {
    const house = await openHouse(database);
    const card = await house.activated('limited', 50_000n);
    await house.done({
      kind: 'load',
      card,
      amountMinor: 40_000n,
      unit,
      lotClass: 'paid',
      funding: SELLER,
    });
    const load: Act = {
      kind: 'load',
      card,
      amountMinor: 500n,
      unit,
      lotClass: 'paid',
      funding: SELLER,
    };
    const together = await Promise.all([
      house.redeem(card, 12_000n, { requestId: 'a' }),
      house.redeem(card, 12_000n, { requestId: 'b' }),
    ]);
    assert.deepEqual(
      together.map(({ outcome }) => outcome),
      ['accepted', 'refused'],
      'both cannot fit',
    );
    house.clock.advance(12 * 60 * 60 * 1_000 - 1); // 23:59:59.999 in Japan
    assert.equal(await house.refusal(redeemOf(card, 8_001n)), 'day_limit_exceeded');
    const held = await house.done(holdOf(card, 8_000n, 31 * DAY_MS));
    house.clock.advance(1);
    await house.done(redeemOf(card, 20_000n));
    house.clock.advance(DAY_MS);
    assert.equal(await house.refusal(redeemOf(card, 10_001n)), 'month_limit_exceeded');
    house.clock.advance(28 * DAY_MS); // April
    await house.done(redeemOf(card, 20_000n), { requestId: 'april' });
    const april = () =>
      database.query(`select used_minor from instruments.counter
      where measure = 'redeem' and starts_on = '2026-04-01'`);
    await house.done(
      { kind: 'capture', holdId: held.holdId!, amountMinor: 8_000n, unit, isFinal: true },
      { requestId: 'cap' },
    );
    await house.reverse('a', card);
    await house.done({
      kind: 'reverse',
      originalRequestId: 'cap',
      card: null,
      holdId: held.holdId,
    });
    assert.equal((await april())[0]?.['used_minor'], 20_000n, 'April is as it was');
    const [march] = await database.query(`select used_minor from instruments.counter
    where measure = 'redeem' and starts_on = '2026-03-01'`);
    assert.equal(march?.['used_minor'], 20_000n, 'March is freed');
    assert.equal(
      await house.refusal({ ...load, amountMinor: 60_001n } as Act),
      'load_out_of_range',
    );
    await house.close();
  },
);
