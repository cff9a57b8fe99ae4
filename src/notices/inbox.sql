-- name: listNoticesTo
-- nullable: contentSealed, before
select notice_id, number, channel, template, state, written_at, content_sealed
from notices.notice
where recipient_hash = any(:recipientHashes::bytea[])
  and written_at >= :since
  and (:before::bigint is null or notice_id < :before::bigint)
order by notice_id desc
limit :size::int;
