import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CommitUnknown,
  ConnectionLost,
  type Connection,
  StatementFailed,
  type Transaction,
} from '../../src/kernel/database/index.ts';
import { openPglite } from '../support/database.ts';
import { openHouse } from '../support/house.ts';

/** R7, R8: what a seed rarely brings together, in this order. */
void test('a commit in doubt stays in doubt when its batch is halved and the database goes', async (context) => {
  const real = await openPglite();
  context.after(() => real.close());
  let begun = -1; // transactions since the trouble began; none yet
  const connect = (): Connection => {
    const connection = real.connect();
    return {
      ...connection,
      begin: (mode) => {
        const transaction = connection.begin(mode);
        return begun < 0 ? transaction : troubled(transaction, (begun += 1));
      },
    };
  };
  const house = await openHouse(
    { ...real, connect },
    { writers: 1, pause: () => Promise.resolve() },
  );
  const card = await house.activated('prepaid', 3_000n);
  begun = 0;
  const both = await Promise.all([
    house.redeem(card, 100n, { requestId: 'one' }),
    house.redeem(card, 200n, { requestId: 'two' }),
  ]);
  assert.deepEqual(
    both.map(({ outcome }) => outcome),
    ['outcome_unknown', 'outcome_unknown'],
  );
  begun = -1;
  const again = await house.redeem(card, 100n, { requestId: 'one' });
  assert.ok(again.outcome === 'accepted' && again.isRepeated);
  assert.equal(await house.spendable(card), 2_700n);
  await house.close();
});

/** The first is committed and nobody hears of it; two break; then the database is away. */
function troubled(transaction: Transaction, nth: number): Transaction {
  if (nth === 1) {
    const commit = async (): Promise<void> => {
      await transaction.commit();
      throw new CommitUnknown('its answer never came');
    };
    return { ...transaction, commit };
  }
  const error =
    nth <= 3
      ? new StatementFailed('a statement', { message: 'broken', code: 'XX000' })
      : new ConnectionLost('away');
  const fail = (): Promise<never> => {
    const failed = Promise.reject(error);
    failed.catch(() => undefined);
    return failed;
  };
  return { ...transaction, rows: fail, change: fail };
}
