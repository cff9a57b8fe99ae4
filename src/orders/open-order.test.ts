import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { CLIENT, PRODUCTS, SELLER } from '../../test/support/house.ts';
import { openSellingHouse, saleBy } from '../../test/support/selling-house.ts';
import { openOrder, type NewOrder } from './open-order.ts';

forBothDatabases(
  'an order asked for again is the same only with the same buyer, age, contract and seller (R3)',
  async (database) => {
    const house = await openSellingHouse(database);
    const { clock } = house;
    const sale = saleBy('bill', { contract: '090-1111-2222' });
    const asked: NewOrder = {
      ...CLIENT,
      requestId: 'mine',
      kind: 'issue',
      productId: PRODUCTS.code,
      amountMinor: 3_000n,
      unit: 'JPY',
      funding: SELLER,
      sale,
      arrivedAt: clock.now(),
    };
    const desk = { ...house, database };
    assert.equal((await openOrder(desk, asked)).outcome, 'opened');
    assert.equal((await openOrder(desk, asked)).outcome, 'opened', 'the same again');
    for (const other of [
      { age: 17 },
      { contractKind: 'business' },
      { sellerId: 9 },
      { buyer: { line: 'wifi', device: null } },
      { buyer: { line: null, device: 'pc' } },
    ] as Partial<NewOrder['sale']>[]) {
      const answered = await openOrder(desk, { ...asked, sale: { ...sale, ...other } });
      assert.deepEqual(
        answered,
        { outcome: 'refused', refusal: 'request_id_reused' },
        JSON.stringify(other),
      );
    }
    await house.close();
  },
);
