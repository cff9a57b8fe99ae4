-- name: claimConfirmations
-- notnull: addressSealed, secretSealed, numberSealed
-- Leased, so that a process that dies loses nothing.
with due as (
  select subscription_id
  from incidents.subscription
  where confirm_at <= :now
  order by confirm_at
  limit :size::int
  for update skip locked
)
update incidents.subscription
set confirm_at = :leasedUntil, confirm_attempts = confirm_attempts + 1
from due
where subscription.subscription_id = due.subscription_id
returning
  subscription.subscription_id,
  subscription.address_sealed,
  subscription.secret_sealed,
  subscription.number_sealed,
  subscription.confirm_attempts,
  subscription.locale;

-- name: putOffConfirmation
-- nullable: confirmAt
-- Null: it was taken, or nothing more is tried; then the number is not needed any more.
update incidents.subscription
set
  confirm_at = :confirmAt,
  number_sealed = case when :confirmAt::timestamptz is null then null else number_sealed end
where subscription_id = :subscriptionId
  and confirm_at is not null;
