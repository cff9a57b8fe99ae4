import { type Carry, queryableBy } from './carry.ts';
import type { Pool } from './pool.ts';
import type { Connection } from './queryable.ts';
import { beginOn } from './transaction.ts';

/** A connection over a pool: of one session for a writer, of several for everybody else. */
export function pooledConnection(
  pool: Pool,
  idleTimeoutMs: number,
  close: () => Promise<void>,
): Connection {
  const carry: Carry = (make) =>
    new Promise((resolve, reject) => {
      const message = make();
      pool.take((session) => {
        session
          .send(message)
          .finally(() => pool.give(session))
          .then(resolve, reject);
      }, reject);
    });

  const connection: Connection = {
    ...queryableBy(carry),
    begin: (mode = 'read committed') => beginOn(pool, mode, idleTimeoutMs),
    async transaction(work, mode) {
      const transaction = connection.begin(mode);
      try {
        const value = await work(transaction);
        await transaction.commit();
        return value;
      } catch (error) {
        await transaction.rollback();
        throw error;
      }
    },
    close,
  };
  return connection;
}
