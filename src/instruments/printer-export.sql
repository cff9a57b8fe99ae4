-- name: readExportChunk
select cards, skipped
from instruments.run_chunk
where run_id = :runId
  and chunk = :chunk;

-- name: keepExportHash
-- The first export fixes it; the others must come to the same.
update instruments.run
set export_hash = coalesce(export_hash, :exportHash)
where run_id = :runId
returning export_hash;

-- name: acknowledgeRun
update instruments.run
set
  state = 'acknowledged',
  acknowledged_at = :acknowledgedAt
where run_id = :runId
  and state = 'made';

-- name: eraseRunCards
update instruments.run_chunk
set cards = null
where run_id = :runId;
