import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';

/** Where another chain than those of the lanes stands. */
export interface ChainHead {
  readonly id: bigint;
  readonly hash: Uint8Array;
}

/**
 * A chain that the ledger does not keep, such as the trail of the staff: the daily root names its head, too, so
 * that its end cannot be cut off nor the whole of it be made anew unseen.
 */
export interface ChainBeside {
  readonly name: string; // in the root's text: lower case letters
  /** When its first row was written: the days to be signed begin there. Null: it has none. */
  findFirstAt(on: Queryable): Promise<Instant | null>;
  /** Its last row of before an instant; null: it had none. */
  findHeadBefore(on: Queryable, instant: Instant): Promise<ChainHead | null>;
  /** The hashes of rows as they stand in the table. */
  readHashes(on: Queryable, ids: readonly bigint[]): Promise<ReadonlyMap<bigint, Uint8Array>>;
}
