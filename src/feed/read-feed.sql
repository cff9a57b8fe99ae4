-- name: readFeedHeads
select lane.lane, lane.last_batch_id
from ledger.lane
order by lane.lane;

-- name: listFeedBatches
-- The batches behind the positions, oldest first, at most `perLane` of each lane, without their content.
-- nullable: previousLastId
-- notnull: lane, batchId, at
select
  batch.lane,
  batch.batch_id,
  batch.at,
  before.last_id as previous_last_id
from (
  select
    unnest(:lanes::int[]) as lane,
    unnest(:afterIds::bigint[]) as after_id,
    unnest(:untilIds::bigint[]) as until_id
) as wanted
join ledger.batch
  on batch.lane = wanted.lane
  and batch.batch_id > wanted.after_id
  and batch.batch_id <= least(wanted.until_id, wanted.after_id + :perLane::int)
left join ledger.batch as before
  on before.lane = batch.lane
  and before.batch_id = batch.batch_id - 1
order by batch.at, batch.lane, batch.batch_id;

-- name: readFeedContents
select batch.lane, batch.batch_id, batch.content
from ledger.batch
join (select unnest(:lanes::int[]) as lane, unnest(:batchIds::bigint[]) as batch_id) as wanted using (lane, batch_id);

-- name: readFeedCards
select instrument.lane, instrument.instrument_id, instrument.number
from instruments.instrument
join (select unnest(:lanes::int[]) as lane, unnest(:instrumentIds::bigint[]) as instrument_id) as wanted
  using (lane, instrument_id);

-- name: readFeedClients
select client.client_id, client.issuer_id, client.key
from clients.client
where client.client_id = any(:clientIds::int[]);
