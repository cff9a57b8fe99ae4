-- name: insertTemplateVersion
-- Nothing happens when the wording is known, or when another process was quicker: then it is looked for again.
insert into notices.template (template, version, content_hash, texts, first_at)
select :template, coalesce(max(known.version), 0) + 1, :contentHash, :texts::jsonb, :firstAt
from notices.template as known
where known.template = :template
on conflict do nothing;

-- name: findTemplateVersions
select template, version, content_hash
from notices.template
where content_hash = any(:contentHashes::bytea[]);

-- name: insertNotices
-- What nobody carries stands in the inbox at once; what is written to an address that takes nothing stands there too.
insert into notices.notice (
  number, channel, template, template_version, locale, written_at,
  recipient_hash, recipient_sealed, content_hash, content_sealed, state, next_at, sent_at, last_error
)
select
  wanted.number, wanted.channel, wanted.template, wanted.template_version, wanted.locale, :writtenAt::timestamptz,
  wanted.recipient_hash, wanted.recipient_sealed, wanted.content_hash, wanted.content_sealed,
  wanted.state,
  case when wanted.state = 'waiting' then :writtenAt::timestamptz end,
  case when wanted.state = 'sent' then :writtenAt::timestamptz end,
  case when wanted.state = 'failed' then 'STOPPED' end
from (
  select
    unnest(:numbers::text[]) as number,
    unnest(:channels::text[]) as channel,
    unnest(:templates::text[]) as template,
    unnest(:templateVersions::int[]) as template_version,
    unnest(:locales::text[]) as locale,
    unnest(:recipientHashes::bytea[]) as recipient_hash,
    unnest(:recipientsSealed::bytea[]) as recipient_sealed,
    unnest(:contentHashes::bytea[]) as content_hash,
    unnest(:contentsSealed::bytea[]) as content_sealed,
    unnest(:states::text[]) as state
) as wanted;

-- name: countNoticesTo
-- notnull: count
-- No templates: of any.
select count(*)::int as count
from notices.notice
where recipient_hash = :recipientHash
  and written_at >= :since
  and (cardinality(:templates::text[]) = 0 or template = any(:templates::text[]));

-- name: countNoticesToEach
-- notnull: count, of_templates
-- Of many recipients by one statement: of any template, and of these.
select
  recipient_hash,
  count(*)::int as count,
  (count(*) filter (where template = any(:templates::text[])))::int as of_templates
from notices.notice
where recipient_hash = any(:recipientHashes::bytea[])
  and written_at >= :since
group by recipient_hash;

-- name: countSmsSince
-- notnull: count
-- Of the whole site, and no more than matters.
select count(*)::int as count
from (
  select
  from notices.notice
  where channel = 'sms'
    and template <> all(:apart::text[])
    and written_at >= :since
  limit :most::int
) as sms;

-- name: claimDueNotices
-- Takes what is due for a while: another process, or this one after a crash, comes again when it is over.
-- nullable: recipientSealed, contentSealed
with due as (
  select notice_id
  from notices.notice
  where state = 'waiting'
    and next_at <= :now
  order by next_at, notice_id
  limit :size::int
  for update skip locked
)
update notices.notice
set next_at = :leasedUntil
from due
where notice.notice_id = due.notice_id
returning
  notice.notice_id,
  notice.number,
  notice.channel,
  notice.template,
  notice.recipient_hash,
  notice.written_at,
  notice.recipient_sealed,
  notice.content_sealed,
  notice.attempts;

-- name: recordSent
update notices.notice
set state = 'sent', sent_at = :sentAt, next_at = null, attempts = attempts + 1, last_error = null
where notice_id = :noticeId
  and state = 'waiting';

-- name: recordNotSent
-- nullable: nextAt, cameBackAt
-- Without a next instant it is given up.
update notices.notice
set
  state = case when :nextAt::timestamptz is null then 'failed' else 'waiting' end,
  next_at = :nextAt::timestamptz,
  attempts = attempts + 1,
  last_error = :lastError,
  came_back_at = :cameBackAt::timestamptz
where notice_id = :noticeId
  and state = 'waiting';

-- name: countWaiting
-- notnull: count
select count(*)::int as count
from (select 1 from notices.notice where state = 'waiting' limit :most::int) as waiting;

-- name: eraseOldNotices
-- What was said to whom is kept as long as somebody may ask; number, instant and hashes stay.
update notices.notice
set recipient_sealed = null, content_sealed = null
where notice_id in (
  select notice_id
  from notices.notice
  where content_sealed is not null
    and written_at < :before
    and state <> 'waiting'
  order by written_at
  limit :size::int
);

-- name: listNewestNotices
-- nullable: recipientSealed, contentSealed
select number, channel, template, state, written_at, recipient_sealed, content_sealed
from notices.notice
order by notice_id desc
limit :size::int;

-- name: findNoticeByNumber
-- nullable: recipientSealed, contentSealed
select number, channel, template, state, written_at, recipient_sealed, content_sealed
from notices.notice
where number = :number;

-- name: findSentNotice
-- nullable: contentSealed
select number, channel, template, template_version, written_at, recipient_hash, content_hash, content_sealed
from notices.notice
where number = :number;
