-- name: markUndelivered
-- A notice comes back once, also while the note of its sending is still on its way.
update notices.notice
set
  state = 'undelivered',
  sent_at = coalesce(sent_at, :at::timestamptz),
  next_at = null,
  came_back_at = :at::timestamptz,
  last_error = :code
where number = :number
  and channel = 'mail'
  and state in ('waiting', 'sent')
returning number, channel, template, recipient_hash;

-- name: countUnreached
-- What lies far back counts no more: then this is the first again.
insert into notices.unreached (recipient_hash, times, last_at, stopped_at)
values (:recipientHash, 1, :at, case when :most::int <= 1 then :at::timestamptz end)
on conflict (recipient_hash) do update
set
  times = case when unreached.last_at < :since then 1 else unreached.times + 1 end,
  last_at = excluded.last_at,
  stopped_at = case
    when unreached.stopped_at is not null then unreached.stopped_at
    when unreached.last_at >= :since and unreached.times + 1 >= :most::int then excluded.last_at
  end;

-- name: findStopped
-- notnull: stoppedAt
select recipient_hash, stopped_at
from notices.unreached
where recipient_hash = any(:recipientHashes::bytea[])
  and stopped_at is not null;

-- name: forgetUnreached
delete from notices.unreached
where recipient_hash = :recipientHash;

-- name: listCameBack
-- notnull: cameBackAt
select number, channel, template, came_back_at
from notices.notice
where came_back_at > :since
order by came_back_at, notice_id
limit :size::int;
