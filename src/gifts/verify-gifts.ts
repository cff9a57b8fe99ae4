import type { Queryable } from '../kernel/database/index.ts';
import { findDifferences, sumGifts } from './verify-gifts.sql.ts';

/**
 * Gifts against the ledger and the money: what was charged is what was issued is what was taken, for each gift and
 * in sum, and each gift's history says so. Empty: they agree. Reads every gift: for tests, and a person who asks.
 */
export async function verifyGifts(on: Queryable): Promise<readonly string[]> {
  const differences = await findDifferences(on);
  const sums = await sumGifts(on);
  return [
    ...differences.map(({ giftId, difference }) => `gift ${giftId}: ${difference}`),
    ...sums
      .filter(({ issuedMinor, takenMinor, ledgerMinor }) => {
        return issuedMinor !== takenMinor || issuedMinor !== ledgerMinor;
      })
      .map(
        ({ unit, issuedMinor, takenMinor, ledgerMinor }) =>
          `${unit}: ${issuedMinor} by gifts, ${ledgerMinor} in the ledger, ${takenMinor} taken`,
      ),
  ];
}
