import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { DAY_MS, openHouse, PRODUCTS, SELLER, START } from '../../test/support/house.ts';
import type { Database } from '../kernel/database/index.ts';
import {
  countSales,
  forgetSales,
  operationsByMinute,
  refusalsByCause,
  salesByHour,
  SALE_KINDS,
} from './index.ts';

const HOUR_MS = 3_600_000;
const ALL = { issuerId: 1, productIds: null, sellerIds: null, tenderIds: null };
const DAY = { from: START - HOUR_MS, until: START + DAY_MS };

forBothDatabases(
  'sales are counted once, by hour and product, however often the counting runs',
  async (database) => {
    const house = await openHouse(database);
    await house.issued(3_000n);
    await house.issued(1_000n);
    house.clock.advance(HOUR_MS);
    const card = await house.activated('variable', 5_000n);
    await house.redeem(card, 500n);
    await Promise.all([
      countSales({ database, clock: house.clock }),
      countSales({ database, clock: house.clock }),
    ]);
    assert.equal(await countSales({ database, clock: house.clock }), 0);
    assert.deepEqual(await salesByHour(database, { ...ALL, ...DAY }), [
      { at: START, accepted: 2n, acceptedMinor: 4_000n, reversed: 0n, refused: 0n },
      { at: START + HOUR_MS, accepted: 1n, acceptedMinor: 5_000n, reversed: 0n, refused: 0n },
    ]);
    const ofCodes = await salesByHour(database, { ...ALL, ...DAY, productIds: [PRODUCTS.code] });
    assert.deepEqual(
      ofCodes.map(({ acceptedMinor }) => acceptedMinor),
      [4_000n],
    );
    const uses = await salesByHour(database, { ...ALL, ...DAY, kinds: ['redeem'] });
    assert.deepEqual(
      uses.map(({ acceptedMinor }) => acceptedMinor),
      [500n],
    );
    for (const elsewhere of [
      { issuerId: 2 },
      { productIds: [] },
      { sellerIds: [99] },
      { tenderIds: [1] },
    ]) {
      assert.deepEqual(await salesByHour(database, { ...ALL, ...DAY, ...elsewhere }), []);
    }
    await house.close();
  },
);

forBothDatabases(
  'what was taken back and what was refused stand beside what was sold',
  async (database) => {
    const house = await openHouse(database);
    const card = await house.blank('variable');
    const activate = {
      kind: 'activate',
      card,
      amountMinor: 2_000n,
      unit: 'JPY',
      funding: SELLER,
    } as const;
    await house.done(activate, { requestId: 'sale' });
    await house.reverse('sale', card);
    await house.refusal({ ...activate, amountMinor: 1n }, { requestId: 'too little' });
    await countSales({ database, clock: house.clock });
    assert.deepEqual(await salesByHour(database, { ...ALL, ...DAY }), [
      { at: START, accepted: 1n, acceptedMinor: 2_000n, reversed: 1n, refused: 1n },
    ]);
    const causes = await refusalsByCause(database, { issuerId: 1, ...DAY });
    assert.deepEqual(
      causes.map(({ kind, refusal, count }) => [kind, refusal, count]),
      [['activate', 'amount_not_allowed', 1n]],
    );
    const minutes = await operationsByMinute(database, { issuerIds: [1, 2], ...DAY });
    assert.deepEqual(
      minutes.map(({ at, outcome }) => [at, outcome]),
      [
        [START, 'accepted'],
        [START, 'amount_not_allowed'],
        [START, 'reversed'],
      ],
    );
    await house.close();
  },
);

forBothDatabases(
  'the journals give the same counts again when the tables are emptied',
  async (database) => {
    const house = await openHouse(database);
    for (let sale = 0; sale < 40; sale += 1) await house.issued(BigInt(500 + sale));
    const count = async (): Promise<unknown> => {
      await countSales({ database, clock: house.clock });
      return salesByHour(database, { ...ALL, ...DAY, kinds: SALE_KINDS });
    };
    const first = await count();
    await emptied(database);
    assert.deepEqual(await count(), first);
    await house.close();
  },
);

forBothDatabases('minutes are forgotten after two days, hours stay', async (database) => {
  const house = await openHouse(database);
  await house.issued(1_000n);
  await countSales({ database, clock: house.clock });
  house.clock.advance(3 * DAY_MS);
  await forgetSales({ database, clock: house.clock });
  assert.deepEqual(await operationsByMinute(database, { issuerIds: [1], ...DAY }), []);
  assert.equal((await salesByHour(database, { ...ALL, ...DAY })).length, 1);
  await house.close();
});

async function emptied(database: Database): Promise<void> {
  await database.script('truncate sales.position, sales.hour, sales.minute, sales.purchase');
}
