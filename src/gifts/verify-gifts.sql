-- name: listUnderWay
-- Value is issued before a row says that it is paid for, and sometimes behind it: of these no comparison says anything.
select gift.gift_id
from gifts.gift
left join payments.payment using (payment_id)
where payment.attempt_id is not null
  or (gift.state = 'charged' and gift.instrument_id is null);

-- name: listNotRefunded
-- notnull: giftId
-- What was to be given back, and was refused: a person has to settle it.
select distinct substr(payment.purpose, 6)::bigint as gift_id
from payments.payment
where payment.purpose ~ '^gift:[1-9][0-9]{0,17}$'
  and payment.state = 'not_refunded'
order by gift_id;

-- name: findDifferences
-- notnull: giftId, difference
-- Each gift against the ledger's own requests and against the money taken for it, and the other way round.
with never as (
  select distinct left(request.request_id, -6) as request_id
  from instruments.request
  where request.request_id like 'gift:%:never'
    and request.outcome in ('already_spent', 'already_returned')
),
issue as (
  select
    substr(request.request_id, 6)::bigint as gift_id,
    request.instrument_id,
    request.amount_minor,
    -- or it cannot be, which its refusal has told
    request.is_reversed or never.request_id is not null as is_over
  from instruments.request
  left join never using (request_id)
  where request.request_id ~ '^gift:[1-9][0-9]{0,17}$'
    and request.kind = 'issue'
    and request.outcome = 'accepted'
),
taken as (
  select
    substr(payment.purpose, 6)::bigint as gift_id,
    payment.payment_id,
    payment.goal
  from payments.payment
  where payment.purpose ~ '^gift:[1-9][0-9]{0,17}$'
    and payment.state = 'taken'
),
told as (
  select
    event.gift_id,
    count(*) filter (where event.kind = 'issued') as times_issued,
    count(*) filter (where event.kind = 'claimed') as times_claimed,
    count(*) filter (where event.kind = 'charged') as times_charged,
    count(*) filter (where event.kind = 'refunded') as times_refunded
  from gifts.event
  group by event.gift_id
)
select found.gift_id, found.difference
from (
  select gift.gift_id, 'issued, but not in the ledger by this instrument and amount' as difference
  from gifts.gift
  left join issue using (gift_id)
  where gift.instrument_id is not null
    and (
      issue.instrument_id is distinct from gift.instrument_id
      or issue.amount_minor is distinct from gift.amount_minor
    )
  union all
  select issue.gift_id, 'in the ledger, but not charged'
  from issue
  left join gifts.gift using (gift_id)
  where gift.state is distinct from 'charged'
    and (
      not issue.is_over
      -- else it was stopped before we knew of its issue
      or (gift.state is distinct from 'cancelled' and gift.case_number is null)
    )
  union all
  select gift.gift_id, 'charged, but the money was not taken'
  from gifts.gift
  left join payments.payment using (payment_id)
  where gift.state = 'charged'
    and gift.case_number is null -- else a case has given it back
    and (
      payment.state is distinct from 'taken'
      or payment.purpose is distinct from 'gift:' || gift.gift_id::text
      or payment.amount_minor is distinct from gift.amount_minor
      or payment.goal = 'cancelled'
    )
  union all
  select gift.gift_id, 'given back by a case, but the money stayed'
  from gifts.gift
  join payments.payment using (payment_id)
  where gift.state = 'charged'
    and gift.case_number is not null
    and payment.goal <> 'cancelled'
  union all
  select taken.gift_id, 'the money was taken, and the gift is over'
  from taken
  left join gifts.gift using (gift_id)
  where taken.goal <> 'cancelled'
    and (
      gift.payment_id is distinct from taken.payment_id
      or gift.state in ('cancelled', 'expired', 'refused')
    )
  union all
  select gift.gift_id, 'its history does not say what has become of it'
  from gifts.gift
  left join told using (gift_id)
  where coalesce(told.times_issued, 0) <> case when gift.instrument_id is null then 0 else 1 end
    or coalesce(told.times_claimed, 0) <> case when gift.claimed_at is null then 0 else 1 end
    or (gift.state = 'charged' and gift.case_number is null and coalesce(told.times_charged - told.times_refunded, 0) <> 1)
) as found
where found.gift_id <> all(:underWay::bigint[])
order by found.gift_id
limit 100;

-- name: sumGifts
-- notnull: unit, issuedMinor, takenMinor, ledgerMinor
-- Without what a case has given back: there the value may be lost, which is the issuer's. Requests find their
-- gifts by number: compared as texts, each would be held against every gift (25 s for 4,000 of them).
select
  units.unit,
  (
    select coalesce(sum(gift.amount_minor), 0)::bigint
    from gifts.gift
    where gift.unit = units.unit
      and gift.instrument_id is not null
      and gift.case_number is null
      and gift.gift_id <> all(:underWay::bigint[])
  ) as issued_minor,
  (
    select coalesce(sum(payment.amount_minor), 0)::bigint
    from gifts.gift
    join payments.payment using (payment_id)
    where gift.unit = units.unit
      and gift.instrument_id is not null
      and gift.case_number is null
      and gift.gift_id <> all(:underWay::bigint[])
      and payment.state = 'taken'
  ) as taken_minor,
  (
    select coalesce(sum(request.amount_minor), 0)::bigint
    from instruments.request
    join gifts.gift on gift.gift_id = substr(request.request_id, 6)::bigint
    where request.request_id ~ '^gift:[1-9][0-9]{0,17}$'
      and gift.unit = units.unit
      and gift.state <> 'cancelled' -- of each of these it is asked alone
      and gift.case_number is null
      and gift.gift_id <> all(:underWay::bigint[])
      and request.kind = 'issue'
      and request.outcome = 'accepted'
  ) as ledger_minor
from (
  select distinct gift.unit
  from gifts.gift
) as units
order by units.unit;
