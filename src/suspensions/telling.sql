-- name: closeOvertaken
-- What a newer phase has taken the place of is not told any more: that one has begun, or begins no later.
update suspensions.telling
set state = 'overtaken'
from suspensions.phase as own
where telling.state = 'waiting'
  and own.suspension_id = telling.suspension_id
  and own.phase_no = telling.phase_no
  and exists (
    select
    from suspensions.telling as its
    join suspensions.phase as newer using (suspension_id, phase_no)
    where its.suspension_id = telling.suspension_id
      and its.client_id = telling.client_id
      and its.phase_no > telling.phase_no
      and (newer.starts_at <= own.starts_at or newer.starts_at <= :now)
  );

-- name: claimTellings
-- Takes what is due for a while: another process, or this one after a crash, comes again when it is over. Of
-- one suspension a company is told one phase at a time, in their order; and no company takes all the places.
with ranked as materialized (
  select
    waiting.suspension_id,
    waiting.phase_no,
    waiting.client_id,
    row_number() over (partition by waiting.client_id order by waiting.next_at, waiting.suspension_id) as place
  from suspensions.telling as waiting
  where waiting.state = 'waiting'
    and waiting.next_at <= :now
    and waiting.client_id <> all(:busyClientIds::int[])
    and not exists (
      select
      from suspensions.telling as older
      where older.suspension_id = waiting.suspension_id
        and older.client_id = waiting.client_id
        and older.phase_no < waiting.phase_no
        and (older.state = 'waiting' or older.leased_until > :now)
    )
),
due as (
  select telling.suspension_id, telling.phase_no, telling.client_id
  from suspensions.telling
  join ranked using (suspension_id, phase_no, client_id)
  where ranked.place <= :sizeOfClient::int
    and telling.state = 'waiting'
    and telling.next_at <= :now
  order by telling.next_at
  limit :size::int
  for update of telling skip locked
)
update suspensions.telling
set
  next_at = :leasedUntil,
  leased_until = :leasedUntil
from due
where telling.suspension_id = due.suspension_id
  and telling.phase_no = due.phase_no
  and telling.client_id = due.client_id
returning
  telling.suspension_id,
  telling.phase_no,
  telling.client_id,
  telling.attempts,
  telling.told_webhook_ids;

-- name: readTellingWebhooks
-- All that a company has given: whichever of its systems sells must hear it, whatever events it asked for.
select webhook.webhook_id, webhook.client_id, webhook.url, webhook.secret_sealed
from clients.webhook
join clients.client using (client_id)
where webhook.client_id = any(:clientIds::int[])
  and webhook.is_active
  and client.is_active
order by webhook.webhook_id;

-- name: recordAttempt
-- nullable: toldAt, lastError
-- Not where it was overtaken, or put off and so to be told anew, while it was told.
update suspensions.telling
set
  state = :state,
  told_at = :toldAt,
  attempts = :attempts,
  last_error = :lastError,
  next_at = :nextAt,
  told_webhook_ids = :toldWebhookIds,
  leased_until = null
where suspension_id = :suspensionId
  and phase_no = :phaseNo
  and client_id = :clientId
  and state = 'waiting'
  and attempts = :attemptsBefore
returning client_id;

-- name: endLease
update suspensions.telling
set leased_until = null
where suspension_id = :suspensionId
  and phase_no = :phaseNo
  and client_id = :clientId;

-- name: confirmTellings
-- Whoever confirms a phase has done all before it too; the first word counts.
update suspensions.telling
set confirmed_at = :at
where suspension_id = :suspensionId
  and phase_no <= :phaseNo
  and client_id = :clientId
  and confirmed_at is null;

-- name: findConfirmation
select confirmed_at
from suspensions.telling
where suspension_id = :suspensionId
  and phase_no = :phaseNo
  and client_id = :clientId;

-- name: listTellings
-- Of the newest phase of each: what was to be told before it is no longer so.
select
  client.name,
  telling.state,
  telling.attempts,
  telling.told_at,
  telling.confirmed_at
from suspensions.telling
join clients.client using (client_id)
where telling.suspension_id = any(:suspensionIds::int[])
  and telling.phase_no = (
    select max(phase.phase_no)
    from suspensions.phase
    where phase.suspension_id = telling.suspension_id
  )
order by telling.suspension_id, client.key
limit :size::int;

-- name: countTellings
-- notnull: all, confirmed, failed
select
  telling.suspension_id,
  count(*)::int as all,
  (count(*) filter (where telling.confirmed_at is not null))::int as confirmed,
  (count(*) filter (where telling.confirmed_at is null and telling.state = 'failed'))::int as failed
from suspensions.telling
where telling.suspension_id = any(:suspensionIds::int[])
  and telling.phase_no = (
    select max(phase.phase_no)
    from suspensions.phase
    where phase.suspension_id = telling.suspension_id
  )
group by telling.suspension_id;
