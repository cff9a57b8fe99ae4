-- name: listNoticesTo
-- nullable: contentSealed, before
select notice_id, number, template, written_at, content_sealed
from notices.notice
where recipient_hash = :recipientHash
  and written_at >= :since
  and (:before::bigint is null or notice_id < :before::bigint)
order by notice_id desc
limit :size::int;
