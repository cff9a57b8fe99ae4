-- name: lockTelling
-- Told by one process at a time; the others take the next one.
select telling_id, subject, components, content, made_at, cursor
from incidents.telling
where done_at is null
order by telling_id
limit 1
for update skip locked;

-- name: readSubscribers
-- notnull: addressSealed
-- Those who want to be told of any of these components, or of everything.
select subscription_id, channel, address_sealed, locale
from incidents.subscription
where subscription_id > :cursor
  and state = 'active'
  and (
    not exists (
      select 1 from incidents.subscribed
      where subscribed.subscription_id = subscription.subscription_id
    )
    or exists (
      select 1 from incidents.subscribed
      where subscribed.subscription_id = subscription.subscription_id
        and subscribed.system_id || '.' || subscribed.phase = any(:components::text[])
    )
  )
order by subscription_id
limit :size::int;

-- name: moveTelling
-- nullable: doneAt
update incidents.telling
set cursor = :cursor, done_at = :doneAt
where telling_id = :tellingId;

-- name: insertDeliveries
insert into incidents.delivery (telling_id, subscription_id, next_at)
select :tellingId, subscription_id, :nextAt
from unnest(:subscriptionIds::bigint[]) as wanted (subscription_id)
on conflict do nothing;

-- name: claimDeliveries
-- notnull: addressSealed, secretSealed
-- Leased, so that a process that dies loses nothing.
with due as (
  select subscription_id, telling_id
  from incidents.delivery
  where next_at <= :now
  order by next_at
  limit :size::int
  for update skip locked
)
update incidents.delivery
set next_at = :leasedUntil
from due
join incidents.telling using (telling_id)
join incidents.subscription using (subscription_id)
where delivery.subscription_id = due.subscription_id
  and delivery.telling_id = due.telling_id
  and subscription.state = 'active'
returning
  delivery.telling_id,
  delivery.subscription_id,
  delivery.attempts,
  telling.content,
  telling.subject,
  telling.components,
  telling.made_at,
  subscription.address_sealed,
  subscription.secret_sealed,
  subscription.locale;

-- name: dropDeliveriesOfEnded
update incidents.delivery
set next_at = null, last_error = 'ended'
from incidents.subscription
where subscription.subscription_id = delivery.subscription_id
  and subscription.state = 'ended'
  and delivery.next_at <= :now;

-- name: recordDelivered
update incidents.delivery
set next_at = null, delivered_at = :now, attempts = attempts + 1, last_error = null
where telling_id = :tellingId
  and subscription_id = :subscriptionId;

-- name: recordNotDelivered
-- nullable: nextAt
update incidents.delivery
set next_at = :nextAt, attempts = attempts + 1, last_error = :lastError
where telling_id = :tellingId
  and subscription_id = :subscriptionId;
