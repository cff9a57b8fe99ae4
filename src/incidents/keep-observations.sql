-- name: addSeenMinutes
insert into incidents.seen_minute as known (issuer_id, chain_id, seller_id, phase, kind, cause, minute, seen)
select issuer_id, chain_id, seller_id, phase, kind, cause, minute, seen
from (
  select
    unnest(:issuerIds::int[]) as issuer_id,
    unnest(:chainIds::int[]) as chain_id,
    unnest(:sellerIds::int[]) as seller_id,
    unnest(:phases::text[]) as phase,
    unnest(:kinds::text[]) as kind,
    unnest(:causes::text[]) as cause,
    unnest(:minutes::timestamptz[]) as minute,
    unnest(:counts::int[]) as seen
) as added
order by minute, issuer_id, chain_id, seller_id, phase, kind, cause
on conflict on constraint seen_minute_pkey do update
set seen = known.seen + excluded.seen;

-- name: addSeenHours
insert into incidents.seen_hour as known (issuer_id, chain_id, seller_id, phase, hour, approved, failed, signed_off)
select
  issuer_id,
  chain_id,
  seller_id,
  phase,
  date_trunc('hour', minute, 'UTC'),
  coalesce(sum(seen) filter (where kind = 'approved'), 0),
  coalesce(sum(seen) filter (where kind in ('refused', 'timed_out')), 0),
  coalesce(sum(seen) filter (where kind = 'signed_off'), 0)
from (
  select
    unnest(:issuerIds::int[]) as issuer_id,
    unnest(:chainIds::int[]) as chain_id,
    unnest(:sellerIds::int[]) as seller_id,
    unnest(:phases::text[]) as phase,
    unnest(:kinds::text[]) as kind,
    unnest(:minutes::timestamptz[]) as minute,
    unnest(:counts::int[]) as seen
) as added
group by 1, 2, 3, 4, 5
order by 5, 1, 2, 3, 4
on conflict on constraint seen_hour_pkey do update
set
  approved = known.approved + excluded.approved,
  failed = known.failed + excluded.failed,
  signed_off = known.signed_off + excluded.signed_off;

-- name: readSeen
-- notnull: seen, firstAt
-- `first_at`: the first minute of those in which any of it was seen.
select
  issuer_id,
  chain_id,
  seller_id,
  phase,
  kind,
  cause,
  sum(seen)::int as seen,
  min(minute) as first_at
from incidents.seen_minute
where minute >= :from
group by 1, 2, 3, 4, 5, 6
order by 1, 2, 3, 4, 5, 6
limit 20000;

-- name: findLastSign
-- notnull: lastAt
-- The last minute in which anything went well at one of these places.
select minute as last_at
from incidents.seen_minute
where minute >= :since
  and issuer_id = :issuerId
  and phase = :phase
  and kind = 'approved'
  and (chain_id = any(:chainIds::int[]) or (chain_id = 0 and seller_id = any(:sellerIds::int[])))
order by minute desc
limit 1;

-- name: readSeenHours
-- notnull: approved, failed, signedOff, weeks
-- The same hour of the same day in the weeks before, as means.
select
  issuer_id,
  chain_id,
  seller_id,
  phase,
  avg(approved)::float8 as approved,
  avg(failed)::float8 as failed,
  avg(signed_off)::float8 as signed_off,
  count(*)::int as weeks
from incidents.seen_hour
where hour = any(:hours::timestamptz[])
group by 1, 2, 3, 4
limit 20000;

-- name: deleteOldMinutes
delete from incidents.seen_minute
where minute < :before;

-- name: deleteOldHours
delete from incidents.seen_hour
where hour < :before;
