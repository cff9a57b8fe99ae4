import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { buyersOf, routesAfter } from './index.ts';

const STOP = Date.parse('2018-02-03T06:03:00Z');
const HOUR_MS = 3_600_000;
const [SHOP, PINCOM] = [1, 2];
const [DOCOMO, CARD] = [1, 2];

forBothDatabases(
  'buyers of a stopped route are found again on the routes that they took after it',
  async (database) => {
    const rows = [
      [1, 1, 101, STOP - HOUR_MS, 7, SHOP, DOCOMO, 3_000],
      [2, 1, 101, STOP - 60_000, 7, SHOP, DOCOMO, 5_000],
      [3, 1, 102, STOP - 60_000, 7, SHOP, DOCOMO, 3_000],
      [4, 1, 103, STOP - 30 * HOUR_MS, 7, SHOP, DOCOMO, 3_000], // too long before
      [5, 1, 101, STOP + HOUR_MS, 7, PINCOM, CARD, 10_000],
      [6, 1, 102, STOP + HOUR_MS, 7, PINCOM, CARD, 10_000],
      [7, 1, 104, STOP + HOUR_MS, 7, PINCOM, CARD, 10_000], // never bought on the stopped route
      [8, 2, 101, STOP + HOUR_MS, 9, 3, 3, 10_000], // another issuer's: the hash says nothing there
    ];
    for (const [sequence, issuer, contract, at, product, seller, tender, amount] of rows) {
      await database.query(
        `insert into sales.purchase (sequence, issuer_id, contract, at, product_id, seller_id, tender_id, amount_minor)
         values ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [sequence, issuer, contract, new Date(Number(at)), product, seller, tender, amount],
      );
    }
    const stopped = { issuerId: 1, productIds: null, sellerIds: [SHOP], tenderIds: [DOCOMO] };
    const buyers = await buyersOf(database, { ...stopped, from: STOP - 24 * HOUR_MS, until: STOP });
    assert.deepEqual(
      buyers.map(({ contract, purchases, amountMinor }) => [contract, purchases, amountMinor]),
      [
        [101n, 2n, 8_000n],
        [102n, 1n, 3_000n],
      ],
    );
    const contracts = buyers.map(({ contract }) => contract);
    const after = { issuerId: 1, contracts, from: STOP, until: STOP + 6 * HOUR_MS };
    assert.deepEqual(await routesAfter(database, after), [
      {
        productId: 7,
        sellerId: PINCOM,
        tenderId: CARD,
        buyers: 2n,
        purchases: 2n,
        amountMinor: 20_000n,
        firstAt: STOP + HOUR_MS,
      },
    ]);
    assert.deepEqual(await routesAfter(database, { ...after, contracts: [] }), []);
  },
);
