-- name: ensureImport
-- The same file is the same import, whoever starts it again.
insert into instruments.import (issuer_id, client_id, file_hash, started_at)
values (:issuerId, :clientId, :fileHash, :startedAt)
on conflict on constraint import_file_once do nothing;

-- name: findImport
select import_id, issuer_id, client_id, started_at, finished_at, card_count, refused_count
from instruments.import
where issuer_id = :issuerId
  and file_hash = :fileHash;

-- name: readDoneChunks
select product_id, lane, chunk, card_count, skipped
from instruments.import_chunk
where import_id = :importId;

-- name: insertDoneChunk
insert into instruments.import_chunk (import_id, product_id, lane, chunk, card_count, skipped)
values (:importId, :productId, :lane, :chunk, :cardCount, :skipped)
on conflict on constraint import_chunk_pkey do nothing;

-- name: finishImport
update instruments.import
set
  finished_at = :finishedAt,
  card_count = :cardCount,
  refused_count = :refusedCount
where import_id = :importId;
