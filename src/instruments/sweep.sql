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
from (
  select
    unnest(:lanes::int[]) as lane,
    unnest(:afterInstants::timestamptz[]) as after_instant,
    unnest(:afterLotIds::bigint[]) as after_lot_id
) as place
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
-- notnull: instrumentId, holdId
-- The oldest first, lane by lane: their index leads with the lane and holds open ones only.
select hold.instrument_id, hold.hold_id
from ledger.lane
cross join lateral (
  select *
  from instruments.hold
  where hold.lane = lane.lane
    and hold.state = 'open'
    and hold.expires_at <= :now::timestamptz
  order by hold.expires_at, hold.hold_id
  limit :size::int
) as hold;

-- name: readIssuersOfCards
select instrument.instrument_id, programme.issuer_id
from (select unnest(:lanes::int[]) as lane, unnest(:instrumentIds::bigint[]) as instrument_id) as wanted
cross join lateral (
  select *
  from instruments.instrument
  where instrument.lane = wanted.lane
    and instrument.instrument_id = wanted.instrument_id
  offset 0
) as instrument
join programmes.product on product.product_id = instrument.product_id
join programmes.programme on programme.programme_id = product.programme_id;
