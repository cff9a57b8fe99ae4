-- name: insertPayment
-- Only by a method of this member's that is not removed.
insert into payments.payment (
  member_id, method_id, amount_minor, unit, plan, purpose, wanted_at, changed_at
)
select :memberId, method.method_id, :amountMinor, :unit, :plan, :purpose, :at, :at
from payments.method
where method.method_id = :methodId
  and method.member_id = :memberId
  and method.removed_at is null
-- Locked: what forgets a removed card's token waits, and then sees this payment; or it is seen as removed here.
for share of method
returning payment_id;

-- name: findPayments
-- nullable: doing, attemptId, reference, authorisedUntil, declined, nextAt
select
  payment.payment_id,
  payment.member_id,
  payment.method_id,
  payment.amount_minor,
  payment.unit,
  payment.plan,
  payment.purpose,
  payment.state,
  payment.goal,
  payment.doing,
  payment.attempt_id,
  payment.reference,
  payment.authorised_until,
  payment.declined,
  payment.tries,
  payment.next_at,
  payment.wanted_at,
  payment.changed_at
from payments.payment
where payment.payment_id = any(:paymentIds::bigint[])
order by payment.payment_id;

-- name: lockPayments
-- nullable: doing, attemptId, reference, authorisedUntil, declined, nextAt
-- In the order of their ids, behind the rows of their owners: whoever wants something and whoever writes an
-- outcome wait for each other and never in a circle.
select
  payment.payment_id,
  payment.member_id,
  payment.method_id,
  payment.amount_minor,
  payment.unit,
  payment.plan,
  payment.purpose,
  payment.state,
  payment.goal,
  payment.doing,
  payment.attempt_id,
  payment.reference,
  payment.authorised_until,
  payment.declined,
  payment.tries,
  payment.next_at,
  payment.wanted_at,
  payment.changed_at
from payments.payment
where payment.payment_id = any(:paymentIds::bigint[])
order by payment.payment_id
for update;

-- name: writePayments
-- nullable: doings, attemptIds, references, authorisedUntils, declineds, nextAts
update payments.payment
set
  state = written.state,
  goal = written.goal,
  doing = written.doing,
  attempt_id = written.attempt_id,
  reference = written.reference,
  authorised_until = written.authorised_until,
  declined = written.declined,
  tries = written.tries,
  next_at = written.next_at,
  wanted_at = written.wanted_at,
  changed_at = written.changed_at
from (
  select
    unnest(:paymentIds::bigint[]) as payment_id,
    unnest(:states::text[]) as state,
    unnest(:goals::text[]) as goal,
    unnest(:doings::text[]) as doing,
    unnest(:attemptIds::text[]) as attempt_id,
    unnest(:references::text[]) as reference,
    unnest(:authorisedUntils::timestamptz[]) as authorised_until,
    unnest(:declineds::text[]) as declined,
    unnest(:tries::int[]) as tries,
    unnest(:nextAts::timestamptz[]) as next_at,
    unnest(:wantedAts::timestamptz[]) as wanted_at,
    unnest(:changedAts::timestamptz[]) as changed_at
) as written
where payment.payment_id = written.payment_id;

-- name: claimDue
-- nullable: reference, tokenSealed
-- notnull: isInquiry
-- Takes what is due for a while, and writes the attempt of each that has none open, before any call is made.
-- Another process, or this one after a crash, comes again when the while is over, and inquires; but not about an
-- attempt that it still has under way itself.
with due as (
  select payment_id, attempt_id
  from payments.payment
  where next_at <= :now
    and (attempt_id is null or attempt_id <> all(:underWay::text[]))
  order by next_at, payment_id
  limit :size::int
  for update skip locked
),
placed as (
  select due.payment_id, due.attempt_id, row_number() over (order by due.payment_id) as place
  from due
),
claimed as (
  update payments.payment
  set
    attempt_id = coalesce(placed.attempt_id, fresh.attempt_id),
    next_at = :leasedUntil
  from placed
  join unnest(:attemptIds::text[]) with ordinality as fresh (attempt_id, place)
    on fresh.place = placed.place
  where payment.payment_id = placed.payment_id
  returning
    payment.payment_id,
    payment.purpose,
    payment.doing,
    payment.attempt_id,
    payment.reference,
    payment.amount_minor,
    payment.unit,
    payment.method_id,
    placed.attempt_id is not null as is_inquiry
),
begun as (
  insert into payments.attempt (attempt_id, payment_id, step, begun_at)
  select claimed.attempt_id, claimed.payment_id, claimed.doing, :now
  from claimed
  where not claimed.is_inquiry
)
select
  claimed.payment_id,
  claimed.purpose,
  claimed.doing as step,
  claimed.attempt_id,
  claimed.reference,
  claimed.amount_minor,
  claimed.unit,
  claimed.is_inquiry,
  method.provider,
  method.token_sealed
from claimed
join payments.method on method.method_id = claimed.method_id;

-- name: closeAttempts
-- nullable: outcomes, reasons, references, endedAts
-- Without an outcome it stays open, and has been inquired about once more.
update payments.attempt
set
  outcome = closed.outcome,
  reason = closed.reason,
  reference = closed.reference,
  ended_at = closed.ended_at,
  inquiries = attempt.inquiries + 1
from (
  select
    unnest(:attemptIds::text[]) as attempt_id,
    unnest(:outcomes::text[]) as outcome,
    unnest(:reasons::text[]) as reason,
    unnest(:references::text[]) as reference,
    unnest(:endedAts::timestamptz[]) as ended_at
) as closed
where attempt.attempt_id = closed.attempt_id
  and attempt.outcome is null;

-- name: findInquiries
select attempt_id, inquiries
from payments.attempt
where attempt_id = any(:attemptIds::text[]);

-- name: listTaken
-- nullable: reference
-- What we believe was taken and given back, by the provider's own reference.
select payment.payment_id, payment.reference, payment.state, payment.unit, payment.amount_minor
from payments.payment
join payments.method on method.method_id = payment.method_id
where payment.payment_id > :afterId
  and method.provider = :provider
  and payment.reference is not null
order by payment.payment_id
limit :size::int;

-- name: listUnsure
-- Money may be on its way: no comparison of books says anything of these.
select payment_id, reference
from payments.payment
where attempt_id is not null;
