-- name: readSignInFailures
-- Without a lock and without a row of its own: whoever is told to wait writes nothing.
select
  asker,
  misses,
  last_miss_at
from operators.sign_in_failure
where asker = any(:askers::bytea[]);

-- name: findSignInPlace
select signed_in_at
from operators.sign_in_place
where place = :place
  and signed_in_at > :since;

-- name: keepSignInPlace
insert into operators.sign_in_place (place, signed_in_at)
values (:place, :at)
on conflict (place) do update
set signed_in_at = excluded.signed_in_at;

-- name: forgetSignInPlaces
delete from operators.sign_in_place
where signed_in_at < :before;

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
from (select unnest(:askers::bytea[]) as asker, unnest(:misses::int[]) as misses) as kept
where sign_in_failure.asker = kept.asker;

-- name: takeBackSignInFailure
-- It was no miss after all.
update operators.sign_in_failure
set misses = greatest(misses - 1, 0)
where asker = any(:askers::bytea[]);

-- name: forgetSignInFailures
delete from operators.sign_in_failure
where last_miss_at < :before;
