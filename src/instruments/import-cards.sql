-- name: ensureImport
-- The same file is the same import, whoever starts it again.
insert into instruments.import (issuer_id, client_id, file_hash, started_at)
values (:issuerId, :clientId, :fileHash, :startedAt)
on conflict on constraint import_file_once do nothing;

-- name: findImport
select import_id, issuer_id, client_id, started_at
from instruments.import
where issuer_id = :issuerId
  and file_hash = :fileHash;

-- name: findImportById
select import_id, issuer_id, client_id, started_at
from instruments.import
where import_id = :importId;

-- name: lockImport
-- nullable: finishedAt
-- Until the part is written down: an end that is said at this moment waits for it, and so does another part.
select finished_at
from instruments.import
where import_id = :importId
for no key update;

-- name: insertPart
insert into instruments.import_part (import_id, part, content)
values (:importId, :part, :content);

-- name: findPart
select content
from instruments.import_part
where import_id = :importId
  and part = :part;

-- name: findDoneChunks
-- Of the pieces that are wanted, those that were done before.
select chunk.product_id, chunk.lane, chunk.chunk, chunk.skipped
from instruments.import_chunk as chunk
join (
  select
    unnest(:productIds::int[]) as product_id,
    unnest(:lanes::int[]) as lane,
    unnest(:chunks::int[]) as chunk
) as wanted
  using (product_id, lane, chunk)
where chunk.import_id = :importId;

-- name: insertDoneChunk
insert into instruments.import_chunk (import_id, product_id, lane, chunk, card_count, skipped)
values (:importId, :productId, :lane, :chunk, :cardCount, :skipped)
on conflict on constraint import_chunk_pkey do nothing;

-- name: finishImport
update instruments.import
set
  finished_at = :finishedAt,
  card_count = (
    select coalesce(sum(chunk.card_count), 0)
    from instruments.import_chunk as chunk
    where chunk.import_id = :importId
  ),
  refused_count = :refusedCount
where import_id = :importId
returning card_count;
