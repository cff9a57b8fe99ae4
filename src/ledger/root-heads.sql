-- name: readBatchesAt
-- The named batches without their content.
select
  batch.lane,
  batch.batch_id,
  batch.at,
  batch.last_id,
  batch.hash
from ledger.batch
join (select unnest(:lanes::int[]) as lane, unnest(:batchIds::bigint[]) as batch_id) as wanted using (lane, batch_id);

-- name: readLaneHeads
select
  lane.lane,
  lane.last_batch_id,
  lane.last_hash
from ledger.lane
order by lane.lane;
