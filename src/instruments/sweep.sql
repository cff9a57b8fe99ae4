-- name: readPastLots
-- notnull: lane, expiresAt, lotId, instrumentId, isDue
-- Of each lane the next lots whose day is past, in the order of their index, from a place on. Spent lots
-- stand there too, so a page is counted in lots that were looked at.
select
  lot.lane,
  lot.expires_at,
  lot.lot_id,
  lot.instrument_id,
  (lot.remaining_minor > 0 and lot.held_minor = 0) as is_due
from unnest(:lanes::int[], :afterInstants::timestamptz[], :afterLotIds::bigint[])
  as place (lane, after_instant, after_lot_id)
cross join lateral (
  select *
  from instruments.lot
  where lot.lane = place.lane
    and lot.expires_at is not null
    and lot.expires_at <= :now::timestamptz
    and (lot.expires_at, lot.lot_id) > (place.after_instant, place.after_lot_id)
  order by lot.expires_at, lot.lot_id
  limit :size::int
) as lot;

-- name: readPastHolds
-- Open holds are few, and have an index of their own.
select distinct hold.instrument_id
from instruments.hold
where hold.lane in (select lane.lane from ledger.lane)
  and hold.state = 'open'
  and hold.expires_at <= :now::timestamptz
limit :size::int;
