/**
 * What sellers owe, merchants are owed and partners have sold out of their funds, day by day: files that agree
 * with the ledger to the last unit, or are not written. They are read from the journals of the day's batches and
 * never change afterwards.
 *
 * Deliberately absent: paying. A file says what moved; money between companies moves elsewhere.
 */
export { SettlementDisagrees } from './read-movements.ts';
export {
  findFirstDay,
  findLastSettledDay,
  settleDay,
  type SettledFile,
  SettlementDiffers,
  type SettlementOrder,
} from './settle-day.ts';
export type { SettledParty } from './statement.ts';
