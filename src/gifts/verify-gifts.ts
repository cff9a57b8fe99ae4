import type { Database } from '../kernel/database/index.ts';
import { findDifferences, listNotRefunded, listUnderWay, sumGifts } from './verify-gifts.sql.ts';

export interface VerifiedGifts {
  readonly differences: readonly string[]; // none: they agree
  /** Whose money or value is on its way: nothing is said of them. */
  readonly underWay: number;
  /** Their money is with us against our will: no difference, and nothing that ends by itself. */
  readonly notRefunded: readonly bigint[];
}

/**
 * Gifts against the ledger and the money, as they are at one moment: what was charged is what was issued is what was
 * taken, for each gift and in sum, and each gift's history says so. Reads every gift: for tests, and a person who asks.
 */
export function verifyGifts(database: Database): Promise<VerifiedGifts> {
  return database.transaction(async (on) => {
    const underWay = (await listUnderWay(on)).map(({ giftId }) => giftId);
    const differences = await findDifferences(on, { underWay });
    const sums = await sumGifts(on, { underWay });
    return {
      differences: [
        ...differences.map(({ giftId, difference }) => `gift ${giftId}: ${difference}`),
        ...sums
          .filter(({ issuedMinor, takenMinor, ledgerMinor }) => {
            return issuedMinor !== takenMinor || issuedMinor !== ledgerMinor;
          })
          .map(
            ({ unit, issuedMinor, takenMinor, ledgerMinor }) =>
              `${unit}: ${issuedMinor} by gifts, ${ledgerMinor} in the ledger, ${takenMinor} taken`,
          ),
      ],
      underWay: underWay.length,
      notRefunded: (await listNotRefunded(on)).map(({ giftId }) => giftId),
    };
  }, 'snapshot');
}
