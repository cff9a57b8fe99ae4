-- name: addSignInAskers
insert into operators.sign_in_failure (asker, misses, last_miss_at)
select
  wanted.asker,
  0,
  :at::timestamptz
from unnest(:askers::bytea[]) as wanted (asker)
order by wanted.asker
on conflict (asker) do nothing;

-- name: lockSignInFailures
-- The rows of the askers, locked in the order of their names: attempts at one moment are judged one behind
-- the other, so that a thousand of them are not all the first.
select
  asker,
  misses,
  last_miss_at
from operators.sign_in_failure
where asker = any(:askers::bytea[])
order by asker
for update;

-- name: keepSignInFailures
update operators.sign_in_failure
set
  misses = kept.misses,
  last_miss_at = :lastMissAt
from unnest(:askers::bytea[], :misses::int[]) as kept (asker, misses)
where sign_in_failure.asker = kept.asker;

-- name: takeBackSignInFailure
-- It was no miss after all.
update operators.sign_in_failure
set misses = greatest(misses - 1, 0)
where asker = any(:askers::bytea[]);

-- name: forgetSignInFailures
delete from operators.sign_in_failure
where last_miss_at < :before;
