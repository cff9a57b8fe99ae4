-- name: readBatchesAt
-- The named batches without their content.
select
  batch.lane,
  batch.batch_id,
  batch.at,
  batch.last_id,
  batch.hash
from ledger.batch
join unnest(:lanes::int[], :batchIds::bigint[]) as wanted (lane, batch_id) using (lane, batch_id);

-- name: readLaneHeads
select
  lane.lane,
  lane.last_batch_id,
  lane.last_hash
from ledger.lane
order by lane.lane;
