-- name: fadeGuesses
-- Before new misses are added: one fades in each period of its asker's kind.
update clients.guess
set misses = greatest(
  0,
  misses - floor(extract(epoch from added.last_miss_at - guess.last_miss_at) * 1000 / added.forgotten_every_ms)::int
)
from unnest(:askers::bytea[], :forgottenEveryMs::int[], :lastMissAts::timestamptz[])
  as added (asker, forgotten_every_ms, last_miss_at)
where guess.asker = added.asker
  and added.last_miss_at > guess.last_miss_at;

-- name: addGuesses
-- nullable: stoppedUntils
-- The stop that ends last holds. Answers what all processes together know.
insert into clients.guess as known (asker, misses, last_miss_at, stopped_until)
select asker, misses_added, last_miss_at, stopped_until
from unnest(
  :askers::bytea[], :missesAdded::int[], :lastMissAts::timestamptz[], :stoppedUntils::timestamptz[]
) as added (asker, misses_added, last_miss_at, stopped_until)
on conflict on constraint guess_pkey do update
set
  misses = least(known.misses + excluded.misses, 1000000),
  last_miss_at = greatest(known.last_miss_at, excluded.last_miss_at),
  stopped_until = greatest(known.stopped_until, excluded.stopped_until)
returning
  known.asker,
  known.misses,
  known.last_miss_at,
  known.stopped_until;

-- name: readRecentGuesses
select asker, misses, last_miss_at, stopped_until
from clients.guess
where last_miss_at > :since
   or stopped_until > :now
order by last_miss_at desc
limit :size::int;

-- name: deleteOldGuesses
-- What has faded, and of the rest the oldest beyond the bound.
delete from clients.guess
where (last_miss_at < :before and coalesce(stopped_until, last_miss_at) < :before)
   or asker in (select asker from clients.guess order by last_miss_at desc offset :rowsMax::int);
