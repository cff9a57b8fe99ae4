-- name: claimTellings
-- Takes what is due for a while: another process, or this one after a crash, comes again when it is over.
with due as (
  select telling.suspension_id, telling.phase_no, telling.client_id
  from suspensions.telling
  where telling.state = 'waiting'
    and telling.next_at <= :now
  order by telling.next_at
  limit :size::int
  for update skip locked
)
update suspensions.telling
set next_at = :leasedUntil
from due
where telling.suspension_id = due.suspension_id
  and telling.phase_no = due.phase_no
  and telling.client_id = due.client_id
returning telling.suspension_id, telling.phase_no, telling.client_id, telling.attempts;

-- name: readTellingWebhooks
-- All that a company has given: whichever of its systems sells must hear it, whatever events it asked for.
select webhook.webhook_id, webhook.client_id, webhook.url, webhook.secret_sealed
from clients.webhook
join clients.client using (client_id)
where webhook.client_id = any(:clientIds::int[])
  and webhook.is_active
  and client.is_active
order by webhook.webhook_id;

-- name: recordTold
update suspensions.telling
set
  state = 'told',
  told_at = :at,
  attempts = telling.attempts + 1,
  last_error = null
where suspension_id = :suspensionId
  and phase_no = :phaseNo
  and client_id = :clientId
  and state = 'waiting';

-- name: recordNotTold
update suspensions.telling
set
  state = :state,
  attempts = :attempts,
  last_error = :lastError,
  next_at = :nextAt
where suspension_id = :suspensionId
  and phase_no = :phaseNo
  and client_id = :clientId
  and state = 'waiting';

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
