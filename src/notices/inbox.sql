-- name: listNoticesTo
-- What was written to each of these while it was the reader's.
-- nullable: contentSealed, before, untils
select notice_id, number, channel, template, state, written_at, content_sealed
from notices.notice
where recipient_hash = any(:recipientHashes::bytea[])
  and written_at >= :since
  and exists (
    select
    from (
      select
        unnest(:recipientHashes::bytea[]) as recipient_hash,
        unnest(:sinces::timestamptz[]) as since,
        unnest(:untils::timestamptz[]) as until
    ) as held
    where held.recipient_hash = notice.recipient_hash
      and notice.written_at >= held.since
      and (held.until is null or notice.written_at <= held.until)
  )
  and (cardinality(:templates::text[]) = 0 or template = any(:templates::text[]))
  and (:before::bigint is null or notice_id < :before::bigint)
order by notice_id desc
limit :size::int;
