-- name: insertRun
-- nullable: faceMinor, recipient
insert into instruments.run (
  issuer_id, client_id, product_id, face_minor, card_count, recipient, state, created_at
)
values (
  :issuerId, :clientId, :productId, :faceMinor, :cardCount, :recipient, 'making', :createdAt
)
returning run_id;

-- name: readRuns
-- Of one issuer, the newest first.
select
  run_id, issuer_id, client_id, product_id, face_minor, card_count, recipient, state, export_hash,
  created_at, made_at, acknowledged_at
from instruments.run
where issuer_id = :issuerId
order by run_id desc
limit 100;

-- name: findRun
select
  run_id, issuer_id, client_id, product_id, face_minor, card_count, recipient, state, export_hash,
  created_at, made_at, acknowledged_at
from instruments.run
where run_id = :runId;

-- name: insertRunChunk
-- No row where another process has planned this one: what it has planned since is to be counted first.
insert into instruments.run_chunk (run_id, chunk, lane, card_count, cards, is_done)
values (:runId, :chunk, :lane, :cardCount, :cards, false)
on conflict on constraint run_chunk_pkey do nothing
returning chunk;

-- name: readUnsentChunks
select chunk, lane, cards
from instruments.run_chunk
where run_id = :runId
  and not is_done
order by chunk;

-- name: finishRunChunk
update instruments.run_chunk
set
  is_done = true,
  skipped = :skipped
where run_id = :runId
  and chunk = :chunk;

-- name: countRunCards
-- notnull: chunkLast, planned, unsent
-- `planned` counts what was or will be made: cards that turned out to be taken are minted again.
select
  coalesce(max(chunk), 0) as chunk_last,
  coalesce(sum(card_count - cardinality(skipped)), 0)::int as planned,
  count(*) filter (where not is_done)::int as unsent
from instruments.run_chunk
where run_id = :runId;

-- name: finishRun
update instruments.run
set
  state = 'made',
  made_at = :madeAt
where run_id = :runId
  and state = 'making';
