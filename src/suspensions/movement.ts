import type { Instant } from '../kernel/clock.ts';
import type { Buyer } from '../programmes/index.ts';

/** What an operation can be stopped as. `sell`: an issue, activation or load for a buyer; `use`: redeem, hold, move out (R20). */
export type StoppedOperation = 'sell' | 'activate' | 'load' | 'redeem' | 'earn' | 'use';

export const STOPPED_OPERATIONS: readonly StoppedOperation[] = [
  'sell',
  'activate',
  'load',
  'redeem',
  'earn',
  'use',
];

/**
 * One operation as the switch sees it. 0: the operation lacks that dimension, and then never matches it
 * (R20). For a sale, seller, chain, aggregator and tender are those of the sale; for a use, of its place.
 */
export interface Movement {
  /** Issue: sell. Activate: sell, activate. Load: sell, load. Redeem, hold: use, redeem. Move out: use. */
  readonly operations: readonly StoppedOperation[];
  readonly issuerId: number;
  readonly programmeId: number;
  readonly productId: number;
  readonly sellerId: number;
  readonly chainId: number;
  readonly aggregatorId: number;
  readonly tenderId: number;
  readonly merchantId: number; // the place of use
  readonly soldBySellerId: number; // who sold the card
  readonly at: Instant; // when it arrived (R24); for the completion of an order, when the order did
  readonly buyer: Buyer | null;
}

/** Null: nothing of the switch speaks against it. */
export type GateVerdict = null | {
  readonly refusal: 'suspended' | 'conditions_not_met';
  readonly suspensionId: number; // of the most specific, among equals of the earliest
};
