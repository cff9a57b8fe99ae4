-- name: readGuesses
-- Without a lock and without a row of its own: whoever is told to wait writes nothing.
select
  asker,
  misses,
  last_miss_at
from members.guess
where asker = any(:askers::bytea[]);

-- name: addAskers
insert into members.guess (asker, misses, last_miss_at)
select
  wanted.asker,
  0,
  :at::timestamptz
from unnest(:askers::bytea[]) as wanted (asker)
order by wanted.asker
on conflict (asker) do nothing;

-- name: lockGuesses
-- The rows of the askers, locked in the order of their names: attempts at one moment are judged one behind
-- the other, so that a thousand of them are not all the first.
select
  asker,
  misses,
  last_miss_at
from members.guess
where asker = any(:askers::bytea[])
order by asker
for update;

-- name: keepGuesses
update members.guess
set
  misses = kept.misses,
  last_miss_at = :lastMissAt
from (select unnest(:askers::bytea[]) as asker, unnest(:misses::int[]) as misses) as kept
where guess.asker = kept.asker;

-- name: takeBackGuess
-- It was no miss after all.
update members.guess
set misses = greatest(misses - 1, 0)
where asker = any(:askers::bytea[]);

-- name: forgetGuesses
delete from members.guess
where last_miss_at < :before;

-- name: findDeviceEver
-- Also one that is over: its member has shown a second factor at this browser.
select device_id
from members.device
where member_id = :memberId
  and secret_hash = any(:deviceHashes::bytea[])
order by last_seen_at desc
limit 1;
