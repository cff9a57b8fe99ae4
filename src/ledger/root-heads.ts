import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { readBatchesAt, readLaneHeads } from './root-heads.sql.ts';

/** Where a lane's chain stood at some instant; batch 0 and a hash of zeros before its first batch. */
export interface LaneHead {
  readonly lane: number;
  readonly batchId: bigint;
  readonly hash: Uint8Array;
  readonly lastId: bigint; // the lane's counter after it
}

const NO_HASH: Uint8Array = new Uint8Array(32);

/**
 * The last batch of every lane that is older than `instant`. A lane's ids have no gaps and its time never
 * goes back, so halving finds it: about twenty statements whatever the length of the chains.
 */
export async function findHeadsBefore(db: Queryable, instant: Instant): Promise<LaneHead[]> {
  const searches = (await readLaneHeads(db)).map((head) => ({
    lane: head.lane,
    low: 0n, // known to be older
    high: head.lastBatchId, // the newest that may be
    hash: NO_HASH,
    lastId: 0n,
  }));
  for (;;) {
    const open = searches.filter((search) => search.low < search.high);
    if (open.length === 0) break;
    const middles = new Map(
      open.map((search) => [search.lane, (search.low + search.high + 1n) / 2n]),
    );
    const found = await readBatchesAt(db, {
      lanes: [...middles.keys()],
      batchIds: [...middles.values()],
    });
    const batches = new Map(found.map((batch) => [batch.lane, batch]));
    for (const search of open) {
      const batch = batches.get(search.lane);
      const middle = middles.get(search.lane) ?? search.high;
      if (batch !== undefined && batch.at < instant) {
        search.low = middle;
        search.hash = batch.hash;
        search.lastId = batch.lastId;
      } else search.high = middle - 1n;
    }
  }
  return searches.map(({ lane, low, hash, lastId }) => ({ lane, batchId: low, hash, lastId }));
}
