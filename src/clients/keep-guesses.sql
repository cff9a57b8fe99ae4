-- name: fadeGuesses
-- Before new misses are added: one fades in each period of its asker's kind.
update clients.guess
set misses = greatest(
  0,
  misses - floor(extract(epoch from added.last_miss_at - guess.last_miss_at) * 1000 / added.forgotten_every_ms)::int
)
from (
  select
    unnest(:askers::bytea[]) as asker,
    unnest(:forgottenEveryMs::int[]) as forgotten_every_ms,
    unnest(:lastMissAts::timestamptz[]) as last_miss_at
) as added
where guess.asker = added.asker
  and added.last_miss_at > guess.last_miss_at;

-- name: addGuesses
-- nullable: stoppedUntils
-- The stop that ends last holds. Answers what all processes together know.
insert into clients.guess as known (asker, misses, last_miss_at, stopped_until)
select asker, misses_added, last_miss_at, stopped_until
from (
  select
    unnest(:askers::bytea[]) as asker,
    unnest(:missesAdded::int[]) as misses_added,
    unnest(:lastMissAts::timestamptz[]) as last_miss_at,
    unnest(:stoppedUntils::timestamptz[]) as stopped_until
) as added
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
