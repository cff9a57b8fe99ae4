-- name: lockSandboxBooks
-- The provider of the sandbox does one thing at a time, whoever of its processes is asked.
select only_row
from payments.sandbox_books
for update;

-- name: findSandboxAttempts
-- nullable: reason, reference, liveUntil
-- Each is looked up behind `offset 0`: the plan is made while the table is empty, and `any` then reads all of it
-- for as long as the session lives (a sixth of a claim's processor time was this).
select
  attempt.attempt_id,
  attempt.step,
  attempt.fate,
  attempt.reason,
  attempt.reference,
  attempt.live_until,
  attempt.known_at
from unnest(:attemptIds::text[]) as wanted (attempt_id)
cross join lateral (
  select *
  from payments.sandbox_attempt
  where sandbox_attempt.attempt_id = wanted.attempt_id
  offset 0
) as attempt;

-- name: findSandboxMoney
-- nullable: liveUntil
select
  money.reference,
  money.token,
  money.unit,
  money.amount_minor,
  money.state,
  money.live_until,
  money.taken_minor,
  money.given_back_minor
from unnest(:references::text[]) as wanted (reference)
cross join lateral (
  select *
  from payments.sandbox_money
  where sandbox_money.reference = wanted.reference
  offset 0
) as money;

-- name: insertSandboxAttempts
-- nullable: reasons, references, liveUntils
insert into payments.sandbox_attempt (attempt_id, step, fate, reason, reference, live_until, known_at)
select made.attempt_id, made.step, made.fate, made.reason, made.reference, made.live_until, made.known_at
from (
  select
    unnest(:attemptIds::text[]) as attempt_id,
    unnest(:steps::text[]) as step,
    unnest(:fates::text[]) as fate,
    unnest(:reasons::text[]) as reason,
    unnest(:references::text[]) as reference,
    unnest(:liveUntils::timestamptz[]) as live_until,
    unnest(:knownAts::timestamptz[]) as known_at
) as made;

-- name: keepSandboxMoney
-- nullable: liveUntils
insert into payments.sandbox_money (
  reference, token, unit, amount_minor, state, live_until, taken_minor, given_back_minor
)
select
  kept.reference, kept.token, kept.unit, kept.amount_minor,
  kept.state, kept.live_until, kept.taken_minor, kept.given_back_minor
from (
  select
    unnest(:references::text[]) as reference,
    unnest(:tokens::text[]) as token,
    unnest(:units::text[]) as unit,
    unnest(:amountsMinor::bigint[]) as amount_minor,
    unnest(:states::text[]) as state,
    unnest(:liveUntils::timestamptz[]) as live_until,
    unnest(:takenMinor::bigint[]) as taken_minor,
    unnest(:givenBackMinor::bigint[]) as given_back_minor
) as kept
on conflict (reference) do update
set
  state = excluded.state,
  live_until = excluded.live_until,
  taken_minor = excluded.taken_minor,
  given_back_minor = excluded.given_back_minor;

-- name: listSandboxMoney
select reference, unit, taken_minor, given_back_minor
from payments.sandbox_money
where reference > :after
  and taken_minor > 0
order by reference
limit :size::int;
